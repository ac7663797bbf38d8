//! The four Linux architectures, and how static programs are built for them.

use std::path::{Path, PathBuf};

use crate::project::Project;

/// One architecture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Arch {
    /// Its name in Rust, in the kernel, and in `qemu-NAME`.
    pub(crate) name: &'static str,
    /// The target static programs are built for. No musl comes with it: it is the family of targets whose
    /// defaults are nearest to a program linked by itself, and which rustup has for all four.
    pub(crate) target: &'static str,
    /// The target of ordinary programs, whose library comes with each compiler that runs here.
    own_target: &'static str,
    /// Flags of this architecture alone.
    flags: &'static str,
}

/// All four.
pub(crate) const ARCHES: [Arch; 4] = [
    Arch {
        name: "x86_64",
        target: "x86_64-unknown-linux-musl",
        own_target: "x86_64-unknown-linux-gnu",
        flags: "",
    },
    Arch {
        name: "aarch64",
        target: "aarch64-unknown-linux-musl",
        own_target: "aarch64-unknown-linux-gnu",
        flags: "",
    },
    Arch {
        name: "riscv64",
        target: "riscv64gc-unknown-linux-musl",
        own_target: "riscv64gc-unknown-linux-gnu",
        flags: "",
    },
    // Not each loong64 processor, nor emulator of one, has the vector extension LSX.
    Arch {
        name: "loongarch64",
        target: "loongarch64-unknown-linux-musl",
        own_target: "loongarch64-unknown-linux-gnu",
        flags: "-Ctarget-feature=-lsx",
    },
];

/// The flags of all static programs: linked by `ld.lld` itself, with nothing but their own objects, at a
/// fixed address, and without tables for an unwinder that they do not have.
const FLAGS: &str = "-Clinker-flavor=ld.lld -Clink-self-contained=no -Crelocation-model=static \
     -Cforce-unwind-tables=no";

impl Arch {
    /// Whether this program itself runs on it, under Linux.
    pub(crate) fn is_host(&self) -> bool {
        cfg!(target_os = "linux") && self.name == std::env::consts::ARCH
    }

    /// The same with the target of ordinary programs in place of that of static ones.
    pub(crate) fn with_own_target(self) -> Self {
        Self {
            target: self.own_target,
            ..self
        }
    }

    /// The environment that makes cargo build static programs for it, with this `ld.lld`.
    pub(crate) fn build_environment(&self, lld: &Path) -> [(String, String); 2] {
        let target = self.target.to_uppercase().replace('-', "_");
        [
            (
                format!("CARGO_TARGET_{target}_LINKER"),
                lld.display().to_string(),
            ),
            (
                format!("CARGO_TARGET_{target}_RUSTFLAGS"),
                format!("{FLAGS} {}", self.flags).trim_end().to_string(),
            ),
        ]
    }

    /// Where cargo puts a static program for it.
    pub(crate) fn program(&self, project: &Project, name: &str) -> PathBuf {
        project
            .cross_target()
            .join(self.target)
            .join("static")
            .join(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_reads_the_flags_of_each_target() {
        let [linker, flags] = ARCHES[3].build_environment(Path::new("lld"));
        assert_eq!(
            linker,
            (
                "CARGO_TARGET_LOONGARCH64_UNKNOWN_LINUX_MUSL_LINKER".into(),
                "lld".into()
            )
        );
        assert_eq!(
            flags.0,
            "CARGO_TARGET_LOONGARCH64_UNKNOWN_LINUX_MUSL_RUSTFLAGS"
        );
        assert!(
            flags.1.starts_with("-Clinker-flavor=ld.lld ")
                && flags.1.ends_with(" -Ctarget-feature=-lsx")
        );
    }

    #[test]
    fn at_most_one_is_the_host() {
        assert!(ARCHES.iter().filter(|arch| arch.is_host()).count() <= 1);
    }
}
