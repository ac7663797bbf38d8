//! The simulated kernels of one schedule, and what must hold of every operation in it.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use fastrand::Rng;
use sock_core::{Abi, Deadline, Error, ErrorKind, Incomplete, Instant, Rejected, SocketAddr};
use sock_sim::{Fault, Hits, Link, Record, Sim};

use crate::failure::{Check, Failure, ensure};
use crate::faults::Faults;
use crate::ledger::Way;
use crate::plan::{Plan, size};
use crate::until::Until;

/// What the kernel says when it is short of something; a program tries again.
pub(crate) const SHORTAGE: &[ErrorKind] = &[
    ErrorKind::NoBufferSpace,
    ErrorKind::OutOfMemory,
    ErrorKind::TooManyOpenFiles,
    ErrorKind::TooManyOpenFilesInSystem,
];

/// How often something is tried before it is taken for impossible.
const TRIES: usize = 100;

/// How long anything takes at the most: a connection that nothing passes any more is given up after 924 seconds.
const LONGEST: Duration = Duration::from_secs(2000);

/// The most calls of a schedule, many times what any needs: one that makes more goes round for ever.
const MOST_CALLS: u64 = 50_000;

/// Two hosts, or one that is both.
pub(crate) struct World<A: Abi> {
    pub(crate) near: Sim<A>,
    pub(crate) far: Sim<A>,
    /// An address of the far host, with port 0.
    pub(crate) addr: SocketAddr<A>,
    pub(crate) faults: Faults,
    /// How many bytes are sent as streams.
    pub(crate) bytes: AtomicU64,
    link: Link,
    tick: Tick,
}

/// How far from its deadline an operation may end.
///
/// A call takes no time on the virtual clock, and a wait ends at the very point that was asked for:
/// nothing may be later than its deadline, and no operation may say that its deadline has passed before that is so.
/// Only where the clock of the program stands still, or timers are late, it may be by as much as they are.
#[derive(Clone, Copy, Debug, Default)]
struct Tick {
    early: Duration,
    late: Duration,
}

impl Tick {
    fn of(faults: Faults) -> Self {
        let (mut early, mut late) = (Duration::ZERO, Duration::ZERO);
        // The clock tells a time that is past by up to 10 ms.
        if faults.has(Fault::ClockStops) {
            early += Duration::from_millis(10);
            late += Duration::from_millis(10);
        }
        // 0.1 % of the last wait, of 50 ms at the most, and 50 µs.
        if faults.has(Fault::LateTimer) {
            late += Duration::from_micros(100);
        }
        Tick { early, late }
    }
}

/// What an operation fails with.
pub(crate) trait Why<A: Abi> {
    fn error(&self) -> Error<A>;
}

impl<A: Abi> Why<A> for Error<A> {
    fn error(&self) -> Error<A> {
        *self
    }
}

impl<A: Abi> Why<A> for Incomplete<A> {
    fn error(&self) -> Error<A> {
        self.error
    }
}

impl<S, A: Abi> Why<A> for Rejected<S, A> {
    fn error(&self) -> Error<A> {
        self.error
    }
}

impl<A: Abi> World<A> {
    /// A world with whatever chance gives it, and faults from the first call on.
    pub(crate) fn new(abi: A, plan: &mut Plan<'_>) -> Self {
        let near = Sim::with_abi_and_seed(abi, plan.stream().u64(..));
        near.limit_calls(MOST_CALLS);
        near.set_preemption(plan.rate("preemption", 2, 300) as f64 / 1000.0);
        let v6 = plan.rarely("ipv6", 4);
        let apart = !plan.rarely("one-host", 3);
        let far = match apart {
            false => near.clone(),
            true => {
                near.assign([10, 0, 0, 1]);
                near.assign([0xfd00, 0, 0, 0, 0, 0, 0, 1]);
                let far = near.host([[10, 0, 0, 2]]);
                far.assign([0xfd00, 0, 0, 0, 0, 0, 0, 2]);
                far
            }
        };
        let addr = match (apart, v6) {
            (false, false) => SocketAddr::new_v4([127, 0, 0, 1].into(), 0),
            (false, true) => SocketAddr::new_v6([0, 0, 0, 0, 0, 0, 0, 1].into(), 0),
            (true, false) => SocketAddr::new_v4([10, 0, 0, 2].into(), 0),
            (true, true) => SocketAddr::new_v6([0xfd00, 0, 0, 0, 0, 0, 0, 2].into(), 0),
        };
        let mut between = Link::default();
        if plan.rarely("link", 2) {
            between = link(plan);
            near.set_link(&far, between);
        }
        let rates = Faults::draw(plan);
        let faults = Faults::set(&rates, &near);
        if apart {
            Faults::set(&rates, &far);
        }
        if let Some(numbers) = plan.faults() {
            near.faults().only(numbers);
        }
        if plan.is_recorded() {
            near.record();
        }
        World {
            near,
            far,
            addr,
            faults,
            bytes: AtomicU64::new(0),
            link: between,
            tick: Tick::of(faults),
        }
    }

