//! What the environment of the cases takes from libSystem.

use core::ffi::{c_char, c_int, c_void};

use super::layout::{itimerval, sigaction as Action};

/// A thread, `pthread_t`.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub(super) struct Thread(pub(super) *mut c_void);

unsafe extern "C" {
    pub(super) fn getpid() -> c_int;
    pub(super) fn write(fd: c_int, bytes: *const c_void, len: usize) -> isize;
    // Variadic, which on arm64 is another way to pass arguments.
    pub(super) fn fcntl(fd: c_int, command: c_int, ...) -> c_int;
    pub(super) fn mkdir(path: *const c_char, mode: u16) -> c_int;
    pub(super) fn rmdir(path: *const c_char) -> c_int;
    pub(super) fn unlink(path: *const c_char) -> c_int;
    pub(super) fn sigaction(signal: c_int, action: *const Action, old: *mut Action) -> c_int;
    pub(super) fn setitimer(which: c_int, time: *const itimerval, old: *mut itimerval) -> c_int;
    pub(super) fn pthread_sigmask(how: c_int, mask: *const u32, old: *mut u32) -> c_int;
    pub(super) fn pthread_create(
        thread: *mut Thread,
        attributes: *const c_void,
        start: unsafe extern "C" fn(*mut c_void) -> *mut c_void,
        argument: *mut c_void,
    ) -> c_int;
    pub(super) fn pthread_join(thread: Thread, value: *mut *mut c_void) -> c_int;
}
