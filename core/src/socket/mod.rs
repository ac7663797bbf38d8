//! The socket state machine: one state, one type.
//!
//! ```text
//! Socket ──listen──► Listener ──accept──► Stream │ Connected
//!    └────connect──► Connecting ─finish─► Stream
//!
//! DatagramSocket ──connect──► Connected ──disconnect──► DatagramSocket
//! ```
//!
//! What a state cannot do is not a method of its type. A step consumes the socket; a step that
//! fails gives it back ([`Rejected`](crate::Rejected)). Each type is generic over the backend and
//! the protocol, and has an alias for each protocol: [`TcpStream`](crate::TcpStream) is
//! `Stream<B, Tcp>`.
//!
//! ```compile_fail,E0599
//! # use sock_core::{Backend, Result, TcpListener};
//! fn receive_on_a_listener<B: Backend>(listener: TcpListener<B>) -> Result<usize, B> {
//!     listener.recv(&mut [0u8; 16]) // no method named `recv`
//! }
//! ```
//!
//! ```compile_fail,E0382
//! # use sock_core::{Backend, Result, SocketAddr, TcpSocket};
//! fn bind_after_listen<B: Backend>(socket: TcpSocket<B>, addr: &SocketAddr<B::Abi>) -> Result<(), B> {
//!     let listener = socket.listen(16)?;
//!     socket.bind(addr) // borrow of moved value
//! }
//! ```
//!
//! ```compile_fail,E0277
//! # use sock_core::{Backend, Result, UdpSocket, option};
//! fn cork_a_udp_socket<B: Backend>(socket: &UdpSocket<B>) -> Result<(), B> {
//!     socket.set_option(option::NoDelay, true) // an option of TCP
//! }
//! ```
//!
//! ```compile_fail,E0277
//! # use sock_core::{Backend, Result, TcpStream, abi, option};
//! fn cork_on_freebsd<B: Backend<Abi = abi::FreeBsd>>(stream: &TcpStream<B>) -> Result<(), B> {
//!     stream.set_option(option::Cork, true) // an option of Linux
//! }
//! ```
//!
//! # Calls and waits
//!
//! A method without a deadline never waits: it fails with [`Error::WOULD_BLOCK`]. What it does to a
//! socket (a send, a receive, an accept, an option) is one system call, or none when there is
//! nothing to do; a call that a signal interrupts is made again. These make more: a
//! [`finish`](Connecting::finish) up to three, a `from_fd`, which looks at the descriptor first,
//! up to four, and what makes a socket in one go, one for each step
//! ([`UdpSocket::bind`](crate::UdpSocket) two, [`TcpListener::bind`](crate::TcpListener) four).
//!
//! The method of the same name that ends in `_by` takes a [`Deadline`] and waits until it, in
//! ppoll(2). A method that always may wait (`send_all`) takes a deadline too.
//!
//! Every operation takes `&self`: sockets may be used from several threads at once.
//!
//! # Errors
//!
//! Each method names the kinds ([`ErrorKind`](crate::ErrorKind)) that are to be expected and what
//! they mean; a kernel may have others, see the manual page of the call. Not named again are those
//! that an open socket of the type cannot meet (`BadDescriptor`, `NotASocket`), and these three:
//! `OutOfMemory`; `UnexpectedReply`, from any call that gives an address or a number, when the kernel
//! broke its interface; `ErrorQueue`, from any wait, when the error queue of the socket would end
//! it at once, again and again.

mod connected;
mod connecting;
mod datagram;
mod every;
mod fresh;
mod listener;
mod rest;
mod split;
mod stream;

pub use connected::{Connected, Received};
pub use connecting::{Connecting, Progress};
pub use datagram::DatagramSocket;
pub use fresh::Socket;
pub use listener::Listener;
pub use split::{RecvHalf, SendHalf};
pub use stream::Stream;

use crate::buffer::Room;
use crate::option::{self, PendingError};
use crate::wait::Wait;
use crate::{Address, Backend, Deadline, Error, Incomplete, PollEvents, Protocol, RecvFlags};
use crate::{Result, SendFlags};

/// A descriptor and the kernel that it belongs to.
#[derive(Debug)]
#[doc(hidden)]
pub struct Handle<B: Backend> {
    pub(crate) fd: B::Fd,
    pub(crate) backend: B,
}

impl<B: Backend> Handle<B> {
    pub(crate) fn open<P: Protocol>(backend: B, domain: P::Domain) -> Result<Self, B> {
        use crate::Domain;
        let fd = backend.socket(domain.family(), P::KIND, P::NUMBER)?;
        Ok(Handle { fd, backend })
    }

    /// A descriptor from elsewhere, checked to be a socket of the protocol's kind and family, and to
    /// listen or not: getsockopt(2) of `SO_TYPE` and `SO_ACCEPTCONN`, getsockname(2).
    pub(crate) fn adopt<P: Protocol>(
        backend: B,
        fd: B::Fd,
        listens: bool,
    ) -> Result<(Self, P::Domain), B> {
        use crate::Domain;
        let kind = option::get::<option::Kind, B>(&backend, &fd)?;
        let accepting = option::get::<option::Accepting, B>(&backend, &fd)?;
        if kind != P::KIND || accepting != listens {
            return Err(Error::WRONG_KIND);
        }
        let mut addr = P::Addr::<B::Abi>::empty();
        let len = backend.getsockname(&fd, addr.room())?;
        let family = addr.filled(len).ok_or(Error::WRONG_FAMILY)?.family();
        let domain = P::Domain::from_family(family).ok_or(Error::WRONG_FAMILY)?;
        Ok((Handle { fd, backend }, domain))
    }

