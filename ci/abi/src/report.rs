//! What was checked, how much of it for each target, and what is wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::source::Place;
use crate::target::Target;

/// The outcome of a check.
#[derive(Debug, Default)]
pub struct Report {
    /// What is wrong, a line each.
    pub faults: Vec<String>,
    /// What came later than the oldest releases, a line each.
    pub later: Vec<String>,
    counts: BTreeMap<Target, Count>,
    lacking: BTreeMap<Target, BTreeSet<String>>,
}

/// How much was checked for a target.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Count {
    calls: usize,
    constants: usize,
    pub(crate) records: usize,
    pub(crate) fields: usize,
    pub(crate) bytes: usize,
    pub(crate) libc: usize,
}

impl Count {
    pub(crate) fn constant(&mut self, name: &str) {
        if name.starts_with("SYS_") || name.starts_with("__NR_") {
            self.calls += 1;
        } else {
            self.constants += 1;
        }
    }
}

impl Report {
    pub(crate) fn count(&mut self, target: Target) -> &mut Count {
        self.counts.entry(target).or_default()
    }

    pub(crate) fn fault(&mut self, place: &Place, text: &str) {
        self.faults.push(format!("{place}: {text}"));
    }

    pub(crate) fn differs(
        &mut self,
        place: &Place,
        target: Target,
        name: &str,
        ours: i128,
        theirs: i128,
        witness: &str,
    ) {
        self.fault(
            place,
            &format!("{target} {name}: {ours}, but {theirs} by the {witness}"),
        );
    }

    /// Notes a name that the crate libc does not have.
    pub(crate) fn lacks(&mut self, target: Target, name: &str) {
        let names = self.lacking.entry(target).or_default();
        names.insert(name.to_string());
    }

    /// What was checked in all.
    #[must_use]
    pub fn checked(&self) -> usize {
        let one = |count: &Count| {
            count.calls + count.constants + count.records + count.fields + count.bytes
        };
        self.counts.values().map(one).sum()
    }

    /// The names that libc does not have, a line for each target.
    #[must_use]
    pub fn lacking(&self) -> Vec<String> {
        let line = |(target, names): (&Target, &BTreeSet<String>)| {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            format!("{target}: libc lacks {}", names.join(", "))
        };
        self.lacking.iter().map(line).collect()
    }
}

/// The table of counts.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<14} {:>7} {:>9} {:>7} {:>6} {:>6} {:>10} {:>11}",
            "target",
            "calls",
            "constants",
            "structs",
            "fields",
            "bytes",
            "libc: same",
            "libc: lacks"
        )?;
        for (target, count) in &self.counts {
            let lacking = self.lacking.get(target).map_or(0, BTreeSet::len);
            writeln!(
                f,
                "{target:<14} {:>7} {:>9} {:>7} {:>6} {:>6} {:>10} {lacking:>11}",
                count.calls, count.constants, count.records, count.fields, count.bytes, count.libc
            )?;
        }
        Ok(())
    }
}
