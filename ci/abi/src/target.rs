//! The targets that sock has a backend for.

use std::fmt;
use std::str::FromStr;

/// A kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum System {
    /// Linux.
    Linux,
    /// FreeBSD.
    FreeBsd,
    /// Darwin: macOS and its kin.
    Darwin,
}

/// A processor architecture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Arch {
    /// amd64.
    Amd64,
    /// arm64.
    Arm64,
    /// riscv64.
    Riscv64,
    /// loong64.
    Loong64,
}

/// A kernel on an architecture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    /// The kernel.
    pub system: System,
    /// The architecture.
    pub arch: Arch,
}

impl Target {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::new(System::Linux, Arch::Amd64),
        Self::new(System::Linux, Arch::Arm64),
        Self::new(System::Linux, Arch::Riscv64),
        Self::new(System::Linux, Arch::Loong64),
        Self::new(System::FreeBsd, Arch::Amd64),
        Self::new(System::FreeBsd, Arch::Arm64),
        Self::new(System::Darwin, Arch::Amd64),
        Self::new(System::Darwin, Arch::Arm64),
    ];

    const fn new(system: System, arch: Arch) -> Self {
        Self { system, arch }
    }

    /// What zig calls it. The version of FreeBSD is that of the headers.
    pub(crate) fn zig(self) -> String {
        let arch = self.arch.rust();
        match self.system {
            System::Linux => format!("{arch}-linux-gnu"),
            System::FreeBsd => format!("{arch}-freebsd.15.0-none"),
            System::Darwin => format!("{arch}-macos"),
        }
    }

    /// What Rust calls it.
    #[must_use]
    pub fn rust(self) -> &'static str {
        match (self.system, self.arch) {
            (System::Linux, Arch::Amd64) => "x86_64-unknown-linux-gnu",
            (System::Linux, Arch::Arm64) => "aarch64-unknown-linux-gnu",
            (System::Linux, Arch::Riscv64) => "riscv64gc-unknown-linux-gnu",
            (System::Linux, Arch::Loong64) => "loongarch64-unknown-linux-gnu",
            (System::FreeBsd, Arch::Amd64) => "x86_64-unknown-freebsd",
            (System::FreeBsd, _) => "aarch64-unknown-freebsd",
            (System::Darwin, Arch::Amd64) => "x86_64-apple-darwin",
            (System::Darwin, _) => "aarch64-apple-darwin",
        }
    }
}

impl Arch {
    /// The value of `target_arch`.
    pub(crate) fn rust(self) -> &'static str {
        match self {
            Arch::Amd64 => "x86_64",
            Arch::Arm64 => "aarch64",
            Arch::Riscv64 => "riscv64",
            Arch::Loong64 => "loongarch64",
        }
    }
}

impl System {
    /// The value of `target_os`.
    pub(crate) fn rust(self) -> &'static str {
        match self {
            System::Linux => "linux",
            System::FreeBsd => "freebsd",
            System::Darwin => "macos",
        }
    }

    /// The systems that a path of our sources is for, by its words: none when it names no system.
    pub(crate) fn of_path(path: &str) -> &'static [Self] {
        let is_word = |word: &str| path.split(['/', '-', '.', '_']).any(|part| part == word);
        match () {
            () if is_word("linux") => &[System::Linux],
            () if is_word("freebsd") => &[System::FreeBsd],
            () if is_word("darwin") => &[System::Darwin],
            () if is_word("bsd") => &[System::FreeBsd, System::Darwin],
            () => &[],
        }
    }
}

impl fmt::Display for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            System::Linux => "linux",
            System::FreeBsd => "freebsd",
            System::Darwin => "darwin",
        })
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arch = match self.arch {
            Arch::Amd64 => "amd64",
            Arch::Arm64 => "arm64",
            Arch::Riscv64 => "riscv64",
            Arch::Loong64 => "loong64",
        };
        f.pad(&format!("{}-{arch}", self.system))
    }
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut all = Self::ALL.into_iter();
        all.find(|target| target.to_string() == text)
            .ok_or_else(|| {
                let names = Self::ALL.map(|target| target.to_string()).join(", ");
                format!("no target {text}; there are {names}")
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back() {
        for target in Target::ALL {
            assert_eq!(target.to_string().parse(), Ok(target));
        }
        assert!("freebsd-vax".parse::<Target>().is_err());
    }

    #[test]
    fn systems_of_paths() {
        let of = System::of_path;
        assert_eq!(of("core/src/abi/linux.rs"), [System::Linux]);
        assert_eq!(of("backend-freebsd/src/numbers.rs"), [System::FreeBsd]);
        assert_eq!(of("start/src/darwin/numbers.rs"), [System::Darwin]);
        assert_eq!(
            of("backend-raw/src/bsd/numbers.rs"),
            [System::FreeBsd, System::Darwin]
        );
        assert!(of("start/src/numbers.rs").is_empty());
    }
}
