//! Reads what a conformance run prints.
//!
//! `ok NAME`, `FAIL NAME: why` and `emulator NAME: why` (a case that the emulator cannot run),
//! each on a line of its own; the last line is `N passed, M failed`.

use crate::child::Finished;
use crate::tally::Tally;

/// One run, read.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Run {
    /// Names of the cases that passed.
    pub(crate) passed: Vec<String>,
    /// Names of the cases that failed.
    pub(crate) failed: Vec<String>,
    /// Names of the cases that the emulator could not run.
    pub(crate) emulator: Vec<String>,
    /// What is wrong with the run itself.
    pub(crate) faults: Vec<String>,
}

impl Run {
    /// Reads a run that has ended.
    pub(crate) fn read(finished: &Finished) -> Self {
        let mut run = Self::parse(&finished.output);
        // A failed case is the reason for a failed run; without one there is another.
        if !finished.succeeded() && run.failed.is_empty() {
            run.faults.push(finished.ending());
        }
        if finished.succeeded() && !run.failed.is_empty() {
            run.faults
                .push("cases failed, and the exit status is success".to_string());
        }
        run
    }

    /// Reads the lines of a run.
    pub(crate) fn parse(output: &str) -> Self {
        let mut run = Self::default();
        for line in output.lines() {
            let name = |rest: &str| {
                rest.split_once(": ")
                    .map_or(rest, |parts| parts.0)
                    .to_string()
            };
            if let Some(rest) = line.strip_prefix("ok ") {
                run.passed.push(name(rest));
            } else if let Some(rest) = line.strip_prefix("FAIL ") {
                run.failed.push(name(rest));
            } else if let Some(rest) = line.strip_prefix("emulator ") {
                run.emulator.push(name(rest));
            }
        }
        let counted = Tally {
            passed: run.passed.len() as u64,
            failed: run.failed.len() as u64,
            skipped: 0,
        };
        match output.lines().last().and_then(Tally::from_closing_line) {
            None => run
                .faults
                .push("the last line is not 'N passed, M failed'".to_string()),
            Some(told) if told != counted => {
                run.faults.push(format!(
                    "the last line tells {told}, the lines above it {counted}"
                ));
            }
            Some(told) if told == Tally::default() => run.faults.push("no case ran".to_string()),
            Some(_) => {}
        }
        run
    }

    /// The counts, each fault being one failure more.
    pub(crate) fn tally(&self) -> Tally {
        let failed = self.failed.len() + self.faults.len();
        Tally {
            passed: self.passed.len() as u64,
            failed: failed as u64,
            skipped: 0,
        }
    }

    /// Prints what is wrong with the run itself, and the counts.
    pub(crate) fn print(&self, name: &str) {
        for fault in &self.faults {
            println!("FAILED {name}: {fault}");
        }
        println!(
            "{name}: {}, {} left to real kernels",
            self.tally(),
            self.emulator.len()
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|name| name.to_string()).collect()
    }

    #[test]
    fn a_run_with_everything() {
        let run = Run::parse(
            "ok tcp::echo\nnote: slow\nFAIL udp_peek: got 3: wanted 4\nemulator zero_copy: ENOPROTOOPT\n1 passed, 1 failed\n",
        );
        assert_eq!(run.passed, names(&["tcp::echo"]));
        assert_eq!(run.failed, names(&["udp_peek"]));
        assert_eq!(run.emulator, names(&["zero_copy"]));
        assert_eq!(run.faults, names(&[]));
        assert_eq!(
            run.tally(),
            Tally {
                passed: 1,
                failed: 1,
                skipped: 0
            }
        );
    }

    #[test]
    fn faults_of_a_run_are_failures() {
        for output in [
            "",
            "ok a\n",
            "ok a\n1 passed, 0 failed\nok b\n",
            "ok a\n2 passed, 0 failed\n",
            "FAIL a: why\n0 passed, 0 failed\n",
            "0 passed, 0 failed\n",
            "emulator a: why\n0 passed, 0 failed\n",
        ] {
            let run = Run::parse(output);
            assert_eq!(run.faults.len(), 1, "{output:?}");
            assert!(run.tally().failed > 0, "{output:?}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn the_exit_status_counts() {
        use crate::child::{Show, run};
        for (script, faults) in [
            ("echo ok a; echo 1 passed, 0 failed", 0),
            ("echo ok a; echo 1 passed, 0 failed; exit 1", 1),
            ("echo FAIL a: b; echo 0 passed, 1 failed; exit 1", 0),
            ("echo FAIL a: b; echo 0 passed, 1 failed", 1),
            ("echo ok a; echo 1 passed, 0 failed; kill -9 $$", 1),
        ] {
            let finished = run(
                std::process::Command::new("sh").args(["-c", script]),
                Show::Nothing,
                None,
            )
            .unwrap();
            assert_eq!(Run::read(&finished).faults.len(), faults, "{script}");
        }
    }
}
