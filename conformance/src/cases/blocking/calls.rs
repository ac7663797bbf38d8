//! The system calls of `Blocking`: one for a receive that waits, few for a wait that ends in vain.

use sock_core::abi::Kernel;
use sock_core::{Blocking, Deadline, Stream, TcpStream};

use super::tire;
use crate::cases::calls::{calls, count_stream, counted};
use crate::cases::support::{SOON, both, kernel, pause, tcp_pair, unix_pair, within};
use crate::{Env, Outcome, Runner, check, check_number};

pub(super) fn portable<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("calls-of-blocking-ping-pong", calls_of_ping_pong);
    runner.case("calls-of-blocking-return-to-strikes", calls_of_strikes);
    runner.case("calls-of-blocking-wait", calls_of_a_wait);
    runner.case("calls-of-blocking-spinning", calls_of_spinning);
    runner.case(
        "calls-of-blocking-after-a-short-wait",
        calls_after_a_short_wait,
    );
}

/// In a conversation each receive that waits is one call; one in 32 tries first.
fn calls_of_ping_pong<E: Env>(env: &E) -> Outcome {
    const TURNS: usize = 64;
    let (a, b) = tcp_pair(env)?;
    for by in [Deadline::NEVER, within(10_000)] {
        let (stream, twin) = (env.duplicate(a.as_fd()), &b);
        let mut stream: Blocking<TcpStream<_>> =
            Blocking::new(Stream::from_fd(counted(env), stream)?);
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
    let mut a = Blocking::new(count_stream(env, a)?);
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

/// A wait that ends with its deadline is few calls: try, arm, clear O_NONBLOCK, wait, and the rest by
/// one or two polls. A later one has less to prepare.
fn calls_of_a_wait<E: Env>(env: &E) -> Outcome {
    let mut first = 0;
    // A machine that stalls may leave nothing to poll for, so there are tries.
    for _ in 0..5 {
        let (a, _b) = unix_pair(env)?;
        let mut a = Blocking::new(count_stream(env, a)?);
        // Where the kernel's waits are later, there are more of them.
        let waits = match kernel::<E>() {
            Kernel::Linux => [(20, 2), (300, 6), (300, 4), (600, 4)],
            _ => [(20, 5), (300, 10), (300, 8), (600, 8)],
        };
        for (millis, most) in waits {
            let (outcome, made) = calls(|| tire(&mut a, within(millis)));
            outcome?;
            check_number!(made.max(most), most);
            first = first.max(made);
        }
        // Only the first of 300 ms, of which the poll waits for what the time-out must leave.
        if first >= 5 {
            return Ok(());
        }
    }
    check_number!(first, 5);
    Ok(())
}

/// `spinning` tries so many times before it waits.
fn calls_of_spinning<E: Env>(env: &E) -> Outcome {
    let (a, _b) = unix_pair(env)?;
    let mut a = Blocking::new(count_stream(env, a)?);
    let (outcome, made) = calls(|| tire(&mut a, within(10).spinning(5)));
    outcome?;
    check_number!(made, 1 + 5 + 1);
    // There is no time to spin.
    let (outcome, made) = calls(|| tire(&mut a, Deadline::NOW.spinning(5)));
    outcome?;
    check_number!(made, 1);
    Ok(())
}

/// The time-out of a short wait does not stay for a long one, which would then wait by calls more:
/// the first one that is long sets it, the next one need not.
fn calls_after_a_short_wait<E: Env>(env: &E) -> Outcome {
    let (a, b) = unix_pair(env)?;
    let mut a = Blocking::new(count_stream(env, a)?);
    for by in [within(900), Deadline::NEVER] {
        tire(&mut a, within(62))?;
        a.set_read_deadline(by);
        for expected in [2, 1] {
            both(
                env,
                || {
                    pause(b.backend(), 60)?;
                    Ok(b.send_all(b"x", SOON)?)
                },
                || {
                    let (outcome, made) = calls(|| a.recv(&mut [0; 4]));
                    check_number!(outcome?, 1);
                    check_number!(made, expected);
                    Ok(())
                },
            )?;
        }
    }
    Ok(())
}
