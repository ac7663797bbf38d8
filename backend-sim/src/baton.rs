//! Who runs: of all parties one, which holds the baton; and who waits for what.

use std::sync::{Arc, Condvar};
use std::thread::{self, ThreadId};

use fastrand::Rng;
use sock_core::{Abi, PollEvents};

use crate::kernel::Kernel;
use crate::socket::Id;

/// After so many calls without a wait the next party runs, so that one which goes round until
/// another has done something does not keep it from that.
const SLICE: u32 = 100;

/// What a wait looks for. When it is so, the waiter tries again; it may find nothing all the same.
#[derive(Debug)]
pub(crate) enum Interest {
    /// One of these events of one of these sockets.
    Events(Vec<(Id, PollEvents)>),
    /// Whatever changes in the kernel.
    Change,
}

/// Somebody who waits.
#[derive(Debug)]
pub(crate) struct Waiter {
    /// Grows with each wait.
    key: u64,
    party: Option<u64>,
    interest: Interest,
    /// The first moment at which it has to look, whatever it waits for.
    end: Option<u64>,
    /// How many changes it has seen.
    seen: u64,
    pub(crate) woken: bool,
    /// Nothing can happen any more.
    pub(crate) stuck: bool,
    wake: Arc<Condvar>,
}

/// A party, whose thread may not have come yet.
#[derive(Debug)]
struct Seat {
    number: u64,
    thread: Option<ThreadId>,
    waits: bool,
    /// Its thread is another party for now.
    suspended: bool,
    /// The party that rests while this one and its like are there.
    outer: Option<u64>,
    wake: Arc<Condvar>,
}

#[derive(Debug)]
pub(crate) struct Baton {
    seats: Vec<Seat>,
    holder: Option<u64>,
    /// The numbers of the next party and the next wait.
    next_party: u64,
    next_wait: u64,
    waiters: Vec<Waiter>,
    /// Grows with every change of the kernel.
    changes: u64,
    /// How often a party that could go on is made to let another run.
    pub(crate) preemption: f64,
    random: Rng,
    /// The calls since the baton changed hands.
    slice: u32,
    /// Those to wake when the kernel is let go.
    wakes: Vec<Arc<Condvar>>,
}

impl Baton {
    pub(crate) fn new(seed: u64) -> Self {
        Baton {
            seats: Vec::new(),
            holder: None,
            next_party: 0,
            next_wait: 0,
            waiters: Vec::new(),
            changes: 0,
            preemption: 0.0,
            random: Rng::with_seed(seed),
            slice: 0,
            wakes: Vec::new(),
        }
    }

    /// Something in the kernel may be different now.
    pub(crate) fn change(&mut self) {
        self.changes += 1;
    }

    pub(crate) fn sit_down(&mut self) -> u64 {
        let number = self.next_party;
        self.next_party += 1;
        self.seats.push(Seat {
            number,
            thread: None,
            waits: false,
            suspended: false,
            outer: None,
            wake: Arc::default(),
        });
        number
    }

    /// The thread of a party has come.
    pub(crate) fn arrive(&mut self, party: u64) {
        if let Some(seat) = self.seat(party) {
            seat.thread = Some(thread::current().id());
        }
    }

    /// A party has ended. With the last of several that were in the place of another, that one goes on:
    /// at this very moment, not when its thread has seen the others' threads end.
    pub(crate) fn get_up(&mut self, party: u64) {
        let outer = self.seat(party).and_then(|seat| seat.outer);
        self.seats.retain(|seat| seat.number != party);
        self.let_go(party);
        if outer.is_some() && self.seats.iter().all(|seat| seat.outer != outer) {
            self.seats
                .iter_mut()
                .filter(|seat| Some(seat.number) == outer)
                .for_each(|seat| seat.suspended = false);
        }
    }

    /// The present thread's party, if it is one, rests until the parties `inner` have ended.
    pub(crate) fn rest(&mut self, inner: &[u64]) -> Option<u64> {
        let outer = self.present()?;
        for seat in &mut self.seats {
            if inner.contains(&seat.number) {
                seat.outer = Some(outer);
            }
            seat.suspended |= seat.number == outer && !inner.is_empty();
        }
        if !inner.is_empty() {
            self.let_go(outer);
        }
        Some(outer)
    }

    /// The party that the present thread is.
    pub(crate) fn present(&self) -> Option<u64> {
        if self.seats.is_empty() {
            return None;
        }
        let me = Some(thread::current().id());
        let mine = self
            .seats
            .iter()
            .rfind(|seat| seat.thread == me && !seat.suspended);
        mine.map(|seat| seat.number)
    }

    pub(crate) fn holds(&self, party: u64) -> bool {
        self.holder == Some(party)
    }

    /// What a party sleeps on.
    pub(crate) fn bed(&self, party: u64) -> Arc<Condvar> {
        let mut seats = self.seats.iter();
        let seat = seats.find(|seat| seat.number == party);
        seat.map(|seat| Arc::clone(&seat.wake)).unwrap_or_default()
    }

    pub(crate) fn begin_wait(
        &mut self,
        party: Option<u64>,
        interest: Interest,
        end: Option<u64>,
    ) -> u64 {
        let key = self.next_wait;
        self.next_wait += 1;
        let wake = party.map_or_else(Arc::default, |party| self.bed(party));
        self.waiters.push(Waiter {
            key,
            party,
            interest,
            end,
            seen: self.changes,
            woken: false,
            stuck: false,
            wake,
        });
        if let Some(party) = party {
            self.set_waits(party, true);
            self.let_go(party);
        }
        key
    }

