//! Numbers of FreeBSD 12 to 15, amd64 and arm64, beside those that Darwin shares
//! ([`sock_raw::bsd::numbers`]) and those of the core ([`sock_core::abi::freebsd`]).
//!
//! Source: sys/syscall.h, sys/socket.h, sys/poll.h, sys/fcntl.h, sys/sockio.h, net/if.h, sys/param.h,
//! sys/sysctl.h, sys/time.h. Each name is the header's own.

#![allow(missing_docs, non_upper_case_globals)]

// System calls. A number keeps its meaning for good: a call that changes gets a new one.
pub const SYS_exit: u32 = 1;
pub const SYS_read: u32 = 3;
pub const SYS_write: u32 = 4;
pub const SYS_close: u32 = 6;
pub const SYS_getpid: u32 = 20;
pub const SYS_recvmsg: u32 = 27;
pub const SYS_sendmsg: u32 = 28;
pub const SYS_recvfrom: u32 = 29;
pub const SYS_getpeername: u32 = 31;
pub const SYS_getsockname: u32 = 32;
pub const SYS_ioctl: u32 = 54;
pub const SYS_fcntl: u32 = 92;
pub const SYS_socket: u32 = 97;
pub const SYS_connect: u32 = 98;
pub const SYS_bind: u32 = 104;
pub const SYS_setsockopt: u32 = 105;
pub const SYS_listen: u32 = 106;
pub const SYS_getsockopt: u32 = 118;
pub const SYS_sendto: u32 = 133;
pub const SYS_shutdown: u32 = 134;
pub const SYS_socketpair: u32 = 135;
pub const SYS___sysctl: u32 = 202;
pub const SYS_clock_gettime: u32 = 232;
pub const SYS_nanosleep: u32 = 240;
pub const SYS_sigprocmask: u32 = 340;
pub const SYS_sigpending: u32 = 343;
pub const SYS_sigtimedwait: u32 = 345;
pub const SYS_kqueue: u32 = 362;
pub const SYS_sigaction: u32 = 416;
pub const SYS_sigwait: u32 = 429;
pub const SYS_openat: u32 = 499;
pub const SYS_unlinkat: u32 = 503;
pub const SYS_accept4: u32 = 541;
pub const SYS_ppoll: u32 = 545;
pub const SYS_fstatat: u32 = 552;
pub const SYS_kevent: u32 = 560;

// Sockets.
pub const SOCK_CLOEXEC: i32 = 0x10000000;
pub const SOCK_NONBLOCK: i32 = 0x20000000;
pub const SIOCGIFINDEX: u32 = 0xc0206920;
pub const IFNAMSIZ: usize = 16;

// Waiting. The event came with FreeBSD 13; a kernel before it never reports it.
pub const POLLRDHUP: i16 = 0x4000;
pub const POLLRDBAND: i16 = 0x80;
pub const CLOCK_MONOTONIC: i32 = 4;

// Files.
pub const AT_FDCWD: i32 = -100;
pub const AT_SYMLINK_NOFOLLOW: i32 = 0x200;
pub const MAXPATHLEN: usize = 1024;

// The program's own path, sysctl(3).
pub const CTL_KERN: i32 = 1;
pub const KERN_PROC: i32 = 14;
pub const KERN_PROC_PATHNAME: i32 = 12;
