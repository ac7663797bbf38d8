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
    if is_source && lines > LONGEST {
        return Some(format!("{name} has {lines} lines, more than {LONGEST}"));
    }
    keeps_flags(name, text)
}

/// FreeBSD and Darwin answer with the carry flag, so that no assembly of theirs may say that it leaves
/// the flags as they were; the compiled code need not show that it did.
fn keeps_flags(name: &str, text: &str) -> Option<Error> {
    let answers_by_flag = ["backend-freebsd/", "backend-darwin/"];
    if !answers_by_flag.iter().any(|room| name.starts_with(room)) {
        return None;
    }
    let code = |line: &&str| !line.trim_start().starts_with("//");
    let mut lines = text.lines().filter(code);
    lines
        .any(|line| line.contains("preserves_flags"))
        .then(|| format!("{name} says preserves_flags"))
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

    #[test]
    fn assembly_that_keeps_the_flags_is_a_fault_where_a_flag_is_the_answer() {
        let asm = "options(nostack, preserves_flags)";
        assert!(fault_of("backend-freebsd/src/arch/calls.rs", asm).is_some());
        assert!(fault_of("backend-darwin/src/arch/x86_64.rs", asm).is_some());
        assert_eq!(fault_of("backend-linux/src/arch/calls.rs", asm), None);
        let comment = format!("/// Never `{asm}`.");
        assert_eq!(fault_of("backend-darwin/src/arch/calls.rs", &comment), None);
    }
}
