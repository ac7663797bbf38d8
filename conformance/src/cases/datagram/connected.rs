//! Sockets with a peer that keep messages apart: UDP, Unix datagrams, seqpacket connections.

use core::mem::MaybeUninit;

use sock_core::abi::Kernel;
use sock_core::{
    Abi, Backend, Connected, ConnectedUnixDatagram, Deadline, Error, ErrorKind, IoSlice,
    PollEvents, Protocol, Shutdown, SocketKind, Udp, UdpSocket, UnixSeqpacket,
};

use crate::cases::support::{SOON, fails, has_seqpacket, kernel, loopback4, loopback6};
use crate::{Env, Outcome, Runner, check, check_number};

pub(super) fn portable<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("udp-connected-round-trip", |env| udp(env, round_trip));
    runner.case("unix-connected-round-trip", |env| unix(env, round_trip));
    runner.case("udp-wait-after-shutdown-read-ends", |env| {
        udp(env, closed_for_receiving)
    });
    runner.case("unix-datagram-wait-after-shutdown-read-ends", |env| {
        unix(env, closed_for_receiving)
    });
    runner.case("udp-connected-waiting-peek", |env| udp(env, waiting_peek));
    runner.case("udp-connected-empty-datagram", |env| udp(env, empty));
    runner.case("unix-connected-empty-datagram", |env| unix(env, empty));
    runner.case("udp-connected-no-room-takes-one", |env| udp(env, no_room));
    runner.case("unix-connected-no-room-takes-one", |env| unix(env, no_room));
    runner.case("udp-connected-truncation-is-told", |env| {
        udp(env, truncation)
    });
    runner.case("unix-connected-truncation-is-told", |env| {
        unix(env, truncation)
    });
    runner.case("udp-connected-peek-leaves-it", |env| udp(env, peek));
    runner.case("unix-connected-peek-leaves-it", |env| unix(env, peek));
    runner.case("udp-connected-would-block", |env| udp(env, would_block));
    runner.case("unix-connected-would-block", |env| unix(env, would_block));
    runner.case("udp-connected-vectored-is-one-datagram", |env| {
        udp(env, vectored)
    });
    runner.case("unix-connected-vectored-is-one-datagram", |env| {
        unix(env, vectored)
    });
    if has_seqpacket::<E>() {
        runner.case("seqpacket-round-trip", |env| seqpacket(env, round_trip));
        runner.case("seqpacket-waiting-peek", |env| seqpacket(env, waiting_peek));
        runner.case("seqpacket-empty-message", |env| match marks::<E>() {
            true => seqpacket(env, empty_with_marks),
            false => seqpacket(env, empty),
        });
        runner.case("seqpacket-no-room-takes-one", |env| match marks::<E>() {
            true => seqpacket(env, no_room_with_marks),
            false => seqpacket(env, no_room),
        });
        runner.case("seqpacket-truncation-is-told", |env| match marks::<E>() {
            true => seqpacket(env, truncation_with_marks),
            false => seqpacket(env, truncation),
        });
        runner.case("seqpacket-peek-leaves-it", |env| seqpacket(env, peek));
        runner.case("seqpacket-would-block", |env| seqpacket(env, would_block));
        runner.case("seqpacket-vectored-is-one-message", |env| {
            seqpacket(env, vectored)
        });
    }
}

type Peer<E, P> = Connected<<E as Env>::Backend, P>;

/// Runs a case with two UDP sockets that are each other's peer, over both families.
fn udp<E: Env>(env: &E, case: fn(Peer<E, Udp>, Peer<E, Udp>) -> Outcome) -> Outcome {
    for addr in [loopback4::<E>(), loopback6::<E>()] {
        let (a, b) = (
            UdpSocket::bind_in(env.backend(), &addr)?,
            UdpSocket::bind_in(env.backend(), &addr)?,
        );
        let (at_a, at_b) = (a.local_addr()?, b.local_addr()?);
        let (a, b) = (a.connect(&at_b)?, b.connect(&at_a)?);
        check!(a.peer_addr()? == at_b && b.peer_addr()? == at_a);
        case(a, b)?;
    }
    Ok(())
}

/// [`udp`] with a pair of Unix datagram sockets.
fn unix<E: Env>(
    env: &E,
    case: fn(ConnectedUnixDatagram<E::Backend>, ConnectedUnixDatagram<E::Backend>) -> Outcome,
) -> Outcome {
    let (a, b) = ConnectedUnixDatagram::pair_in(env.backend())?;
    case(a, b)
}

/// [`udp`] with a pair of seqpacket sockets.
fn seqpacket<E: Env>(
    env: &E,
    case: fn(UnixSeqpacket<E::Backend>, UnixSeqpacket<E::Backend>) -> Outcome,
) -> Outcome {
    let (a, b) = UnixSeqpacket::pair_in(env.backend())?;
    case(a, b)
}

