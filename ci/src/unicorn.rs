//! unicorn: the processor of the kernel models, a library that `setup` fetches. It is under the GPL, version 2, and
//! loaded by an unpublished tool alone.

use std::path::PathBuf;

use crate::project::Project;

/// The package of the Python Package Index that brings it.
pub(crate) const PACKAGE: &str = "unicorn";

/// Its version: `ci/emulate/src/unicorn.rs` is written after the headers of this one.
pub(crate) const VERSION: &str = "2.1.4";

/// Where `setup` puts the package.
pub(crate) fn folder(project: &Project) -> PathBuf {
    project.tools().join(format!("{PACKAGE}-{VERSION}"))
}

/// The library, if it is there.
pub(crate) fn find(project: &Project) -> Option<PathBuf> {
    let library = folder(project).join(PACKAGE).join("lib/libunicorn.so.2");
    library.is_file().then_some(library)
}

/// What is missing, in words.
pub(crate) fn missing() -> String {
    format!("no {PACKAGE} {VERSION}; run: cargo ci setup")
}
