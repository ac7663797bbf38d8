//! The sockets that the variants of a bench get: made by one hand, so that all are alike.

use std::net::{Ipv4Addr, SocketAddrV4, TcpListener, TcpStream, UdpSocket};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;

use super::Result;
use super::calls::Calls;

/// Any port of the loopback address.
pub(crate) const ANY: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0);

/// Whether the descriptors are non-blocking; std has no other way not to wait.
#[derive(Clone, Copy)]
pub(crate) enum Mode {
    Blocking,
    Nonblocking,
}

impl Mode {
    fn is_nonblocking(self) -> bool {
        matches!(self, Mode::Nonblocking)
    }
}

/// Two connected TCP streams, which send at once what they are given.
pub(crate) fn tcp<C: Calls>(mode: Mode) -> Result<[C; 2]> {
    let listener = TcpListener::bind(ANY)?;
    let a = TcpStream::connect(listener.local_addr()?)?;
    let (b, _) = listener.accept()?;
    for stream in [&a, &b] {
        stream.set_nodelay(true)?;
        stream.set_nonblocking(mode.is_nonblocking())?;
    }
    both(a, b)
}

/// Two connected Unix streams.
pub(crate) fn unix<C: Calls>() -> Result<[C; 2]> {
    let (a, b) = UnixStream::pair()?;
    for stream in [&a, &b] {
        stream.set_nonblocking(true)?;
    }
    both(a, b)
}

/// A UDP socket and its address.
pub(crate) fn udp<C: Calls>() -> Result<(C, SocketAddrV4)> {
    let socket = UdpSocket::bind(ANY)?;
    socket.set_nonblocking(true)?;
    let port = socket.local_addr()?.port();
    Ok((C::over(socket.into())?, SocketAddrV4::new(*ANY.ip(), port)))
}

fn both<C: Calls>(a: impl Into<OwnedFd>, b: impl Into<OwnedFd>) -> Result<[C; 2]> {
    Ok([C::over(a.into())?, C::over(b.into())?])
}
