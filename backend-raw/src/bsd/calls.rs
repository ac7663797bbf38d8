//! The table of calls: each once, by its name and its arguments.

use super::Ret;
use crate::register::Arg;

/// Declares [`Calls`] from the table, and the calls of the systems that the tests make up.
macro_rules! table {
    ($($(#[$meta:meta])+ $name:ident($($argument:ident),*);)+) => {
        /// The calls of both kernels, each as the kernel takes it: its arguments are those of its
        /// manual page, in that order.
        ///
        /// A backend implements them by trapping into the kernel
        /// ([`bsd_raw_calls!`](crate::bsd_raw_calls)), or by the C library's functions.
        ///
        /// # Safety
        ///
        /// A system call can do anything to the process, so each of these is `unsafe`, with one
        /// contract. The caller vouches that
        ///
        /// - the call's effects with these arguments are ones that the program allows;
        /// - every pointer that the kernel follows is valid for what it does there, in length,
        ///   alignment and access, and for as long as it does it;
        /// - memory behind a shared reference is not written;
        /// - ownership is kept: a closed descriptor is not used again by whoever holds it.
        ///
        /// The implementer vouches for the other side: that the call of that name, and no other, is
        /// made with these arguments, once.
        pub trait Calls {
            $(
                $(#[$meta])+
                ///
                /// # Safety
                ///
                /// See [the trait](Calls#safety).
                unsafe fn $name($($argument: Arg<'_>),*) -> Ret;
            )+
        }

        #[cfg(test)]
        impl<const DARWIN: bool> Calls for super::tests::System<DARWIN> {
            $(unsafe fn $name($($argument: Arg<'_>),*) -> Ret {
                super::tests::call(stringify!($name), &[$($argument.into_word()),*])
            })+
        }
    };
}

table! {
    /// close(2).
    close(fd);
    /// socket(2).
    socket(domain, kind, protocol);
    /// socketpair(2).
    socketpair(domain, kind, protocol, pair);
    /// bind(2).
    bind(fd, addr, len);
    /// listen(2).
    listen(fd, backlog);
    /// connect(2).
    connect(fd, addr, len);
    /// shutdown(2).
    shutdown(fd, how);
    /// getsockname(2).
    getsockname(fd, addr, len);
    /// getpeername(2).
    getpeername(fd, addr, len);
    /// getsockopt(2).
    getsockopt(fd, level, number, value, len);
    /// setsockopt(2).
    setsockopt(fd, level, number, value, len);
    /// sendto(2).
    sendto(fd, bytes, len, flags, addr, addr_len);
    /// sendmsg(2).
    sendmsg(fd, message, flags);
    /// recvfrom(2).
    recvfrom(fd, room, len, flags, addr, addr_len);
    /// recvmsg(2).
    recvmsg(fd, message, flags);
    /// ioctl(2).
    ioctl(fd, request, argument);
    /// fcntl(2).
    fcntl(fd, command, argument);
    /// kqueue(2).
    kqueue();
    /// kevent(2).
    kevent(queue, changes, changes_len, events, events_len, timeout);
    /// read(2).
    read(fd, room, len);
    /// write(2).
    write(fd, bytes, len);
    /// openat(2).
    openat(dir, path, flags, mode);
    /// unlinkat(2).
    unlinkat(dir, path, flags);
    /// getpid(2).
    getpid();
    /// sigprocmask(2).
    sigprocmask(how, set, before);
    /// sigaction(2), as the kernel takes it: on Darwin a new action has the address of a trampoline.
    sigaction(signal, action, before);
    /// sigpending(2).
    sigpending(set);
    /// sigwait(2), as the kernel takes it.
    sigwait(set, signal);
}

/// Implements [`Calls`](crate::bsd::Calls) by traps into the kernel.
///
/// Takes the numbers from `crate::numbers` and the functions from `crate::arch` of the crate that
/// uses it; the names of numbers that differ between the two kernels are arguments.
#[macro_export]
#[allow(clippy::crate_in_macro_def)] // the crate that uses it is meant
macro_rules! bsd_raw_calls {
    ($system:ty, sigwait = $sigwait:ident) => {
        // SAFETY of each: the call of that name by its number, with the arguments in their order. It
        // is `readonly` where the kernel writes no memory of the program. The caller vouches for
        // the rest, as the trait asks.
        impl $crate::bsd::Calls for $system {
            $crate::bsd_raw_calls! {
                @one close = SYS_close, syscall1_readonly(fd);
                @one socket = SYS_socket, syscall3_readonly(domain, kind, protocol);
                @one socketpair = SYS_socketpair, syscall4(domain, kind, protocol, pair);
                @one bind = SYS_bind, syscall3_readonly(fd, addr, len);
                @one listen = SYS_listen, syscall2_readonly(fd, backlog);
                @one connect = SYS_connect, syscall3_readonly(fd, addr, len);
                @one shutdown = SYS_shutdown, syscall2_readonly(fd, how);
                @one getsockname = SYS_getsockname, syscall3(fd, addr, len);
                @one getpeername = SYS_getpeername, syscall3(fd, addr, len);
                @one getsockopt = SYS_getsockopt, syscall5(fd, level, number, value, len);
                @one setsockopt = SYS_setsockopt, syscall5(fd, level, number, value, len);
                @one sendto = SYS_sendto, syscall6_readonly(fd, bytes, len, flags, addr, addr_len);
                @one sendmsg = SYS_sendmsg, syscall3_readonly(fd, message, flags);
                @one recvfrom = SYS_recvfrom, syscall6(fd, room, len, flags, addr, addr_len);
                @one recvmsg = SYS_recvmsg, syscall3(fd, message, flags);
                @one ioctl = SYS_ioctl, syscall3(fd, request, argument);
                @one fcntl = SYS_fcntl, syscall3(fd, command, argument);
                @one kqueue = SYS_kqueue, syscall0_readonly();
                @one kevent = SYS_kevent,
                    syscall6(queue, changes, changes_len, events, events_len, timeout);
                @one read = SYS_read, syscall3(fd, room, len);
                @one write = SYS_write, syscall3_readonly(fd, bytes, len);
                @one openat = SYS_openat, syscall4_readonly(dir, path, flags, mode);
                @one unlinkat = SYS_unlinkat, syscall3_readonly(dir, path, flags);
                @one getpid = SYS_getpid, syscall0_readonly();
                @one sigprocmask = SYS_sigprocmask, syscall3(how, set, before);
                @one sigaction = SYS_sigaction, syscall3(signal, action, before);
                @one sigpending = SYS_sigpending, syscall1(set);
                @one sigwait = $sigwait, syscall2(set, signal);
            }
        }
    };

    ($(@one $name:ident = $number:ident, $syscall:ident($($argument:ident),*);)+) => {$(
        #[inline(always)]
        unsafe fn $name($($argument: $crate::register::Arg<'_>),*) -> $crate::bsd::Ret {
            // SAFETY: as said above.
            unsafe {
                crate::arch::$syscall(
                    $crate::register::Nr::new(crate::numbers::$number),
                    $($argument),*
                )
            }
        }
    )+};
}
