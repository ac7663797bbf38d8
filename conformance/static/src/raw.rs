//! System calls beyond sockets, for the environment of the cases.

use core::ffi::CStr;

use linux_raw_sys::general::{
    __NR_fcntl, __NR_gettid, __NR_mkdirat, __NR_unlinkat, AT_FDCWD, F_DUPFD_CLOEXEC,
};
use sock_linux::OwnedFd;
use sock_linux::arch::{Arg, Errno, Nr, syscall0_readonly, syscall3_readonly};

/// fcntl(2) with a command that only asks: the answer, or why there is none.
pub(crate) fn fcntl(fd: i32, command: u32) -> Result<usize, Errno> {
    // SAFETY: fcntl(2) with F_GETFD or F_GETFL, the only commands that this program gives here,
    // takes no further argument and touches no memory.
    unsafe {
        syscall3_readonly(
            Nr::new(__NR_fcntl),
            Arg::fd(fd),
            Arg::uint(command),
            Arg::word(0),
        )
    }
    .check()
}

/// A second descriptor for the open file of `fd`.
pub(crate) fn duplicate(fd: &OwnedFd) -> Option<OwnedFd> {
    // SAFETY: F_DUPFD_CLOEXEC makes a descriptor and touches no memory, F_DUPFD in fcntl(2).
    let number = unsafe {
        syscall3_readonly(
            Nr::new(__NR_fcntl),
            Arg::fd(fd.as_raw_fd()),
            Arg::uint(F_DUPFD_CLOEXEC),
            Arg::int(0),
        )
    }
    .check()
    .ok()?;
    // SAFETY: the kernel has just made the descriptor for this caller.
    unsafe { OwnedFd::from_raw_fd(number as i32) }
}

/// The id of this thread, gettid(2).
pub(crate) fn thread_id() -> i32 {
    // SAFETY: gettid(2) touches no memory and always succeeds.
    let id = unsafe { syscall0_readonly(Nr::new(__NR_gettid)) }.check();
    id.unwrap_or_default() as i32
}

/// Makes a directory, mkdirat(2).
pub(crate) fn make_directory(path: &CStr, mode: u32) -> Result<usize, Errno> {
    // SAFETY: mkdirat(2) reads the path, which ends with a NUL.
    unsafe {
        syscall3_readonly(
            Nr::new(__NR_mkdirat),
            Arg::fd(AT_FDCWD),
            Arg::from_ref(path),
            Arg::uint(mode),
        )
    }
    .check()
}

/// Removes a file, unlinkat(2).
pub(crate) fn unlink(path: &CStr) -> Result<usize, Errno> {
    // SAFETY: unlinkat(2) reads the path, which ends with a NUL.
    unsafe {
        syscall3_readonly(
            Nr::new(__NR_unlinkat),
            Arg::fd(AT_FDCWD),
            Arg::from_ref(path),
            Arg::int(0),
        )
    }
    .check()
}
