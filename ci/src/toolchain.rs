//! Where the library `core` of a target comes from, and the linker for foreign targets.
//!
//! A target's library is taken as rustup installed it, if it did. Otherwise it is built from
//! source (`-Zbuild-std`), by the first of these toolchains that brings the sources: the pinned
//! one (`rustup component add rust-src`), or one that rustup knows by the name `debian`
//! (see `setup`).

use std::path::PathBuf;
use std::process::Command;

use crate::bsd;
use crate::child;
use crate::linux::ARCHES;
use crate::project::Project;
use crate::{Error, Result};

/// The name under which `setup` links Debian's toolchain.
pub(crate) const DEBIAN: &str = "debian";

/// Targets that the crates without a backend for them must still compile for.
pub(crate) const CHECKED: [&str; 3] = [
    "i686-unknown-linux-gnu",
    "armv7-unknown-linux-gnueabihf",
    "thumbv7em-none-eabihf",
];

/// All targets that `cross` builds for.
pub(crate) fn targets() -> impl Iterator<Item = &'static str> {
    let linux = ARCHES.iter().map(|arch| arch.target);
    linux.chain(bsd::triples()).chain(CHECKED)
}

/// Where a library comes from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Library {
    /// Installed with the pinned toolchain.
    Installed,
    /// Built from the sources of this toolchain; empty for the pinned one.
    Source(&'static str),
}

/// How much of the library is built, where it is built from source.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Part {
    /// What programs without std need.
    Core,
    /// All of it, with the harness of tests.
    Std,
}

impl Part {
    fn option(self) -> &'static str {
        match self {
            Part::Core => "-Zbuild-std=core,compiler_builtins",
            Part::Std => "-Zbuild-std=std,panic_abort,test",
        }
    }
}

/// What the toolchains of this machine have.
pub(crate) struct Toolchains {
    sysroot: PathBuf,
    host: String,
    sources: Option<&'static str>,
}

