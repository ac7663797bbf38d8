//! Runs cases and tells what came of each.

use core::fmt::Write;

use crate::{Env, Failure, Outcome};

/// Runs cases, one after the other.
pub struct Runner<'r, E> {
    env: &'r E,
    out: &'r mut dyn Write,
    wanted: &'r dyn Fn(&str) -> bool,
    tally: Tally,
}

/// How many cases ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// The case holds.
    pub passed: usize,
    /// It does not.
    pub failed: usize,
    /// The emulator does not know what it is about.
    pub emulator: usize,
}

impl<'r, E: Env> Runner<'r, E> {
    /// A runner that prints to `out` and runs the cases whose names are `wanted`.
    pub fn new(env: &'r E, out: &'r mut dyn Write, wanted: &'r dyn Fn(&str) -> bool) -> Self {
        Runner {
            env,
            out,
            wanted,
            tally: Tally::default(),
        }
    }

    /// Runs one case. The descriptors that are open afterwards must be as many as before.
    pub fn case(&mut self, name: &str, case: fn(&E) -> Outcome) {
        if !(self.wanted)(name) {
            return;
        }
        let before = self.env.open_descriptors();
        let outcome = case(self.env).and_then(|()| {
            let after = self.env.open_descriptors();
            if after == before {
                Ok(())
            } else {
                Err(Failure::number(
                    "open descriptors",
                    after as i128,
                    before as i128,
                ))
            }
        });
        let told = match outcome {
            Ok(()) => {
                self.tally.passed += 1;
                writeln!(self.out, "ok {name}")
            }
            Err(failure) if self.env.is_emulated() && failure.is_unsupported() => {
                self.tally.emulator += 1;
                writeln!(self.out, "emulator {name}: {failure}")
            }
            Err(failure) => {
                self.tally.failed += 1;
                writeln!(self.out, "FAIL {name}: {failure}")
            }
        };
        // A runner whose output is gone has nobody to tell; its last line will be missed.
        let _ = told;
    }

    /// Prints the last line, and gives the numbers in it. A run without a case has failed.
    pub fn finish(self) -> Tally {
        let Tally { passed, failed, .. } = self.tally;
        let _ = writeln!(self.out, "{passed} passed, {failed} failed");
        self.tally
    }
}

impl Tally {
    /// Whether something ran and nothing failed.
    pub fn is_good(&self) -> bool {
        self.failed == 0 && self.passed + self.emulator > 0
    }
}

impl<E> core::fmt::Debug for Runner<'_, E> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Runner")
            .field("tally", &self.tally)
            .finish_non_exhaustive()
    }
}
