//! `Blocking`: a stream that waits inside its calls, under deadlines that hold all the same.

mod calls;
mod descriptor;

use core::mem::MaybeUninit;
use core::time::Duration;

use sock_core::{
    Backend, Blocking, Deadline, Error, ErrorKind, Shutdown, Stream, UnixStream, UnixStreams,
};

use super::deadline::{lateness, on_time, punctual};
use super::support::{SOON, both, drain, fill, pause, tcp_pair, unix_pair, within};
use crate::{Env, Failure, Outcome, Runner, check, check_number};

pub(crate) fn portable<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("blocking-receives-what-comes", receives);
    runner.case("blocking-deadline-relative", relative);
    runner.case("blocking-deadline-absolute", absolute);
    runner.case("blocking-deadline-that-changes", changes);
    runner.case("blocking-deadline-passed-tries-once", passed);
    runner.case("blocking-waits-for-ever", for_ever);
    runner.case("blocking-wakes-in-every-part-of-a-wait", wakes);
    runner.case("blocking-recv-exact", recv_exact);
    runner.case("blocking-recv-exact-shares-a-deadline", shares_a_deadline);
    runner.case("blocking-sends", sends);
    runner.case("blocking-tells-errors", errors);
    descriptor::portable(runner);
    calls::portable(runner);
}

type Pair<E> = (
    Blocking<UnixStream<<E as Env>::Backend>>,
    UnixStream<<E as Env>::Backend>,
);

/// A blocking stream and its peer.
fn pair<E: Env>(env: &E) -> Result<Pair<E>, Failure> {
    let (a, b) = unix_pair(env)?;
    Ok((Blocking::new(a), b))
}

/// Lets one receive wait in vain, so that the next waits without trying first.
fn tire<B: Backend>(stream: &mut Blocking<Stream<B, UnixStreams>>, by: Deadline) -> Outcome {
    stream.set_read_deadline(by);
    check!(stream.recv(&mut [0; 1]) == Err(Error::DEADLINE));
    Ok(())
}

/// Data that is there, data that comes later, the end, and nothing into no room.
fn receives<E: Env>(env: &E) -> Outcome {
    let (a, b) = tcp_pair(env)?;
    let mut a = Blocking::new(a);
    check_number!(a.recv(&mut [0u8; 0])?, 0);
    b.send_all(b"first", SOON)?;
    let mut room = [0; 8];
    check_number!(a.recv(&mut room)?, 5);
    check!(room.starts_with(b"first"));
    both(
        env,
        || {
            for _ in 0..3 {
                pause(b.backend(), 10)?;
                b.send_all(b"later", SOON)?;
            }
            pause(b.backend(), 10)?;
            Ok(b.shutdown(Shutdown::Write)?)
        },
        || {
            check_number!(a.recv(&mut [0; 5])?, 5);
            let mut room = [MaybeUninit::uninit(); 5];
            check!(a.recv(&mut room)? == b"later");
            check_number!(a.recv(&mut [0; 5])?, 5);
            for _ in 0..2 {
                check_number!(a.recv(&mut [0; 8])?, 0);
            }
            Ok(())
        },
    )
}

/// A duration begins anew with each receive, the first one and those that know of a wait before.
fn relative<E: Env>(env: &E) -> Outcome {
    let (mut a, _b) = pair(env)?;
    for millis in [1, 10, 60, 100, 300] {
        on_time(env, millis, |by| {
            a.set_read_deadline(by);
            a.recv(&mut [0; 1]).map(drop)
        })?;
    }
    Ok(())
}

/// A point of the clock is the same for every receive.
fn absolute<E: Env>(env: &E) -> Outcome {
    let (mut a, b) = pair(env)?;
    for millis in [30, 150] {
        let span = Duration::from_millis(millis);
        punctual(env, || {
            lateness(env, span, |start| {
                a.set_read_deadline(Deadline::at(start.saturating_add(span)));
                b.send_all(b"ab", SOON)?;
                a.recv(&mut [0; 1])?;
                a.recv(&mut [0; 1])?;
                // Once the deadline has passed, it has for the next receive, too.
                match a.recv(&mut [0; 1]) {
                    Err(_) => a.recv(&mut [0; 1]).map(drop),
                    Ok(_) => Ok(()),
                }
            })
        })?;
    }
    Ok(())
}

/// A time-out that an earlier receive left in the kernel is none for a later one, be that shorter
/// or longer.
fn changes<E: Env>(env: &E) -> Outcome {
    let (mut a, _b) = pair(env)?;
    for millis in [300, 70, 200, 20, 100, 65, 1] {
        on_time(env, millis, |by| {
            a.set_read_deadline(by);
            a.recv(&mut [0; 1]).map(drop)
        })?;
    }
    Ok(())
}

/// A passed deadline is a try, before a wait and after one.
fn passed<E: Env>(env: &E) -> Outcome {
    let (mut a, b) = pair(env)?;
    for wait in [None, Some(within(70)), Some(within(5))] {
        if let Some(by) = wait {
            tire(&mut a, by)?;
        }
        for by in [Deadline::NOW, Deadline::at(env.backend().now())] {
            a.set_read_deadline(by);
            check!(a.recv(&mut [0; 4]) == Err(Error::DEADLINE));
            b.send_all(b"x", SOON)?;
            check!(a.recv(&mut [0; 4]) == Ok(1));
        }
    }
    Ok(())
}

