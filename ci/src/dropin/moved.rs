//! A crate's source moved from std::net to sock::net: the names of two modules are replaced in its
//! Rust files, its manifest gets one dependency, and nothing else changes.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::Result;

/// What is replaced by what, in this order.
const MOVES: [(&str, &str); 2] = [
    ("std::os::unix::net", "sock::net::unix"),
    ("std::net", "sock::net"),
];

/// A crate as cargo has fetched it.
pub(super) struct Source {
    pub(super) folder: PathBuf,
    pub(super) version: String,
}

/// Finds a crate in what `cargo metadata` prints.
pub(super) fn source(metadata: &str, name: &str) -> Result<Source> {
    let metadata: Value = serde_json::from_str(metadata).map_err(|error| error.to_string())?;
    let packages = metadata.get("packages").and_then(Value::as_array);
    let packages = packages.into_iter().flatten();
    let mut found = packages.filter(|package| package.get("name") == Some(&Value::from(name)));
    let (Some(package), None) = (found.next(), found.next()) else {
        return Err(format!("cargo metadata does not name {name} once"));
    };
    let text = |key: &str| package.get(key).and_then(Value::as_str);
    let folder = text("manifest_path").and_then(|path| Path::new(path).parent());
    match (folder, text("version")) {
        (Some(folder), Some(version)) => Ok(Source {
            folder: folder.to_path_buf(),
            version: version.to_string(),
        }),
        _ => Err(format!("cargo metadata does not say where {name} is")),
    }
}

/// How often each name was replaced, in how many files.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Moves {
    counts: [usize; MOVES.len()],
    files: usize,
}

impl fmt::Display for Moves {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for ((from, to), count) in MOVES.iter().zip(self.counts) {
            write!(f, "{from} to {to} {count} times, ")?;
        }
        write!(f, "in {} files", self.files)
    }
}

/// Copies the crate in `from` to `to`, moved, and checks that this is all that differs.
pub(super) fn copy(from: &Path, to: &Path, sock: &Path) -> Result<Moves> {
    super::remove(to)?;
    let dependency = format!(
        "\n[dependencies.sock]\npath = '{}'\nfeatures = [\"std\"]\n",
        sock.display()
    );
    copy_tree(from, to, &|name, bytes| match name {
        "Cargo.toml" => [&bytes, dependency.as_bytes()].concat(),
        _ if name.ends_with(".rs") => moved(bytes),
        _ => bytes,
    })?;
    let (before, after) = (files(from)?, files(to)?);
    if before != after {
        return Err(format!(
            "{} has other files than {}",
            to.display(),
            from.display()
        ));
    }
    let mut moves = Moves::default();
    for name in before {
        let (before, after) = (bytes(&from.join(&name))?, bytes(&to.join(&name))?);
        match name.as_str() {
            "Cargo.toml" => {
                if after.strip_suffix(dependency.as_bytes()) != Some(&before) {
                    return Err(format!("{name} differs by more than a dependency"));
                }
            }
            _ if name.ends_with(".rs") => moves.add(&name, &before, &after)?,
            _ if before == after => {}
            _ => return Err(format!("{name} differs")),
        }
    }
    match moves.counts.iter().sum() {
        0usize => Err(format!("nothing to move in {}", from.display())),
        _ => Ok(moves),
    }
}

fn moved(bytes: Vec<u8>) -> Vec<u8> {
    match String::from_utf8(bytes) {
        Ok(text) => MOVES
            .iter()
            .fold(text, |text, (from, to)| replaced(&text, from, to))
            .into_bytes(),
        // No Rust then.
        Err(error) => error.into_bytes(),
    }
}

/// Replaces a path, but not where it is the end of a longer one: `async_std::net`.
fn replaced(text: &str, from: &str, to: &str) -> String {
    let mut out = String::new();
    let mut rest = 0;
    for at in places(text, from) {
        out.extend([text.get(rest..at).unwrap_or_default(), to]);
        rest = at + from.len();
    }
    out + text.get(rest..).unwrap_or_default()
}

/// Where a path stands in a text.
fn places<'a>(text: &'a str, path: &'a str) -> impl Iterator<Item = usize> {
    let all = text.match_indices(path).map(|(at, _)| at);
    all.filter(|at| {
        let before = text
            .get(..*at)
            .and_then(|before| before.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

impl Moves {
    /// Checks a Rust file by moving it back, and counts.
    fn add(&mut self, name: &str, before: &[u8], after: &[u8]) -> Result<()> {
        let before = String::from_utf8_lossy(before);
        let after = String::from_utf8_lossy(after);
        let back = MOVES.iter().fold(after.to_string(), |text, (from, to)| {
            replaced(&text, to, from)
        });
        if back != before {
            return Err(format!("{name} differs by more than the names of modules"));
        }
        for (count, (from, _)) in self.counts.iter_mut().zip(MOVES) {
            if places(&after, from).next().is_some() {
                return Err(format!("{name} still has {from}"));
            }
            *count += places(&before, from).count();
        }
        self.files += usize::from(before != after);
        Ok(())
    }
}

/// Copies all files below a folder, each as `change` makes it of its name and its bytes.
pub(super) fn copy_tree(
    from: &Path,
    to: &Path,
    change: &dyn Fn(&str, Vec<u8>) -> Vec<u8>,
) -> Result<()> {
    for name in files(from)? {
        let file = to.join(&name);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).map_err(|error| at(folder, &error))?;
        }
        write(&file, &change(&name, bytes(&from.join(&name))?))?;
    }
    Ok(())
}

/// The names of all files below a folder, but for what a build has left there.
fn files(folder: &Path) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(inner) = folders.pop() {
        let entries = fs::read_dir(folder.join(&inner)).map_err(|error| at(folder, &error))?;
        for entry in entries {
            let entry = entry.map_err(|error| at(folder, &error))?;
            let name = inner.join(entry.file_name());
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && name != Path::new("target") => folders.push(name),
                Ok(kind) if kind.is_file() => {
                    names.insert(name.to_string_lossy().into_owned());
                }
                _ => {}
            }
        }
    }
    Ok(names)
}

