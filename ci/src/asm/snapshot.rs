//! `ci/codegen/snapshots/ARCH/CALL.s`: the text of each call, as one compiler wrote it.

use std::fs;
use std::path::PathBuf;

use similar::TextDiff;

use super::text::{Function, replace_names};
use crate::Result;
use crate::project::Project;

/// What a comparison came to.
#[derive(Debug, PartialEq)]
pub(crate) enum Comparison {
    /// The text is the same.
    Same,
    /// It is another: the difference.
    Different(String),
    /// The snapshot was made with another compiler: why not.
    NotCompared(String),
}

/// A snapshot as it is to be: the compiler, and each text under its heading.
pub(crate) fn text(compiler: &str, parts: &[(String, &Function)]) -> String {
    let mut text = format!("; {compiler}\n");
    for (heading, function) in parts {
        text.push_str(&format!("\n; {heading}\n"));
        for line in &function.lines {
            let indent = if line.ends_with(':') { "" } else { "    " };
            // The name of a Rust function says where and how it was built.
            let line = replace_names(line, |name| {
                name.starts_with("_R").then(|| "FUNCTION".to_string())
            });
            text.push_str(&format!("{indent}{line}\n"));
        }
    }
    text
}

/// Where a snapshot is.
fn path(project: &Project, arch: &str, call: &str) -> PathBuf {
    let folder = project.root.join("ci/codegen/snapshots").join(arch);
    folder.join(format!("{call}.s"))
}

/// Writes a snapshot.
pub(crate) fn save(project: &Project, arch: &str, call: &str, text: &str) -> Result<()> {
    let path = path(project, arch, call);
    let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
    folder
        .and_then(|()| fs::write(&path, text))
        .map_err(|error| format!("{}: {error}", path.display()))
}

/// Compares a text with its snapshot.
pub(crate) fn compare(project: &Project, arch: &str, call: &str, text: &str) -> Result<Comparison> {
    let path = path(project, arch, call);
    let saved =
        fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(difference(&saved, text))
}

fn difference(saved: &str, text: &str) -> Comparison {
    let compiler = |text: &str| {
        let first = text.lines().next().unwrap_or_default();
        first.trim_start_matches("; ").to_string()
    };
    let (made, this) = (compiler(saved), compiler(text));
    if made != this {
        return Comparison::NotCompared(format!("made with {made}, this is {this}"));
    }
    if saved == text {
        return Comparison::Same;
    }
    let diff = TextDiff::from_lines(saved, text);
    let diff = diff.unified_diff().header("snapshot", "now").to_string();
    Comparison::Different(diff)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(compiler: &str, lines: &[&str]) -> String {
        let function = Function {
            lines: lines.iter().map(|line| line.to_string()).collect(),
        };
        text(compiler, &[("opt-level z".to_string(), &function)])
    }

    #[test]
    fn a_compiler_its_headings_and_its_lines() {
        assert_eq!(
            snapshot("rustc 1", &["mov eax, 1", ".L1:", "ret"]),
            "; rustc 1\n\n; opt-level z\n    mov eax, 1\n.L1:\n    ret\n"
        );
    }

    #[test]
    fn only_texts_of_one_compiler_are_compared() {
        let old = snapshot("rustc 1", &["nop", "ret"]);
        assert_eq!(difference(&old, &old), Comparison::Same);
        let Comparison::Different(diff) = difference(&old, &snapshot("rustc 1", &["ret"])) else {
            panic!("not different");
        };
        assert!(diff.contains("-    nop\n") && !diff.contains("-    ret\n"));
        assert_eq!(
            difference(&old, &snapshot("rustc 2", &["nop", "ret"])),
            Comparison::NotCompared("made with rustc 1, this is rustc 2".to_string())
        );
    }
}
