//! Structures outside the files of layouts: each is none of a kernel's, or has the layout of a C type.

use super::Check;
use crate::expected;
use crate::report::Report;
use crate::source::record::Stray;

impl Check<'_> {
    /// The C expressions that a structure in code must agree with: its size, and the offset and size of
    /// each field in turn.
    pub(super) fn stray_expressions(&self, stray: &Stray) -> Vec<String> {
        let literals = &self.tables.literals;
        let Some(Some((c, fields))) = literals.structure(&stray.place.file, &stray.name) else {
            return Vec::new();
        };
        let [size, _] = expected::whole(c);
        let parts = fields.iter().flat_map(|field| expected::part(c, field));
        [size].into_iter().chain(parts).collect()
    }

    /// Holds a structure in code against the list of those that may stand there.
    pub(super) fn stray(&self, stray: &Stray, report: &mut Report) {
        let Stray {
            place,
            name,
            layout,
            target,
        } = stray;
        match self.tables.literals.structure(&place.file, name) {
            None => report.fault(place, &format!("the structure {name} stands in code")),
            Some(None) => {}
            Some(Some(_)) => {
                let Some(layout) = layout else {
                    report.fault(place, &format!("{name}: its layout cannot be told"));
                    return;
                };
                let parts = layout.fields.iter();
                let parts = parts.flat_map(|field| [field.offset, field.size]);
                let ours: Vec<usize> = [layout.size].into_iter().chain(parts).collect();
                let theirs = self.stray_expressions(stray);
                if theirs.len() > ours.len() {
                    report.fault(place, &format!("{name}: fewer fields than on the list"));
                }
                report.count(*target).records += 1;
                report.count(*target).fields += theirs.len() / 2;
                for (ours, expression) in ours.iter().zip(&theirs) {
                    self.layout(place, *target, expression, *ours, expression, report);
                }
            }
        }
    }
}
