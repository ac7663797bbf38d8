//! What a campaign counts.

use crate::scenario::Scenario;
use crate::schedule::Outcome;

/// Sums over schedules.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    pub(crate) schedules: u64,
    scenarios: [u64; Scenario::ALL.len()],
}

impl Totals {
    pub(crate) fn add(&mut self, outcome: &Outcome) {
        self.schedules += 1;
        if let Some(played) = self.scenarios.get_mut(outcome.scenario as usize) {
            *played += 1;
        }
    }

    pub(crate) fn merge(&mut self, other: &Totals) {
        self.schedules += other.schedules;
        for (sum, more) in self.scenarios.iter_mut().zip(other.scenarios) {
            *sum += more;
        }
    }
}
