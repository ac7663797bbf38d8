//! A stream as std has it, over any kernel: TCP or Unix.

use std::io;
use std::sync::Arc;

use sock_core::{Backend, Deadline, Error, Habit, PollEvents, Shutdown, Stream};
use sock_core::{Protocol, Result};

use crate::alarm::{Futile, Known};
use crate::parts;
use crate::settings::Settings;
use crate::turn::Turn;

#[cfg(test)]
mod tests;

#[derive(Debug)]
pub(crate) struct Connection<B: Backend, P: Protocol> {
    stream: Stream<B, P>,
    turn: Turn,
    settings: Arc<Settings<B>>,
}

impl<B: Backend, P: Known> Connection<B, P> {
    /// A stream that was born here and has no other owner.
    pub(crate) fn new(stream: Stream<B, P>) -> Self {
        Connection {
            stream,
            turn: Turn::new(),
            settings: Arc::default(),
        }
    }

    /// A stream whose open file has, or may have, other owners.
    pub(crate) fn shared(stream: Stream<B, P>, settings: Arc<Settings<B>>) -> Self {
        Connection {
            stream,
            turn: Turn::shared(),
            settings,
        }
    }

    pub(crate) fn core(&self) -> &Stream<B, P> {
        &self.stream
    }

    pub(crate) fn settings(&self) -> &Arc<Settings<B>> {
        &self.settings
    }

    /// Receives what there is: recv(2), which waits by itself when nobody else can see that; else
    /// recv(2) and ppoll(2).
    #[inline]
    pub(crate) fn recv(&self, room: &mut [u8]) -> io::Result<usize> {
        let tries = self.turn.tries();
        if tries {
            match self.stream.recv(&mut *room) {
                Err(error) if error == Error::WOULD_BLOCK && !self.settings.is_nonblocking() => {}
                done => return Ok(done?),
            }
        }
        self.recv_waiting(room, tries)
    }

    /// `tried`: whether a receive has just failed for want of data.
    #[inline(never)]
    fn recv_waiting(&self, room: &mut [u8], tried: bool) -> io::Result<usize> {
        let patience = self.settings.to_read(self.stream.backend());
        let received = match self.turn.take() {
            Some(mut habit) => {
                if tried {
                    habit.has_tried();
                }
                let received = self
                    .stream
                    .recv_blocking(room, &mut habit, patience.deadline);
                if let Some(habit) = self.turn.give_back(habit) {
                    self.undo(habit);
                }
                received
            }
            None => self.stream.recv_by(room, patience.deadline),
        };
        received.map_err(|error| patience.error(error))
    }

    pub(crate) fn recv_vectored(&self, slices: &mut [io::IoSliceMut<'_>]) -> io::Result<usize> {
        if let [slice] = slices {
            return self.recv(slice);
        }
        let patience = self.settings.to_read(self.stream.backend());
        let mut parts = parts::to_fill::<B>(slices);
        self.stream
            .recv_vectored_by(&mut parts, patience.deadline)
            .map_err(|error| patience.error(error))
    }

    pub(crate) fn peek(&self, room: &mut [u8]) -> io::Result<usize> {
        let patience = self.settings.to_read(self.stream.backend());
        self.stream
            .peek_by(room, patience.deadline)
            .map_err(|error| patience.error(error))
    }

    /// Sends all of `bytes`, as the kernel does on a descriptor that blocks, or what there is room for
    /// until the time is over.
    #[inline]
    pub(crate) fn send(&self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.stream.send(bytes);
        if sent == Ok(bytes.len()) {
            return Ok(bytes.len());
        }
        self.send_rest(sent, bytes.len(), |done| {
            self.stream.send(bytes.get(done..).unwrap_or_default())
        })
    }

    pub(crate) fn send_vectored(&self, slices: &[io::IoSlice<'_>]) -> io::Result<usize> {
        let len = slices.iter().map(|slice| slice.len()).sum();
        let send = |done| {
            let (parts, used) = parts::to_send::<B>(slices, done);
            self.stream
                .send_vectored(parts.get(..used).unwrap_or_default())
        };
        self.send_rest(send(0), len, send)
    }

    /// What is left after a first try that came to `sent`, waiting for room. What went is told, and
    /// an error that comes after it is left for the next call, as the kernel leaves it (`do_error`
    /// of `tcp_sendmsg_locked` in net/ipv4/tcp.c).
    fn send_rest(
        &self,
        sent: Result<usize, B>,
        len: usize,
        mut send: impl FnMut(usize) -> Result<usize, B>,
    ) -> io::Result<usize> {
        let nonblocking = self.settings.is_nonblocking();
        let mut done = match sent {
            Err(error) if error == Error::WOULD_BLOCK && !nonblocking => 0,
            sent => sent?,
        };
        if done == len || nonblocking {
            return Ok(done);
        }
        let backend = self.stream.backend();
        let patience = self.settings.to_write(backend).anchored(backend);
        let mut futile = Futile::default();
        while done == 0 {
            let events = self
                .wait_for_room(patience.deadline)
                .map_err(|error| patience.error(error))?;
            // An error of the socket is this call's to tell.
            done = match self.stream.call(|_, _| send(0)) {
                Err(error) if error == Error::WOULD_BLOCK => {
                    futile.again::<B::Abi>(events)?;
                    0
                }
                sent => sent?,
            };
        }
        let no_room = PollEvents::ERR | PollEvents::HUP;
        while done < len && !self.settings.is_nonblocking() {
            match self.wait_for_room(patience.deadline) {
                Ok(events) if !events.intersects(no_room) => {}
                _ => break,
            }
            match send(done) {
                Ok(n) => done += n,
                Err(error) if error == Error::WOULD_BLOCK => {}
                Err(_) => break,
            }
        }
        Ok(done)
    }

    fn wait_for_room(&self, deadline: Deadline) -> Result<PollEvents, B> {
        let (backend, fd) = (self.stream.backend(), self.stream.as_fd());
        self.settings
            .alarm
            .wait_for_room::<P>(backend, fd, deadline)
    }

    /// Closes one direction or both, shutdown(2), and ends the waits for it.
    pub(crate) fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.stream.shutdown(how)?;
        if how != Shutdown::Read {
            self.settings.alarm.ring();
        }
        Ok(())
    }

    pub(crate) fn set_nonblocking(&self, nonblocking: bool) -> io::Result<()> {
        let (backend, fd) = (self.stream.backend(), self.stream.as_fd());
        Ok(self.settings.set_nonblocking(nonblocking, backend, fd)?)
    }

    /// Somebody else may receive from the open file from now on: the wait inside receives is over.
    pub(crate) fn share(&self) {
        if let Some(habit) = self.turn.share() {
            self.undo(habit);
        }
    }

    /// Somebody else may use the open file from now on.
    pub(crate) fn lend(&self) {
        self.share();
        self.settings
            .lend(self.stream.backend(), self.stream.as_fd());
    }

    fn undo(&self, mut habit: Habit) {
        self.settings
            .restore(|nonblocking| self.stream.restore(&mut habit, nonblocking));
    }

    /// The stream without what a wait has set, and the settings.
    pub(crate) fn into_parts(self) -> (Stream<B, P>, Arc<Settings<B>>) {
        let mut habit = self.turn.into_habit();
        self.settings
            .restore(|nonblocking| self.stream.restore(&mut habit, nonblocking));
        (self.stream, self.settings)
    }
}
