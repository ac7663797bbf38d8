//! The end of a wait for room that the kernel does not end.
//!
//! A Unix socket whose sending direction is shut down while its queue is full has no event for a ppoll(2)
//! that waits for room (`unix_poll` in net/unix/af_unix.c: POLLHUP comes with both directions only). A
//! blocking send of std is woken. So who waits for room there waits for the alarm, too, and whoever shuts
//! the direction down rings it.

use core::sync::atomic::{AtomicBool, Ordering::Relaxed, Ordering::SeqCst, fence};
use std::sync::OnceLock;

use sock_core::{Abi, Tcp, Udp, UnixDatagrams, UnixStreams};
use sock_core::{Backend, Deadline, Error, PollEvents, PollFd, Protocol, Result, Shutdown, Stream};

#[derive(Debug)]
pub(crate) struct Alarm<B: Backend> {
    rung: AtomicBool,
    /// Made when somebody waits for the first time, and there as long as the open file is.
    pair: OnceLock<Pair<B>>,
}

/// The end that rings, and the end that hears it.
type Pair<B> = (Stream<B, UnixStreams>, Stream<B, UnixStreams>);

impl<B: Backend> Default for Alarm<B> {
    fn default() -> Self {
        Alarm {
            rung: AtomicBool::new(false),
            pair: OnceLock::new(),
        }
    }
}

impl<B: Backend> Alarm<B> {
    /// Ends the waits, those to come as well.
    pub(crate) fn ring(&self) {
        self.rung.store(true, Relaxed);
        // Either this sees the pair, or who makes it sees that it has rung.
        fence(SeqCst);
        if let Some((rings, _)) = self.pair.get() {
            // The other end is there, so there is no error to tell.
            let _ = rings.shutdown(Shutdown::Both);
        }
    }

    /// The end that hears, unless no descriptor is left for it: then waits are as they are without it.
    fn listen(&self, backend: &B) -> Option<&Stream<B, UnixStreams>> {
        let pair = match self.pair.get() {
            Some(pair) => pair,
            None => {
                let pair = Stream::pair_in(backend.clone()).ok()?;
                self.pair.get_or_init(|| pair)
            }
        };
        fence(SeqCst);
        Some(&pair.1)
    }

    /// Waits until there is room in a socket of the protocol `P`, or an error of it, or the alarm has
    /// rung; what the socket said.
    pub(crate) fn wait_for_room<P: Known>(
        &self,
        backend: &B,
        fd: &B::Fd,
        deadline: Deadline,
    ) -> Result<PollEvents, B> {
        let room = B::PollFd::new(fd, PollEvents::OUT);
        let hears = match P::ALARMED {
            true => self.listen(backend),
            false => None,
        };
        match hears {
            None => wait(backend, &mut [room], deadline),
            Some(_) if self.rung.load(Relaxed) => Ok(PollEvents::empty()),
            Some(hears) => {
                let fds = &mut [room, hears.poll_fd(PollEvents::IN)];
                wait(backend, fds, deadline)
            }
        }
    }
}

fn wait<B: Backend>(
    backend: &B,
    fds: &mut [B::PollFd<'_>],
    deadline: Deadline,
) -> Result<PollEvents, B> {
    match sock_core::poll(backend, fds, deadline)? {
        0 => Err(Error::DEADLINE),
        _ => Ok(fds.first().map_or(PollEvents::empty(), PollFd::revents)),
    }
}

/// Whether the last wait ended by an error that the call after it did not take: that of the error queue, by
/// which the next waits would end at once, too.
#[derive(Default)]
pub(crate) struct Futile(bool);

impl Futile {
    /// The call has found no room although the wait had ended with `events`.
    pub(crate) fn again<A: Abi>(
        &mut self,
        events: PollEvents,
    ) -> core::result::Result<(), Error<A>> {
        let before = core::mem::replace(&mut self.0, events == PollEvents::ERR);
        if before && self.0 {
            return Err(Error::ERROR_QUEUE);
        }
        Ok(())
    }
}

/// A protocol of sockets here.
pub(crate) trait Known: Protocol {
    /// Whether a shutdown needs the alarm to end the waits for room.
    const ALARMED: bool;
}

impl Known for Tcp {
    const ALARMED: bool = false;
}

impl Known for UnixStreams {
    const ALARMED: bool = true;
}

impl Known for Udp {
    const ALARMED: bool = false;
}

impl Known for UnixDatagrams {
    const ALARMED: bool = true;
}
