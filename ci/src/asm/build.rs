//! Compiles the hot calls to assembly text.

use std::fs;
use std::path::Path;

use crate::child::{self, Show};
use crate::linux::Arch;
use crate::project::Project;
use crate::toolchain::{Library, Toolchains};
use crate::{Error, Result};

/// The package that has the calls.
pub(crate) const PACKAGE: &str = "codegen";

/// The crates whose code becomes part of the calls.
const CRATES: [&str; 5] = ["bitflags", "sock-core", "sock-linux", "sock", PACKAGE];

/// How much the compiler is to optimise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Level {
    /// For size, as the profile `static` has it.
    Size,
    /// For speed, as the profile `release` has it.
    Speed,
}

impl Level {
    /// Both.
    pub(crate) const ALL: [Self; 2] = [Self::Size, Self::Speed];

    /// As in `opt-level`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Size => "z",
            Self::Speed => "3",
        }
    }
}

/// The compiler that an architecture's calls are compiled with, and how.
pub(crate) struct Compiler<'a> {
    toolchains: &'a Toolchains,
    arch: Arch,
    /// Whether the target is that of ordinary programs of this machine.
    own_target: bool,
    /// `rustc 1.95.0, LLVM 22.1.2`.
    pub(crate) version: String,
}

impl<'a> Compiler<'a> {
    /// The pinned compiler where it has a library for the architecture, be it that for programs of
    /// this machine; else that of the cross builds.
    pub(crate) fn find(project: &Project, toolchains: &'a Toolchains, arch: &Arch) -> Result<Self> {
        let mut arch = *arch;
        let own_target =
            arch.is_host() && toolchains.library(arch.target) != Some(Library::Installed);
        if own_target {
            arch = arch.with_own_target();
        }
        let version = toolchains.compiler(project, arch.target)?;
        Ok(Self {
            toolchains,
            arch,
            own_target,
            version,
        })
    }

    /// For size, on some architectures the outliner moves what functions have in common into others.
    /// That says something of a package with nine calls, and nothing of a call.
    fn llvm_arguments(&self) -> &'static str {
        match self.arch.name {
            "x86_64" => "-enable-machine-outliner=never -x86-asm-syntax=intel",
            _ => "-enable-machine-outliner=never",
        }
    }

    /// The text of the calls at a level.
    ///
    /// Without link-time optimisation: what holds here holds in any program. Only the crates that
    /// matter are compiled again for speed, so that there is one `core` for both levels.
    pub(crate) fn text(&self, project: &Project, lld: &Path, level: Level) -> Result<String> {
        let target = [self.arch.target];
        let name = format!("{}-{}.s", self.arch.name, level.name());
        let folder = project.cross_target().join("asm");
        let file = folder.join(name);
        fs::create_dir_all(&folder)
            .map_err(|error| -> Error { format!("{}: {error}", folder.display()) })?;
        // Cargo does not know of the file, and would not write it again.
        let clean = ["clean", "--quiet", "--profile", "static", "-p", PACKAGE];
        for cargo in &mut self.toolchains.cargo(project, &clean, &target)? {
            child::run(cargo, Show::Nothing, None)?;
        }
        let mut words = vec![
            "rustc",
            "--quiet",
            "--profile",
            "static",
            "-p",
            PACKAGE,
            "--lib",
        ];
        let options: Vec<String> = CRATES
            .iter()
            .map(|name| format!("profile.static.package.{name}.opt-level={}", level.name()))
            .collect();
        if level == Level::Speed {
            words.extend(options.iter().flat_map(|option| ["--config", option]));
        }
        for cargo in &mut self.toolchains.cargo(project, &words, &target)? {
            let [linker, flags] = self.arch.build_environment(lld);
            cargo.envs([flags]);
            // For this machine itself, a build script would be linked with it.
            if !self.own_target {
                cargo.envs([linker]);
            }
            cargo
                .arg("--")
                .arg(format!("--emit=asm={}", file.display()));
            cargo.arg(format!("-Cllvm-args={}", self.llvm_arguments()));
            child::check(cargo)?;
        }
        fs::read_to_string(&file)
            .map_err(|error| -> Error { format!("{}: {error}", file.display()) })
    }
}
