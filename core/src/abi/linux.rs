//! Numbers of Linux (asm-generic; amd64, arm64, riscv64 and loong64 agree).
//!
//! Source: include/uapi/asm-generic/socket.h, include/linux/socket.h, include/uapi/linux/tcp.h, errno.h.
//! Each name is the header's own.

#![allow(missing_docs)]

pub(crate) use super::Linux as Kernel;

// Address families and the size of `sun_path`.
pub const AF_UNSPEC: u16 = 0;
pub const AF_UNIX: u16 = 1;
pub const AF_INET: u16 = 2;
pub const AF_INET6: u16 = 10;

pub const SUN_PATH: usize = 108;

// Socket types.
pub const SOCK_STREAM: i32 = 1;
pub const SOCK_DGRAM: i32 = 2;
pub const SOCK_SEQPACKET: i32 = 5;

// Message flags.
pub const MSG_OOB: i32 = 1;
pub const MSG_PEEK: i32 = 2;
pub const MSG_DONTROUTE: i32 = 4;
pub const MSG_CTRUNC: i32 = 8;
pub const MSG_TRUNC: i32 = 32;
pub const MSG_DONTWAIT: i32 = 64;
pub const MSG_EOR: i32 = 128;
pub const MSG_WAITALL: i32 = 256;
pub const MSG_CONFIRM: i32 = 0x800;
pub const MSG_ERRQUEUE: i32 = 0x2000;
pub const MSG_MORE: i32 = 0x8000;
pub const MSG_NOSIGNAL: i32 = 0x4000;
pub const MSG_CMSG_CLOEXEC: i32 = 0x40000000;

// Option levels.
pub const SOL_SOCKET: i32 = 1;
pub const IPPROTO_IP: i32 = 0;
pub const IPPROTO_TCP: i32 = 6;
pub const IPPROTO_UDP: i32 = 17;
pub const IPPROTO_IPV6: i32 = 41;

// Options of every socket.
pub const SO_REUSEADDR: i32 = 2;
pub const SO_REUSEPORT: i32 = 15;
pub const SO_KEEPALIVE: i32 = 9;
pub const SO_BROADCAST: i32 = 6;
pub const SO_SNDBUF: i32 = 7;
pub const SO_RCVBUF: i32 = 8;
pub const SO_ERROR: i32 = 4;
pub const SO_TYPE: i32 = 3;
pub const SO_OOBINLINE: i32 = 10;
pub const SO_DONTROUTE: i32 = 5;
pub const SO_RCVTIMEO: i32 = 20;
pub const SO_SNDTIMEO: i32 = 21;
pub const SO_RCVLOWAT: i32 = 18;
pub const SO_ACCEPTCONN: i32 = 30;
pub const SO_LINGER: i32 = 13;
pub const SO_ZEROCOPY: i32 = 60;
pub const SO_BUSY_POLL: i32 = 46;
pub const SO_PRIORITY: i32 = 12;
pub const SO_MARK: i32 = 36;
pub const SO_INCOMING_CPU: i32 = 49;
pub const SO_PASSCRED: i32 = 16;

// Options of TCP.
pub const TCP_NODELAY: i32 = 1;
pub const TCP_MAXSEG: i32 = 2;
pub const TCP_KEEPINTVL: i32 = 5;
pub const TCP_KEEPCNT: i32 = 6;
pub const TCP_FASTOPEN: i32 = 23;
pub const TCP_KEEPIDLE: i32 = 4;
pub const TCP_CORK: i32 = 3;
pub const TCP_QUICKACK: i32 = 12;
pub const TCP_DEFER_ACCEPT: i32 = 9;
pub const TCP_USER_TIMEOUT: i32 = 18;
pub const TCP_NOTSENT_LOWAT: i32 = 25;
pub const TCP_SYNCNT: i32 = 7;

// Options of UDP.
pub const UDP_SEGMENT: i32 = 103;
pub const UDP_GRO: i32 = 104;

// Options of IP.
pub const IP_TRANSPARENT: i32 = 19;
pub const IPV6_V6ONLY: i32 = 26;

