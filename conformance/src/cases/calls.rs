//! System calls: how many an operation makes, and that one without a deadline never waits.

use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use sock_core::abi::{Kernel, Linux};
use sock_core::{
    Abi, Backend, Connected, ConnectedUnixDatagram, Counted, Deadline, Error, IoSlice, IoSliceMut,
    PollEvents, Protocol, SocketAddr, Stream, TcpListener, TcpStream, UdpSocket, UnixSeqpacket,
    UnixStream, UnixStreamSocket, UnixStreams,
};

use super::backlog;
use super::support::{
    Pair, SOON, both, fill, has_seqpacket, kernel, loopback4, pause, tcp_pair, unix_pair, within,
};
use crate::{Env, Failure, Outcome, Runner, check, check_number};

pub(crate) fn portable<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("calls-of-a-strike", of_a_strike);
    runner.case("calls-of-what-need-not-wait", of_what_need_not_wait);
    runner.case("calls-of-a-wait", of_a_wait);
    runner.case("calls-of-a-transfer", of_a_transfer);
    runner.case("calls-of-a-passed-deadline", of_a_passed_deadline);
    runner.case("calls-of-spinning", of_spinning);
    runner.case("calls-of-a-connection", of_a_connection);
    runner.case("strike-never-waits-tcp", |env| {
        stream_strikes(env, tcp_pair(env)?)
    });
    runner.case("strike-never-waits-unix", |env| {
        stream_strikes(env, unix_pair(env)?)
    });
    runner.case("strike-never-waits-udp", udp_strikes);
    runner.case("strike-never-waits-messages", message_strikes);
}

