//! Each constant, structure and number in code of ours, held against what the headers, the facts and libc
//! say.

use super::Check;
use crate::exceptions::{Allowed, is_on};
use crate::expected::{self, rust_part, rust_whole};
use crate::report::Report;
use crate::source::Place;
use crate::source::constant::{Constant, agree};
use crate::source::literal::{Key, Stand};
use crate::source::record::{Record, is_opaque};
use crate::target::{System, Target};

impl Check<'_> {
    pub(super) fn constant(&self, constant: &Constant, report: &mut Report) {
        let Constant { place, name, .. } = constant;
        let tables = self.tables;
        let mut covered = false;
        let mut missing = Vec::new();
        let anywhere = System::of_path(&place.file).is_empty();
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
            } else if !anywhere {
                missing.push(*target);
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
        // A fact may be that of one architecture, where the file is for more.
        missing.retain(|target| !(covered && tables.facts.has(*target, name)));
        for target in missing {
            report.fault(
                place,
                &format!("{target} {name}: no header and no fact has it"),
            );
        }
        if !covered && anywhere {
            report.fault(place, &format!("{name}: no header of any target has it"));
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

    pub(super) fn record(&self, record: &Record, target: Target, report: &mut Report) {
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
    pub(super) fn layout(
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

    /// Holds a number in code against the list of those that may stand there.
    pub(super) fn literal(&self, key: &Key, stand: &Stand, report: &mut Report) {
        let place = &stand.place;
        match self.tables.literals.allowed(key) {
            Some(Allowed::Freely) => {}
            Some(Allowed::AsKernel(expression, on)) => {
                let ours = i128::try_from(key.value).unwrap_or_default();
                for target in stand.targets.iter().filter(|target| is_on(on, **target)) {
                    report.count(*target).constant(expression);
                    match self.oracle.value(*target, expression) {
                        Some(theirs) if theirs == ours => {}
                        Some(theirs) => {
                            report.differs(place, *target, expression, ours, theirs, "header");
                        }
                        None => {
                            report
                                .fault(place, &format!("{target} {expression}: no header has it"));
                        }
                    }
                }
            }
            None => report.fault(
                place,
                &format!("{}: the number {} stands in code", key.item, key.value),
            ),
        }
    }
}
