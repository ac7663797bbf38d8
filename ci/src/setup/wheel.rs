//! Packages of the Python Package Index that bring a program or a library: unpacked by pip into a folder of
//! the workspace, with nothing else that they name.

use std::fs;
use std::path::Path;

use super::apt;
use crate::project::Project;
use crate::{Result, child};

/// Unpacks a version of a package into a folder, which is there as a whole or not at all.
pub(super) fn install(
    project: &Project,
    package: &str,
    version: &str,
    folder: &Path,
) -> Result<()> {
    let part = folder.with_added_extension("part");
    let io = |error: std::io::Error| format!("{}: {error}", folder.display());
    for left in [&part, folder] {
        if left.exists() {
            fs::remove_dir_all(left).map_err(io)?;
        }
    }
    if child::text(project.command("python3").args(["-m", "pip", "--version"])).is_err() {
        apt::install(project, &["python3-pip"])?;
    }
    let mut pip = project.command("python3");
    pip.args(["-m", "pip", "--disable-pip-version-check", "install"])
        .args([
            "--quiet",
            "--no-deps",
            "--no-compile",
            "--only-binary=:all:",
        ])
        .arg("--root-user-action=ignore")
        .arg("--target")
        .arg(&part)
        .arg(format!("{package}=={version}"));
    child::check(&mut pip).map_err(|error| format!("pip cannot install {package}: {error}"))?;
    fs::rename(part, folder).map_err(io)
}
