//! `cargo ci setup`: installs what `cargo ci test` needs and this machine lacks, saying first what.
//!
//! On Debian, all of it comes as Debian's packages: a Rust toolchain with the sources of the library,
//! for targets that rustup has not installed, emulators of the suite that has them new enough, and the
//! programs that `sockbox`, the embedded examples and crates of others are tried with, and the compiler of
//! libFuzzer. zig, with the headers of other systems, comes as a package of the Python Package Index.
//! What is there already stays as it is.

mod apt;
mod emulators;
mod library;
mod wheel;

use crate::linux::Arch;
use crate::project::Project;
use crate::toolchain::{Toolchains, targets};
use crate::{Result, dropin, embedded, fuzz, qemu, sockbox, zig};

pub(crate) fn run(project: &Project, _: &[String]) -> Result<bool> {
    install(project).map(|()| true)
}

/// Installs what is missing; an error when something still is at the end.
pub(crate) fn install(project: &Project) -> Result<()> {
    let targets = Toolchains::find(project)?.lacking();
    let arches = qemu::lacking(project);
    let mut packages = sockbox::packages(project);
    packages.extend(embedded::packages(project));
    packages.extend(dropin::packages(project));
    packages.extend(fuzz::packages(project));
    packages.sort_unstable();
    packages.dedup();
    let no_zig = zig::find(project).is_none();
    if targets.is_empty() && arches.is_empty() && packages.is_empty() && !no_zig {
        println!("setup: nothing is missing");
        return Ok(());
    }
    if !apt::is_debian() {
        return Err(by_hand(&targets, &arches, &packages, no_zig));
    }
    if !targets.is_empty() {
        println!(
            "setup will install {}, for {}",
            library::WHAT,
            targets.join(", ")
        );
    }
    if !arches.is_empty() {
        let names: Vec<String> = arches.iter().map(qemu::name).collect();
        println!(
            "setup will put {} into {}",
            names.join(", "),
            qemu::folder(project).display()
        );
    }
    if !packages.is_empty() {
        println!("setup will install {}", packages.join(", "));
    }
    if no_zig {
        println!(
            "setup will put {} {} into {}",
            zig::PACKAGE,
            zig::VERSION,
            zig::folder(project).display()
        );
    }
    let mut faults = Vec::new();
    if !packages.is_empty() {
        faults.extend(apt::install(project, &packages).err());
    }
    if !arches.is_empty() {
        faults.extend(emulators::install(project, &arches).err());
    }
    if !targets.is_empty() {
        faults.extend(library::install(project).err());
    }
    if no_zig {
        faults.extend(install_zig(project).err());
    }
    if !faults.is_empty() {
        return Err(faults.join("\n"));
    }
    println!("setup: done");
    Ok(())
}

fn install_zig(project: &Project) -> Result<()> {
    wheel::install(project, zig::PACKAGE, zig::VERSION, &zig::folder(project))?;
    zig::find(project).map(drop).ok_or_else(zig::missing)
}

/// What to install where there are no packages of Debian.
fn by_hand(targets: &[&str], arches: &[Arch], packages: &[&str], no_zig: bool) -> String {
    let mut text = String::from(
        "this is not Debian, whose packages setup installs. What is missing, by hand:",
    );
    if !targets.is_empty() {
        text.push_str(&format!("\n  rustup target add {}", targets.join(" ")));
        text.push_str("\n  or, to build the library from source: rustup component add rust-src");
    }
    if !arches.is_empty() {
        let names: Vec<String> = arches.iter().map(qemu::name).collect();
        text.push_str(&format!(
            "\n  on PATH, in version 10 or newer: {}",
            names.join(", ")
        ));
    }
    if !packages.is_empty() {
        let packages = packages.join(", ");
        text.push_str(&format!("\n  what Debian's packages bring: {packages}"));
    }
    if no_zig {
        text.push_str(&format!("\n  on PATH: zig {}", zig::VERSION));
    }
    text.push_str("\nAll that cross looks for: the library of each of ");
    text.push_str(&targets_in_full());
    text
}

fn targets_in_full() -> String {
    targets().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::ARCHES;

    #[test]
    fn what_to_do_by_hand() {
        let text = by_hand(&["a-b-c"], &ARCHES[1..2], &["socat"], true);
        assert!(text.contains("rustup target add a-b-c\n") && text.contains(": qemu-aarch64\n"));
        assert!(text.contains(": socat\n") && text.contains("\n  on PATH: zig 0"));
        let text = by_hand(&[], &ARCHES[1..], &[], false);
        assert!(!text.contains("target add") && !text.contains("zig"));
    }
}
