//! The check: each number and layout of our sources against the headers, and against the crates of others.

mod compare;
mod import;
mod stray;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use import::{Import, Imported};

use crate::exceptions::{Allowed, List, is_on};
use crate::expected::{self, rust_part, rust_whole};
use crate::facts::Facts;
use crate::oracle::{Headers, Oracle, Requests};
use crate::raw_sys::{Kind, RawSys, in_c};
use crate::report::Report;
use crate::since::Since;
use crate::source::constant::Constant;
use crate::source::record::is_opaque;
use crate::source::{Found, Place, Sources, scan};
use crate::target::{System, Target};
use crate::witness::{Answers, Crates, Questions};

/// What is checked by.
#[derive(Debug)]
pub struct Tables {
    /// C expressions for names that no header has.
    pub expressions: List,
    /// Numbers that may stand in code.
    pub literals: List,
    /// Names on which libc differs.
    pub libc: List,
    /// What no header says of Darwin.
    pub facts: Facts,
    /// Which releases have what.
    pub since: Since,
}

/// A run of the check. What the headers and the crates say is asked once for each name, so that a run
/// over many variants of the sources costs little.
#[expect(
    missing_debug_implementations,
    reason = "who answers need not have one"
)]
pub struct Check<'a> {
    tables: &'a Tables,
    crates: &'a dyn Crates,
    raw_sys: RawSys,
    oracle: Oracle<'a>,
    witnesses: BTreeMap<Target, (Questions, Answers)>,
}

impl<'a> Check<'a> {
    /// Nothing is asked yet. `raw_sys` is the folder of the crate linux-raw-sys.
    #[must_use]
    pub fn new(
        tables: &'a Tables,
        headers: &'a dyn Headers,
        crates: &'a dyn Crates,
        raw_sys: &Path,
    ) -> Self {
        Self {
            tables,
            crates,
            raw_sys: RawSys::new(raw_sys),
            oracle: Oracle::new(headers),
            witnesses: BTreeMap::new(),
        }
    }

    /// Checks the sources.
    ///
    /// # Errors
    /// They cannot be read, or a tool fails.
    pub fn run(&mut self, sources: &Sources) -> Result<Report, String> {
        let found = scan(sources)?;
        let imported = self.imported(&found)?;
        self.ask(&found, &imported)?;
        let mut report = Report::default();
        report.faults.extend(found.faults.iter().cloned());
        for constant in &found.constants {
            self.constant(constant, &mut report);
        }
        for record in &found.records {
            for target in &record.targets {
                self.record(record, *target, &mut report);
            }
        }
        for (import, target, kind) in &imported {
            self.import(import, *target, kind, &mut report);
        }
        for (key, stand) in &found.literals {
            self.literal(key, stand, &mut report);
        }
        for stray in &found.strays {
            self.stray(stray, &mut report);
        }
        self.tables
            .since
            .check(sources, &found.constants, &mut report);
        Ok(report)
    }

    /// Adds a fault for each row and entry of a table that no run has used.
    pub fn unused(&self, report: &mut Report) {
        let tables = self.tables;
        for list in [&tables.expressions, &tables.literals, &tables.libc] {
            report.faults.extend(list.unused());
        }
        let rows = tables.facts.unused();
        report
            .faults
            .extend(rows.iter().map(|row| format!("facts: not used: {row}")));
    }

