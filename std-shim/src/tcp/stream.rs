//! `std::net::TcpStream`.

use core::fmt;
use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::net::{Shutdown, SocketAddr, ToSocketAddrs};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd, RawFd};
use std::time::{Duration, Instant};

#[cfg(target_os = "linux")]
use sock_core::option::QuickAck;
use sock_core::option::{AppliesTo, GetOption, Linger, NoDelay, SetOption, SocketOption};
use sock_core::{Deadline, Tcp};

use crate::connection::Connection;
use crate::descriptor::{Inner, through_std};
use crate::system::{Abi, System};
use crate::{connect, settings, shape};

/// A TCP connection, as `std::net::TcpStream`.
///
/// ```
/// use sock::net::{TcpListener, TcpStream};
/// use std::io::{ErrorKind, Read, Write};
/// use std::time::{Duration, Instant};
///
/// let listener = TcpListener::bind("127.0.0.1:0")?;
/// let mut client = TcpStream::connect(listener.local_addr()?)?;
/// let (mut server, _) = listener.accept()?;
/// client.write_all(b"hello")?;
/// let mut buffer = [0; 5];
/// server.read_exact(&mut buffer)?;
/// assert_eq!(&buffer, b"hello");
///
/// // Beyond std: a deadline for all that follows.
/// server.set_read_deadline(Some(Instant::now() + Duration::from_millis(10)));
/// assert_eq!(server.read(&mut buffer).unwrap_err().kind(), ErrorKind::TimedOut);
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct TcpStream(pub(super) Connection<System, Tcp>);

impl TcpStream {
    /// Connects to the first of the addresses that answers. The families take turns, and the next
    /// address is tried beside the others when one has failed, or after a quarter of a second
    /// (RFC 8305).
    ///
    /// # Errors
    /// What the name resolution said; that of the attempt that failed last. `InvalidInput`: no address.
    pub fn connect<A: ToSocketAddrs>(addr: A) -> io::Result<TcpStream> {
        Ok(Self::new(connect::connect(System, addr, None)?))
    }

    /// Connects to one address within a time.
    ///
    /// # Errors
    /// `TimedOut`: the time has passed. `InvalidInput`: a time of zero.
    pub fn connect_timeout(addr: &SocketAddr, timeout: Duration) -> io::Result<TcpStream> {
        if timeout.is_zero() {
            return Err(settings::zero_time_out());
        }
        let deadline = Deadline::after(timeout);
        let stream = sock_core::TcpStream::connect_in(System, &(*addr).into(), deadline)?;
        Ok(Self::new(stream))
    }

    /// [`connect`](Self::connect) until a deadline for all addresses together. Not in std. The name
    /// resolution takes its time whatever the deadline.
    ///
    /// # Errors
    /// Those of [`connect`](Self::connect); `TimedOut`: the deadline has passed.
    pub fn connect_deadline<A: ToSocketAddrs>(addr: A, deadline: Instant) -> io::Result<TcpStream> {
        let end = settings::point(deadline, &System);
        Ok(Self::new(connect::connect(System, addr, Some(end))?))
    }

    fn new(stream: sock_core::TcpStream<System>) -> TcpStream {
        TcpStream(Connection::new(stream))
    }

    /// The address of the peer, getpeername(2).
    ///
    /// # Errors
    /// `NotConnected`: the connection has been reset, or has ended in both directions.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.0.core().peer_addr()?.into())
    }

    /// The address of this side, getsockname(2).
    ///
    /// # Errors
    /// None that is to be expected.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.0.core().local_addr()?.into())
    }

    /// What closing does with data not yet sent: setsockopt(2) of `SO_LINGER`.
    ///
    /// # Errors
    /// `InvalidInput`: a time that is not in whole seconds.
    pub fn set_linger(&self, linger: Option<Duration>) -> io::Result<()> {
        self.set_option(Linger, linger)
    }

    /// What [`set_linger`](Self::set_linger) has set.
    ///
    /// # Errors
    /// None that is to be expected.
    pub fn linger(&self) -> io::Result<Option<Duration>> {
        self.option(Linger)
    }

    /// Sends small segments at once: setsockopt(2) of `TCP_NODELAY`.
    ///
    /// # Errors
    /// None that is to be expected.
    pub fn set_nodelay(&self, nodelay: bool) -> io::Result<()> {
        self.set_option(NoDelay, nodelay)
    }

    /// Whether small segments are sent at once.
    ///
    /// # Errors
    /// None that is to be expected.
    pub fn nodelay(&self) -> io::Result<bool> {
        self.option(NoDelay)
    }

    /// Acknowledges at once, for now: setsockopt(2) of `TCP_QUICKACK`. As the method of
    /// `std::os::linux::net::TcpStreamExt`.
    ///
    /// # Errors
    /// None that is to be expected.
    #[cfg(target_os = "linux")]
    pub fn set_quickack(&self, quickack: bool) -> io::Result<()> {
        self.set_option(QuickAck, quickack)
    }

    /// Whether it acknowledges at once.
    ///
    /// # Errors
    /// None that is to be expected.
    #[cfg(target_os = "linux")]
    pub fn quickack(&self) -> io::Result<bool> {
        self.option(QuickAck)
    }

    /// The time to live of packets, `IP_TTL`, ip(7). Set through std on a duplicate of the descriptor:
    /// three calls.
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

shape::every_socket!(TcpStream, Tcp);
shape::waits!(TcpStream);
shape::reads_and_writes!(TcpStream);
shape::descriptors!(TcpStream, std::net::TcpStream);
shape::core_type!(TcpStream, sock_core::TcpStream<System>);

impl fmt::Debug for TcpStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("TcpStream");
        if let Ok(addr) = self.local_addr() {
            fields.field("addr", &addr);
        }
        if let Ok(peer) = self.peer_addr() {
            fields.field("peer", &peer);
        }
        fields.field("fd", &self.0.fd().as_raw_fd()).finish()
    }
}
