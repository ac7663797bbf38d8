//! What a program without libc needs beside sockets: the standard streams, a sleep, its own id and
//! size, the signals that end it, and what is at the path of a Unix socket.

use core::ffi::CStr;
use core::mem::MaybeUninit;

use sock_raw::bsd::Calls;
use sock_raw::bsd::numbers::SIG_IGN;
use sock_raw::bsd::program::{Program, Signals};
use sock_raw::register::{Arg, Nr};

use crate::arch::{syscall2, syscall3, syscall4, syscall6};
use crate::layout::{sigaction, stat};
use crate::numbers::{
    AT_FDCWD, AT_SYMLINK_NOFOLLOW, CTL_KERN, KERN_PROC, KERN_PROC_PATHNAME, MAXPATHLEN,
    SYS___sysctl, SYS_fstatat, SYS_nanosleep, SYS_sigtimedwait,
};
use crate::{Error, FreeBsd, clock};

sock_raw::bsd_program! { FreeBsd }

impl Program for FreeBsd {
    const AT_FDCWD: i32 = AT_FDCWD;

    fn is_ignored(signal: i32) -> Result<bool> {
        let mut action = MaybeUninit::<sigaction>::zeroed();
        // SAFETY: sigaction(2) writes one `struct sigaction`, which is borrowed mutably, and changes
        // nothing without a new one.
        unsafe {
            <FreeBsd as Calls>::sigaction(Arg::int(signal), Arg::null(), Arg::from_mut(&mut action))
        }
        .unit::<FreeBsd>()?;
        // SAFETY: it consists of numbers and a pointer, for which any bytes are values.
        let action = unsafe { action.assume_init() };
        Ok(action.sa_handler.addr() == SIG_IGN)
    }

    /// sigtimedwait(2), which never waits here: the first process of a machine is asked for a signal in
    /// vain that would end another (`issignal` in sys/kern/kern_sig.c throws it away).
    fn take_signal(set: &Signals) -> Result<()> {
        let now = clock::span(0);
        // SAFETY: sigtimedwait(2) reads a set and a timespec, both borrowed; it writes nothing where
        // it is given no `siginfo_t`.
        let taken = unsafe {
            syscall3(
                Nr::new(SYS_sigtimedwait),
                Arg::from_ref(set),
                Arg::null(),
                Arg::from_ref(&now),
            )
        };
        match taken.unit::<FreeBsd>() {
            Err(error) if error == Error::WOULD_BLOCK => Ok(()),
            done => done,
        }
    }

    fn file_mode(path: &CStr) -> Result<u16> {
        Ok(status(path, AT_SYMLINK_NOFOLLOW)?.st_mode)
    }

    /// sysctl(3) `kern.proc.pathname`, and stat(2) of that.
    fn executable_size() -> Result<u64> {
        let mut path = [0; MAXPATHLEN];
        pathname(&mut path)?;
        let path = CStr::from_bytes_until_nul(&path).map_err(|_| Error::UNEXPECTED_REPLY)?;
        u64::try_from(status(path, 0)?.st_size).map_err(|_| Error::UNEXPECTED_REPLY)
    }

    /// nanosleep(2), which is more exact than a poll(2): that may take a sixteenth longer.
    fn pause(left: &mut u64) -> Result<()> {
        let span = clock::span(*left);
        let mut remaining = clock::span(0);
        // SAFETY: nanosleep(2) reads one timespec and, after a signal, writes another, both borrowed.
        let slept = unsafe {
            syscall2(
                Nr::new(SYS_nanosleep),
                Arg::from_ref(&span),
                Arg::from_mut(&mut remaining),
            )
        }
        .unit::<FreeBsd>();
        *left = clock::nanoseconds(&remaining);
        slept
    }
}

/// The path of the file that this program was started from, with a NUL.
fn pathname(room: &mut [u8; MAXPATHLEN]) -> Result<()> {
    /// This process.
    const ME: i32 = -1;
    let name = [CTL_KERN, KERN_PROC, KERN_PROC_PATHNAME, ME];
    let mut len = room.len();
    // SAFETY: __sysctl reads four `int`s and writes at most `len` bytes to `room` and the length to
    // `len`, all borrowed; it changes nothing without a new value.
    unsafe {
        syscall6(
            Nr::new(SYS___sysctl),
            Arg::from_ref(&name),
            Arg::word(name.len()),
            Arg::from_mut(room),
            Arg::from_mut(&mut len),
            Arg::null(),
            Arg::word(0),
        )
    }
    .unit::<FreeBsd>()
}

/// fstatat(2) from the working directory.
fn status(path: &CStr, flags: i32) -> Result<stat> {
    let mut found = MaybeUninit::<stat>::zeroed();
    // SAFETY: fstatat(2) reads the path, which ends with a NUL, and writes one `struct stat`, which is
    // borrowed mutably.
    unsafe {
        syscall4(
            Nr::new(SYS_fstatat),
            Arg::fd(AT_FDCWD),
            Arg::from_ref(path),
            Arg::from_mut(&mut found),
            Arg::int(flags),
        )
    }
    .unit::<FreeBsd>()?;
    // SAFETY: it consists of numbers, for which any bytes are values.
    Ok(unsafe { found.assume_init() })
}
