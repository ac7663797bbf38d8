//! System calls beyond sockets, for the environment of the cases.

use core::ffi::CStr;

use conformance::DescriptorFlags;
use linux_raw_sys::general::{
    __NR_fcntl, __NR_gettid, __NR_mkdirat, __NR_unlinkat, AT_FDCWD, AT_REMOVEDIR, F_DUPFD_CLOEXEC,
    F_GETFD, F_GETFL, FD_CLOEXEC, O_NONBLOCK,
};
use sock_linux::arch::{Arg, Nr, syscall0_readonly, syscall3_readonly};
use sock_linux::{OwnedFd, program};

/// fcntl(2) with a command that only asks: the answer, if there is one.
fn fcntl(fd: i32, command: u32) -> Option<u32> {
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
    .ok()
    .map(|flags| flags as u32)
}

/// Whether the number is that of an open descriptor.
pub(crate) fn is_open(fd: i32) -> bool {
    fcntl(fd, F_GETFD).is_some()
}

/// The flags of a descriptor.
pub(crate) fn flags(fd: &OwnedFd) -> Option<DescriptorFlags> {
    Some(DescriptorFlags {
        close_on_exec: fcntl(fd.as_raw_fd(), F_GETFD)? & FD_CLOEXEC != 0,
        nonblocking: fcntl(fd.as_raw_fd(), F_GETFL)? & O_NONBLOCK != 0,
    })
}

/// The id of this process.
pub(crate) fn process_id() -> u32 {
    program::process_id()
}

/// write(2): how many bytes went.
pub(crate) fn write(fd: i32, bytes: &[u8]) -> Option<usize> {
    let stream = match fd {
        1 => program::Stdio::Stdout,
        _ => program::Stdio::Stderr,
    };
    stream.write(bytes).ok()
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
pub(crate) fn make_directory(path: &CStr, mode: u16) -> bool {
    // SAFETY: mkdirat(2) reads the path, which ends with a NUL.
    let made = unsafe {
        syscall3_readonly(
            Nr::new(__NR_mkdirat),
            Arg::fd(AT_FDCWD),
            Arg::from_ref(path),
            Arg::uint(mode.into()),
        )
    };
    made.check().is_ok()
}

/// Removes a directory, unlinkat(2).
pub(crate) fn remove_directory(path: &CStr) -> bool {
    unlinkat(path, AT_REMOVEDIR)
}

/// Removes a file, unlinkat(2).
pub(crate) fn remove_file(path: &CStr) -> bool {
    unlinkat(path, 0)
}

fn unlinkat(path: &CStr, flags: u32) -> bool {
    // SAFETY: unlinkat(2) reads the path, which ends with a NUL.
    let removed = unsafe {
        syscall3_readonly(
            Nr::new(__NR_unlinkat),
            Arg::fd(AT_FDCWD),
            Arg::from_ref(path),
            Arg::uint(flags),
        )
    };
    removed.check().is_ok()
}
