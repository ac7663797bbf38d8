//! Addresses as the command line has them: the kind of socket, a colon, and where it is.

use core::fmt;
use core::str;

use sock::{AddrError, Error, OwnedFd, ScopedAddr, SocketAddr, UnixAddr};
use sock::{Address as _, Backend};

use crate::kernel::KERNEL;
use crate::peer::Kind;

/// The most addresses of a command.
pub(crate) const ADDRESSES: usize = 16;

/// The bytes of any address.
pub(crate) type Room = [u8; 128];

/// Where a socket is, and of which kind: `tcp:127.0.0.1:80`, `unix:/run/x.sock`.
#[derive(Clone, Copy)]
pub(crate) enum Address {
    Tcp(SocketAddr),
    Udp(SocketAddr),
    Unix(UnixAddr),
    UnixDgram(UnixAddr),
    UnixSeqpacket(UnixAddr),
}

/// Why a word is no address.
pub(crate) enum Fault {
    /// It does not begin with the kind of a socket.
    Kind,
    /// It is no text.
    Text,
    /// What follows the kind is no address of that kind.
    Addr(AddrError),
    /// No interface has the name of the zone, or the kernel cannot be asked.
    Zone(Error),
}

impl Address {
    /// Reads a word of the command line; the name of a zone is looked up.
    pub(crate) fn parse(word: &[u8]) -> Result<Self, Fault> {
        let text = str::from_utf8(word).map_err(|_| Fault::Text)?;
        match text.split_once(':').ok_or(Fault::Kind)? {
            ("tcp", addr) => inet(addr).map(Address::Tcp),
            ("udp", addr) => inet(addr).map(Address::Udp),
            ("unix", addr) => unix(addr).map(Address::Unix),
            ("unix-dgram", addr) => unix(addr).map(Address::UnixDgram),
            ("unix-seqpacket", addr) => unix(addr).map(Address::UnixSeqpacket),
            _ => Err(Fault::Kind),
        }
    }

    /// The address of a socket of the same kind.
    pub(crate) fn of_socket(&self, fd: &OwnedFd) -> sock::Result<Self> {
        let mut room: Room = [0; _];
        let len = KERNEL.getsockname(fd, &mut room)?;
        let bytes = room.get(..len).unwrap_or_default();
        let inet = || SocketAddr::from_bytes(bytes).ok_or(Error::UNEXPECTED_REPLY);
        let unix = || UnixAddr::from_bytes(bytes).ok_or(Error::UNEXPECTED_REPLY);
        Ok(match self {
            Address::Tcp(_) => Address::Tcp(inet()?),
            Address::Udp(_) => Address::Udp(inet()?),
            Address::Unix(_) => Address::Unix(unix()?),
            Address::UnixDgram(_) => Address::UnixDgram(unix()?),
            Address::UnixSeqpacket(_) => Address::UnixSeqpacket(unix()?),
        })
    }

    /// What its sockets transport.
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Address::Tcp(_) | Address::Unix(_) => Kind::Stream,
            Address::Udp(_) | Address::UnixDgram(_) => Kind::Datagram,
            Address::UnixSeqpacket(_) => Kind::Seqpacket,
        }
    }
}

fn inet(text: &str) -> Result<SocketAddr, Fault> {
    let addr = ScopedAddr::parse(text).map_err(Fault::Addr)?;
    addr.resolve(&KERNEL).map_err(Fault::Zone)
}

fn unix(text: &str) -> Result<UnixAddr, Fault> {
    text.parse().map_err(Fault::Addr)
}

/// As [`Address::parse`] reads it.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, addr): (_, &dyn fmt::Display) = match self {
            Address::Tcp(addr) => ("tcp", addr),
            Address::Udp(addr) => ("udp", addr),
            Address::Unix(addr) => ("unix", addr),
            Address::UnixDgram(addr) => ("unix-dgram", addr),
            Address::UnixSeqpacket(addr) => ("unix-seqpacket", addr),
        };
        write!(f, "{kind}:{addr}")
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Kind => {
                f.write_str("begins with none of tcp: udp: unix: unix-dgram: unix-seqpacket:")
            }
            Fault::Text => f.write_str("not UTF-8; in a Unix name, write such a byte as \\xNN"),
            Fault::Addr(error) => error.fmt(f),
            Fault::Zone(error) => error.kind().fmt(f),
        }
    }
}
