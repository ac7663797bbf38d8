//! Where the workspace and its build results are, and how child commands are started in it.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Result, child};

/// The workspace.
pub(crate) struct Project {
    /// The folder of the workspace's Cargo.toml.
    pub(crate) root: PathBuf,
    /// The folder of cargo's build results.
    pub(crate) target: PathBuf,
}

impl Project {
    /// Finds the workspace that this program is run in. Cargo tells where that is: the folder it was
    /// built in may be another, where two work trees share their build results.
    pub(crate) fn find() -> Result<Self> {
        let here = env::var_os("CARGO_MANIFEST_DIR").ok_or("cargo runs this program: cargo ci")?;
        let root = Path::new(&here)
            .parent()
            .ok_or("this crate has no folder above it")?
            .to_path_buf();
        // Relative to where cargo was called, as cargo itself reads it.
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => std::path::absolute(folder).map_err(|error| error.to_string())?,
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// A command in the workspace, without what `cargo run` and rustup have put into the
    /// environment of this program: a child cargo must choose its own toolchain and libraries.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        for (name, _) in env::vars_os() {
            if name.to_str().is_some_and(is_left_by_cargo) {
                command.env_remove(name);
            }
        }
        if let Some(list) = env::var_os("LD_LIBRARY_PATH") {
            let toolchains =
                env::var_os("RUSTUP_HOME").map(|home| Path::new(&home).join("toolchains"));
            let kept = env::split_paths(&list).filter(|folder| {
                !folder.starts_with(&self.target)
                    && !toolchains
                        .as_ref()
                        .is_some_and(|toolchains| folder.starts_with(toolchains))
            });
            match env::join_paths(kept) {
                Ok(list) if !list.is_empty() => command.env("LD_LIBRARY_PATH", list),
                _ => command.env_remove("LD_LIBRARY_PATH"),
            };
        }
        command
    }

    /// Cargo, with the toolchain the workspace pins.
    pub(crate) fn cargo(&self) -> Command {
        let mut cargo = self.command("cargo");
        cargo.env("CARGO_TARGET_DIR", &self.target);
        cargo
    }

    /// Where `cross` builds, apart from host builds so that neither waits for the other's lock.
    pub(crate) fn cross_target(&self) -> PathBuf {
        self.target.join("cross")
    }

    /// Where `setup` keeps what it downloads.
    pub(crate) fn tools(&self) -> PathBuf {
        self.target.join("ci")
    }
}

/// Whether cargo or rustup set this variable for the program they run. The user's own settings
/// (CARGO_HOME, CARGO_TERM_COLOR, CARGO_NET_OFFLINE and so on) are not among them.
fn is_left_by_cargo(name: &str) -> bool {
    const NAMES: [&str; 8] = [
        "CARGO",
        "CARGO_CRATE_NAME",
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_PATH",
        "CARGO_PRIMARY_PACKAGE",
        "RUSTUP_TOOLCHAIN",
        "RUSTUP_TOOLCHAIN_SOURCE",
        "RUST_RECURSION_COUNT",
    ];
    NAMES.contains(&name) || name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_BIN_")
}

/// Whether every lane must run: on a continuous-integration machine, and where this program may
/// install what is missing.
pub(crate) fn is_strict(project: &Project) -> bool {
    let ci = env::var_os("CI").is_some_and(|value| !value.is_empty());
    ci || is_root(project)
}

/// Whether this program runs as root.
pub(crate) fn is_root(project: &Project) -> bool {
    child::text(project.command("id").arg("-u")).is_ok_and(|id| id == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_settings_and_drops_what_cargo_left() {
        for name in [
            "CARGO",
            "CARGO_PKG_NAME",
            "CARGO_MANIFEST_DIR",
            "RUSTUP_TOOLCHAIN",
            "CARGO_BIN_EXE_ci",
        ] {
            assert!(is_left_by_cargo(name), "{name}");
        }
        for name in [
            "CARGO_HOME",
            "CARGO_TARGET_DIR",
            "CARGO_TERM_COLOR",
            "RUSTUP_HOME",
            "PATH",
        ] {
            assert!(!is_left_by_cargo(name), "{name}");
        }
    }
}