/// The target that the compiler itself runs on.
pub(crate) fn host(project: &Project) -> Result<String> {
    let version = child::text(project.command("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.ok_or("rustc -vV names no host")?.to_string())
}

impl Toolchains {
    /// Asks rustup's toolchains.
    pub(crate) fn find(project: &Project) -> Result<Self> {
        let sysroot = sysroot(project, "").ok_or("rustc cannot be run")?;
        let host = host(project)?;
        let has_sources = |toolchain: &&'static str| sysroot_has_sources(project, toolchain);
        let sources = ["", DEBIAN].into_iter().find(has_sources);
        Ok(Self {
            sysroot,
            host,
            sources,
        })
    }

    /// Where the library of a target comes from, if it can be had.
    pub(crate) fn library(&self, target: &str) -> Option<Library> {
        if self
            .sysroot
            .join("lib/rustlib")
            .join(target)
            .join("lib")
            .is_dir()
        {
            return Some(Library::Installed);
        }
        self.sources.map(Library::Source)
    }

    /// The compiler for a target: `rustc 1.95.0, LLVM 22.1.2`.
    pub(crate) fn compiler(&self, project: &Project, target: &str) -> Result<String> {
        let mut rustc = project.command("rustc");
        if let Some(Library::Source(toolchain)) = self.library(target)
            && !toolchain.is_empty()
        {
            rustc.arg(format!("+{toolchain}"));
        }
        let text = child::text(rustc.arg("-vV"))?;
        let after = |prefix| text.lines().find_map(|line| line.strip_prefix(prefix));
        match (after("release: "), after("LLVM version: ")) {
            (Some(release), Some(llvm)) => Ok(format!("rustc {release}, LLVM {llvm}")),
            _ => Err("rustc -vV names no version".to_string()),
        }
    }

    /// The `ld.lld` that comes with the pinned toolchain.
    pub(crate) fn lld(&self) -> Result<PathBuf> {
        let lld = self
            .sysroot
            .join("lib/rustlib")
            .join(&self.host)
            .join("bin/rust-lld");
        if lld.is_file() {
            Ok(lld)
        } else {
            Err("the toolchain brings no rust-lld".to_string())
        }
    }

    /// Cargo for these targets in the folder of `cross`, without std: one command for each library they
    /// need, `subcommand` being its first words.
    pub(crate) fn cargo(
        &self,
        project: &Project,
        subcommand: &[&str],
        targets: &[&str],
    ) -> Result<Vec<Command>> {
        self.cargo_over(Part::Core, project, subcommand, targets)
    }

    /// The same over this part of the library.
    pub(crate) fn cargo_over(
        &self,
        part: Part,
        project: &Project,
        subcommand: &[&str],
        targets: &[&str],
    ) -> Result<Vec<Command>> {
        let mut groups: Vec<(Library, Vec<&str>)> = Vec::new();
        for target in targets {
            let library = self.library(target).ok_or_else(|| no_library(&[target]))?;
            match groups.iter_mut().find(|group| group.0 == library) {
                Some(group) => group.1.push(target),
                None => groups.push((library, vec![target])),
            }
        }
        Ok(groups
            .into_iter()
            .map(|(library, targets)| {
                let mut cargo = project.cargo();
                if let Library::Source(toolchain) = library {
                    if !toolchain.is_empty() {
                        cargo.arg(format!("+{toolchain}"));
                    }
                    cargo.env("RUSTC_BOOTSTRAP", "1");
                }
                cargo
                    .args(subcommand)
                    .env("CARGO_TARGET_DIR", project.cross_target());
                if library != Library::Installed {
                    cargo.arg(part.option());
                }
                for target in targets {
                    cargo.args(["--target", target]);
                }
                // These would come before the flags of each target.
                for name in [
                    "RUSTFLAGS",
                    "CARGO_ENCODED_RUSTFLAGS",
                    "CARGO_BUILD_RUSTFLAGS",
                ] {
                    cargo.env_remove(name);
                }
                cargo
            })
            .collect())
    }

    /// The targets whose library cannot be had.
    pub(crate) fn lacking(&self) -> Vec<&'static str> {
        targets()
            .filter(|target| self.library(target).is_none())
            .collect()
    }
}

/// What is missing, in words.
pub(crate) fn no_library(targets: &[&str]) -> Error {
    format!("no core library for {}", targets.join(", "))
}

/// Whether a toolchain brings the sources of the library.
pub(crate) fn sysroot_has_sources(project: &Project, toolchain: &str) -> bool {
    sysroot(project, toolchain)
        .is_some_and(|root| root.join("lib/rustlib/src/rust/library/core").is_dir())
}

/// The root folder of a toolchain, if rustup knows it.
fn sysroot(project: &Project, toolchain: &str) -> Option<PathBuf> {
    let mut rustc = project.command("rustc");
    if !toolchain.is_empty() {
        rustc.arg(format!("+{toolchain}"));
    }
    child::text(rustc.args(["--print", "sysroot"]))
        .ok()
        .map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_command_for_each_library() {
        let folder = std::env::temp_dir().join(format!("sock-ci-toolchain-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("lib/rustlib/a-a-a/lib")).unwrap();
        let project = Project {
            root: folder.clone(),
            target: folder.join("target"),
        };
        let mut toolchains = Toolchains {
            sysroot: folder.clone(),
            host: "h".into(),
            sources: Some(DEBIAN),
        };
        assert_eq!(toolchains.library("a-a-a"), Some(Library::Installed));
        assert_eq!(toolchains.library("b-b-b"), Some(Library::Source(DEBIAN)));
        let commands = toolchains
            .cargo(&project, &["build"], &["b-b-b", "a-a-a", "c-c-c"])
            .unwrap();
        let words = |at: usize| -> Vec<String> {
            commands[at]
                .get_args()
                .map(|word| word.to_str().unwrap().to_string())
                .collect()
        };
        assert_eq!(commands.len(), 2);
        assert_eq!(
            words(0).join(" "),
            "+debian build -Zbuild-std=core,compiler_builtins --target b-b-b --target c-c-c"
        );
        assert_eq!(words(1).join(" "), "build --target a-a-a");
        toolchains.sources = None;
        assert!(toolchains.cargo(&project, &["build"], &["b-b-b"]).is_err());
        assert!(toolchains.lld().is_err());
        std::fs::remove_dir_all(folder).unwrap();
    }
}