pub(crate) fn linux<E: Env>(runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = Linux>,
{
    runner.case("calls-of-a-unix-connect-that-waits", of_a_unix_connect);
}

/// Where [`Counted`] counts. Cases run one after the other.
static CALLS: AtomicUsize = AtomicUsize::new(0);

/// The backend, counting.
pub(crate) fn counted<E: Env>(env: &E) -> Counted<E::Backend> {
    Counted::new(env.backend(), &CALLS)
}

/// What `operation` returns, and how many system calls it made through [`counted`].
pub(crate) fn calls<T>(operation: impl FnOnce() -> T) -> (T, usize) {
    CALLS.store(0, Ordering::Relaxed);
    let outcome = operation();
    (outcome, CALLS.load(Ordering::Relaxed))
}

/// The same stream, with its calls counted.
pub(crate) fn count_stream<E: Env, P: Protocol>(
    env: &E,
    stream: Stream<E::Backend, P>,
) -> Result<Stream<Counted<E::Backend>, P>, Failure> {
    Ok(Stream::from_fd(counted(env), stream.into_fd())?)
}

/// Fails unless `operation` made exactly so many calls.
macro_rules! check_calls {
    ($expected:expr, $operation:expr) => {{
        let (outcome, calls_made) = calls(|| $operation);
        check_number!(calls_made, $expected);
        outcome
    }};
}

/// Fails unless a wait made as many calls, or, where a kernel's waits are later than Linux's, at the most
/// so many.
macro_rules! check_wait {
    ($expected:expr, $operation:expr) => {{
        let (outcome, calls_made) = calls(|| $operation);
        let least = match kernel::<E>() {
            Kernel::Linux => calls_made,
            _ => calls_made.max($expected),
        };
        check_number!(least, $expected);
        outcome
    }};
}

/// An operation without a deadline is one call, whether it succeeds or not; without room or bytes
/// it is none.
fn of_a_strike<E: Env>(env: &E) -> Outcome {
    let (a, b) = unix_pair(env)?;
    let (a, b) = (count_stream(env, a)?, count_stream(env, b)?);
    check!(check_calls!(1, b.recv(&mut [0; 4])) == Err(Error::WOULD_BLOCK));
    check!(check_calls!(1, b.peek(&mut [0; 4])) == Err(Error::WOULD_BLOCK));
    check!(check_calls!(1, a.send(b"four")) == Ok(4));
    let parts = [<E::Backend as Backend>::IoSlice::new(b"more")];
    check!(check_calls!(1, a.send_vectored(&parts)) == Ok(4));
    check!(check_calls!(1, b.peek(&mut [0; 4])) == Ok(4));
    check!(check_calls!(1, b.recv(&mut [0; 8])) == Ok(8));
    check!(check_calls!(0, b.recv(&mut [0u8; 0])) == Ok(0));
    check!(check_calls!(0, b.recv_exact(&mut [], SOON)) == Ok(()));
    check!(check_calls!(0, a.send(b"")) == Ok(0));
    check!(check_calls!(0, a.send_all(b"", SOON)) == Ok(()));
    let udp = UdpSocket::bind_in(counted(env), &loopback4::<E>())?;
    let none = check_calls!(1, udp.recv_from(&mut [0; 4]));
    check!(none.err() == Some(Error::WOULD_BLOCK));
    let to = check_calls!(1, udp.local_addr())?;
    check!(check_calls!(1, udp.send_to(b"x", &to)) == Ok(1));
    check!(check_calls!(1, udp.wait(PollEvents::IN, SOON)) == Ok(PollEvents::IN));
    check!(check_calls!(1, udp.recv_from(&mut [0; 4])).is_ok());
    Ok(())
}

/// With data there already, a deadline costs nothing.
fn of_what_need_not_wait<E: Env>(env: &E) -> Outcome {
    let (a, b) = tcp_pair(env)?;
    let (a, b) = (count_stream(env, a)?, count_stream(env, b)?);
    check!(check_calls!(1, a.send_by(b"four", SOON)) == Ok(4));
    check!(check_calls!(1, a.send_all(b"four", SOON)) == Ok(()));
    // Both segments may come one by one.
    while b.peek_by(&mut [0; 8], SOON)? != 8 {}
    check!(check_calls!(1, b.recv_by(&mut [0; 4], SOON)) == Ok(4));
    check!(check_calls!(1, b.recv_exact(&mut [0; 4], SOON)) == Ok(()));
    let listener = TcpListener::bind_in(counted(env), &loopback4::<E>())?;
    let _client = TcpStream::connect_in(env.backend(), &listener.local_addr()?, SOON)?;
    listener.wait(PollEvents::IN, SOON)?;
    check!(check_calls!(1, listener.accept_by(SOON)).is_ok());
    Ok(())
}

/// A wait is the operation and a poll; beyond 50 ms two polls, so that the deadline is met. No more
/// of them, however long it is.
fn of_a_wait<E: Env>(env: &E) -> Outcome {
    let (a, b) = unix_pair(env)?;
    let (a, b) = (count_stream(env, a)?, count_stream(env, b)?);
    fill(&a)?;
    while b.recv(&mut [0; 4096]).is_ok() {}
    fill(&a)?;
    let (_peer, empty) = tcp_pair(env)?;
    let empty = count_stream(env, empty)?;
    let listener = TcpListener::bind_in(counted(env), &loopback4::<E>())?;
    let udp = UdpSocket::bind_in(counted(env), &loopback4::<E>())?;
    let (packets, _peer) = ConnectedUnixDatagram::pair_in(counted(env))?;
    // Where the kernel's waits are later, there are more of them.
    let waits = match kernel::<E>() {
        Kernel::Linux => [(20, 2), (120, 3)],
        _ => [(20, 5), (120, 8)],
    };
    for (millis, most) in waits {
        let by = within(millis);
        let past = |error| error == Some(Error::DEADLINE);
        check!(past(
            check_wait!(most, empty.recv_by(&mut [0; 4], by)).err()
        ));
        check!(past(
            check_wait!(most, empty.peek_by(&mut [0; 4], by)).err()
        ));
        check!(past(check_wait!(most, a.send_by(b"x", by)).err()));
        check!(past(check_wait!(most, listener.accept_by(by)).err()));
        check!(past(
            check_wait!(most, udp.recv_from_by(&mut [0; 4], by)).err()
        ));
        check!(past(
            check_wait!(most, packets.recv_by(&mut [0; 4], by)).err()
        ));
        check!(past(
            check_wait!(most - 1, empty.wait(PollEvents::IN, by)).err()
        ));
        let stopped = check_wait!(most, empty.recv_exact(&mut [0; 4], by)).err();
        check!(past(stopped.map(|stopped| stopped.error)));
        let stopped = check_wait!(most, a.send_all(b"x", by)).err();
        check!(past(stopped.map(|stopped| stopped.error)));
    }
    Ok(())
}

/// A transfer in parts is three calls a part at the most: one that moves bytes, one that finds no
/// more, one that waits.
fn of_a_transfer<E: Env>(env: &E) -> Outcome {
    const PARTS: usize = 20;
    let (a, b) = unix_pair(env)?;
    let b = count_stream(env, b)?;
    let (asked, asks) = unix_pair(env)?;
    both(
        env,
        || {
            for _ in 0..PARTS {
                asked.recv_exact(&mut [0; 1], SOON)?;
                pause(a.backend(), 2)?;
                a.send_all(&[1; 100], SOON)?;
            }
            Ok(())
        },
        || {
            asks.send_all(&[0; PARTS], SOON)?;
            let (received, made) = calls(|| b.recv_exact(&mut [0; 100 * PARTS], SOON));
            received?;
            check!(made > PARTS);
            check!(made <= 3 * PARTS + 1);
            Ok(())
        },
    )
}

/// A passed deadline is a try and nothing else.
fn of_a_passed_deadline<E: Env>(env: &E) -> Outcome {
    let (_a, b) = tcp_pair(env)?;
    let b = count_stream(env, b)?;
    let listener = TcpListener::bind_in(counted(env), &loopback4::<E>())?;
    for by in [Deadline::NOW, Deadline::at(env.backend().now())] {
        check!(check_calls!(1, b.recv_by(&mut [0; 4], by)) == Err(Error::DEADLINE));
        check!(check_calls!(1, b.recv_exact(&mut [0; 4], by)).is_err());
        check!(check_calls!(1, listener.accept_by(by)).is_err());
        check!(check_calls!(1, b.wait(PollEvents::IN, by)) == Err(Error::DEADLINE));
    }
    Ok(())
}

/// `spinning` tries so many times more before it waits, and not once more than it must.
fn of_spinning<E: Env>(env: &E) -> Outcome {
    let (a, b) = unix_pair(env)?;
    let b = count_stream(env, b)?;
    let past = Err(Error::DEADLINE);
    for spins in [0, 1, 5] {
        // There is no time to spin.
        let now = Deadline::NOW.spinning(spins);
        check!(check_calls!(1, b.recv_by(&mut [0; 4], now)) == past);
        // After the wait has ended without an event, there is nothing to try for.
        let by = within(10).spinning(spins);
        check!(check_calls!(2 + spins, b.recv_by(&mut [0; 4], by)) == past);
        a.send_all(b"x", SOON)?;
        check!(check_calls!(1, b.recv_by(&mut [0; 4], by)) == Ok(1));
    }
    Ok(())
}

/// What making and taking a connection costs.
fn of_a_connection<E: Env>(env: &E) -> Outcome {
    // socket, SO_REUSEADDR, bind, listen.
    let listener = check_calls!(4, TcpListener::bind_in(counted(env), &loopback4::<E>()))?;
    let addr: SocketAddr<_> = check_calls!(1, listener.local_addr())?;
    // socket, connect, poll, SO_ERROR, getpeername.
    let (client, made) = calls(|| TcpStream::connect_in(counted(env), &addr, SOON));
    let client = client?;
    check!(made <= 5);
    listener.wait(PollEvents::IN, SOON)?;
    let (server, _) = check_calls!(1, listener.accept())?;
    check_calls!(1, client.peer_addr())?;
    check_calls!(0, drop((client, server)));
    check_calls!(1, UnixStream::pair_in(counted(env)))?;
    check_calls!(2, UdpSocket::bind_in(counted(env), &loopback4::<E>()))?;
    Ok(())
}

/// A Unix connect to a full backlog mostly waits in the kernel.
fn of_a_unix_connect<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let full = backlog::full::<E, UnixStreams>(env)?;
    let socket = UnixStreamSocket::open(counted(env), sock_core::Local)?;
    let (outcome, made) = calls(|| socket.connect_by(&full.addr, within(200)));
    check!(outcome.is_err_and(|rejected| rejected.error == Error::DEADLINE));
    check!(made > 4 && made <= 40);
    Ok(())
}

