//! The calls as functions of libSystem, which every program on macOS is linked with.

use core::ffi::c_void;

use sock_raw::bsd::{Calls, Ret};
use sock_raw::register::Arg;

use crate::Darwin;

/// An argument as C takes it.
trait Word {
    fn of(arg: Arg<'_>) -> Self;
}

impl Word for i32 {
    #[inline(always)]
    fn of(arg: Arg<'_>) -> Self {
        arg.into_int()
    }
}

impl Word for u32 {
    #[inline(always)]
    fn of(arg: Arg<'_>) -> Self {
        arg.into_int().cast_unsigned()
    }
}

impl Word for usize {
    #[inline(always)]
    fn of(arg: Arg<'_>) -> Self {
        arg.into_word().addr()
    }
}

impl Word for isize {
    #[inline(always)]
    fn of(arg: Arg<'_>) -> Self {
        usize::of(arg).cast_signed()
    }
}

impl<T> Word for *mut T {
    #[inline(always)]
    fn of(arg: Arg<'_>) -> Self {
        arg.into_word().cast()
    }
}

unsafe extern "C" {
    // Where the thread keeps errno, errno.h.
    safe fn __error() -> *mut i32;
}

/// What a function answered, -1 being an error.
#[inline(always)]
fn answer(value: impl Into<i64>) -> Ret {
    // SAFETY: the address is that of the thread's own `int`, which lives as long as the thread.
    Ret::from_c(value.into() as isize, || unsafe { *__error() })
}

/// What a function answered that returns the error number itself, or 0.
#[inline(always)]
fn number(value: i32) -> Ret {
    Ret::new(
        core::ptr::without_provenance_mut(value as usize),
        value != 0,
    )
}

/// Declares functions as the headers do, and the calls over them: those of [`Calls`], then those that
/// Darwin alone has. The named arguments of a variadic function are followed by the one that it is
/// given beside them, which arm64 wants on the stack.
macro_rules! functions {
    (
        calls { $($call:ident($($a:ident: $t:ty),*) -> $r:ty, $how:ident;)+ }
        variadic { $($var:ident($($b:ident: $u:ty),*; $last:ident: $v:ty) -> $q:ty;)+ }
        own {
            $($(#[$doc:meta])+ $own:ident = $symbol:literal($($c:ident: $w:ty),*) -> $s:ty;)+
        }
    ) => {
        mod c {
            use super::c_void;

            unsafe extern "C" {
                $(pub(super) fn $call($($a: $t),*) -> $r;)+
                $(pub(super) fn $var($($b: $u),*, ...) -> $q;)+
                $(#[link_name = $symbol] pub(super) fn $own($($c: $w),*) -> $s;)+
            }
        }

        // SAFETY of each: libSystem's function of that name, declared with the types of its header,
        // makes the call of that name once; the caller vouches for the rest, as the trait asks.
        impl Calls for Darwin {
            $(
                #[inline(always)]
                unsafe fn $call($($a: Arg<'_>),*) -> Ret {
                    // SAFETY: as said above.
                    $how(unsafe { c::$call($(Word::of($a)),*) })
                }
            )+
            $(
                #[inline(always)]
                unsafe fn $var($($b: Arg<'_>,)* $last: Arg<'_>) -> Ret {
                    // SAFETY: as said above.
                    answer(unsafe { c::$var($(Word::of($b),)* <$v as Word>::of($last)) })
                }
            )+
        }

        $(
            $(#[$doc])+
            ///
            /// # Safety
            ///
            /// See [`Calls`](sock_raw::bsd::Calls#safety).
            #[inline(always)]
            pub(crate) unsafe fn $own($($c: Arg<'_>),*) -> Ret {
                // SAFETY: as said above.
                answer(unsafe { c::$own($(Word::of($c)),*) })
            }
        )+
    };
}

functions! {
    calls {
        close(fd: i32) -> i32, answer;
        socket(domain: i32, kind: i32, protocol: i32) -> i32, answer;
        socketpair(domain: i32, kind: i32, protocol: i32, pair: *mut i32) -> i32, answer;
        bind(fd: i32, addr: *mut c_void, len: u32) -> i32, answer;
        listen(fd: i32, backlog: i32) -> i32, answer;
        connect(fd: i32, addr: *mut c_void, len: u32) -> i32, answer;
        shutdown(fd: i32, how: i32) -> i32, answer;
        getsockname(fd: i32, addr: *mut c_void, len: *mut u32) -> i32, answer;
        getpeername(fd: i32, addr: *mut c_void, len: *mut u32) -> i32, answer;
        getsockopt(fd: i32, level: i32, number: i32, value: *mut c_void, len: *mut u32) -> i32, answer;
        setsockopt(fd: i32, level: i32, number: i32, value: *mut c_void, len: u32) -> i32, answer;
        sendto(fd: i32, bytes: *mut c_void, len: usize, flags: i32, addr: *mut c_void, addr_len: u32)
            -> i64, answer;
        sendmsg(fd: i32, message: *mut c_void, flags: i32) -> i64, answer;
        recvfrom(
            fd: i32, room: *mut c_void, len: usize, flags: i32, addr: *mut c_void, addr_len: *mut u32
        ) -> i64, answer;
        recvmsg(fd: i32, message: *mut c_void, flags: i32) -> i64, answer;
        kqueue() -> i32, answer;
        kevent(
            queue: i32, changes: *mut c_void, changes_len: i32, events: *mut c_void, events_len: i32,
            timeout: *mut c_void
        ) -> i32, answer;
        read(fd: i32, room: *mut c_void, len: usize) -> i64, answer;
        write(fd: i32, bytes: *mut c_void, len: usize) -> i64, answer;
        unlinkat(dir: i32, path: *mut c_void, flags: i32) -> i32, answer;
        getpid() -> i32, answer;
        sigprocmask(how: i32, set: *mut u32, before: *mut u32) -> i32, answer;
        sigaction(signal: i32, action: *mut c_void, before: *mut c_void) -> i32, answer;
        sigpending(set: *mut u32) -> i32, answer;
        sigwait(set: *mut u32, signal: *mut i32) -> i32, number;
    }
    variadic {
        ioctl(fd: i32, request: usize; argument: *mut c_void) -> i32;
        fcntl(fd: i32, command: i32; argument: isize) -> i32;
        openat(dir: i32, path: *mut c_void, flags: i32; mode: i32) -> i32;
    }
    own {
        /// accept(2).
        accept = "accept"(fd: i32, addr: *mut c_void, len: *mut u32) -> i32;
        /// poll(2).
        poll = "poll"(fds: *mut c_void, len: u32, milliseconds: i32) -> i32;
        /// sysctl(3).
        sysctl = "sysctl"(
            name: *mut i32, name_len: u32, old: *mut c_void, old_len: *mut usize, new: *mut c_void,
            new_len: usize
        ) -> i32;
    }
}

/// fstatat(2), with inode numbers of 64 bits.
///
/// # Safety
///
/// See [`Calls`](sock_raw::bsd::Calls#safety).
pub(crate) unsafe fn fstatat(dir: Arg<'_>, path: Arg<'_>, stat: Arg<'_>, flags: Arg<'_>) -> Ret {
    unsafe extern "C" {
        // sys/stat.h: on amd64 the plain name is that of the older structure.
        #[cfg_attr(target_arch = "x86_64", link_name = "fstatat$INODE64")]
        fn fstatat(dir: i32, path: *mut c_void, stat: *mut c_void, flags: i32) -> i32;
    }
    // SAFETY: libSystem's function of that name, declared with the types of its header; the caller
    // vouches for the rest.
    answer(unsafe {
        fstatat(
            Word::of(dir),
            Word::of(path),
            Word::of(stat),
            Word::of(flags),
        )
    })
}

/// The path of the program of a process, libproc.h.
///
/// # Safety
///
/// See [`Calls`](sock_raw::bsd::Calls#safety).
pub(crate) unsafe fn proc_pidpath(pid: Arg<'_>, path: Arg<'_>, len: Arg<'_>) -> Ret {
    unsafe extern "C" {
        // libproc.h.
        fn proc_pidpath(pid: i32, path: *mut c_void, len: u32) -> i32;
    }
    // SAFETY: as above. It returns the length of the path, and 0 for an error.
    let len = unsafe { proc_pidpath(Word::of(pid), Word::of(path), Word::of(len)) };
    answer(if len > 0 { len } else { -1 })
}

/// connectx(2).
///
/// # Safety
///
/// See [`Calls`](sock_raw::bsd::Calls#safety).
#[inline(always)]
pub(crate) unsafe fn connectx(arguments: [Arg<'_>; 8]) -> Ret {
    unsafe extern "C" {
        // sys/socket.h.
        fn connectx(
            fd: i32,
            endpoints: *mut c_void,
            association: u32,
            flags: u32,
            parts: *mut c_void,
            parts_len: u32,
            len: *mut usize,
            id: *mut u32,
        ) -> i32;
    }
    let [a, b, c, d, e, f, g, h] = arguments;
    let (fd, endpoints, association, flags) = (Word::of(a), Word::of(b), Word::of(c), Word::of(d));
    let (parts, parts_len, len, id) = (Word::of(e), Word::of(f), Word::of(g), Word::of(h));
    // SAFETY: libSystem's function of that name, declared with the types of its header; the caller
    // vouches for the rest.
    answer(unsafe { connectx(fd, endpoints, association, flags, parts, parts_len, len, id) })
}
