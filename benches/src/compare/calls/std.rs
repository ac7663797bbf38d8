//! std: it has no flags, so what does not wait works on descriptors that are non-blocking. Its
//! accept makes no non-blocking connection in one call; it is spared the second one.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, SocketAddrV4, TcpListener, TcpStream, UdpSocket};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;

use super::{AcceptCalls, Calls, DatagramCalls, StreamCalls};
use crate::compare::Result;

macro_rules! calls {
    ($($socket:ident),*) => {$(
        impl Calls for $socket {
            type Error = io::Error;

            fn over(fd: OwnedFd) -> Result<Self> {
                Ok($socket::from(fd))
            }

            #[inline(always)]
            fn would_block(error: &io::Error) -> bool {
                error.raw_os_error() == Some(libc::EAGAIN)
            }
        }
    )*};
}

calls!(TcpStream, UnixStream, UdpSocket, TcpListener);

macro_rules! stream_calls {
    ($($stream:ident),*) => {$(
        impl StreamCalls for $stream {
            #[inline(always)]
            fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.write(bytes)
            }

            #[inline(always)]
            fn recv(&mut self, room: &mut [u8]) -> io::Result<usize> {
                self.read(room)
            }
        }
    )*};
}

stream_calls!(TcpStream, UnixStream);

impl DatagramCalls for UdpSocket {
    type Addr = SocketAddr;

    fn addr(addr: SocketAddrV4) -> SocketAddr {
        addr.into()
    }

    #[inline(always)]
    fn send_to(&mut self, bytes: &[u8], addr: &SocketAddr) -> io::Result<usize> {
        UdpSocket::send_to(self, bytes, addr)
    }

    #[inline(always)]
    fn recv_from(&mut self, room: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        UdpSocket::recv_from(self, room)
    }
}

impl AcceptCalls for TcpListener {
    type Accepted = (TcpStream, SocketAddr);

    #[inline(always)]
    fn accept(&mut self) -> io::Result<Self::Accepted> {
        TcpListener::accept(self)
    }

    fn peer((_, addr): &Self::Accepted) -> Option<SocketAddr> {
        Some(*addr)
    }
}