/// Runs `strike` on descriptors that somebody has made block. Should it wait all the same, `rescue`,
/// again and again on a second thread, ends that, and the case fails instead of hanging.
fn at_once<E: Env>(
    env: &E,
    mut rescue: impl FnMut() + Send,
    mut strike: impl FnMut(&AtomicBool) -> Outcome,
) -> Outcome {
    let (struck, release) = unix_pair(env)?;
    let rescued = AtomicBool::new(false);
    both(
        env,
        || {
            if struck.recv_by(&mut [0; 1], within(3000)) != Err(Error::DEADLINE) {
                return Ok(());
            }
            rescued.store(true, Ordering::Relaxed);
            while struck.recv(&mut [0; 1]) == Err(Error::WOULD_BLOCK) {
                rescue();
            }
            Err(Failure::check("no strike waits"))
        },
        || {
            let outcome = strike(&rescued);
            release.send_all(b"x", SOON)?;
            outcome
        },
    )
}

/// Sends until that fails, or until somebody had to make room for it.
fn fails<A: Abi>(
    rescued: &AtomicBool,
    mut send: impl FnMut() -> Result<usize, Error<A>>,
) -> Option<Error<A>> {
    while !rescued.load(Ordering::Relaxed) {
        if let Err(error) = send() {
            return Some(error);
        }
    }
    None
}

