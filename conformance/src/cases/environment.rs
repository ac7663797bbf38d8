//! What the other cases rely on: the environment does what it says.

use core::hint;
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;

use sock_core::{Backend, Deadline, SocketKind};

use super::support::{Path, SOON};
use crate::{Env, Failure, Outcome, Runner, check, check_number};

pub(crate) fn portable<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("environment-two-threads", two_threads);
    runner.case("environment-signals", signals);
    runner.case("environment-descriptors", descriptors);
    runner.case("environment-temporary-paths", temporary_paths);
}

/// Two threads run at the same time: each waits until the other has begun.
fn two_threads<E: Env>(env: &E) -> Outcome {
    let (here, there) = (AtomicBool::new(false), AtomicBool::new(false));
    let backend = env.backend();
    let meets = |mine: &AtomicBool, other: &AtomicBool| {
        mine.store(true, Ordering::Release);
        let begin = backend.now();
        while !other.load(Ordering::Acquire) {
            if backend.now().saturating_duration_since(begin) > Duration::from_secs(10) {
                return false;
            }
            hint::spin_loop();
        }
        true
    };
    let (mut met_here, mut met_there) = (false, false);
    env.together(&mut || met_there = meets(&there, &here), &mut || {
        met_here = meets(&here, &there);
    });
    check!(met_here && met_there);
    Ok(())
}

/// Signals come during a wait, and end with it.
fn signals<E: Env>(env: &E) -> Outcome {
    let backend = env.backend();
    // A machine that is busy may be late with them.
    for _ in 0..50 {
        let mut waited = Ok(0);
        let signals = env.under_signals(Duration::from_millis(5), &mut || {
            waited = sock_core::poll(
                &backend,
                &mut [],
                Deadline::after(Duration::from_millis(60)),
            );
        });
        check_number!(waited?, 0);
        let mut left = 20_000_000;
        check_number!(backend.poll(&mut [], Some(&mut left))?, 0);
        check_number!(left, 0);
        if signals.0 > 1 {
            return Ok(());
        }
    }
    Err(Failure::check("signals arrive"))
}

/// A descriptor more is counted; a duplicate is another descriptor of the same open file.
fn descriptors<E: Env>(env: &E) -> Outcome {
    let backend = env.backend();
    let before = env.open_descriptors();
    let (a, b) = backend.socket_pair(SocketKind::Stream)?;
    check_number!(env.open_descriptors(), before + 2);
    let second = env.duplicate(&a);
    check_number!(env.open_descriptors(), before + 3);
    drop(a);
    backend.set_nonblocking(&second, false)?;
    check!(!env.flags(&second).nonblocking && env.flags(&second).close_on_exec);
    backend.set_nonblocking(&second, true)?;
    check!(env.flags(&second).nonblocking);
    let (a, b) = (
        sock_core::UnixStream::from_fd(backend.clone(), second)?,
        sock_core::UnixStream::from_fd(backend, b)?,
    );
    a.send_all(b"x", SOON)?;
    check_number!(b.recv_by(&mut [0; 2], SOON)?, 1);
    drop((a, b));
    check_number!(env.open_descriptors(), before);
    Ok(())
}

/// Each path is a new one, is short, and can be removed whether it is there or not.
fn temporary_paths<E: Env>(env: &E) -> Outcome {
    let (a, b) = (Path::new(env)?, Path::new(env)?);
    check!(a.addr != b.addr);
    for path in [&a, &b] {
        let socket = sock_core::UnixDatagram::bind_in(env.backend(), &path.addr)?;
        drop(socket);
        path.remove();
        path.remove();
        sock_core::UnixDatagram::bind_in(env.backend(), &path.addr)?;
    }
    Ok(())
}
