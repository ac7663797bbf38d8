//! zig: a C compiler that brings the headers of FreeBSD, macOS and Linux, and a linker for each, as `setup`
//! fetched it or as found on PATH.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::child;
use crate::project::Project;

/// The package of the Python Package Index that brings it.
pub(crate) const PACKAGE: &str = "ziglang";

/// Its version. Another one has other headers.
pub(crate) const VERSION: &str = "0.17.1";

/// Where `setup` puts the package.
pub(crate) fn folder(project: &Project) -> PathBuf {
    project.tools().join(format!("{PACKAGE}-{VERSION}"))
}

/// The program, if one of this version runs.
pub(crate) fn find(project: &Project) -> Option<PathBuf> {
    let candidates = [
        folder(project).join(PACKAGE).join("zig"),
        PathBuf::from("zig"),
    ];
    candidates.into_iter().find(|zig| {
        let version = child::text(command(project, zig).arg("version"));
        version.is_ok_and(|version| version == VERSION)
    })
}

/// The program, which keeps what it builds for itself (compiler-rt, the libraries' stubs) in the
/// workspace.
pub(crate) fn command(project: &Project, zig: &Path) -> Command {
    let cache = cache(project);
    let mut command = project.command(zig);
    command
        .env("ZIG_GLOBAL_CACHE_DIR", &cache)
        .env("ZIG_LOCAL_CACHE_DIR", &cache);
    command
}

/// Where zig keeps what it builds for itself.
pub(crate) fn cache(project: &Project) -> PathBuf {
    project.tools().join("zig-cache")
}

/// What is missing, in words.
pub(crate) fn missing() -> String {
    format!("no zig of version {VERSION}; run: cargo ci setup")
}
