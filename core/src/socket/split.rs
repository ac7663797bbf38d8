//! The two directions of a stream as two values.

use super::Stream;
use crate::{Backend, Buffer, Deadline, Incomplete, PollEvents, Protocol, Result, Shutdown};

/// The receiving direction of a stream, from [`Stream::split`].
#[derive(Debug)]
pub struct RecvHalf<'s, B: Backend, P: Protocol>(&'s Stream<B, P>);

/// The sending direction of a stream, from [`Stream::split`].
#[derive(Debug)]
pub struct SendHalf<'s, B: Backend, P: Protocol>(&'s Stream<B, P>);

impl<'s, B: Backend, P: Protocol> RecvHalf<'s, B, P> {
    pub(super) fn new(stream: &'s Stream<B, P>) -> Self {
        RecvHalf(stream)
    }

    /// See [`Stream::recv`].
    ///
    /// # Errors
    /// Those of [`Stream::recv`].
    #[inline]
    pub fn recv<T: Buffer>(&mut self, room: T) -> Result<T::Out, B> {
        self.0.recv(room)
    }

    /// See [`Stream::recv_by`].
    ///
    /// # Errors
    /// Those of [`Stream::recv_by`].
    pub fn recv_by<T: Buffer>(&mut self, room: T, deadline: Deadline) -> Result<T::Out, B> {
        self.0.recv_by(room, deadline)
    }

    /// See [`Stream::recv_exact`].
    ///
    /// # Errors
    /// Those of [`Stream::recv_exact`].
    pub fn recv_exact(
        &mut self,
        room: &mut [u8],
        deadline: Deadline,
    ) -> core::result::Result<(), Incomplete<B::Abi>> {
        self.0.recv_exact(room, deadline)
    }

    /// See [`Stream::peek`].
    ///
    /// # Errors
    /// Those of [`Stream::peek`].
    pub fn peek<T: Buffer>(&mut self, room: T) -> Result<T::Out, B> {
        self.0.peek(room)
    }

    /// See [`Stream::peek_by`].
    ///
    /// # Errors
    /// Those of [`Stream::peek_by`].
    pub fn peek_by<T: Buffer>(&mut self, room: T, deadline: Deadline) -> Result<T::Out, B> {
        self.0.peek_by(room, deadline)
    }

    /// See [`Stream::recv_vectored`].
    ///
    /// # Errors
    /// Those of [`Stream::recv_vectored`].
    pub fn recv_vectored(&mut self, parts: &mut [B::IoSliceMut<'_>]) -> Result<usize, B> {
        self.0.recv_vectored(parts)
    }

    /// See [`Stream::recv_vectored_by`].
    ///
    /// # Errors
    /// Those of [`Stream::recv_vectored_by`].
    pub fn recv_vectored_by(
        &mut self,
        parts: &mut [B::IoSliceMut<'_>],
        deadline: Deadline,
    ) -> Result<usize, B> {
        self.0.recv_vectored_by(parts, deadline)
    }

    /// Closes the receiving direction, [`Stream::shutdown`].
    ///
    /// # Errors
    /// Those of [`Stream::shutdown`].
    pub fn shutdown(&mut self) -> Result<(), B> {
        self.0.shutdown(Shutdown::Read)
    }

    /// The stream as [`poll`](crate::poll) takes it, to wait for something to receive.
    pub fn poll_fd(&self) -> B::PollFd<'_> {
        self.0.poll_fd(PollEvents::IN)
    }
}

impl<'s, B: Backend, P: Protocol> SendHalf<'s, B, P> {
    pub(super) fn new(stream: &'s Stream<B, P>) -> Self {
        SendHalf(stream)
    }

    /// See [`Stream::send`].
    ///
    /// # Errors
    /// Those of [`Stream::send`].
    #[inline]
    pub fn send(&mut self, bytes: &[u8]) -> Result<usize, B> {
        self.0.send(bytes)
    }

    /// See [`Stream::send_by`].
    ///
    /// # Errors
    /// Those of [`Stream::send_by`].
    pub fn send_by(&mut self, bytes: &[u8], deadline: Deadline) -> Result<usize, B> {
        self.0.send_by(bytes, deadline)
    }

    /// See [`Stream::send_all`].
    ///
    /// # Errors
    /// Those of [`Stream::send_all`].
    pub fn send_all(
        &mut self,
        bytes: &[u8],
        deadline: Deadline,
    ) -> core::result::Result<(), Incomplete<B::Abi>> {
        self.0.send_all(bytes, deadline)
    }

    /// See [`Stream::send_vectored`].
    ///
    /// # Errors
    /// Those of [`Stream::send_vectored`].
    pub fn send_vectored(&mut self, parts: &[B::IoSlice<'_>]) -> Result<usize, B> {
        self.0.send_vectored(parts)
    }

    /// See [`Stream::send_vectored_by`].
    ///
    /// # Errors
    /// Those of [`Stream::send_vectored_by`].
    pub fn send_vectored_by(
        &mut self,
        parts: &[B::IoSlice<'_>],
        deadline: Deadline,
    ) -> Result<usize, B> {
        self.0.send_vectored_by(parts, deadline)
    }

    /// Closes the sending direction, [`Stream::shutdown`]: the peer sees the end of the stream.
    ///
    /// # Errors
    /// Those of [`Stream::shutdown`].
    pub fn shutdown(&mut self) -> Result<(), B> {
        self.0.shutdown(Shutdown::Write)
    }

    /// The stream as [`poll`](crate::poll) takes it, to wait for room to send.
    pub fn poll_fd(&self) -> B::PollFd<'_> {
        self.0.poll_fd(PollEvents::OUT)
    }
}
