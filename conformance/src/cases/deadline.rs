//! Deadlines: never early, hardly late, shared by the waits of one operation; and one that has
//! passed still lets the operation be tried.

use core::time::Duration;

use sock_core::option::{RecvBuffer, SendBuffer};
use sock_core::{
    Backend, ConnectedUnixDatagram, Deadline, Error, Instant, IoSlice, IoSliceMut, PollEvents,
    Protocol, Stream, TcpListener, TcpStream, UdpSocket, UnixSeqpacket, poll,
};

use super::support::{
    ErrorOf, SOON, both, fill, has_seqpacket, loopback4, pause, tcp_pair, unix_pair, within,
};
use crate::{Env, Failure, Outcome, Runner, check, check_number};

pub(crate) fn portable<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("deadline-relative", relative);
    runner.case("deadline-absolute", absolute);
    runner.case("deadline-of-a-second", a_second);
    runner.case("deadline-of-every-receive", every_receive);
    runner.case("deadline-of-every-send", every_send);
    runner.case("deadline-of-accept-wait-and-poll", accept_wait_and_poll);
    runner.case("deadline-passed-tries-once", passed_tries_once);
    runner.case("deadline-passed-does-not-wait", passed_does_not_wait);
    runner.case("deadline-never-wakes-on-data", never_wakes);
    runner.case("deadline-beyond-the-clock-wakes-on-data", beyond_the_clock);
    runner.case("deadline-shared-by-recv-exact", shared_by_recv_exact);
    runner.case("deadline-shared-by-send-all", shared_by_send_all);
    runner.case("deadline-not-prolonged-by-a-stream-of-bytes", not_prolonged);
}

/// How late a wait may end, when nothing else keeps the processor.
const SLACK: Duration = Duration::from_millis(1);

/// How much time the tries for one wait that is hardly late may take together. Tries are many, so
/// that a busy machine is not taken for a late wait.
const PATIENCE: Duration = Duration::from_secs(15);

/// One wait of `span` that nothing ends but its deadline: by how much it was late. It fails when it
/// was early, or ended with anything but [`Error::DEADLINE`].
#[track_caller]
pub(crate) fn lateness<E: Env>(
    env: &E,
    span: Duration,
    wait: impl FnOnce(Instant) -> Result<(), ErrorOf<E>>,
) -> Result<Duration, Failure> {
    let backend = env.backend();
    let start = backend.now();
    let outcome = wait(start);
    let took = backend.now().saturating_duration_since(start);
    check!(outcome.is_err());
    if let Err(error) = outcome
        && error != Error::DEADLINE
    {
        return Err(error.into());
    }
    check!(took >= span);
    Ok(took.saturating_sub(span))
}

/// Waits until one was late by less than [`SLACK`], and fails when none is.
#[track_caller]
pub(crate) fn punctual<E: Env>(
    env: &E,
    mut late: impl FnMut() -> Result<Duration, Failure>,
) -> Outcome {
    let backend = env.backend();
    let give_up = backend.now().saturating_add(PATIENCE);
    let mut best = Duration::MAX;
    while best >= SLACK && backend.now() < give_up {
        best = best.min(late()?);
    }
    check_number!(best.as_millis(), 0);
    Ok(())
}

/// [`punctual`] waits of so many milliseconds, each under a relative deadline.
#[track_caller]
pub(crate) fn on_time<E: Env>(
    env: &E,
    millis: u64,
    mut wait: impl FnMut(Deadline) -> Result<(), ErrorOf<E>>,
) -> Outcome {
    let span = Duration::from_millis(millis);
    punctual(env, || lateness(env, span, |_| wait(Deadline::after(span))))
}

/// A duration counts from where the operation begins.
fn relative<E: Env>(env: &E) -> Outcome {
    let (_a, b) = unix_pair(env)?;
    for millis in [1, 10, 60, 100, 300] {
        on_time(env, millis, |by| b.recv_by(&mut [0; 1], by).map(drop))?;
    }
    Ok(())
}

