//! The simulation as a value: one host of it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sock_core::{Abi, Error, Instant, UnixAddr, abi};

use crate::host::HostId;
use crate::kernel::Kernel;
use crate::socket::Id;
use crate::{Faults, Fd, Hits, Record};

pub(crate) type Result<T, A> = core::result::Result<T, Error<A>>;

/// A host of a simulation, with the numbers and layouts of the ABI `A`. Clones are the same host.
///
/// There is no `Default`: each would be a simulation of its own, and sockets that are made in
/// different ones never meet.
pub struct Sim<A: Abi = abi::Linux> {
    world: Arc<Mutex<Kernel<A>>>,
    pub(crate) host: HostId,
}

impl Sim {
    /// A host with the numbers of Linux, and the seed 0.
    #[expect(
        clippy::new_without_default,
        reason = "each would be a kernel of its own"
    )]
    pub fn new() -> Self {
        Sim::with_abi(abi::Linux)
    }

    /// A host with the numbers of Linux. All that is random comes from the seed: the same program
    /// with the same seed runs in the same way.
    pub fn with_seed(seed: u64) -> Self {
        Sim::with_abi_and_seed(abi::Linux, seed)
    }
}

impl<A: Abi> Sim<A> {
    /// A host with the numbers of `abi`, and the seed 0.
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
    pub fn with_abi(abi: A) -> Self {
        Sim::with_abi_and_seed(abi, 0)
    }

    /// A host with the numbers of `_abi`, and a seed.
    pub fn with_abi_and_seed(_abi: A, seed: u64) -> Self {
        Sim {
            world: Arc::new(Mutex::new(Kernel::new(seed))),
            host: HostId::FIRST,
        }
    }

    /// The faults of this host, to be set.
    pub fn faults(&self) -> Faults<'_, A> {
        Faults(self)
    }

    /// How often each call was made on any host, and how often each fault has had its effect.
    pub fn hits(&self) -> Hits {
        self.lock().hits.clone()
    }

    /// How many calls were made on all hosts.
    pub fn calls(&self) -> u64 {
        self.lock().calls
    }

    /// After that many calls on all hosts every call fails with `EIO` and no wait goes on, so that
    /// a program that would go round for ever ends.
    pub fn limit_calls(&self, calls: u64) {
        self.quietly(|kernel| kernel.limit = Some(calls));
    }

    /// This part, of 0 to 1, of the calls of a party let another one run first that could.
    pub fn set_preemption(&self, rate: f64) {
        self.lock().baton.preemption = rate;
    }

    /// Writes down from now on what is called, for [`trace`](Self::trace).
    pub fn record(&self) {
        self.lock().trace = Some(Vec::new());
    }

    /// The calls since [`record`](Self::record) was called, or the last trace taken, on all hosts.
    pub fn trace(&self) -> Vec<Record> {
        self.lock()
            .trace
            .as_mut()
            .map(std::mem::take)
            .unwrap_or_default()
    }

    /// Runs `run` while a signal with a handler that does nothing comes to this thread every
    /// `period`, and ends whatever call waits then with `EINTR`. Returns what `run` has given, and
    /// how many signals came.
    pub fn under_signals<T>(&self, period: Duration, run: impl FnOnce() -> T) -> (T, usize) {
        let period = u64::try_from(period.as_nanos()).unwrap_or(u64::MAX);
        self.quietly(|kernel| kernel.clock.begin_signals(period));
        let out = run();
        let arrived = self.quietly(|kernel| kernel.clock.end_signals());
        (out, arrived)
    }

    /// The time on the clock, which is that of all hosts.
    pub fn now(&self) -> Instant {
        Instant::from_nanos(self.lock().clock.now())
    }

    /// How many descriptors are open on this host. Sockets in a backlog or in a message have none.
    pub fn open_descriptors(&self) -> usize {
        self.lock().host(self.host).descriptors
    }

    /// With that many descriptors open on this host no more is opened, `EMFILE` (RLIMIT_NOFILE,
    /// getrlimit(2)).
    pub fn limit_descriptors(&self, descriptors: usize) {
        self.lock().host_mut(self.host).limit = descriptors;
    }

    /// Removes a path that a Unix socket was bound to, unlink(2). Whether there was one.
    pub fn unlink(&self, path: &[u8]) -> bool {
        let (path, host) = (UnixAddr::path(path), self.host);
        path.is_ok_and(|path| self.quietly(|kernel| kernel.unlink(host, &path)))
    }

    /// Another host of the same simulation.
    pub(crate) fn on(&self, host: HostId) -> Self {
        Sim {
            world: Arc::clone(&self.world),
            host,
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Kernel<A>> {
        // A panic of a user's thread cannot leave the kernel half changed: nothing of theirs runs
        // under the lock.
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The socket of a descriptor, which must be of this host.
    pub(crate) fn id(&self, fd: &Fd<A>) -> Result<Id, A> {
        if Arc::ptr_eq(&self.world, &fd.sim.world) && self.host == fd.sim.host {
            Ok(fd.id)
        } else {
            Err(Error::os(A::EBADF))
        }
    }
}

impl<A: Abi> Clone for Sim<A> {
    fn clone(&self) -> Self {
        self.on(self.host)
    }
}

impl<A: Abi> fmt::Debug for Sim<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sim")
            .field("abi", &A::KERNEL)
            .finish_non_exhaustive()
    }
}
