//! `cargo ci template`: `ci/template` as a user has it: copied by the commands of its README, beside a
//! checkout of this repository, and built and tried by its own script on the four architectures.
//!
//! The script gets what this machine has by its environment, and nothing in the copy is changed for it.

mod workflow;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

use crate::Result;
use crate::child::{self, Show};
use crate::cross::Lane;
use crate::linux::ARCHES;
use crate::project::Project;
use crate::steps::Steps;
use crate::tally::Tally;
use crate::toolchain::Library;

/// The program, and the folder that the README copies it to.
const NAME: &str = "hello";

/// Ample for four builds, the library `core` included.
const LIMIT: Duration = Duration::from_secs(1200);

pub(crate) fn run(project: &Project, _: &[String]) -> Result<bool> {
    let lane = Lane::find(project)?;
    let mut steps = Steps::new(project);
    check(project, &lane, &mut steps);
    Ok(steps.finish())
}

/// The same as steps of another command.
pub(crate) fn check(project: &Project, lane: &Lane, steps: &mut Steps) {
    let user = User::new(project);
    steps.step("template: copied, built and tried", || user.follow(lane));
    steps.check("template: workflow", || {
        workflow::check(&user.read(".github/workflows/build.yml")?)
    });
    steps.check("template: format, clippy and lock file", || user.lint());
}

/// Somebody with a checkout of this repository in the folder `sock` of a folder of theirs.
struct User<'a> {
    project: &'a Project,
    folder: PathBuf,
}

impl<'a> User<'a> {
    fn new(project: &'a Project) -> Self {
        let folder = project.target.join("template");
        Self { project, folder }
    }

    /// A file of the template.
    fn read(&self, name: &str) -> Result<String> {
        read(&self.project.root.join("ci/template").join(name))
    }

    fn target(&self) -> PathBuf {
        self.folder.join("target")
    }

    /// A command in the user's folder, with the toolchain that the workspace pins.
    fn command(&self, program: &str, folder: &Path) -> Command {
        let mut command = self.project.command(program);
        command.current_dir(folder);
        command.env("CARGO_TARGET_DIR", self.target());
        command.env_remove("RUSTC_BOOTSTRAP");
        command
    }

    /// Does what the README says; one check for each architecture.
    fn follow(&self, lane: &Lane) -> Result<Tally> {
        self.prepare()?;
        let readme = self.read("README.md")?;
        let recipe = recipe(&readme).ok_or("its README has no commands")?;
        let mut shell = self.command("sh", &self.folder);
        shell.args(["-e", "-c", recipe]);
        environment(lane, &mut shell)?;
        let finished = child::run(&mut shell, Show::Live, Some(LIMIT))?;
        let mut tally = Tally::default();
        for arch in ARCHES {
            let program = self.target().join(arch.target).join("release").join(NAME);
            let size = fs::metadata(program).ok().map(|file| file.len());
            let told = row(&finished.output, arch.name);
            tally += if size.is_some() && told == size {
                Tally::PASSED
            } else {
                println!(
                    "FAILED {}: of {size:?} bytes, {told:?} in the table",
                    arch.name
                );
                Tally::FAILED
            };
        }
        if !finished.succeeded() && tally.failed == 0 {
            return Err(finished.ending());
        }
        Ok(tally)
    }

    /// The user's folder, without what an earlier run left, but for build results.
    fn prepare(&self) -> Result<()> {
        let copy = self.folder.join(NAME);
        let pin = "rust-toolchain.toml";
        let prepare = || {
            fs::create_dir_all(&self.folder)?;
            if copy.exists() {
                fs::remove_dir_all(&copy)?;
            }
            fs::copy(self.project.root.join(pin), self.folder.join(pin))
        };
        prepare().map_err(|error| format!("{}: {error}", self.folder.display()))?;
        let mut link = self.project.command("ln");
        link.arg("-sfn").arg(&self.project.root);
        child::check(link.arg(self.folder.join("sock"))).map(drop)
    }

    /// What the steps of the workspace check of all other crates, and that a build leaves the lock file
    /// as it is here.
    fn lint(&self) -> Result<()> {
        let copy = self.folder.join(NAME);
        for words in [&["fmt", "--check"][..], &["clippy", "--", "-D", "warnings"]] {
            child::check(self.command("cargo", &copy).args(words))?;
        }
        if read(&copy.join("Cargo.lock"))? != self.read("Cargo.lock")? {
            return Err("ci/template/Cargo.lock is not what cargo makes of it".to_string());
        }
        Ok(())
    }
}

/// The variables that the script documents: the toolchain that has or can build the library of each
/// target, and a PATH with the emulators and the linker.
fn environment(lane: &Lane, command: &mut Command) -> Result<()> {
    let source = ARCHES
        .iter()
        .find_map(|arch| match lane.toolchains.library(arch.target) {
            Some(Library::Source(toolchain)) => Some(toolchain),
            Some(Library::Installed) | None => None,
        });
    if let Some(toolchain) = source {
        command.env("RUSTC_BOOTSTRAP", "1");
        if !toolchain.is_empty() {
            command.env("RUSTUP_TOOLCHAIN", toolchain);
        }
    }
    let emulators = lane.machines.iter().filter_map(|(_, path)| path.as_ref());
    let programs = emulators.chain([&lane.lld]);
    let mut folders: Vec<PathBuf> = programs
        .filter_map(|program| program.parent())
        .filter(|folder| !folder.as_os_str().is_empty())
        .map(PathBuf::from)
        .collect();
    folders.dedup();
    folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    let path = env::join_paths(folders).map_err(|error| error.to_string())?;
    command.env("PATH", path);
    Ok(())
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// The commands in a README: its first block of shell.
fn recipe(readme: &str) -> Option<&str> {
    let (_, rest) = readme.split_once("\n```sh\n")?;
    let (block, _) = rest.split_once("```")?;
    Some(block)
}

/// What the table at the end of the script's output tells of an architecture.
fn row(output: &str, arch: &str) -> Option<u64> {
    let (_, table) = output.rsplit_once("\nruns on ")?;
    let rows = table.lines().map(str::split_whitespace);
    let mut row = rows.filter_map(|mut words| (words.next() == Some(arch)).then_some(words));
    row.next()?.next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_of_a_readme() {
        let text = "words\n\n```sh\ncd there\n./build.sh\n```\nmore\n```sh\nother\n```\n";
        assert_eq!(recipe(text), Some("cd there\n./build.sh\n"));
        assert_eq!(recipe("words\n```text\na\n```\n"), None);
    }

    #[test]
    fn rows_of_the_table() {
        let output =
            "aarch64 1\n\nruns on         bytes\nx86_64         FAILED\naarch64         25536\n";
        assert_eq!(row(output, "aarch64"), Some(25536));
        assert_eq!(row(output, "x86_64"), None);
        assert_eq!(row(output, "riscv64"), None);
        assert_eq!(row("aarch64 1\n", "aarch64"), None);
    }
}
