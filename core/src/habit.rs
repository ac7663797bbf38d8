//! The wait inside a receive, for the sole receiver of a stream.
//!
//! A receive that has to wait costs one call when the kernel waits inside it, and three when it
//! fails first, waits in ppoll and tries again. Waiting inside means a descriptor that blocks,
//! and an end to that is SO_RCVTIMEO. Its timer is coarse, 4 to 12 % late; so it is set to a
//! *floor* that always lies before the deadline, seldom, and the last 60 ms are waited for by
//! ppoll. Both settings belong to the open file, so only a sole owner may use them.

use crate::abi::Kernel;
use crate::buffer::Room;
use crate::option::{self, TimeOut};
use crate::socket::{Handle, STRIKE};
use crate::wait::{Wait, floor};
use crate::{Abi, Backend, Error, PollEvents, RecvFlags, Result};

/// What is left to the deadline when the wait changes to ppoll, in nanoseconds.
const TAIL: u64 = 60_000_000;

/// One receive in so many is tried without waiting, to notice that data now comes by itself.
const PROBE: u8 = 32;

/// What a sole receiver remembers from one receive of a stream to the next: how the open file is
/// set, and whether waiting was of use. [`Blocking`](crate::Blocking) keeps one; who keeps it elsewhere
/// passes it to [`Stream::recv_blocking`](crate::Stream::recv_blocking).
///
/// Sixty-four bits hold it, so that one atomic word can be both the memory and the lock of the
/// receiving direction.
///
/// ```
/// use sock_core::Habit;
///
/// let bits = Habit::NEW.to_bits();
/// assert_ne!(bits, u64::MAX); // free to mean that somebody receives
/// assert_eq!(Habit::from_bits(bits), Habit::NEW);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Habit {
    /// SO_RCVTIMEO in microseconds, its unit; 0 for none.
    armed: u64,
    /// Whether O_NONBLOCK has been cleared.
    blocks: bool,
    /// Whether the last receive had to wait; the next one then does not try first.
    waited: bool,
    receives: u8,
}

impl Habit {
    /// That of a stream which is as it was made: non-blocking, without a time-out.
    pub const NEW: Self = Habit {
        armed: 0,
        blocks: false,
        waited: false,
        receives: 0,
    };

    /// The habit in one word, which is never [`u64::MAX`].
    #[inline]
    pub const fn to_bits(self) -> u64 {
        // An armed time-out fits: nanoseconds in 64 bits are microseconds in 55.
        self.armed << 8
            | (self.waited as u64) << 7
            | (self.blocks as u64) << 6
            | self.receives as u64
    }

    /// The habit that [`to_bits`](Self::to_bits) gave.
    #[inline]
    pub const fn from_bits(bits: u64) -> Self {
        Habit {
            armed: bits >> 8,
            blocks: bits & 1 << 6 != 0,
            waited: bits & 1 << 7 != 0,
            receives: bits as u8 & 0x3f,
        }
    }

    /// Whether the next receive waits without trying first, since the last one had to wait.
    #[inline]
    pub const fn waits(self) -> bool {
        self.waited && self.receives + 1 != PROBE
    }

    /// Has the next receive wait without trying first: the caller has just tried.
    #[inline]
    pub const fn has_tried(&mut self) {
        self.waited = true;
        self.receives = 0;
    }

    /// Takes the time-out off the open file, and makes it non-blocking or not.
    pub(crate) fn restore<B: Backend>(
        &mut self,
        handle: &Handle<B>,
        nonblocking: bool,
    ) -> Result<(), B> {
        let Handle { fd, backend } = handle;
        if self.armed != 0 {
            arm(handle, 0)?;
            self.armed = 0;
        }
        if self.blocks == nonblocking {
            backend.set_nonblocking(fd, nonblocking)?;
            self.blocks = !nonblocking;
        }
        Ok(())
    }

    #[inline]
    pub(crate) fn receive<B: Backend, R: Room>(
        &mut self,
        handle: &Handle<B>,
        room: R,
        wait: &mut Wait,
    ) -> Result<R::Out, B> {
        let waits = self.waits();
        self.receives = (self.receives + 1) % PROBE;
        // A conversation goes on: the descriptor is set to wait for the next message, too.
        if waits && !wait.spins() && self.is_set_for(wait.begin(&handle.backend)) {
            return receive_blocking(handle, room, wait);
        }
        self.receive_or_wait(handle, room, wait, !waits)
    }

