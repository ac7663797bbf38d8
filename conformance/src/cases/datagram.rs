//! Datagrams without a peer: UDP over both families, and Unix.
//!
//! What holds for every kind is written once, over two bound sockets.

mod connected;
mod full;
mod udp;

use core::mem::MaybeUninit;

use sock_core::abi::Linux;
use sock_core::{
    Backend, DatagramSocket, Error, ErrorKind, Protocol, Received, Udp, UdpSocket, UnixDatagram,
    UnixDatagrams, option,
};

use super::support::{Path, SOON, fails, loopback4, loopback6};
use crate::{Env, Outcome, Runner, check, check_number};

pub(crate) fn portable<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("udp-round-trip", |env| over_udp(env, round_trip));
    runner.case("unix-datagram-round-trip", |env| over_unix(env, round_trip));
    runner.case("udp-empty-datagram", |env| over_udp(env, empty));
    runner.case("unix-datagram-empty", |env| over_unix(env, empty));
    runner.case("udp-no-room-takes-one", |env| over_udp(env, no_room));
    runner.case("unix-datagram-no-room-takes-one", |env| {
        over_unix(env, no_room)
    });
    runner.case("udp-truncation-is-told", |env| over_udp(env, truncation));
    runner.case("unix-datagram-truncation-is-told", |env| {
        over_unix(env, truncation)
    });
    runner.case("udp-uninitialised-room", |env| over_udp(env, uninitialised));
    runner.case("unix-datagram-uninitialised-room", |env| {
        over_unix(env, uninitialised)
    });
    runner.case("udp-peek-leaves-it", |env| over_udp(env, peek));
    runner.case("unix-datagram-peek-leaves-it", |env| over_unix(env, peek));
    runner.case("udp-boundaries-and-order", |env| over_udp(env, boundaries));
    runner.case("unix-datagram-boundaries-and-order", |env| {
        over_unix(env, boundaries)
    });
    runner.case("udp-would-block", |env| over_udp(env, would_block));
    runner.case("unix-datagram-would-block", |env| {
        over_unix(env, would_block)
    });
    connected::portable(runner);
    udp::portable(runner);
}

pub(crate) fn bsd<E: Env>(runner: &mut Runner<'_, E>) {
    full::bsd(runner);
}

