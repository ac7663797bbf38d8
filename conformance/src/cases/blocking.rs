//! `Blocking`: a stream that waits inside its calls, under deadlines that hold all the same.

use core::mem::MaybeUninit;
use core::time::Duration;

use sock_core::{
    Backend, Blocking, Deadline, Error, ErrorKind, RecvFlags, Shutdown, Stream, UnixStream,
    UnixStreams,
};

use super::calls::{calls, count_stream};
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
    runner.case("blocking-lends-a-stream-that-does-not-wait", lends);
    runner.case("blocking-into-inner-restores", restores);
    runner.case("blocking-beside-a-shorter-time-out", shorter_time_out);
    runner.case(
        "blocking-beside-a-duplicate-that-does-not-block",
        duplicate_restored,
    );
    runner.case("calls-of-blocking-ping-pong", calls_of_ping_pong);
    runner.case("calls-of-blocking-return-to-strikes", calls_of_strikes);
    runner.case("calls-of-blocking-wait", calls_of_a_wait);
    runner.case("calls-of-blocking-spinning", calls_of_spinning);
    runner.case(
        "calls-of-blocking-after-a-short-wait",
        calls_after_a_short_wait,
    );
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
            check_number!(a.recv(&mut [0; 8])?, 5);
            let mut room = [MaybeUninit::uninit(); 8];
            check!(a.recv(&mut room)? == b"later");
            check_number!(a.recv(&mut [0; 8])?, 5);
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
                let first = a.recv(&mut [0; 1])?;
                let second = a.recv(&mut [0; 1])?;
                let last = a.recv(&mut [0; 1]);
                check_ended(&mut a, last, first + second)
            })
        })?;
    }
    Ok(())
}