/// Without a deadline, data alone ends the wait; a time-out of an earlier receive does not.
fn for_ever<E: Env>(env: &E) -> Outcome {
    let (mut a, b) = pair(env)?;
    tire(&mut a, within(70))?;
    a.set_read_deadline(Deadline::NEVER);
    both(
        env,
        || {
            for _ in 0..2 {
                pause(b.backend(), 120)?;
                b.send_all(b"x", SOON)?;
            }
            Ok(())
        },
        || {
            check_number!(a.recv(&mut [0; 1])?, 1);
            a.set_read_deadline(Deadline::after(Duration::MAX));
            check_number!(a.recv(&mut [0; 1])?, 1);
            Ok(())
        },
    )
}

/// Data ends the wait, whichever way the stream waits just then: in the call, or in a poll shortly
/// before the deadline.
fn wakes<E: Env>(env: &E) -> Outcome {
    let (mut a, b) = pair(env)?;
    for (deadline, comes) in [(10_000, 20), (10_000, 150), (50, 5)] {
        let mut came = false;
        // A busy machine may be late with a short one, so there are tries.
        for _ in 0..20 {
            a.set_read_deadline(within(deadline));
            both(
                env,
                || {
                    pause(b.backend(), comes)?;
                    Ok(b.send_all(b"x", SOON)?)
                },
                || {
                    came = a.recv(&mut [0; 4]) == Ok(1);
                    Ok(())
                },
            )?;
            if came {
                break;
            }
            a.set_read_deadline(SOON);
            check_number!(a.recv(&mut [0; 4])?, 1);
        }
        check!(came);
    }
    Ok(())
}

/// recv_exact says how much came when the end or the deadline is first, also across waits.
fn recv_exact<E: Env>(env: &E) -> Outcome {
    let (mut a, b) = pair(env)?;
    let mut room = [0; 6];
    both(
        env,
        || {
            for part in [&b"abc"[..], b"de", b"fgh"] {
                pause(b.backend(), 10)?;
                b.send_all(part, SOON)?;
            }
            Ok(())
        },
        || {
            a.recv_exact(&mut room)?;
            check!(room == *b"abcdef");
            Ok(())
        },
    )?;
    a.set_read_deadline(within(90));
    let stopped = a.recv_exact(&mut room).err();
    check!(stopped.is_some_and(|stopped| stopped.error == Error::DEADLINE));
    check_number!(stopped.map_or(0, |stopped| stopped.done), 2);
    check!(room == *b"ghcdef");
    b.send_all(b"xyz", SOON)?;
    drop(b);
    let stopped = a.recv_exact(&mut room).err();
    check!(stopped.is_some_and(|stopped| stopped.error == Error::UNEXPECTED_END));
    check_number!(stopped.map_or(0, |stopped| stopped.done), 3);
    a.recv_exact(&mut [])?;
    Ok(())
}

/// Bytes that trickle in do not renew the deadline of recv_exact.
fn shares_a_deadline<E: Env>(env: &E) -> Outcome {
    let (mut a, b) = pair(env)?;
    let (stop, stopped) = unix_pair(env)?;
    let mut late = Ok(());
    both(
        env,
        || {
            while stopped.recv(&mut [0; 1]) == Err(Error::WOULD_BLOCK) {
                b.send_all(b"x", SOON)?;
                pause(b.backend(), 4)?;
            }
            Ok(())
        },
        || {
            late = [45, 150].into_iter().try_for_each(|millis| {
                on_time(env, millis, |by| {
                    a.set_read_deadline(by);
                    Ok(a.recv_exact(&mut [0; 4096])?)
                })
            });
            Ok(stop.send_all(b"x", SOON)?)
        },
    )?;
    late
}

/// Sends wait for room until their own deadline, and say how much went.
fn sends<E: Env>(env: &E) -> Outcome {
    let (mut a, b) = pair(env)?;
    check_number!(a.send(b"")?, 0);
    let filled = fill(a.get_ref())?;
    // The deadline for receives is another one, and what it does to the descriptor does not make
    // a send wait longer.
    tire(&mut a, within(70))?;
    a.set_read_deadline(Deadline::NEVER);
    for millis in [10, 60] {
        on_time(env, millis, |by| {
            a.set_write_deadline(by);
            a.send(b"x").map(drop)
        })?;
        on_time(env, millis, |by| {
            a.set_write_deadline(by);
            Ok(a.send_all(b"x")?)
        })?;
    }
    a.set_write_deadline(Deadline::NOW);
    check!(a.send(b"x") == Err(Error::DEADLINE));
    a.set_write_deadline(within(30));
    // Room for some of it, but not for all.
    let mut taken = 0;
    while taken < filled * 7 / 8 {
        taken += b.recv_by(&mut [0; 4096], SOON)?;
    }
    let stopped = a.send_all(&[1; 512 * 1024]).err();
    check!(stopped.is_some_and(|stopped| stopped.error == Error::DEADLINE));
    let sent = filled + stopped.map_or(0, |stopped| stopped.done);
    a.get_ref().shutdown(Shutdown::Write)?;
    check_number!(drain(&b)? + taken, sent);
    check!(a.send(b"x").map_err(Error::kind) == Err(ErrorKind::BrokenPipe));
    Ok(())
}

/// What ends a connection ends a wait, with its own error.
fn errors<E: Env>(env: &E) -> Outcome {
    let (a, b) = tcp_pair(env)?;
    let mut a = Blocking::new(a);
    let (linger, reset) = (sock_core::option::Linger, ErrorKind::ConnectionReset);
    let mut b = Some(b);
    both(
        env,
        || {
            if let Some(b) = b.take() {
                pause(b.backend(), 20)?;
                b.set_option(linger, Some(Duration::ZERO))?;
            }
            Ok(())
        },
        || {
            check!(a.recv(&mut [0; 1]).map_err(Error::kind) == Err(reset));
            Ok(())
        },
    )?;
    check_number!(a.recv(&mut [0; 1])?, 0);
    Ok(())
}