    pub(crate) fn now(&self) -> Instant {
        self.near.now()
    }

    /// Any port of an address of the near host.
    pub(crate) fn near_addr(&self) -> SocketAddr<A> {
        SocketAddr::new_v4([127, 0, 0, 1].into(), 0)
    }

    /// Whether there are two hosts.
    pub(crate) fn is_apart(&self) -> bool {
        !self.addr.ip().is_loopback()
    }

    /// An address that no host has.
    pub(crate) fn void(&self) -> SocketAddr<A> {
        match self.addr.is_ipv4() {
            true => SocketAddr::new_v4([10, 0, 0, 9].into(), 9),
            false => SocketAddr::new_v6([0xfd00, 0, 0, 0, 0, 0, 0, 9].into(), 9),
        }
    }

    /// Any port of the near host, on the address that the far one sees.
    pub(crate) fn near_peer(&self) -> SocketAddr<A> {
        match (self.is_apart(), self.addr.is_ipv4()) {
            (false, _) => self.addr,
            (true, true) => SocketAddr::new_v4([10, 0, 0, 1].into(), 0),
            (true, false) => SocketAddr::new_v6([0xfd00, 0, 0, 0, 0, 0, 0, 1].into(), 0),
        }
    }

    /// What may happen to UDP datagrams.
    pub(crate) fn way(&self) -> Way {
        let (link, faults) = (&self.link, self.faults);
        let waits = !link.jitter.is_zero();
        Way {
            loses: link.loss > 0.0 || faults.has(Fault::Lost),
            doubles: link.duplicate > 0.0 || faults.has(Fault::Duplicated),
            disorders: waits || link.reorder > 0.0 || faults.has(Fault::Reordered),
        }
    }

    /// Whether packets may be lost.
    pub(crate) fn is_lossy(&self) -> bool {
        self.link.loss > 0.0 || self.is_silent()
    }

    /// Whether a program, too, must see that `first` comes before `then`.
    pub(crate) fn is_surely_before(&self, first: Instant, then: Instant) -> bool {
        first.saturating_add(self.tick.early) < then
    }

    pub(crate) fn open_descriptors(&self) -> usize {
        match self.is_apart() {
            true => self.near.open_descriptors() + self.far.open_descriptors(),
            false => self.near.open_descriptors(),
        }
    }

    pub(crate) fn hits(&self) -> Hits {
        self.near.hits()
    }

    pub(crate) fn trace(&self) -> Vec<Record> {
        self.near.trace()
    }

    pub(crate) fn injected(&self) -> u64 {
        self.near.faults().injected()
    }

    /// Any deadline. Never only where nothing can end a connection without a word.
    pub(crate) fn until(&self, random: &mut Rng) -> Until {
        if !self.is_silent() && random.u8(0..4) == 0 {
            return Until::Never;
        }
        Until::any(random, self.now())
    }

    /// Whether a connection may end by a fault.
    pub(crate) fn ends_connections(&self) -> bool {
        let ending = [Fault::Refused, Fault::Reset, Fault::Aborted];
        self.is_silent() || ending.iter().any(|fault| self.faults.has(*fault))
    }

    /// Whether a connection may end, or a packet be lost, and nobody is told.
    pub(crate) fn is_silent(&self) -> bool {
        let silent = [
            Fault::HalfOpen,
            Fault::BlackHole,
            Fault::Aborted,
            Fault::Lost,
        ];
        silent.iter().any(|fault| self.faults.has(*fault))
    }

    /// Lets some time pass.
    pub(crate) fn nap(&self, random: &mut Rng) -> Check {
        let nap = Duration::from_nanos(size(random, 1, 2_000_000_000));
        let polled = self.patiently(|| sock_core::poll(&self.near, &mut [], Deadline::after(nap)));
        ensure!(polled? == 0, "a nap has found something");
        Ok(())
    }