/// A package in a lock file.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Locked {
    pub(super) name: String,
    pub(super) version: String,
    /// Whether it comes from a registry.
    pub(super) is_fetched: bool,
}

/// The packages of a lock file.
pub(super) fn locked(lock: &str) -> Result<BTreeSet<Locked>> {
    let lock: toml::Table = lock.parse().map_err(|error| format!("{error}"))?;
    let packages = lock.get("package").and_then(toml::Value::as_array);
    let packages = packages.ok_or("a lock file without packages")?.iter();
    let named = packages.filter_map(|package| {
        let text = |key| Some(package.get(key)?.as_str()?.to_string());
        Some(Locked {
            name: text("name")?,
            version: text("version")?,
            is_fetched: package.get("source").is_some(),
        })
    });
    Ok(named.collect())
}

/// Checks that the files of a moved crate that were compiled do not reach std's sockets by a group
/// of imports: `use std::{net::TcpStream, …}`, which the replacement does not see.
pub(super) fn check_compiled(deps: &Path, name: &str, folder: &Path) -> Result<()> {
    let mut compiled = BTreeSet::new();
    for file in files(deps)? {
        // What the compiler says the crate depends on, in the format of make.
        if file.starts_with(&format!("{name}-")) && file.ends_with(".d") {
            let rules = read(&deps.join(file))?;
            let words = rules
                .split_whitespace()
                .map(|word| word.trim_end_matches(':'));
            let inside = words.filter(|word| Path::new(word).starts_with(folder));
            compiled.extend(inside.map(String::from));
        }
    }
    if compiled.is_empty() {
        return Err(format!("no file of {} was compiled", folder.display()));
    }
    for file in compiled {
        if groups_net(&read(Path::new(&file))?) {
            return Err(format!("{file} imports std's net in a group"));
        }
    }
    Ok(())
}

/// Whether a group of imports from std has a module `net`.
fn groups_net(text: &str) -> bool {
    let mut groups = text.split("std::").skip(1).filter_map(|rest| {
        let path = rest.find('{').filter(|at| is_path(&rest[..*at]))?;
        rest[path..].split_once(';').map(|group| group.0)
    });
    groups.any(|group| {
        let mut words = group.split(|c: char| !c.is_alphanumeric() && c != '_');
        words.any(|word| word == "net")
    })
}

fn is_path(text: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == ':' || c.is_whitespace();
    text.chars().all(is_part)
}

fn at(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}

fn bytes(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).map_err(|error| at(file, &error))
}

/// Reads a text.
pub(super) fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).map_err(|error| at(file, &error))
}

/// Writes a file.
pub(super) fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(file, bytes).map_err(|error| at(file, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str =
        "use std::net::TcpStream;\nuse std::os::unix::net::UnixStream;\nstd::net::Shutdown";
    const AFTER: &str =
        "use sock::net::TcpStream;\nuse sock::net::unix::UnixStream;\nsock::net::Shutdown";

    #[test]
    fn names_are_replaced_and_counted() {
        assert_eq!(moved(BEFORE.into()), AFTER.as_bytes());
        let other = "use async_std::net; use async_std::os::unix::net;";
        assert_eq!(moved(other.into()), other.as_bytes());
        let mut moves = Moves::default();
        moves
            .add("a.rs", BEFORE.as_bytes(), AFTER.as_bytes())
            .unwrap();
        moves.add("b.rs", b"fn b() {}", b"fn b() {}").unwrap();
        let expected = Moves {
            counts: [1, 2],
            files: 1,
        };
        assert_eq!(moves, expected);
    }

    #[test]
    fn any_other_difference_is_found() {
        let mut moves = Moves::default();
        let other = AFTER.replace("Shutdown", "shutdown");
        assert!(
            moves
                .add("a.rs", BEFORE.as_bytes(), other.as_bytes())
                .is_err()
        );
        assert!(
            moves
                .add("a.rs", BEFORE.as_bytes(), BEFORE.as_bytes())
                .is_err()
        );
    }

    #[test]
    fn groups_are_found() {
        for text in [
            "use std::{io, net::TcpStream};",
            "use std::{\n    io::{self, Read},\n    net::{TcpListener, TcpStream},\n};",
            "use std::os::unix::{ffi, net};",
            "use ::std::os::{fd, unix::net::UnixStream};",
        ] {
            assert!(groups_net(text), "{text}");
        }
        for text in [
            "use std::{fmt, io};\nuse tokio::net::TcpStream;",
            "std::thread::spawn(|| { net::connect() });",
            "use std::io;\nfn net() {}",
        ] {
            assert!(!groups_net(text), "{text}");
        }
    }

    #[test]
    fn packages_of_a_lock_file() {
        let lock = "version = 4\n[[package]]\nname = \"a\"\nversion = \"1\"\nsource = \"x\"\n\
            [[package]]\nname = \"b\"\nversion = \"2\"\ndependencies = [\"a\"]\n";
        let package = |name: &str, version: &str, is_fetched| Locked {
            name: name.to_string(),
            version: version.to_string(),
            is_fetched,
        };
        let expected = [package("a", "1", true), package("b", "2", false)];
        assert_eq!(locked(lock), Ok(BTreeSet::from(expected)));
        assert!(locked("a = 1").is_err());
    }
}
