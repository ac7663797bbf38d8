//! The calls that are compared, as each library has them.
//!
//! All variants of a bench work on sockets that were made alike, and own them. What a library
//! cannot do in one call is done in the way that comes nearest, and its file says so.

pub(crate) mod asm;
pub(crate) mod libc;
pub(crate) mod rustix;
pub(crate) mod sc;
pub(crate) mod sock;
pub(crate) mod socket2;
pub(crate) mod std;

use ::std::error::Error;
use ::std::fmt;
use ::std::io;
use ::std::mem::MaybeUninit;
use ::std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use ::std::os::fd::OwnedFd;
use ::std::time::Duration;

use super::Result;

/// Flags of calls that do not wait.
pub(crate) const STRIKE: i32 = ::libc::MSG_DONTWAIT;

/// Flags of calls that wait.
pub(crate) const WAIT: i32 = 0;

/// A library's calls on a socket of its own.
pub(crate) trait Calls: Sized + Send + 'static {
    /// What its calls fail with.
    type Error: Error + Send + Sync + 'static;

    /// Takes the socket.
    fn over(fd: OwnedFd) -> Result<Self>;

    /// Whether the call would have had to wait.
    fn would_block(error: &Self::Error) -> bool;
}

/// A connected stream.
pub(crate) trait StreamCalls: Calls {
    /// Sends what there is room for.
    fn send(&mut self, bytes: &[u8]) -> Result<usize, Self::Error>;

    /// Receives what there is.
    fn recv(&mut self, room: &mut [u8]) -> Result<usize, Self::Error>;
}

/// A stream that can be waited for.
pub(crate) trait PollCalls: StreamCalls {
    /// Waits until there is something to receive; to reach the limit, if there is one, is an error.
    fn poll(&mut self, limit: Option<Duration>) -> Result<(), Self::Error>;
}

/// A datagram socket without a peer.
pub(crate) trait DatagramCalls: Calls {
    /// An address as the library passes it to a send and gets it from a receive.
    type Addr: Send + 'static;

    /// The address of the library for one of std's.
    fn addr(addr: SocketAddrV4) -> Self::Addr;

    /// Sends one datagram.
    fn send_to(&mut self, bytes: &[u8], addr: &Self::Addr) -> Result<usize, Self::Error>;

    /// Receives one datagram and the address of its sender.
    fn recv_from(&mut self, room: &mut [u8]) -> Result<(usize, Self::Addr), Self::Error>;
}

/// A listening socket.
pub(crate) trait AcceptCalls: Calls {
    /// A connection and the address of its peer.
    type Accepted: 'static;

    /// Takes a connection.
    fn accept(&mut self) -> Result<Self::Accepted, Self::Error>;

    /// The address that came with the connection.
    fn peer(accepted: &Self::Accepted) -> Option<SocketAddr>;
}

/// How often a receive finds nothing before what was sent counts as lost.
const PATIENCE: u32 = 1_000_000;

/// Receives what was sent before: on the loopback interface it is there when its send returns, but
/// that the kernel may leave the delivery to a thread of its own under load.
#[inline(always)]
pub(crate) fn arrived<C: Calls, T>(mut receive: impl FnMut() -> Result<T, C::Error>) -> Result<T> {
    for _ in 0..PATIENCE {
        match receive() {
            Ok(received) => return Ok(received),
            Err(error) if C::would_block(&error) => ::std::thread::yield_now(),
            Err(error) => return Err(error.into()),
        }
    }
    Err("what was sent did not arrive".into())
}

/// The number of an error, from a call that bypasses libc.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Errno(pub(crate) i32);

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        io::Error::from_raw_os_error(self.0).fmt(f)
    }
}

impl Error for Errno {}

/// A received IPv4 address by its length: another one is none that these sockets can meet.
#[inline(always)]
fn received(
    addr: MaybeUninit<::libc::sockaddr_in>,
    len: ::libc::socklen_t,
) -> Option<::libc::sockaddr_in> {
    // SAFETY: ip(7) and `move_addr_to_user` in net/socket.c: the kernel has written `len` bytes,
    // which are the whole structure; its fields are numbers.
    (len as usize == size_of_val(&addr)).then(|| unsafe { addr.assume_init() })
}

/// The address in a `struct sockaddr_in`, ip(7); nothing for another family.
fn socket_addr(addr: &::libc::sockaddr_in) -> Option<SocketAddr> {
    let ip = Ipv4Addr::from(addr.sin_addr.s_addr.to_ne_bytes());
    let is_v4 = i32::from(addr.sin_family) == ::libc::AF_INET;
    is_v4.then(|| SocketAddrV4::new(ip, u16::from_be(addr.sin_port)).into())
}

/// `struct sockaddr_in` of an address, ip(7).
fn sockaddr_in(addr: SocketAddrV4) -> ::libc::sockaddr_in {
    ::libc::sockaddr_in {
        sin_family: ::libc::AF_INET as ::libc::sa_family_t,
        sin_port: addr.port().to_be(),
        sin_addr: ::libc::in_addr {
            s_addr: u32::from_ne_bytes(addr.ip().octets()),
        },
        sin_zero: [0; 8],
    }
}
