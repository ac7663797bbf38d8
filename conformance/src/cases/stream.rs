//! Streams: what goes in on one side comes out on the other, and how a stream ends.

use core::mem::MaybeUninit;

use sock_core::option::{Linger, OobInline, RecvBuffer, SendBuffer};
use sock_core::{
    Backend, Deadline, Error, ErrorKind, IoSlice, IoSliceMut, PollEvents, Protocol, RecvFlags,
    SendFlags, Shutdown, TcpStream,
};

use super::support::{Pair, SOON, both, drain, fill, pause, tcp_pair, unix_pair, within};
use crate::{Env, Outcome, Runner, check, check_number};

pub(crate) fn portable<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("tcp-half-close-client", |env| half_close(&tcp_pair(env)?));
    runner.case("tcp-half-close-server", |env| {
        let (client, server) = tcp_pair(env)?;
        half_close(&(server, client))
    });
    runner.case("unix-half-close", |env| half_close(&unix_pair(env)?));
    runner.case("tcp-shutdown-both", |env| shutdown_both(&tcp_pair(env)?));
    runner.case("unix-shutdown-both", |env| shutdown_both(&unix_pair(env)?));
    runner.case("tcp-shutdown-read", shutdown_read);
    runner.case("tcp-shutdown-after-a-reset", shutdown_after_reset);
    runner.case("tcp-zero-length-read-is-not-the-end", |env| {
        zero_length_read(&tcp_pair(env)?)
    });
    runner.case("unix-zero-length-read-is-not-the-end", |env| {
        zero_length_read(&unix_pair(env)?)
    });
    runner.case("tcp-zero-length-send", |env| {
        zero_length_send(&tcp_pair(env)?)
    });
    runner.case("unix-zero-length-send", |env| {
        zero_length_send(&unix_pair(env)?)
    });
    runner.case("stream-peek-leaves-the-data", |env| {
        peek(&tcp_pair(env)?)?;
        peek(&unix_pair(env)?)
    });
    runner.case("stream-receives-into-uninitialised-memory", uninitialised);
    runner.case("tcp-vectored", |env| vectored(&tcp_pair(env)?));
    runner.case("unix-vectored", |env| vectored(&unix_pair(env)?));
    runner.case("tcp-send-all-to-a-slow-reader", send_all_to_a_slow_reader);
    runner.case("tcp-send-all-says-how-much-went", |env| {
        send_all_incomplete(tcp_pair(env)?)
    });
    runner.case("unix-send-all-says-how-much-went", |env| {
        send_all_incomplete(unix_pair(env)?)
    });
    runner.case("tcp-recv-exact", |env| recv_exact(tcp_pair(env)?));
    runner.case("unix-recv-exact", |env| recv_exact(unix_pair(env)?));
    runner.case("stream-would-block-is-no-count", would_block);
    runner.case("stream-split-halves-on-two-threads", split_halves);
    runner.case("tcp-urgent-data", urgent_data);
}

pub(crate) fn linux<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("unix-shutdown-read-stops-the-peer", unix_shutdown_read);
    runner.case("tcp-more-holds-back", more_holds_back);
}

/// After shutdown(SHUT_WR) the peer receives what was sent, then the end, and can still answer.
fn half_close<B: Backend, P: Protocol>((closer, other): &Pair<B, P>) -> Outcome {
    closer.send_all(b"request", SOON)?;
    closer.shutdown(Shutdown::Write)?;
    let mut room = [0; 16];
    check_number!(other.recv_by(&mut room, SOON)?, 7);
    check!(room.starts_with(b"request"));
    check_number!(other.recv_by(&mut room, SOON)?, 0);
    check_number!(other.recv_by(&mut room, SOON)?, 0);
    other.send_all(b"answer", SOON)?;
    check_number!(closer.recv_by(&mut room, SOON)?, 6);
    check!(room.starts_with(b"answer"));
    check!(closer.send(b"x").map_err(Error::kind) == Err(ErrorKind::BrokenPipe));
    Ok(())
}

/// After shutdown(SHUT_RDWR) neither side sends, and both receive the end.
fn shutdown_both<B: Backend, P: Protocol>((closer, other): &Pair<B, P>) -> Outcome {
    closer.shutdown(Shutdown::Both)?;
    check_number!(closer.recv_by(&mut [0; 1], SOON)?, 0);
    check_number!(other.recv_by(&mut [0; 1], SOON)?, 0);
    check!(closer.send(b"x").map_err(Error::kind) == Err(ErrorKind::BrokenPipe));
    Ok(())
}

