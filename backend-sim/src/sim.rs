//! The simulated kernel as a value, and the gate through which every call goes.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sock_core::{Abi, Error, Instant, UnixAddr, abi};

use crate::clock::Turn;
use crate::kernel::Kernel;
use crate::socket::Id;
use crate::{Fd, Party};

pub(crate) type Result<T, A> = core::result::Result<T, Error<A>>;

/// A simulated kernel with the numbers and layouts of the ABI `A`. Clones are the same kernel.
///
/// There is no `Default`: each would be a kernel of its own, and sockets that are made in
/// different ones never meet.
pub struct Sim<A: Abi = abi::Linux>(Arc<Shared<A>>);

#[derive(Debug)]
struct Shared<A: Abi> {
    kernel: Mutex<Kernel<A>>,
    changed: Condvar,
}

/// How a wait ended.
pub(crate) enum Waited<T> {
    Done(T),
    TimedOut,
    Interrupted,
    Stuck,
}

/// Which time-out of a socket holds for a call.
#[derive(Clone, Copy)]
pub(crate) enum Direction {
    Receive,
    Send,
}

impl Sim {
    /// A kernel with the numbers of Linux.
    #[expect(
        clippy::new_without_default,
        reason = "each would be a kernel of its own"
    )]
    pub fn new() -> Self {
        Sim::with_abi(abi::Linux)
    }
}

impl<A: Abi> Sim<A> {
    /// A kernel with the numbers of `_abi`.
    ///
    /// ```
    /// use sock_core::{Deadline, ErrorKind, SocketAddr, TcpStream, abi};
    ///
    /// let sim = sock_sim::Sim::with_abi(abi::FreeBsd);
    /// let nobody = "127.0.0.1:9".parse().unwrap();
    /// let error = TcpStream::connect_in(sim, &nobody, Deadline::NEVER).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    /// assert_eq!(error.raw_os_error(), Some(61));
    /// ```
    pub fn with_abi(_abi: A) -> Self {
        Sim(Arc::new(Shared {
            kernel: Mutex::new(Kernel::new()),
            changed: Condvar::new(),
        }))
    }

    /// Makes a thread a party: the clock stands still while it does not wait. Take it before the
    /// thread starts, one for each thread that calls this kernel, and drop it when the thread has
    /// ended.
    pub fn party(&self) -> Party<A> {
        Party::new(self.clone())
    }

    /// Runs `other` on a second thread and `this` on the present one, each a party, and returns
    /// what both have given. A panic of either goes on here.
    pub fn together<T: Send, U>(
        &self,
        other: impl FnOnce() -> T + Send,
        this: impl FnOnce() -> U,
    ) -> (T, U) {
        let (others, mine) = (self.party(), self.party());
        std::thread::scope(|scope| {
            let other = scope.spawn(move || {
                let _party = others;
                other()
            });
            let this = this();
            drop(mine);
            match other.join() {
                Ok(other) => (other, this),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })
    }

    /// Runs `run` while a signal with a handler that does nothing comes to this thread every
    /// `period`, and ends whatever call waits then with `EINTR`. Returns what `run` has given, and
    /// how many signals came.
    pub fn under_signals<T>(&self, period: Duration, run: impl FnOnce() -> T) -> (T, usize) {
        let period = u64::try_from(period.as_nanos()).unwrap_or(u64::MAX);
        self.call(|kernel| kernel.clock.begin_signals(period));
        let out = run();
        let arrived = self.call(|kernel| kernel.clock.end_signals());
        (out, arrived)
    }

    /// The time on the clock.
    pub fn now(&self) -> Instant {
        Instant::from_nanos(self.lock().clock.now())
    }

    /// How many descriptors are open. Sockets in a backlog or in a message have none.
    pub fn open_descriptors(&self) -> usize {
        self.lock().descriptors
    }

    /// Removes a path that a Unix socket was bound to, unlink(2). Whether there was one.
    pub fn unlink(&self, path: &[u8]) -> bool {
        UnixAddr::path(path).is_ok_and(|path| self.call(|kernel| kernel.unlink(&path)))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Kernel<A>> {
        // A panic of a user's thread cannot leave the kernel half changed: nothing of theirs runs
        // under the lock.
        self.0.kernel.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The gate: a call that does not wait.
    pub(crate) fn call<T>(&self, call: impl FnOnce(&mut Kernel<A>) -> T) -> T {
        let mut kernel = self.lock();
        let out = call(&mut kernel);
        kernel.clock.change();
        self.0.changed.notify_all();
        out
    }

    /// The gate: tries until there is something, or the clock reaches what `end` says.
    pub(crate) fn wait<T>(
        &self,
        end: impl FnOnce(&Kernel<A>) -> Option<u64>,
        mut attempt: impl FnMut(&mut Kernel<A>) -> Option<T>,
    ) -> Waited<T> {
        let mut kernel = self.lock();
        let end = end(&kernel);
        let signal = kernel.clock.next_signal();
        let first = end.into_iter().chain(signal).min();
        let me = kernel.clock.begin_wait(first);
        let waited = loop {
            if let Some(done) = attempt(&mut kernel) {
                break Waited::Done(done);
            }
            if end.is_some_and(|end| end <= kernel.clock.now()) {
                break Waited::TimedOut;
            }
            if signal.is_some_and(|signal| signal <= kernel.clock.now()) {
                kernel.clock.take_signals();
                break Waited::Interrupted;
            }
            match kernel.clock.nothing_for(me) {
                Turn::Sleep => {
                    kernel = self
                        .0
                        .changed
                        .wait(kernel)
                        .unwrap_or_else(PoisonError::into_inner);
                }
                Turn::Moved => self.0.changed.notify_all(),
                Turn::Stuck => break Waited::Stuck,
            }
        };
        kernel.clock.end_wait(me);
        self.0.changed.notify_all();
        waited
    }

    /// The gate: a call on a descriptor. While it would block it waits, if the descriptor blocks and
    /// the call does not forbid it, as long as the time-out of the socket says.
    pub(crate) fn call_on<T>(
        &self,
        fd: &Fd<A>,
        direction: Direction,
        dont_wait: bool,
        mut attempt: impl FnMut(&mut Kernel<A>, Id) -> Result<T, A>,
    ) -> Result<T, A> {
        let id = self.id(fd)?;
        let waited = self.wait(
            |kernel| kernel.end_of_wait(id, direction, dont_wait),
            |kernel| match attempt(kernel, id) {
                Err(error) if error == Error::WOULD_BLOCK => None,
                done => Some(done),
            },
        );
        match waited {
            Waited::Done(done) => done,
            Waited::TimedOut => Err(Error::WOULD_BLOCK),
            Waited::Interrupted => Err(Error::INTERRUPTED),
            Waited::Stuck => Err(Error::os(A::EDEADLK)),
        }
    }

    /// The socket of a descriptor, which must be of this kernel.
    pub(crate) fn id(&self, fd: &Fd<A>) -> Result<Id, A> {
        if Arc::ptr_eq(&self.0, &fd.sim.0) {
            Ok(fd.id)
        } else {
            Err(Error::os(A::EBADF))
        }
    }
}

impl<A: Abi> Clone for Sim<A> {
    fn clone(&self) -> Self {
        Sim(Arc::clone(&self.0))
    }
}

impl<A: Abi> fmt::Debug for Sim<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sim")
            .field("abi", &A::KERNEL)
            .finish_non_exhaustive()
    }
}
