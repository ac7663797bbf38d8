//! A stream whose sole owner waits at the least cost.

use crate::buffer::Room;
use crate::habit::Habit;
use crate::socket::Handle;
use crate::wait::Wait;
use crate::{Backend, Buffer, Deadline, Error, Incomplete, PollEvents, Protocol};
use crate::{Result, SendFlags, Stream};

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
    habit: Habit,
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
            habit: Habit::NEW,
        }
    }

    /// How long each receive may wait: until a point of the clock for all of them, or for a
    /// duration that begins anew with each ([`recv_exact`](Self::recv_exact) is one).
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
    pub fn into_inner(mut self) -> Result<S, S::Backend> {
        self.habit.restore(self.socket.handle(), true)?;
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
        self.habit
            .receive(self.socket.handle(), room, &mut Wait::new(self.read))
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
            match self.habit.receive(self.socket.handle(), rest, &mut wait) {
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
}
