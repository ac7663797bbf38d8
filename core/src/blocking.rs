//! Blocking receives that cost no more than the kernel's own, and still end at a deadline.
//!
//! A receive that has to wait costs one call when the kernel waits inside it, and three when it
//! fails first, waits in ppoll and tries again. Waiting inside means a descriptor that blocks,
//! and an end to that is SO_RCVTIMEO. Its timer is coarse, 4 to 12 % late; so it is set to a
//! *floor* that always lies before the deadline, seldom, and the last 60 ms are waited for by
//! ppoll. Both settings belong to the open file, so only a sole owner may use them.

use crate::buffer::Room;
use crate::option::{self, TimeOut};
use crate::socket::{Handle, STRIKE};
use crate::wait::{Wait, floor};
use crate::{Backend, Buffer, Deadline, Error, Incomplete, PollEvents, Protocol, RecvFlags};
use crate::{Result, SendFlags, Stream};

/// What is left to the deadline when the wait changes to ppoll, in nanoseconds.
const TAIL: u64 = 60_000_000;

/// One receive in so many is tried without waiting, to notice that data now comes by itself.
const PROBE: u8 = 32;

/// A stream whose receives and sends wait, each until the deadline of its direction.
///
/// It owns the stream, since it changes what belongs to the open file: O_NONBLOCK and SO_RCVTIMEO.
/// Do not give it a stream whose descriptor was duplicated or passed to somebody else; should that
/// happen all the same, its receives are still right, but a time-out that the other owner sets
/// can make them late, and the other owner sees its settings.
/// [`into_inner`](Self::into_inner) undoes both.
///
/// ```
/// use core::time::Duration;
/// use sock_core::{Backend, Blocking, Deadline, Result, TcpStream};
///
/// fn ask<B: Backend>(stream: TcpStream<B>, answer: &mut [u8]) -> Result<usize, B> {
///     let mut stream = Blocking::new(stream);
///     stream.set_read_deadline(Deadline::after(Duration::from_secs(5)));
///     stream.send_all(b"hello\n")?;
///     stream.recv(answer)
/// }
/// ```
#[derive(Debug)]
pub struct Blocking<S: Waiting> {
    socket: S,
    read: Deadline,
    write: Deadline,
    /// SO_RCVTIMEO in nanoseconds, 0 for none.
    armed: u64,
    /// Whether O_NONBLOCK has been cleared.
    blocks: bool,
    /// Whether the last receive had to wait; the next one then does not try first.
    waited: bool,
    receives: u8,
}

/// A socket that [`Blocking`] can own. Sealed.
pub trait Waiting: sealed::Sealed {
    /// The kernel of the socket.
    type Backend: Backend;

    #[doc(hidden)]
    fn handle(&self) -> &Handle<Self::Backend>;
}

mod sealed {
    pub trait Sealed {}
    impl<B: crate::Backend, P: crate::Protocol> Sealed for crate::Stream<B, P> {}
}

impl<B: Backend, P: Protocol> Waiting for Stream<B, P> {
    type Backend = B;

    #[inline]
    fn handle(&self) -> &Handle<B> {
        self.handle()
    }
}

impl<S: Waiting> Blocking<S> {
    /// Waits without end in both directions, until told otherwise.
    pub fn new(socket: S) -> Self {
        Blocking {
            socket,
            read: Deadline::NEVER,
            write: Deadline::NEVER,
            armed: 0,
            blocks: false,
            waited: false,
            receives: 0,
        }
    }

    /// How long each receive may wait: until a point of the clock for all of them, or for a
    /// duration that begins anew with each.
    pub fn set_read_deadline(&mut self, deadline: Deadline) {
        self.read = deadline;
    }

    /// How long each send may wait.
    pub fn set_write_deadline(&mut self, deadline: Deadline) {
        self.write = deadline;
    }

    /// The socket, for what does not wait. Its own receives and sends still do not wait.
    pub fn get_ref(&self) -> &S {
        &self.socket
    }

