//! `std::net::UdpSocket`.

mod options;

use core::fmt;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd, RawFd};
use std::time::{Duration, Instant};

use sock_core::option::{AppliesTo, GetOption, SetOption, SocketOption};
use sock_core::{RecvFlags, Udp};

use crate::datagrams::Datagrams;
use crate::descriptor::Inner;
use crate::system::{Abi, System};
use crate::{addresses, shape};

/// A UDP socket, as `std::net::UdpSocket`.
///
/// As in std, a datagram longer than the buffer is cut without a word; the types at the root of `sock`
/// say so ([`Received::truncated`](sock_core::Received)).
///
/// ```
/// use sock::net::UdpSocket;
///
/// let a = UdpSocket::bind("127.0.0.1:0")?;
/// let b = UdpSocket::bind("127.0.0.1:0")?;
/// a.send_to(b"ping", b.local_addr()?)?;
/// let mut buffer = [0; 16];
/// let (n, from) = b.recv_from(&mut buffer)?;
/// assert_eq!((&buffer[..n], from), (&b"ping"[..], a.local_addr()?));
///
/// b.connect(from)?;
/// b.send(b"pong")?;
/// assert_eq!(a.recv(&mut buffer)?, 4);
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct UdpSocket(Datagrams<System, Udp>);

impl UdpSocket {
    /// A socket bound to the first of the addresses that can be had: socket(2), bind(2).
    ///
    /// # Errors
    /// What the name resolution said; `AddrInUse`, `AddrNotAvailable`, `PermissionDenied` of the last
    /// address. `InvalidInput`: no address.
    pub fn bind<A: ToSocketAddrs>(addr: A) -> io::Result<UdpSocket> {
        let socket = addresses::first(addr.to_socket_addrs()?, |addr| {
            Ok(sock_core::UdpSocket::bind_in(System, &addr.into())?)
        })?;
        Ok(UdpSocket(Datagrams::new(socket, Default::default())))
    }

    /// Gives the socket a peer, or another one than before, the first of the addresses that the kernel
    /// takes: connect(2). It sends there, and receives from there alone.
    ///
    /// # Errors
    /// What the name resolution said, and the kernel to the last address: `NetworkUnreachable`, a
    /// number for an address of another family. `InvalidInput`: no address.
    pub fn connect<A: ToSocketAddrs>(&self, addr: A) -> io::Result<()> {
        addresses::first(addr.to_socket_addrs()?, |addr| self.0.connect(&addr.into()))
    }

    /// The peer, getpeername(2).
    ///
    /// # Errors
    /// `NotConnected`: there is none.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.0.peer_addr()?.into())
    }

    /// The address of this side, getsockname(2).
    ///
    /// # Errors
    /// None that is to be expected.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.0.core().local_addr()?.into())
    }

    /// Sends one datagram to the first of the addresses: sendto(2), ppoll(2).
    ///
    /// # Errors
    /// `InvalidInput`: no address, or port 0. A datagram that is too long, no route, a broadcast that
    /// is not allowed: the kernel's number. `WouldBlock`, `TimedOut`: no room, as was set.
    pub fn send_to<A: ToSocketAddrs>(&self, buf: &[u8], addr: A) -> io::Result<usize> {
        match addr.to_socket_addrs()?.next() {
            Some(addr) => self.0.send_to(buf, &addr.into()),
            None => Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "no addresses to send data to",
            )),
        }
    }

    /// Sends one datagram to the peer: send(2), ppoll(2).
    ///
    /// # Errors
    /// There is no peer: the kernel's `EDESTADDRREQ`. `ConnectionRefused`: an earlier datagram found
    /// nobody. `WouldBlock`, `TimedOut`: no room, as was set.
    pub fn send(&self, buf: &[u8]) -> io::Result<usize> {
        self.0.send(buf)
    }

    /// Receives one datagram, and says how many bytes fitted and who sent it: recvfrom(2), ppoll(2).
    ///
    /// # Errors
    /// `WouldBlock`, `TimedOut`: none came, as was set.
    pub fn recv_from(&self, buf: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        self.receive(buf, RecvFlags::empty())
    }

    /// [`recv_from`](Self::recv_from), and the datagram stays in the queue.
    ///
    /// # Errors
    /// Those of [`recv_from`](Self::recv_from).
    pub fn peek_from(&self, buf: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        self.receive(buf, RecvFlags::PEEK)
    }

    fn receive(&self, buf: &mut [u8], flags: RecvFlags) -> io::Result<(usize, SocketAddr)> {
        match self.0.recv_from(buf, flags)? {
            (n, Some(from)) => Ok((n, from.into())),
            // As std: an address that the kernel has not written is none.
            (_, None) => Err(io::ErrorKind::InvalidInput.into()),
        }
    }

    /// Receives one datagram, and says how many bytes fitted: recvfrom(2), ppoll(2).
    ///
    /// # Errors
    /// `ConnectionRefused`: a datagram sent earlier found nobody. `WouldBlock`, `TimedOut`: none came,
    /// as was set.
    pub fn recv(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.recv(buf, RecvFlags::empty())
    }

    /// [`recv`](Self::recv), and the datagram stays in the queue.
    ///
    /// # Errors
    /// Those of [`recv`](Self::recv).
    pub fn peek(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.recv(buf, RecvFlags::PEEK)
    }
}

shape::every_socket!(UdpSocket, Udp);
shape::waits!(UdpSocket);
shape::descriptors!(UdpSocket, std::net::UdpSocket);
shape::core_type!(UdpSocket, sock_core::UdpSocket<System>);

impl fmt::Debug for UdpSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("UdpSocket");
        if let Ok(addr) = self.local_addr() {
            fields.field("addr", &addr);
        }
        fields.field("fd", &self.0.fd().as_raw_fd()).finish()
    }
}
