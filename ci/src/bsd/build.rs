//! Builds every crate, and the conformance programs.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::{Linkers, Members, System, TARGETS, Target, triples};
use crate::project::Project;
use crate::toolchain::{Part, Toolchains};
use crate::{Result, child, embedded};

/// The package, and program, of the conformance suite without std.
const CONFORMANCE: &str = "conformance-static";

/// The cfg by which calls of Darwin go through libSystem.
const LIBSYSTEM: &str = "sock_libsystem";

/// The packages that read it.
const WITH_LIBSYSTEM: [&str; 2] = ["sock-darwin", CONFORMANCE];

/// What builds for these targets.
pub(crate) struct Builder<'a> {
    project: &'a Project,
    toolchains: &'a Toolchains,
    linkers: Linkers,
}

/// A conformance program.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    /// That of its target, with `-libsystem` behind it where its calls go through libSystem.
    pub(crate) name: String,
    pub(crate) target: Target,
    /// Whether its system calls are its own.
    pub(crate) raw: bool,
    pub(crate) path: PathBuf,
}

impl<'a> Builder<'a> {
    pub(crate) fn find(project: &'a Project, toolchains: &'a Toolchains) -> Result<Self> {
        Ok(Self {
            project,
            toolchains,
            linkers: Linkers::find(project, toolchains)?,
        })
    }

    /// Builds every package that needs no std, for all targets: the programs, then the libraries with all
    /// that they can do. The conformance program is left to [`conformance`](Self::conformance): beside others
    /// it would have their features, and be linked twice.
    pub(crate) fn without_std(&self, members: &Members) -> Result<()> {
        let mut words = vec!["build", "--profile", "static"];
        let others = members.without_std.iter();
        words.extend(packages(others.filter(|name| *name != CONFORMANCE)));
        let features = embedded::features();
        let all = ["build", "--profile", "static", "-p", "sock", "--features"];
        for words in [words, [&all[..], &[&features]].concat()] {
            for cargo in &mut self.cargo(&words, &triples())? {
                child::check(cargo)?;
            }
        }
        Ok(())
    }

    /// Builds every library that takes std, and `sock` with std. Programs are not linked: FreeBSD's need
    /// libraries that zig has no stubs of.
    pub(crate) fn with_std(&self, members: &Members, target: Target) -> Result<()> {
        let triples = [target.triple];
        let mut words = vec!["build", "--lib", "-p", "sock"];
        words.extend(packages(members.with_std.iter()));
        words.extend(["--features", "sock/std"]);
        let part = Part::Std;
        let commands = self
            .toolchains
            .cargo_over(part, self.project, &words, &triples)?;
        for mut cargo in commands {
            child::check(cargo.envs(Linkers::std_environment(self.project, target)))?;
        }
        Ok(())
    }

    /// Builds the conformance programs: FreeBSD's, and those of macOS both ways.
    pub(crate) fn conformance(&self) -> Result<Vec<Program>> {
        let words = ["build", "--quiet", "--profile", "static", "-p", CONFORMANCE];
        let mut programs = Vec::new();
        for cargo in &mut self.cargo(&words, &triples())? {
            child::check(cargo)?;
        }
        for target in TARGETS {
            programs.push(self.keep(target, true)?);
        }
        // Of these packages alone, so that the library is not built once more.
        let cfg = WITH_LIBSYSTEM.map(|package| {
            format!("profile.static.package.{package}.rustflags=['--cfg', '{LIBSYSTEM}']")
        });
        let mut words = words.to_vec();
        words.push("-Zprofile-rustflags");
        words.extend(cfg.iter().flat_map(|option| ["--config", option]));
        let darwin = TARGETS
            .into_iter()
            .filter(|target| target.system == System::Darwin);
        let darwin: Vec<Target> = darwin.collect();
        let triples: Vec<&str> = darwin.iter().map(|target| target.triple).collect();
        for cargo in &mut self.cargo(&words, &triples)? {
            child::check(cargo.env("RUSTC_BOOTSTRAP", "1"))?;
        }
        for target in darwin {
            programs.push(self.keep(target, false)?);
        }
        Ok(programs)
    }

    /// Copies a program to a name of its own: both ways come to the same place.
    fn keep(&self, target: Target, raw: bool) -> Result<Program> {
        let name = match raw {
            true => target.name.to_string(),
            false => format!("{}-libsystem", target.name),
        };
        let folder = self.project.cross_target().join("bsd");
        let path = folder.join(&name);
        let built = self.program(target, CONFORMANCE);
        let io = |error: std::io::Error| format!("{}: {error}", path.display());
        fs::create_dir_all(&folder).map_err(io)?;
        fs::copy(&built, &path).map_err(io)?;
        Ok(Program {
            name,
            target,
            raw,
            path,
        })
    }

    /// Where cargo puts a program without std.
    pub(crate) fn program(&self, target: Target, name: &str) -> PathBuf {
        let folder = self.project.cross_target().join(target.triple);
        folder.join("static").join(name)
    }

    /// Cargo for packages without std.
    pub(crate) fn cargo(&self, words: &[&str], triples: &[&str]) -> Result<Vec<Command>> {
        let mut commands = self.toolchains.cargo(self.project, words, triples)?;
        for cargo in &mut commands {
            for target in TARGETS {
                cargo.envs(self.linkers.environment(self.project, target));
            }
        }
        Ok(commands)
    }
}

fn packages<'n>(names: impl Iterator<Item = &'n String>) -> impl Iterator<Item = &'n str> {
    names.flat_map(|name| ["-p", name.as_str()])
}