    pub(crate) fn end_wait(&mut self, key: u64) {
        if let Some(at) = self.waiters.iter().position(|waiter| waiter.key == key) {
            let waiter = self.waiters.remove(at);
            if let Some(party) = waiter.party {
                self.set_waits(party, false);
            }
        }
    }

    pub(crate) fn waiter(&mut self, key: u64) -> Option<&mut Waiter> {
        self.waiters.iter_mut().find(|waiter| waiter.key == key)
    }

    /// A waiter has looked and found nothing: it waits on.
    pub(crate) fn wait_on(&mut self, key: u64) {
        let changes = self.changes;
        let party = self.waiter(key).and_then(|waiter| {
            waiter.woken = false;
            waiter.seen = changes;
            waiter.party
        });
        if let Some(party) = party {
            self.let_go(party);
        }
    }

    /// Whether a waiter may look, and what it sleeps on until it may.
    pub(crate) fn turn(&self, key: u64) -> Option<Arc<Condvar>> {
        let waiter = self.waiters.iter().find(|waiter| waiter.key == key)?;
        let now = waiter.woken && waiter.party.is_none_or(|party| self.holds(party));
        (!now).then(|| Arc::clone(&waiter.wake))
    }

    /// Wakes whoever got something to do.
    pub(crate) fn take_wakes(&mut self) -> Vec<Arc<Condvar>> {
        std::mem::take(&mut self.wakes)
    }

    /// Whether threads sleep that are no parties, so that each change is to be looked at.
    pub(crate) fn is_watched(&self) -> bool {
        self.holder.is_none() && !self.waiters.is_empty()
            || self.waiters.iter().any(|waiter| waiter.party.is_none())
    }

    /// Whether the party that runs is to let another one run first: now and then, and after many
    /// calls.
    pub(crate) fn is_to_pause(&mut self) -> bool {
        if self.seats.len() < 2 {
            return false;
        }
        self.slice += 1;
        self.slice >= SLICE || (self.preemption > 0.0 && self.random.f64() < self.preemption)
    }

    /// Hands the baton to another party, if one can run. Whether it did.
    pub(crate) fn pause(&mut self, party: u64) -> bool {
        (self.holder, self.slice) = (None, 0);
        let paused = self.pick(Some(party));
        if !paused {
            self.holder = Some(party);
        }
        paused
    }

    /// Gives the baton to one of the parties that can run.
    fn pick(&mut self, but: Option<u64>) -> bool {
        let waiters = &self.waiters;
        let wakes = |seat: &Seat| {
            let mut waiters = waiters.iter();
            waiters.any(|waiter| waiter.party == Some(seat.number) && waiter.woken)
        };
        let can = |seat: &&Seat| {
            !seat.suspended && Some(seat.number) != but && (!seat.waits || wakes(seat))
        };
        let able = self.seats.iter().filter(can).count();
        if able == 0 {
            return false;
        }
        let which = if able == 1 {
            0
        } else {
            self.random.usize(..able)
        };
        let chosen = self.seats.iter().filter(can).nth(which);
        if let Some(seat) = chosen {
            self.holder = Some(seat.number);
            self.slice = 0;
            self.wakes.push(Arc::clone(&seat.wake));
        }
        true
    }

    fn let_go(&mut self, party: u64) {
        if self.holder == Some(party) {
            self.holder = None;
        }
    }

    fn set_waits(&mut self, party: u64, waits: bool) {
        if let Some(seat) = self.seat(party) {
            seat.waits = waits;
        }
    }

    fn seat(&mut self, party: u64) -> Option<&mut Seat> {
        self.seats.iter_mut().find(|seat| seat.number == party)
    }
}

impl<A: Abi> Kernel<A> {
    /// Wakes those who have something to look at.
    pub(crate) fn look(&mut self) {
        let now = self.clock.now();
        let over = self.is_over_limit();
        let mut waiters = std::mem::take(&mut self.baton.waiters);
        for waiter in waiters.iter_mut().filter(|waiter| !waiter.woken) {
            let changed = waiter.seen != self.baton.changes;
            waiter.woken = over
                || waiter.end.is_some_and(|end| end <= now)
                || (changed && self.is_so(&waiter.interest));
            if waiter.woken && waiter.party.is_none() {
                self.baton.wakes.push(Arc::clone(&waiter.wake));
            }
        }
        self.baton.waiters = waiters;
    }

    fn is_so(&self, interest: &Interest) -> bool {
        match interest {
            Interest::Change => true,
            Interest::Events(events) => {
                let mut events = events.iter();
                events.any(|(id, events)| self.ready(*id).intersects(*events))
            }
        }
    }

    /// Lets somebody run when no party does. When nobody can, time passes.
    pub(crate) fn schedule(&mut self) {
        while self.baton.holder.is_none() {
            self.look();
            if self.baton.pick(None)
                || self.baton.waiters.is_empty()
                || self.baton.waiters.iter().any(|waiter| waiter.woken)
            {
                return;
            }
            let ends = self.baton.waiters.iter().filter_map(|waiter| waiter.end);
            match ends.chain(self.events.next()).min() {
                Some(next) => {
                    self.clock.advance(next);
                    self.run_due();
                    self.baton.change();
                }
                None => {
                    let last = self
                        .baton
                        .waiters
                        .iter_mut()
                        .max_by_key(|waiter| waiter.key);
                    if let Some(last) = last {
                        (last.woken, last.stuck) = (true, true);
                    }
                }
            }
        }
    }
}
