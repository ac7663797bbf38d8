//! What belongs to the open file, and so to all clones of a socket, as in std.

use core::sync::atomic::Ordering::{Relaxed, SeqCst};
use core::sync::atomic::{AtomicBool, AtomicU64};
use core::time::Duration;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use sock_core::{Abi, Backend, Deadline, Error};

use crate::alarm::Alarm;

/// The settings of one open file. Each is a word of its own, read where a wait begins.
#[derive(Debug)]
pub(crate) struct Settings<B: Backend> {
    nonblocking: AtomicBool,
    /// Whether somebody else may use the open file, through a raw descriptor.
    lent: AtomicBool,
    /// Held while O_NONBLOCK is set: whoever has been lent the descriptor sees it as std would have it,
    /// and at no moment as it is used here.
    mode: Mutex<()>,
    pub(crate) read: Limits,
    pub(crate) write: Limits,
    pub(crate) alarm: Alarm<B>,
}

/// Those of an open file that was born here.
impl<B: Backend> Default for Settings<B> {
    fn default() -> Self {
        Settings {
            nonblocking: AtomicBool::default(),
            lent: AtomicBool::default(),
            mode: Mutex::default(),
            read: Limits::default(),
            write: Limits::default(),
            alarm: Alarm::default(),
        }
    }
}

/// How long the operations of one direction may wait.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    /// Of each operation, in nanoseconds; 0 for none.
    time_out: AtomicU64,
    /// A point of the clock of the backend, in nanoseconds; 0 for none.
    deadline: AtomicU64,
}

impl<B: Backend> Settings<B> {
    /// Those of an open file from elsewhere, which others may hold as well.
    pub(crate) fn adopted(
        nonblocking: bool,
        read: Option<Duration>,
        write: Option<Duration>,
    ) -> Self {
        Settings {
            nonblocking: AtomicBool::new(nonblocking),
            lent: AtomicBool::new(true),
            read: Limits::after(read),
            write: Limits::after(write),
            ..Settings::default()
        }
    }

    #[inline]
    pub(crate) fn is_nonblocking(&self) -> bool {
        self.nonblocking.load(Relaxed)
    }

    /// O_NONBLOCK itself is set only where somebody else may look at it.
    pub(crate) fn set_nonblocking(
        &self,
        nonblocking: bool,
        backend: &B,
        fd: &B::Fd,
    ) -> sock_core::Result<(), B> {
        let _mode = self.lock_mode();
        self.remember_nonblocking(nonblocking);
        if self.is_lent() {
            backend.set_nonblocking(fd, nonblocking)?;
        }
        Ok(())
    }

    /// [`set_nonblocking`](Self::set_nonblocking) where O_NONBLOCK itself has to stay.
    pub(crate) fn remember_nonblocking(&self, nonblocking: bool) {
        self.nonblocking.store(nonblocking, SeqCst);
    }

    fn is_lent(&self) -> bool {
        self.lent.load(SeqCst)
    }

    fn lock_mode(&self) -> MutexGuard<'_, ()> {
        self.mode.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on somebody else may use the open file: it is as std would have it.
    pub(crate) fn lend(&self, backend: &B, fd: &B::Fd) {
        if !self.is_lent() {
            self.give(backend, fd);
        }
    }

    /// The descriptor goes to somebody else; others of the same open file may stay.
    pub(crate) fn give(&self, backend: &B, fd: &B::Fd) {
        let _mode = self.lock_mode();
        // It is a socket, so there is no error to tell.
        let _ = backend.set_nonblocking(fd, self.is_nonblocking());
        self.lent.store(true, SeqCst);
    }

    /// Calls `restore` with what O_NONBLOCK is to be when nobody here waits inside a receive.
    pub(crate) fn restore(&self, restore: impl FnOnce(bool) -> sock_core::Result<(), B>) {
        let _mode = self.lock_mode();
        // A descriptor that was good enough to receive from can be set, so there is no error to tell.
        let _ = restore(!self.is_lent() || self.is_nonblocking());
    }