pub(crate) fn linux<E: Env>(runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = Linux>,
{
    udp::linux(runner);
    full::linux(runner);
    runner.case("unix-datagram-largest", largest);
}

type Bound<E, P> = DatagramSocket<<E as Env>::Backend, P>;

/// Runs a case with two sockets, each bound: over UDP of both families.
fn over_udp<E: Env>(env: &E, case: fn(Bound<E, Udp>, Bound<E, Udp>) -> Outcome) -> Outcome {
    for addr in [loopback4::<E>(), loopback6::<E>()] {
        case(
            UdpSocket::bind_in(env.backend(), &addr)?,
            UdpSocket::bind_in(env.backend(), &addr)?,
        )?;
    }
    Ok(())
}

/// [`over_udp`] over Unix sockets.
fn over_unix<E: Env>(
    env: &E,
    case: fn(Bound<E, UnixDatagrams>, Bound<E, UnixDatagrams>) -> Outcome,
) -> Outcome {
    let (a, b) = (Path::new(env)?, Path::new(env)?);
    case(
        UnixDatagram::bind_in(env.backend(), &a.addr)?,
        UnixDatagram::bind_in(env.backend(), &b.addr)?,
    )
}

/// A datagram arrives whole, with the address to answer to.
fn round_trip<B: Backend, P: Protocol>(
    a: DatagramSocket<B, P>,
    b: DatagramSocket<B, P>,
) -> Outcome {
    check_number!(a.send_to(b"question", &b.local_addr()?)?, 8);
    let mut room = [0; 32];
    let Received {
        bytes,
        from,
        truncated,
    } = b.recv_from_by(&mut room, SOON)?;
    check!(room.starts_with(b"question\0"));
    check!(bytes == 8 && !truncated && from == a.local_addr()?);
    check_number!(b.send_to_by(b"answer", &from, SOON)?, 6);
    let received = a.recv_from_by(&mut room, SOON)?;
    check!(room.starts_with(b"answeron\0"));
    check!(received.bytes == 6 && received.from == b.local_addr()?);
    Ok(())
}

/// A datagram without a byte is one: it is sent, and received with its sender's address.
fn empty<B: Backend, P: Protocol>(a: DatagramSocket<B, P>, b: DatagramSocket<B, P>) -> Outcome {
    let at = b.local_addr()?;
    check_number!(a.send_to(b"", &at)?, 0);
    check_number!(a.send_to_by(b"", &at, SOON)?, 0);
    a.send_to(b"x", &at)?;
    for expected in [0, 0, 1] {
        let received = b.recv_from_by(&mut [0; 8], SOON)?;
        check_number!(received.bytes, expected);
        check!(!received.truncated && received.from == a.local_addr()?);
    }
    check!(b.recv_from(&mut [0; 8]).err() == Some(Error::WOULD_BLOCK));
    Ok(())
}

/// A receive without room takes a datagram all the same, and says that its bytes are gone; an
/// empty one has none to lose.
fn no_room<B: Backend, P: Protocol>(a: DatagramSocket<B, P>, b: DatagramSocket<B, P>) -> Outcome {
    let at = b.local_addr()?;
    for bytes in [b"first".as_slice(), b"second", b"", b"last"] {
        a.send_to(bytes, &at)?;
    }
    let first = b.recv_from_by(&mut [0; 0], SOON)?;
    check!(first.bytes == 0 && first.truncated && first.from == a.local_addr()?);
    let none: &mut [MaybeUninit<u8>] = &mut [];
    let second = b.recv_from_by(none, SOON)?;
    check!(second.bytes.is_empty() && second.truncated && second.from == a.local_addr()?);
    let third = b.recv_from_by(&mut [0; 0], SOON)?;
    check!(third.bytes == 0 && !third.truncated);
    check_number!(b.recv_from_by(&mut [0; 8], SOON)?.bytes, 4);
    check!(b.recv_from(&mut [0; 0]).err() == Some(Error::WOULD_BLOCK));
    Ok(())
}

/// What does not fit is gone, and the receive says so; what fits exactly is whole. Nothing is
/// written beyond, and the next datagram is untouched.
fn truncation<B: Backend, P: Protocol>(
    a: DatagramSocket<B, P>,
    b: DatagramSocket<B, P>,
) -> Outcome {
    let at = b.local_addr()?;
    for (len, truncated) in [(1, true), (9, true), (10, false), (11, false)] {
        a.send_to(b"0123456789", &at)?;
        a.send_to(b"next", &at)?;
        let mut room = [b'-'; 16];
        let part = room.get_mut(..len).unwrap_or_default();
        let received = b.recv_from_by(part, SOON)?;
        check_number!(received.bytes, len.min(10));
        check!(received.truncated == truncated);
        check!(received.from == a.local_addr()?);
        for (i, (byte, sent)) in room.iter().zip(b"0123456789------").enumerate() {
            check_number!(*byte, if i < len { *sent } else { b'-' });
        }
        let next = b.recv_from_by(&mut room, SOON)?;
        check!(next.bytes == 4 && !next.truncated && room.starts_with(b"next"));
    }
    Ok(())
}

/// Memory that holds nothing comes back as the part that was filled, and no more.
fn uninitialised<B: Backend, P: Protocol>(
    a: DatagramSocket<B, P>,
    b: DatagramSocket<B, P>,
) -> Outcome {
    let at = b.local_addr()?;
    for len in [0, 1, 9, 10, 11, 32] {
        a.send_to(b"0123456789", &at)?;
        let mut room = [MaybeUninit::uninit(); 32];
        let part = room.get_mut(..len).unwrap_or_default();
        let received = b.recv_from_by(part, SOON)?;
        let expected = b"0123456789".get(..len).unwrap_or(b"0123456789");
        check!(received.bytes == expected);
        check!(received.truncated == (len < 10) && received.from == a.local_addr()?);
    }
    let mut room = [MaybeUninit::uninit(); 32];
    check!(b.recv_from(&mut room).err() == Some(Error::WOULD_BLOCK));
    Ok(())
}

/// A peek tells what a receive would, sender and truncation too, as often as it is made.
fn peek<B: Backend, P: Protocol>(a: DatagramSocket<B, P>, b: DatagramSocket<B, P>) -> Outcome {
    check!(b.peek_from(&mut [0; 8]).err() == Some(Error::WOULD_BLOCK));
    a.send_to(b"first", &b.local_addr()?)?;
    a.send_to(b"second", &b.local_addr()?)?;
    b.wait(sock_core::PollEvents::IN, SOON)?;
    for len in [2, 5, 0, 8] {
        let mut room = [0; 8];
        let peeked = b.peek_from(room.get_mut(..len).unwrap_or_default())?;
        check_number!(peeked.bytes, len.min(5));
        check!(peeked.truncated == (len < 5) && peeked.from == a.local_addr()?);
    }
    let mut room = [0; 8];
    check_number!(b.recv_from(&mut room)?.bytes, 5);
    check!(room.starts_with(b"first"));
    check_number!(b.recv_from_by(&mut room, SOON)?.bytes, 6);
    check!(b.peek_from(&mut room).err() == Some(Error::WOULD_BLOCK));
    Ok(())
}

/// Each receive gives one datagram, in the order in which they were sent.
fn boundaries<B: Backend, P: Protocol>(
    a: DatagramSocket<B, P>,
    b: DatagramSocket<B, P>,
) -> Outcome {
    let (at, text) = (b.local_addr()?, [b'x'; 900]);
    let lens = [3, 900, 1, 0, 512, 2];
    for len in lens {
        check_number!(a.send_to(text.get(..len).unwrap_or_default(), &at)?, len);
    }
    for len in lens {
        let received = b.recv_from_by(&mut [0; 2048], SOON)?;
        check_number!(received.bytes, len);
        check!(!received.truncated);
    }
    Ok(())
}

/// With nothing there, a receive is an error and not a count, and does not wait, whatever the
/// mode of the descriptor.
fn would_block<B: Backend, P: Protocol>(
    a: DatagramSocket<B, P>,
    b: DatagramSocket<B, P>,
) -> Outcome {
    for nonblocking in [true, false] {
        b.backend().set_nonblocking(b.as_fd(), nonblocking)?;
        check!(b.recv_from(&mut [0; 8]).err() == Some(Error::WOULD_BLOCK));
        check!(b.peek_from(&mut [0; 8]).err() == Some(Error::WOULD_BLOCK));
        let now = b.recv_from_by(&mut [0; 8], sock_core::Deadline::NOW);
        check!(now.err() == Some(Error::DEADLINE));
    }
    a.send_to(b"x", &b.local_addr()?)?;
    check_number!(b.recv_from_by(&mut [0; 8], SOON)?.bytes, 1);
    Ok(())
}

/// A datagram may be as long as the sender's buffer, less 32 bytes (`unix_dgram_sendmsg`), and not a
/// byte longer; waiting would not help.
fn largest<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    static LONG: [u8; 32_768] = [b'x'; 32_768];
    let path = Path::new(env)?;
    let receiver = UnixDatagram::bind_in(env.backend(), &path.addr)?;
    let sender = UnixDatagram::open(env.backend())?;
    sender.set_option(option::SendBuffer, 8_192)?;
    let most = sender.option(option::SendBuffer)? as usize - 32;
    let of = |len| LONG.get(..len).unwrap_or_default();
    let kind = ErrorKind::MessageTooLong;
    fails(sender.send_to(of(most + 1), &path.addr), kind)?;
    fails(sender.send_to_by(of(most + 1), &path.addr, SOON), kind)?;
    check_number!(sender.send_to(of(most), &path.addr)?, most);
    let mut room = [0; 32_768];
    let received = receiver.recv_from_by(&mut room, SOON)?;
    check!(received.bytes == most && !received.truncated && room.starts_with(of(most)));
    let sender = sender.connect(&path.addr)?;
    fails(sender.send(of(most + 1)), kind)
}
