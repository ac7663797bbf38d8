//! `std::os::unix::net::UnixListener`.

use core::fmt;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd, RawFd};
use std::os::unix::net::SocketAddr;
use std::path::Path;
use std::time::Instant;

use sock_core::UnixStreams;
use sock_core::option::{AppliesTo, GetOption, SetOption, SocketOption};

use super::{UnixStream, addr};
use crate::acceptor::Acceptor;
use crate::descriptor::Inner;
use crate::shape;
use crate::system::{Abi, System};

/// A Unix stream socket that listens, as `std::os::unix::net::UnixListener`.
///
/// Its open file is non-blocking whatever was set, also while the descriptor is lent or cloned:
/// accept4(2) has no other way not to wait. Given away (`into_raw_fd`), it is as std's, unless a clone of
/// it is still here.
///
/// ```
/// use sock::net::unix::{SocketAddr, UnixListener, UnixStream};
/// use std::os::linux::net::SocketAddrExt;
///
/// let name = format!("sock-doc-{}", std::process::id());
/// let addr = SocketAddr::from_abstract_name(name)?;
/// let listener = UnixListener::bind_addr(&addr)?;
/// let client = UnixStream::connect_addr(&addr)?;
/// let (_server, peer) = listener.accept()?;
/// assert!(peer.is_unnamed());
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct UnixListener(Acceptor<System, UnixStreams>);

impl UnixListener {
    /// Listens on a path, which stays in the file system when the listener closes: socket(2), bind(2),
    /// listen(2).
    ///
    /// # Errors
    /// `AddrInUse`: the path is taken. `NotFound`, `PermissionDenied`; `InvalidInput`: a path with a
    /// NUL inside, or of more than 107 bytes.
    pub fn bind<P: AsRef<Path>>(path: P) -> io::Result<UnixListener> {
        Self::bind_to(addr::of_path(path.as_ref())?)
    }

    /// Listens on an address, which may be an abstract name.
    ///
    /// # Errors
    /// Those of [`bind`](Self::bind).
    pub fn bind_addr(socket_addr: &SocketAddr) -> io::Result<UnixListener> {
        Self::bind_to(addr::to_core(socket_addr)?)
    }

    fn bind_to(addr: sock_core::UnixAddr<Abi>) -> io::Result<UnixListener> {
        let listener = sock_core::UnixListener::bind_in(System, &addr)?;
        Ok(UnixListener(Acceptor::new(listener, Default::default())))
    }

    /// Takes a connection, waiting for one: accept4(2), ppoll(2). The peer is without a name when its
    /// path has 108 bytes, which std cannot hold.
    ///
    /// # Errors
    /// `WouldBlock`, `TimedOut`: none came, as was set. No descriptor is left: the connection still
    /// waits.
    pub fn accept(&self) -> io::Result<(UnixStream, SocketAddr)> {
        let (stream, peer) = self.0.accept()?;
        Ok((UnixStream(stream), addr::of_peer(&peer)?))
    }

    /// The address that it listens on, getsockname(2).
    ///
    /// # Errors
    /// `InvalidInput`: a path of 108 bytes, which std cannot hold.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        addr::to_std(&self.0.core().local_addr()?)
    }

    /// Every connection from now on: [`accept`](Self::accept), for ever.
    pub fn incoming(&self) -> Incoming<'_> {
        Incoming { listener: self }
    }

    /// Whether [`accept`](Self::accept) fails with `WouldBlock` instead of waiting.
    ///
    /// # Errors
    /// None.
    pub fn set_nonblocking(&self, nonblocking: bool) -> io::Result<()> {
        self.0.settings().remember_nonblocking(nonblocking);
        Ok(())
    }

    /// Until when [`accept`](Self::accept) may wait, every time from now on; `None` takes the deadline
    /// away. What fails then is of kind `TimedOut`. Not in std.
    pub fn set_accept_deadline(&self, deadline: Option<Instant>) {
        self.0.settings().read.set_deadline(deadline, &System);
    }
}

shape::every_socket!(UnixListener, UnixStreams);
shape::descriptors!(UnixListener, std::os::unix::net::UnixListener);
shape::core_type!(UnixListener, sock_core::UnixListener<System>);

impl fmt::Debug for UnixListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("UnixListener");
        fields.field("fd", &self.0.fd().as_raw_fd());
        if let Ok(addr) = self.local_addr() {
            fields.field("local", &addr);
        }
        fields.finish()
    }
}

impl<'a> IntoIterator for &'a UnixListener {
    type Item = io::Result<UnixStream>;
    type IntoIter = Incoming<'a>;

    fn into_iter(self) -> Incoming<'a> {
        self.incoming()
    }
}

/// The connections of a [`UnixListener`]: never `None`.
#[derive(Debug)]
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct Incoming<'a> {
    listener: &'a UnixListener,
}

impl Iterator for Incoming<'_> {
    type Item = io::Result<UnixStream>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.listener.accept().map(|(stream, _)| stream))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (usize::MAX, None)
    }
}
