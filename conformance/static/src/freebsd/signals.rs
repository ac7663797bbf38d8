//! A signal that arrives at this thread again and again.

use core::ffi::{c_int, c_long};
use core::mem::MaybeUninit;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;

use conformance::Signals;
use sock_freebsd::arch::{Arg, Nr, syscall3, syscall3_readonly};

use super::layout::{__sigset, itimerval, sigaction, timeval};
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
/// ever: they begin with the mask of their maker (`thread_create` in sys/kern/kern_thr.c).
pub(super) fn held_back<T>(act: impl FnOnce() -> T) -> T {
    let mut alarm = __sigset::default();
    let [first, ..] = &mut alarm.__bits;
    *first = 1 << (SIGALRM - 1);
    let before = set_mask(SIG_BLOCK, &alarm);
    let result = act();
    set_mask(SIG_SETMASK, &before);
    result
}

/// sigprocmask(2), which sets the mask of the calling thread: the mask as it was.
fn set_mask(how: c_int, mask: &__sigset) -> __sigset {
    let mut before = MaybeUninit::<__sigset>::uninit();
    // SAFETY: sigprocmask(2) reads one mask, which is borrowed, and writes the one before to another,
    // borrowed mutably.
    let set = unsafe {
        syscall3(
            Nr::new(SYS_sigprocmask),
            Arg::int(how),
            Arg::from_ref(mask),
            Arg::from_mut(&mut before),
        )
    };
    if set.check().is_err() {
        broken("sigprocmask");
    }
    // SAFETY: the call has succeeded, and so written it.
    unsafe { before.assume_init() }
}

/// Installs the handler, without SA_RESTART. It returns through code of the kernel's own
/// (`sendsig` in sys/amd64/amd64/exec_machdep.c and sys/arm64/arm64/exec_machdep.c).
fn install() {
    let action = sigaction {
        __sigaction_u: Some(count),
        sa_flags: 0,
        sa_mask: __sigset::default(),
    };
    // SAFETY: sigaction(2) reads the action, which is borrowed, and writes no old one to a null
    // pointer; the handler only adds to an atomic, which it may at any time. The signal belongs to this
    // program.
    let installed = unsafe {
        syscall3_readonly(
            Nr::new(SYS_sigaction),
            Arg::int(SIGALRM),
            Arg::from_ref(&action),
            Arg::null(),
        )
    };
    if installed.check().is_err() {
        broken("sigaction");
    }
}

/// Lets SIGALRM come every `period`, setitimer(2); none stops it.
fn set_timer(period: Duration) {
    let every = timeval {
        tv_sec: period.as_secs() as i64,
        tv_usec: c_long::from(period.subsec_micros() as i32),
    };
    let time = itimerval {
        it_interval: every,
        it_value: every,
    };
    // SAFETY: setitimer(2) reads the time, which is borrowed, and writes no old one to a null pointer.
    let set = unsafe {
        syscall3_readonly(
            Nr::new(SYS_setitimer),
            Arg::int(ITIMER_REAL),
            Arg::from_ref(&time),
            Arg::null(),
        )
    };
    if set.check().is_err() {
        broken("setitimer");
    }
}
