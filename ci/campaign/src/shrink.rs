//! Makes a failure smaller: the least parameters and the fewest faults with which it still happens.

use crate::plan::Forced;
use crate::schedule::{self, Outcome};

/// How many schedules shrinking may try.
const TRIES: usize = 1000;

/// A failing schedule, and what is forced on it.
pub(crate) struct Shrinking {
    seed: u64,
    index: u64,
    tries: usize,
    pub(crate) forced: Forced,
    pub(crate) outcome: Outcome,
}

impl Shrinking {
    pub(crate) fn new(seed: u64, index: u64, outcome: Outcome) -> Self {
        Shrinking {
            seed,
            index,
            tries: TRIES,
            forced: Forced::default(),
            outcome,
        }
    }

    /// Tries less of everything, until nothing can be less or the tries are used up.
    pub(crate) fn run(&mut self) {
        loop {
            let before = self.forced.clone();
            self.shrink_faults();
            self.shrink_values();
            if self.forced == before || self.tries == 0 {
                return;
            }
        }
    }

    /// Keeps what is forced if the schedule still fails so, at the same place.
    fn keeps(&mut self, forced: Forced) -> bool {
        if self.tries == 0 {
            return false;
        }
        self.tries -= 1;
        let outcome = schedule::run(self.seed, self.index, &forced);
        let fails = outcome.place() == self.outcome.place();
        if fails {
            // A replay takes nothing that has no effect.
            self.forced = forced.effective(&outcome.drawn, outcome.injected);
            self.outcome = outcome;
        }
        fails
    }

    fn with_faults(&mut self, faults: Vec<u64>) -> bool {
        let faults = Some(faults);
        self.keeps(Forced {
            faults,
            ..self.forced.clone()
        })
    }

    /// Without any fault, then without ever smaller runs of them.
    fn shrink_faults(&mut self) {
        if self.forced.faults == Some(Vec::new()) || self.with_faults(Vec::new()) {
            return;
        }
        let all = || (0..self.outcome.injected).collect();
        let mut kept: Vec<u64> = self.forced.faults.clone().unwrap_or_else(all);
        let mut run = kept.len().div_ceil(2);
        while run > 0 {
            let mut at = 0;
            while at < kept.len() {
                let mut fewer = kept.clone();
                fewer.drain(at..(at + run).min(kept.len()));
                match self.with_faults(fewer.clone()) {
                    true => kept = fewer,
                    false => at += run,
                }
            }
            run = match run {
                1 => 0,
                more => more.div_ceil(2),
            };
        }
    }

    /// Each parameter at its least, or else as near to it as halving comes.
    fn shrink_values(&mut self) {
        let drawn = self.outcome.drawn.clone();
        for drawn in drawn.iter().filter(|drawn| !drawn.of_fault) {
            let mut low = drawn.least;
            let mut high = drawn.value;
            while low < high {
                let forced = self.forced.with(drawn.name, low);
                match self.keeps(forced) {
                    true => high = low,
                    false => low += (high - low).div_ceil(2),
                }
            }
        }
    }
}
