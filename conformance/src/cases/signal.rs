//! Signals: none ends a wait, early or late, or fails it; and no send raises one.

use core::time::Duration;

use sock_core::abi::Linux;
use sock_core::{
    Backend, Blocking, Deadline, Error, ErrorKind, IoSlice, PollEvents, Progress, Protocol,
    Shutdown, Stream, TcpListener, TcpStream, UdpSocket, UnixAddr, UnixDatagram, UnixSeqpacket,
    UnixSeqpackets, UnixStreams, poll,
};

use super::backlog::{FullTcp, Unix, full, full_tcp};
use super::deadline::{lateness, punctual};
use super::support::{
    ErrorOf, SOON, both, fill, has_seqpacket, loopback4, pause, tcp_pair, unix_pair,
};
use crate::{Env, Outcome, Runner, check, check_number};

pub(crate) fn portable<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("signal-during-a-receive", receives);
    runner.case("signal-during-a-send", sends);
    runner.case("signal-during-an-accept", accepts);
    runner.case("signal-during-wait-and-poll", wait_and_poll);
    runner.case("signal-during-a-blocking-receive", blocking);
    runner.case("signal-before-data", before_data);
    runner.case("signal-during-a-transfer", transfer);
    runner.case("no-sigpipe-tcp", |env| {
        let (_a, b) = tcp_pair(env)?;
        b.shutdown(Shutdown::Write)?;
        no_sigpipe(env, &b)
    });
    runner.case("no-sigpipe-unix", |env| {
        let (a, b) = unix_pair(env)?;
        drop(a);
        no_sigpipe(env, &b)
    });
    if has_seqpacket::<E>() {
        runner.case("no-sigpipe-seqpacket", no_sigpipe_seqpacket);
    }
}

pub(crate) fn linux<E: Env>(runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = Linux>,
{
    runner.case("signal-during-a-tcp-connect", tcp_connect);
    runner.case("signal-during-a-unix-connect", |env| {
        unix_connect::<E, UnixStreams>(env)?;
        unix_connect::<E, UnixSeqpackets>(env)
    });
    runner.case("signal-during-a-send-to-a-full-queue", full_queue);
}

/// How often signals come: many times within each wait here.
const PERIOD: Duration = Duration::from_millis(3);

/// Waits that end with their deadline and on time although signals arrive all the while: a short
/// one, and one long enough to be waited for in two steps.
#[track_caller]
fn undisturbed<E: Env>(
    env: &E,
    mut wait: impl FnMut(Deadline) -> Result<(), ErrorOf<E>>,
) -> Outcome {
    for millis in [30, 90] {
        let span = Duration::from_millis(millis);
        let mut signals = 0;
        punctual(env, || {
            let mut late = Ok(Duration::ZERO);
            let arrived = env.under_signals(PERIOD, &mut || {
                late = lateness(env, span, |_| wait(Deadline::after(span)));
            });
            signals += arrived.0;
            late
        })?;
        check!(signals > 0);
    }
    Ok(())
}

/// No receive is disturbed.
fn receives<E: Env>(env: &E) -> Outcome {
    let (a, _b) = tcp_pair(env)?;
    undisturbed(env, |by| a.recv_by(&mut [0; 1], by).map(drop))?;
    undisturbed(env, |by| a.peek_by(&mut [0; 1], by).map(drop))?;
    undisturbed(env, |by| Ok(a.recv_exact(&mut [0; 1], by)?))?;
    let udp = UdpSocket::bind_in(env.backend(), &loopback4::<E>())?;
    undisturbed(env, |by| udp.recv_from_by(&mut [0; 1], by).map(drop))?;
    if has_seqpacket::<E>() {
        let (packets, _peer) = UnixSeqpacket::pair_in(env.backend())?;
        undisturbed(env, |by| packets.recv_by(&mut [0; 1], by).map(drop))?;
    }
    Ok(())
}

/// No send is disturbed.
fn sends<E: Env>(env: &E) -> Outcome {
    let (a, _b) = unix_pair(env)?;
    fill(&a)?;
    undisturbed(env, |by| a.send_by(b"x", by).map(drop))?;
    undisturbed(env, |by| Ok(a.send_all(b"x", by)?))?;
    undisturbed(env, |by| {
        let parts = [<E::Backend as Backend>::IoSlice::new(b"x")];
        a.send_vectored_by(&parts, by).map(drop)
    })?;
    if !has_seqpacket::<E>() {
        return Ok(());
    }
    let (packets, _peer) = UnixSeqpacket::pair_in(env.backend())?;
    while packets.send(&[0; 4096]).is_ok() {}
    undisturbed(env, |by| packets.send_by(b"x", by).map(drop))
}

/// No accept is disturbed.
fn accepts<E: Env>(env: &E) -> Outcome {
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    undisturbed(env, |by| listener.accept_by(by).map(drop))
}

/// No wait for events is disturbed, nor a poll of nothing.
fn wait_and_poll<E: Env>(env: &E) -> Outcome {
    let (a, b) = unix_pair(env)?;
    undisturbed(env, |by| a.wait(PollEvents::IN, by).map(drop))?;
    undisturbed(env, |by| {
        let mut fds = [a.poll_fd(PollEvents::IN), b.poll_fd(PollEvents::IN)];
        match poll(&env.backend(), &mut fds, by)? {
            0 => Err(Error::DEADLINE),
            _ => Ok(()),
        }
    })?;
    undisturbed(env, |by| match poll(&env.backend(), &mut [], by)? {
        0 => Err(Error::DEADLINE),
        _ => Ok(()),
    })
}

/// No call of a blocking stream is disturbed, though its receive waits in the kernel itself.
fn blocking<E: Env>(env: &E) -> Outcome {
    let (a, _b) = unix_pair(env)?;
    fill(&a)?;
    let mut a = Blocking::new(a);
    undisturbed(env, |by| {
        a.set_read_deadline(by);
        a.recv(&mut [0; 1]).map(drop)
    })?;
    undisturbed(env, |by| {
        a.set_read_deadline(by);
        Ok(a.recv_exact(&mut [0; 1])?)
    })?;
    undisturbed(env, |by| {
        a.set_write_deadline(by);
        a.send(b"x").map(drop)
    })
}

/// A wait that signals interrupt goes on until data comes, with a deadline far away and without one.
fn before_data<E: Env>(env: &E) -> Outcome {
    let (a, b) = unix_pair(env)?;
    let mut b = Blocking::new(b);
    for by in [SOON, Deadline::NEVER] {
        b.set_read_deadline(by);
        both(
            env,
            || {
                for _ in 0..2 {
                    pause(a.backend(), 40)?;
                    a.send_all(b"x", SOON)?;
                }
                Ok(())
            },
            || {
                let mut came = [Ok(0), Ok(0)];
                let signals = env.under_signals(PERIOD, &mut || {
                    came = [b.get_ref().recv_by(&mut [0; 1], by), b.recv(&mut [0; 1])];
                });
                check!(came == [Ok(1), Ok(1)]);
                check!(signals.0 > 0);
                Ok(())
            },
        )?;
        // The next round begins with a stream that does not block.
        let stream = b.into_inner()?;
        b = Blocking::new(stream);
    }
    Ok(())
}

/// A transfer that signals interrupt loses and repeats nothing.
fn transfer<E: Env>(env: &E) -> Outcome {
    const PARTS: u8 = 60;
    let (a, b) = unix_pair(env)?;
    both(
        env,
        || {
            for part in 0..PARTS {
                a.send_all(&[part; 100], SOON)?;
                pause(a.backend(), 1)?;
            }
            Ok(())
        },
        || {
            let mut room = [0; 100 * PARTS as usize];
            let mut received = Ok(());
            let signals =
                env.under_signals(PERIOD, &mut || received = b.recv_exact(&mut room, SOON));
            received?;
            check!(signals.0 > 0);
            let right = (0..PARTS).flat_map(|part| [part; 100]);
            check!(right.eq(room.iter().copied()));
            Ok(())
        },
    )
}

/// No connect is disturbed, neither one made at once nor one that was pending.
fn tcp_connect<E: Env>(env: &E) -> Outcome {
    let FullTcp {
        listener,
        pending,
        inside: _inside,
    } = full_tcp(env)?;
    let addr = listener.local_addr()?;
    undisturbed(env, |by| {
        TcpStream::connect_in(env.backend(), &addr, by).map(drop)
    })?;
    let mut kept = Some(pending);
    undisturbed(env, |by| {
        let pending = kept.take().ok_or(Error::UNEXPECTED_REPLY)?;
        match pending.finish_by(by)? {
            Progress::Connected(_) => Ok(()),
            Progress::Pending(pending) => {
                kept = Some(pending);
                Err(Error::DEADLINE)
            }
        }
    })
}

/// connect(2) that a signal interrupts is EINTR; a Unix one has then not begun.
fn unix_connect<E: Env, P: Unix>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let full = full::<E, P>(env)?;
    let mut kept = Some(full.outside);
    undisturbed(env, |by| {
        let socket = kept.take().ok_or(Error::UNEXPECTED_REPLY)?;
        match socket.connect_by(&full.addr, by) {
            Ok(_) => Ok(()),
            Err(rejected) => {
                kept = Some(rejected.socket);
                Err(rejected.error)
            }
        }
    })
}

