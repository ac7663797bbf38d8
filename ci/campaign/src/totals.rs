//! What a campaign counts, and the table that it prints.

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
}

impl Totals {
    pub(crate) fn add(&mut self, outcome: &Outcome) {
        self.schedules += 1;
        if let Some(played) = self.scenarios.get_mut(outcome.scenario as usize) {
            *played += 1;
        }
        self.hits += &outcome.hits;
    }

    pub(crate) fn merge(&mut self, other: &Totals) {
        self.schedules += other.schedules;
        for (sum, more) in self.scenarios.iter_mut().zip(other.scenarios) {
            *sum += more;
        }
        self.hits += &other.hits;
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
