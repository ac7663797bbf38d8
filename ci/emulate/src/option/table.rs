//! Which options there are, and how each is kept.

use crate::System;
use crate::file::Socket;
use crate::kernel::Kernel;

/// How an option is kept and told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// A bit of `so_options`, told as that bit. The host's option, where it has an effect.
    Bit(Option<i32>),
    /// A number, kept here and passed to the host by this level and name: what it is at first, and the least.
    Number {
        first: i64,
        least: i64,
        host: Option<(i32, i32)>,
    },
    /// A flag, told as this value when it is on.
    Flag {
        on: i64,
        host: Option<(i32, i32)>,
    },
    /// A number that only the host knows.
    Host(i32, i32),
    Linger {
        per_second: i64,
    },
    Timeout {
        send: bool,
    },
    /// SO_NP_EXTENSIONS: whether options may be set when both directions are shut.
    Extensions,
    Error,
    Kind,
    /// It can be asked, not set.
    AcceptConn,
}

/// `TF_NODELAY` and `TF_NOPUSH` of netinet/tcp_var.h, as which both kernels tell them.
const TF_NODELAY: i64 = 0x4;
const TF_NOPUSH: i64 = 0x1000;
/// `TF_FASTOPEN` of FreeBSD, the sign of the int that it is told as.
const TF_FASTOPEN: i64 = 0x8000_0000;

impl Kernel {
    pub(super) fn way(&self, socket: &Socket, level: i64, name: i64) -> Option<Way> {
        let n = &self.n;
        if level == n.SOL_SOCKET {
            return self.way_of_every_socket(socket, name);
        }
        let tcp = !socket.is_unix() && socket.is_stream();
        if level == n.IPPROTO_TCP && tcp {
            return self.way_of_tcp(name);
        }
        if level == n.IPPROTO_IPV6 && socket.family == libc::AF_INET6 && name == n.IPV6_V6ONLY {
            return Some(Way::Host(libc::IPPROTO_IPV6, libc::IPV6_V6ONLY));
        }
        None
    }

    fn way_of_every_socket(&self, socket: &Socket, name: i64) -> Option<Way> {
        let n = &self.n;
        let darwin = self.system == System::Darwin;
        let stream = socket.is_stream();
        let (send, recv) = match (socket.is_unix(), stream) {
            (false, true) => (32_768, 65_536),
            (false, false) => (9_216, 42_080),
            (true, true) => (8_192, 8_192),
            (true, false) => (2_048, 4_096),
        };
        let buffer = |first, name| Way::Number {
            first,
            least: 1,
            host: Some((libc::SOL_SOCKET, name)),
        };
        let kept = |first| Way::Number {
            first,
            least: 1,
            host: None,
        };
        Some(match name {
            // Linux lets two sockets share a UDP port under SO_REUSEADDR; the BSDs do not.
            _ if name == n.SO_REUSEADDR && stream && !socket.is_unix() => {
                Way::Bit(Some(libc::SO_REUSEADDR))
            }
            _ if name == n.SO_REUSEADDR => Way::Bit(None),
            _ if name == n.SO_REUSEPORT => Way::Bit(Some(libc::SO_REUSEPORT)),
            _ if name == n.SO_KEEPALIVE => Way::Bit(Some(libc::SO_KEEPALIVE)),
            _ if name == n.SO_BROADCAST => Way::Bit(Some(libc::SO_BROADCAST)),
            _ if name == n.SO_OOBINLINE => Way::Bit(Some(libc::SO_OOBINLINE)),
            _ if name == n.SO_DONTROUTE => Way::Bit(Some(libc::SO_DONTROUTE)),
            _ if name == n.SO_ACCEPTCONN => Way::AcceptConn,
            _ if name == n.SO_NOSIGPIPE && darwin => Way::Flag { on: 1, host: None },
            _ if name == n.SO_NOSIGPIPE => Way::Bit(None),
            // In ticks on Darwin, of which there are a hundred in a second.
            _ if name == n.SO_LINGER => Way::Linger {
                per_second: if darwin { 100 } else { 1 },
            },
            _ if name == n.SO_SNDBUF => buffer(send, libc::SO_SNDBUF),
            _ if name == n.SO_RCVBUF => buffer(recv, libc::SO_RCVBUF),
            _ if name == n.SO_RCVLOWAT => Way::Number {
                first: 1,
                least: 1,
                host: Some((libc::SOL_SOCKET, libc::SO_RCVLOWAT)),
            },
            _ if name == n.SO_SNDLOWAT => kept(2_048),
            _ if name == n.SO_RCVTIMEO => Way::Timeout { send: false },
            _ if name == n.SO_SNDTIMEO => Way::Timeout { send: true },
            _ if name == n.SO_ERROR => Way::Error,
            _ if name == n.SO_TYPE => Way::Kind,
            _ if self
                .freebsd()
                .is_some_and(|only| name == only.SO_REUSEPORT_LB) =>
            {
                Way::Bit(Some(libc::SO_REUSEPORT))
            }
            _ if self.darwin().is_some_and(|only| name == only.SO_LINGER_SEC) => {
                Way::Linger { per_second: 1 }
            }
            _ if self
                .darwin()
                .is_some_and(|only| name == only.SO_NP_EXTENSIONS) =>
            {
                Way::Extensions
            }
            _ => return None,
        })
    }

    fn way_of_tcp(&self, name: i64) -> Option<Way> {
        let n = &self.n;
        let number = |first, least, host| Way::Number {
            first,
            least,
            host: Some((libc::IPPROTO_TCP, host)),
        };
        Some(match name {
            _ if name == n.TCP_NODELAY => Way::Flag {
                on: TF_NODELAY,
                host: Some((libc::IPPROTO_TCP, libc::TCP_NODELAY)),
            },
            _ if name == n.TCP_NOPUSH => Way::Flag {
                on: TF_NOPUSH,
                host: Some((libc::IPPROTO_TCP, libc::TCP_CORK)),
            },
            _ if name == n.TCP_MAXSEG => Way::Host(libc::IPPROTO_TCP, libc::TCP_MAXSEG),
            _ if name == n.TCP_KEEPINTVL => number(75, 1, libc::TCP_KEEPINTVL),
            _ if name == n.TCP_KEEPCNT => number(8, 1, libc::TCP_KEEPCNT),
            _ if name == n.TCP_FASTOPEN && self.system == System::FreeBsd => Way::Flag {
                on: TF_FASTOPEN,
                host: None,
            },
            _ if name == n.TCP_FASTOPEN => Way::Flag { on: 1, host: None },
            _ if self.freebsd().is_some_and(|only| name == only.TCP_KEEPIDLE)
                || self.darwin().is_some_and(|only| name == only.TCP_KEEPALIVE) =>
            {
                number(7_200, 1, libc::TCP_KEEPIDLE)
            }
            _ if self
                .darwin()
                .is_some_and(|only| name == only.TCP_NOTSENT_LOWAT) =>
            {
                Way::Number {
                    first: 0,
                    least: 0,
                    host: Some((libc::IPPROTO_TCP, libc::TCP_NOTSENT_LOWAT)),
                }
            }
            _ => return None,
        })
    }
}
