//! How often what happened: what campaigns count and print.

use std::fmt;
use std::ops::AddAssign;

use crate::{Call, Fault};

const CALLS: usize = Call::ALL.len();
const FAULTS: usize = Fault::ALL.len();

/// How often each call was made, and how often each fault has had its effect in it. From
/// [`Sim::hits`](crate::Sim::hits); sums over many simulations by `+=`.
#[derive(Clone, PartialEq, Eq)]
pub struct Hits {
    calls: [u64; CALLS],
    faults: [[u64; CALLS]; FAULTS],
}

impl Hits {
    /// None of anything.
    pub const fn new() -> Self {
        Hits {
            calls: [0; CALLS],
            faults: [[0; CALLS]; FAULTS],
        }
    }

    /// How often the fault has had its effect in the call.
    pub fn of(&self, fault: Fault, call: Call) -> u64 {
        let row = self.faults.get(fault as usize);
        row.and_then(|row| row.get(call as usize))
            .copied()
            .unwrap_or(0)
    }

    /// How often the call was made.
    pub fn calls(&self, call: Call) -> u64 {
        self.calls.get(call as usize).copied().unwrap_or(0)
    }

    /// How often any call was made.
    pub fn all_calls(&self) -> u64 {
        self.calls.iter().sum()
    }

    /// How often any fault has had its effect.
    pub fn all_faults(&self) -> u64 {
        self.faults.iter().flatten().sum()
    }

    pub(crate) fn count_call(&mut self, call: Call) {
        if let Some(calls) = self.calls.get_mut(call as usize) {
            *calls += 1;
        }
    }

    pub(crate) fn count(&mut self, fault: Fault, call: Call) {
        let row = self.faults.get_mut(fault as usize);
        if let Some(hits) = row.and_then(|row| row.get_mut(call as usize)) {
            *hits += 1;
        }
    }
}

impl Default for Hits {
    fn default() -> Self {
        Hits::new()
    }
}

impl AddAssign<&Hits> for Hits {
    fn add_assign(&mut self, other: &Hits) {
        let mine = self
            .calls
            .iter_mut()
            .chain(self.faults.iter_mut().flatten());
        let others = other.calls.iter().chain(other.faults.iter().flatten());
        for (mine, other) in mine.zip(others) {
            *mine += other;
        }
    }
}

impl fmt::Debug for Hits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cells = Fault::ALL
            .iter()
            .flat_map(|fault| Call::ALL.map(|call| (*fault, call)));
        let hit = cells.filter(|(fault, call)| self.of(*fault, *call) > 0);
        let calls = Call::ALL.iter().filter(|call| self.calls(**call) > 0);
        f.debug_map()
            .entries(calls.map(|call| (call, self.calls(*call))))
            .entries(hit.map(|(fault, call)| ((fault, call), self.of(fault, call))))
            .finish()
    }
}
