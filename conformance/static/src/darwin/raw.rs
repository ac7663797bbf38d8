//! Calls beyond sockets, for the environment of the cases.

use core::ffi::CStr;

use conformance::DescriptorFlags;
use sock_darwin::OwnedFd;

use super::library;
use super::numbers::*;

/// fcntl(2) with a command that takes a number or nothing: its answer, if it has one.
fn fcntl(fd: i32, command: i32) -> Option<i32> {
    // SAFETY: fcntl(2) with F_GETFD, F_GETFL or F_DUPFD_CLOEXEC, the only commands that this program
    // gives here, takes an `int` or nothing and touches no memory.
    let answer = unsafe { library::fcntl(fd, command, 0) };
    (answer >= 0).then_some(answer)
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

/// A second descriptor for the open file of `fd`.
pub(crate) fn duplicate(fd: &OwnedFd) -> Option<OwnedFd> {
    let number = fcntl(fd.as_raw_fd(), F_DUPFD_CLOEXEC)?;
    // SAFETY: the kernel has just made the descriptor for this caller.
    unsafe { OwnedFd::from_raw_fd(number) }
}

/// The id of this process, getpid(2).
pub(crate) fn process_id() -> u32 {
    // SAFETY: getpid(2) has no precondition.
    unsafe { library::getpid() }.unsigned_abs()
}

/// write(2): how many bytes went.
pub(crate) fn write(fd: i32, bytes: &[u8]) -> Option<usize> {
    // SAFETY: write(2) reads `bytes`, which is borrowed.
    let written = unsafe { library::write(fd, bytes.as_ptr().cast(), bytes.len()) };
    usize::try_from(written).ok()
}

/// Makes a directory, mkdir(2).
pub(crate) fn make_directory(path: &CStr, mode: u16) -> bool {
    // SAFETY: mkdir(2) reads the path, which ends with a NUL.
    unsafe { library::mkdir(path.as_ptr(), mode) == 0 }
}

/// Removes a directory, rmdir(2).
pub(crate) fn remove_directory(path: &CStr) -> bool {
    // SAFETY: rmdir(2) reads the path, which ends with a NUL.
    unsafe { library::rmdir(path.as_ptr()) == 0 }
}

/// Removes a file, unlink(2).
pub(crate) fn remove_file(path: &CStr) -> bool {
    // SAFETY: unlink(2) reads the path, which ends with a NUL.
    unsafe { library::unlink(path.as_ptr()) == 0 }
}
