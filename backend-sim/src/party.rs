//! Threads that take turns.

use sock_core::{Abi, abi};

use crate::Sim;

/// A thread that time waits for, and that runs only while no other party does. From [`Sim::party`].
#[derive(Debug)]
#[must_use = "a party that is dropped has ended"]
pub struct Party<A: Abi = abi::Linux> {
    sim: Sim<A>,
    number: u64,
}

impl<A: Abi> Party<A> {
    pub(crate) fn new(sim: Sim<A>) -> Self {
        let number = sim.lock().baton.sit_down();
        Party { sim, number }
    }

    /// Which party it is, in the order in which they were made.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Runs `run` on the present thread as this party: begins when it is its turn, and lets the
    /// next run when it ends, also by a panic.
    pub fn run<T>(self, run: impl FnOnce() -> T) -> T {
        let mut kernel = self.sim.lock();
        kernel.baton.arrive(self.number);
        kernel.schedule();
        drop(self.sim.until_turn(kernel, self.number));
        run()
    }
}

impl<A: Abi> Drop for Party<A> {
    fn drop(&mut self) {
        let mut kernel = self.sim.lock();
        kernel.baton.get_up(self.number);
        kernel.schedule();
        Sim::wake(kernel);
    }
}

impl<A: Abi> Sim<A> {
    /// Makes a party, for one thread. Make all of them before the first one [runs](Party::run), or
    /// in another party: who runs when then depends on the seed alone. Until it has run or is
    /// dropped, the clock stands still.
    ///
    /// ```
    /// use std::time::Duration;
    /// use sock_core::{Deadline, poll};
    ///
    /// let sim = sock_sim::Sim::with_seed(7);
    /// let parties = [1, 2, 3].map(|seconds| (sim.party(), Duration::from_secs(seconds)));
    /// std::thread::scope(|scope| {
    ///     for (party, nap) in parties {
    ///         let sim = sim.clone();
    ///         scope.spawn(move || party.run(|| poll(&sim, &mut [], Deadline::after(nap))));
    ///     }
    /// });
    /// ```
    pub fn party(&self) -> Party<A> {
        Party::new(self.clone())
    }

    /// Runs `other` on a second thread and `this` on the present one, each a party, and returns
    /// what both have given. A panic of either goes on here. The thread may be a party
    /// already, which then rests.
    pub fn together<T: Send, U>(
        &self,
        other: impl FnOnce() -> T + Send,
        this: impl FnOnce() -> U,
    ) -> (T, U) {
        let (others, mine) = (self.party(), self.party());
        let _outer = Resting::new(self, &[others.number, mine.number]);
        std::thread::scope(|scope| {
            let other = scope.spawn(move || others.run(other));
            let this = mine.run(this);
            match other.join() {
                Ok(other) => (other, this),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })
    }

    /// Runs `run` with 0, 1, … on `count` threads, each a party, and returns what they have given,
    /// in that order. A panic of one goes on here.
    pub fn parties<T: Send>(&self, count: usize, run: impl Fn(usize) -> T + Sync) -> Vec<T> {
        let (parties, run): (Vec<Party<A>>, _) = ((0..count).map(|_| self.party()).collect(), &run);
        let numbers: Vec<u64> = parties.iter().map(Party::number).collect();
        let _outer = Resting::new(self, &numbers);
        std::thread::scope(|scope| {
            let parties = parties.into_iter().enumerate();
            let started = parties.map(|(n, party)| scope.spawn(move || party.run(|| run(n))));
            let started: Vec<_> = started.collect();
            let ended = started.into_iter().map(|thread| match thread.join() {
                Ok(out) => out,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            ended.collect()
        })
    }
}

/// The party that the present thread was, until this is dropped.
struct Resting<'s, A: Abi>(&'s Sim<A>, Option<u64>);

impl<'s, A: Abi> Resting<'s, A> {
    /// The parties that are to run meanwhile are there already: a thread that begins at this moment
    /// would otherwise have the baton handed on without them.
    fn new(sim: &'s Sim<A>, inner: &[u64]) -> Self {
        let mut kernel = sim.lock();
        let party = kernel.baton.rest(inner);
        drop(kernel);
        Resting(sim, party)
    }
}

impl<A: Abi> Drop for Resting<'_, A> {
    fn drop(&mut self) {
        if let Some(party) = self.1 {
            let mut kernel = self.0.lock();
            kernel.schedule();
            drop(self.0.until_turn(kernel, party));
        }
    }
}
