//! kqueue(2): events of many sources, taken by one call.

use core::fmt;
use core::num::NonZeroUsize;

use super::System;
use super::numbers::{
    EV_ADD, EV_CLEAR, EV_DELETE, EV_EOF, EV_ERROR, EV_ONESHOT, EVFILT_READ, EVFILT_SIGNAL,
    EVFILT_WRITE, F_SETFD, FD_CLOEXEC,
};
use crate::layout::timespec;
use crate::register::Arg;
use crate::{Error, OwnedFd, Result};

/// `struct kevent`, which each system lays out in its own way. What the fields mean is in
/// kqueue(2).
///
/// # Safety
///
/// The type must be the structure that the system's [`kevent`](super::Calls::kevent) takes, valid
/// for any bytes.
pub unsafe trait RawEvent: Copy {
    /// A change.
    fn new(ident: usize, filter: i16, flags: u16, token: usize) -> Self;
    /// What it is about: the number of a descriptor or a signal.
    fn ident(&self) -> usize;
    /// What of that: `EVFILT_*`.
    fn filter(&self) -> i16;
    /// What to do, or what is so: `EV_*`.
    fn flags(&self) -> u16;
    /// More of what is so.
    fn fflags(&self) -> u32;
    /// How much.
    fn data(&self) -> i64;
    /// What the change said.
    fn token(&self) -> usize;
}

/// What an event is about.
#[derive(Debug)]
pub enum Source<'a, S: System> {
    /// There is something to receive or accept, or the end of the stream: `EVFILT_READ`.
    Readable(&'a OwnedFd<S>),
    /// There is room to send, or a connect has ended: `EVFILT_WRITE`.
    Writable(&'a OwnedFd<S>),
    /// A signal came, even one that is ignored or held back: `EVFILT_SIGNAL`.
    Signal(i32),
}

impl<S: System> Clone for Source<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: System> Copy for Source<'_, S> {}

impl<S: System> Source<'_, S> {
    fn change(self, flags: u16, token: usize) -> Change<S> {
        let (ident, filter) = match self {
            Source::Readable(fd) => (fd.as_raw_fd(), EVFILT_READ),
            Source::Writable(fd) => (fd.as_raw_fd(), EVFILT_WRITE),
            Source::Signal(signal) => (signal, EVFILT_SIGNAL),
        };
        Change(S::Event::new(ident as usize, filter, flags, token))
    }
}

/// A change of what a queue tells.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Change<S: System>(S::Event);

impl<S: System> Change<S> {
    /// Tell this, with that token, as long as it is so. Told before, it is changed.
    #[inline]
    pub fn add(source: Source<'_, S>, token: usize) -> Self {
        source.change(EV_ADD, token)
    }

    /// Tell this each time that it becomes so anew.
    #[inline]
    pub fn add_edge(source: Source<'_, S>, token: usize) -> Self {
        source.change(EV_ADD | EV_CLEAR, token)
    }

    /// Tell this once.
    #[inline]
    pub fn add_once(source: Source<'_, S>, token: usize) -> Self {
        source.change(EV_ADD | EV_ONESHOT, token)
    }

    /// Tell this no more, and forget what has not been taken of it. (A closed descriptor is told no
    /// more either.)
    #[inline]
    pub fn delete(source: Source<'_, S>) -> Self {
        source.change(EV_DELETE, 0)
    }
}

impl<S: System> fmt::Debug for Change<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Change")
            .field("ident", &self.0.ident())
            .field("filter", &self.0.filter())
            .field("flags", &format_args!("{:#x}", self.0.flags()))
            .finish()
    }
}

/// Something that is so.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Event<S: System>(S::Event);

impl<S: System> Event<S> {
    /// Room for an event.
    pub fn empty() -> Self {
        Event(S::Event::new(0, 0, 0, 0))
    }

    /// The token of the change that asked for it.
    #[inline]
    pub fn token(&self) -> usize {
        self.0.token()
    }

    /// Whether there is something to receive or accept, or the end of the stream.
    #[inline]
    pub fn is_readable(&self) -> bool {
        self.0.filter() == EVFILT_READ
    }

    /// Whether there is room to send, or a connect has ended.
    #[inline]
    pub fn is_writable(&self) -> bool {
        self.0.filter() == EVFILT_WRITE
    }

    /// The signal that came.
    #[inline]
    pub fn signal(&self) -> Option<i32> {
        (self.0.filter() == EVFILT_SIGNAL).then_some(self.0.ident() as i32)
    }

    /// Whether the direction is closed: nothing more will come, or nobody takes what is sent. There
    /// may still be something to receive.
    #[inline]
    pub fn is_end(&self) -> bool {
        self.0.flags() & EV_EOF != 0
    }

    /// How much: bytes or connections that wait, room in bytes, times that the signal came.
    #[inline]
    pub fn amount(&self) -> u64 {
        u64::try_from(self.0.data()).unwrap_or_default()
    }