// Error numbers.
pub const ENOTSUP: u16 = 95;
pub const E2BIG: u16 = 7;
pub const EACCES: u16 = 13;
pub const EADDRINUSE: u16 = 98;
pub const EADDRNOTAVAIL: u16 = 99;
pub const EAFNOSUPPORT: u16 = 97;
pub const EAGAIN: u16 = 11;
pub const EALREADY: u16 = 114;
pub const EBADF: u16 = 9;
pub const EBADMSG: u16 = 74;
pub const EBUSY: u16 = 16;
pub const ECANCELED: u16 = 125;
pub const ECHILD: u16 = 10;
pub const ECONNABORTED: u16 = 103;
pub const ECONNREFUSED: u16 = 111;
pub const ECONNRESET: u16 = 104;
pub const EDEADLK: u16 = 35;
pub const EDESTADDRREQ: u16 = 89;
pub const EDOM: u16 = 33;
pub const EDQUOT: u16 = 122;
pub const EEXIST: u16 = 17;
pub const EFAULT: u16 = 14;
pub const EFBIG: u16 = 27;
pub const EHOSTDOWN: u16 = 112;
pub const EHOSTUNREACH: u16 = 113;
pub const EIDRM: u16 = 43;
pub const EILSEQ: u16 = 84;
pub const EINPROGRESS: u16 = 115;
pub const EINTR: u16 = 4;
pub const EINVAL: u16 = 22;
pub const EIO: u16 = 5;
pub const EISCONN: u16 = 106;
pub const EISDIR: u16 = 21;
pub const ELOOP: u16 = 40;
pub const EMFILE: u16 = 24;
pub const EMLINK: u16 = 31;
pub const EMSGSIZE: u16 = 90;
pub const EMULTIHOP: u16 = 72;
pub const ENAMETOOLONG: u16 = 36;
pub const ENETDOWN: u16 = 100;
pub const ENETRESET: u16 = 102;
pub const ENETUNREACH: u16 = 101;
pub const ENFILE: u16 = 23;
pub const ENOBUFS: u16 = 105;
pub const ENODEV: u16 = 19;
pub const ENOENT: u16 = 2;
pub const ENOEXEC: u16 = 8;
pub const ENOLCK: u16 = 37;
pub const ENOLINK: u16 = 67;
pub const ENOMEM: u16 = 12;
pub const ENOMSG: u16 = 42;
pub const ENOPROTOOPT: u16 = 92;
pub const ENOSPC: u16 = 28;
pub const ENOSYS: u16 = 38;
pub const ENOTBLK: u16 = 15;
pub const ENOTCONN: u16 = 107;
pub const ENOTDIR: u16 = 20;
pub const ENOTEMPTY: u16 = 39;
pub const ENOTRECOVERABLE: u16 = 131;
pub const ENOTSOCK: u16 = 88;
pub const ENOTTY: u16 = 25;
pub const ENXIO: u16 = 6;
pub const EOPNOTSUPP: u16 = 95;
pub const EOVERFLOW: u16 = 75;
pub const EOWNERDEAD: u16 = 130;
pub const EPERM: u16 = 1;
pub const EPFNOSUPPORT: u16 = 96;
pub const EPIPE: u16 = 32;
pub const EPROTO: u16 = 71;
pub const EPROTONOSUPPORT: u16 = 93;
pub const EPROTOTYPE: u16 = 91;
pub const ERANGE: u16 = 34;
pub const EREMOTE: u16 = 66;
pub const EROFS: u16 = 30;
pub const ESHUTDOWN: u16 = 108;
pub const ESOCKTNOSUPPORT: u16 = 94;
pub const ESPIPE: u16 = 29;
pub const ESRCH: u16 = 3;
pub const ESTALE: u16 = 116;
pub const ETIMEDOUT: u16 = 110;
pub const ETOOMANYREFS: u16 = 109;
pub const ETXTBSY: u16 = 26;
pub const EUSERS: u16 = 87;
pub const EXDEV: u16 = 18;
