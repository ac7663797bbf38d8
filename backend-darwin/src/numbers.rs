//! Numbers of Darwin that `sock-core` and `sock-raw` do not have.
//!
//! Those of the system calls are from `bsd/kern/syscalls.master` of xnu, the kernel; in all its releases
//! from 2009 to 2025 none of them was ever another. Each name is the header's own.

#![allow(missing_docs, non_upper_case_globals)]

// System calls, bsd/kern/syscalls.master.
pub const SYS_read: u32 = 3;
pub const SYS_write: u32 = 4;
pub const SYS_close: u32 = 6;
pub const SYS_getpid: u32 = 20;
pub const SYS_recvmsg: u32 = 27;
pub const SYS_sendmsg: u32 = 28;
pub const SYS_recvfrom: u32 = 29;
pub const SYS_accept: u32 = 30;
pub const SYS_getpeername: u32 = 31;
pub const SYS_getsockname: u32 = 32;
pub const SYS_sigaction: u32 = 46;
pub const SYS_sigprocmask: u32 = 48;
pub const SYS_sigpending: u32 = 52;
pub const SYS_ioctl: u32 = 54;
pub const SYS_fcntl: u32 = 92;
pub const SYS_socket: u32 = 97;
pub const SYS_connect: u32 = 98;
pub const SYS_bind: u32 = 104;
pub const SYS_setsockopt: u32 = 105;
pub const SYS_listen: u32 = 106;
pub const SYS_gettimeofday: u32 = 116;
pub const SYS_getsockopt: u32 = 118;
pub const SYS_sendto: u32 = 133;
pub const SYS_shutdown: u32 = 134;
pub const SYS_socketpair: u32 = 135;
pub const SYS_sysctl: u32 = 202;
pub const SYS_poll: u32 = 230;
pub const SYS___sigwait: u32 = 330;
pub const SYS_proc_info: u32 = 336;
pub const SYS_kqueue: u32 = 362;
pub const SYS_kevent: u32 = 363;
pub const SYS_connectx: u32 = 447;
pub const SYS_openat: u32 = 463;
pub const SYS_fstatat64: u32 = 470;
pub const SYS_unlinkat: u32 = 472;

// What is added to a number on amd64, osfmk/mach/i386/syscall_sw.h.
pub const SYSCALL_CLASS_SHIFT: u32 = 24;
pub const SYSCALL_CLASS_UNIX: usize = 2;

// Paths, sys/fcntl.h and sys/param.h.
pub const AT_FDCWD: i32 = -2;
pub const AT_SYMLINK_NOFOLLOW: i32 = 0x20;
pub const MAXPATHLEN: usize = 1024;

// Keeps a send from waiting, bsd/sys/socket_private.h.
pub const MSG_NBIO: i32 = 0x20000;

// Options may be set after both directions have closed, sys/socket.h.
pub const SO_NP_EXTENSIONS: i32 = 0x1083;
pub const SONPX_SETOPTSHUT: u32 = 1;

// Of which process the path of the program is asked, sys/proc_info.h and
// bsd/sys/proc_info_private.h.
pub const PROC_INFO_CALL_PIDINFO: i32 = 2;
pub const PROC_PIDPATHINFO: i32 = 11;

// connectx(2), sys/socket.h.
pub const CONNECT_RESUME_ON_READ_WRITE: u32 = 1;
pub const CONNECT_DATA_IDEMPOTENT: u32 = 2;
pub const SAE_ASSOCID_ANY: u32 = 0;

// The interface table, sys/sysctl.h, sys/socket.h, net/if_mib.h, net/if_var.h.
pub const CTL_NET: i32 = 4;
pub const PF_LINK: i32 = 18;
pub const NETLINK_GENERIC: i32 = 0;
pub const IFMIB_SYSTEM: i32 = 1;
pub const IFMIB_IFDATA: i32 = 2;
pub const IFMIB_IFCOUNT: i32 = 1;
pub const IFDATA_GENERAL: i32 = 1;
pub const IFNAMSIZ: usize = 16;
