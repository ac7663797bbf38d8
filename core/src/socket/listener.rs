//! A socket that listens for connections.

use core::marker::PhantomData;

use super::{Handle, Socket};
use crate::option::ReuseAddr;
use crate::protocol::sealed::FromHandle;
use crate::{Address, Backend, ConnectionProtocol, Deadline, Family, PollEvents};
use crate::{Protocol, Result};

/// The backlog that `bind` asks for: what Linux allows by default since 5.4
/// (`net.core.somaxconn`); a kernel that allows less takes less.
const BACKLOG: u32 = 4096;

/// A listening socket, listen(2).
///
/// Aliases: [`TcpListener`](crate::TcpListener), [`UnixListener`](crate::UnixListener),
/// [`UnixSeqpacketListener`](crate::UnixSeqpacketListener).
#[derive(Debug)]
pub struct Listener<B: Backend, P: Protocol> {
    pub(super) handle: Handle<B>,
    protocol: PhantomData<fn() -> P>,
}

impl<B: Backend, P: ConnectionProtocol> Listener<B, P> {
    pub(super) fn from_handle(handle: Handle<B>) -> Self {
        Listener {
            handle,
            protocol: PhantomData,
        }
    }

    /// A listener over a descriptor that listens already: getsockopt(2) of `SO_TYPE` and
    /// `SO_ACCEPTCONN`, getsockname(2). Its open file becomes non-blocking, since nothing else keeps
    /// accept4(2) from waiting.
    ///
    /// # Errors
    /// `NotASocket`; `WrongKind`, `WrongFamily`: it is no such socket. The descriptor is closed.
    pub fn from_fd(backend: B, fd: B::Fd) -> Result<Self, B> {
        let (handle, _) = Handle::adopt::<P>(backend, fd, true)?;
        handle.backend.set_nonblocking(&handle.fd, true)?;
        Ok(Self::from_handle(handle))
    }

    /// A listener over a descriptor that is not looked at, but made non-blocking. If it is none, what
    /// the kernel answers to each call is the error.
    pub fn assume(backend: B, fd: B::Fd) -> Self {
        // A descriptor that cannot be set is no socket, and accept(2) says so.
        let _ = backend.set_nonblocking(&fd, true);
        Self::from_handle(Handle { fd, backend })
    }

    /// Takes a connection and the address of its peer, accept4(2).
    ///
    /// A connection that was taken is never lost for want of its peer's address: where the kernel does
    /// not tell it (a BSD, of a peer that has gone already), it is the unspecified one, `[::]:0`, or
    /// no name.
    ///
    /// # Errors
    /// `WouldBlock`: none waits. `ConnectionAborted`: one ended before it was taken; go on.
    /// `TooManyOpenFiles`, `TooManyOpenFilesInSystem`, `NoBufferSpace`, `OutOfMemory`: it still
    /// waits; go on after something was closed (Darwin has closed the connection, `accept_nocancel` in
    /// bsd/kern/uipc_syscalls.c). Linux also passes on what happened to the new
    /// connection (`ProtocolError`, `HostUnreachable`), accept(2): go on.
    #[inline]
    pub fn accept(&self) -> Result<(P::Connection<B>, P::Addr<B::Abi>), B> {
        let mut peer = P::Addr::<B::Abi>::empty();
        let accepted = self
            .handle
            .call(|backend, fd| backend.accept(fd, peer.room()))?;
        Ok(self.connection(accepted, &mut peer))
    }

    /// Takes a connection, and waits for one until the deadline: accept4(2), ppoll(2).
    ///
    /// # Errors
    /// Those of [`accept`](Self::accept), with `DeadlinePassed` in place of `WouldBlock`.
    pub fn accept_by(&self, deadline: Deadline) -> Result<(P::Connection<B>, P::Addr<B::Abi>), B> {
        let mut peer = P::Addr::<B::Abi>::empty();
        let accepted = self
            .handle
            .call_by(PollEvents::IN, deadline, |backend, fd| {
                backend.accept(fd, peer.room())
            })?;
        Ok(self.connection(accepted, &mut peer))
    }

    #[inline]
    fn connection(
        &self,
        (fd, len): (B::Fd, usize),
        peer: &mut P::Addr<B::Abi>,
    ) -> (P::Connection<B>, P::Addr<B::Abi>) {
        let backend = self.handle.backend.clone();
        let connection = P::Connection::from_handle(Handle { fd, backend });
        let peer = peer.filled(len).unwrap_or(P::Addr::UNSPECIFIED);
        (connection, peer.copy_out())
    }
}

impl<B: Backend, P: ConnectionProtocol> Listener<B, P> {
    /// Listens on `addr`: socket(2), SO_REUSEADDR for an internet address, bind(2), listen(2).
    ///
    /// SO_REUSEADDR lets a server come back at once after it stopped; two listeners on one
    /// address and port still fail. (On the BSDs a listener on one address of this host may stand beside
    /// one on all of them with the same port, and takes what comes to that address.) The path of a Unix address stays in the file system when the listener closes, and
    /// has to be removed before the next bind. For other options, start from a [`Socket`].
    ///
    /// # Errors
    /// Those of [`Socket::open`], [`Socket::bind`] and [`Socket::listen`].
    pub fn bind_in(backend: B, addr: &P::Addr<B::Abi>) -> Result<Self, B> {
        let socket = Socket::<B, P>::open_for(backend, addr)?;
        if socket.family() != Family::Unix {
            socket.set_option(ReuseAddr, true)?;
        }
        socket.bind(addr)?;
        Ok(socket.listen(BACKLOG)?)
    }

    /// [`bind_in`](Self::bind_in) on the default backend.
    ///
    /// # Errors
    /// Those of [`bind_in`](Self::bind_in).
    pub fn bind(addr: &P::Addr<B::Abi>) -> Result<Self, B>
    where
        B: Default,
    {
        Self::bind_in(B::default(), addr)
    }
}
