//! The list of cases that emulators cannot run, `ci/emulator.txt`, and its comparison with runs.
//!
//! One entry a line: `case-name  arch|*  reason`. A case that is left out without an entry is a
//! failure, and so is an entry that no run needed.

use std::fs;

use crate::project::Project;
use crate::{Error, Result};

const FILE: &str = "ci/emulator.txt";

/// One entry of the list.
#[derive(Debug, PartialEq)]
struct Entry {
    case: String,
    arch: String,
    line: usize,
    used: bool,
}

/// The list, with a note of what was used of it.
#[derive(Debug, PartialEq)]
pub(crate) struct AllowList {
    entries: Vec<Entry>,
}

impl AllowList {
    /// Reads `ci/emulator.txt`.
    pub(crate) fn load(project: &Project) -> Result<Self> {
        let text = fs::read_to_string(project.root.join(FILE))
            .map_err(|error| format!("{FILE}: {error}"))?;
        Self::parse(&text)
    }

    fn parse(text: &str) -> Result<Self> {
        let mut entries = Vec::new();
        for (line, text) in (1..).zip(text.lines()) {
            let text = text.trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let mut words = text.split_whitespace();
            let (Some(case), Some(arch), Some(_)) = (words.next(), words.next(), words.next())
            else {
                return Err(format!("{FILE}:{line}: not 'case-name  arch|*  reason'"));
            };
            entries.push(Entry {
                case: case.into(),
                arch: arch.into(),
                line,
                used: false,
            });
        }
        Ok(Self { entries })
    }

    /// Takes the cases that the emulator of `arch` could not run; returns those that have no entry.
    pub(crate) fn take(&mut self, arch: &str, cases: &[String]) -> Vec<Error> {
        let mut faults = Vec::new();
        for case in cases {
            let mut found = false;
            for entry in &mut self.entries {
                if entry.case == *case && (entry.arch == "*" || entry.arch == arch) {
                    entry.used = true;
                    found = true;
                }
            }
            if !found {
                faults.push(format!("{case} is left out on {arch}, and not in {FILE}"));
            }
        }
        faults
    }

    /// The entries that no run needed.
    pub(crate) fn unused(&self) -> Vec<Error> {
        let unused = self.entries.iter().filter(|entry| !entry.used);
        unused
            .map(|entry| {
                format!(
                    "{FILE}:{}: {} {} never occurs",
                    entry.line, entry.case, entry.arch
                )
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str =
        "# cases\n\nzero_copy  *  qemu-user knows no SO_ZEROCOPY\nvector riscv64 no vectors\n";

    #[test]
    fn listed_cases_are_taken_and_others_are_faults() {
        let mut list = AllowList::parse(LIST).unwrap();
        assert_eq!(
            list.take("riscv64", &["zero_copy".into(), "vector".into()]),
            Vec::<String>::new()
        );
        assert_eq!(list.unused(), Vec::<String>::new());
        assert_eq!(
            list.take("aarch64", &["vector".into(), "other".into()])
                .len(),
            2
        );
    }

    #[test]
    fn entries_that_never_occur_are_told() {
        let mut list = AllowList::parse(LIST).unwrap();
        list.take("aarch64", &["zero_copy".into()]);
        assert_eq!(
            list.unused(),
            ["ci/emulator.txt:4: vector riscv64 never occurs"]
        );
    }

    #[test]
    fn an_entry_without_a_reason_is_refused() {
        assert!(AllowList::parse("zero_copy *").is_err());
        assert!(AllowList::parse("zero_copy").is_err());
    }
}
