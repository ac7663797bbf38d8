//! Rules of the repository that no compiler checks.

use std::fs;

use crate::project::Project;
use crate::{Error, Result, child};

/// A file is one concept; one that outgrows this holds two.
const LONGEST: usize = 420;

/// Checks the Rust files that git knows or would add.
pub(crate) fn check(project: &Project) -> Result<()> {
    let files = files(project, "*.rs")?;
    if files.is_empty() {
        return Err("git lists no Rust files".to_string());
    }
    let mut faults = Vec::new();
    for name in &files {
        let text = fs::read_to_string(project.root.join(name))
            .map_err(|error| format!("{name}: {error}"))?;
        faults.extend(fault_of(name, &text));
    }
    println!("{} files", files.len());
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults.join("; "))
    }
}

/// The files of the work tree, by a pattern, that git knows or would add; deleted ones are left out.
pub(crate) fn files(project: &Project, pattern: &str) -> Result<Vec<String>> {
    let mut git = project.command("git");
    git.args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
        pattern,
    ]);
    let list = child::text(&mut git)?;
    let names = list.split('\0').filter(|name| !name.is_empty());
    let mut names: Vec<String> = names
        .filter(|name| project.root.join(name).is_file())
        .map(String::from)
        .collect();
    names.sort();
    names.dedup();
    Ok(names)
}

fn fault_of(name: &str, text: &str) -> Option<Error> {
    let lines = text.lines().count();
    let is_source = name.starts_with("src/") || name.contains("/src/");
    (is_source && lines > LONGEST).then(|| format!("{name} has {lines} lines, more than {LONGEST}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_files_are_faults() {
        assert_eq!(fault_of("core/src/lib.rs", &"\n".repeat(LONGEST)), None);
        assert!(fault_of("core/src/lib.rs", &"\n".repeat(LONGEST + 1)).is_some());
        assert_eq!(
            fault_of("core/tests/table.rs", &"\n".repeat(LONGEST + 1)),
            None
        );
    }
}
