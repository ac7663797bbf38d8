//! A signal that arrives at this thread again and again.

use core::ffi::c_int;
use core::mem;
use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;

use conformance::Signals;
use linux_raw_sys::general::{
    __NR_rt_sigaction, __NR_timer_create, __NR_timer_delete, __NR_timer_settime,
    __kernel_itimerspec, __kernel_timespec, CLOCK_MONOTONIC, SIGALRM, SIGEV_THREAD_ID,
    kernel_sigaction, kernel_sigset_t, sigevent,
};
use sock_linux::arch::{Arg, Nr, syscall1_readonly, syscall3, syscall4, syscall4_readonly};

use super::raw;
use crate::broken;

/// How often the handler ran.
static SIGNALS: AtomicUsize = AtomicUsize::new(0);

unsafe extern "C" fn count(_: c_int) {
    SIGNALS.fetch_add(1, Ordering::Relaxed);
}

/// Runs `wait` while SIGALRM arrives at this thread every `period`: a timer of timer_create(2) can
/// aim at one thread.
pub(crate) fn under_signals(period: Duration, wait: &mut dyn FnMut()) -> Signals {
    install();
    let before = SIGNALS.load(Ordering::Relaxed);
    let timer = Timer::new(raw::thread_id());
    timer.start(period);
    wait();
    drop(timer);
    Signals(SIGNALS.load(Ordering::Relaxed) - before)
}

/// Installs the handler, without SA_RESTART.
fn install() {
    // SAFETY: a zeroed one has no flags, no handler and an empty mask.
    let mut action: kernel_sigaction = unsafe { mem::zeroed() };
    action.sa_handler_kernel = Some(count);
    #[cfg(target_arch = "x86_64")]
    {
        // The kernel has no way back of its own there, arch/x86/kernel/signal_64.c.
        action.sa_flags = linux_raw_sys::general::SA_RESTORER.into();
        action.sa_restorer = Some(restore);
    }
    // SAFETY: rt_sigaction(2) reads the action, which is borrowed; the handler only adds to an
    // atomic, which it may at any time. The signal belongs to this program.
    let installed = unsafe {
        syscall4_readonly(
            Nr::new(__NR_rt_sigaction),
            Arg::uint(SIGALRM),
            Arg::from_ref(&action),
            Arg::null(),
            Arg::word(size_of::<kernel_sigset_t>()),
        )
    };
    if installed.errno().is_some() {
        broken("rt_sigaction");
    }
}

/// Where a handler returns to: rt_sigreturn(2), which finds the frame at the stack pointer.
#[cfg(target_arch = "x86_64")]
#[unsafe(naked)]
unsafe extern "C" fn restore() {
    core::arch::naked_asm!(
        "mov eax, {number}",
        "syscall",
        "ud2",
        number = const linux_raw_sys::general::__NR_rt_sigreturn,
    )
}

/// A timer that sends SIGALRM to one thread.
struct Timer(c_int);

impl Timer {
    fn new(thread: i32) -> Self {
        // SAFETY: a zeroed one is a valid value of each of its members.
        let mut event: sigevent = unsafe { mem::zeroed() };
        event.sigev_signo = SIGALRM as c_int;
        event.sigev_notify = SIGEV_THREAD_ID as c_int;
        event._sigev_un._tid = thread;
        let mut timer = -1;
        // SAFETY: timer_create(2) reads the event, which is borrowed, and writes the id of the timer,
        // an `int`, which is borrowed mutably.
        let made = unsafe {
            syscall3(
                Nr::new(__NR_timer_create),
                Arg::uint(CLOCK_MONOTONIC),
                Arg::from_ref(&event),
                Arg::from_mut(&mut timer),
            )
        };
        if made.errno().is_some() {
            broken("timer_create");
        }
        Timer(timer)
    }

    fn start(&self, period: Duration) {
        let every = || __kernel_timespec {
            tv_sec: period.as_secs() as i64,
            tv_nsec: i64::from(period.subsec_nanos()),
        };
        let time = __kernel_itimerspec {
            it_interval: every(),
            it_value: every(),
        };
        // SAFETY: timer_settime(2) reads the time, which is borrowed, and writes no old one to a
        // null pointer.
        let started = unsafe {
            syscall4(
                Nr::new(__NR_timer_settime),
                Arg::int(self.0),
                Arg::int(0),
                Arg::from_ref(&time),
                Arg::from_ptr(ptr::null::<()>()),
            )
        };
        if started.errno().is_some() {
            broken("timer_settime");
        }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        // SAFETY: timer_delete(2) touches no memory, and the timer is this value's own.
        let deleted = unsafe { syscall1_readonly(Nr::new(__NR_timer_delete), Arg::int(self.0)) };
        if deleted.errno().is_some() {
            broken("timer_delete");
        }
    }
}
