//! `std::os::unix::net::UnixDatagram`.

use core::fmt;
use std::io;
use std::net::Shutdown;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd, RawFd};
use std::os::unix::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use sock_core::option::{AppliesTo, GetOption, SetOption, SocketOption};
use sock_core::{DatagramSocket, Local, RecvFlags, UnixDatagrams};

use super::addr;
use crate::datagrams::Datagrams;
use crate::descriptor::Inner;
use crate::shape;
use crate::system::{Abi, System};

/// A Unix datagram socket, as `std::os::unix::net::UnixDatagram`.
///
/// As in std, a datagram longer than the buffer is cut without a word; the types at the root of `sock`
/// say so ([`Received::truncated`](sock_core::Received)).
///
/// ```
/// use sock::net::unix::UnixDatagram;
///
/// let (a, b) = UnixDatagram::pair()?;
/// a.send(b"one")?;
/// a.send(b"two")?;
/// let mut buffer = [0; 16];
/// assert_eq!(b.recv(&mut buffer)?, 3);
/// assert_eq!(&buffer[..3], b"one");
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct UnixDatagram(Datagrams<System, UnixDatagrams>);

impl UnixDatagram {
    fn new(socket: sock_core::UnixDatagram<System>) -> UnixDatagram {
        UnixDatagram(Datagrams::new(socket, Default::default()))
    }

    /// A socket bound to a path, which stays in the file system when it closes: socket(2), bind(2).
    ///
    /// # Errors
    /// `AddrInUse`: the path is taken. `NotFound`, `PermissionDenied`; `InvalidInput`: a path with a
    /// NUL inside, or of more than 107 bytes.
    pub fn bind<P: AsRef<Path>>(path: P) -> io::Result<UnixDatagram> {
        let addr = addr::of_path(path.as_ref())?;
        Ok(Self::new(sock_core::UnixDatagram::bind_in(System, &addr)?))
    }

    /// A socket bound to an address, which may be an abstract name.
    ///
    /// # Errors
    /// Those of [`bind`](Self::bind).
    pub fn bind_addr(socket_addr: &SocketAddr) -> io::Result<UnixDatagram> {
        let addr = addr::to_core(socket_addr)?;
        Ok(Self::new(sock_core::UnixDatagram::bind_in(System, &addr)?))
    }

    /// A socket without a name, socket(2).
    ///
    /// # Errors
    /// No descriptor is left.
    pub fn unbound() -> io::Result<UnixDatagram> {
        Ok(Self::new(sock_core::UnixDatagram::open(System)?))
    }

    /// Two sockets that are each other's peer, socketpair(2).
    ///
    /// # Errors
    /// No descriptor is left.
    pub fn pair() -> io::Result<(UnixDatagram, UnixDatagram)> {
        let (a, b) = sock_core::ConnectedUnixDatagram::pair_in(System)?;
        let of = |fd| Self::new(DatagramSocket::assume(System, fd, Local));
        Ok((of(a.into_fd()), of(b.into_fd())))
    }

    /// Gives the socket a peer, or another one than before: connect(2).
    ///
    /// # Errors
    /// `NotFound`, `ConnectionRefused`: nobody is there. `PermissionDenied`: the other has a peer of
    /// its own. `InvalidInput`: a path with a NUL inside, or of more than 107 bytes.
    pub fn connect<P: AsRef<Path>>(&self, path: P) -> io::Result<()> {
        self.0.connect(&addr::of_path(path.as_ref())?)
    }

    /// Gives the socket a peer by its address, which may be an abstract name.
    ///
    /// # Errors
    /// Those of [`connect`](Self::connect).
    pub fn connect_addr(&self, socket_addr: &SocketAddr) -> io::Result<()> {
        self.0.connect(&addr::to_core(socket_addr)?)
    }

    /// The name of this side, getsockname(2).
    ///
    /// # Errors
    /// `InvalidInput`: a path of 108 bytes, which std cannot hold.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        addr::to_std(&self.0.core().local_addr()?)
    }

    /// The name of the peer, getpeername(2).
    ///
    /// # Errors
    /// `NotConnected`: there is none; `InvalidInput`: a path of 108 bytes, which std cannot hold.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        addr::to_std(&self.0.peer_addr()?)
    }

    /// Receives one datagram, and says how many bytes fitted and who sent it: recvfrom(2), ppoll(2).
    /// The sender is without a name when its path has 108 bytes, which std cannot hold.
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
        let (n, from) = self.0.recv_from(buf, flags)?;
        let from = from.map_or_else(addr::unnamed, |from| addr::of_peer(&from))?;
        Ok((n, from))
    }

    /// Receives one datagram, and says how many bytes fitted: recvfrom(2), ppoll(2).
    ///
    /// # Errors
    /// `WouldBlock`, `TimedOut`: none came, as was set. `ConnectionReset`: the peer gave this one up
    /// before it received everything.
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

    /// Sends one datagram to a path, waiting while the queue of the receiver is full: sendto(2),
    /// ppoll(2).
    ///
    /// # Errors
    /// `NotFound`, `ConnectionRefused`: nobody is there. `WouldBlock`, `TimedOut`: no room, as was set.
    /// A datagram that is too long: the kernel's number. `InvalidInput`: a path with a NUL inside, or
    /// of more than 107 bytes.
    pub fn send_to<P: AsRef<Path>>(&self, buf: &[u8], path: P) -> io::Result<usize> {
        self.0.send_to(buf, &addr::of_path(path.as_ref())?)
    }

    /// Sends one datagram to an address, which may be an abstract name.
    ///
    /// # Errors
    /// Those of [`send_to`](Self::send_to).
    pub fn send_to_addr(&self, buf: &[u8], socket_addr: &SocketAddr) -> io::Result<usize> {
        self.0.send_to(buf, &addr::to_core(socket_addr)?)
    }

    /// Sends one datagram to the peer: send(2), ppoll(2).
    ///
    /// # Errors
    /// `NotConnected`: there is no peer. `ConnectionRefused`: it is gone. `WouldBlock`, `TimedOut`: no
    /// room, as was set.
    pub fn send(&self, buf: &[u8]) -> io::Result<usize> {
        self.0.send(buf)
    }

    /// Closes one direction or both, shutdown(2). A receive that waits then gives 0, a send to the peer
    /// that waits fails with `BrokenPipe`. A `send_to` that waits for its receiver is not ended.
    ///
    /// # Errors
    /// None that is to be expected.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.0.shutdown(shape::direction(how))
    }
}

shape::every_socket!(UnixDatagram, UnixDatagrams);
shape::waits!(UnixDatagram);
shape::descriptors!(UnixDatagram, std::os::unix::net::UnixDatagram);
shape::core_type!(UnixDatagram, sock_core::UnixDatagram<System>);

impl fmt::Debug for UnixDatagram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("UnixDatagram");
        fields.field("fd", &self.0.fd().as_raw_fd());
        if let Ok(addr) = self.local_addr() {
            fields.field("local", &addr);
        }
        if let Ok(addr) = self.peer_addr() {
            fields.field("peer", &addr);
        }
        fields.finish()
    }
}
