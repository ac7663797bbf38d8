//! Which faults a world has, and how often: drawn for each schedule.

use sock_core::Abi;
use sock_sim::{Fault, Sim};

use crate::plan::Plan;

/// What a fault does to a scenario.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// Whoever tries again gets on.
    Passing,
    /// A connection ends by it.
    Ending,
}

const FAULTS: [(Fault, &str, Effect); Fault::ALL.len()] = {
    use Effect::{Ending, Passing};
    [
        (Fault::Interrupted, "interrupted", Passing),
        (Fault::NotReady, "not-ready", Passing),
        (Fault::Short, "short", Passing),
        (Fault::NoBuffers, "no-buffers", Passing),
        (Fault::NoMemory, "no-memory", Passing),
        (Fault::ProcessFiles, "process-files", Passing),
        (Fault::SystemFiles, "system-files", Passing),
        (Fault::Aborted, "aborted", Ending),
        (Fault::Reset, "reset", Ending),
        (Fault::HalfOpen, "half-open", Ending),
        (Fault::Refused, "refused", Ending),
        (Fault::BlackHole, "black-hole", Ending),
        (Fault::Lost, "lost", Passing),
        (Fault::Duplicated, "duplicated", Passing),
        (Fault::Reordered, "reordered", Passing),
        (Fault::ControlCut, "control-cut", Passing),
        (Fault::PeerUntold, "peer-untold", Passing),
        (Fault::ClockStops, "clock-stops", Passing),
        (Fault::LateTimer, "late-timer", Passing),
    ]
};

/// Which faults a world has.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Faults(u32);

impl Faults {
    /// Draws them: a fault has the rate, in thousandths, of the parameter of its name.
    pub(crate) fn draw(plan: &mut Plan<'_>) -> [u64; FAULTS.len()] {
        FAULTS.map(|(_, name, effect)| match effect {
            Effect::Passing => plan.fault(name, 2, 250),
            Effect::Ending => plan.fault(name, 5, 60),
        })
    }

    /// Sets them on a host.
    pub(crate) fn set<A: Abi>(rates: &[u64; FAULTS.len()], host: &Sim<A>) -> Self {
        let mut faults = 0;
        for ((fault, ..), rate) in FAULTS.iter().zip(rates) {
            if *rate > 0 {
                host.faults().rate(*fault, *rate as f64 / 1000.0);
                faults |= 1 << *fault as u32;
            }
        }
        Faults(faults)
    }

    /// Whether a fault may happen.
    pub(crate) fn has(self, fault: Fault) -> bool {
        self.0 & 1 << fault as u32 != 0
    }
}
