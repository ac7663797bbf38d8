//! Ours.

use std::net::SocketAddrV4;
use std::os::fd::{IntoRawFd, OwnedFd};

use sock::generic::{DatagramSocket, Listener, Stream};
use sock::{Error, Protocol, SocketAddr, System, Tcp, TcpStream, Udp};

use super::{AcceptCalls, Calls, DatagramCalls, StreamCalls};
use crate::compare::Result;

fn owned(fd: OwnedFd) -> Result<sock::OwnedFd> {
    // SAFETY: the number comes out of an owned descriptor, so it is open and nobody else closes it;
    // each socket of these benches is its file's only descriptor.
    let fd = unsafe { sock::OwnedFd::from_raw_fd(fd.into_raw_fd()) };
    Ok(fd.ok_or(Error::UNEXPECTED_REPLY)?)
}

macro_rules! calls {
    ($([$($generics:tt)*] $socket:ty),*) => {$(
        impl<$($generics)*> Calls for $socket {
            type Error = Error;

            fn over(fd: OwnedFd) -> Result<Self> {
                Ok(Self::from_fd(System, owned(fd)?)?)
            }

            #[inline(always)]
            fn would_block(error: &Error) -> bool {
                *error == Error::WOULD_BLOCK
            }
        }
    )*};
}

calls!(
    [P: Protocol + Send] Stream<System, P>,
    [] DatagramSocket<System, Udp>,
    [] Listener<System, Tcp>
);

impl<P: Protocol + Send> StreamCalls for Stream<System, P> {
    #[inline(always)]
    fn send(&mut self, bytes: &[u8]) -> Result<usize, Error> {
        Stream::send(self, bytes)
    }

    #[inline(always)]
    fn recv(&mut self, room: &mut [u8]) -> Result<usize, Error> {
        Stream::recv(self, room)
    }
}

impl DatagramCalls for DatagramSocket<System, Udp> {
    type Addr = SocketAddr;

    fn addr(addr: SocketAddrV4) -> SocketAddr {
        addr.into()
    }

    #[inline(always)]
    fn send_to(&mut self, bytes: &[u8], addr: &SocketAddr) -> Result<usize, Error> {
        DatagramSocket::send_to(self, bytes, addr)
    }

    #[inline(always)]
    fn recv_from(&mut self, room: &mut [u8]) -> Result<(usize, SocketAddr), Error> {
        let received = DatagramSocket::recv_from(self, room)?;
        Ok((received.bytes, received.from))
    }
}

impl AcceptCalls for Listener<System, Tcp> {
    type Accepted = (TcpStream, SocketAddr);

    #[inline(always)]
    fn accept(&mut self) -> Result<Self::Accepted, Error> {
        Listener::accept(self)
    }

    fn peer((_, addr): &Self::Accepted) -> Option<std::net::SocketAddr> {
        Some((*addr).into())
    }
}
