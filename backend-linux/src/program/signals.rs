//! The signals that end a program, held back.

use core::mem::MaybeUninit;
use core::time::Duration;

use linux_raw_sys::errno::{EAGAIN, EINTR};
use linux_raw_sys::general::{
    __NR_rt_sigaction, __NR_rt_sigprocmask, __NR_rt_sigtimedwait, __NR_signalfd4, O_CLOEXEC,
    O_NONBLOCK, SIG_BLOCK, SIG_SETMASK, SIGHUP, SIGINT, SIGPIPE, SIGTERM, kernel_sigaction,
};

use sock_core::PollEvents;

use super::timespec;
use crate::arch::{Arg, Nr, syscall4, syscall4_readonly};
use crate::call::{count, descriptor, unit};
use crate::{Error, OwnedFd, PollFd, Result};

/// The signals that ask a program to end, SIGHUP, SIGINT and SIGTERM, held back: as long as this
/// lives they do not end it but can be waited for, signalfd(2). Those that are ignored, because
/// whoever started the program wants that (nohup(1)), stay so.
///
/// When it is dropped, a signal that has come does what it would have done. For programs of one
/// thread: it is that of the call whose signals are held back.
#[derive(Debug)]
pub struct Termination {
    fd: OwnedFd,
    /// Those that are held back.
    signals: u64,
    /// The signals that were held back before.
    before: u64,
}

impl Termination {
    /// Holds the signals back: rt_sigaction(2), rt_sigprocmask(2), signalfd4(2).
    ///
    /// # Errors
    /// `TooManyOpenFiles`, `TooManyOpenFilesInSystem`, `OutOfMemory`.
    pub fn hold() -> Result<Self> {
        let mut signals = 0;
        for signal in [SIGHUP, SIGINT, SIGTERM] {
            if !is_ignored(signal)? {
                signals |= bit(signal);
            }
        }
        // SAFETY: signalfd4(2) reads the set, which is borrowed, and makes a descriptor.
        let fd = unsafe {
            descriptor(syscall4_readonly(
                Nr::new(__NR_signalfd4),
                Arg::int(-1),
                Arg::from_ref(&signals),
                SIGNALS_SIZE,
                Arg::uint(O_CLOEXEC | O_NONBLOCK),
            ))
        }?;
        let before = change_mask(SIG_BLOCK, signals)?;
        Ok(Termination {
            fd,
            signals,
            before,
        })
    }

    /// As [`poll`](sock_core::poll) takes it: [`PollEvents::IN`] when such a signal has come.
    pub fn poll_fd(&self) -> PollFd<'_> {
        PollFd::new(&self.fd, PollEvents::IN)
    }

    /// Waits for such a signal for so long, and takes it: whether one has come, rt_sigtimedwait(2).
    /// Another signal may shorten it. It needs no descriptor, so it also works where poll(2) does not.
    ///
    /// # Errors
    /// None that the kernel documents for such arguments.
    pub fn wait(&self, duration: Duration) -> Result<bool> {
        // SAFETY: rt_sigtimedwait(2) reads one set and one timespec, both borrowed; it writes nothing
        // where it is given no `siginfo_t`.
        let taken = count(unsafe {
            syscall4_readonly(
                Nr::new(__NR_rt_sigtimedwait),
                Arg::from_ref(&self.signals),
                Arg::null(),
                Arg::from_ref(&timespec(duration)),
                SIGNALS_SIZE,
            )
        });
        match taken {
            Ok(_) => Ok(true),
            Err(error)
                if [EAGAIN, EINTR]
                    .map(|errno| Error::os(errno as u16))
                    .contains(&error) =>
            {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }
}

impl Drop for Termination {
    fn drop(&mut self) {
        // It fails for arguments that are not these.
        let _ = change_mask(SIG_SETMASK, self.before);
    }
}

/// Holds SIGPIPE back for good: a write to a pipe that nobody reads is an error, `BrokenPipe`, and does
/// not end the program. For programs of one thread: it is that of the call.
///
/// # Errors
/// None that the kernel documents for such arguments.
pub fn hold_broken_pipe() -> Result<()> {
    change_mask(SIG_BLOCK, bit(SIGPIPE)).map(drop)
}

/// The set of one signal.
const fn bit(signal: u32) -> u64 {
    1 << (signal - 1)
}

/// The size of a set of signals, which the kernel wants to hear: 64 of them on these architectures.
const SIGNALS_SIZE: Arg<'static> = Arg::word(size_of::<u64>());

fn is_ignored(signal: u32) -> Result<bool> {
    /// `SIG_IGN` of include/uapi/asm-generic/signal-defs.h, where a handler's address would be.
    const SIG_IGN: usize = 1;
    let mut action = MaybeUninit::<kernel_sigaction>::zeroed();
    // SAFETY: rt_sigaction(2) writes one `struct sigaction` of the kernel, which is borrowed mutably.
    unit(unsafe {
        syscall4(
            Nr::new(__NR_rt_sigaction),
            Arg::uint(signal),
            Arg::null(),
            Arg::from_mut(&mut action),
            SIGNALS_SIZE,
        )
    })?;
    // SAFETY: zeroes are a value of it, and whatever handler the kernel has put in is an address or
    // none.
    let action = unsafe { action.assume_init() };
    Ok(action.sa_handler_kernel.map(|handler| handler as usize) == Some(SIG_IGN))
}

/// Changes which signals are held back, and returns which were before.
fn change_mask(how: u32, signals: u64) -> Result<u64> {
    let mut before = 0_u64;
    // SAFETY: rt_sigprocmask(2) reads one set and writes another, both borrowed.
    unit(unsafe {
        syscall4(
            Nr::new(__NR_rt_sigprocmask),
            Arg::uint(how),
            Arg::from_ref(&signals),
            Arg::from_mut(&mut before),
            SIGNALS_SIZE,
        )
    })?;
    Ok(before)
}
