//! The calls as traps into the kernel.

use sock_raw::bsd::Ret;
use sock_raw::register::{Arg, Nr};

use crate::Darwin;
use crate::arch::{syscall3, syscall4, syscall6, syscall8};
use crate::numbers::{
    PROC_INFO_CALL_PIDINFO, PROC_PIDPATHINFO, SYS_accept, SYS_connectx, SYS_fstatat64, SYS_poll,
    SYS_proc_info, SYS_sysctl,
};

sock_raw::bsd_raw_calls!(Darwin, sigwait = SYS___sigwait);

/// Calls that Darwin alone has, or has in another way than FreeBSD.
macro_rules! calls {
    ($($(#[$doc:meta])+ $name:ident($($argument:ident),*) = $number:ident, $syscall:ident;)+) => {$(
        $(#[$doc])+
        ///
        /// # Safety
        ///
        /// See [`Calls`](sock_raw::bsd::Calls#safety).
        #[inline(always)]
        pub(crate) unsafe fn $name($($argument: Arg<'_>),*) -> Ret {
            // SAFETY: the call of that name by its number in bsd/kern/syscalls.master, with the
            // arguments in their order; the caller vouches for the rest.
            unsafe { $syscall(Nr::new($number), $($argument),*) }
        }
    )+};
}

calls! {
    /// accept(2).
    accept(fd, addr, len) = SYS_accept, syscall3;
    /// poll(2).
    poll(fds, len, milliseconds) = SYS_poll, syscall3;
    /// sysctl(3).
    sysctl(name, name_len, old, old_len, new, new_len) = SYS_sysctl, syscall6;
    /// fstatat(2), with inode numbers of 64 bits.
    fstatat(dir, path, stat, flags) = SYS_fstatat64, syscall4;
}

/// connectx(2).
///
/// # Safety
///
/// See [`Calls`](sock_raw::bsd::Calls#safety).
#[inline(always)]
pub(crate) unsafe fn connectx(arguments: [Arg<'_>; 8]) -> Ret {
    // SAFETY: as above.
    unsafe { syscall8(Nr::new(SYS_connectx), arguments) }
}

/// The path of the program of a process, proc_pidpath of libproc.h.
///
/// # Safety
///
/// See [`Calls`](sock_raw::bsd::Calls#safety).
pub(crate) unsafe fn proc_pidpath(pid: Arg<'_>, path: Arg<'_>, len: Arg<'_>) -> Ret {
    // SAFETY: the call that libSystem's function of that name makes
    // (`libsyscall/wrappers/libproc/libproc.c`); the caller vouches for the rest.
    unsafe {
        syscall6(
            Nr::new(SYS_proc_info),
            Arg::int(PROC_INFO_CALL_PIDINFO),
            pid,
            Arg::int(PROC_PIDPATHINFO),
            Arg::word(0),
            path,
            len,
        )
    }
}
