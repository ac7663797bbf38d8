//! Debian's Rust toolchain, which brings the sources of the library, known to rustup as `debian`.

use std::path::Path;

use super::apt;
use crate::project::Project;
use crate::toolchain::{DEBIAN, sysroot_has_sources};
use crate::{Result, child};

/// The packages, which follow the newest Rust.
const PACKAGES: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];

/// What is installed, in words.
pub(super) const WHAT: &str = "Debian's rustc-web, cargo-web and rust-web-src";

/// Installs the packages and links the toolchain, each only if it is missing.
pub(super) fn install(project: &Project) -> Result<()> {
    let known = child::text(project.command("rustup").args(["toolchain", "list"]))
        .map_err(|error| format!("rustup is needed, to choose between toolchains: {error}"))?;
    if known
        .lines()
        .any(|line| line.split_whitespace().next() == Some(DEBIAN))
    {
        // It may be someone's own, or linked before its packages were removed.
        if !Path::new("/usr/lib/rustlib").is_dir() {
            install_packages(project)?;
        }
    } else {
        if !Path::new("/usr/lib/rustlib/src/rust/library/core").is_dir() {
            install_packages(project)?;
        }
        child::check(
            project
                .command("rustup")
                .args(["toolchain", "link", DEBIAN, "/usr"]),
        )?;
    }
    if sysroot_has_sources(project, DEBIAN) {
        return Ok(());
    }
    Err(format!(
        "rustup's toolchain '{DEBIAN}' has no sources of the library, and is left as it is"
    ))
}

fn install_packages(project: &Project) -> Result<()> {
    apt::install(project, &PACKAGES)
}
