//! The programs of `ci/size.toml`.

use std::fs;

use crate::Result;
use crate::linux::Arch;
use crate::project::Project;

/// One program, and what is asked of it.
#[derive(Debug, PartialEq)]
pub(crate) struct Program {
    pub(crate) name: String,
    pub(crate) package: String,
    pub(crate) features: Option<String>,
    /// The most bytes it may have; none for a peer.
    pub(crate) limit: Option<u64>,
    pub(crate) drive: String,
    /// Whether it is what `cargo build --release` makes on this machine, and not of the profile `static`.
    pub(crate) host: bool,
    /// Whether formatting, panics and an allocator are forbidden in it.
    pub(crate) bare: bool,
    except: Vec<String>,
}

impl Program {
    /// Whether it exists for this architecture.
    pub(crate) fn is_for(&self, arch: &Arch) -> bool {
        (!self.host || arch.is_host()) && !self.except.iter().any(|name| name == arch.name)
    }
}

/// Reads the list.
pub(crate) fn load(project: &Project) -> Result<Vec<Program>> {
    let path = project.root.join("ci/size.toml");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    parse(&text).map_err(|error| format!("{}: {error}", path.display()))
}

fn parse(text: &str) -> Result<Vec<Program>> {
    let table: toml::Table = text.parse().map_err(|error| format!("{error}"))?;
    let programs = table.get("program").and_then(toml::Value::as_array);
    let programs = programs.ok_or("there is no [[program]]")?;
    programs.iter().map(program).collect()
}

fn program(value: &toml::Value) -> Result<Program> {
    const KEYS: [&str; 8] = [
        "name", "package", "features", "limit", "drive", "host", "bare", "except",
    ];
    let table = value.as_table().ok_or("a program is no table")?;
    if let Some(key) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(format!("unknown key '{key}'"));
    }
    let text = |key| table.get(key).and_then(toml::Value::as_str);
    let required = |key| {
        text(key)
            .map(String::from)
            .ok_or_else(|| format!("a program without '{key}'"))
    };
    let limit = match table.get("limit") {
        None => None,
        Some(limit) => Some(
            limit
                .as_integer()
                .and_then(|limit| u64::try_from(limit).ok())
                .ok_or("'limit' is no number of bytes")?,
        ),
    };
    let yes = |key| match table.get(key).map(toml::Value::as_bool) {
        None => Ok(false),
        Some(Some(yes)) => Ok(yes),
        Some(None) => Err(format!("'{key}' is neither true nor false")),
    };
    let (host, bare) = (yes("host")?, yes("bare")?);
    let except = match table.get("except") {
        None => Vec::new(),
        Some(names) => names
            .as_array()
            .and_then(|names| {
                names
                    .iter()
                    .map(|name| name.as_str().map(String::from))
                    .collect()
            })
            .ok_or("'except' is no list of architectures")?,
    };
    Ok(Program {
        name: required("name")?,
        package: required("package")?,
        features: text("features").map(String::from),
        limit,
        drive: required("drive")?,
        host,
        bare,
        except,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::ARCHES;

    #[test]
    fn the_list_of_this_repository() {
        let programs = parse(include_str!("../../size.toml")).unwrap();
        let echo = programs.iter().find(|program| program.name == "tcp-echo");
        assert_eq!(echo.and_then(|echo| echo.limit), Some(2048));
        let rustix = programs.iter().find(|it| it.features.is_some()).unwrap();
        assert!(rustix.limit.is_none());
        assert!(rustix.is_for(&ARCHES[0]) && !rustix.is_for(&ARCHES[3]));
    }

    #[test]
    fn faults_of_a_list_are_told() {
        for (text, fault) in [
            ("", "there is no [[program]]"),
            ("[[program]]\nname = 'a'", "a program without 'package'"),
            ("[[program]]\nlimits = 1", "unknown key 'limits'"),
            ("[[program]]\nlimit = -1", "'limit' is no number of bytes"),
            ("[[program]]\nbare = 1", "'bare' is neither true nor false"),
            (
                "[[program]]\nexcept = [1]",
                "'except' is no list of architectures",
            ),
        ] {
            assert_eq!(parse(text), Err(fault.to_string()));
        }
    }
}