    /// As every socket of the core.
    pub(crate) fn be_nonblocking(&self, backend: &B, fd: &B::Fd) {
        // One that nobody else could see has never been anything else.
        if self.is_lent() {
            let _ = backend.set_nonblocking(fd, true);
        }
    }

    #[inline]
    pub(crate) fn to_read(&self, backend: &B) -> Patience {
        self.patience(&self.read, backend)
    }

    #[inline]
    pub(crate) fn to_write(&self, backend: &B) -> Patience {
        self.patience(&self.write, backend)
    }

    #[inline]
    fn patience(&self, limits: &Limits, backend: &B) -> Patience {
        if self.is_nonblocking() {
            return Patience::time_out(0);
        }
        match (limits.time_out.load(Relaxed), limits.deadline.load(Relaxed)) {
            (0, 0) => Patience::until(Deadline::NEVER),
            (time_out, 0) => Patience::time_out(time_out),
            (0, deadline) => Patience::until(at(deadline)),
            (time_out, deadline) => {
                if time_out < deadline.saturating_sub(backend.now().as_nanos()) {
                    Patience::time_out(time_out)
                } else {
                    Patience::until(at(deadline))
                }
            }
        }
    }
}

impl Limits {
    fn after(time_out: Option<Duration>) -> Self {
        Limits {
            time_out: AtomicU64::new(time_out.map_or(0, nanos)),
            deadline: AtomicU64::new(0),
        }
    }

    pub(crate) fn time_out(&self) -> Option<Duration> {
        match self.time_out.load(Relaxed) {
            0 => None,
            nanos => Some(Duration::from_nanos(nanos)),
        }
    }

    pub(crate) fn set_time_out(&self, time_out: Option<Duration>) -> io::Result<()> {
        if time_out == Some(Duration::ZERO) {
            return Err(zero_time_out());
        }
        self.time_out.store(time_out.map_or(0, nanos), Relaxed);
        Ok(())
    }

    pub(crate) fn set_deadline<B: Backend>(&self, deadline: Option<Instant>, backend: &B) {
        let point = deadline.map_or(0, |instant| point(instant, backend).as_nanos().max(1));
        self.deadline.store(point, Relaxed);
    }
}

/// std's instant as a point of the clock of the backend, never before it. std's own reading of an
/// instant is its secret, so both clocks are read.
pub(crate) fn point<B: Backend>(instant: Instant, backend: &B) -> sock_core::Instant {
    let left = instant.saturating_duration_since(Instant::now());
    backend.now().saturating_add(left)
}

/// The error that std has for it.
pub(crate) fn zero_time_out() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidInput,
        "cannot set a 0 duration timeout",
    )
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

fn at(nanos: u64) -> Deadline {
    Deadline::at(sock_core::Instant::from_nanos(nanos))
}

/// How long one operation may wait, and which error tells that this has passed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    pub(crate) deadline: Deadline,
    /// The nanoseconds of a time-out that begins with the operation; 0 for none.
    left: u64,
    /// The end of a time-out, and of a try without a wait, is `WouldBlock` in std.
    would_block: bool,
}

impl Patience {
    #[inline]
    fn time_out(nanos: u64) -> Self {
        Patience {
            deadline: Deadline::after(Duration::from_nanos(nanos)),
            left: nanos,
            would_block: true,
        }
    }

    #[inline]
    fn until(deadline: Deadline) -> Self {
        Patience {
            deadline,
            left: 0,
            would_block: false,
        }
    }

    /// The same from now on, for what waits several times.
    pub(crate) fn anchored<B: Backend>(self, backend: &B) -> Self {
        match self.left {
            0 => self,
            left => Patience {
                deadline: at(backend.now().as_nanos().saturating_add(left)),
                ..self
            },
        }
    }

    /// The error of an operation that waited so.
    #[cold]
    pub(crate) fn error<A: Abi>(self, error: Error<A>) -> io::Error {
        if self.would_block && error == Error::DEADLINE {
            Error::<A>::WOULD_BLOCK.into()
        } else {
            error.into()
        }
    }
}
