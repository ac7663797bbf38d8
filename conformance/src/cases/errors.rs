//! Errors: each condition has its own, and the kernel's number stays with it.

use core::time::Duration;

use sock_core::abi::{Kernel, Linux};
use sock_core::option::Linger;
use sock_core::{
    Backend, Error, ErrorKind, Inet, IoSlice, PollEvents, Protocol, Shutdown, SocketAddr, Stream,
    TcpListener, TcpStream, UnixSeqpacket, UnixStream,
};

use super::connect::socket;
use super::support::{Path, SOON, has_seqpacket, kernel, loopback4, tcp_pair, unix_pair, within};
use crate::{Env, Failure, Outcome, Runner, check, check_number};

pub(crate) fn portable<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("errors-reset-end-and-deadline-differ", reset_end_deadline);
    runner.case("tcp-reset-by-linger-zero", reset_by_linger);
    runner.case("unix-send-to-a-closed-peer", unix_closed_peer);
    if kernel::<E>() != Kernel::FreeBsd {
        runner.case("tcp-close-with-unread-data-resets", unread_data_resets);
    }
    if has_seqpacket::<E>() {
        runner.case("seqpacket-send-to-a-closed-peer", seqpacket_closed_peer);
    }
    runner.case("error-pending-is-taken-once", taken_once);
    runner.case("error-deadline-has-no-number", deadline_has_no_number);
}

