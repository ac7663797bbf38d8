//! Debian's Rust toolchain, which brings the sources of the library, known to rustup as `debian`.

use std::path::Path;

use super::apt;
use crate::project::{self, Project};
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
    if !project::is_root(project) {
        let packages = PACKAGES.join(" ");
        return Err(format!(
            "only root may install packages: apt-get install --no-install-recommends {packages}"
        ));
    }
    let packages: Vec<&str> = PACKAGES.to_vec();
    if !apt::has(project, &packages) {
        // Fails also for sources that have nothing to do with these packages.
        if let Err(error) = child::check(project.command("apt-get").arg("update")) {
            println!("apt-get update: {error}");
        }
    }
    for package in &packages {
        if !apt::has(project, &[package]) {
            return Err(format!("this Debian's sources have no package {package}"));
        }
    }
    let mut install = project.command("apt-get");
    install.env("DEBIAN_FRONTEND", "noninteractive");
    install
        .args(["install", "--yes", "--no-install-recommends"])
        .args(&packages);
    child::check(&mut install).map(drop)
}
