//! The C compiler of the probes: it compiles for a target, links nothing and runs nothing; what it made
//! of the C text is read from the object file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use object::{Object, ObjectSection, ObjectSymbol};

use crate::target::Target;

/// zig, and the folders it works in.
#[derive(Clone, Debug)]
pub struct Compiler {
    /// The program.
    pub zig: PathBuf,
    /// Where zig keeps what it builds: by its own version, the target, the flags and the text of the source
    /// and of each header.
    pub cache: PathBuf,
    /// Where sources and object files go.
    pub folder: PathBuf,
}

/// What came of one compilation.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The object file.
    Object(Vec<u8>),
    /// The lines of the source that have errors, from 1, each with what the compiler says.
    Errors(Vec<(usize, String)>),
}

impl Compiler {
    /// Compiles a C text for a target. `name` tells its files apart from those of other texts.
    pub(crate) fn compile(
        &self,
        target: Target,
        name: &str,
        source: &str,
        flags: &[String],
    ) -> Result<Outcome, String> {
        let io = |error: std::io::Error| format!("{}: {error}", self.folder.display());
        fs::create_dir_all(&self.folder).map_err(io)?;
        let file = self.folder.join(format!("{target}-{name}.c"));
        let object = file.with_extension("o");
        if object.exists() {
            fs::remove_file(&object).map_err(io)?;
        }
        fs::write(&file, source).map_err(io)?;
        let output = Command::new(&self.zig)
            .env("ZIG_GLOBAL_CACHE_DIR", &self.cache)
            .env("ZIG_LOCAL_CACHE_DIR", &self.cache)
            .args(["cc", "-target", &target.zig(), "-c", "-w", "-g0", "-O0"])
            .args([
                "-fno-sanitize=all",
                "-fno-caret-diagnostics",
                "-ferror-limit=0",
            ])
            .args(flags)
            .arg("-o")
            .arg(&object)
            .arg(&file)
            .output()
            .map_err(|error| format!("{} cannot be started: {error}", self.zig.display()))?;
        if output.status.success() {
            return fs::read(&object).map(Outcome::Object).map_err(io);
        }
        let text = String::from_utf8_lossy(&output.stderr);
        let errors = errors(&text, &file);
        if errors.is_empty() {
            return Err(format!("{target}: the compiler failed: {}", text.trim()));
        }
        Ok(Outcome::Errors(errors))
    }
}

/// The errors in a file, by line: `FILE:LINE:COLUMN: error: TEXT`.
fn errors(text: &str, file: &Path) -> Vec<(usize, String)> {
    let start = format!("{}:", file.display());
    let lines = text.lines().filter_map(|line| {
        let (place, message) = line.strip_prefix(&start)?.split_once("error: ")?;
        let line = place.split(':').next()?.parse().ok()?;
        Some((line, message.to_string()))
    });
    lines.collect()
}

/// The bytes that an object file gives a variable.
pub(crate) fn variable<'a>(
    file: &object::File<'a>,
    name: &str,
    size: usize,
) -> Result<&'a [u8], String> {
    // Mach-O has an underscore before each name of C.
    let is_it = |symbol: &object::Symbol<'a, '_>| {
        let found = symbol.name().unwrap_or_default();
        found == name || found.strip_prefix('_') == Some(name)
    };
    let missing = || format!("the object file has no {name} of {size} bytes");
    let symbol = file.symbols().find(is_it).ok_or_else(missing)?;
    let section = symbol.section_index().ok_or_else(missing)?;
    let section = file
        .section_by_index(section)
        .map_err(|error| error.to_string())?;
    let found = section.data_range(symbol.address(), size as u64);
    found
        .map_err(|error| error.to_string())?
        .ok_or_else(missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_by_line() {
        let text = "/t/a.c:12:3: error: use of undeclared identifier 'X'\n\
            /t/b.h:1:1: error: not ours\n/t/a.c:13:1: warning: none\n/t/a.c:20:9: fatal error: y\n";
        let found = errors(text, Path::new("/t/a.c"));
        assert_eq!(
            found,
            [
                (12, "use of undeclared identifier 'X'".to_string()),
                (20, "y".to_string())
            ]
        );
    }
}
