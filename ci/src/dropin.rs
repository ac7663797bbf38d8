//! `cargo ci dropin`: programs of others, moved from std::net to sock::net by their `use` lines.
//!
//! `ci/dropin` drives some crates that block over std::net. It is built twice in the target folder:
//! with the crates as they are, and with copies of them, made from cargo's own cache, in which only
//! the names of two modules are replaced ([`moved`]). Both must have the outcomes that it expects,
//! and print the same.

mod moved;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::Result;
use crate::child::{self, Show};
use crate::project::Project;
use crate::steps::Steps;
use crate::tally::Tally;

/// The crates, by the names that `ci/dropin/Cargo.toml` has them under.
const CRATES: [&str; 4] = ["minreq", "oxhttp", "redis", "varlink"];

/// The programs at the other end, and Debian's packages of them.
const TOOLS: [(&str, &str); 2] = [("python3", "python3"), ("redis-check-rdb", "redis-tools")];

/// Ample for one run, most of whose time is time-outs of a second.
const LIMIT: Duration = Duration::from_secs(300);

pub(crate) fn run(project: &Project, _: &[String]) -> Result<bool> {
    let mut steps = Steps::new(project);
    check(project, &mut steps);
    Ok(steps.finish())
}

/// The same as steps of another command.
pub(crate) fn check(project: &Project, steps: &mut Steps) {
    let lacking = lacking(project);
    if !lacking.is_empty() {
        let names: Vec<&str> = lacking.iter().map(|tool| tool.0).collect();
        let reason = format!("{} cannot be run; run: cargo ci setup", names.join(", "));
        return steps.unable("drop-in", &reason);
    }
    let place = Place::new(project);
    let mut outputs = Vec::new();
    steps.step("drop-in: over std::net", || {
        place.prepare_unmoved()?;
        let (tally, output) = place.build_and_run(UNMOVED, &["--locked"])?;
        outputs.push(output);
        Ok(tally)
    });
    steps.check("drop-in: format and clippy", || place.lint());
    steps.step("drop-in: over sock::net", || {
        place.prepare_moved()?;
        let (tally, output) = place.build_and_run(MOVED, &["--offline"])?;
        outputs.push(output);
        place.check_what_was_built()?;
        Ok(tally)
    });
    steps.check("drop-in: the same over both", || match outputs.as_slice() {
        [unmoved, moved] => same(unmoved, moved),
        _ => Err("not both ran".to_string()),
    });
}

/// The packages that bring the programs that cannot be run.
pub(crate) fn packages(project: &Project) -> Vec<&'static str> {
    lacking(project).into_iter().map(|tool| tool.1).collect()
}

fn lacking(project: &Project) -> Vec<(&'static str, &'static str)> {
    let is_there = |name: &str| child::text(project.command(name).arg("--version")).is_ok();
    let tools = TOOLS.into_iter();
    tools.filter(|(name, _)| !is_there(name)).collect()
}

/// The folders of the two copies of `ci/dropin`.
const UNMOVED: &str = "std";
const MOVED: &str = "sock";

/// A folder for all of it, below the target folder.
struct Place<'a> {
    project: &'a Project,
    folder: PathBuf,
}

impl<'a> Place<'a> {
    fn new(project: &'a Project) -> Self {
        let folder = project.target.join("dropin");
        Self { project, folder }
    }

    fn crates(&self) -> PathBuf {
        self.folder.join("crates")
    }

    fn target(&self) -> PathBuf {
        self.folder.join("target")
    }

    /// `ci/dropin` as it is, but for where it finds `sock`.
    fn prepare_unmoved(&self) -> Result<()> {
        self.prepare(UNMOVED, "")
    }

    /// `ci/dropin` with the moved crates in place of those of the registry.
    fn prepare_moved(&self) -> Result<()> {
        let words = ["metadata", "--locked", "--format-version", "1"];
        let metadata = child::text(self.cargo(UNMOVED).args(words))?;
        let mut patch = String::from("\n[patch.crates-io]\n");
        for name in CRATES {
            let to = self.crates().join(name);
            let found = moved::source(&metadata, name)?;
            let moves = moved::copy(&found.folder, &to, &self.sock())?;
            println!("{name} {}: {moves}", found.version);
            patch.push_str(&format!("{name} = {{ path = '{}' }}\n", to.display()));
        }
        self.prepare(MOVED, &patch)
    }