/// A point of the clock is where the operation ends.
fn absolute<E: Env>(env: &E) -> Outcome {
    let (_a, b) = tcp_pair(env)?;
    for millis in [1, 10, 60, 100, 300] {
        let span = Duration::from_millis(millis);
        punctual(env, || {
            lateness(env, span, |start| {
                let by = Deadline::at(start.saturating_add(span));
                b.recv_by(&mut [0; 1], by).map(drop)
            })
        })?;
    }
    Ok(())
}

/// A kernel that may delay a long wait by a part of its length (Linux: 0.1 %,
/// `select_estimate_accuracy` in fs/select.c) does not delay the deadline.
fn a_second<E: Env>(env: &E) -> Outcome {
    on_time(env, 1200, |by| {
        poll(&env.backend(), &mut [], by).and_then(|ready| {
            if ready == 0 {
                Err(Error::DEADLINE)
            } else {
                Ok(())
            }
        })
    })
}

/// A vectored receive into one slice.
fn scatter<B: Backend, P: Protocol>(
    stream: &Stream<B, P>,
    room: &mut [u8],
    by: Deadline,
) -> Result<usize, Error<B::Abi>> {
    stream.recv_vectored_by(&mut [B::IoSliceMut::new(room)], by)
}

/// Every receive that may wait ends at its deadline, of a stream, its half, messages and datagrams.
fn every_receive<E: Env>(env: &E) -> Outcome {
    let (mut a, _b) = tcp_pair(env)?;
    on_time(env, 20, |by| a.peek_by(&mut [0; 1], by).map(drop))?;
    on_time(env, 60, |by| scatter(&a, &mut [0; 1], by).map(drop))?;
    on_time(env, 60, |by| Ok(a.recv_exact(&mut [0; 1], by)?))?;
    on_time(env, 20, |by| a.split().0.recv_by(&mut [0; 1], by).map(drop))?;
    if has_seqpacket::<E>() {
        let (a, _b) = UnixSeqpacket::pair_in(env.backend())?;
        on_time(env, 60, |by| a.recv_by(&mut [0; 1], by).map(drop))?;
    }
    let udp = UdpSocket::bind_in(env.backend(), &loopback4::<E>())?;
    on_time(env, 60, |by| udp.recv_from_by(&mut [0; 1], by).map(drop))
}

/// Every send that may wait ends at its deadline, of a stream, its half and messages.
fn every_send<E: Env>(env: &E) -> Outcome {
    let (mut a, _b) = unix_pair(env)?;
    fill(&a)?;
    on_time(env, 20, |by| a.send_by(&[0; 1], by).map(drop))?;
    on_time(env, 60, |by| Ok(a.send_all(&[0; 1], by)?))?;
    on_time(env, 60, |by| {
        let parts = [<E::Backend as Backend>::IoSlice::new(b"x")];
        a.send_vectored_by(&parts, by).map(drop)
    })?;
    on_time(env, 20, |by| a.split().1.send_by(&[0; 1], by).map(drop))?;
    if !has_seqpacket::<E>() {
        return Ok(());
    }
    let (a, _b) = UnixSeqpacket::pair_in(env.backend())?;
    while a.send(&[0; 4096]) != Err(Error::WOULD_BLOCK) {}
    on_time(env, 60, |by| a.send_by(&[0; 1], by).map(drop))
}

/// So does every wait for a connection or an event.
fn accept_wait_and_poll<E: Env>(env: &E) -> Outcome {
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    on_time(env, 60, |by| listener.accept_by(by).map(drop))?;
    on_time(env, 60, |by| listener.wait(PollEvents::IN, by).map(drop))?;
    on_time(env, 60, |by| {
        let mut fds = [listener.poll_fd(PollEvents::IN)];
        match poll(&env.backend(), &mut fds, by)? {
            0 => Err(Error::DEADLINE),
            _ => Ok(()),
        }
    })
}

/// The deadlines that have passed already: of no duration, now, and long ago.
fn passed<E: Env>(env: &E) -> [Deadline; 3] {
    [
        Deadline::NOW,
        Deadline::at(env.backend().now()),
        Deadline::at(Instant::from_nanos(0)),
    ]
}

