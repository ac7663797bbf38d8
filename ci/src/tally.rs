//! Counts of what passed, failed and was left out, and the lines that tell them.

use std::fmt;
use std::ops::AddAssign;

/// What passed, failed and was left out.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Tally {
    /// One check that passed.
    pub(crate) const PASSED: Self = Self {
        passed: 1,
        failed: 0,
        skipped: 0,
    };
    /// One check that failed.
    pub(crate) const FAILED: Self = Self {
        passed: 0,
        failed: 1,
        skipped: 0,
    };
    /// One lane that was left out.
    pub(crate) const SKIPPED: Self = Self {
        passed: 0,
        failed: 0,
        skipped: 1,
    };

    /// Reads the closing line of a conformance run, `N passed, M failed`.
    pub(crate) fn from_closing_line(line: &str) -> Option<Self> {
        let (passed, failed) = line.split_once(" passed, ")?;
        let failed = failed.strip_suffix(" failed")?;
        Some(Self {
            passed: passed.parse().ok()?,
            failed: failed.parse().ok()?,
            skipped: 0,
        })
    }

    /// Reads the closing line of a libtest run, `test result: ok. N passed; M failed; …`.
    fn from_libtest_line(line: &str) -> Option<Self> {
        let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
        let mut counts = counts.split("; ");
        let passed = counts.next()?.strip_suffix(" passed")?;
        let failed = counts.next()?.strip_suffix(" failed")?;
        Some(Self {
            passed: passed.parse().ok()?,
            failed: failed.parse().ok()?,
            skipped: 0,
        })
    }

    /// Sums the closing lines of all test runs in the output of `cargo test`.
    pub(crate) fn of_test_runs(output: &str) -> Self {
        let mut sum = Self::default();
        for line in output.lines() {
            if let Some(run) =
                Self::from_libtest_line(line).or_else(|| Self::from_closing_line(line))
            {
                sum += run;
            }
        }
        sum
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_libtest_and_conformance_runs() {
        let output = "running 2 tests\n\
            test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            ok bind\nFAIL connect: refused\n1 passed, 1 failed\n\
            test result: FAILED. 3 passed; 4 failed; 0 ignored; 0 measured; 0 filtered out\n\
            this line tells that 9 passed, 9 failed\n";
        assert_eq!(
            Tally::of_test_runs(output),
            Tally {
                passed: 6,
                failed: 5,
                skipped: 0
            }
        );
        assert_eq!(
            Tally::of_test_runs("test result: ok. many passed; 0 failed;"),
            Tally::default()
        );
    }

    #[test]
    fn closing_lines() {
        let tally = Tally::from_closing_line("12 passed, 3 failed").unwrap();
        assert_eq!(tally.to_string(), "12 passed, 3 failed");
        for line in [
            "",
            "12 passed",
            "12 passed, 3 failed.",
            "a passed, 3 failed",
            "-1 passed, 0 failed",
        ] {
            assert_eq!(Tally::from_closing_line(line), None, "{line}");
        }
        let skipped = Tally {
            skipped: 1,
            ..tally
        };
        assert_eq!(skipped.to_string(), "12 passed, 3 failed, 1 skipped");
    }
}