    /// Runs an operation under a deadline, and checks that it kept it.
    #[track_caller]
    pub(crate) fn by<T, E: Why<A>>(
        &self,
        until: Until,
        random: &mut Rng,
        operation: impl FnOnce(Deadline) -> Result<T, E>,
    ) -> Check<Result<T, E>> {
        let deadline = until.deadline(random);
        let begin = self.now();
        let done = operation(deadline);
        let now = self.now();
        if let Some(end) = until.end(begin) {
            ensure!(
                now <= end.saturating_add(self.tick.late),
                "{until:?} was kept {:?} late",
                now.saturating_duration_since(end)
            );
        }
        if let Err(why) = &done {
            self.check_error(why.error(), until, begin, now)?;
        }
        Ok(done)
    }

    /// What must hold of every error.
    #[track_caller]
    fn check_error(&self, error: Error<A>, until: Until, begin: Instant, now: Instant) -> Check {
        match error.kind() {
            ErrorKind::DeadlinePassed => {
                let now = now.saturating_add(self.tick.early);
                let passed = until.end(begin).is_some_and(|end| end <= now);
                ensure!(passed, "{until:?} is said to have passed, and has not");
            }
            // What the core deals with by itself, and what no kernel says.
            ErrorKind::Interrupted
            | ErrorKind::WouldBlock
            | ErrorKind::InProgress
            | ErrorKind::UnexpectedReply => return Err(Failure::new(format_args!("{error}"))),
            _ => {
                let stuck = error == Error::os(A::EDEADLK);
                ensure!(!stuck, "waits for what can never happen");
                let spins = error == Error::os(A::EIO);
                ensure!(!spins, "makes calls without end");
            }
        }
        Ok(())
    }

    /// Does it again while the kernel is short of something.
    pub(crate) fn patiently<T, E: Why<A>>(
        &self,
        mut operation: impl FnMut() -> Result<T, E>,
    ) -> Result<T, E> {
        let mut tries = 0;
        loop {
            match operation() {
                Err(why) if tries < TRIES && SHORTAGE.contains(&why.error().kind()) => tries += 1,
                done => return done,
            }
        }
    }

    /// Fails unless the error is of one of these kinds.
    #[track_caller]
    pub(crate) fn allow(&self, error: Error<A>, kinds: &[ErrorKind]) -> Check {
        ensure!(kinds.contains(&error.kind()), "unexpected: {error}");
        Ok(())
    }

    /// [`allow`](Self::allow) for several lists.
    #[track_caller]
    pub(crate) fn allow_any(&self, error: Error<A>, lists: &[&[ErrorKind]]) -> Check {
        self.allow(error, &lists.concat())
    }

    /// For who tries again and again.
    pub(crate) fn patience(&self) -> Patience<'_, A> {
        Patience {
            world: self,
            since: self.now(),
        }
    }
}

/// How long nothing has come of something.
pub(crate) struct Patience<'w, A: Abi> {
    world: &'w World<A>,
    since: Instant,
}

impl<A: Abi> Patience<'_, A> {
    /// Whether to give up. Where nothing can be lost without a word, that is never right.
    #[track_caller]
    pub(crate) fn is_over(&mut self, something_came: bool) -> Check<bool> {
        let now = self.world.now();
        if something_came {
            self.since = now;
        }
        let over = now > self.since.saturating_add(LONGEST);
        ensure!(
            !over || self.world.is_silent(),
            "nothing has come for {LONGEST:?}"
        );
        Ok(over)
    }
}

fn link(plan: &mut Plan<'_>) -> Link {
    Link {
        latency: Duration::from_nanos(plan.size("latency", 0, 200_000_000)),
        jitter: Duration::from_nanos(plan.size("jitter", 0, 50_000_000)),
        bandwidth: match plan.size("bandwidth", 0, 10_000_000) {
            0 => None,
            bytes => Some(bytes.max(1000)),
        },
        loss: plan.rate("link-loss", 2, 100) as f64 / 1000.0,
        duplicate: plan.rate("link-duplicates", 2, 200) as f64 / 1000.0,
        reorder: plan.rate("link-reorders", 2, 200) as f64 / 1000.0,
        down: false,
    }
}
