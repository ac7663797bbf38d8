//! Numbers of FreeBSD 12 to 15, amd64 and arm64.
//!
//! Source: sys/sys/socket.h, sys/netinet/tcp.h, sys/netinet6/in6.h, sys/sys/errno.h.
//! Each name is the header's own.

#![allow(missing_docs)]

pub(crate) use super::FreeBsd as Kernel;

// Address families and the size of `sun_path`.
pub const AF_UNSPEC: u16 = 0;
pub const AF_UNIX: u16 = 1;
pub const AF_INET: u16 = 2;
pub const AF_INET6: u16 = 28;

pub const SUN_PATH: usize = 104;

// Socket types.
pub const SOCK_STREAM: i32 = 1;
pub const SOCK_DGRAM: i32 = 2;
pub const SOCK_SEQPACKET: i32 = 5;

// Message flags.
pub const MSG_OOB: i32 = 1;
pub const MSG_PEEK: i32 = 2;
pub const MSG_DONTROUTE: i32 = 4;
pub const MSG_CTRUNC: i32 = 32;
pub const MSG_TRUNC: i32 = 16;
pub const MSG_DONTWAIT: i32 = 128;
pub const MSG_EOR: i32 = 8;
pub const MSG_WAITALL: i32 = 64;
pub const MSG_NOSIGNAL: i32 = 0x20000;
pub const MSG_CMSG_CLOEXEC: i32 = 0x40000;

// Option levels.
pub const SOL_SOCKET: i32 = 0xffff;
pub const IPPROTO_IP: i32 = 0;
pub const IPPROTO_TCP: i32 = 6;
pub const IPPROTO_UDP: i32 = 17;
pub const IPPROTO_IPV6: i32 = 41;

// Options of every socket.
pub const SO_REUSEADDR: i32 = 4;
pub const SO_REUSEPORT: i32 = 512;
pub const SO_KEEPALIVE: i32 = 8;
pub const SO_BROADCAST: i32 = 32;
pub const SO_SNDBUF: i32 = 0x1001;
pub const SO_RCVBUF: i32 = 0x1002;
pub const SO_ERROR: i32 = 0x1007;
pub const SO_TYPE: i32 = 0x1008;
pub const SO_OOBINLINE: i32 = 256;
pub const SO_DONTROUTE: i32 = 16;
pub const SO_RCVTIMEO: i32 = 0x1006;
pub const SO_SNDTIMEO: i32 = 0x1005;
pub const SO_RCVLOWAT: i32 = 0x1004;
pub const SO_ACCEPTCONN: i32 = 2;
pub const SO_LINGER: i32 = 128;
pub const SO_NOSIGPIPE: i32 = 2048;
pub const SO_REUSEPORT_LB: i32 = 0x10000;

// Options of TCP.
pub const TCP_NODELAY: i32 = 1;
pub const TCP_MAXSEG: i32 = 2;
pub const TCP_KEEPINTVL: i32 = 512;
pub const TCP_KEEPCNT: i32 = 1024;
pub const TCP_FASTOPEN: i32 = 1025;
pub const TCP_KEEPIDLE: i32 = 256;
pub const TCP_NOPUSH: i32 = 4;

// Options of IP.
pub const IPV6_V6ONLY: i32 = 27;

// Error numbers.
pub const ENOTSUP: u16 = 45;
pub const E2BIG: u16 = 7;
pub const EACCES: u16 = 13;
pub const EADDRINUSE: u16 = 48;
pub const EADDRNOTAVAIL: u16 = 49;
pub const EAFNOSUPPORT: u16 = 47;
pub const EAGAIN: u16 = 35;
pub const EALREADY: u16 = 37;
pub const EBADF: u16 = 9;
pub const EBADMSG: u16 = 89;
pub const EBUSY: u16 = 16;
pub const ECANCELED: u16 = 85;
pub const ECHILD: u16 = 10;
pub const ECONNABORTED: u16 = 53;
pub const ECONNREFUSED: u16 = 61;
pub const ECONNRESET: u16 = 54;
pub const EDEADLK: u16 = 11;
pub const EDESTADDRREQ: u16 = 39;
pub const EDOM: u16 = 33;
pub const EDQUOT: u16 = 69;
pub const EEXIST: u16 = 17;
pub const EFAULT: u16 = 14;
pub const EFBIG: u16 = 27;
pub const EHOSTDOWN: u16 = 64;
pub const EHOSTUNREACH: u16 = 65;
pub const EIDRM: u16 = 82;
pub const EILSEQ: u16 = 86;
pub const EINPROGRESS: u16 = 36;
pub const EINTR: u16 = 4;
pub const EINVAL: u16 = 22;
pub const EIO: u16 = 5;
pub const EISCONN: u16 = 56;
pub const EISDIR: u16 = 21;
pub const ELOOP: u16 = 62;
pub const EMFILE: u16 = 24;
pub const EMLINK: u16 = 31;
pub const EMSGSIZE: u16 = 40;
pub const EMULTIHOP: u16 = 90;
pub const ENAMETOOLONG: u16 = 63;
pub const ENETDOWN: u16 = 50;
pub const ENETRESET: u16 = 52;
pub const ENETUNREACH: u16 = 51;
pub const ENFILE: u16 = 23;
pub const ENOBUFS: u16 = 55;
pub const ENODEV: u16 = 19;
pub const ENOENT: u16 = 2;
pub const ENOEXEC: u16 = 8;
pub const ENOLCK: u16 = 77;
pub const ENOLINK: u16 = 91;
pub const ENOMEM: u16 = 12;
pub const ENOMSG: u16 = 83;
pub const ENOPROTOOPT: u16 = 42;
pub const ENOSPC: u16 = 28;
pub const ENOSYS: u16 = 78;
pub const ENOTBLK: u16 = 15;
pub const ENOTCONN: u16 = 57;
pub const ENOTDIR: u16 = 20;
pub const ENOTEMPTY: u16 = 66;
pub const ENOTRECOVERABLE: u16 = 95;
pub const ENOTSOCK: u16 = 38;
pub const ENOTTY: u16 = 25;
pub const ENXIO: u16 = 6;
pub const EOPNOTSUPP: u16 = 45;
pub const EOVERFLOW: u16 = 84;
pub const EOWNERDEAD: u16 = 96;
pub const EPERM: u16 = 1;
pub const EPFNOSUPPORT: u16 = 46;
pub const EPIPE: u16 = 32;
pub const EPROTO: u16 = 92;
pub const EPROTONOSUPPORT: u16 = 43;
pub const EPROTOTYPE: u16 = 41;
pub const ERANGE: u16 = 34;
pub const EREMOTE: u16 = 71;
pub const EROFS: u16 = 30;
pub const ESHUTDOWN: u16 = 58;
pub const ESOCKTNOSUPPORT: u16 = 44;
pub const ESPIPE: u16 = 29;
pub const ESRCH: u16 = 3;
pub const ESTALE: u16 = 70;
pub const ETIMEDOUT: u16 = 60;
pub const ETOOMANYREFS: u16 = 59;
pub const ETXTBSY: u16 = 26;
pub const EUSERS: u16 = 68;
pub const EXDEV: u16 = 18;
