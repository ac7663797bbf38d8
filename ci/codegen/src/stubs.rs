//! One system call for each number of arguments, as the backends of FreeBSD and Darwin make it.

#[cfg(target_os = "macos")]
use sock_darwin::{arch, numbers::*};
#[cfg(target_os = "freebsd")]
use sock_freebsd::{arch, numbers::*};
use sock_raw::register::{Arg, Errno, Nr};

macro_rules! stubs {
    ($($(#[$doc:meta])+ $name:ident = $number:ident, $call:ident($($argument:ident)*);)+) => {$(
        $(#[$doc])+
        ///
        /// # Safety
        ///
        /// What the system call asks of its arguments: see `arch` of the backend.
        #[unsafe(no_mangle)]
        pub unsafe fn $name($($argument: Arg<'_>),*) -> Result<usize, Errno> {
            // SAFETY: the caller vouches for what the call does.
            unsafe { arch::$call(Nr::new($number), $($argument),*) }.check()
        }
    )+};
}

stubs! {
    /// getpid(2).
    sock_stub_0 = SYS_getpid, syscall0();
    /// close(2).
    sock_stub_1 = SYS_close, syscall1(a);
    /// listen(2).
    sock_stub_2 = SYS_listen, syscall2(a b);
    /// connect(2).
    sock_stub_3 = SYS_connect, syscall3(a b c);
    /// socketpair(2).
    sock_stub_4 = SYS_socketpair, syscall4(a b c d);
    /// setsockopt(2).
    sock_stub_5 = SYS_setsockopt, syscall5(a b c d e);
    /// sendto(2).
    sock_stub_6 = SYS_sendto, syscall6(a b c d e f);
}

/// connectx(2).
///
/// # Safety
///
/// What the system call asks of its arguments: see `arch` of the backend.
#[cfg(target_os = "macos")]
#[unsafe(no_mangle)]
pub unsafe fn sock_stub_8(arguments: [Arg<'_>; 8]) -> Result<usize, Errno> {
    // SAFETY: the caller vouches for what the call does.
    unsafe { arch::syscall8(Nr::new(SYS_connectx), arguments) }.check()
}
