//! What streams of one protocol have: how they are made, and options that std has methods for.

use super::super::{Handle, Socket};
use super::Stream;
use crate::protocol::sealed::FromHandle;
use crate::{Backend, ConnectionProtocol, Deadline, Local, Result, Tcp};

impl<B: Backend> Stream<B, Tcp> {
    /// Connects to `addr` on `backend`, and waits for it until the deadline: socket(2),
    /// [`connect_by`](Socket::connect_by).
    ///
    /// # Errors
    /// Those of [`Socket::open`] and [`Socket::connect_by`].
    pub fn connect_in(
        backend: B,
        addr: &crate::SocketAddr<B::Abi>,
        deadline: Deadline,
    ) -> Result<Self, B> {
        Socket::<B, Tcp>::open_for(backend, addr)?.connect_by(addr, deadline)
    }

    /// [`connect_in`](Self::connect_in) on the default backend.
    ///
    /// # Errors
    /// Those of [`connect_in`](Self::connect_in).
    pub fn connect(addr: &crate::SocketAddr<B::Abi>, deadline: Deadline) -> Result<Self, B>
    where
        B: Default,
    {
        Self::connect_in(B::default(), addr, deadline)
    }

    /// Whether small segments are sent at once: getsockopt(2) of `TCP_NODELAY`, tcp(7).
    ///
    /// # Errors
    /// Those of [`option`](Self::option).
    pub fn nodelay(&self) -> Result<bool, B> {
        self.option(crate::option::NoDelay)
    }

    /// Sends small segments at once, or lets the kernel join them (RFC 9293 section 3.7.4, Nagle):
    /// setsockopt(2) of `TCP_NODELAY`, tcp(7).
    ///
    /// # Errors
    /// Those of [`set_option`](Self::set_option).
    pub fn set_nodelay(&self, nodelay: bool) -> Result<(), B> {
        self.set_option(crate::option::NoDelay, nodelay)
    }
}

impl<B: Backend, P> Stream<B, P>
where
    P: ConnectionProtocol<Domain = Local, Connection<B> = Stream<B, P>>,
{
    /// Connects to `addr` on `backend`, and waits until the deadline while the backlog of the
    /// listener is full, where the kernel tells that ([`connect_by`](Socket::connect_by)): socket(2),
    /// connect(2).
    ///
    /// # Errors
    /// Those of [`Socket::open`] and [`Socket::connect`], with `DeadlinePassed` in place of
    /// `WouldBlock`.
    pub fn connect_in(backend: B, addr: &P::Addr<B::Abi>, deadline: Deadline) -> Result<Self, B> {
        Ok(Socket::<B, P>::open_for(backend, addr)?.connect_by(addr, deadline)?)
    }

    /// [`connect_in`](Self::connect_in) on the default backend.
    ///
    /// # Errors
    /// Those of [`connect_in`](Self::connect_in).
    pub fn connect(addr: &P::Addr<B::Abi>, deadline: Deadline) -> Result<Self, B>
    where
        B: Default,
    {
        Self::connect_in(B::default(), addr, deadline)
    }

    /// Two streams connected to each other on `backend`, socketpair(2). Neither has a name.
    ///
    /// # Errors
    /// `Unsupported`: the kernel has no Unix sockets. `TooManyOpenFiles`,
    /// `TooManyOpenFilesInSystem`, `NoBufferSpace`, `OutOfMemory`.
    pub fn pair_in(backend: B) -> Result<(Self, Self), B> {
        let (a, b) = backend.socket_pair(P::KIND)?;
        let of = |fd, backend| Self::from_handle(Handle { fd, backend });
        Ok((of(a, backend.clone()), of(b, backend)))
    }

    /// [`pair_in`](Self::pair_in) on the default backend.
    ///
    /// # Errors
    /// Those of [`pair_in`](Self::pair_in).
    pub fn pair() -> Result<(Self, Self), B>
    where
        B: Default,
    {
        Self::pair_in(B::default())
    }
}
