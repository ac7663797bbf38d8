//! One schedule: a world, a scenario, and what must hold at the end.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

use sock_core::{Abi, Instant, abi};
use sock_sim::{Hits, Record};

use crate::failure::{Check, ensure};
use crate::panics;
use crate::plan::{Drawn, Forced, Plan};
use crate::scenario::Scenario;
use crate::world::World;

/// The most calls of a schedule: whatever it does; and for each byte that it sends, each fault that it
/// meets, and each second that it waits. Who spins makes thousands in a moment.
const CALLS: u64 = 2000;
const CALLS_PER_BYTE: u64 = 1;
const CALLS_PER_FAULT: u64 = 20;
const CALLS_PER_SECOND: u64 = 500;

/// What one schedule came to.
pub(crate) struct Outcome {
    pub(crate) scenario: Scenario,
    /// The invariant that it broke.
    pub(crate) failure: Option<String>,
    /// How many faults chance has asked for.
    pub(crate) injected: u64,
    /// When it ended.
    ended: Instant,
    /// What was called, and what went wrong in it.
    pub(crate) hits: Hits,
    /// Every call, where that was asked for.
    pub(crate) trace: Vec<Record>,
    /// Its parameters.
    pub(crate) drawn: Vec<Drawn>,
}

impl Outcome {
    /// What went wrong, in words.
    pub(crate) fn text(&self) -> &str {
        self.failure.as_deref().unwrap_or("nothing")
    }

    /// Fails, if it has not yet, unless the same schedule has gone the same way again.
    pub(crate) fn check_against(&mut self, again: &Outcome) {
        if self.failure.is_none() && (self.hits != again.hits || self.ended != again.ended) {
            let name = self.scenario.name();
            self.failure = Some(format!("{name}: the same again went another way (replay)"));
        }
    }

    /// The place in the code where it was noticed, if something went wrong.
    pub(crate) fn place(&self) -> Option<&str> {
        let failure = self.failure.as_deref()?;
        Some(failure.rsplit_once('(').map_or(failure, |(_, place)| place))
    }
}

/// Runs the schedule `index` of the campaign `seed`.
pub(crate) fn run(seed: u64, index: u64, forced: &Forced) -> Outcome {
    let mut plan = Plan::new(seed, index, forced);
    let scenario = plan.scenario();
    // Most are of Linux; the others differ in numbers and layouts.
    let played = match plan.number("abi", 0..=9) {
        8 => play(abi::FreeBsd, scenario, &mut plan),
        9 => play(abi::Darwin, scenario, &mut plan),
        _ => play(abi::Linux, scenario, &mut plan),
    };
    Outcome {
        scenario,
        drawn: plan.drawn,
        ..played
    }
}

fn play<A: Abi>(abi: A, scenario: Scenario, plan: &mut Plan<'_>) -> Outcome {
    let world = World::new(abi, plan);
    let begin = world.now();
    let played = catch_unwind(AssertUnwindSafe(|| scenario.play(&world, plan)));
    let failure = match played {
        Ok(Ok(())) => at_end(&world, begin)
            .err()
            .map(|failure| failure.to_string()),
        Ok(Err(failure)) => Some(failure.to_string()),
        Err(panic) => Some(panics::text(panic.as_ref())),
    };
    Outcome {
        scenario,
        failure: failure.map(|failure| format!("{}: {failure}", scenario.name())),
        injected: world.injected(),
        ended: world.now(),
        hits: world.hits(),
        trace: world.trace(),
        drawn: Vec::new(),
    }
}

/// What must hold when everything that the scenario made is dropped.
fn at_end<A: Abi>(world: &World<A>, begin: Instant) -> Check {
    let open = world.open_descriptors();
    ensure!(open == 0, "{open} descriptors are open at the end");
    let seconds = world.now().saturating_duration_since(begin).as_secs();
    let (hits, bytes) = (world.hits(), world.bytes.load(Ordering::Relaxed));
    let most = CALLS
        + CALLS_PER_BYTE * bytes
        + CALLS_PER_FAULT * hits.all_faults()
        + CALLS_PER_SECOND * seconds;
    let calls = hits.all_calls();
    ensure!(
        calls <= most,
        "{calls} calls for {bytes} bytes in {seconds} seconds"
    );
    Ok(())
}
