//! What a program without libc needs beside sockets: the standard streams, a sleep, its own id, the
//! signals that end it, and what is at the path of a Unix socket.
//!
//! [`bsd_program!`](crate::bsd_program) makes the types and functions of a backend's module
//! `program` of what is here.

mod facade;
mod signals;

use core::ffi::CStr;
use core::mem::{ManuallyDrop, MaybeUninit};
use core::time::Duration;

use sock_core::{Abi, UnixAddr};

use super::System;
use super::layout::winsize;
use super::numbers::{F_GETFD, O_RDONLY, S_IFMT, S_IFSOCK, TIOCGWINSZ};
use crate::register::Arg;
use crate::{Error, OwnedFd, RawFd, Result};

pub use signals::{Signals, Termination, hold_broken_pipe};

/// What a system does in a way of its own for a program.
pub trait Program: System {
    /// What stands for the working directory, `AT_FDCWD`.
    const AT_FDCWD: i32;

    /// Whether the signal is ignored, sigaction(2).
    ///
    /// # Errors
    /// `InvalidInput`: there is no such signal.
    fn is_ignored(signal: i32) -> Result<bool, Self>;

    /// Takes the signal of the set, which has come and is held back: sigwait(2).
    ///
    /// # Errors
    /// None that the kernel documents for such arguments.
    fn take_signal(set: &Signals) -> Result<(), Self> {
        let mut taken = 0_i32;
        // SAFETY: sigwait(2) reads a set, which is borrowed, and writes a number to `taken`.
        unsafe { Self::sigwait(Arg::from_ref(set), Arg::from_mut(&mut taken)) }.unit::<Self>()
    }

    /// The kind and the permissions of the file at the path, lstat(2).
    ///
    /// # Errors
    /// `NotFound`, `NotADirectory`, `PermissionDenied`.
    fn file_mode(path: &CStr) -> Result<u16, Self>;

    /// The size in bytes of the file that this program was started from.
    ///
    /// # Errors
    /// `NotFound`: it is there no more.
    fn executable_size() -> Result<u64, Self>;

    /// Waits for so many nanoseconds, or until a signal comes, and leaves what remains.
    ///
    /// # Errors
    /// `Interrupted`.
    fn pause(left: &mut u64) -> Result<(), Self> {
        Self::poll(&mut [], Some(left)).map(drop)
    }
}

/// read(2).
///
/// # Errors
/// The kernel's.
pub fn read<S: Program>(fd: RawFd, room: &mut [u8]) -> Result<usize, S> {
    let len = room.len();
    // SAFETY: read(2) writes at most `len` bytes to `room`, which is borrowed mutably.
    unsafe { S::read(Arg::fd(fd), Arg::from_mut(room), Arg::word(len)) }.count::<S>()
}

/// write(2).
///
/// # Errors
/// The kernel's.
pub fn write<S: Program>(fd: RawFd, bytes: &[u8]) -> Result<usize, S> {
    // SAFETY: write(2) reads `bytes`, which is borrowed.
    unsafe { S::write(Arg::fd(fd), Arg::from_ref(bytes), Arg::word(bytes.len())) }.count::<S>()
}

