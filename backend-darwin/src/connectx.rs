//! connectx(2), which only Darwin has, since OS X 10.11: a connect with data in its SYN.
//!
//! With TCP Fast Open (RFC 7413) data goes with the SYN and is answered a round trip earlier. That
//! happens when the peer has given this host a cookie before; otherwise the kernel sends the data after
//! the handshake, and nobody needs to know. A SYN may arrive twice, and its data then does, too
//! (RFC 7413 section 6.1): only what may be done twice goes this way.
//!
//! [`FastOpen`] gives sockets of the core these methods; [`Darwin::connectx`] is the call itself.
//!
//! ```no_run
//! use sock_core::{Deadline, TcpSocket};
//! use sock_darwin::Darwin;
//! use sock_darwin::connectx::FastOpen;
//!
//! fn get(addr: &sock_core::SocketAddr<sock_core::abi::Darwin>) -> sock_darwin::Result<()> {
//!     let stream = TcpSocket::<Darwin>::v4()?.connect_at_send(addr)?;
//!     // The SYN goes out here, with the request in it.
//!     stream.send_all(b"GET / HTTP/1.0\r\n\r\n", Deadline::NEVER)?;
//!     let mut answer = [0; 512];
//!     stream.recv_by(&mut answer, Deadline::NEVER)?;
//!     Ok(())
//! }
//! ```

use core::num::NonZeroU32;
use core::ptr;

use sock_core::{Address, Rejected, Socket, SocketAddr, Stream, Tcp, abi};
use sock_raw::register::Arg;

use crate::layout::sa_endpoints;
use crate::numbers::{CONNECT_DATA_IDEMPOTENT, CONNECT_RESUME_ON_READ_WRITE, SAE_ASSOCID_ANY};
use crate::{Darwin, Error, IoSlice, OwnedFd, Result, call};

/// Between which addresses to connect.
#[derive(Clone, Copy, Debug)]
pub struct Endpoints<'a> {
    destination: &'a [u8],
    source: &'a [u8],
    interface: Option<NonZeroU32>,
}

impl<'a> Endpoints<'a> {
    /// To this address, in the layout of the kernel.
    #[must_use]
    pub const fn to(destination: &'a [u8]) -> Self {
        Endpoints {
            destination,
            source: &[],
            interface: None,
        }
    }

    /// The same from this address, to which the socket is bound first.
    #[must_use]
    pub const fn from(self, source: &'a [u8]) -> Self {
        Endpoints { source, ..self }
    }

    /// The same through the interface of this index only.
    #[must_use]
    pub const fn through(self, interface: NonZeroU32) -> Self {
        Endpoints {
            interface: Some(interface),
            ..self
        }
    }

    fn raw(&self) -> sa_endpoints {
        sa_endpoints {
            sae_srcif: self.interface.map_or(0, NonZeroU32::get),
            sae_srcaddr: start(self.source),
            sae_srcaddrlen: self.source.len() as u32,
            sae_dstaddr: start(self.destination),
            sae_dstaddrlen: self.destination.len() as u32,
        }
    }
}

/// Where an address begins: null when there is none.
fn start(addr: &[u8]) -> *const u8 {
    if addr.is_empty() {
        ptr::null()
    } else {
        addr.as_ptr()
    }
}

/// When the SYN goes out, and what with.
#[derive(Clone, Copy, Debug)]
pub enum Start<'a> {
    /// At once, without data, as connect(2) does it.
    Now,
    /// At once, with as much of the data as there is room for. `idempotent`: the data may be in the
    /// SYN, and then may arrive twice; otherwise it follows the handshake.
    With {
        /// The data; empty is as [`Start::Now`].
        data: &'a [u8],
        /// Whether it does no harm twice.
        idempotent: bool,
    },
    /// With the first send, whose data may be in the SYN, and then may arrive twice
    /// (`CONNECT_RESUME_ON_READ_WRITE`, `CONNECT_DATA_IDEMPOTENT`). A receive starts it, too.
    AtSend,
}

