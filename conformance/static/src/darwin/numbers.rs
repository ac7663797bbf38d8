//! Numbers of Darwin, beyond those of the backend.
//!
//! Source: sys/fcntl.h, sys/signal.h, sys/time.h. Each name is the header's own.

#![allow(missing_docs, unreachable_pub)]

pub const F_GETFD: i32 = 1;
pub const F_GETFL: i32 = 3;
pub const F_DUPFD_CLOEXEC: i32 = 67;
pub const FD_CLOEXEC: i32 = 1;
pub const O_NONBLOCK: i32 = 4;

pub const SIGALRM: i32 = 14;
pub const SIG_BLOCK: i32 = 1;
pub const SIG_SETMASK: i32 = 3;
pub const ITIMER_REAL: i32 = 0;
