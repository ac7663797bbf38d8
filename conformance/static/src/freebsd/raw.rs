//! System calls beyond sockets, for the environment of the cases.

use core::ffi::CStr;

use conformance::DescriptorFlags;
use sock_freebsd::OwnedFd;
use sock_freebsd::arch::{
    Arg, Nr, Ret, syscall0_readonly, syscall2_readonly, syscall3_readonly, syscall4_readonly,
};

use super::numbers::*;

/// fcntl(2) with a command that takes a number or nothing.
pub(super) fn fcntl(fd: i32, command: i32, argument: i32) -> Ret {
    // SAFETY: fcntl(2) with F_GETFD, F_GETFL, F_SETFL or F_DUPFD_CLOEXEC, the only commands that this
    // program gives here, takes a number or nothing and touches no memory.
    unsafe {
        syscall3_readonly(
            Nr::new(SYS_fcntl),
            Arg::fd(fd),
            Arg::int(command),
            Arg::int(argument),
        )
    }
}

/// Whether the number is that of an open descriptor.
pub(crate) fn is_open(fd: i32) -> bool {
    fcntl(fd, F_GETFD, 0).check().is_ok()
}

/// The flags of a descriptor.
pub(crate) fn flags(fd: &OwnedFd) -> Option<DescriptorFlags> {
    let ask = |command| fcntl(fd.as_raw_fd(), command, 0).check().ok();
    Some(DescriptorFlags {
        close_on_exec: ask(F_GETFD)? as i32 & FD_CLOEXEC != 0,
        nonblocking: ask(F_GETFL)? as i32 & O_NONBLOCK != 0,
    })
}

/// A second descriptor for the open file of `fd`.
pub(crate) fn duplicate(fd: &OwnedFd) -> Option<OwnedFd> {
    let number = fcntl(fd.as_raw_fd(), F_DUPFD_CLOEXEC, 0).check().ok()?;
    // SAFETY: the kernel has just made the descriptor for this caller.
    unsafe { OwnedFd::from_raw_fd(number as i32) }
}

/// The id of this process, getpid(2).
pub(crate) fn process_id() -> u32 {
    // SAFETY: getpid(2) touches no memory and always succeeds.
    let id = unsafe { syscall0_readonly(Nr::new(SYS_getpid)) }.check();
    id.unwrap_or_default() as u32
}

/// write(2): how many bytes went.
pub(crate) fn write(fd: i32, bytes: &[u8]) -> Option<usize> {
    // SAFETY: write(2) reads `bytes`, which is borrowed.
    let written = unsafe {
        syscall3_readonly(
            Nr::new(SYS_write),
            Arg::fd(fd),
            Arg::from_ref(bytes),
            Arg::word(bytes.len()),
        )
    };
    written.check().ok()
}

/// Makes a directory, mkdirat(2).
pub(crate) fn make_directory(path: &CStr, mode: u16) -> bool {
    // SAFETY: mkdirat(2) reads the path, which ends with a NUL.
    let made = unsafe {
        syscall3_readonly(
            Nr::new(SYS_mkdirat),
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

fn unlinkat(path: &CStr, flags: i32) -> bool {
    // SAFETY: unlinkat(2) reads the path, which ends with a NUL.
    let removed = unsafe {
        syscall3_readonly(
            Nr::new(SYS_unlinkat),
            Arg::fd(AT_FDCWD),
            Arg::from_ref(path),
            Arg::int(flags),
        )
    };
    removed.check().is_ok()
}

/// Opens a file for reading and writing, openat(2), without waiting for it to become ready.
pub(super) fn open(path: &CStr) -> Option<OwnedFd> {
    // SAFETY: openat(2) reads the path, which ends with a NUL; nothing is created, so that the mode
    // does not count.
    let opened = unsafe {
        syscall4_readonly(
            Nr::new(SYS_openat),
            Arg::fd(AT_FDCWD),
            Arg::from_ref(path),
            Arg::int(O_RDWR | O_NONBLOCK),
            Arg::int(0),
        )
    };
    let number = opened.check().ok()?;
    // SAFETY: the kernel has just made the descriptor for this caller.
    unsafe { OwnedFd::from_raw_fd(number as i32) }
}

/// Makes `number` a descriptor for the open file of `fd`, dup2(2).
pub(super) fn duplicate_to(fd: &OwnedFd, number: i32) {
    // SAFETY: dup2(2) touches no memory. This program owns no descriptor of a number below 3, so that
    // none that is in use is replaced.
    let _ =
        unsafe { syscall2_readonly(Nr::new(SYS_dup2), Arg::fd(fd.as_raw_fd()), Arg::fd(number)) };
}