impl Darwin {
    /// Starts to connect, connectx(2): how many bytes of the data are on their way. That the connect goes
    /// on (`EINPROGRESS`) is no error here.
    ///
    /// # Errors
    /// Those of [`connect`](sock_core::Backend::connect) and of [`bind`](sock_core::Backend::bind).
    /// `InvalidInput`: the kernel has no interface of that index, or there is no destination.
    #[doc(alias = "SAE_ASSOCID_ANY")]
    pub fn connectx(
        &self,
        fd: &OwnedFd,
        endpoints: &Endpoints<'_>,
        start: Start<'_>,
    ) -> Result<usize> {
        let (flags, data) = match start {
            Start::Now => (0, &[][..]),
            Start::With {
                data,
                idempotent: false,
            } => (0, data),
            Start::With {
                data,
                idempotent: true,
            } => (CONNECT_DATA_IDEMPOTENT, data),
            Start::AtSend => (
                CONNECT_RESUME_ON_READ_WRITE | CONNECT_DATA_IDEMPOTENT,
                &[][..],
            ),
        };
        let endpoints = endpoints.raw();
        let parts = [IoSlice::new(data)];
        let (parts, parts_len) = if data.is_empty() {
            (Arg::null(), 0)
        } else {
            (Arg::from_ref(&parts), 1)
        };
        let mut sent = 0_usize;
        // SAFETY: connectx(2) reads the endpoints, their addresses and the parts, all borrowed
        // (`IoSlice` is a `struct iovec` that borrows its bytes), and writes one `size_t` to `sent`,
        // which is borrowed mutably; the id of the connection is not wanted.
        let started = unsafe {
            call::connectx([
                fd.arg(),
                Arg::from_ref(&endpoints),
                Arg::uint(SAE_ASSOCID_ANY),
                Arg::uint(flags),
                parts,
                Arg::uint(parts_len),
                Arg::from_mut(&mut sent),
                Arg::null(),
            ])
        }
        .unit::<Darwin>();
        match started {
            Err(error) if error != Error::IN_PROGRESS => Err(error),
            // The kernel tells the count in both cases (`connectx_nocancel` in
            // bsd/kern/uipc_syscalls.c).
            _ => Ok(sent.min(data.len())),
        }
    }
}

/// Connects of TCP sockets with data in the SYN, on Darwin.
pub trait FastOpen: Sized {
    /// Starts to connect, with as much of `data` in the SYN as fits where the peer has given a cookie, and
    /// after the handshake otherwise; says how many bytes were taken. They may arrive twice.
    ///
    /// The stream comes before it is connected: its sends are queued until it is, and why a connect
    /// fails tells a later send or receive.
    ///
    /// # Errors
    /// The socket comes back. `WrongFamily`: no call was made; otherwise those of
    /// [`Socket::connect`].
    fn connect_with(
        self,
        addr: &SocketAddr<abi::Darwin>,
        data: &[u8],
    ) -> Connected<(Stream<Darwin, Tcp>, usize), Self>;

    /// Puts the connect off until the first send, whose data goes with the SYN where the peer has
    /// given a cookie, and after the handshake otherwise. Until the first send or receive nothing is
    /// sent. The data of the first send may arrive twice.
    ///
    /// The stream comes before it is connected: why a connect fails tells a later send or receive.
    ///
    /// # Errors
    /// The socket comes back. `WrongFamily`: no call was made; otherwise those of
    /// [`Socket::connect`].
    fn connect_at_send(
        self,
        addr: &SocketAddr<abi::Darwin>,
    ) -> Connected<Stream<Darwin, Tcp>, Self>;
}

/// What a connect comes to: the stream, or the socket and why it was refused.
type Connected<T, S> = core::result::Result<T, Rejected<S, abi::Darwin>>;

impl FastOpen for Socket<Darwin, Tcp> {
    fn connect_with(
        self,
        addr: &SocketAddr<abi::Darwin>,
        data: &[u8],
    ) -> Connected<(Stream<Darwin, Tcp>, usize), Self> {
        // Without data nothing would be queued, and a send be refused until it is connected.
        let start = match data {
            [] => Start::AtSend,
            data => Start::With {
                data,
                idempotent: true,
            },
        };
        connect(self, addr, start)
    }

    fn connect_at_send(
        self,
        addr: &SocketAddr<abi::Darwin>,
    ) -> Connected<Stream<Darwin, Tcp>, Self> {
        connect(self, addr, Start::AtSend).map(|(stream, _)| stream)
    }
}

fn connect(
    socket: Socket<Darwin, Tcp>,
    addr: &SocketAddr<abi::Darwin>,
    start: Start<'_>,
) -> Connected<(Stream<Darwin, Tcp>, usize), Socket<Darwin, Tcp>> {
    let started = if addr.family() == socket.family() {
        let endpoints = Endpoints::to(addr.as_bytes());
        socket.call(|darwin, fd| darwin.connectx(fd, &endpoints, start))
    } else {
        Err(Error::WRONG_FAMILY)
    };
    match started {
        Ok(sent) => Ok((Stream::assume(Darwin, socket.into_fd()), sent)),
        Err(error) => Err(Rejected { error, socket }),
    }
}
