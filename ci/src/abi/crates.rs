//! Generated crates over `libc` and `linux-raw-sys`, in the versions that the workspace has, built for any
//! target.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;
use sock_abi::target::{System, Target};
use sock_abi::witness::{Builder, Built};

use crate::project::Project;
use crate::toolchain::{Toolchains, no_library};
use crate::{Result, child};

const NAME: &str = "abi-witness";

/// What builds them.
pub(super) struct Crates<'a> {
    project: &'a Project,
    toolchains: Toolchains,
    /// What `cargo metadata` says of the workspace.
    packages: Vec<Value>,
}

impl<'a> Crates<'a> {
    pub(super) fn find(project: &'a Project) -> Result<Self> {
        let mut cargo = project.cargo();
        cargo.args(["metadata", "--format-version=1", "--locked"]);
        let text = child::text(&mut cargo)?;
        let mut metadata: Value =
            serde_json::from_str(&text).map_err(|error| format!("cargo metadata: {error}"))?;
        let packages = match metadata.get_mut("packages").map(Value::take) {
            Some(Value::Array(packages)) => packages,
            _ => return Err("cargo metadata has no packages".to_string()),
        };
        Ok(Self {
            project,
            toolchains: Toolchains::find(project)?,
            packages,
        })
    }

    /// The folder of the crate linux-raw-sys.
    pub(super) fn raw_sys(&self) -> Result<PathBuf> {
        let manifest = self.field("linux-raw-sys", "manifest_path")?;
        let folder = Path::new(&manifest).parent();
        Ok(folder.ok_or("linux-raw-sys has no folder")?.to_path_buf())
    }

    /// A field of a package of the workspace. Of `libc` there is a pre-release of another version, too.
    fn field(&self, package: &str, field: &str) -> Result<String> {
        let text = |package: &Value, field| Some(package.get(field)?.as_str()?.to_string());
        let mut packages = self.packages.iter();
        packages
            .find(|one| {
                text(one, "name").as_deref() == Some(package)
                    && text(one, "version").is_some_and(|version| version.starts_with("0."))
            })
            .and_then(|one| text(one, field))
            .ok_or_else(|| format!("the workspace has no {package} with a {field}"))
    }

    fn manifest(&self, target: Target) -> Result<String> {
        let libc = self.field("libc", "version")?;
        let mut text = format!(
            "[package]\nname = \"{NAME}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
             [dependencies]\nlibc = {{ version = \"={libc}\", default-features = false }}\n"
        );
        if target.system == System::Linux {
            let raw_sys = self.field("linux-raw-sys", "version")?;
            text.push_str(&format!(
                "linux-raw-sys = {{ version = \"={raw_sys}\", default-features = false, features = \
                 [\"no_std\", \"general\", \"net\", \"errno\", \"auxvec\", \"elf\", \"ioctl\", \"prctl\"] }}\n"
            ));
        }
        text.push_str("\n[profile.dev]\npanic = \"abort\"\ndebug = false\n");
        Ok(text)
    }
}

impl Builder for Crates<'_> {
    fn build(&self, target: Target, text: &str) -> Result<Built> {
        let triple = target.rust();
        let folder = self.project.target.join("abi").join(triple);
        let (manifest, source) = (folder.join("Cargo.toml"), folder.join("src/lib.rs"));
        write(&manifest, &self.manifest(target)?)?;
        write(&source, text)?;
        let manifest = manifest.display().to_string();
        let words = [
            "build",
            "--quiet",
            "--message-format=short",
            "--manifest-path",
            &manifest,
        ];
        let mut commands = self.toolchains.cargo(self.project, &words, &[triple])?;
        let cargo = commands.first_mut().ok_or_else(|| no_library(&[triple]))?;
        let output = cargo
            .output()
            .map_err(|error| format!("cargo cannot be started: {error}"))?;
        if !output.status.success() {
            return errors(&output).map(Built::Errors);
        }
        let library = self.project.cross_target().join(triple).join("debug");
        let library = library.join(format!("lib{}.rlib", NAME.replace('-', "_")));
        fs::read(&library)
            .map(Built::Library)
            .map_err(|error| format!("{}: {error}", library.display()))
    }
}

/// Writes a file unless it has this text, so that cargo sees what is new.
fn write(file: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(file).is_ok_and(|old| old == text) {
        return Ok(());
    }
    let folder = file.parent().unwrap_or(file);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(file, text))
        .map_err(|error| format!("{}: {error}", file.display()))
}

/// The errors in the generated text: `src/lib.rs:LINE:COLUMN: error[CODE]: TEXT`.
fn errors(output: &Output) -> Result<Vec<(usize, String)>> {
    let text = String::from_utf8_lossy(&output.stderr);
    let lines = text.lines().filter_map(|line| {
        let (_, rest) = line.split_once("src/lib.rs:")?;
        let (place, message) = rest.split_once(": error")?;
        let line = place.split(':').next()?.parse().ok()?;
        Some((line, message.to_string()))
    });
    let errors: Vec<_> = lines.collect();
    if errors.is_empty() {
        return Err(format!("the generated crate: {}", text.trim()));
    }
    Ok(errors)
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;

    use super::*;

    fn of(text: &str) -> Result<Vec<(usize, String)>> {
        errors(&Output {
            status: ExitStatus::from_raw(256),
            stdout: Vec::new(),
            stderr: text.as_bytes().to_vec(),
        })
    }

    #[test]
    fn errors_by_line() {
        let text =
            "src/lib.rs:7:12: error[E0425]: no X\nwarning: y\n/a/libc/src/lib.rs:9: note: z\n";
        assert_eq!(of(text), Ok(vec![(7, "[E0425]: no X".to_string())]));
        assert!(of("error: no target\n").is_err());
    }
}
