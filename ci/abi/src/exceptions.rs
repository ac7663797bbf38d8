//! What cannot be found mechanically: C expressions for names of ours that no header has, numbers that may
//! stand in code, and names on which the crate libc is known to differ. Each entry gives its reason, and
//! one that is not used is a fault.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use toml::{Table, Value};

use crate::source::literal::Key;
use crate::target::Target;

/// An entry of a list.
#[derive(Debug)]
struct Entry {
    /// What it is about.
    keys: Table,
    used: Cell<bool>,
    /// Which of its values.
    values_used: RefCell<BTreeSet<(String, i64)>>,
}

/// A list of entries.
#[derive(Debug)]
pub struct List {
    file: String,
    entries: Vec<Entry>,
}

/// How a number may stand in code.
#[derive(Debug, PartialEq)]
pub(crate) enum Allowed<'a> {
    /// It is no kernel's.
    Freely,
    /// It is the value of this C expression, on these targets (`on`), or on all.
    AsKernel(&'a str, Option<&'a str>),
}

impl List {
    /// Reads a list of `[[entry]]` tables, each of strings and numbers, with at least the keys given.
    ///
    /// # Errors
    /// It is no such list.
    pub fn parse(file: &str, text: &str, required: &[&str]) -> Result<Self, String> {
        let mut table: Table = text.parse().map_err(|error| format!("{file}: {error}"))?;
        let entries = match table.remove("entry") {
            None => Vec::new(),
            Some(Value::Array(entries)) => entries,
            Some(_) => return Err(format!("{file}: entry is no array")),
        };
        if let Some(key) = table.keys().next() {
            return Err(format!("{file}: unknown key {key}"));
        }
        let entry = |value| match value {
            Value::Table(keys) => {
                let missing = required.iter().find(|key| !keys.contains_key(**key));
                match missing {
                    Some(key) => Err(format!(
                        "{file}: an entry without {key}: {}",
                        in_words(&keys)
                    )),
                    None => Ok(Entry {
                        keys,
                        used: Cell::new(false),
                        values_used: RefCell::default(),
                    }),
                }
            }
            _ => Err(format!("{file}: an entry is no table")),
        };
        Ok(Self {
            file: file.to_string(),
            entries: entries.into_iter().map(entry).collect::<Result<_, _>>()?,
        })
    }

    /// The C expression that stands for a constant.
    pub(crate) fn expression(&self, target: Target, name: &str) -> Option<&str> {
        let entry = self.find(|entry| entry.is("name", name) && entry.is_for(target))?;
        entry.text("c")
    }

    /// Whether a number may stand in an item of a file, and the C expression that must have its value, if one must.
    pub(crate) fn allowed(&self, key: &Key) -> Option<Allowed<'_>> {
        let value = i64::try_from(key.value).ok()?;
        let pair = (key.item.clone(), value);
        let is_it = |entry: &Entry| entry.is("file", &key.file) && entry.values().contains(&pair);
        let entry = self.find(is_it)?;
        entry.values_used.borrow_mut().insert(pair);
        Some(match entry.text("c") {
            Some(c) => Allowed::AsKernel(c, entry.text("on")),
            None => Allowed::Freely,
        })
    }

    /// Whether a structure may stand in a file of code, and the C type and its fields that it must be laid
    /// out as, if it must.
    pub(crate) fn structure(&self, file: &str, name: &str) -> Option<Option<(&str, Vec<&str>)>> {
        let entry = self.find(|entry| entry.is("file", file) && entry.is("structure", name))?;
        let fields = match entry.keys.get("fields") {
            Some(Value::Array(fields)) => fields.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        Some(entry.text("c").map(|c| (c, fields)))
    }

    /// Whether a name may differ.
    pub(crate) fn excuses(&self, target: Target, name: &str) -> bool {
        self.find(|entry| entry.is("name", name) && entry.is_for(target))
            .is_some()
    }

    fn find(&self, is_it: impl Fn(&Entry) -> bool) -> Option<&Entry> {
        let entry = self.entries.iter().find(|entry| is_it(entry))?;
        entry.used.set(true);
        Some(entry)
    }

    /// A fault for each entry, and each value of one, that nothing asked for.
    pub(crate) fn unused(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for entry in &self.entries {
            let words = in_words(&entry.keys);
            if !entry.used.get() {
                faults.push(format!("{}: not used: {words}", self.file));
                continue;
            }
            for (item, value) in entry.values().difference(&entry.values_used.borrow()) {
                faults.push(format!(
                    "{}: {value} of {item} is not used: {words}",
                    self.file
                ));
            }
        }
        faults
    }
}

