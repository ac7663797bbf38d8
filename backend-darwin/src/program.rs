//! What a program without libc needs beside sockets: the standard streams, a sleep, its own id and
//! size, the signals that end it, and what is at the path of a Unix socket.

use core::ffi::CStr;
use core::mem::MaybeUninit;

use sock_raw::bsd::Calls;
use sock_raw::bsd::numbers::SIG_IGN;
use sock_raw::bsd::program::Program;
use sock_raw::register::Arg;

use crate::layout::{sigaction, stat};
use crate::numbers::{AT_FDCWD, AT_SYMLINK_NOFOLLOW, MAXPATHLEN};
use crate::{Darwin, Error, call};

sock_raw::bsd_program! { Darwin }

impl Program for Darwin {
    const AT_FDCWD: i32 = AT_FDCWD;

    fn is_ignored(signal: i32) -> Result<bool> {
        let mut action = MaybeUninit::<sigaction>::zeroed();
        // SAFETY: sigaction(2) writes one `struct sigaction`, which is borrowed mutably, and changes
        // nothing without a new one.
        unsafe {
            <Darwin as Calls>::sigaction(Arg::int(signal), Arg::null(), Arg::from_mut(&mut action))
        }
        .unit::<Darwin>()?;
        // SAFETY: it consists of numbers and a pointer, for which any bytes are values.
        let action = unsafe { action.assume_init() };
        Ok(action.__sigaction_u.addr() == SIG_IGN)
    }

    fn file_mode(path: &CStr) -> Result<u16> {
        Ok(status(path, AT_SYMLINK_NOFOLLOW)?.st_mode)
    }

    /// proc_pidpath of libproc.h, and stat(2) of that.
    fn executable_size() -> Result<u64> {
        let mut path = [0_u8; MAXPATHLEN];
        let len = Arg::word(path.len());
        // SAFETY: proc_pidpath writes at most `len` bytes to `path`, which is borrowed mutably.
        unsafe { call::proc_pidpath(Arg::uint(process_id()), Arg::from_mut(&mut path), len) }
            .unit::<Darwin>()?;
        let path = CStr::from_bytes_until_nul(&path).map_err(|_| Error::UNEXPECTED_REPLY)?;
        u64::try_from(status(path, 0)?.st_size).map_err(|_| Error::UNEXPECTED_REPLY)
    }
}

/// fstatat(2) from the working directory.
fn status(path: &CStr, flags: i32) -> Result<stat> {
    let mut found = MaybeUninit::<stat>::zeroed();
    // SAFETY: fstatat(2) reads the path, which ends with a NUL, and writes one `struct stat`, which is
    // borrowed mutably.
    unsafe {
        call::fstatat(
            Arg::fd(AT_FDCWD),
            Arg::from_ref(path),
            Arg::from_mut(&mut found),
            Arg::int(flags),
        )
    }
    .unit::<Darwin>()?;
    // SAFETY: it consists of numbers, for which any bytes are values.
    Ok(unsafe { found.assume_init() })
}