/// An operation that need not wait succeeds whatever its deadline.
fn passed_tries_once<E: Env>(env: &E) -> Outcome {
    let (a, b) = unix_pair(env)?;
    let (packets, peer) = ConnectedUnixDatagram::pair_in(env.backend())?;
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    let udp = UdpSocket::bind_in(env.backend(), &loopback4::<E>())?;
    let (mut room, to) = ([0; 2], udp.local_addr()?);
    for by in passed(env) {
        check_number!(a.send_by(b"abcd", by)?, 4);
        check_number!(b.peek_by(&mut room, by)?, 2);
        check_number!(b.recv_by(&mut room, by)?, 2);
        check_number!(scatter(&b, &mut room, by)?, 2);
        a.send_all(b"ef", by)?;
        b.recv_exact(&mut room, by)?;
        let parts = [<E::Backend as Backend>::IoSlice::new(b"g")];
        check_number!(a.send_vectored_by(&parts, by)?, 1);
        check!(b.wait(PollEvents::IN, by)? == PollEvents::IN);
        check_number!(b.recv(&mut room)?, 1);

        check_number!(packets.send_by(b"h", by)?, 1);
        check_number!(peer.recv_by(&mut room, by)?.bytes, 1);

        let client = TcpStream::connect_in(env.backend(), &listener.local_addr()?, SOON)?;
        listener.wait(PollEvents::IN, SOON)?;
        check!(listener.accept_by(by)?.1 == client.local_addr()?);

        check_number!(udp.send_to_by(b"i", &to, by)?, 1);
        udp.wait(PollEvents::IN, SOON)?;
        check_number!(udp.recv_from_by(&mut room, by)?.bytes, 1);
    }
    Ok(())
}

/// An operation that would have to wait fails with the deadline's own error, and takes nothing.
fn passed_does_not_wait<E: Env>(env: &E) -> Outcome {
    let (a, b) = unix_pair(env)?;
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    let udp = UdpSocket::bind_in(env.backend(), &loopback4::<E>())?;
    fill(&b)?;
    for by in passed(env) {
        check!(b.recv_by(&mut [0; 1], by) == Err(Error::DEADLINE));
        check!(b.send_by(&[0; 1], by) == Err(Error::DEADLINE));
        check!(a.wait(PollEvents::OUT | PollEvents::PRI, by)? == PollEvents::OUT);
        check!(b.wait(PollEvents::IN, by) == Err(Error::DEADLINE));
        check!(listener.accept_by(by).err() == Some(Error::DEADLINE));
        check!(udp.recv_from_by(&mut [0; 1], by).err() == Some(Error::DEADLINE));
        let stopped = b.recv_exact(&mut [0; 4], by).err();
        check!(
            stopped.is_some_and(|stopped| (stopped.done, stopped.error) == (0, Error::DEADLINE))
        );
    }
    Ok(())
}

/// What wakes each kind of wait, made by another thread a little later.
fn wakes<E: Env>(env: &E, by: Deadline) -> Outcome {
    let (a, b) = unix_pair(env)?;
    let (packets, peer) = ConnectedUnixDatagram::pair_in(env.backend())?;
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    let addr = listener.local_addr()?;
    let udp = UdpSocket::bind_in(env.backend(), &loopback4::<E>())?;
    let to = udp.local_addr()?;
    let (full, reader) = unix_pair(env)?;
    let filled = fill(&full)?;
    let backend = env.backend();
    // Each step of the one waits for the step of the other.
    both(
        env,
        || {
            let next = || pause(&backend, 3);
            for _ in 0..4 {
                next()?;
                a.send_all(b"x", SOON)?;
            }
            next()?;
            packets.send(b"x")?;
            next()?;
            let client = TcpStream::connect_in(backend.clone(), &addr, SOON)?;
            next()?;
            udp.send_to(b"x", &to)?;
            next()?;
            reader.recv_exact(&mut [0; 4096], SOON)?;
            let mut left = filled - 4096;
            while left > 0 {
                left -= reader.recv_by(&mut [0; 4096], SOON)?;
            }
            check_number!(client.recv_by(&mut [0; 1], SOON)?, 0);
            Ok(())
        },
        || {
            check_number!(b.recv_by(&mut [0; 1], by)?, 1);
            check_number!(b.peek_by(&mut [0; 1], by)?, 1);
            check!(b.wait(PollEvents::IN, by)?.contains(PollEvents::IN));
            b.recv_exact(&mut [0; 3], by)?;
            check_number!(peer.recv_by(&mut [0; 2], by)?.bytes, 1);
            let _client = listener.accept_by(by)?;
            check_number!(udp.recv_from_by(&mut [0; 2], by)?.bytes, 1);
            Ok(full.send_all(&[0; 16], by)?)
        },
    )
}

