//! Which releases of a kernel have what: constants that came later than the oldest releases that sock
//! runs on, or had another value there.
//!
//! A line of the table is `NAME`, `SYSTEM`, `RELEASE`, `NOTE` with tabs between them. The comment at the
//! constant must name the release.

use std::collections::BTreeSet;

use crate::report::Report;
use crate::source::Sources;
use crate::source::constant::Constant;
use crate::target::System;

/// The table.
#[derive(Debug)]
pub struct Since {
    file: String,
    rows: Vec<Row>,
}

#[derive(Debug, PartialEq)]
struct Row {
    name: String,
    system: String,
    release: String,
    note: String,
}

impl Since {
    /// Reads the table.
    ///
    /// # Errors
    /// A line is not of the form.
    pub fn parse(file: &str, text: &str) -> Result<Self, String> {
        let lines = text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        let row = |line: &str| {
            let mut words = line.split('\t').map(ToString::to_string);
            let mut next = || words.next();
            let words = next().zip(next()).zip(next()).zip(next());
            let row = words.map(|(((name, system), release), note)| Row {
                name,
                system,
                release,
                note,
            });
            row.ok_or_else(|| format!("{file}: no row: {line}"))
        };
        Ok(Self {
            file: file.to_string(),
            rows: lines.map(row).collect::<Result<_, _>>()?,
        })
    }

    /// Lists what came later, and adds a fault for each constant whose comment does not say so and each
    /// row that no constant uses.
    pub(crate) fn check(&self, sources: &Sources, constants: &[Constant], report: &mut Report) {
        let mut used = BTreeSet::new();
        for constant in constants {
            let systems: BTreeSet<System> = constant
                .targets
                .iter()
                .map(|target| target.system)
                .collect();
            for (index, row) in self.rows.iter().enumerate() {
                let is_for = |system: &System| system.to_string() == row.system;
                if row.name != constant.name || !systems.iter().any(is_for) {
                    continue;
                }
                used.insert(index);
                let Row {
                    name,
                    release,
                    note,
                    ..
                } = row;
                let place = &constant.place;
                let note = if note.is_empty() {
                    String::new()
                } else {
                    format!(" ({note})")
                };
                report
                    .later
                    .push(format!("{name}: {release}{note}, {place}"));
                let text = sources.text(&place.file).unwrap_or_default();
                if !comment(&text, place.line).contains(release.as_str()) {
                    report.fault(
                        place,
                        &format!("{name}: its comment does not name {release}"),
                    );
                }
            }
        }
        let rows = self.rows.iter().enumerate();
        for (_, row) in rows.filter(|(index, _)| !used.contains(index)) {
            let text = format!("{}: not used: {} of {}", self.file, row.name, row.system);
            report.faults.push(text);
        }
        report.later.sort();
        report.later.dedup();
    }
}

/// The comment behind a line, and those right above it.
fn comment(text: &str, line: usize) -> String {
    let lines: Vec<&str> = text.lines().take(line).collect();
    let Some((last, before)) = lines.split_last() else {
        return String::new();
    };
    let above = before.iter().rev().take_while(|line| {
        let line = line.trim_start();
        line.starts_with("//") || line.starts_with("#[")
    });
    let mut words: Vec<&str> = above.copied().collect();
    words.extend(last.split_once("//").map(|(_, comment)| comment));
    words.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_at_a_line() {
        let text = "// FreeBSD 11\nconst A: u8 = 1;\n/// FreeBSD 13.\n#[x]\nconst B: u8 = 2; // since 14\n";
        assert_eq!(comment(text, 5), "#[x]\n/// FreeBSD 13.\n since 14");
        assert_eq!(comment(text, 2), "// FreeBSD 11");
    }

    #[test]
    fn rows() {
        let since = Since::parse("s.tsv", "# c\nA\tfreebsd\tFreeBSD 13\t\n").unwrap();
        assert_eq!(since.rows[0].release, "FreeBSD 13");
        assert!(Since::parse("s.tsv", "A\tfreebsd\n").is_err());
        let mut report = Report::default();
        since.check(&Sources::new(std::path::Path::new("/")), &[], &mut report);
        assert_eq!(report.faults, ["s.tsv: not used: A of freebsd"]);
    }
}