/// Messages go both ways and stay apart.
fn round_trip<B: Backend, P: Protocol>(a: Connected<B, P>, b: Connected<B, P>) -> Outcome {
    for (from, to) in [(&a, &b), (&b, &a)] {
        check_number!(from.send(b"first")?, 5);
        check_number!(from.send_by(b"2nd", SOON)?, 3);
        let mut room = [0; 16];
        let received = to.recv_by(&mut room, SOON)?;
        check!(received.bytes == 5 && !received.truncated && room.starts_with(b"first\0"));
        let received = to.recv_by(&mut room, SOON)?;
        check!(received.bytes == 3 && !received.truncated && room.starts_with(b"2ndst\0"));
    }
    Ok(())
}

/// A socket that is closed for receiving counts as readable for ever (`datagram_poll` in
/// net/core/datagram.c), with nothing to receive: a wait says so instead of trying without rest.
fn closed_for_receiving<B: Backend, P: Protocol>(
    a: Connected<B, P>,
    b: Connected<B, P>,
) -> Outcome {
    a.shutdown(Shutdown::Read)?;
    for by in [SOON, Deadline::NEVER] {
        check!(a.recv_by(&mut [0; 4], by) == Err(Error::UNEXPECTED_END));
    }
    // The other direction is open.
    a.send(b"x")?;
    check_number!(b.recv_by(&mut [0; 4], SOON)?.bytes, 1);
    Ok(())
}

/// A peek that waits leaves the message in the queue, and a message of parts goes as one.
fn waiting_peek<B: Backend, P: Protocol>(a: Connected<B, P>, b: Connected<B, P>) -> Outcome {
    let parts = [B::IoSlice::new(b"he"), B::IoSlice::new(b"llo")];
    check_number!(a.send_vectored_by(&parts, SOON)?, 5);
    let mut room = [0; 8];
    for _ in 0..2 {
        check_number!(b.peek_by(&mut room, SOON)?.bytes, 5);
    }
    check_number!(b.recv(&mut room)?.bytes, 5);
    check!(room.starts_with(b"hello"));
    check!(b.peek_by(&mut room, Deadline::NOW) == Err(Error::DEADLINE));
    Ok(())
}

/// Whether the kernel keeps messages of a connection apart by marks in a stream, as FreeBSD does since
/// release 15, so that [`Connected`] promises less of them.
fn marks<E: Env>() -> bool {
    kernel::<E>() == Kernel::FreeBsd
}

/// Where messages are marks, one without a byte would be nothing, and is refused.
fn empty_with_marks<B: Backend, P: Protocol>(a: Connected<B, P>, b: Connected<B, P>) -> Outcome {
    let parts = [IoSlice::new(b""), IoSlice::new(b"")];
    fails(a.send(b""), ErrorKind::Unsupported)?;
    fails(a.send_by(b"", SOON), ErrorKind::Unsupported)?;
    fails(a.send_vectored(&[]), ErrorKind::Unsupported)?;
    fails(a.send_vectored_by(&parts, SOON), ErrorKind::Unsupported)?;
    a.send(b"x")?;
    let received = b.recv_by(&mut [0; 8], SOON)?;
    check!(received.bytes == 1 && !received.truncated);
    check!(b.recv(&mut [0; 8]).err() == Some(Error::WOULD_BLOCK));
    Ok(())
}

/// Where messages are marks, a receive without room takes a message or none, and never a part.
fn no_room_with_marks<B: Backend, P: Protocol>(a: Connected<B, P>, b: Connected<B, P>) -> Outcome {
    a.send(b"first")?;
    a.send(b"last")?;
    check_number!(b.recv_by(&mut [0; 0], SOON)?.bytes, 0);
    let mut room = [0; 8];
    let mut received = b.recv_by(&mut room, SOON)?;
    if room.starts_with(b"first") {
        check!(received.bytes == 5 && !received.truncated);
        received = b.recv_by(&mut room, SOON)?;
    }
    check!(received.bytes == 4 && !received.truncated && room.starts_with(b"last"));
    Ok(())
}

/// Where messages are marks, the receive of a part says so; the rest is gone, or comes next.
fn truncation_with_marks<B: Backend, P: Protocol>(
    a: Connected<B, P>,
    b: Connected<B, P>,
) -> Outcome {
    for len in [1, 9, 10, 11] {
        a.send(b"0123456789")?;
        a.send(b"next")?;
        let mut room = [b'-'; 16];
        let part = room.get_mut(..len).unwrap_or_default();
        let received = b.recv_by(part, SOON)?;
        check_number!(received.bytes, len.min(10));
        check!(received.truncated == (len < 10));
        for (i, (byte, sent)) in room.iter().zip(b"0123456789------").enumerate() {
            check_number!(*byte, if i < len { *sent } else { b'-' });
        }
        let mut received = b.recv_by(&mut room, SOON)?;
        if len < 10 && received.bytes == 10 - len && room.first() != Some(&b'n') {
            check!(!received.truncated && room.get(..10 - len) == b"0123456789".get(len..));
            received = b.recv_by(&mut room, SOON)?;
        }
        check!(received.bytes == 4 && !received.truncated && room.starts_with(b"next"));
    }
    Ok(())
}

