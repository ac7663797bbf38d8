//! FreeBSD and macOS on amd64 and arm64: the targets, and how programs for them are linked on this machine.
//!
//! `cross` builds with this and looks at what comes out, `emulate` runs the same programs.

pub(crate) mod build;
mod elf;
mod macho;
mod members;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::project::Project;
use crate::tally::Tally;
use crate::toolchain::Toolchains;
use crate::{Result, zig};
use build::Program;

pub(crate) use members::Members;

/// The kernel of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum System {
    FreeBsd,
    Darwin,
}

/// One target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// Its name here: `freebsd-amd64`.
    pub(crate) name: &'static str,
    /// Its name in Rust.
    pub(crate) triple: &'static str,
    /// Its architecture in Rust.
    pub(crate) arch: &'static str,
    pub(crate) system: System,
}

const fn target(
    name: &'static str,
    triple: &'static str,
    arch: &'static str,
    system: System,
) -> Target {
    Target {
        name,
        triple,
        arch,
        system,
    }
}

/// All four.
pub(crate) const TARGETS: [Target; 4] = [
    target(
        "freebsd-amd64",
        "x86_64-unknown-freebsd",
        "x86_64",
        System::FreeBsd,
    ),
    target(
        "freebsd-arm64",
        "aarch64-unknown-freebsd",
        "aarch64",
        System::FreeBsd,
    ),
    target(
        "darwin-arm64",
        "aarch64-apple-darwin",
        "aarch64",
        System::Darwin,
    ),
    target(
        "darwin-amd64",
        "x86_64-apple-darwin",
        "x86_64",
        System::Darwin,
    ),
];

/// Those that crates with std are built for at each landing.
pub(crate) const WITH_STD: [Target; 2] = [TARGETS[0], TARGETS[2]];

/// Those that they are built for now and then.
pub(crate) const WITH_STD_TOO: [Target; 2] = [TARGETS[1], TARGETS[3]];

/// Looks at the headers of programs: whether their kernels would start them.
pub(crate) fn check(programs: &[Program]) -> Result<Tally> {
    let mut tally = Tally::default();
    for program in programs {
        let bytes = fs::read(&program.path);
        let bytes = bytes.map_err(|error| format!("{}: {error}", program.path.display()))?;
        let arch = program.target.arch;
        let found = match program.target.system {
            System::FreeBsd => elf::check(&bytes, arch),
            System::Darwin => macho::check(&bytes, arch, program.raw),
        };
        match found {
            Ok(words) => {
                println!("{:<24} {words}, {} bytes", program.name, bytes.len());
                tally += Tally::PASSED;
            }
            Err(faults) => {
                println!("FAILED {}: {faults}", program.name);
                tally += Tally::FAILED;
            }
        }
    }
    Ok(tally)
}

/// Their names in Rust.
pub(crate) fn triples() -> [&'static str; 4] {
    TARGETS.map(|target| target.triple)
}

/// What links for these targets.
pub(crate) struct Linkers {
    /// The `ld.lld` of the Rust toolchain, for static programs of FreeBSD.
    lld: PathBuf,
    zig: PathBuf,
}

impl Linkers {
    /// Finds them, and writes the scripts by which cargo calls zig.
    pub(crate) fn find(project: &Project, toolchains: &Toolchains) -> Result<Self> {
        let linkers = Self {
            lld: toolchains.lld()?,
            zig: zig::find(project).ok_or_else(zig::missing)?,
        };
        for target in TARGETS {
            linkers.write_script(project, target)?;
        }
        Ok(linkers)
    }

    /// A program for cargo that links by zig: cargo has no place for the word `cc`.
    fn write_script(&self, project: &Project, target: Target) -> Result<()> {
        let path = script(project, target);
        let system = match target.system {
            System::FreeBsd => "freebsd",
            System::Darwin => "macos",
        };
        let cache = zig::cache(project);
        let text = format!(
            "#!/bin/sh\nexport ZIG_GLOBAL_CACHE_DIR='{0}' ZIG_LOCAL_CACHE_DIR='{0}'\nexec '{1}' cc -target {2}-{system} \"$@\"\n",
            cache.display(),
            self.zig.display(),
            target.arch,
        );
        if fs::read_to_string(&path).is_ok_and(|old| old == text) {
            return Ok(());
        }
        let io = |error: std::io::Error| format!("{}: {error}", path.display());
        // Under another name first: another run may be calling the script.
        let part = path.with_added_extension("part");
        fs::write(&part, text).map_err(io)?;
        fs::set_permissions(&part, fs::Permissions::from_mode(0o755)).map_err(io)?;
        fs::rename(part, &path).map_err(io)
    }

    /// The environment by which cargo builds programs without std for a target.
    pub(crate) fn environment(&self, project: &Project, target: Target) -> Vec<(String, String)> {
        match target.system {
            System::FreeBsd => set(target, &self.lld, STATIC),
            System::Darwin => Self::std_environment(project, target),
        }
    }

    /// The same for programs with std, which are linked to the libraries of the system.
    pub(crate) fn std_environment(project: &Project, target: Target) -> Vec<(String, String)> {
        let mut environment = set(target, &script(project, target), DYNAMIC);
        // Where it is not set, rustc looks for Apple's. zig needs none.
        let folder = project.tools().display().to_string();
        environment.push(("SDKROOT".to_string(), folder));
        environment
    }
}

/// The flags of static programs: linked by `ld.lld` itself, with nothing but their own objects, at a fixed
/// address, without tables for an unwinder that they do not have.
const STATIC: &str = "-Clinker-flavor=ld.lld -Crelocation-model=static -Cforce-unwind-tables=no \
     -Dwarnings";

/// The flags of programs that the system's dynamic linker starts. Nothing here can strip them.
const DYNAMIC: &str = "-Cstrip=none -Dwarnings";

fn set(target: Target, linker: &Path, flags: &str) -> Vec<(String, String)> {
    let name = target.triple.to_uppercase().replace('-', "_");
    vec![
        (
            format!("CARGO_TARGET_{name}_LINKER"),
            linker.display().to_string(),
        ),
        (format!("CARGO_TARGET_{name}_RUSTFLAGS"), flags.to_string()),
    ]
}

fn script(project: &Project, target: Target) -> PathBuf {
    project.tools().join(format!("zig-cc-{}", target.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_reads_the_flags_of_each_target() {
        let environment = set(TARGETS[2], Path::new("/zig-cc"), DYNAMIC);
        assert_eq!(
            environment[0],
            (
                "CARGO_TARGET_AARCH64_APPLE_DARWIN_LINKER".into(),
                "/zig-cc".into()
            )
        );
        assert_eq!(
            environment[1].0,
            "CARGO_TARGET_AARCH64_APPLE_DARWIN_RUSTFLAGS"
        );
    }

    #[test]
    fn a_name_says_system_and_architecture() {
        for target in TARGETS {
            let (system, arch) = target.name.split_once('-').unwrap();
            assert!(target.triple.ends_with(system));
            assert_eq!(arch == "amd64", target.arch == "x86_64");
            assert!(target.triple.starts_with(target.arch));
        }
    }
}