/// shutdown(SHUT_RD) is the end for the own receives, and leaves sending as it was.
fn shutdown_read<E: Env>(env: &E) -> Outcome {
    let (client, server) = tcp_pair(env)?;
    check!(client.recv(&mut [0; 1]) == Err(Error::WOULD_BLOCK));
    client.shutdown(Shutdown::Read)?;
    check_number!(client.recv(&mut [0; 1])?, 0);
    client.send_all(b"still", SOON)?;
    check_number!(server.recv_by(&mut [0; 8], SOON)?, 5);
    Ok(())
}

/// The peer of a Unix socket learns of its shutdown(SHUT_RD): EPIPE, `unix_stream_sendmsg` in
/// net/unix/af_unix.c.
fn unix_shutdown_read<E: Env>(env: &E) -> Outcome {
    let (a, b) = unix_pair(env)?;
    a.shutdown(Shutdown::Read)?;
    check!(b.send(b"x").map_err(Error::kind) == Err(ErrorKind::BrokenPipe));
    a.send_all(b"still", SOON)?;
    check_number!(b.recv_by(&mut [0; 8], SOON)?, 5);
    Ok(())
}

/// A reset connection has no peer any more: shutdown(2) and getpeername(2) say so.
fn shutdown_after_reset<E: Env>(env: &E) -> Outcome {
    let (client, server) = tcp_pair(env)?;
    server.set_option(Linger, Some(core::time::Duration::ZERO))?;
    drop(server);
    let reset = client.recv_by(&mut [0; 1], SOON);
    check!(reset.map_err(Error::kind) == Err(ErrorKind::ConnectionReset));
    check!(client.shutdown(Shutdown::Write) == Err(Error::NOT_CONNECTED));
    check!(client.peer_addr() == Err(Error::NOT_CONNECTED));
    Ok(())
}

/// A receive without room makes no call and says 0; the stream goes on.
fn zero_length_read<B: Backend, P: Protocol>((a, b): &Pair<B, P>) -> Outcome {
    check_number!(b.recv(&mut [0u8; 0])?, 0);
    check!(b.recv(&mut [0; 1]) == Err(Error::WOULD_BLOCK));
    check_number!(b.recv_by(&mut [0u8; 0], SOON)?, 0);
    check_number!(b.peek(&mut [0u8; 0])?, 0);
    let no_room: &mut [MaybeUninit<u8>] = &mut [];
    check!(b.recv(no_room)?.is_empty());
    b.recv_exact(&mut [], SOON)?;
    check_number!(b.recv_vectored(&mut [])?, 0);
    let parts = &mut [B::IoSliceMut::new(&mut [])];
    check_number!(b.recv_vectored_by(parts, SOON)?, 0);
    a.send_all(b"x", SOON)?;
    check_number!(b.recv(&mut [0u8; 0])?, 0);
    check_number!(b.recv_by(&mut [0; 1], SOON)?, 1);
    Ok(())
}

/// A send of nothing sends nothing, and is no error on a full or closed stream either.
fn zero_length_send<B: Backend, P: Protocol>((a, b): &Pair<B, P>) -> Outcome {
    fill(a)?;
    check_number!(a.send(&[])?, 0);
    check_number!(a.send_by(&[], Deadline::NOW)?, 0);
    check_number!(a.send_vectored(&[B::IoSlice::new(&[])])?, 0);
    check_number!(a.send_vectored_by(&[], Deadline::NOW)?, 0);
    a.send_all(&[], Deadline::NOW)?;
    check_number!(b.send(&[])?, 0);
    check!(a.recv(&mut [0; 1]) == Err(Error::WOULD_BLOCK));
    b.shutdown(Shutdown::Write)?;
    check_number!(b.send(&[])?, 0);
    Ok(())
}

/// MSG_PEEK leaves what it shows, and waits for it as a receive does.
fn peek<B: Backend, P: Protocol>((a, b): &Pair<B, P>) -> Outcome {
    let mut room = [0; 8];
    check!(b.peek(&mut room) == Err(Error::WOULD_BLOCK));
    check!(b.peek_by(&mut room, within(5)) == Err(Error::DEADLINE));
    a.send_all(b"twice", SOON)?;
    for _ in 0..2 {
        room = [0; 8];
        check_number!(b.peek_by(&mut room, SOON)?, 5);
        check!(room.starts_with(b"twice"));
        check_number!(b.peek(&mut room)?, 5);
    }
    check_number!(b.recv(&mut room)?, 5);
    check!(b.peek(&mut room) == Err(Error::WOULD_BLOCK));
    a.shutdown(Shutdown::Write)?;
    check_number!(b.peek_by(&mut room, SOON)?, 0);
    Ok(())
}

