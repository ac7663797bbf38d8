//! A connect that goes on in the background.

use core::marker::PhantomData;

use super::Handle;
use crate::Result;
use crate::protocol::sealed::FromHandle;
use crate::{Address, Backend, ConnectionProtocol, Deadline, Error, PollEvents, Protocol};

/// A connect that has started: wait for it ([`PollEvents::OUT`]), [`finish`](Self::finish) it, or
/// drop it, which closes the socket and ends the attempt.
///
/// connect(2), `EINPROGRESS`; RFC 9293 section 3.5: the SYN is out. Alias:
/// [`TcpConnecting`](crate::TcpConnecting).
#[derive(Debug)]
pub struct Connecting<B: Backend, P: Protocol> {
    pub(super) handle: Handle<B>,
    protocol: PhantomData<P>,
}

/// How far a connect has come.
#[derive(Debug)]
pub enum Progress<B: Backend, P: ConnectionProtocol> {
    /// It is done.
    Connected(P::Connection<B>),
    /// It goes on.
    Pending(Connecting<B, P>),
}

impl<B: Backend, P: ConnectionProtocol> Connecting<B, P> {
    pub(super) fn from_handle(handle: Handle<B>) -> Self {
        Connecting {
            handle,
            protocol: PhantomData,
        }
    }

    /// A connect that goes on over a descriptor that is not looked at: one that another call than
    /// connect(2) has started. If none has been started, what the kernel answers to each call is the
    /// error.
    pub fn assume(backend: B, fd: B::Fd) -> Self {
        Self::from_handle(Handle { fd, backend })
    }

    /// Whether the connect is done, without waiting: ppoll(2) for writability, then `SO_ERROR`
    /// (socket(7)), then getpeername(2), since a socket without an error may still be without a peer.
    /// One call when it goes on, two when it failed, three when it is done.
    ///
    /// # Errors
    /// Why the connect failed; the socket is closed. `ConnectionRefused`: nobody listens there (RST).
    /// `TimedOut`: no answer, and the kernel gave up. `HostUnreachable`, `NetworkUnreachable`: a
    /// router said so. `ConnectionReset`: the connect was done, and the peer has reset it since.
    /// `NotConnected`: [`take_error`](Self::take_error) has taken the reason before.
    pub fn finish(self) -> Result<Progress<B, P>, B> {
        self.finish_by(Deadline::NOW)
    }

    /// [`finish`](Self::finish), waiting until the deadline, ppoll(2). When that passes first, the
    /// connect goes on, and comes back as [`Progress::Pending`].
    ///
    /// # Errors
    /// Those of [`finish`](Self::finish).
    pub fn finish_by(self, deadline: Deadline) -> Result<Progress<B, P>, B> {
        match self.wait(PollEvents::OUT, deadline) {
            Err(error) if error == Error::DEADLINE => return Ok(Progress::Pending(self)),
            waited => waited?,
        };
        if let Some(error) = self.handle.take_error()? {
            return Err(error);
        }
        let mut addr = P::Addr::<B::Abi>::empty();
        self.handle
            .backend
            .getpeername(&self.handle.fd, addr.room())?;
        Ok(Progress::Connected(P::Connection::from_handle(self.handle)))
    }
}