/// Without a deadline, the event ends the wait.
fn never_wakes<E: Env>(env: &E) -> Outcome {
    wakes(env, Deadline::NEVER)
}

/// A deadline that no clock reaches is as good as none, and overflows nothing.
fn beyond_the_clock<E: Env>(env: &E) -> Outcome {
    wakes(env, Deadline::after(Duration::MAX))?;
    wakes(env, Deadline::at(Instant::from_nanos(u64::MAX)))?;
    wakes(
        env,
        Deadline::after(Duration::from_secs(100 * 365 * 86_400)),
    )
}

/// Bytes that come one by one do not renew the deadline, and those that came are counted.
fn shared_by_recv_exact<E: Env>(env: &E) -> Outcome {
    let (a, b) = tcp_pair(env)?;
    // One that is waited for in one step, and one in two.
    for millis in [45, 90] {
        trickle(env, &a, &b, millis, 4)?;
    }
    Ok(())
}

/// Bytes that come as fast as they are taken do not prolong the deadline either: time counts while
/// it is not waited, too.
fn not_prolonged<E: Env>(env: &E) -> Outcome {
    let (a, b) = unix_pair(env)?;
    for millis in [45, 90] {
        trickle(env, &a, &b, millis, 0)?;
    }
    Ok(())
}

/// One thread sends bytes with pauses while the other receives more than come until its deadline.
fn trickle<B: Backend<Fd: Send + Sync> + Send + Sync, P: Protocol + Sync>(
    env: &impl Env<Backend = B>,
    a: &Stream<B, P>,
    b: &Stream<B, P>,
    millis: u64,
    pauses: u64,
) -> Outcome {
    let (stop, stopped) = unix_pair(env)?;
    let mut late = Ok(());
    both(
        env,
        || {
            while stopped.recv(&mut [0; 1]) == Err(Error::WOULD_BLOCK) {
                // Nobody takes bytes between two of the receives.
                let sent = a.send_by(b"x", within(5));
                check!(sent == Ok(1) || sent == Err(Error::DEADLINE));
                if pauses > 0 {
                    pause(a.backend(), pauses)?;
                }
            }
            Ok(())
        },
        || {
            // What is timed is the wait alone; what came is looked at afterwards.
            let (mut room, mut came) = ([0; 1 << 20], 0);
            late = on_time(env, millis, |by| {
                let received = b.recv_exact(&mut room, by);
                came = received.map_or_else(|stopped| stopped.done, |()| room.len());
                Ok(received?)
            });
            stop.send_all(b"x", SOON)?;
            let (came, rest) = room.split_at(came);
            check!(!came.is_empty() && came.iter().all(|byte| *byte == b'x'));
            // A byte that an earlier try has left is of the same kind.
            check!(rest.iter().all(|byte| [0, b'x'].contains(byte)));
            Ok(())
        },
    )?;
    late
}

/// A reader that takes little by little does not renew the deadline of send_all.
fn shared_by_send_all<E: Env>(env: &E) -> Outcome {
    let (a, b) = tcp_pair(env)?;
    a.set_option(SendBuffer, 16 * 1024)?;
    b.set_option(RecvBuffer, 16 * 1024)?;
    let (stop, stopped) = unix_pair(env)?;
    let mut late = Ok(());
    both(
        env,
        || {
            while stopped.recv(&mut [0; 1]) == Err(Error::WOULD_BLOCK) {
                b.recv_by(&mut [0; 4096], SOON)?;
                pause(b.backend(), 4)?;
            }
            Ok(())
        },
        || {
            let bytes = [0; 1 << 20];
            late = [45, 90]
                .into_iter()
                .try_for_each(|millis| on_time(env, millis, |by| Ok(a.send_all(&bytes, by)?)));
            Ok(stop.send_all(b"x", SOON)?)
        },
    )?;
    late
}
