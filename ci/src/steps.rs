//! A command's steps: each with a header, its seconds, and its part in the closing count.

use std::time::Instant;

use crate::tally::Tally;
use crate::{Result, project};
use project::Project;

/// The steps of one command so far.
pub(crate) struct Steps {
    tally: Tally,
    strict: bool,
}

impl Steps {
    pub(crate) fn new(project: &Project) -> Self {
        Self {
            tally: Tally::default(),
            strict: project::is_strict(project),
        }
    }

    /// Whether no lane may be left out.
    pub(crate) fn strict(&self) -> bool {
        self.strict
    }

    /// Runs one step; says whether it went well. An error is one failure.
    pub(crate) fn step(&mut self, name: &str, run: impl FnOnce() -> Result<Tally>) -> bool {
        println!("\n==> {name}");
        let start = Instant::now();
        let (tally, outcome) = match run() {
            Ok(tally) => (tally, if tally.failed == 0 { "ok" } else { "FAILED" }),
            Err(error) => {
                println!("FAILED {name}: {error}");
                (Tally::FAILED, "FAILED")
            }
        };
        self.tally += tally;
        println!(
            "<== {name}: {outcome}, {:.1} s",
            start.elapsed().as_secs_f64()
        );
        tally.failed == 0
    }

    /// Runs one step that is a single check: it passes, or it is an error.
    pub(crate) fn check(&mut self, name: &str, run: impl FnOnce() -> Result<()>) -> bool {
        self.step(name, || run().map(|()| Tally::PASSED))
    }

    /// Notes a lane that cannot run here: a failure where nothing may be left out, else a loud line.
    pub(crate) fn unable(&mut self, name: &str, reason: &str) {
        if self.strict {
            println!("\nFAILED {name}: {reason}");
            self.tally += Tally::FAILED;
        } else {
            println!("\nSKIPPED {name}: {reason}");
            self.tally += Tally::SKIPPED;
        }
    }

    /// Prints the closing count; says whether all was well.
    pub(crate) fn finish(self) -> bool {
        println!("\n{}", self.tally);
        self.tally.failed == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(strict: bool) -> Steps {
        Steps {
            tally: Tally::default(),
            strict,
        }
    }

    #[test]
    fn errors_and_counts_add_up() {
        let mut steps = steps(false);
        assert!(steps.check("good", || Ok(())));
        assert!(!steps.check("bad", || Err("wrong".into())));
        assert!(!steps.step("runs", || Ok(Tally {
            passed: 7,
            failed: 2,
            skipped: 0
        })));
        assert_eq!(
            steps.tally,
            Tally {
                passed: 8,
                failed: 3,
                skipped: 0
            }
        );
        assert!(!steps.finish());
    }

    #[test]
    fn a_lane_left_out_fails_only_where_none_may_be() {
        for (strict, well) in [(true, false), (false, true)] {
            let mut steps = steps(strict);
            steps.unable("cross", "no emulator");
            assert_eq!(steps.finish(), well);
        }
    }
}