/// Two bytes and then the deadline; and once it has passed, it has for the next receive, too.
fn check_ended<B: Backend>(
    stream: &mut Blocking<UnixStream<B>>,
    last: Result<usize, Error<B::Abi>>,
    came: usize,
) -> Result<(), Error<B::Abi>> {
    match (came, last) {
        (2, Err(_)) => stream.recv(&mut [0; 1]).map(drop),
        _ => Ok(()),
    }
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
            check_number!(a.recv(&mut [0; 4])?, 1);
            a.set_read_deadline(Deadline::after(Duration::MAX));
            check_number!(a.recv(&mut [0; 4])?, 1);
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

/// The stream inside never waits by itself, whatever its descriptor does.
fn lends<E: Env>(env: &E) -> Outcome {
    let (mut a, b) = pair(env)?;
    tire(&mut a, within(70))?;
    check!(!env.flags(a.get_ref().as_fd()).nonblocking);
    check!(a.get_ref().recv(&mut [0; 1]) == Err(Error::WOULD_BLOCK));
    check!(a.get_ref().recv_by(&mut [0; 1], within(5)) == Err(Error::DEADLINE));
    fill(a.get_ref())?;
    check!(a.get_ref().send(b"x") == Err(Error::WOULD_BLOCK));
    drop(b);
    Ok(())
}

/// into_inner gives the stream back as it was: it does not block; and whoever makes it block waits
/// as long as it takes, for no time-out is left in the open file.
fn restores<E: Env>(env: &E) -> Outcome {
    let (a, b) = unix_pair(env)?;
    let twin = env.duplicate(a.as_fd());
    let mut a = Blocking::new(a);
    tire(&mut a, within(70))?;
    check!(!env.flags(&twin).nonblocking);
    let a = a.into_inner()?;
    check!(env.flags(a.as_fd()).nonblocking && env.flags(&twin).nonblocking);
    check!(a.recv(&mut [0; 1]) == Err(Error::WOULD_BLOCK));
    let backend = env.backend();
    backend.set_nonblocking(&twin, false)?;
    both(
        env,
        || {
            pause(b.backend(), 150)?;
            Ok(b.send_all(b"x", SOON)?)
        },
        || {
            check_number!(backend.recv(&twin, &mut [0; 4], RecvFlags::empty())?, 1);
            Ok(())
        },
    )?;
    // One that never waited has changed nothing, and need not.
    let (a, b) = unix_pair(env)?;
    b.send_all(b"x", SOON)?;
    let mut a = Blocking::new(a);
    check_number!(a.recv(&mut [0; 4])?, 1);
    check!(env.flags(a.get_ref().as_fd()).nonblocking);
    check!(env.flags(a.into_inner()?.as_fd()).nonblocking);
    Ok(())
}

/// A time-out that somebody else sets on the open file, shorter than this stream's own, neither ends
/// a receive nor shows.
fn shorter_time_out<E: Env>(env: &E) -> Outcome {
    let (mut a, b) = pair(env)?;
    for by in [Deadline::NEVER, within(10_000)] {
        a.set_read_deadline(by);
        b.send_all(b"x", SOON)?;
        check_number!(a.recv(&mut [0; 4])?, 1);
        let twin = env.duplicate(a.get_ref().as_fd());
        let mut twin = Blocking::new(UnixStream::from_fd(env.backend(), twin));
        tire(&mut twin, within(62))?;
        both(
            env,
            || {
                pause(b.backend(), 120)?;
                Ok(b.send_all(b"x", SOON)?)
            },
            || {
                check_number!(a.recv(&mut [0; 4])?, 1);
                Ok(())
            },
        )?;
    }
    Ok(())
}

/// Another owner of the open file who makes it non-blocking again does not turn the wait into a
/// loop of tries.
fn duplicate_restored<E: Env>(env: &E) -> Outcome {
    let (a, _b) = unix_pair(env)?;
    let twin = env.duplicate(a.as_fd());
    let mut a = Blocking::new(count_stream(env, a));
    tire(&mut a, within(70))?;
    for millis in [90, 200] {
        env.backend().set_nonblocking(&twin, true)?;
        a.set_read_deadline(within(millis));
        let (outcome, made) = calls(|| a.recv(&mut [0; 4]));
        check!(outcome == Err(Error::DEADLINE));
        check!(made <= 24);
    }
    Ok(())
}

/// In a conversation each receive that waits is one call; one in 32 tries first.
fn calls_of_ping_pong<E: Env>(env: &E) -> Outcome {
    const TURNS: usize = 64;
    let (a, b) = tcp_pair(env)?;
    for by in [Deadline::NEVER, within(10_000)] {
        let (stream, twin) = (env.duplicate(a.as_fd()), &b);
        let mut stream = Blocking::new(Stream::from_fd(super::calls::counted(env), stream));
        let _: &Blocking<sock_core::TcpStream<_>> = &stream;
        stream.set_read_deadline(by);
        both(
            env,
            || {
                for _ in 0..TURNS {
                    twin.recv_exact(&mut [0; 1], SOON)?;
                    // Long enough that the other thread waits by then.
                    pause(twin.backend(), 1)?;
                    twin.send_all(b"x", SOON)?;
                }
                Ok(())
            },
            || {
                let (outcome, made) = calls(|| {
                    (0..TURNS).try_for_each(|_| {
                        stream.send_all(b"x")?;
                        stream.recv_exact(&mut [0; 1])
                    })
                });
                outcome?;
                // Two a turn, one to arm, one to clear O_NONBLOCK, the first try, the tries in
                // between and what follows one that succeeds.
                check!(made >= 2 * TURNS);
                check!(made <= 2 * TURNS + 3 + 2 * TURNS / 32);
                Ok(())
            },
        )?;
        let _ = stream.into_inner()?;
    }
    Ok(())
}

/// When data has come by itself for a while, receives try first again: the wait after that shows it,
/// by the call that it makes more.
fn calls_of_strikes<E: Env>(env: &E) -> Outcome {
    let (a, b) = unix_pair(env)?;
    let mut a = Blocking::new(count_stream(env, a));
    let mut made_by_a_wait = [0; 3];
    for (made, ready) in made_by_a_wait.iter_mut().zip([0, 1, 40]) {
        for _ in 0..ready {
            b.send_all(b"x", SOON)?;
            check_number!(a.recv(&mut [0; 1])?, 1);
        }
        both(
            env,
            || {
                pause(b.backend(), 30)?;
                Ok(b.send_all(b"x", SOON)?)
            },
            || {
                let (outcome, calls) = calls(|| a.recv(&mut [0; 1]));
                *made = calls;
                check_number!(outcome?, 1);
                Ok(())
            },
        )?;
    }
    // Try, clear O_NONBLOCK, wait; wait; try, wait.
    check!(made_by_a_wait == [3, 1, 2]);
    Ok(())
}

/// A wait that ends with its deadline makes few calls: it halves what remains, roughly.
fn calls_of_a_wait<E: Env>(env: &E) -> Outcome {
    let (a, _b) = unix_pair(env)?;
    let mut a = Blocking::new(count_stream(env, a));
    for (millis, most) in [(20, 2), (300, 12), (600, 16)] {
        let (outcome, made) = calls(|| tire(&mut a, within(millis)));
        outcome?;
        check_number!(made.max(most), most);
    }
    Ok(())
}

/// `spinning` tries so many times before it waits.
fn calls_of_spinning<E: Env>(env: &E) -> Outcome {
    let (a, _b) = unix_pair(env)?;
    let mut a = Blocking::new(count_stream(env, a));
    let (outcome, made) = calls(|| tire(&mut a, within(10).spinning(5)));
    outcome?;
    check_number!(made, 1 + 5 + 1);
    let (outcome, made) = calls(|| tire(&mut a, Deadline::NOW.spinning(5)));
    outcome?;
    check_number!(made, 5);
    Ok(())
}

/// The time-out of a short wait does not stay for a long one, which it would wake again and again.
fn calls_after_a_short_wait<E: Env>(env: &E) -> Outcome {
    let (a, _b) = unix_pair(env)?;
    let mut a = Blocking::new(count_stream(env, a));
    tire(&mut a, within(62))?;
    let (outcome, made) = calls(|| tire(&mut a, within(600)));
    outcome?;
    check_number!(made.max(16), 16);
    Ok(())
}