    /// What went wrong: the pending error of a socket whose direction is closed, or what the kernel
    /// had against a change.
    pub fn error(&self) -> Option<Error<S>> {
        let flags = self.0.flags();
        let number = if flags & EV_ERROR != 0 {
            self.0.data() as usize
        } else if flags & EV_EOF != 0 {
            self.0.fflags() as usize
        } else {
            0
        };
        NonZeroUsize::new(number).map(Error::<S>::os_word)
    }
}

impl<S: System> fmt::Debug for Event<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("token", &self.token())
            .field("ident", &self.0.ident())
            .field("filter", &self.0.filter())
            .field("end", &self.is_end())
            .field("amount", &self.amount())
            .field("error", &self.error())
            .finish()
    }
}

/// Nanoseconds of a second.
const SECOND: u64 = 1_000_000_000;

/// The longest time-out in seconds, 68 years: the kernels refuse or misread more.
const LONGEST: u64 = i32::MAX as u64;

/// A queue of events.
#[derive(Debug)]
pub struct Kqueue<S: System> {
    fd: OwnedFd<S>,
}

impl<S: System> Kqueue<S> {
    /// Makes a queue, kqueue(2), and makes it close-on-exec, fcntl(2): a program that another thread
    /// starts between the two calls inherits it. A fork never does.
    ///
    /// # Errors
    /// `TooManyOpenFiles`, `TooManyOpenFilesInSystem`, `OutOfMemory`.
    pub fn new() -> Result<Self, S> {
        // SAFETY: kqueue(2) makes a descriptor and touches no memory.
        let fd = unsafe { S::kqueue().descriptor::<S>() }?;
        // SAFETY: F_SETFD takes an `int` and touches no memory.
        unsafe { S::fcntl(fd.arg(), Arg::int(F_SETFD), Arg::int(FD_CLOEXEC)) }.unit::<S>()?;
        Ok(Kqueue { fd })
    }

    /// The descriptor. poll(2) calls it readable while there is an event to take.
    #[inline]
    pub fn as_fd(&self) -> &OwnedFd<S> {
        &self.fd
    }

    /// Makes these changes, kevent(2); those before one that the kernel refuses stay made.
    ///
    /// # Errors
    /// `BadDescriptor`; `NotFound`: there is nothing to delete; `InvalidInput`: a descriptor that has no
    /// such events, or on Darwin no such signal (FreeBSD takes any number, `filt_sigattach` in
    /// sys/kern/kern_sig.c).
    pub fn apply(&self, changes: &[Change<S>]) -> Result<(), S> {
        // SAFETY: kevent(2) reads the changes, which are borrowed, `struct kevent` each; there is no
        // room for events, so it writes none and does not wait.
        unsafe {
            S::kevent(
                self.fd.arg(),
                Arg::from_ref(changes),
                Arg::int(i32::try_from(changes.len()).unwrap_or(i32::MAX)),
                Arg::null(),
                Arg::int(0),
                Arg::null(),
            )
        }
        .unit::<S>()
    }

    /// Waits until there is an event, at most so many nanoseconds (`None`: for ever), takes as many
    /// as there is room for, and returns how many: kevent(2). More than 68 years are cut to that. Without
    /// room for an event it does not wait, and 0 says nothing of the time.
    ///
    /// # Errors
    /// `Interrupted`: a signal came first.
    pub fn wait(&self, events: &mut [Event<S>], left: Option<u64>) -> Result<usize, S> {
        let room = i32::try_from(events.len()).unwrap_or(i32::MAX);
        let time_out = left.map(|left| timespec {
            tv_sec: (left / SECOND).min(LONGEST) as i64,
            tv_nsec: (left % SECOND) as i64,
        });
        // SAFETY: kevent(2) writes at most `room` events, `struct kevent` each, to memory that is
        // borrowed mutably, and reads the time-out, if there is one.
        unsafe {
            S::kevent(
                self.fd.arg(),
                Arg::null(),
                Arg::int(0),
                Arg::from_mut(events),
                Arg::int(room),
                time_out.as_ref().map_or(Arg::null(), Arg::from_ref),
            )
        }
        .count::<S>()
    }
}

/// Makes the module `kqueue` of a backend: these types with the system filled in.
#[macro_export]
macro_rules! bsd_kqueue {
    ($system:ident) => {
        /// kqueue(2): events of many sources, taken by one call.
        ///
        /// [`poll`](sock_core::poll) looks at every descriptor each time; a queue is told once of what, and
        /// tells what is so.
        pub mod kqueue {
            use super::$system;
            use $crate::bsd::kqueue;

            /// A queue of events.
            pub type Kqueue = kqueue::Kqueue<$system>;

            /// What an event is about.
            pub type Source<'a> = kqueue::Source<'a, $system>;

            /// A change of what a queue tells.
            pub type Change = kqueue::Change<$system>;

            /// Something that is so.
            pub type Event = kqueue::Event<$system>;
        }
    };
}
