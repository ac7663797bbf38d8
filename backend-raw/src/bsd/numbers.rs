//! Numbers that are the same on FreeBSD and Darwin, amd64 and arm64.
//!
//! Source: sys/socket.h, sys/fcntl.h, sys/filio.h, sys/ttycom.h, sys/event.h, sys/signal.h,
//! sys/stat.h. Each name is the header's own. Those that the core has too stand in
//! [`sock_core::abi`].

#![allow(missing_docs)]

// Directions of a shutdown.
pub const SHUT_RD: i32 = 0;
pub const SHUT_WR: i32 = 1;
pub const SHUT_RDWR: i32 = 2;

// Control messages.
pub const SCM_RIGHTS: i32 = 1;

// Descriptors and open files.
pub const F_GETFD: i32 = 1;
pub const F_SETFD: i32 = 2;
pub const F_GETFL: i32 = 3;
pub const FD_CLOEXEC: i32 = 1;
pub const O_NONBLOCK: i32 = 4;
pub const O_RDONLY: i32 = 0;
pub const FIONBIO: u32 = 0x8004667e;
pub const TIOCGWINSZ: u32 = 0x40087468;

// Files.
pub const S_IFMT: u16 = 0xf000;
pub const S_IFSOCK: u16 = 0xc000;

// Events of poll(2).
pub const POLLIN: i16 = 0x1;
pub const POLLPRI: i16 = 0x2;
pub const POLLOUT: i16 = 0x4;
pub const POLLERR: i16 = 0x8;
pub const POLLHUP: i16 = 0x10;
pub const POLLNVAL: i16 = 0x20;

// Events of kqueue(2).
pub const EVFILT_READ: i16 = -1;
pub const EVFILT_WRITE: i16 = -2;
pub const EVFILT_SIGNAL: i16 = -6;
pub const EVFILT_TIMER: i16 = -7;
pub const EV_ADD: u16 = 0x1;
pub const EV_DELETE: u16 = 0x2;
pub const EV_ENABLE: u16 = 0x4;
pub const EV_DISABLE: u16 = 0x8;
pub const EV_ONESHOT: u16 = 0x10;
pub const EV_CLEAR: u16 = 0x20;
pub const EV_RECEIPT: u16 = 0x40;
pub const EV_DISPATCH: u16 = 0x80;
pub const EV_ERROR: u16 = 0x4000;
pub const EV_EOF: u16 = 0x8000;
pub const NOTE_LOWAT: u32 = 1;

// Signals.
pub const SIG_BLOCK: i32 = 1;
pub const SIG_SETMASK: i32 = 3;
pub const SIG_IGN: usize = 1;
pub const SIGHUP: i32 = 1;
pub const SIGINT: i32 = 2;
pub const SIGPIPE: i32 = 13;
pub const SIGTERM: i32 = 15;
