//! A connected stream of bytes.

mod by_protocol;

use core::marker::PhantomData;

use super::{Handle, RecvHalf, STRIKE, SendHalf};
use crate::Habit;
use crate::buffer::Room;
use crate::message::SendMsg;
use crate::protocol::sealed::FromHandle;
use crate::wait::Wait;
use crate::{Backend, Buffer, Deadline, Error, Incomplete, IoSlice};
use crate::{PollEvents, Protocol, RecvFlags, Result, SendFlags, Shutdown};

/// A connected stream of bytes, tcp(7) or unix(7).
///
/// Aliases: [`TcpStream`](crate::TcpStream), [`UnixStream`](crate::UnixStream).
///
/// Receiving 0 bytes into a buffer that has room is the end of the stream. With a buffer that has
/// no room, no call is made and the result is 0.
#[derive(Debug)]
pub struct Stream<B: Backend, P: Protocol> {
    pub(super) handle: Handle<B>,
    protocol: PhantomData<fn() -> P>,
}

impl<B: Backend, P: Protocol> FromHandle<B> for Stream<B, P> {
    #[inline]
    fn from_handle(handle: Handle<B>) -> Self {
        Stream {
            handle,
            protocol: PhantomData,
        }
    }
}

impl<B: Backend, P: Protocol> Stream<B, P> {
    /// A stream over a descriptor that is connected already: getsockopt(2) of `SO_TYPE` and
    /// `SO_ACCEPTCONN`, getsockname(2). That it is connected is not checked: a send tells.
    ///
    /// # Errors
    /// `NotASocket`; `WrongKind`, `WrongFamily`: it is no such socket. The descriptor is closed.
    pub fn from_fd(backend: B, fd: B::Fd) -> Result<Self, B> {
        let (handle, _) = Handle::adopt::<P>(backend, fd, false)?;
        Ok(Self::from_handle(handle))
    }

    /// A stream over a descriptor that is not looked at. If it is none, what the kernel answers to
    /// each call is the error.
    pub fn assume(backend: B, fd: B::Fd) -> Self {
        Self::from_handle(Handle { fd, backend })
    }

    #[inline]
    pub(crate) fn handle(&self) -> &Handle<B> {
        &self.handle
    }

    /// The address of the peer, getpeername(2).
    ///
    /// # Errors
    /// `NotConnected`: the TCP connection has been reset, or has ended in both directions.
    #[doc(alias = "getpeername")]
    pub fn peer_addr(&self) -> Result<P::Addr<B::Abi>, B> {
        self.handle
            .addr::<P>(|backend, fd, room| backend.getpeername(fd, room))
    }

    /// Sends what there is room for, send(2), and says how many bytes that was.
    ///
    /// # Errors
    /// `WouldBlock`: there is no room. `BrokenPipe`: this side has closed the direction, or the
    /// peer the connection (no SIGPIPE is raised). `ConnectionReset`: the peer has reset it, RFC 9293
    /// section 3.5.3; told once, and `BrokenPipe` afterwards. `TimedOut`: what was sent has not been
    /// acknowledged and the kernel gave up, RFC 9293 section 3.8.3; `HostUnreachable` or
    /// `NetworkUnreachable` instead when a router has said so, tcp(7).
    #[inline]
    pub fn send(&self, bytes: &[u8]) -> Result<usize, B> {
        self.send_with(bytes, SendFlags::empty())
    }

    /// [`send`](Self::send) with flags; `DONTWAIT` is always on.
    ///
    /// # Errors
    /// Those of [`send`](Self::send). `Unsupported`: the kernel has no such flag, or not here.
    #[inline]
    pub fn send_with(&self, bytes: &[u8], flags: SendFlags) -> Result<usize, B> {
        let flags = flags | SendFlags::DONTWAIT;
        if bytes.is_empty() {
            return Ok(0);
        }
        self.handle
            .call(|backend, fd| backend.send(fd, bytes, flags))
    }

    /// Sends what there is room for, and waits until the deadline while there is none: send(2),
    /// ppoll(2).
    ///
    /// # Errors
    /// Those of [`send`](Self::send), with `DeadlinePassed` in place of `WouldBlock`.
    pub fn send_by(&self, bytes: &[u8], deadline: Deadline) -> Result<usize, B> {
        if bytes.is_empty() {
            return Ok(0);
        }
        self.handle
            .call_by(PollEvents::OUT, deadline, |backend, fd| {
                backend.send(fd, bytes, SendFlags::DONTWAIT)
            })
    }

    /// Sends all of `bytes`, waiting for room until the deadline: send(2) and ppoll(2) in turn.
    ///
    /// # Errors
    /// [`Incomplete`] says how many bytes went, and which error of [`send_by`](Self::send_by)
    /// stopped it.
    pub fn send_all(
        &self,
        bytes: &[u8],
        deadline: Deadline,
    ) -> core::result::Result<(), Incomplete<B::Abi>> {
        self.handle.send_all(bytes, &mut Wait::new(deadline))
    }