/// A message without a byte is one.
fn empty<B: Backend, P: Protocol>(a: Connected<B, P>, b: Connected<B, P>) -> Outcome {
    check_number!(a.send(b"")?, 0);
    check_number!(a.send_by(b"", SOON)?, 0);
    check_number!(a.send_vectored(&[])?, 0);
    check_number!(a.send_vectored(&[IoSlice::new(b""), IoSlice::new(b"")])?, 0);
    a.send(b"x")?;
    for expected in [0, 0, 0, 0, 1] {
        let received = b.recv_by(&mut [0; 8], SOON)?;
        check_number!(received.bytes, expected);
        check!(!received.truncated);
    }
    check!(b.recv(&mut [0; 8]).err() == Some(Error::WOULD_BLOCK));
    Ok(())
}

/// A receive without room takes a message all the same, and says that its bytes are gone.
fn no_room<B: Backend, P: Protocol>(a: Connected<B, P>, b: Connected<B, P>) -> Outcome {
    for bytes in [b"first".as_slice(), b"second", b"last"] {
        a.send(bytes)?;
    }
    let first = b.recv_by(&mut [0; 0], SOON)?;
    check!(first.bytes == 0 && first.truncated);
    let none: &mut [MaybeUninit<u8>] = &mut [];
    let second = b.recv_by(none, SOON)?;
    check!(second.bytes.is_empty() && second.truncated);
    check_number!(b.recv_by(&mut [0; 8], SOON)?.bytes, 4);
    Ok(())
}

/// What does not fit is gone, and the receive says so; what fits exactly is whole.
fn truncation<B: Backend, P: Protocol>(a: Connected<B, P>, b: Connected<B, P>) -> Outcome {
    for len in [1, 9, 10, 11] {
        for _ in 0..2 {
            a.send(b"0123456789")?;
        }
        a.send(b"next")?;
        let mut room = [b'-'; 16];
        let part = room.get_mut(..len).unwrap_or_default();
        let received = b.recv_by(part, SOON)?;
        check_number!(received.bytes, len.min(10));
        check!(received.truncated == (len < 10));
        for (i, (byte, sent)) in room.iter().zip(b"0123456789------").enumerate() {
            check_number!(*byte, if i < len { *sent } else { b'-' });
        }
        let mut room = [MaybeUninit::uninit(); 16];
        let received = b.recv_by(room.get_mut(..len).unwrap_or_default(), SOON)?;
        check!(received.bytes == b"0123456789".get(..len).unwrap_or(b"0123456789"));
        check!(received.truncated == (len < 10));
        check_number!(b.recv_by(&mut [0; 16], SOON)?.bytes, 4);
    }
    Ok(())
}

/// A peek tells what a receive would, as often as it is made.
fn peek<B: Backend, P: Protocol>(a: Connected<B, P>, b: Connected<B, P>) -> Outcome {
    check!(b.peek(&mut [0; 8]).err() == Some(Error::WOULD_BLOCK));
    a.send(b"first")?;
    a.send(b"second")?;
    b.wait(PollEvents::IN, SOON)?;
    // Where messages are marks, no room shows none of them.
    let marks = P::KIND == SocketKind::Seqpacket && B::Abi::KERNEL == Kernel::FreeBsd;
    for len in [2, 5, 0, 8] {
        if marks && len == 0 {
            continue;
        }
        let mut room = [0; 8];
        let peeked = b.peek(room.get_mut(..len).unwrap_or_default())?;
        check_number!(peeked.bytes, len.min(5));
        check!(peeked.truncated == (len < 5));
    }
    let mut room = [0; 8];
    check_number!(b.recv(&mut room)?.bytes, 5);
    check!(room.starts_with(b"first"));
    check_number!(b.recv_by(&mut room, SOON)?.bytes, 6);
    Ok(())
}

/// With nothing there, a receive is an error and not a count, and does not wait, whatever the
/// mode of the descriptor.
fn would_block<B: Backend, P: Protocol>(a: Connected<B, P>, b: Connected<B, P>) -> Outcome {
    for nonblocking in [true, false] {
        b.backend().set_nonblocking(b.as_fd(), nonblocking)?;
        check!(b.recv(&mut [0; 8]).err() == Some(Error::WOULD_BLOCK));
        check!(b.peek(&mut [0; 8]).err() == Some(Error::WOULD_BLOCK));
        let now = b.recv_by(&mut [0; 8], sock_core::Deadline::NOW);
        check!(now.err() == Some(Error::DEADLINE));
    }
    a.send(b"x")?;
    check_number!(b.recv_by(&mut [0; 8], SOON)?.bytes, 1);
    Ok(())
}

/// Several slices make one message, in their order; empty ones add nothing.
fn vectored<B: Backend, P: Protocol>(a: Connected<B, P>, b: Connected<B, P>) -> Outcome {
    let parts = [b"he".as_slice(), b"", b"ader ", b"body"].map(B::IoSlice::new);
    check_number!(a.send_vectored(&parts)?, 11);
    a.send(b"next")?;
    let mut room = [0; 32];
    let received = b.recv_by(&mut room, SOON)?;
    check!(received.bytes == 11 && !received.truncated && room.starts_with(b"header body\0"));
    check_number!(b.recv_by(&mut room, SOON)?.bytes, 4);
    Ok(())
}
