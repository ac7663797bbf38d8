//! What a program without libc needs beside sockets: the standard streams, a sleep, its own id and
//! size, the signals that end it, and what is at the path of a Unix socket.

mod signals;

use core::fmt;
use core::mem::{ManuallyDrop, MaybeUninit};
use core::time::Duration;

use linux_raw_sys::errno::{EBADF, EINTR};
use linux_raw_sys::general::{
    __NR_close, __NR_fcntl, __NR_getpid, __NR_ioctl, __NR_lseek, __NR_nanosleep, __NR_openat,
    __NR_read, __NR_statx, __NR_unlinkat, __NR_write, __kernel_timespec, AT_FDCWD,
    AT_SYMLINK_NOFOLLOW, F_GETFD, O_CLOEXEC, O_RDONLY, S_IFMT, S_IFSOCK, SEEK_END, STATX_TYPE,
    statx, termios,
};
use linux_raw_sys::ioctl::TCGETS;

use sock_core::{PollEvents, UnixAddr, abi};

use crate::arch::{Arg, Nr, syscall0_readonly, syscall1_readonly, syscall3, syscall3_readonly};
use crate::arch::{syscall2, syscall2_readonly, syscall4_readonly, syscall5};
use crate::call::{count, unit};
use crate::{Error, OwnedFd, PollFd, Result};
pub use signals::{Termination, hold_broken_pipe};

/// A standard stream. Whoever starts a program opens it; the program keeps it open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stdio {
    /// Standard input.
    Stdin = 0,
    /// Standard output.
    Stdout = 1,
    /// Standard error.
    Stderr = 2,
}

impl Stdio {
    fn arg(self) -> Arg<'static> {
        Arg::fd(self as i32)
    }

    /// Reads what there is, read(2); 0 is the end.
    ///
    /// # Errors
    /// `BadDescriptor`: the program was started without it. `Interrupted`; `WouldBlock` when
    /// whoever shares it has made it non-blocking.
    pub fn read(self, room: &mut [u8]) -> Result<usize> {
        let len = room.len();
        // SAFETY: read(2) writes at most `len` bytes to `room`, which is borrowed mutably.
        count(unsafe {
            syscall3(
                Nr::new(__NR_read),
                self.arg(),
                Arg::from_mut(room),
                Arg::word(len),
            )
        })
    }

    /// Writes what there is room for, write(2).
    ///
    /// A closed pipe raises SIGPIPE, which ends a program that neither ignores it nor holds it back
    /// ([`hold_broken_pipe`]).
    ///
    /// # Errors
    /// Those of [`read`](Self::read), and `BrokenPipe`.
    pub fn write(self, bytes: &[u8]) -> Result<usize> {
        // SAFETY: write(2) reads `bytes`, which is borrowed.
        count(unsafe {
            syscall3_readonly(
                Nr::new(__NR_write),
                self.arg(),
                Arg::from_ref(bytes),
                Arg::word(bytes.len()),
            )
        })
    }

    /// Writes all of `bytes`, going on after a signal.
    ///
    /// # Errors
    /// Those of [`write`](Self::write).
    pub fn write_all(self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            match self.write(bytes) {
                Ok(n) => bytes = bytes.get(n..).ok_or(Error::UNEXPECTED_REPLY)?,
                Err(error) if error == Error::INTERRUPTED => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The stream as [`poll`](sock_core::poll) takes it. One that poll(2) calls readable or writable
    /// may still make a [`read`](Self::read) or [`write`](Self::write) wait, when another program
    /// shares it and was faster, or when it has room for fewer bytes; a pipe has room for 4,096
    /// (`PIPE_BUF`, pipe(7)).
    pub fn poll_fd(self, events: PollEvents) -> PollFd<'static> {
        static STREAMS: [ManuallyDrop<OwnedFd>; 3] = [kept(0), kept(1), kept(2)];
        let [stdin, stdout, stderr] = &STREAMS;
        let stream = match self {
            Stdio::Stdin => stdin,
            Stdio::Stdout => stdout,
            Stdio::Stderr => stderr,
        };
        PollFd::new(stream, events)
    }

    /// Whether it is a terminal, isatty(3).
    pub fn is_terminal(self) -> bool {
        let mut settings = MaybeUninit::<termios>::uninit();
        // SAFETY: TCGETS writes one `struct termios`, which is borrowed mutably, ioctl_tty(2).
        let got = unsafe {
            syscall3(
                Nr::new(__NR_ioctl),
                self.arg(),
                Arg::uint(TCGETS),
                Arg::from_mut(&mut settings),
            )
        };
        got.errno().is_none()
    }
}

/// A standard stream as a descriptor that nothing closes.
const fn kept(number: u16) -> ManuallyDrop<OwnedFd> {
    // SAFETY: the value is never dropped, so it closes nothing, and a poll of a number that is not open
    // says so (POLLNVAL). The number is not negative, so there is a value.
    ManuallyDrop::new(unsafe { OwnedFd::from_raw_fd(number as i32).unwrap_unchecked() })
}

impl fmt::Write for Stdio {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.write_all(text.as_bytes()).map_err(|_| fmt::Error)
    }
}

