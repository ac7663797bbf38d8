//! Values by a list of names, for other tools: of headers and facts alone, never of our sources.
//!
//! A line of the list is one of these; a line that begins with `# ` is a comment.
//!
//! ```text
//! AF_INET6
//! CONTROL_LENGTH = CMSG_LEN(4)
//! struct kevent: ident filter flags
//! #include <net/if.h>
//! ```

use crate::compiler::Compiler;
use crate::facts::Facts;
use crate::probe;
use crate::target::Target;

/// The names and values of a list: of a structure `NAME`, `NAME.align`, and for each field
/// `NAME.FIELD` and `NAME.FIELD.size`.
///
/// # Errors
/// A line is none of the above, or the compiler cannot be run.
pub fn dump(
    compiler: &Compiler,
    facts: &Facts,
    target: Target,
    list: &str,
) -> Result<Vec<(String, Option<i128>)>, String> {
    let list = List::parse(list)?;
    let (names, expressions): (Vec<_>, Vec<_>) = list.entries.into_iter().unzip();
    let values = probe::values(compiler, target, &list.headers, &expressions)?;
    let value = |(name, value): (String, Option<i128>)| {
        let value = value.or_else(|| facts.value(target, &name));
        (name, value)
    };
    Ok(names.into_iter().zip(values).map(value).collect())
}

#[derive(Debug, Default, PartialEq)]
struct List {
    headers: Vec<String>,
    /// Each name with its expression.
    entries: Vec<(String, String)>,
}

impl List {
    fn parse(text: &str) -> Result<Self, String> {
        let mut list = Self::default();
        for line in text.lines().map(str::trim) {
            if let Some(header) = line.strip_prefix("#include <") {
                let header = header.strip_suffix('>');
                list.headers.push(
                    header
                        .ok_or_else(|| format!("no header: {line}"))?
                        .to_string(),
                );
            } else if let Some((record, fields)) = record(line) {
                list.add_record(record, fields);
            } else if let Some((name, expression)) = line.split_once(" = ") {
                list.add(name.trim(), expression.trim());
            } else if !line.is_empty() && line != "#" && !line.starts_with("# ") {
                list.add(line, line);
            }
        }
        Ok(list)
    }

    fn add(&mut self, name: &str, expression: &str) {
        self.entries
            .push((name.to_string(), expression.to_string()));
    }

    fn add_record(&mut self, record: &str, fields: &str) {
        let name = record.split(' ').next_back().unwrap_or(record);
        self.add(name, &format!("sizeof({record})"));
        self.add(&format!("{name}.align"), &format!("_Alignof({record})"));
        for field in fields.split_whitespace() {
            self.add(&format!("{name}.{field}"), &offset(record, field));
            self.add(&format!("{name}.{field}.size"), &size(record, field));
        }
    }
}

/// Reads `struct NAME: FIELDS`; a typedef may stand in place of it.
fn record(line: &str) -> Option<(&str, &str)> {
    let (record, fields) = line.split_once(':')?;
    let is_name = |word: &str| word.chars().all(|c| c.is_alphanumeric() || c == '_');
    let (words, mut names) = (record.split(' ').count(), record.split(' '));
    (words <= 2 && names.all(is_name)).then_some((record, fields))
}

/// The expression of a field's offset.
pub(crate) fn offset(record: &str, field: &str) -> String {
    format!("__builtin_offsetof({record}, {field})")
}

/// The expression of a field's size.
pub(crate) fn size(record: &str, field: &str) -> String {
    format!("sizeof((({record} *)0)->{field})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists() {
        let text =
            "# a comment\nAF_INET\n\nLEN = CMSG_LEN(4)\n#include <a/b.h>\nstruct pollfd: fd\n";
        let list = List::parse(text).unwrap();
        assert_eq!(list.headers, ["a/b.h"]);
        let entry = |name: &str, text: &str| (name.to_string(), text.to_string());
        assert_eq!(
            list.entries,
            [
                entry("AF_INET", "AF_INET"),
                entry("LEN", "CMSG_LEN(4)"),
                entry("pollfd", "sizeof(struct pollfd)"),
                entry("pollfd.align", "_Alignof(struct pollfd)"),
                entry("pollfd.fd", "__builtin_offsetof(struct pollfd, fd)"),
                entry("pollfd.fd.size", "sizeof(((struct pollfd *)0)->fd)"),
            ]
        );
        assert!(List::parse("#include <x").is_err());
    }
}