/// An entry on one line.
fn in_words(keys: &Table) -> String {
    let parts = keys.iter().map(|(key, value)| match value {
        Value::String(text) => format!("{key} = {text}"),
        other => format!("{key} = {other:?}"),
    });
    parts.collect::<Vec<_>>().join(", ")
}

impl Entry {
    fn text(&self, key: &str) -> Option<&str> {
        self.keys.get(key).and_then(Value::as_str)
    }

    fn is(&self, key: &str, value: &str) -> bool {
        self.text(key) == Some(value)
    }

    /// `values = { item = [2, 3] }`: the values that may stand in each item.
    fn values(&self) -> BTreeSet<(String, i64)> {
        let Some(Value::Table(items)) = self.keys.get("values") else {
            return BTreeSet::new();
        };
        let of_item = |(item, values): (&String, &Value)| -> Vec<(String, i64)> {
            let values = values.as_array().into_iter().flatten();
            let values = values.filter_map(Value::as_integer);
            values.map(|value| (item.clone(), value)).collect()
        };
        items.iter().flat_map(of_item).collect()
    }

    /// `on = "darwin"` or `on = "linux-amd64"`; without it an entry is for all.
    fn is_for(&self, target: Target) -> bool {
        is_on(self.text("on"), target)
    }
}

/// Whether a target is among those of an `on`.
pub(crate) fn is_on(on: Option<&str>, target: Target) -> bool {
    on.is_none_or(|on| on == target.system.to_string() || on == target.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_found_and_noted() {
        let text = "[[entry]]\nname = \"A\"\nc = \"x\"\non = \"darwin\"\n\
            [[entry]]\nname = \"B\"\nc = \"y\"\n[[entry]]\nname = \"f\"\nfile = \"f.rs\"\nvalues = { f = [2, 4], G = [4] }\nc = \"z\"\n\
            [[entry]]\nname = \"s\"\nfile = \"f.rs\"\nstructure = \"S\"\nc = \"t\"\nfields = [\"a\"]\n";
        let list = List::parse("l.toml", text, &["name"]).unwrap();
        let target = |name: &str| name.parse().unwrap();
        assert_eq!(list.expression(target("darwin-arm64"), "A"), Some("x"));
        assert_eq!(list.expression(target("linux-arm64"), "A"), None);
        assert!(list.excuses(target("linux-arm64"), "B"));
        assert_eq!(list.unused().len(), 2);
        let allowed = |file: &str, item: &str, value| {
            list.allowed(&Key {
                file: file.to_string(),
                item: item.to_string(),
                value,
            })
        };
        assert_eq!(allowed("f.rs", "f", 4), Some(Allowed::AsKernel("z", None)));
        assert_eq!(list.structure("f.rs", "S"), Some(Some(("t", vec!["a"]))));
        assert_eq!(list.structure("f.rs", "T"), None);
        assert!(allowed("f.rs", "f", 3).is_none() && allowed("g.rs", "f", 4).is_none());
        assert!(allowed("f.rs", "G", 2).is_none(), "of another item");
        assert_eq!(list.unused().len(), 2, "two values");
        assert!(allowed("f.rs", "f", 2).is_some() && allowed("f.rs", "G", 4).is_some());
        assert!(list.unused().is_empty());
        assert!(List::parse("l.toml", "[[entry]]\nc = 1\n", &["name"]).is_err());
        assert!(List::parse("l.toml", "[other]\n", &[]).is_err());
    }
}