/// Memory that holds nothing yet comes back as the part that was filled, after a failed try too.
fn uninitialised<E: Env>(env: &E) -> Outcome {
    let (a, b) = tcp_pair(env)?;
    let mut room = [MaybeUninit::uninit(); 16];
    check!(b.recv(&mut room).err() == Some(Error::WOULD_BLOCK));
    both(
        env,
        || {
            pause(a.backend(), 10)?;
            Ok(a.send_all(b"filled", SOON)?)
        },
        || {
            check!(b.recv_by(&mut room, SOON)? == b"filled");
            Ok(())
        },
    )?;
    a.send_all(&[b'y'; 20], SOON)?;
    b.wait(PollEvents::IN, SOON)?;
    check!(b.peek(&mut room)? == [b'y'; 16]);
    check!(b.recv(&mut room)? == [b'y'; 16]);
    check!(b.recv(&mut room)? == [b'y'; 4]);
    Ok(())
}

/// Several slices are gathered into one stretch of the stream and scattered from it, in order;
/// empty ones are passed over.
fn vectored<B: Backend, P: Protocol>((a, b): &Pair<B, P>) -> Outcome {
    let (mut one, mut two, mut three) = ([0; 3], [0; 3], [0; 3]);
    let mut rooms = [
        B::IoSliceMut::new(&mut one),
        B::IoSliceMut::new(&mut []),
        B::IoSliceMut::new(&mut two),
        B::IoSliceMut::new(&mut three),
    ];
    check!(b.recv_vectored(&mut rooms) == Err(Error::WOULD_BLOCK));
    check!(b.recv_vectored_by(&mut rooms, within(5)) == Err(Error::DEADLINE));
    let parts = [&b"ab"[..], b"", b"cdef", b"g"].map(B::IoSlice::new);
    check_number!(a.send_vectored(&parts)?, 7);
    check_number!(b.recv_vectored_by(&mut rooms, SOON)?, 7);
    let came = rooms.iter().flat_map(IoSliceMut::as_slice).take(7);
    check!(came.eq(b"abcdefg"));

    check_number!(a.send_vectored_by(&parts, SOON)?, 7);
    check_number!(b.recv_by(&mut [0; 16], SOON)?, 7);
    fill(a)?;
    check!(a.send_vectored(&parts) == Err(Error::WOULD_BLOCK));
    check!(a.send_vectored_by(&parts, within(5)) == Err(Error::DEADLINE));
    Ok(())
}

/// What stands at a position of the stream: a period that is no divisor of any buffer.
const fn pattern(position: usize) -> u8 {
    (position % 251) as u8
}

const MIB: usize = 1 << 20;

/// send_all resumes where the last partial send ended, through a reader with little room and
/// pauses: 8 MiB come through unchanged.
fn send_all_to_a_slow_reader<E: Env>(env: &E) -> Outcome {
    let (sender, reader) = tcp_pair(env)?;
    sender.set_option(SendBuffer, 64 * 1024)?;
    reader.set_option(RecvBuffer, 64 * 1024)?;
    both(
        env,
        || {
            let (mut position, mut room) = (0, [0; 24 * 1024]);
            loop {
                let came = reader.recv_by(&mut room, SOON)?;
                if came == 0 {
                    break;
                }
                let right = (position..).map(pattern).zip(room.iter().take(came));
                check!(right.into_iter().all(|(right, found)| right == *found));
                if position / MIB != (position + came) / MIB {
                    pause(reader.backend(), 3)?;
                }
                position += came;
            }
            check_number!(position, 8 * MIB);
            Ok(())
        },
        || {
            let mut bytes = [0; MIB];
            for turn in 0..8 {
                for (position, byte) in bytes.iter_mut().enumerate() {
                    *byte = pattern(turn * MIB + position);
                }
                sender.send_all(&bytes, SOON)?;
            }
            Ok(sender.shutdown(Shutdown::Write)?)
        },
    )
}

/// When the deadline passes, `done` is exactly what the peer can receive.
fn send_all_incomplete<B: Backend, P: Protocol>((a, b): Pair<B, P>) -> Outcome {
    // More than any buffer holds, in pieces that a stack holds.
    let bytes = [7; 256 * 1024];
    let mut sent = 0;
    let stopped = loop {
        match a.send_all(&bytes, within(40)) {
            Ok(()) => sent += bytes.len(),
            Err(stopped) => break stopped,
        }
    };
    check!(stopped.error == Error::DEADLINE);
    check!(stopped.done < bytes.len());
    a.shutdown(Shutdown::Write)?;
    check_number!(drain(&b)?, sent + stopped.done);
    Ok(())
}

