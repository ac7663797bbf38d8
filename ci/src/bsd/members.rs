//! The packages of the workspace, by what they need to be built for another system.

use std::fs;

use toml::{Table, Value};

use crate::Result;
use crate::project::Project;

/// Members outside `ci/` that are tools of the machine that they are built on: they compare with what only
/// this one has, or decode what was linked for it.
const HOST_TOOLS: [&str; 2] = ["benches", "conformance/defmt"];

/// Members that are programs or libraries over std, or tests, which are.
const WITH_STD: [&str; 4] = [
    "backend-sim",
    "std-shim",
    "conformance",
    "conformance/embedded",
];

/// The names of the packages, each in one of these.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Members {
    /// Those that must build without std.
    pub(crate) without_std: Vec<String>,
    /// Those that take std.
    pub(crate) with_std: Vec<String>,
    /// Those for the host alone.
    pub(crate) host_tools: Vec<String>,
}

impl Members {
    /// Reads the manifests: a member that is not named above, and not below `ci/`, must build without std.
    pub(crate) fn read(project: &Project) -> Result<Self> {
        let manifest = |folder: &str| -> Result<Table> {
            let path = project.root.join(folder).join("Cargo.toml");
            let text = fs::read_to_string(&path);
            let text = text.map_err(|error| format!("{}: {error}", path.display()))?;
            text.parse()
                .map_err(|error| format!("{}: {error}", path.display()))
        };
        let root = manifest("")?;
        let folders = root.get("workspace").and_then(|it| it.get("members"));
        let folders = folders.and_then(Value::as_array);
        let folders = folders.ok_or("the workspace names no members")?;
        let folders: Vec<&str> = folders.iter().filter_map(Value::as_str).collect();
        let mut members = Self::default();
        for folder in &folders {
            let package = manifest(folder)?;
            let name = package.get("package").and_then(|it| it.get("name"));
            let name = name.and_then(Value::as_str);
            let name = name.ok_or_else(|| format!("{folder}/Cargo.toml names no package"))?;
            members.list(folder).push(name.to_string());
        }
        for known in HOST_TOOLS.iter().chain(&WITH_STD) {
            if !folders.contains(known) {
                return Err(format!("'{known}' is no member of the workspace any more"));
            }
        }
        Ok(members)
    }

    fn list(&mut self, folder: &str) -> &mut Vec<String> {
        if folder == "ci" || folder.starts_with("ci/") || HOST_TOOLS.contains(&folder) {
            &mut self.host_tools
        } else if WITH_STD.contains(&folder) {
            &mut self.with_std
        } else {
            &mut self.without_std
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_must_build_without_std() {
        let mut members = Members::default();
        for folder in ["ci", "ci/peers", "benches", "std-shim", "core", "circle"] {
            members.list(folder).push(folder.to_string());
        }
        assert_eq!(members.host_tools, ["ci", "ci/peers", "benches"]);
        assert_eq!(members.with_std, ["std-shim"]);
        assert_eq!(members.without_std, ["core", "circle"]);
    }
}
