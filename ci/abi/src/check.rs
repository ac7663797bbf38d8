//! The check: each number and layout of our sources against the headers, and against the crates of others.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::compiler::Compiler;
use crate::exceptions::List;
use crate::expected;
use crate::facts::Facts;
use crate::oracle::{Oracle, Requests};
use crate::raw_sys::{Kind, RawSys, in_c};
use crate::report::Report;
use crate::since::Since;
use crate::source::constant::{Constant, agree};
use crate::source::record::{Record, is_opaque};
use crate::source::{Found, Place, Sources, scan};
use crate::target::{System, Target};
use crate::witness::{self, Answers, Builder, Questions};

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
#[expect(missing_debug_implementations, reason = "a builder need not have one")]
pub struct Check<'a> {
    tables: &'a Tables,
    builder: &'a dyn Builder,
    raw_sys: RawSys,
    oracle: Oracle,
    witnesses: BTreeMap<Target, (Questions, Answers)>,
}

impl<'a> Check<'a> {
    /// Nothing is asked yet. `raw_sys` is the folder of the crate linux-raw-sys.
    #[must_use]
    pub fn new(
        tables: &'a Tables,
        compiler: Compiler,
        builder: &'a dyn Builder,
        raw_sys: &Path,
    ) -> Self {
        Self {
            tables,
            builder,
            raw_sys: RawSys::new(raw_sys),
            oracle: Oracle::new(compiler),
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
        for (key, place) in &found.literals {
            if !self.tables.literals.allows(&key.file, key.value) {
                report.fault(place, &format!("the number {} stands in code", key.value));
            }
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

    /// The names of all constants in the sources.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn names(&self, sources: &Sources) -> Result<BTreeSet<String>, String> {
        let found = scan(sources)?;
        Ok(found
            .constants
            .into_iter()
            .map(|constant| constant.name)
            .collect())
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
            if known.is_none_or(|(known, _)| *known != questions) {
                let answers = witness::ask(self.builder, target, &questions)?;
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

    fn constant(&self, constant: &Constant, report: &mut Report) {
        let Constant { place, name, .. } = constant;
        let tables = self.tables;
        let mut covered = false;
        for target in &constant.targets {
            let expression = expected::constant(&tables.expressions, *target, name);
            let header = self.oracle.value(*target, &expression);
            let known = match header {
                Some(value) => Some((value, "header")),
                None => {
                    let fact = tables.facts.value(*target, name);
                    fact.map(|value| (value, "fact"))
                }
            };
            if let Some((theirs, witness)) = known {
                covered = true;
                report.count(*target).constant(name);
                if !agree(constant.value, constant.bits, theirs) {
                    report.differs(place, *target, name, constant.value, theirs, witness);
                }
            } else if !tables.facts.has(*target, name) && !System::of_path(&place.file).is_empty() {
                report.fault(
                    place,
                    &format!("{target} {name}: no header and no fact has it"),
                );
            }
            self.second(
                place,
                *target,
                name,
                name,
                (constant.value, constant.bits),
                report,
            );
        }
        if !covered {
            report.fault(
                place,
                &format!("{name}: nothing witnesses it on any target"),
            );
        }
    }

    /// Holds a value against the crate libc.
    fn second(
        &self,
        place: &Place,
        target: Target,
        name: &str,
        expression: &str,
        (ours, bits): (i128, u32),
        report: &mut Report,
    ) {
        match self.answer(target, expression) {
            None => report.lacks(target, name),
            Some(theirs) if agree(ours, bits, theirs) => report.count(target).libc += 1,
            Some(_) if self.tables.libc.excuses(target, name) => {}
            Some(theirs) => report.differs(place, target, name, ours, theirs, "libc"),
        }
    }

    fn record(&self, record: &Record, target: Target, report: &mut Report) {
        let Record {
            place,
            name,
            layout,
            ..
        } = record;
        let Some(spelling) = self.spelling(target, name) else {
            report.fault(
                place,
                &format!("{target} {name}: no header has the structure"),
            );
            return;
        };
        report.count(target).records += 1;
        let [size, align] = expected::whole(&spelling);
        let [libc_size, libc_align] = rust_whole("libc", name);
        for (what, ours, theirs, libc) in [
            ("size", layout.size, size, libc_size),
            ("alignment", layout.align, align, libc_align),
        ] {
            let label = format!("{name} {what}");
            self.layout(place, target, &label, ours, &theirs, report);
            let ours = (ours as i128, usize::BITS);
            self.second(place, target, &label, &libc, ours, report);
        }
        for field in layout.fields.iter().filter(|_| !is_opaque(record)) {
            let place = Place {
                file: place.file.clone(),
                line: field.line,
            };
            let [offset, size] = expected::part(&spelling, &field.name);
            if self.oracle.value(target, &offset).is_none() {
                if !field.name.starts_with('_') {
                    let text = format!("{target} {name}.{}: no header has the field", field.name);
                    report.fault(&place, &text);
                }
                continue;
            }
            report.count(target).fields += 1;
            let [libc_offset, libc_size] = rust_part("libc", name, &field.name);
            for (what, ours, theirs, libc) in [
                ("offset", field.offset, offset, libc_offset),
                ("size", field.size, size, libc_size),
            ] {
                let label = format!("{name}.{} {what}", field.name);
                self.layout(&place, target, &label, ours, &theirs, report);
                let ours = (ours as i128, usize::BITS);
                self.second(&place, target, &label, &libc, ours, report);
            }
        }
    }

    /// Holds a size or an offset against the header.
    fn layout(
        &self,
        place: &Place,
        target: Target,
        label: &str,
        ours: usize,
        expression: &str,
        report: &mut Report,
    ) {
        match self.oracle.value(target, expression) {
            Some(theirs) if theirs == ours as i128 => {}
            Some(theirs) => report.differs(place, target, label, ours as i128, theirs, "header"),
            None => report.fault(place, &format!("{target} {label}: no header has it")),
        }
    }

    /// Holds what linux-raw-sys says against the header.
    fn import(&self, import: &Import, target: Target, kind: &Kind, report: &mut Report) {
        let Import { name, place, .. } = import;
        let expressions: Vec<String> = match kind {
            Kind::Function => return,
            Kind::Constant | Kind::Bytes => {
                report.count(target).constant(name);
                vec![expected::constant(&self.tables.expressions, target, name)]
            }
            Kind::Record(_) | Kind::Alias => {
                let Some(spelling) = self.spelling(target, name) else {
                    report.fault(place, &format!("{target} {name}: no header has the type"));
                    return;
                };
                report.count(target).records += 1;
                let mut list = expected::whole(&spelling).to_vec();
                if let Kind::Record(fields) = kind {
                    report.count(target).fields += fields.len();
                    list.extend(
                        fields
                            .iter()
                            .flat_map(|field| expected::part(&spelling, in_c(field))),
                    );
                }
                list
            }
        };
        for (theirs, ours) in expressions.iter().zip(import.expressions(kind)) {
            match (
                self.answer(target, &ours),
                self.oracle.value(target, theirs),
            ) {
                (Some(ours), Some(value)) if agree(ours, 64, value) || agree(ours, 32, value) => {}
                (Some(ours), Some(value)) => {
                    report.differs(place, target, theirs, ours, value, "header");
                }
                (None, _) => report.fault(place, &format!("{target} {ours}: no value")),
                (_, None) => report.fault(place, &format!("{target} {theirs}: no header has it")),
            }
        }
    }
}

/// A name of linux-raw-sys, and where it is first used.
#[derive(Debug)]
struct Import {
    module: String,
    name: String,
    place: Place,
}

type Imported = (Import, Target, Kind);

impl Import {
    /// Expressions in Rust, in the order of those in C.
    fn expressions(&self, kind: &Kind) -> Vec<String> {
        let Self { module, name, .. } = self;
        let path = format!("linux_raw_sys::{module}");
        match kind {
            Kind::Function => Vec::new(),
            Kind::Constant => vec![format!("{path}::{name}")],
            Kind::Bytes => vec![format!("u32::from_le_bytes({path}::{name})")],
            Kind::Alias => rust_whole(&path, name).to_vec(),
            Kind::Record(fields) => {
                let mut list = rust_whole(&path, name).to_vec();
                list.extend(
                    fields
                        .iter()
                        .flat_map(|field| rust_part(&path, name, field)),
                );
                list
            }
        }
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

/// The size and alignment of a type, in Rust.
fn rust_whole(path: &str, name: &str) -> [String; 2] {
    [
        format!("core::mem::size_of::<{path}::{name}>()"),
        format!("core::mem::align_of::<{path}::{name}>()"),
    ]
}

/// The offset and size of a field, in Rust.
fn rust_part(path: &str, name: &str, field: &str) -> [String; 2] {
    let field = if field == "type" { "r#type" } else { field };
    [
        format!("core::mem::offset_of!({path}::{name}, {field})"),
        format!("field(|record: &{path}::{name}| &record.{field})"),
    ]
}
