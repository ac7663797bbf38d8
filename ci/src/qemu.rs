//! Emulators of foreign processors: `qemu-user`, as `setup` fetched it or as found on PATH.

use std::path::PathBuf;

use crate::child;
use crate::linux::{ARCHES, Arch};
use crate::project::Project;

/// Older ones lack processor features and system calls, and would leave out other cases.
const OLDEST: u32 = 10;

/// Where `setup` puts the emulators.
pub(crate) fn folder(project: &Project) -> PathBuf {
    project.tools().join("qemu")
}

/// The name of an architecture's emulator.
pub(crate) fn name(arch: &Arch) -> String {
    format!("qemu-{}", arch.name)
}

/// The emulator of an architecture, if one runs and is new enough.
pub(crate) fn find(project: &Project, arch: &Arch) -> Option<PathBuf> {
    let name = name(arch);
    let candidates = [
        folder(project).join(&name),
        PathBuf::from(&name),
        PathBuf::from(format!("{name}-static")),
    ];
    candidates.into_iter().find(|program| {
        let version = child::text(project.command(program).arg("--version"));
        version.is_ok_and(|text| major_version(&text).is_some_and(|major| major >= OLDEST))
    })
}

/// The architectures that have neither this processor nor an emulator.
pub(crate) fn lacking(project: &Project) -> Vec<Arch> {
    let foreign = ARCHES.into_iter().filter(|arch| !arch.is_host());
    foreign
        .filter(|arch| find(project, arch).is_none())
        .collect()
}

/// What is missing, in words.
pub(crate) fn no_emulator(arches: &[Arch]) -> String {
    let names: Vec<String> = arches.iter().map(name).collect();
    format!(
        "no emulator {} of version {OLDEST} or newer",
        names.join(", ")
    )
}

/// Reads `qemu-NAME version 10.0.2 (…)`.
fn major_version(text: &str) -> Option<u32> {
    let (_, version) = text.split_once(" version ")?;
    version.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        assert_eq!(
            major_version("qemu-riscv64 version 10.0.2 (Debian 1:10.0.2+ds-2)\nCopyright"),
            Some(10)
        );
        assert_eq!(major_version("qemu-aarch64 version 7.2.19"), Some(7));
        assert_eq!(major_version("something else"), None);
    }
}
