//! What our sources take from linux-raw-sys, held against what the headers say.

use super::Check;
use crate::expected::{self, rust_part, rust_whole};
use crate::raw_sys::{Kind, in_c};
use crate::report::Report;
use crate::source::Place;
use crate::source::constant::agree;
use crate::target::Target;

impl Check<'_> {
    /// Holds what linux-raw-sys says against the header.
    pub(super) fn import(&self, import: &Import, target: Target, kind: &Kind, report: &mut Report) {
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
                let fields = if let Kind::Record(fields) = kind {
                    fields.as_slice()
                } else {
                    &[]
                };
                report.count(target).fields += fields.len();
                let parts = fields
                    .iter()
                    .flat_map(|field| expected::part(&spelling, in_c(field)));
                expected::whole(&spelling)
                    .into_iter()
                    .chain(parts)
                    .collect()
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
pub(super) struct Import {
    pub(super) module: String,
    pub(super) name: String,
    pub(super) place: Place,
}

pub(super) type Imported = (Import, Target, Kind);

impl Import {
    /// Expressions in Rust, in the order of those in C.
    pub(super) fn expressions(&self, kind: &Kind) -> Vec<String> {
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
