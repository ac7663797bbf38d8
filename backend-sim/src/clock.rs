//! Time: it stands still while a party works, and jumps to the next end of a wait when all wait.

use std::collections::BTreeMap;
use std::thread::{self, ThreadId};

use sock_core::{Abi, abi};

use crate::Sim;

/// Where the clock starts, so that there are points before it.
const START: u64 = 1_000_000_000_000;

/// The clock and who waits for it.
#[derive(Debug)]
pub(crate) struct Clock {
    now: u64,
    parties: usize,
    /// Grows with every change of the kernel, so that a waiter knows whether it has seen the last.
    changes: u64,
    waiters: BTreeMap<u64, Waiter>,
    next: u64,
    signals: Vec<Signals>,
}

/// Signals that come to a thread at equal distances.
#[derive(Debug)]
struct Signals {
    to: ThreadId,
    period: u64,
    next: u64,
    arrived: usize,
}

#[derive(Debug)]
struct Waiter {
    /// When its wait is over; `None` for never.
    end: Option<u64>,
    /// The changes that it has seen and that were not what it waits for.
    seen: u64,
}

/// What a waiter does after it has found nothing.
pub(crate) enum Turn {
    /// Somebody still works.
    Sleep,
    /// Time has passed.
    Moved,
    /// Every party waits for ever.
    Stuck,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Clock {
            now: START,
            parties: 0,
            changes: 0,
            waiters: BTreeMap::new(),
            next: 0,
            signals: Vec::new(),
        }
    }

    pub(crate) fn now(&self) -> u64 {
        self.now
    }

    /// Something in the kernel may be different now.
    pub(crate) fn change(&mut self) {
        self.changes += 1;
    }

    pub(crate) fn begin_wait(&mut self, end: Option<u64>) -> u64 {
        let me = self.next;
        self.next += 1;
        self.waiters.insert(me, Waiter { end, seen: 0 });
        me
    }

    pub(crate) fn end_wait(&mut self, me: u64) {
        self.waiters.remove(&me);
        self.change();
    }

    /// The waiter `me` has found nothing in the kernel as it is now.
    pub(crate) fn nothing_for(&mut self, me: u64) -> Turn {
        if let Some(waiter) = self.waiters.get_mut(&me) {
            waiter.seen = self.changes;
        }
        // One that has been woken and has not run yet still counts as a waiter, but not as one
        // that has seen everything.
        let idle = |waiter: &Waiter| waiter.seen == self.changes;
        if self.waiters.len() < self.parties.max(1) || !self.waiters.values().all(idle) {
            return Turn::Sleep;
        }
        match self.waiters.values().filter_map(|waiter| waiter.end).min() {
            None => Turn::Stuck,
            Some(end) => {
                self.now = self.now.max(end);
                self.change();
                Turn::Moved
            }
        }
    }
}

/// Signals to the present thread.
impl Clock {
    pub(crate) fn begin_signals(&mut self, period: u64) {
        let period = period.max(1);
        self.signals.push(Signals {
            to: thread::current().id(),
            period,
            next: self.now.saturating_add(period),
            arrived: 0,
        });
    }

    /// How many have come.
    pub(crate) fn end_signals(&mut self) -> usize {
        let me = thread::current().id();
        let mine = self.signals.iter().rposition(|signals| signals.to == me);
        mine.map_or(0, |mine| self.signals.remove(mine).arrived)
    }

    /// When the next one comes that is not past.
    pub(crate) fn next_signal(&mut self) -> Option<u64> {
        if self.signals.is_empty() {
            return None;
        }
        self.take_signals();
        let me = thread::current().id();
        let mine = self.signals.iter().filter(|signals| signals.to == me);
        mine.map(|signals| signals.next).min()
    }

    /// Counts those that have come by now.
    pub(crate) fn take_signals(&mut self) {
        let (me, now) = (thread::current().id(), self.now);
        for signals in self.signals.iter_mut().filter(|signals| signals.to == me) {
            let periods = now
                .checked_sub(signals.next)
                .map(|past| past / signals.period + 1);
            let periods = periods.unwrap_or(0);
            signals.next = signals
                .next
                .saturating_add(periods.saturating_mul(signals.period));
            signals.arrived += periods as usize;
        }
    }
}

/// A thread that time waits for, until this is dropped. From [`Sim::party`].
#[derive(Debug)]
pub struct Party<A: Abi = abi::Linux>(Sim<A>);

impl<A: Abi> Party<A> {
    pub(crate) fn new(sim: Sim<A>) -> Self {
        sim.call(|kernel| kernel.clock.parties += 1);
        Party(sim)
    }
}

impl<A: Abi> Drop for Party<A> {
    fn drop(&mut self) {
        self.0.call(|kernel| kernel.clock.parties -= 1);
    }
}