pub(crate) fn linux<E: Env>(runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = Linux>,
{
    runner.case("tcp-send-to-a-closed-peer", tcp_closed_peer);
    runner.case("unix-close-with-unread-data-resets", unix_unread_data);
    runner.case("tcp-reset-is-told-once", reset_told_once);
    runner.case("errors-keep-the-kernels-number", numbers);
}

/// Closes this side so that the other is reset.
fn reset<B: Backend>(stream: TcpStream<B>) -> Result<(), Failure> {
    stream.set_option(Linger, Some(Duration::ZERO))?;
    Ok(())
}

/// What a caller has to do next differs, and so do the errors: a reset, a closed pipe, the end of
/// the stream, a deadline that passed, nothing yet.
fn reset_end_deadline<E: Env>(env: &E) -> Outcome {
    let (a, b) = tcp_pair(env)?;
    let nothing = b.recv(&mut [0; 1]).map_err(Error::kind);
    check!(nothing == Err(ErrorKind::WouldBlock));
    let waited = b.recv_by(&mut [0; 1], within(5)).map_err(Error::kind);
    check!(waited == Err(ErrorKind::DeadlinePassed));
    b.shutdown(Shutdown::Write)?;
    check!(b.send(b"x").map_err(Error::kind) == Err(ErrorKind::BrokenPipe));
    check_number!(a.recv_by(&mut [0; 1], SOON)?, 0);
    let short = a
        .recv_exact(&mut [0; 1], SOON)
        .map_err(|end| end.error.kind());
    check!(short == Err(ErrorKind::UnexpectedEnd));
    reset(a)?;
    let was_reset = b.recv_by(&mut [0; 1], SOON).map_err(Error::kind);
    check!(was_reset == Err(ErrorKind::ConnectionReset));
    Ok(())
}

/// SO_LINGER with a time of zero makes close(2) reset the connection; data that was not received is
/// lost with it.
fn reset_by_linger<E: Env>(env: &E) -> Outcome {
    let (a, b) = tcp_pair(env)?;
    reset(a)?;
    let reason = b.recv_by(&mut [0; 8], SOON).map_err(Error::kind);
    check!(reason == Err(ErrorKind::ConnectionReset));
    check!(b.send(b"x").map_err(Error::kind) == Err(ErrorKind::BrokenPipe));
    check_number!(b.recv(&mut [0; 8])?, 0);
    Ok(())
}

/// Closing without having received everything is a reset, RFC 1122 section 4.2.2.13.
fn unread_data_resets<E: Env>(env: &E) -> Outcome {
    let (a, b) = tcp_pair(env)?;
    b.send_all(b"unread", SOON)?;
    a.wait(PollEvents::IN, SOON)?;
    drop(a);
    let reason = b.recv_by(&mut [0; 8], SOON).map_err(Error::kind);
    check!(reason == Err(ErrorKind::ConnectionReset));
    Ok(())
}

/// Sending to a Unix peer that is gone is EPIPE, by every way of sending.
fn unix_closed_peer<E: Env>(env: &E) -> Outcome {
    let (a, b) = unix_pair(env)?;
    drop(a);
    closed(&b)?;
    check_number!(b.recv(&mut [0; 8])?, 0);
    Ok(())
}

fn closed<B: Backend, P: Protocol>(stream: &Stream<B, P>) -> Outcome {
    let broken = Err(ErrorKind::BrokenPipe);
    check!(stream.send(b"x").map_err(Error::kind) == broken);
    check!(stream.send_by(b"x", SOON).map_err(Error::kind) == broken);
    let parts = [B::IoSlice::new(b"x")];
    check!(stream.send_vectored(&parts).map_err(Error::kind) == broken);
    let stopped = stream.send_all(b"xyz", SOON).err();
    check!(stopped.is_some_and(|stopped| stopped.error.kind() == ErrorKind::BrokenPipe));
    check_number!(stopped.map_or(9, |stopped| stopped.done), 0);
    Ok(())
}

/// A seqpacket connection is a pipe, too.
fn seqpacket_closed_peer<E: Env>(env: &E) -> Outcome {
    let (a, b) = UnixSeqpacket::pair_in(env.backend())?;
    drop(a);
    check!(b.send(b"x").map_err(Error::kind) == Err(ErrorKind::BrokenPipe));
    check!(b.send_by(b"x", SOON).map_err(Error::kind) == Err(ErrorKind::BrokenPipe));
    Ok(())
}

/// A TCP peer that is gone answers what is sent with a reset, and from then on the pipe is broken:
/// the stream had ended in order, so that is no ECONNRESET (`tcp_reset` in net/ipv4/tcp_input.c).
fn tcp_closed_peer<E: Env>(env: &E) -> Outcome {
    let (a, b) = tcp_pair(env)?;
    drop(a);
    check_number!(b.recv_by(&mut [0; 8], SOON)?, 0);
    check_number!(b.send(b"x")?, 1);
    b.wait(PollEvents::empty(), SOON)?;
    closed(&b)
}

/// A Unix peer that closes without having received everything resets, `unix_release_sock` in
/// net/unix/af_unix.c.
fn unix_unread_data<E: Env>(env: &E) -> Outcome {
    let (a, b) = unix_pair(env)?;
    b.send_all(b"unread", SOON)?;
    drop(a);
    check!(b.recv(&mut [0; 8]).map_err(Error::kind) == Err(ErrorKind::ConnectionReset));
    check_number!(b.recv(&mut [0; 8])?, 0);
    Ok(())
}

/// A reset is told by the first call that meets it; afterwards the stream has ended.
fn reset_told_once<E: Env>(env: &E) -> Outcome {
    let (a, b) = tcp_pair(env)?;
    reset(a)?;
    b.wait(PollEvents::empty(), SOON)?;
    check!(b.send(b"x").map_err(Error::kind) == Err(ErrorKind::ConnectionReset));
    check!(b.send(b"x").map_err(Error::kind) == Err(ErrorKind::BrokenPipe));
    check_number!(b.recv(&mut [0; 8])?, 0);
    check!(b.take_error()?.is_none());
    Ok(())
}

/// SO_ERROR gives an error once.
fn taken_once<E: Env>(env: &E) -> Outcome {
    let (a, b) = tcp_pair(env)?;
    check!(b.take_error()?.is_none());
    reset(a)?;
    b.wait(PollEvents::empty(), SOON)?;
    check!(b.take_error()?.map(Error::kind) == Some(ErrorKind::ConnectionReset));
    check!(b.take_error()?.is_none());
    check_number!(b.recv(&mut [0; 8])?, 0);
    Ok(())
}

/// A passed deadline is nothing that a kernel said, and not its ETIMEDOUT.
fn deadline_has_no_number<E: Env>(env: &E) -> Outcome {
    let (a, _b) = tcp_pair(env)?;
    let Err(error) = a.recv_by(&mut [0; 1], within(1)) else {
        return Err(Failure::check("nothing comes"));
    };
    check!(error == Error::DEADLINE && error.raw_os_error().is_none());
    check!(error.kind() != ErrorKind::TimedOut && error.kind() != ErrorKind::WouldBlock);
    Ok(())
}

/// Each error carries the number that the kernel gave, errno(3), and the kind that it means.
fn numbers<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    use ErrorKind::*;
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    let path = Path::new(env)?;
    let (a, b) = tcp_pair(env)?;
    let (c, d) = unix_pair(env)?;
    reset(a)?;
    b.wait(PollEvents::empty(), SOON)?;
    drop(c);
    let foreign = SocketAddr::new_v4([203, 0, 113, 77].into(), 0);
    let broadcast = SocketAddr::new_v4([255; 4].into(), 9);
    let fresh = socket(env, Inet::V4)?;
    let error = |result: Result<(), Error<Linux>>| result.err();
    let found = [
        error(b.recv(&mut [0; 1]).map(drop)),
        error(b.shutdown(Shutdown::Both)),
        error(d.send(b"x").map(drop)),
        error(listener.accept().map(drop)),
        error(fresh.bind(&listener.local_addr()?)),
        error(fresh.bind(&foreign)),
        error(fresh.connect(&broadcast).map(drop).map_err(Error::from)),
        error(UnixStream::connect_in(env.backend(), &path.addr, SOON).map(drop)),
    ];
    let expected = [
        (104, ConnectionReset),
        (107, NotConnected),
        (32, BrokenPipe),
        (11, WouldBlock),
        (98, AddrInUse),
        (99, AddrNotAvailable),
        (101, NetworkUnreachable),
        (2, NotFound),
    ];
    for (found, (number, kind)) in found.into_iter().zip(expected) {
        let found = found.map(|error| (error.raw_os_error(), error.kind()));
        check_number!(found.and_then(|(number, _)| number).unwrap_or(0), number);
        check!(found.map(|(_, kind)| kind) == Some(kind));
    }
    Ok(())
}
