//! The signals that end a program, held back.

use core::time::Duration;

use super::{Program, nanoseconds};
use crate::bsd::kqueue::{Change, Event, Kqueue, Source};
use crate::bsd::numbers::{SIG_BLOCK, SIG_SETMASK, SIGHUP, SIGINT, SIGPIPE, SIGTERM};
use crate::register::Arg;
use crate::{Error, PollFd, Result};
use sock_core::PollEvents;

/// A `sigset_t`: a bit for each signal, that of signal 1 lowest. FreeBSD's has four words, of which
/// Darwin's is the first, and the signals here are all in the first.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Signals {
    first: u32,
    others: [u32; 3],
}

impl Signals {
    const fn only(signal: i32) -> Self {
        Signals {
            first: 1 << (signal - 1),
            others: [0; 3],
        }
    }

    const fn contains(&self, signal: i32) -> bool {
        self.first & Self::only(signal).first != 0
    }
}

/// The signals that ask a program to end.
const ENDING: [i32; 3] = [SIGHUP, SIGINT, SIGTERM];

/// The signals that ask a program to end, SIGHUP, SIGINT and SIGTERM, held back.
/// [`bsd_program!`](crate::bsd_program) says what it is to the program.
#[derive(Debug)]
pub struct Termination<S: Program> {
    queue: Kqueue<S>,
    /// Those that are held back.
    signals: Signals,
    /// The signals that were held back before.
    before: Signals,
}

impl<S: Program> Termination<S> {
    /// Holds the signals back: sigaction(2), kqueue(2), kevent(2), sigprocmask(2).
    ///
    /// # Errors
    /// `TooManyOpenFiles`, `TooManyOpenFilesInSystem`, `OutOfMemory`.
    pub fn hold() -> Result<Self, S> {
        let queue = Kqueue::new()?;
        let mut signals = Signals::default();
        for signal in ENDING {
            if !S::is_ignored(signal)? {
                queue.apply(&[Change::add(Source::Signal(signal), 0)])?;
                signals.first |= Signals::only(signal).first;
            }
        }
        let before = change_mask::<S>(SIG_BLOCK, &signals)?;
        Ok(Termination {
            queue,
            signals,
            before,
        })
    }

    /// As [`poll`](sock_core::poll) takes it: [`PollEvents::IN`] when such a signal has come.
    pub fn poll_fd(&self) -> PollFd<'_, S> {
        PollFd::new(self.queue.as_fd(), PollEvents::IN)
    }

    /// Waits for such a signal for so long, and takes it: whether one has come.
    ///
    /// # Errors
    /// None that the kernel documents for such arguments.
    pub fn wait(&self, duration: Duration) -> Result<bool, S> {
        if self.take()? {
            return Ok(true);
        }
        let mut event = [Event::empty()];
        match self.queue.wait(&mut event, Some(nanoseconds(duration))) {
            Ok(0) => Ok(false),
            Err(error) if error == Error::<S>::INTERRUPTED => Ok(false),
            Err(error) => Err(error),
            Ok(_) => self.take(),
        }
    }

    /// Takes one of the signals, as often as it was sent, if it has come. Others that have come stay so.
    fn take(&self) -> Result<bool, S> {
        let come = pending::<S>()?;
        let held = |signal: &i32| self.signals.contains(*signal) && come.contains(*signal);
        if let Some(signal) = ENDING.into_iter().find(held) {
            // What the queue tells of it is past. It forgets that first: of a signal that comes once more
            // before it is taken it then tells in vain, and never too little. And FreeBSD keeps each
            // that was sent (`sigqueue_add` in sys/kern/kern_sig.c), of which the queue would not tell.
            let source = Source::Signal(signal);
            self.queue
                .apply(&[Change::delete(source), Change::add(source, 0)])?;
            loop {
                match S::take_signal(&Signals::only(signal)) {
                    Err(error) if error != Error::<S>::INTERRUPTED => return Err(error),
                    _ if pending::<S>()?.contains(signal) => {}
                    _ => return Ok(true),
                }
            }
        }
        Ok(false)
    }
}

impl<S: Program> Drop for Termination<S> {
    fn drop(&mut self) {
        // It fails for arguments that are not these.
        let _ = change_mask::<S>(SIG_SETMASK, &self.before);
    }
}

/// Holds SIGPIPE back for good.
///
/// # Errors
/// None that the kernel documents for such arguments.
pub fn hold_broken_pipe<S: Program>() -> Result<(), S> {
    change_mask::<S>(SIG_BLOCK, &Signals::only(SIGPIPE)).map(drop)
}

/// The signals that have come and are held back.
fn pending<S: Program>() -> Result<Signals, S> {
    let mut signals = Signals::default();
    // SAFETY: sigpending(2) writes a set, of at most 16 bytes, which is borrowed mutably.
    unsafe { S::sigpending(Arg::from_mut(&mut signals)) }.unit::<S>()?;
    Ok(signals)
}

/// Changes which signals are held back, and returns which were before.
fn change_mask<S: Program>(how: i32, signals: &Signals) -> Result<Signals, S> {
    let mut before = Signals::default();
    // SAFETY: sigprocmask(2) reads one set and writes another, of at most 16 bytes each, both
    // borrowed.
    unsafe {
        S::sigprocmask(
            Arg::int(how),
            Arg::from_ref(signals),
            Arg::from_mut(&mut before),
        )
    }
    .unit::<S>()?;
    Ok(before)
}
