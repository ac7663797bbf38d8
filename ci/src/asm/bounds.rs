//! `ci/codegen/bounds.toml`: how many instructions each call may have at the most.

use std::collections::BTreeMap;
use std::fs;

use toml::Table;

use super::build::Level;
use crate::Result;
use crate::project::Project;

const FILE: &str = "ci/codegen/bounds.toml";

const HEAD: &str = "\
# How many instructions each call may have at the most, by opt-level. `cargo ci asm --bless` sets them
# to what is reached; a larger number is a step back, and wants its reason in the commit.
";

/// The bounds, by architecture, call and level.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Bounds(BTreeMap<(String, String, &'static str), usize>);

impl Bounds {
    /// Reads the file.
    pub(crate) fn load(project: &Project) -> Result<Self> {
        let text = fs::read_to_string(project.root.join(FILE));
        Self::parse(&text.map_err(|error| format!("{FILE}: {error}"))?)
    }

    fn parse(text: &str) -> Result<Self> {
        let table: Table = text.parse().map_err(|error| format!("{FILE}: {error}"))?;
        let mut bounds = Self::default();
        for (arch, calls) in &table {
            for (call, levels) in calls.as_table().into_iter().flatten() {
                for level in Level::ALL {
                    let number = levels.get(level.name()).and_then(toml::Value::as_integer);
                    let number = number.and_then(|number| usize::try_from(number).ok());
                    let number = number.ok_or_else(|| {
                        format!("{FILE}: {arch}.{call} has no number for {}", level.name())
                    })?;
                    bounds.set(arch, call, level, number);
                }
            }
        }
        Ok(bounds)
    }

    /// The bound of a call, if it has one.
    pub(crate) fn get(&self, arch: &str, call: &str, level: Level) -> Option<usize> {
        let key = (arch.to_string(), call.to_string(), level.name());
        self.0.get(&key).copied()
    }

    /// Sets a bound.
    pub(crate) fn set(&mut self, arch: &str, call: &str, level: Level, number: usize) {
        let key = (arch.to_string(), call.to_string(), level.name());
        self.0.insert(key, number);
    }

    /// Writes the file.
    pub(crate) fn save(&self, project: &Project) -> Result<()> {
        fs::write(project.root.join(FILE), self.text()).map_err(|error| format!("{FILE}: {error}"))
    }

    fn text(&self) -> String {
        let mut calls: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
        for ((arch, call, level), number) in &self.0 {
            let of_call = calls.entry((arch, call)).or_default();
            of_call.push(format!("{level} = {number}"));
        }
        let mut text = String::from(HEAD);
        let mut open = "";
        for ((arch, call), levels) in calls {
            if arch != open {
                text.push_str(&format!("\n[{arch}]\n"));
                open = arch;
            }
            text.push_str(&format!("{call} = {{ {} }}\n", levels.join(", ")));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut bounds = Bounds::default();
        for (arch, call, number) in [("b", "send", 7), ("a", "send", 3), ("a", "recv", 4)] {
            for level in Level::ALL {
                bounds.set(arch, call, level, number);
            }
        }
        assert_eq!(Bounds::parse(&bounds.text()), Ok(bounds));
    }

    #[test]
    fn a_bound_that_is_missing_is_no_bound() {
        let bounds = Bounds::parse("[a]\nsend = { z = 1, 3 = 2 }\n").unwrap();
        assert_eq!(bounds.get("a", "send", Level::Size), Some(1));
        assert_eq!(bounds.get("a", "send", Level::Speed), Some(2));
        assert_eq!(bounds.get("a", "recv", Level::Size), None);
        assert!(Bounds::parse("[a]\nsend = { z = 1 }\n").is_err());
        assert!(Bounds::parse("[a]\nsend = { z = -1, 3 = 2 }\n").is_err());
    }
}
