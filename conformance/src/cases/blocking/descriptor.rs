//! What `Blocking` does to the descriptor that it owns, and what others may do to it meanwhile.

use sock_core::{Backend, Blocking, Deadline, Error, RecvFlags, UnixStream};

use super::{pair, tire};
use crate::cases::calls::{calls, count_stream};
use crate::cases::support::{SOON, both, fill, pause, unix_pair, within};
use crate::{Env, Outcome, Runner, check, check_number};

pub(super) fn portable<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("blocking-lends-a-stream-that-does-not-wait", lends);
    runner.case("blocking-into-inner-restores", restores);
    runner.case("blocking-beside-a-shorter-time-out", shorter_time_out);
    runner.case(
        "blocking-beside-a-duplicate-that-does-not-block",
        duplicate_restored,
    );
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
        let mut twin = Blocking::new(UnixStream::from_fd(env.backend(), twin)?);
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
    let mut a = Blocking::new(count_stream(env, a)?);
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
