//! What sockets with a peer of one protocol have: how they are made.

use super::super::{Handle, Socket};
use super::Connected;
use crate::protocol::sealed::FromHandle;
use crate::{Backend, Deadline, Local, Protocol, Result, UnixDatagrams, UnixSeqpackets};

impl<B: Backend> Connected<B, UnixDatagrams> {
    /// Two sockets connected to each other on `backend`, socketpair(2). Neither has a name.
    ///
    /// # Errors
    /// `Unsupported`: the kernel has no Unix sockets. `TooManyOpenFiles`,
    /// `TooManyOpenFilesInSystem`, `NoBufferSpace`, `OutOfMemory`.
    pub fn pair_in(backend: B) -> Result<(Self, Self), B> {
        pair(backend)
    }

    /// [`pair_in`](Self::pair_in) on the default backend.
    ///
    /// # Errors
    /// Those of [`pair_in`](Self::pair_in).
    pub fn pair() -> Result<(Self, Self), B>
    where
        B: Default,
    {
        pair(B::default())
    }
}

impl<B: Backend> Connected<B, UnixSeqpackets> {
    /// Connects to `addr` on `backend`, and waits until the deadline while the backlog of the
    /// listener is full, where the kernel tells that: socket(2), [`connect_by`](Socket::connect_by).
    ///
    /// # Errors
    /// Those of [`Socket::open`] and [`Socket::connect`], with `DeadlinePassed` in place of
    /// `WouldBlock`.
    pub fn connect_in(
        backend: B,
        addr: &crate::UnixAddr<B::Abi>,
        deadline: Deadline,
    ) -> Result<Self, B> {
        Ok(Socket::<B, UnixSeqpackets>::open_for(backend, addr)?.connect_by(addr, deadline)?)
    }

    /// [`connect_in`](Self::connect_in) on the default backend.
    ///
    /// # Errors
    /// Those of [`connect_in`](Self::connect_in).
    pub fn connect(addr: &crate::UnixAddr<B::Abi>, deadline: Deadline) -> Result<Self, B>
    where
        B: Default,
    {
        Self::connect_in(B::default(), addr, deadline)
    }

    /// Two ends of a connection on `backend`, socketpair(2). Neither has a name.
    ///
    /// # Errors
    /// `Unsupported`: the kernel has no such sockets. `TooManyOpenFiles`,
    /// `TooManyOpenFilesInSystem`, `NoBufferSpace`, `OutOfMemory`.
    pub fn pair_in(backend: B) -> Result<(Self, Self), B> {
        pair(backend)
    }

    /// [`pair_in`](Self::pair_in) on the default backend.
    ///
    /// # Errors
    /// Those of [`pair_in`](Self::pair_in).
    pub fn pair() -> Result<(Self, Self), B>
    where
        B: Default,
    {
        pair(B::default())
    }
}

fn pair<B: Backend, P: Protocol<Domain = Local>>(
    backend: B,
) -> Result<(Connected<B, P>, Connected<B, P>), B> {
    let (a, b) = backend.socket_pair(P::KIND)?;
    let of = |fd, backend| Connected::from_handle(Handle { fd, backend });
    Ok((of(a, backend.clone()), of(b, backend)))
}
