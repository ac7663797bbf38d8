//! `std::os::unix::net::UnixStream`.

use core::fmt;
use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::net::Shutdown;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd, RawFd};
use std::os::unix::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use sock_core::option::{AppliesTo, GetOption, SetOption, SocketOption};
use sock_core::{Deadline, UnixStreams};

use super::addr;
use crate::connection::Connection;
use crate::descriptor::Inner;
use crate::system::{Abi, System};
use crate::{settings, shape};

/// A connection of Unix stream sockets, as `std::os::unix::net::UnixStream`.
///
/// ```
/// use sock::net::unix::UnixStream;
/// use std::io::{Read, Write};
///
/// let (mut a, mut b) = UnixStream::pair()?;
/// a.write_all(b"hello")?;
/// drop(a);
/// let mut text = String::new();
/// b.read_to_string(&mut text)?;
/// assert_eq!(text, "hello");
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct UnixStream(pub(super) Connection<System, UnixStreams>);

impl UnixStream {
    /// Connects to a path, waiting while the backlog of the listener is full: socket(2), connect(2).
    ///
    /// # Errors
    /// `NotFound`, `ConnectionRefused`, `PermissionDenied`; `InvalidInput`: a path with a NUL inside,
    /// or of more than 107 bytes.
    pub fn connect<P: AsRef<Path>>(path: P) -> io::Result<UnixStream> {
        Self::connect_to(addr::of_path(path.as_ref())?, Deadline::NEVER)
    }

    /// Connects to an address, which may be an abstract name.
    ///
    /// # Errors
    /// Those of [`connect`](Self::connect).
    pub fn connect_addr(socket_addr: &SocketAddr) -> io::Result<UnixStream> {
        Self::connect_to(addr::to_core(socket_addr)?, Deadline::NEVER)
    }

    /// Connects to an address, waiting while the backlog of the listener is full, but not beyond the
    /// deadline. Not in std.
    ///
    /// # Errors
    /// Those of [`connect`](Self::connect); `TimedOut`: the deadline has passed.
    pub fn connect_deadline(socket_addr: &SocketAddr, deadline: Instant) -> io::Result<UnixStream> {
        let deadline = Deadline::at(settings::point(deadline, &System));
        Self::connect_to(addr::to_core(socket_addr)?, deadline)
    }

    fn connect_to(addr: sock_core::UnixAddr<Abi>, deadline: Deadline) -> io::Result<UnixStream> {
        let stream = sock_core::UnixStream::connect_in(System, &addr, deadline)?;
        Ok(UnixStream(Connection::new(stream)))
    }

    /// Two streams connected to each other, socketpair(2).
    ///
    /// # Errors
    /// No descriptor is left.
    pub fn pair() -> io::Result<(UnixStream, UnixStream)> {
        let (a, b) = sock_core::UnixStream::pair_in(System)?;
        Ok((
            UnixStream(Connection::new(a)),
            UnixStream(Connection::new(b)),
        ))
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
    /// `NotConnected`; `InvalidInput`: a path of 108 bytes, which std cannot hold.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        addr::to_std(&self.0.core().peer_addr()?)
    }
}

shape::every_socket!(UnixStream, UnixStreams);
shape::waits!(UnixStream);
shape::reads_and_writes!(UnixStream);
shape::descriptors!(UnixStream, std::os::unix::net::UnixStream);
shape::core_type!(UnixStream, sock_core::UnixStream<System>);

impl fmt::Debug for UnixStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("UnixStream");
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