    /// Makes the call, again after a signal.
    #[inline]
    pub(crate) fn call<T>(&self, mut call: impl FnMut(&B, &B::Fd) -> Result<T, B>) -> Result<T, B> {
        loop {
            match call(&self.backend, &self.fd) {
                Err(error) if error == Error::INTERRUPTED => core::hint::cold_path(),
                done => return done,
            }
        }
    }

    /// Makes the call; while it would block, waits for `events`.
    #[inline]
    pub(crate) fn call_by<T>(
        &self,
        events: PollEvents,
        deadline: Deadline,
        call: impl FnMut(&B, &B::Fd) -> Result<T, B>,
    ) -> Result<T, B> {
        self.call_with(events, &mut Wait::new(deadline), call)
    }

    /// [`call_by`](Self::call_by) for what may take several calls, each of which tells whether it was
    /// the last. After the first their time counts, too, not only that of the waits between them.
    pub(crate) fn call_all_by(
        &self,
        events: PollEvents,
        wait: &mut Wait,
        mut call: impl FnMut(&B, &B::Fd) -> Result<bool, B>,
    ) -> Result<(), B> {
        while !self.call_with(events, wait, &mut call)? {
            wait.anchor(&self.backend);
        }
        Ok(())
    }

    #[inline]
    fn call_with<T>(
        &self,
        events: PollEvents,
        wait: &mut Wait,
        mut call: impl FnMut(&B, &B::Fd) -> Result<T, B>,
    ) -> Result<T, B> {
        loop {
            match self.call(&mut call) {
                Err(error) if error == Error::WOULD_BLOCK => {
                    wait.ready(&self.backend, &self.fd, events)?;
                }
                done => return done,
            }
        }
    }

    /// [`call`](Self::call) for a receive, whose room comes back when it fails.
    #[inline]
    pub(crate) fn receive<R: Room, T>(
        &self,
        mut room: R,
        mut call: impl FnMut(R, &B, &B::Fd) -> core::result::Result<T, (Error<B::Abi>, R)>,
    ) -> core::result::Result<T, (Error<B::Abi>, R)> {
        loop {
            match call(room, &self.backend, &self.fd) {
                Err((error, back)) if error == Error::INTERRUPTED => {
                    core::hint::cold_path();
                    room = back;
                }
                done => return done,
            }
        }
    }

    /// [`call_by`](Self::call_by) for a receive.
    #[inline]
    pub(crate) fn receive_by<R: Room, T>(
        &self,
        room: R,
        deadline: Deadline,
        mut call: impl FnMut(R, &B, &B::Fd) -> core::result::Result<T, (Error<B::Abi>, R)>,
    ) -> Result<T, B> {
        self.receive_with(room, &mut Wait::new(deadline), &mut call)
    }

    /// [`receive_by`](Self::receive_by) with what is left of a deadline.
    #[inline]
    pub(crate) fn receive_with<R: Room, T>(
        &self,
        mut room: R,
        wait: &mut Wait,
        mut call: impl FnMut(R, &B, &B::Fd) -> core::result::Result<T, (Error<B::Abi>, R)>,
    ) -> Result<T, B> {
        loop {
            match self.receive(room, &mut call) {
                Ok(out) => return Ok(out),
                Err((error, back)) if error == Error::WOULD_BLOCK => {
                    let events = PollEvents::to_receive::<B::Abi>();
                    wait.ready(&self.backend, &self.fd, events)?;
                    room = back;
                }
                Err((error, _)) => return Err(error),
            }
        }
    }

    /// Sends all of `bytes` to a stream.
    #[inline]
    pub(crate) fn send_all(
        &self,
        bytes: &[u8],
        wait: &mut Wait,
    ) -> core::result::Result<(), Incomplete<B::Abi>> {
        let mut rest = bytes;
        let sent = self.call_all_by(PollEvents::OUT, wait, |backend, fd| {
            if !rest.is_empty() {
                let n = backend.send(fd, rest, SendFlags::DONTWAIT)?;
                rest = rest.get(n..).ok_or(Error::UNEXPECTED_REPLY)?;
            }
            Ok(rest.is_empty())
        });
        sent.map_err(|error| Incomplete {
            done: bytes.len() - rest.len(),
            error,
        })
    }

    /// An address that the kernel writes.
    pub(crate) fn addr<P: Protocol>(
        &self,
        call: impl Fn(&B, &B::Fd, &mut [u8]) -> Result<usize, B>,
    ) -> Result<P::Addr<B::Abi>, B> {
        let mut addr = P::Addr::<B::Abi>::empty();
        let len = call(&self.backend, &self.fd, addr.room())?;
        addr.filled(len).copied().ok_or(Error::UNEXPECTED_REPLY)
    }

    pub(crate) fn take_error(&self) -> Result<Option<Error<B::Abi>>, B> {
        match option::get::<PendingError, B>(&self.backend, &self.fd)? {
            0 => Ok(None),
            errno => Ok(Some(Error::os(errno as u16))),
        }
    }
}

/// Whether `addr` is of the family `family`; no call is made with one that is not.
#[inline]
pub(crate) fn same_family<B: Backend, T: Address<B::Abi>>(
    addr: &T,
    family: crate::Family,
) -> Result<(), B> {
    if addr.family() == family {
        Ok(())
    } else {
        Err(Error::WRONG_FAMILY)
    }
}

/// Flags of a receive that does not wait, whatever the mode of the descriptor.
pub(crate) const STRIKE: RecvFlags = RecvFlags::DONTWAIT;