    fn prepare(&self, name: &str, patch: &str) -> Result<()> {
        let (from, to) = (self.project.root.join("ci/dropin"), self.folder.join(name));
        remove(&to)?;
        moved::copy_tree(&from, &to, &|_, bytes| bytes)?;
        let manifest = to.join("Cargo.toml");
        let text = moved::read(&manifest)?;
        let path = format!("path = '{}'", self.sock().display());
        let text = text.replace("path = \"../../sock\"", &path) + patch;
        moved::write(&manifest, text.as_bytes())?;
        let pin = "rust-toolchain.toml";
        fs::copy(self.project.root.join(pin), self.folder.join(pin))
            .map(drop)
            .map_err(|error| format!("{pin}: {error}"))
    }

    fn sock(&self) -> PathBuf {
        self.project.root.join("sock")
    }

    /// Cargo in one of the copies. The copies share what both are made of.
    fn cargo(&self, name: &str) -> Command {
        let mut cargo = self.project.command("cargo");
        cargo.current_dir(self.folder.join(name));
        cargo.env("CARGO_TARGET_DIR", self.target());
        cargo
    }

    /// Builds a copy and runs it; the line of each step is one check.
    fn build_and_run(&self, name: &str, flags: &[&str]) -> Result<(Tally, String)> {
        let mut build = self.cargo(name);
        build.args(["build", "--quiet"]).args(flags);
        // What a compiler warns of in the source of others says nothing here.
        child::check(build.env("RUSTFLAGS", "--cap-lints=allow"))?;
        // The other copy's program has the same name in the same folder.
        let program = self.folder.join(name).join("program");
        fs::copy(self.target().join("debug/dropin"), &program)
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let finished = child::run(&mut self.project.command(program), Show::Live, Some(LIMIT))?;
        let tally = tally(&finished.output);
        if tally.passed == 0 || finished.succeeded() != (tally.failed == 0) {
            return Err(finished.ending());
        }
        Ok((tally, finished.output))
    }

    /// The moved crates are the copies, with the versions of the lock file for all else, and nothing
    /// that was compiled reaches std's sockets by a path that the replacement does not see.
    fn check_what_was_built(&self) -> Result<()> {
        let lock = |name: &str| moved::read(&self.folder.join(name).join("Cargo.lock"));
        let mut expected = BTreeSet::new();
        for mut package in moved::locked(&lock(UNMOVED)?)? {
            package.is_fetched &= !CRATES.contains(&package.name.as_str());
            expected.insert(package);
        }
        if moved::locked(&lock(MOVED)?)? != expected {
            return Err(
                "the moved crates were built with other versions, or not at all".to_string(),
            );
        }
        for name in CRATES {
            let deps = self.target().join("debug/deps");
            moved::check_compiled(&deps, name, &self.crates().join(name))?;
        }
        Ok(())
    }

    /// What the steps of the workspace check of all other crates.
    fn lint(&self) -> Result<()> {
        for words in [
            &["fmt", "--check"][..],
            &["clippy", "--quiet", "--locked", "--", "-D", "warnings"],
        ] {
            child::check(self.cargo(UNMOVED).args(words))?;
        }
        Ok(())
    }
}

/// Removes a folder that an earlier run left.
fn remove(folder: &Path) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}

/// Counts the lines of steps.
fn tally(output: &str) -> Tally {
    let mut tally = Tally::default();
    for line in output.lines() {
        if line.starts_with("ok ") {
            tally += Tally::PASSED;
        } else {
            tally += Tally::FAILED;
        }
    }
    tally
}

fn same(unmoved: &str, moved: &str) -> Result<()> {
    if unmoved == moved {
        return Ok(());
    }
    let mut pairs = unmoved.lines().zip(moved.lines());
    match pairs.find(|(unmoved, moved)| unmoved != moved) {
        Some((unmoved, moved)) => Err(format!("over std::net: {unmoved}; moved: {moved}")),
        None => Err("one has more steps than the other".to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_steps() {
        let tally = tally("ok one: 1\nFAIL two: 2\nok three\nanything else\n");
        assert_eq!((tally.passed, tally.failed), (2, 2));
    }

    #[test]
    fn outputs_are_compared() {
        assert_eq!(same("ok a\n", "ok a\n"), Ok(()));
        assert!(same("ok a: 1\n", "ok a: 2\n").is_err_and(|error| error.contains("ok a: 2")));
        assert!(same("ok a\nok b\n", "ok a\n").is_err());
    }
}
