//! Faults that are planted into a copy of the workspace, one at a time, and taken out again.

use std::fs;

use toml::{Table, Value};

use crate::project::Project;
use crate::{Result, hygiene};

/// One planted fault: a text of a file that is replaced by another.
#[derive(Debug, PartialEq)]
pub(crate) struct Fault {
    pub(crate) name: String,
    pub(crate) file: String,
    pub(crate) old: String,
    pub(crate) new: String,
}

/// The `[[mutant]]` tables of a list; `list` is its path, for messages.
pub(crate) fn entries(text: &str, list: &str) -> Result<Vec<Table>> {
    let mut table: Table = text.parse().map_err(|error| format!("{list}: {error}"))?;
    let Some(Value::Array(entries)) = table.remove("mutant") else {
        return Err(format!("{list} has no [[mutant]]"));
    };
    if let Some(key) = table.keys().next() {
        return Err(format!("{list}: unknown key {key}"));
    }
    let table = |entry| match entry {
        Value::Table(entry) => Ok(entry),
        _ => Err(format!("{list}: a mutant is a table")),
    };
    entries.into_iter().map(table).collect()
}

/// Takes a text out of an entry.
pub(crate) fn text(entry: &mut Table, key: &str, list: &str) -> Result<String> {
    match entry.remove(key) {
        Some(Value::String(text)) => Ok(text),
        _ => Err(format!("{list}: a mutant without {key}")),
    }
}

/// Fails if something of the entry was not taken.
pub(crate) fn nothing_left(entry: &Table, name: &str, list: &str) -> Result<()> {
    match entry.keys().next() {
        Some(key) => Err(format!("{list}: {name}: unknown key {key}")),
        None => Ok(()),
    }
}

impl Fault {
    /// Takes its part out of an entry.
    pub(crate) fn take(entry: &mut Table, list: &str) -> Result<Self> {
        Ok(Self {
            name: text(entry, "name", list)?,
            file: text(entry, "file", list)?,
            old: text(entry, "old", list)?,
            new: text(entry, "new", list)?,
        })
    }

    pub(crate) fn apply(&self, text: &str) -> Result<String> {
        match text.matches(&self.old).count() {
            1 if self.old != self.new => Ok(text.replacen(&self.old, &self.new, 1)),
            1 => Err("the new text is the old one".to_string()),
            n => Err(format!("the old text occurs {n} times in {}", self.file)),
        }
    }

    /// Whether it still has its place in the code.
    pub(crate) fn is_placed(&self, project: &Project) -> Result<()> {
        let text = fs::read_to_string(project.root.join(&self.file));
        let text = text.map_err(|error| format!("{}: {error}", self.file))?;
        self.apply(&text).map(drop)
    }

    /// Plants it, runs, and takes it out again.
    pub(crate) fn with<T>(&self, copy: &Project, run: impl FnOnce() -> Result<T>) -> Result<T> {
        let path = copy.root.join(&self.file);
        let sound = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", self.file))?;
        let faulty = self.apply(&sound)?;
        let write =
            |text: &str| fs::write(&path, text).map_err(|error| format!("{}: {error}", self.file));
        write(&faulty)?;
        let out = run();
        write(&sound)?;
        out
    }
}

/// Copies the files of the work tree to a workspace of their own, leaving what was built there before.
pub(crate) fn copy(project: &Project) -> Result<Project> {
    let folder = project.target.join("mutants");
    let root = folder.join("ws");
    if root.exists() {
        fs::remove_dir_all(&root).map_err(|error| format!("{}: {error}", root.display()))?;
    }
    for name in hygiene::files(project, "*")? {
        let to = root.join(&name);
        let parent = to.parent().ok_or_else(|| format!("{name} has no folder"))?;
        fs::create_dir_all(parent)
            .and_then(|()| fs::copy(project.root.join(&name), &to))
            .map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(Project {
        root,
        target: folder.join("target"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_old_text_occurs_once() {
        let fault = |new: &str| Fault {
            name: "one".into(),
            file: "a.rs".into(),
            old: "x".into(),
            new: new.into(),
        };
        assert_eq!(fault("y").apply("axb"), Ok("ayb".to_string()));
        assert!(fault("y").apply("ab").is_err());
        assert!(fault("y").apply("axbx").is_err());
        assert!(fault("x").apply("axb").is_err());
    }
}
