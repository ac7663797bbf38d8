//! `std::net::TcpListener`.

use core::fmt;
use core::iter::FusedIterator;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd, RawFd};
use std::time::Instant;

use sock_core::Tcp;
use sock_core::option::{AppliesTo, GetOption, SetOption, SocketOption};

use super::TcpStream;
use crate::acceptor::Acceptor;
use crate::descriptor::{Inner, through_std};
use crate::system::{Abi, System};
use crate::{addresses, shape};

/// A TCP socket that listens, as `std::net::TcpListener`.
///
/// Its open file is non-blocking whatever was set, also while the descriptor is lent or cloned:
/// accept4(2) has no other way not to wait. Given away (`into_raw_fd`), it is as std's, unless a clone of
/// it is still here.
///
/// ```
/// use sock::net::{TcpListener, TcpStream};
/// use std::io::Write;
///
/// let listener = TcpListener::bind("127.0.0.1:0")?;
/// let addr = listener.local_addr()?;
/// let client = std::thread::spawn(move || TcpStream::connect(addr));
/// for stream in listener.incoming().take(1) {
///     stream?.write_all(b"welcome")?;
/// }
/// # client.join().unwrap()?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct TcpListener(Acceptor<System, Tcp>);

impl TcpListener {
    /// Listens on the first of the addresses that can be had, with `SO_REUSEADDR`: socket(2), bind(2),
    /// listen(2). The backlog is 4096, that of std 128.
    ///
    /// # Errors
    /// What the name resolution said; `AddrInUse`, `AddrNotAvailable`, `PermissionDenied` of the last
    /// address. `InvalidInput`: no address.
    pub fn bind<A: ToSocketAddrs>(addr: A) -> io::Result<TcpListener> {
        let listener = addresses::first(addr.to_socket_addrs()?, |addr| {
            Ok(sock_core::TcpListener::bind_in(System, &addr.into())?)
        })?;
        Ok(TcpListener(Acceptor::new(listener, Default::default())))
    }

    /// The address that it listens on, getsockname(2).
    ///
    /// # Errors
    /// None that is to be expected.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.0.core().local_addr()?.into())
    }

    /// Takes a connection, waiting for one: accept4(2), ppoll(2).
    ///
    /// # Errors
    /// `WouldBlock`, `TimedOut`: none came, as was set. `ConnectionAborted`: one ended before it was
    /// taken. No descriptor is left: the connection still waits.
    pub fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        let (stream, peer) = self.0.accept()?;
        Ok((TcpStream(stream), peer.into()))
    }

    /// Every connection from now on: [`accept`](Self::accept), for ever.
    pub fn incoming(&self) -> Incoming<'_> {
        Incoming { listener: self }
    }

    /// [`incoming`](Self::incoming), with the listener inside.
    pub fn into_incoming(self) -> IntoIncoming {
        IntoIncoming { listener: self }
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

    /// The time to live of packets, `IP_TTL`, ip(7). Set through std on a duplicate of the descriptor.
    ///
    /// # Errors
    /// `InvalidInput`: above 255. No descriptor is left.
    pub fn set_ttl(&self, ttl: u32) -> io::Result<()> {
        through_std(&self.0)?.set_ttl(ttl)
    }

    /// What [`set_ttl`](Self::set_ttl) has set.
    ///
    /// # Errors
    /// No descriptor is left.
    pub fn ttl(&self) -> io::Result<u32> {
        through_std(&self.0)?.ttl()
    }
}

shape::every_socket!(TcpListener, Tcp);
shape::descriptors!(TcpListener, std::net::TcpListener);
shape::core_type!(TcpListener, sock_core::TcpListener<System>);

impl fmt::Debug for TcpListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("TcpListener");
        if let Ok(addr) = self.local_addr() {
            fields.field("addr", &addr);
        }
        fields.field("fd", &self.0.fd().as_raw_fd()).finish()
    }
}

/// The connections of a [`TcpListener`]: never `None`.
#[derive(Debug)]
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct Incoming<'a> {
    listener: &'a TcpListener,
}

impl Iterator for Incoming<'_> {
    type Item = io::Result<TcpStream>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.listener.accept().map(|(stream, _)| stream))
    }
}

impl FusedIterator for Incoming<'_> {}

/// The connections of a [`TcpListener`] that it owns: never `None`.
#[derive(Debug)]
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct IntoIncoming {
    listener: TcpListener,
}

impl Iterator for IntoIncoming {
    type Item = io::Result<TcpStream>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.listener.accept().map(|(stream, _)| stream))
    }
}

impl FusedIterator for IntoIncoming {}
