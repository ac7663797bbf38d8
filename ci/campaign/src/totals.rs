//! What a campaign counts, and the table that it prints.

use std::collections::BTreeMap;
use std::fmt;

use sock_core::abi;
use sock_sim::{Call, Fault, Hits};

use crate::scenario::Scenario;
use crate::schedule::Outcome;

/// What a schedule must come to in the mean.
const CALLS: u64 = 50;
const FAULTS: u64 = 3;

/// Sums over schedules.
#[derive(Default)]
pub(crate) struct Totals {
    pub(crate) schedules: u64,
    scenarios: [u64; Scenario::ALL.len()],
    hits: Hits,
    /// Of each place that a failure was noticed at: how many, the first one, and what it says.
    failures: BTreeMap<String, (u64, u64, String)>,
}

impl Totals {
    pub(crate) fn add(&mut self, outcome: &Outcome) {
        self.schedules += 1;
        if let Some(played) = self.scenarios.get_mut(outcome.scenario as usize) {
            *played += 1;
        }
        self.hits += &outcome.hits;
    }

    /// Notes a failure, where the campaign goes on.
    pub(crate) fn note(&mut self, index: u64, outcome: &Outcome) {
        let place = outcome.place().unwrap_or_default().to_string();
        let first = (0, index, outcome.text().to_string());
        let (count, ..) = self.failures.entry(place).or_insert(first);
        *count += 1;
    }

    pub(crate) fn merge(&mut self, other: &Totals) {
        self.schedules += other.schedules;
        for (sum, more) in self.scenarios.iter_mut().zip(other.scenarios) {
            *sum += more;
        }
        self.hits += &other.hits;
        for (place, (count, first, text)) in &other.failures {
            let entry = self.failures.entry(place.clone());
            let (sum, earliest, says) = entry.or_insert((0, *first, text.clone()));
            *sum += count;
            if first < earliest {
                (*earliest, *says) = (*first, text.clone());
            }
        }
    }

    /// The places of failures, each with its first one.
    pub(crate) fn survey(&self) -> impl Iterator<Item = String> {
        let lines = self.failures.values();
        lines.map(|(count, first, text)| format!("{count} times, first in {first}: {text}"))
    }

    /// What the campaign has left out: a fault that never happened in a call that it can happen in, a
    /// scenario that was not played, fewer calls or faults than there are to be.
    pub(crate) fn gaps(&self) -> Vec<String> {
        let mut gaps = Vec::new();
        for (fault, call) in cells() {
            if self.hits.of(fault, call) == 0 {
                gaps.push(format!("{fault:?} never hit {call:?}"));
            }
        }
        for ((scenario, _), played) in Scenario::ALL.iter().zip(self.scenarios) {
            if played == 0 {
                gaps.push(format!("{} was never played", scenario.name()));
            }
        }
        for (sum, least, what) in [
            (self.hits.all_calls(), CALLS, "calls"),
            (self.hits.all_faults(), FAULTS, "faults"),
        ] {
            if sum < least * self.schedules {
                gaps.push(format!("fewer than {least} {what} in a schedule"));
            }
        }
        gaps
    }
}

/// The cells of the table: a fault that can happen in a call, with the numbers of some kernel.
fn cells() -> impl Iterator<Item = (Fault, Call)> {
    let pairs = Fault::ALL.into_iter();
    let pairs = pairs.flat_map(|fault| Call::ALL.map(|call| (fault, call)));
    pairs.filter(|(fault, call)| {
        fault.can_hit::<abi::Linux>(*call) || fault.can_hit::<abi::FreeBsd>(*call)
    })
}

/// The calls, the faults in each, and the means.
impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<14} {:>12}  faults", "call", "calls")?;
        for call in Call::ALL {
            write!(
                f,
                "{:<14} {:>12} ",
                format!("{call:?}"),
                self.hits.calls(call)
            )?;
            for (fault, _) in cells().filter(|(_, of)| *of == call) {
                write!(f, " {fault:?} {}", self.hits.of(fault, call))?;
            }
            writeln!(f)?;
        }
        for ((scenario, _), played) in Scenario::ALL.iter().zip(self.scenarios) {
            write!(f, "{} {played}, ", scenario.name())?;
        }
        let mean = |sum: u64| sum as f64 / self.schedules.max(1) as f64;
        let (calls, faults) = (self.hits.all_calls(), self.hits.all_faults());
        write!(
            f,
            "in the mean {:.1} calls and {:.1} faults",
            mean(calls),
            mean(faults)
        )
    }
}