/// Opens `/dev/null` in place of each standard stream that the program was started without, so that
/// no socket takes its number and gets what is meant for it. For the first line of `main`.
///
/// Standard input then is at its end; what is written to the others is refused, `BadDescriptor`, since
/// nobody gets it.
///
/// # Errors
/// `NotFound`: there is no `/dev/null`, and a stream is missing.
pub fn open_standard_streams() -> Result<()> {
    for stream in [Stdio::Stdin, Stdio::Stdout, Stdio::Stderr] {
        // SAFETY: F_GETFD touches no memory, fcntl(2).
        let open =
            unsafe { syscall2_readonly(Nr::new(__NR_fcntl), stream.arg(), Arg::uint(F_GETFD)) };
        if unit(open) == Err(Error::os(EBADF as u16)) {
            // The lowest free number is the stream's: those below it are open.
            // SAFETY: openat(2) reads the path, which ends with a NUL.
            unit(unsafe {
                syscall4_readonly(
                    Nr::new(__NR_openat),
                    Arg::fd(AT_FDCWD),
                    Arg::from_ref(c"/dev/null"),
                    Arg::uint(O_RDONLY),
                    Arg::int(0),
                )
            })?;
        }
    }
    Ok(())
}

/// The size in bytes of the file that this program was started from (`/proc/self/exe`).
///
/// # Errors
/// `NotFound`: /proc is not mounted.
pub fn executable_size() -> Result<u64> {
    // SAFETY: openat(2) reads the path, which ends with a NUL.
    let file = count(unsafe {
        syscall4_readonly(
            Nr::new(__NR_openat),
            Arg::fd(AT_FDCWD),
            Arg::from_ref(c"/proc/self/exe"),
            Arg::uint(O_RDONLY | O_CLOEXEC),
            Arg::int(0),
        )
    })? as i32;
    // SAFETY: lseek(2) touches no memory.
    let size = count(unsafe {
        syscall3_readonly(
            Nr::new(__NR_lseek),
            Arg::fd(file),
            Arg::word(0),
            Arg::uint(SEEK_END),
        )
    });
    // SAFETY: close(2) of the descriptor that was opened above and is used nowhere else.
    let closed = unit(unsafe { syscall1_readonly(Nr::new(__NR_close), Arg::fd(file)) });
    closed.and(size).map(|size| size as u64)
}

/// Sleeps at least as long as `duration`, nanosleep(2); signals do not shorten it. More than 2^63
/// seconds are cut to that.
pub fn sleep(duration: Duration) {
    let mut left = timespec(duration);
    let left = &raw mut left;
    // SAFETY: nanosleep(2) reads one timespec and, after a signal, writes what remains to the other;
    // they may be the same, since it reads first (kernel/time/hrtimer.c).
    let nap = || unsafe {
        syscall2(
            Nr::new(__NR_nanosleep),
            Arg::from_ptr(left),
            Arg::from_ptr(left),
        )
    };
    while unit(nap()) == Err(Error::os(EINTR as u16)) {}
}

/// A duration for the kernel; more than 2^63 seconds are cut to that.
fn timespec(duration: Duration) -> __kernel_timespec {
    __kernel_timespec {
        tv_sec: duration.as_secs().min(i64::MAX as u64) as i64,
        tv_nsec: i64::from(duration.subsec_nanos()),
    }
}

/// The id of this process, getpid(2).
pub fn process_id() -> u32 {
    // SAFETY: getpid(2) touches no memory and cannot fail.
    unsafe { syscall0_readonly(Nr::new(__NR_getpid)) }
        .check()
        .unwrap_or_default() as u32
}

/// Whether there is a socket at the path, statx(2). A symbolic link is none, wherever it leads.
///
/// # Errors
/// `InvalidInput`: the address is no path. `NotFound`, `NotADirectory`, `PermissionDenied`. `Unsupported`
/// before Linux 4.11.
pub fn is_socket(addr: &UnixAddr<abi::Linux>) -> Result<bool> {
    let path = Path::of(addr)?;
    let mut found = MaybeUninit::<statx>::zeroed();
    // SAFETY: statx(2) reads the path, which ends with a NUL, and writes one `struct statx`, which is
    // borrowed mutably.
    unit(unsafe {
        syscall5(
            Nr::new(__NR_statx),
            Arg::fd(AT_FDCWD),
            path.arg(),
            Arg::uint(AT_SYMLINK_NOFOLLOW),
            Arg::uint(STATX_TYPE),
            Arg::from_mut(&mut found),
        )
    })?;
    // SAFETY: it consists of numbers, for which zeroes are values, too.
    let found = unsafe { found.assume_init() };
    Ok(u32::from(found.stx_mode) & S_IFMT == S_IFSOCK)
}

/// Removes the path that a Unix socket was bound to, unlink(2). It stays in the file system when the
/// socket closes.
///
/// # Errors
/// `InvalidInput`: the address is no path. `NotFound`, `PermissionDenied`, `NotPermitted`,
/// `ReadOnlyFilesystem`.
pub fn remove_path(addr: &UnixAddr<abi::Linux>) -> Result<()> {
    let path = Path::of(addr)?;
    // SAFETY: unlinkat(2) reads the path, which ends with a NUL.
    unit(unsafe {
        syscall3_readonly(
            Nr::new(__NR_unlinkat),
            Arg::fd(AT_FDCWD),
            path.arg(),
            Arg::int(0),
        )
    })
}

/// A path and a NUL.
struct Path([u8; abi::linux::SUN_PATH + 1]);

impl Path {
    fn of(addr: &UnixAddr<abi::Linux>) -> Result<Self> {
        let path = addr.as_path().ok_or(Error::INVALID)?;
        let mut terminated = [0; abi::linux::SUN_PATH + 1];
        // The longest path leaves the last byte as it is.
        for (place, byte) in terminated.iter_mut().zip(path) {
            *place = *byte;
        }
        Ok(Path(terminated))
    }

    fn arg(&self) -> Arg<'_> {
        Arg::from_ref(&self.0)
    }
}
