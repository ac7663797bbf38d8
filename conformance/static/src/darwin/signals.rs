//! A signal that arrives at this thread again and again.

use core::ffi::c_int;
use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;

use conformance::Signals;

use super::layout::{itimerval, sigaction, timeval};
use super::library;
use super::numbers::*;
use crate::broken;

/// How often the handler ran.
static SIGNALS: AtomicUsize = AtomicUsize::new(0);

unsafe extern "C" fn count(_: c_int) {
    SIGNALS.fetch_add(1, Ordering::Relaxed);
}

/// Runs `wait` while SIGALRM arrives at this thread every `period`: no other thread of this program
/// lets it in ([`held_back`]).
pub(crate) fn under_signals(period: Duration, wait: &mut dyn FnMut()) -> Signals {
    install();
    let before = SIGNALS.load(Ordering::Relaxed);
    set_timer(period);
    wait();
    set_timer(Duration::ZERO);
    Signals(SIGNALS.load(Ordering::Relaxed) - before)
}

/// Runs `act` while SIGALRM is held back from this thread. Threads made meanwhile hold it back for
/// ever: they begin with the mask of their maker, pthread_create(3).
pub(super) fn held_back<T>(act: impl FnOnce() -> T) -> T {
    let before = set_mask(SIG_BLOCK, 1 << (SIGALRM - 1));
    let result = act();
    set_mask(SIG_SETMASK, before);
    result
}

/// pthread_sigmask(3): the mask as it was.
fn set_mask(how: c_int, mask: u32) -> u32 {
    let mut before = 0;
    // SAFETY: pthread_sigmask(3) reads one mask, which is borrowed, and writes the one before to
    // another, borrowed mutably.
    if unsafe { library::pthread_sigmask(how, &mask, &mut before) } != 0 {
        broken("pthread_sigmask");
    }
    before
}

/// Installs the handler, without SA_RESTART.
fn install() {
    let action = sigaction {
        __sigaction_u: Some(count),
        sa_mask: 0,
        sa_flags: 0,
    };
    // SAFETY: sigaction(2) reads the action, which is borrowed, and writes no old one to a null
    // pointer; the handler only adds to an atomic, which it may at any time. The signal belongs to this
    // program.
    if unsafe { library::sigaction(SIGALRM, &action, ptr::null_mut()) } != 0 {
        broken("sigaction");
    }
}

/// Lets SIGALRM come every `period`, setitimer(2); none stops it.
fn set_timer(period: Duration) {
    let every = timeval {
        tv_sec: period.as_secs() as i64,
        tv_usec: period.subsec_micros() as i32,
    };
    let time = itimerval {
        it_interval: every,
        it_value: every,
    };
    // SAFETY: setitimer(2) reads the time, which is borrowed, and writes no old one to a null pointer.
    if unsafe { library::setitimer(ITIMER_REAL, &time, ptr::null_mut()) } != 0 {
        broken("setitimer");
    }
}
