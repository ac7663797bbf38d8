//! What no header says: tables of facts, each row with its source in the kernel's text.
//!
//! A line is `NAME`, `KIND`, `VALUE`, `SOURCE`, `ARCH` with tabs between them; `ARCH` is `all`, or
//! `amd64` or `arm64`. A table holds what is used, and no more.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::target::{System, Target};

/// A row: on which architecture a name has which value, by which text.
#[derive(Debug, PartialEq)]
struct Row {
    name: String,
    value: i128,
    source: String,
    arch: String,
    line: String,
}

/// The facts of a kernel.
#[derive(Debug)]
pub struct Facts {
    system: System,
    rows: Vec<Row>,
    used: RefCell<BTreeSet<usize>>,
}

impl Facts {
    /// Reads a table.
    ///
    /// # Errors
    /// A row is not of the form.
    pub fn parse(system: System, text: &str) -> Result<Self, String> {
        let row = |line| Row::parse(line).ok_or_else(|| format!("no fact: {line}"));
        let rows = lines(text).map(row).collect::<Result<_, _>>()?;
        Ok(Self::new(system, rows))
    }

    /// Reads a table of all there is, some of which is no number.
    #[must_use]
    pub fn complete(system: System, text: &str) -> Self {
        Self::new(system, lines(text).filter_map(Row::parse).collect())
    }

    fn new(system: System, rows: Vec<Row>) -> Self {
        Self {
            system,
            rows,
            used: RefCell::default(),
        }
    }

    /// The value of a name on a target.
    #[must_use]
    pub fn value(&self, target: Target, name: &str) -> Option<i128> {
        let arch = target.to_string();
        let is_it = |row: &Row| {
            row.name == name && (row.arch == "all" || arch.ends_with(&format!("-{}", row.arch)))
        };
        if target.system != self.system {
            return None;
        }
        let index = self.rows.iter().position(is_it)?;
        self.used.borrow_mut().insert(index);
        self.rows.get(index).map(|row| row.value)
    }

    /// Whether the table has the name, be it for another architecture of the kernel.
    pub(crate) fn has(&self, target: Target, name: &str) -> bool {
        target.system == self.system && self.rows.iter().any(|row| row.name == name)
    }

    /// The lines of the rows that were asked for, for a table that holds no more.
    pub fn used(&self) -> impl Iterator<Item = String> {
        let used = self.used.borrow().clone();
        let rows = self.rows.iter().enumerate();
        let used = rows.filter(|(index, _)| used.contains(index));
        let lines: Vec<String> = used.map(|(_, row)| row.line.clone()).collect();
        lines.into_iter()
    }

    /// The names of rows that nobody has asked for.
    pub(crate) fn unused(&self) -> Vec<String> {
        let used = self.used.borrow();
        let rows = self.rows.iter().enumerate();
        rows.filter(|(index, _)| !used.contains(index))
            .map(|(_, row)| format!("{} ({}, {})", row.name, row.arch, row.source))
            .collect()
    }
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines();
    lines.filter(|line| !line.starts_with('#') && !line.is_empty())
}

impl Row {
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split('\t');
        let (name, _kind, value) = (words.next()?, words.next()?, words.next()?);
        // What lies in a page of the kernel's is told by its place in there.
        let value = value.strip_prefix("base+").unwrap_or(value);
        let value = match value.strip_prefix("0x") {
            Some(digits) => i128::from_str_radix(digits, 16).ok()?,
            None => value.parse().ok()?,
        };
        Some(Self {
            name: name.to_string(),
            value,
            source: words.next()?.to_string(),
            arch: words.next()?.to_string(),
            line: line.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_by_architecture() {
        let text = "# comment\nSYS_a\tsyscall\t3\ts\tall\nB\tcommpage\tbase+0x10\ts\tarm64\nC\tk\t-3\ts\tamd64\n";
        let facts = Facts::parse(System::Darwin, text).unwrap();
        let target = |name: &str| name.parse().unwrap();
        let arm = target("darwin-arm64");
        assert_eq!(facts.value(arm, "SYS_a"), Some(3));
        assert_eq!(facts.value(arm, "B"), Some(16));
        assert_eq!(facts.value(target("darwin-amd64"), "B"), None);
        assert!(facts.has(target("darwin-amd64"), "B"));
        assert_eq!(facts.value(target("linux-amd64"), "SYS_a"), None);
        assert_eq!(facts.unused(), ["C (amd64, s)"]);
        assert!(Facts::parse(System::Darwin, "X\tk\tthree\ts\tall\n").is_err());
    }
}