    /// The socket as it was: non-blocking (ioctl(2) FIONBIO) and without a time-out (setsockopt(2)
    /// of `SO_RCVTIMEO`), each if it was changed.
    ///
    /// # Errors
    /// What the kernel says to setting these back; the socket is closed.
    pub fn into_inner(self) -> Result<S, S::Backend> {
        let Handle { fd, backend } = self.socket.handle();
        if self.armed != 0 {
            option::set::<TimeOut<false>, S::Backend>(backend, fd, 0)?;
        }
        if self.blocks {
            backend.set_nonblocking(fd, true)?;
        }
        Ok(self.socket)
    }

    /// Receives what there is, waiting for something until the read deadline: recv(2), which waits
    /// by itself as long as the deadline is far, and ppoll(2).
    ///
    /// # Errors
    /// Those of [`Stream::recv_by`].
    #[inline]
    pub fn recv<T: Buffer>(&mut self, room: T) -> Result<T::Out, S::Backend> {
        let room = room.into_room();
        if room.is_empty() {
            return Ok(room.nothing());
        }
        self.receive(room, &mut Wait::new(self.read))
    }

    /// Receives until `room` is full, or the stream ends, or the read deadline passes.
    ///
    /// # Errors
    /// [`Incomplete`] says how many bytes came, and why no more: `UnexpectedEnd`, or an error of
    /// [`recv`](Self::recv).
    #[inline]
    pub fn recv_exact(
        &mut self,
        room: &mut [u8],
    ) -> core::result::Result<(), Incomplete<<S::Backend as Backend>::Abi>> {
        let (mut done, mut wait) = (0, Wait::new(self.read));
        while let Some(rest @ [_, ..]) = room.get_mut(done..) {
            match self.receive(rest, &mut wait) {
                Ok(0) => {
                    return Err(Incomplete {
                        done,
                        error: Error::UNEXPECTED_END,
                    });
                }
                Ok(n) => done += n,
                Err(error) => return Err(Incomplete { done, error }),
            }
            // The time between the receives counts, too.
            if done < room.len() {
                wait.anchor(&self.socket.handle().backend);
            }
        }
        Ok(())
    }

    /// Sends what there is room for, waiting for room until the write deadline: send(2), ppoll(2).
    ///
    /// # Errors
    /// Those of [`Stream::send_by`].
    pub fn send(&mut self, bytes: &[u8]) -> Result<usize, S::Backend> {
        if bytes.is_empty() {
            return Ok(0);
        }
        self.socket
            .handle()
            .call_by(PollEvents::OUT, self.write, |backend, fd| {
                backend.send(fd, bytes, SendFlags::DONTWAIT)
            })
    }

    /// Sends all of `bytes`, waiting for room until the write deadline.
    ///
    /// # Errors
    /// [`Incomplete`] says how many bytes went, and which error of [`send`](Self::send) stopped it.
    #[inline]
    pub fn send_all(
        &mut self,
        bytes: &[u8],
    ) -> core::result::Result<(), Incomplete<<S::Backend as Backend>::Abi>> {
        let handle = self.socket.handle();
        // Most messages go in one call, which is not worth a function of its own.
        let mut done = 0;
        if !bytes.is_empty() {
            match handle.call(|backend, fd| backend.send(fd, bytes, SendFlags::DONTWAIT)) {
                Ok(n) => done = n,
                Err(error) if error == Error::WOULD_BLOCK => {}
                Err(error) => return Err(Incomplete { done, error }),
            }
        }
        match bytes.get(done..) {
            Some(rest @ [_, ..]) => self.send_rest(rest, done),
            _ => Ok(()),
        }
    }

    /// Sends what is left after a send of `done` bytes; none means that there was no room.
    #[cold]
    fn send_rest(
        &self,
        rest: &[u8],
        done: usize,
    ) -> core::result::Result<(), Incomplete<<S::Backend as Backend>::Abi>> {
        let Handle { fd, backend } = self.socket.handle();
        let mut wait = Wait::new(self.write);
        if done == 0 {
            let ready = wait.ready(backend, fd, PollEvents::OUT);
            ready.map_err(|error| Incomplete { done, error })?;
        }
        let sent = self.socket.handle().send_all(rest, &mut wait);
        sent.map_err(|Incomplete { done: more, error }| Incomplete {
            done: done + more,
            error,
        })
    }