/// write(2) until all has gone, going on after a signal.
///
/// # Errors
/// The kernel's.
pub fn write_all<S: Program>(fd: RawFd, mut bytes: &[u8]) -> Result<(), S> {
    while !bytes.is_empty() {
        match write::<S>(fd, bytes) {
            Ok(n) => bytes = bytes.get(n..).ok_or(Error::<S>::UNEXPECTED_REPLY)?,
            Err(error) if error == Error::<S>::INTERRUPTED => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Whether it is a terminal: whether it has a size, ioctl(2) `TIOCGWINSZ`.
pub fn is_terminal<S: Program>(fd: RawFd) -> bool {
    let mut size = MaybeUninit::<winsize>::uninit();
    // SAFETY: TIOCGWINSZ writes one `struct winsize`, which is borrowed mutably (`_IOR('t', 104, struct
    // winsize)` in sys/ttycom.h).
    let got = unsafe { S::ioctl(Arg::fd(fd), Arg::uint(TIOCGWINSZ), Arg::from_mut(&mut size)) };
    got.errno().is_none()
}

/// A standard stream as a descriptor that nothing closes.
pub const fn kept<S: Program>(number: u16) -> ManuallyDrop<OwnedFd<S>> {
    // SAFETY: the value is never dropped, so it closes nothing, and a poll of a number that is not open
    // says so (POLLNVAL). The number is not negative, so there is a value.
    ManuallyDrop::new(unsafe { OwnedFd::from_raw_fd(number as i32).unwrap_unchecked() })
}

/// Opens `/dev/null` in place of each standard stream that the program was started without.
///
/// # Errors
/// `NotFound`: there is no `/dev/null`, and a stream is missing.
pub fn open_standard_streams<S: Program>() -> Result<(), S> {
    for stream in 0..3 {
        // SAFETY: F_GETFD touches no memory, fcntl(2).
        let open = unsafe { S::fcntl(Arg::fd(stream), Arg::int(F_GETFD), Arg::word(0)) };
        if open.unit::<S>() == Err(Error::<S>::os(S::Abi::EBADF)) {
            // The lowest free number is the stream's: those below it are open.
            // SAFETY: openat(2) reads the path, which ends with a NUL.
            unsafe {
                S::openat(
                    Arg::fd(S::AT_FDCWD),
                    Arg::from_ref(c"/dev/null"),
                    Arg::int(O_RDONLY),
                    Arg::int(0),
                )
            }
            .unit::<S>()?;
        }
    }
    Ok(())
}

/// Sleeps at least as long as `duration`; signals do not shorten it.
pub fn sleep<S: Program>(duration: Duration) {
    let mut left = nanoseconds(duration);
    while left != 0 && S::pause(&mut left) == Err(Error::<S>::INTERRUPTED) {}
}

/// A duration in nanoseconds; more than 584 years are cut to that.
fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// The id of this process, getpid(2).
pub fn process_id<S: Program>() -> u32 {
    // SAFETY: getpid(2) touches no memory and cannot fail.
    unsafe { S::getpid() }.check().unwrap_or_default() as u32
}

/// Whether there is a socket at the path, lstat(2). A symbolic link is none, wherever it leads.
///
/// # Errors
/// `InvalidInput`: the address is no path. Those of [`Program::file_mode`].
pub fn is_socket<S: Program>(addr: &UnixAddr<S::Abi>) -> Result<bool, S> {
    let path = Path::of::<S>(addr)?;
    Ok(S::file_mode(path.as_c_str())? & S_IFMT == S_IFSOCK)
}

/// Removes the path that a Unix socket was bound to, unlink(2).
///
/// # Errors
/// `InvalidInput`: the address is no path. `NotFound`, `PermissionDenied`, `NotPermitted`,
/// `ReadOnlyFilesystem`.
pub fn remove_path<S: Program>(addr: &UnixAddr<S::Abi>) -> Result<(), S> {
    let path = Path::of::<S>(addr)?;
    // SAFETY: unlinkat(2) reads the path, which ends with a NUL.
    unsafe {
        S::unlinkat(
            Arg::fd(S::AT_FDCWD),
            Arg::from_ref(path.as_c_str()),
            Arg::int(0),
        )
    }
    .unit::<S>()
}

/// Room for the longest path of a Unix socket and a NUL, on either system.
const PATH: usize = 105;

/// A path and a NUL.
struct Path([u8; PATH]);

impl Path {
    fn of<S: Program>(addr: &UnixAddr<S::Abi>) -> Result<Self, S> {
        const { assert!(S::Abi::SUN_PATH < PATH) };
        let path = addr.as_path().ok_or(Error::<S>::INVALID)?;
        let mut terminated = [0; PATH];
        // The longest path leaves the last byte as it is.
        for (place, byte) in terminated.iter_mut().zip(path) {
            *place = *byte;
        }
        Ok(Path(terminated))
    }

    fn as_c_str(&self) -> &CStr {
        CStr::from_bytes_until_nul(&self.0).unwrap_or_default()
    }
}
