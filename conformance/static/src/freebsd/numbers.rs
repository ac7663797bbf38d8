//! Numbers of FreeBSD, amd64 and arm64, beyond those of the backend.
//!
//! Source: sys/syscall.h, sys/elf_common.h, sys/fcntl.h, sys/mman.h, sys/signal.h, sys/umtx.h, sys/time.h, sys/ttycom.h,
//! sys/sockio.h, net/if.h, netinet6/nd6.h, sys/reboot.h. Each name is the header's own.

#![allow(missing_docs, unreachable_pub, non_upper_case_globals)]

// System calls.
pub const SYS_write: u32 = 4;
pub const SYS_getpid: u32 = 20;
pub const SYS_ioctl: u32 = 54;
pub const SYS_reboot: u32 = 55;
pub const SYS_munmap: u32 = 73;
pub const SYS_setitimer: u32 = 83;
pub const SYS_dup2: u32 = 90;
pub const SYS_fcntl: u32 = 92;
pub const SYS_sigprocmask: u32 = 340;
pub const SYS_nmount: u32 = 378;
pub const SYS_sigaction: u32 = 416;
pub const SYS_thr_exit: u32 = 431;
pub const SYS__umtx_op: u32 = 454;
pub const SYS_thr_new: u32 = 455;
pub const SYS_mmap: u32 = 477;
pub const SYS_mkdirat: u32 = 496;
pub const SYS_openat: u32 = 499;
pub const SYS_unlinkat: u32 = 503;

// The auxiliary vector.
pub const AT_PAGESZ: usize = 6;
pub const AT_OSRELDATE: usize = 18;

// Files.
pub const AT_FDCWD: i32 = -100;
pub const AT_REMOVEDIR: i32 = 0x800;
pub const F_GETFD: i32 = 1;
pub const F_GETFL: i32 = 3;
pub const F_SETFL: i32 = 4;
pub const F_DUPFD_CLOEXEC: i32 = 17;
pub const FD_CLOEXEC: i32 = 1;
pub const O_RDWR: i32 = 2;
pub const O_NONBLOCK: i32 = 4;

// Memory.
pub const PROT_READ: i32 = 1;
pub const PROT_WRITE: i32 = 2;
pub const MAP_PRIVATE: i32 = 2;
pub const MAP_ANON: i32 = 0x1000;

// Signals, timers and threads.
pub const SIGALRM: i32 = 14;
pub const SIG_BLOCK: i32 = 1;
pub const SIG_SETMASK: i32 = 3;
pub const ITIMER_REAL: i32 = 0;
pub const UMTX_OP_WAIT: i32 = 2;

// What a first process does.
pub const TIOCDRAIN: u32 = 0x2000_745e;
pub const SIOCGIFFLAGS: u32 = 0xc020_6911;
pub const SIOCSIFFLAGS: u32 = 0x8020_6910;
pub const SIOCAIFADDR: u32 = 0x8044_692b;
pub const SIOCAIFADDR_IN6: u32 = 0x8088_691b;
pub const IFF_UP: i16 = 1;
pub const ND6_INFINITE_LIFETIME: u32 = 0xffff_ffff;
pub const RB_POWEROFF: i32 = 0x4000;