    #[inline(never)]
    fn receive_or_wait<B: Backend, R: Room>(
        &mut self,
        handle: &Handle<B>,
        mut room: R,
        wait: &mut Wait,
        tries: bool,
    ) -> Result<R::Out, B> {
        if tries {
            match try_receive(handle, room) {
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
        while wait.spin(&handle.backend) {
            match try_receive(handle, room) {
                Err((error, back)) if error == Error::WOULD_BLOCK => room = back,
                done => return done.map_err(|(error, _)| error),
            }
            tried = true;
        }
        let left = wait.begin(&handle.backend);
        if left.is_some_and(|left| left < TAIL) {
            return receive_by_poll(handle, room, wait, tried);
        }
        if !self.is_set_for(left) {
            self.set_for(handle, left)?;
        }
        receive_blocking(handle, room, wait)
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
                left >= TAIL && (floor / 4..=floor).contains(&(self.armed * MICRO))
            }
        };
        fits && self.blocks
    }

    /// Makes it so.
    #[cold]
    fn set_for<B: Backend>(&mut self, handle: &Handle<B>, left: Option<u64>) -> Result<(), B> {
        let Handle { fd, backend } = handle;
        // Well below the floor, so that the deadlines of the next receives fit it, too.
        let floor = left.and_then(floor).unwrap_or_default();
        let time_out = (floor - floor / 4) / MICRO;
        if time_out != self.armed {
            arm(handle, time_out)?;
            self.armed = time_out;
        }
        if !self.blocks {
            backend.set_nonblocking(fd, false)?;
            self.blocks = true;
        }
        Ok(())
    }
}

const MICRO: u64 = 1000;

/// Sets `SO_RCVTIMEO` to so many microseconds. Darwin refuses every option once both directions are shut
/// (`sosetoptlock` in bsd/kern/uipc_socket.c): then no receive waits, and none needs a time-out.
fn arm<B: Backend>(handle: &Handle<B>, micros: u64) -> Result<(), B> {
    match option::set::<TimeOut<false>, B>(&handle.backend, &handle.fd, micros * MICRO) {
        Err(error) if B::Abi::KERNEL == Kernel::Darwin && error == Error::INVALID => Ok(()),
        done => done,
    }
}

/// Lets the kernel wait inside the receive.
#[inline]
fn receive_blocking<B: Backend, R: Room>(
    handle: &Handle<B>,
    room: R,
    wait: &mut Wait,
) -> Result<R::Out, B> {
    match room.recv(&handle.backend, &handle.fd, RecvFlags::empty()) {
        // The floor has been reached, a signal has come, or another owner of the open file
        // has set O_NONBLOCK or a time-out of its own: ppoll waits for the rest.
        Err((error, room)) if error == Error::WOULD_BLOCK || error == Error::INTERRUPTED => {
            receive_by_poll(handle, room, wait, error == Error::WOULD_BLOCK)
        }
        done => done.map_err(|(error, _)| error),
    }
}

#[inline]
fn try_receive<B: Backend, R: Room>(
    handle: &Handle<B>,
    room: R,
) -> core::result::Result<R::Out, (Error<B::Abi>, R)> {
    handle.receive(room, |room: R, backend, fd| room.recv(backend, fd, STRIKE))
}

/// `tried`: whether a receive has just failed for want of data.
#[inline(never)]
fn receive_by_poll<B: Backend, R: Room>(
    handle: &Handle<B>,
    room: R,
    wait: &mut Wait,
    tried: bool,
) -> Result<R::Out, B> {
    if tried {
        wait.ready(&handle.backend, &handle.fd, PollEvents::IN)?;
    }
    handle.receive_with(room, wait, |room, backend, fd| {
        room.recv(backend, fd, STRIKE)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_holds_it() {
        for armed in [0, 1, 1_000_000, u64::MAX / MICRO] {
            for receives in 0..PROBE {
                for (blocks, waited) in [(false, false), (true, false), (false, true), (true, true)]
                {
                    let habit = Habit {
                        armed,
                        blocks,
                        waited,
                        receives,
                    };
                    assert_eq!(Habit::from_bits(habit.to_bits()), habit);
                    assert_ne!(habit.to_bits(), u64::MAX);
                }
            }
        }
        assert_eq!(Habit::NEW.to_bits(), 0);
    }

    #[test]
    fn one_receive_in_so_many_tries_first() {
        let mut habit = Habit::NEW;
        assert!(!habit.waits());
        habit.has_tried();
        for receives in 0..PROBE {
            habit.receives = receives;
            assert_eq!(habit.waits(), receives != PROBE - 1);
        }
        habit.has_tried();
        assert!(habit.waits());
    }
}