    #[inline]
    fn receive<R: Room>(&mut self, room: R, wait: &mut Wait) -> Result<R::Out, S::Backend> {
        self.receives = (self.receives + 1) % PROBE;
        let waits = self.waited && self.receives != 0;
        // A conversation goes on: the descriptor is set to wait for the next message, too.
        if waits && !wait.spins() && self.is_set_for(wait.begin(&self.socket.handle().backend)) {
            return self.receive_blocking(room, wait);
        }
        self.receive_or_wait(room, wait, !waits)
    }

    #[inline(never)]
    fn receive_or_wait<R: Room>(
        &mut self,
        mut room: R,
        wait: &mut Wait,
        tries: bool,
    ) -> Result<R::Out, S::Backend> {
        if tries {
            match self.try_receive(room) {
                Ok(out) => {
                    self.waited = false;
                    return Ok(out);
                }
                Err((error, back)) if error == Error::WOULD_BLOCK => room = back,
                Err((error, _)) => return Err(error),
            }
            self.waited = true;
        }
        let mut tried = tries;
        while wait.spin(&self.socket.handle().backend) {
            match self.try_receive(room) {
                Err((error, back)) if error == Error::WOULD_BLOCK => room = back,
                done => return done.map_err(|(error, _)| error),
            }
            tried = true;
        }
        let left = wait.begin(&self.socket.handle().backend);
        if left.is_some_and(|left| left < TAIL) {
            return self.receive_by_poll(room, wait, tried);
        }
        if !self.is_set_for(left) {
            self.set_for(left)?;
        }
        self.receive_blocking(room, wait)
    }

    /// Lets the kernel wait inside the receive.
    #[inline]
    fn receive_blocking<R: Room>(&self, room: R, wait: &mut Wait) -> Result<R::Out, S::Backend> {
        let Handle { fd, backend } = self.socket.handle();
        match room.recv(backend, fd, RecvFlags::empty()) {
            // The floor has been reached, a signal has come, or another owner of the open file
            // has set O_NONBLOCK or a time-out of its own: ppoll waits for the rest.
            Err((error, room)) if error == Error::WOULD_BLOCK || error == Error::INTERRUPTED => {
                self.receive_by_poll(room, wait, error == Error::WOULD_BLOCK)
            }
            done => done.map_err(|(error, _)| error),
        }
    }

    #[inline]
    fn try_receive<R: Room>(
        &self,
        room: R,
    ) -> core::result::Result<R::Out, (Error<<S::Backend as Backend>::Abi>, R)> {
        let strike = |room: R, backend: &_, fd: &_| room.recv(backend, fd, STRIKE);
        self.socket.handle().receive(room, strike)
    }

    /// `tried`: whether a receive has just failed for want of data.
    #[inline(never)]
    fn receive_by_poll<R: Room>(
        &self,
        room: R,
        wait: &mut Wait,
        tried: bool,
    ) -> Result<R::Out, S::Backend> {
        let handle = self.socket.handle();
        if tried {
            wait.ready(&handle.backend, &handle.fd, PollEvents::IN)?;
        }
        handle.receive_with(room, wait, |room, backend, fd| {
            room.recv(backend, fd, STRIKE)
        })
    }

    /// Whether the next receive will wait in the kernel, until shortly before `left` has passed.
    #[inline]
    fn is_set_for(&self, left: Option<u64>) -> bool {
        // What an earlier receive has set may be longer than the floor, or so short that this one
        // would wait by ppoll for most of its time.
        let fits = match left {
            None => self.armed == 0,
            Some(left) => {
                let floor = floor(left).unwrap_or_default();
                left >= TAIL && (floor / 4..=floor).contains(&self.armed)
            }
        };
        fits && self.blocks
    }

    /// Makes it so.
    #[cold]
    fn set_for(&mut self, left: Option<u64>) -> Result<(), S::Backend> {
        let Handle { fd, backend } = self.socket.handle();
        // Well below the floor, so that the deadlines of the next receives fit it, too.
        let floor = left.and_then(floor).unwrap_or_default();
        let time_out = floor - floor / 4;
        if time_out != self.armed {
            option::set::<TimeOut<false>, S::Backend>(backend, fd, time_out)?;
            self.armed = time_out;
        }
        if !self.blocks {
            backend.set_nonblocking(fd, false)?;
            self.blocks = true;
        }
        Ok(())
    }
}