    /// The names of all constants that the sources have for a system.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn names(&self, sources: &Sources, system: System) -> Result<BTreeSet<String>, String> {
        let found = scan(sources)?;
        let is_for = |constant: &Constant| {
            let mut targets = constant.targets.iter();
            targets.any(|target| target.system == system)
        };
        let constants = found.constants.into_iter().filter(is_for);
        Ok(constants.map(|constant| constant.name).collect())
    }

    /// What our sources take from linux-raw-sys, and what it is.
    fn imported(&self, found: &Found) -> Result<Vec<Imported>, String> {
        let mut all: BTreeMap<(String, String, Target), Place> = BTreeMap::new();
        for (import, targets) in &found.imports {
            for target in targets {
                let key = (import.module.clone(), import.name.clone(), *target);
                all.entry(key).or_insert_with(|| import.place.clone());
            }
        }
        let kind = |((module, name, target), place): ((String, String, Target), Place)| {
            let kind = self.raw_sys.kind(target, &module, &name);
            let kind = kind.map_err(|error| format!("{place}: {error}"))?;
            Ok((
                Import {
                    module,
                    name,
                    place,
                },
                target,
                kind,
            ))
        };
        all.into_iter().map(kind).collect()
    }

    /// Asks the headers and the crates for all that is needed.
    fn ask(&mut self, found: &Found, imported: &[Imported]) -> Result<(), String> {
        let tables = self.tables;
        let mut requests = Requests::new();
        let mut questions: BTreeMap<Target, Questions> = BTreeMap::new();
        for constant in &found.constants {
            for target in &constant.targets {
                let expression = expected::constant(&tables.expressions, *target, &constant.name);
                requests.entry(*target).or_default().insert(expression);
                let questions = questions.entry(*target).or_default();
                questions.names.insert(constant.name.clone());
            }
        }
        // First which spelling of a structure is C's, then its fields by that.
        for (target, name, _) in records(found, imported) {
            for spelling in expected::spellings(&tables.expressions, target, name) {
                let list = requests.entry(target).or_default();
                list.extend(expected::whole(&spelling));
            }
        }
        for (key, stand) in &found.literals {
            let allowed = tables.literals.allowed(key);
            if let Some(Allowed::AsKernel(expression, on)) = allowed {
                for target in stand.targets.iter().filter(|target| is_on(on, **target)) {
                    let list = requests.entry(*target).or_default();
                    list.insert(expression.to_string());
                }
            }
        }
        for stray in &found.strays {
            let list = requests.entry(stray.target).or_default();
            list.extend(self.stray_expressions(stray));
        }
        for (import, target, kind) in imported {
            if let Kind::Constant | Kind::Bytes = kind {
                let expression = expected::constant(&tables.expressions, *target, &import.name);
                requests.entry(*target).or_default().insert(expression);
            }
            let questions = questions.entry(*target).or_default();
            questions.expressions.extend(import.expressions(kind));
        }
        self.oracle.ask(&requests)?;
        let mut requests = Requests::new();
        for (target, name, fields) in records(found, imported) {
            if let Some(spelling) = self.spelling(target, name) {
                let list = requests.entry(target).or_default();
                for field in &fields {
                    list.extend(expected::part(&spelling, field));
                }
            }
        }
        for record in &found.records {
            for target in &record.targets {
                let list = &mut questions.entry(*target).or_default().expressions;
                list.extend(rust_whole("libc", &record.name));
                for field in record.layout.fields.iter().filter(|_| !is_opaque(record)) {
                    list.extend(rust_part("libc", &record.name, &field.name));
                }
            }
        }
        self.oracle.ask(&requests)?;
        for (target, questions) in questions {
            let known = self.witnesses.get(&target);
            if known.is_none_or(|(known, _)| !known.include(&questions)) {
                let answers = self.crates.ask(target, &questions)?;
                self.witnesses.insert(target, (questions, answers));
            }
        }
        Ok(())
    }

    /// How C spells a structure of ours.
    fn spelling(&self, target: Target, name: &str) -> Option<String> {
        let spellings = expected::spellings(&self.tables.expressions, target, name);
        spellings.into_iter().find(|spelling| {
            let [size, _] = expected::whole(spelling);
            self.oracle.value(target, &size).is_some()
        })
    }

    fn answer(&self, target: Target, expression: &str) -> Option<i128> {
        self.witnesses.get(&target)?.1.get(expression).copied()
    }
}

/// All structures, of ours and of linux-raw-sys: target, name, fields as C names them.
fn records<'f>(
    found: &'f Found,
    imported: &'f [Imported],
) -> impl Iterator<Item = (Target, &'f str, Vec<&'f str>)> {
    let ours = found.records.iter().flat_map(|record| {
        let fields = record.layout.fields.iter().filter(|_| !is_opaque(record));
        let fields: Vec<&str> = fields.map(|field| field.name.as_str()).collect();
        let all = record.targets.iter();
        all.map(move |target| (*target, record.name.as_str(), fields.clone()))
    });
    let theirs = imported
        .iter()
        .filter_map(|(import, target, kind)| match kind {
            Kind::Record(fields) => {
                let fields = fields.iter().map(|field| in_c(field)).collect();
                Some((*target, import.name.as_str(), fields))
            }
            Kind::Alias => Some((*target, import.name.as_str(), Vec::new())),
            _ => None,
        });
    ours.chain(theirs)
}