/// recv_exact fills the room over several arrivals, leaves what follows, and says how much came
/// when the deadline or the end of the stream comes first.
fn recv_exact<B: Backend, P: Protocol>((a, b): Pair<B, P>) -> Outcome {
    let mut room = [0; 6];
    a.send_all(b"abcdefgh", SOON)?;
    b.recv_exact(&mut room, SOON)?;
    check!(room == *b"abcdef");
    let stopped = b.recv_exact(&mut room, within(10)).err();
    check!(stopped.is_some_and(|stopped| stopped.error == Error::DEADLINE));
    check_number!(stopped.map_or(0, |stopped| stopped.done), 2);
    check!(room == *b"ghcdef");
    a.send_all(b"xyz", SOON)?;
    drop(a);
    let stopped = b.recv_exact(&mut room, SOON).err();
    check!(stopped.is_some_and(|stopped| stopped.error == Error::UNEXPECTED_END));
    check_number!(stopped.map_or(0, |stopped| stopped.done), 3);
    check!(room == *b"xyzdef");
    let stopped = b.recv_exact(&mut room, SOON).err();
    check_number!(stopped.map_or(9, |stopped| stopped.done), 0);
    Ok(())
}

/// A call that would have to wait is an error, never a count: nothing to receive, no room to send.
fn would_block<E: Env>(env: &E) -> Outcome {
    let (a, b) = unix_pair(env)?;
    check!(a.recv(&mut [0; 8]) == Err(Error::WOULD_BLOCK));
    check!(a.recv_with(&mut [0; 8], RecvFlags::WAITALL) == Err(Error::WOULD_BLOCK));
    let sent = fill(&a)?;
    check!(a.send(b"x") == Err(Error::WOULD_BLOCK));
    a.shutdown(Shutdown::Write)?;
    check_number!(drain(&b)?, sent);
    Ok(())
}

/// The two directions of one stream, each used by a thread of its own at the same time.
fn split_halves<E: Env>(env: &E) -> Outcome {
    const TURNS: usize = 2000;
    let (mut stream, peer) = tcp_pair(env)?;
    // Small segments go at once, whatever the other side is slow to acknowledge.
    stream.set_nodelay(true)?;
    peer.set_nodelay(true)?;
    let (mut receiver, mut sender) = stream.split();
    check!(receiver.recv(&mut [0; 1]) == Err(Error::WOULD_BLOCK));
    both(
        env,
        || {
            for turn in 0..TURNS {
                sender.send_all(&[pattern(turn); 3], SOON)?;
            }
            Ok(sender.shutdown()?)
        },
        || {
            let mut room = [0; 3];
            for turn in 0..TURNS {
                peer.recv_exact(&mut room, SOON)?;
                check!(room == [pattern(turn); 3]);
                peer.send_all(&room, SOON)?;
                check_number!(receiver.peek(&mut [0; 1]).unwrap_or(1), 1);
                receiver.recv_exact(&mut room, SOON)?;
                check!(room == [pattern(turn); 3]);
            }
            check_number!(peer.recv_by(&mut room, SOON)?, 0);
            Ok(())
        },
    )
}

/// One byte of urgent data overtakes the stream, and stands in it when that is asked for, tcp(7).
fn urgent_data<E: Env>(env: &E) -> Outcome {
    let urgent = |a: &TcpStream<E::Backend>, b: &TcpStream<E::Backend>| -> Outcome {
        a.send_all(b"ab", SOON)?;
        check_number!(a.send_with(b"!", SendFlags::OOB)?, 1);
        check!(b.wait(PollEvents::PRI, SOON)?.contains(PollEvents::PRI));
        Ok(())
    };
    let (a, b) = tcp_pair(env)?;
    urgent(&a, &b)?;
    let mut room = [0; 3];
    check_number!(b.recv_with(&mut room, RecvFlags::OOB)?, 1);
    check!(room[0] == b'!');
    check_number!(b.recv_by(&mut room, SOON)?, 2);

    let (a, b) = tcp_pair(env)?;
    b.set_option(OobInline, true)?;
    urgent(&a, &b)?;
    b.recv_exact(&mut room, SOON)?;
    check!(room == *b"ab!");
    Ok(())
}

/// MSG_MORE holds a small segment back until more follows, send(2).
fn more_holds_back<E: Env>(env: &E) -> Outcome {
    let (a, b) = tcp_pair(env)?;
    check_number!(a.send_with(b"head", SendFlags::MORE)?, 4);
    check!(b.recv_by(&mut [0; 16], within(20)) == Err(Error::DEADLINE));
    check_number!(a.send(b"body")?, 4);
    check_number!(b.recv_by(&mut [0; 16], SOON)?, 8);
    Ok(())
}