    /// Sends from several slices at once what there is room for, sendmsg(2).
    ///
    /// # Errors
    /// Those of [`send`](Self::send). `MessageTooLong`: more slices than the kernel takes
    /// (1024 on Linux, `UIO_MAXIOV`).
    pub fn send_vectored(&self, parts: &[B::IoSlice<'_>]) -> Result<usize, B> {
        if parts.iter().all(|part| part.as_slice().is_empty()) {
            return Ok(0);
        }
        let message = SendMsg::new(parts);
        self.handle
            .call(|backend, fd| backend.send_msg(fd, &message, SendFlags::DONTWAIT))
    }

    /// [`send_vectored`](Self::send_vectored), waiting until the deadline while there is no room.
    ///
    /// # Errors
    /// Those of [`send_by`](Self::send_by), and `MessageTooLong` for too many slices.
    pub fn send_vectored_by(
        &self,
        parts: &[B::IoSlice<'_>],
        deadline: Deadline,
    ) -> Result<usize, B> {
        if parts.iter().all(|part| part.as_slice().is_empty()) {
            return Ok(0);
        }
        let message = SendMsg::new(parts);
        self.handle
            .call_by(PollEvents::OUT, deadline, |backend, fd| {
                backend.send_msg(fd, &message, SendFlags::DONTWAIT)
            })
    }

    /// Receives what there is, recv(2): see [`Buffer`] for what comes back.
    ///
    /// # Errors
    /// `WouldBlock`: there is nothing yet. `ConnectionReset`: the peer has reset the connection (or
    /// closed it with bytes unread, RFC 1122 section 4.2.2.13; so do Unix streams of Linux); told
    /// once, and the end of the stream afterwards. `TimedOut`: the kernel gave up, on what was sent or
    /// on keep-alive probes; `HostUnreachable`, `NetworkUnreachable` as for [`send`](Self::send).
    #[inline]
    pub fn recv<T: Buffer>(&self, room: T) -> Result<T::Out, B> {
        self.recv_with(room, RecvFlags::empty())
    }

    /// [`recv`](Self::recv) with flags; `DONTWAIT` is always on, so that `WAITALL` does nothing.
    ///
    /// # Errors
    /// Those of [`recv`](Self::recv). `InvalidInput`: `OOB`, and there is no urgent data.
    /// `WouldBlock`: `ERRQUEUE`, and the error queue is empty. `Unsupported`: the kernel does not
    /// have the flag.
    #[inline]
    pub fn recv_with<T: Buffer>(&self, room: T, flags: RecvFlags) -> Result<T::Out, B> {
        let (room, flags) = (room.into_room(), flags | STRIKE);
        if room.is_empty() {
            return Ok(room.nothing());
        }
        room.recv_now(&self.handle, flags)
    }

    /// Receives what there is, and waits until the deadline while there is nothing: recv(2),
    /// ppoll(2).
    ///
    /// # Errors
    /// Those of [`recv`](Self::recv), with `DeadlinePassed` in place of `WouldBlock`.
    pub fn recv_by<T: Buffer>(&self, room: T, deadline: Deadline) -> Result<T::Out, B> {
        self.recv_with_by(room, RecvFlags::empty(), deadline)
    }

    fn recv_with_by<T: Buffer>(
        &self,
        room: T,
        flags: RecvFlags,
        deadline: Deadline,
    ) -> Result<T::Out, B> {
        let (room, flags) = (room.into_room(), flags | STRIKE);
        if room.is_empty() {
            return Ok(room.nothing());
        }
        self.handle.receive_by(room, deadline, |room, backend, fd| {
            room.recv(backend, fd, flags)
        })
    }

    /// [`recv_by`](Self::recv_by) at the cost of a blocking call, for the only one who receives from
    /// the open file: recv(2), which waits by itself as long as the deadline is far, and ppoll(2).
    ///
    /// `habit` is of this stream, from one such receive to the next. The open file becomes blocking
    /// and gets a time-out (`SO_RCVTIMEO`), until [`restore`](Self::restore). A stream with one owner is
    /// better put into [`Blocking`](crate::Blocking), which keeps both promises by itself; should
    /// they be broken, receives are still right, but may end late.
    ///
    /// # Errors
    /// Those of [`recv_by`](Self::recv_by).
    #[inline]
    pub fn recv_blocking<T: Buffer>(
        &self,
        room: T,
        habit: &mut Habit,
        deadline: Deadline,
    ) -> Result<T::Out, B> {
        let room = room.into_room();
        if room.is_empty() {
            return Ok(room.nothing());
        }
        habit.receive(&self.handle, room, &mut Wait::new(deadline))
    }

    /// Takes off the open file what [`recv_blocking`](Self::recv_blocking) has set: setsockopt(2) of
    /// `SO_RCVTIMEO`, ioctl(2) FIONBIO, each if there is something to change. It is left
    /// `nonblocking`, as every socket here is, or not, for somebody else's use.
    ///
    /// # Errors
    /// What the kernel says to setting these.
    pub fn restore(&self, habit: &mut Habit, nonblocking: bool) -> Result<(), B> {
        habit.restore(&self.handle, nonblocking)
    }

    /// Receives until `room` is full, waiting until the deadline: recv(2) and ppoll(2) in turn.
    ///
    /// # Errors
    /// [`Incomplete`] says how many bytes came, and why no more: `UnexpectedEnd` when the stream
    /// ended first, or an error of [`recv_by`](Self::recv_by).
    pub fn recv_exact(
        &self,
        room: &mut [u8],
        deadline: Deadline,
    ) -> core::result::Result<(), Incomplete<B::Abi>> {
        let mut done = 0;
        let received =
            self.handle
                .call_all_by(PollEvents::IN, &mut Wait::new(deadline), |backend, fd| {
                    if let Some(rest @ [_, ..]) = room.get_mut(done..) {
                        match backend.recv(fd, rest, STRIKE)? {
                            0 => return Err(Error::UNEXPECTED_END),
                            n => done += n,
                        }
                    }
                    Ok(done == room.len())
                });
        received.map_err(|error| Incomplete { done, error })
    }

    /// Receives what there is and leaves it in the queue, recv(2) with `MSG_PEEK`.
    ///
    /// # Errors
    /// Those of [`recv`](Self::recv).
    pub fn peek<T: Buffer>(&self, room: T) -> Result<T::Out, B> {
        self.recv_with(room, RecvFlags::PEEK)
    }

    /// [`peek`](Self::peek), waiting until the deadline while there is nothing.
    ///
    /// # Errors
    /// Those of [`recv_by`](Self::recv_by).
    pub fn peek_by<T: Buffer>(&self, room: T, deadline: Deadline) -> Result<T::Out, B> {
        self.recv_with_by(room, RecvFlags::PEEK, deadline)
    }

    /// Receives into several slices what there is, recvmsg(2).
    ///
    /// # Errors
    /// Those of [`recv`](Self::recv), and `MessageTooLong` as for a send.
    pub fn recv_vectored(&self, parts: &mut [B::IoSliceMut<'_>]) -> Result<usize, B> {
        if parts
            .iter()
            .all(|part| crate::IoSliceMut::as_slice(part).is_empty())
        {
            return Ok(0);
        }
        self.handle
            .call(|backend, fd| recv_parts(backend, fd, parts))
    }

    /// [`recv_vectored`](Self::recv_vectored), waiting until the deadline while there is nothing.
    ///
    /// # Errors
    /// Those of [`recv_by`](Self::recv_by), and `MessageTooLong` for too many slices.
    pub fn recv_vectored_by(
        &self,
        parts: &mut [B::IoSliceMut<'_>],
        deadline: Deadline,
    ) -> Result<usize, B> {
        if parts
            .iter()
            .all(|part| crate::IoSliceMut::as_slice(part).is_empty())
        {
            return Ok(0);
        }
        self.handle
            .call_by(PollEvents::IN, deadline, |backend, fd| {
                recv_parts(backend, fd, parts)
            })
    }

    /// Closes one direction or both, shutdown(2). With the sending direction closed (TCP sends a FIN,
    /// RFC 9293 section 3.6), the peer receives what was sent and then the end of the stream. With the
    /// receiving direction closed, this side receives what has come and then the end; a Unix peer
    /// can no longer send (`BrokenPipe`), a TCP peer is not told.
    ///
    /// Waits of other threads end by it, but one: Linux does not end the wait for room of a Unix socket
    /// whose sending direction alone is closed (`unix_poll` in net/unix/af_unix.c); closing both does.
    ///
    /// # Errors
    /// `NotConnected`: the TCP connection has been reset, or has ended in both directions.
    pub fn shutdown(&self, how: Shutdown) -> Result<(), B> {
        self.handle.call(|backend, fd| backend.shutdown(fd, how))
    }

    /// The two directions as two values, for two owners.
    ///
    /// Neither closes anything when dropped; the stream does.
    pub fn split(&mut self) -> (RecvHalf<'_, B, P>, SendHalf<'_, B, P>) {
        (RecvHalf::new(self), SendHalf::new(self))
    }
}

fn recv_parts<B: Backend>(
    backend: &B,
    fd: &B::Fd,
    parts: &mut [B::IoSliceMut<'_>],
) -> Result<usize, B> {
    let message = crate::RecvMsg {
        parts,
        addr: &mut [],
        control: &mut [],
    };
    Ok(backend.recv_msg(fd, message, STRIKE)?.len)
}