/// A send to a Unix datagram socket whose queue is full, whose wait takes a socket of its own.
fn full_queue<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let receiver = UnixDatagram::bind_in(env.backend(), &UnixAddr::UNNAMED)?;
    let sender = UnixDatagram::open(env.backend())?;
    let to = receiver.local_addr()?;
    while sender.send_to(b"x", &to).is_ok() {}
    check!(sender.send_to(b"x", &to) == Err(Error::WOULD_BLOCK));
    undisturbed(env, |by| sender.send_to_by(b"x", &to, by).map(drop))
}

/// Sending on a stream that is closed fails and raises nothing, by every way of sending.
fn no_sigpipe<E: Env, P: Protocol>(env: &E, stream: &Stream<E::Backend, P>) -> Outcome {
    let before = env.pipe_signals();
    let broken = Err(ErrorKind::BrokenPipe);
    check!(stream.send(b"x").map_err(Error::kind) == broken);
    check!(stream.send_by(b"x", SOON).map_err(Error::kind) == broken);
    let all = stream.send_all(b"x", SOON);
    check!(
        all.map_err(|stopped| (stopped.done, stopped.error.kind()))
            == Err((0, ErrorKind::BrokenPipe))
    );
    let parts = [<E::Backend as Backend>::IoSlice::new(b"x")];
    check!(stream.send_vectored(&parts).map_err(Error::kind) == broken);
    check_number!(env.pipe_signals(), before);
    Ok(())
}

/// The same for messages.
fn no_sigpipe_seqpacket<E: Env>(env: &E) -> Outcome {
    let before = env.pipe_signals();
    let (a, b) = UnixSeqpacket::pair_in(env.backend())?;
    drop(a);
    let broken = Err(ErrorKind::BrokenPipe);
    check!(b.send(b"x").map_err(Error::kind) == broken);
    check!(b.send_by(b"x", SOON).map_err(Error::kind) == broken);
    let parts = [<E::Backend as Backend>::IoSlice::new(b"x")];
    check!(b.send_vectored(&parts).map_err(Error::kind) == broken);
    check_number!(env.pipe_signals(), before);
    Ok(())
}
