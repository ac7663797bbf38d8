//! A socket with somebody at the other end, whatever its kind.

#[cfg(target_os = "linux")]
use sock::MessageFlags;
use sock::abi::Kernel;
use sock::generic::OptionName;
#[cfg(target_os = "linux")]
use sock::generic::RecvMsg;
use sock::generic::{TcpStream, UdpSocket, UnixDatagram, UnixSeqpacket, UnixStream};
use sock::option::{self, SocketOption};
use sock::{Abi, Backend, Deadline, Error, Inet, OwnedFd, PollEvents, PollFd};
use sock::{RecvFlags, Result, SendFlags, SystemAbi, UnixAddr};

use crate::address::Address;
use crate::kernel::KERNEL;

/// The longest message that is taken: more than any of UDP.
pub(crate) const MESSAGE: usize = 65_536;

/// Whether the messages of a connection are kept apart by marks, MSG_EOR: on FreeBSD, since release 15. Then
/// they may come and go in parts.
const MARKS: bool = matches!(SystemAbi::KERNEL, Kernel::FreeBsd);

/// What a socket transports.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Bytes, up to an end.
    Stream,
    /// Messages, up to an end.
    Seqpacket,
    /// Messages without an end.
    Datagram,
}

/// What has come.
#[derive(Clone, Copy)]
pub(crate) struct Came {
    pub(crate) len: usize,
    /// Whether a message ends with it.
    pub(crate) ends: bool,
}

pub(crate) struct Peer {
    pub(crate) fd: OwnedFd,
    pub(crate) kind: Kind,
}

impl Peer {
    /// Connects, and waits for it until the deadline.
    pub(crate) fn connect(address: &Address, deadline: Deadline) -> Result<Self> {
        let fd = match address {
            Address::Tcp(addr) => TcpStream::connect_in(KERNEL, addr, deadline)?.into_fd(),
            Address::Unix(addr) => UnixStream::connect_in(KERNEL, addr, deadline)?.into_fd(),
            Address::UnixSeqpacket(addr) => {
                UnixSeqpacket::connect_in(KERNEL, addr, deadline)?.into_fd()
            }
            Address::Udp(addr) => {
                let family = if addr.is_ipv4() { Inet::V4 } else { Inet::V6 };
                UdpSocket::open(KERNEL, family)?.connect(addr)?.into_fd()
            }
            Address::UnixDgram(addr) => {
                // With a name of the kernel's choice, where it makes one, so that the other can answer.
                let socket = match SystemAbi::ABSTRACT_NAMES {
                    true => UnixDatagram::bind_in(KERNEL, &UnixAddr::UNNAMED)?,
                    false => UnixDatagram::open(KERNEL)?,
                };
                socket.connect(addr)?.into_fd()
            }
        };
        let kind = address.kind();
        Ok(Peer { fd, kind })
    }

    /// Takes a connection of that kind, accept4(2).
    ///
    /// Urgent bytes stay in the stream. Otherwise a Unix socket calls itself readable as long as there is
    /// one, and has nothing to receive (`manage_oob` in net/unix/af_unix.c, since Linux 5.15).
    pub(crate) fn accept(kind: Kind, listener: &OwnedFd) -> Result<Self> {
        const NAME: OptionName = <option::OobInline as SocketOption<SystemAbi>>::NAME;
        let (fd, _) = KERNEL.accept(listener, &mut [])?;
        KERNEL.setsockopt(&fd, NAME, &1_i32.to_ne_bytes())?;
        Ok(Peer { fd, kind })
    }

    pub(crate) fn poll_fd(&self, events: PollEvents) -> PollFd<'_> {
        PollFd::new(&self.fd, events)
    }

    /// Receives what there is, or one message, into the room; `None` is the end.
    ///
    /// The end of a message that is longer than the room comes with the next receive, or is gone, which is an
    /// error, "message too long".
    pub(crate) fn recv(&self, room: &mut [u8], flags: RecvFlags) -> Result<Option<Came>> {
        let flags = flags | RecvFlags::DONTWAIT;
        let mut ends = true;
        let len = if self.kind == Kind::Stream {
            KERNEL.recv(&self.fd, room, flags)?
        } else {
            let report = KERNEL.recv_from(&self.fd, room, flags, &mut [])?;
            if report.truncated {
                return Err(Error::os(SystemAbi::EMSGSIZE));
            }
            ends = !MARKS || report.end_of_record;
            report.len
        };
        let over = match self.kind {
            Kind::Stream => len == 0,
            Kind::Seqpacket => len == 0 && self.is_over()?,
            Kind::Datagram => false,
        };
        Ok((!over).then_some(Came { len, ends }))
    }

    /// Whether a seqpacket connection has come to its end, and not to an empty message. On FreeBSD there are
    /// none.
    #[cfg(not(target_os = "linux"))]
    fn is_over(&self) -> Result<bool> {
        Ok(true)
    }

    /// Whether a seqpacket connection has come to its end, and not to an empty message.
    ///
    /// With SO_PASSCRED every message has credentials, and the end has none. There is no room for them
    /// here, which the kernel says (`scm_recv` in include/net/scm.h).
    #[cfg(target_os = "linux")]
    fn is_over(&self) -> Result<bool> {
        const NAME: OptionName = <option::PassCredentials as SocketOption<SystemAbi>>::NAME;
        KERNEL.setsockopt(&self.fd, NAME, &1_i32.to_ne_bytes())?;
        let message = RecvMsg {
            parts: &mut [],
            addr: &mut [],
            control: &mut [],
        };
        let flags = RecvFlags::DONTWAIT | RecvFlags::PEEK;
        match KERNEL.recv_msg(&self.fd, message, flags) {
            Ok(report) => Ok(!report.flags.contains(MessageFlags::CTRUNC)),
            Err(error) if error == Error::WOULD_BLOCK => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Sends what there is room for, or one message, or of one that does not end with these bytes so much.
    pub(crate) fn send(&self, bytes: &[u8], ends: bool) -> Result<usize> {
        let mark = match MARKS && ends && self.kind == Kind::Seqpacket {
            true => SendFlags::EOR,
            false => SendFlags::empty(),
        };
        KERNEL.send(&self.fd, bytes, SendFlags::DONTWAIT | mark)
    }
}
