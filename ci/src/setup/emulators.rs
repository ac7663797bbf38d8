//! Emulators from the package `qemu-user` of a suite that has them new enough. There they are
//! linked statically, so they run on any Debian, and are put into a folder of the workspace.

use std::fs;

use super::apt::Private;
use crate::linux::Arch;
use crate::project::Project;
use crate::{Result, child, qemu};

const SUITE: &str = "trixie";
const PACKAGE: &str = "qemu-user";

/// Fetches the emulators of these architectures, and runs each.
pub(super) fn install(project: &Project, arches: &[Arch]) -> Result<()> {
    let folder = qemu::folder(project);
    let unpacked = project.tools().join("qemu-unpacked");
    let package = Private::new(project, SUITE)?.download(project, PACKAGE)?;
    let io = |error: std::io::Error| format!("{}: {error}", folder.display());
    child::check(
        project
            .command("dpkg")
            .arg("-x")
            .arg(&package)
            .arg(&unpacked),
    )?;
    fs::create_dir_all(&folder).map_err(io)?;
    for arch in arches {
        let name = qemu::name(arch);
        // Under another name first: a copy that is cut short is no emulator.
        let (part, whole) = (folder.join(format!("{name}.part")), folder.join(&name));
        fs::copy(unpacked.join("usr/bin").join(&name), &part)
            .map_err(|error| format!("{PACKAGE} has no {name}: {error}"))?;
        fs::rename(part, whole).map_err(io)?;
    }
    fs::remove_dir_all(&unpacked).map_err(io)?;
    fs::remove_file(&package).map_err(io)?;
    let lacking = qemu::lacking(project);
    if lacking.is_empty() {
        Ok(())
    } else {
        Err(qemu::no_emulator(&lacking))
    }
}