/// No operation without a deadline waits, whatever the mode of the descriptor.
fn stream_strikes<E: Env, P: Protocol + Sync>(env: &E, (a, b): Pair<E::Backend, P>) -> Outcome {
    env.backend().set_nonblocking(a.as_fd(), false)?;
    check!(!env.flags(a.as_fd()).nonblocking);
    let rescue = || {
        let _ = b.recv_by(&mut [0; 4096], within(10));
        let _ = b.send(b"rescue");
    };
    at_once(env, rescue, |_| {
        let nothing = || Err(Error::WOULD_BLOCK);
        check!(a.recv(&mut [0; 1]) == nothing());
        check!(a.peek(&mut [0; 1]) == nothing());
        check!(a.recv_vectored(&mut [IoSliceMut::new(&mut [0; 1])]) == nothing());
        check!(a.recv_by(&mut [0; 1], Deadline::NOW) == Err(Error::DEADLINE));
        check!(a.recv_by(&mut [0; 1], within(5)) == Err(Error::DEADLINE));
        check!(a.recv_exact(&mut [0; 1], within(5)).is_err());
        Ok(())
    })?;
    at_once(env, rescue, |rescued| {
        let bytes = [0; 4096];
        check!(fails(rescued, || a.send(&bytes)) == Some(Error::WOULD_BLOCK));
        check!(
            fails(rescued, || a.send_vectored(&[IoSlice::new(&bytes)])) == Some(Error::WOULD_BLOCK)
        );
        check!(fails(rescued, || a.send_by(&bytes, Deadline::NOW)) == Some(Error::DEADLINE));
        check!(fails(rescued, || a.send_by(&bytes, within(5))) == Some(Error::DEADLINE));
        let stopped = fails(rescued, || {
            Ok(a.send_all(&bytes, within(5)).map(|()| bytes.len())?)
        });
        check!(stopped == Some(Error::DEADLINE));
        Ok(())
    })
}

/// The same for datagrams.
fn udp_strikes<E: Env>(env: &E) -> Outcome {
    let sender = UdpSocket::bind_in(env.backend(), &loopback4::<E>())?;
    let socket = UdpSocket::bind_in(env.backend(), &loopback4::<E>())?;
    let to = socket.local_addr()?;
    env.backend().set_nonblocking(socket.as_fd(), false)?;
    let rescue = || {
        let _ = sender.send_to(b"rescue", &to);
        let _ = pause(sender.backend(), 10);
    };
    at_once(env, rescue, |_| {
        check!(socket.recv_from(&mut [0; 8]).err() == Some(Error::WOULD_BLOCK));
        check!(socket.peek_from(&mut [0; 8]).err() == Some(Error::WOULD_BLOCK));
        let waited = socket.recv_from_by(&mut [0; 8], within(5));
        check!(waited.err() == Some(Error::DEADLINE));
        Ok(())
    })
}

/// The same for the kinds that keep messages apart, both ways.
fn message_strikes<E: Env>(env: &E) -> Outcome {
    if has_seqpacket::<E>() {
        connected_strikes(env, UnixSeqpacket::pair_in(env.backend())?)?;
    }
    connected_strikes(env, ConnectedUnixDatagram::pair_in(env.backend())?)
}

/// The strikes of one of two connected sockets that keep messages apart.
fn connected_strikes<E: Env, P: Protocol<Domain: Sync> + Sync>(
    env: &E,
    (a, b): (Connected<E::Backend, P>, Connected<E::Backend, P>),
) -> Outcome {
    env.backend().set_nonblocking(a.as_fd(), false)?;
    let rescue = || {
        let _ = b.recv_by(&mut [0; 1024], within(10));
        let _ = b.send(b"rescue");
    };
    at_once(env, rescue, |rescued| {
        check!(a.recv(&mut [0; 8]).err() == Some(Error::WOULD_BLOCK));
        check!(a.peek(&mut [0; 8]).err() == Some(Error::WOULD_BLOCK));
        check!(a.recv_by(&mut [0; 8], within(5)).err() == Some(Error::DEADLINE));
        let bytes = [0; 1024];
        check!(fails(rescued, || a.send(&bytes)) == Some(Error::WOULD_BLOCK));
        check!(a.send_vectored(&[IoSlice::new(&bytes)]) == Err(Error::WOULD_BLOCK));
        check!(a.send_by(&bytes, within(5)) == Err(Error::DEADLINE));
        Ok(())
    })
}
