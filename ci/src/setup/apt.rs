//! Debian's package tools: the machine's own, and a private configuration for packages of another
//! suite, which neither reads nor changes what the machine installs.

use std::fs;
use std::path::{Path, PathBuf};

use crate::project::{self, Project};
use crate::{Result, child};

/// Whether this machine is a Debian.
pub(super) fn is_debian() -> bool {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    field(&release, "ID") == Some("debian")
}

/// Whether the machine's sources have all of these packages.
pub(super) fn has(project: &Project, packages: &[&str]) -> bool {
    packages.iter().all(|package| {
        let policy =
            child::text(
                project
                    .command("apt-cache")
                    .args(["show", "--no-all-versions", package]),
            );
        policy.is_ok_and(|text| !text.is_empty())
    })
}

/// Installs packages from the machine's own sources.
pub(super) fn install(project: &Project, packages: &[&str]) -> Result<()> {
    if !project::is_root(project) {
        let packages = packages.join(" ");
        return Err(format!(
            "only root may install packages: apt-get install --no-install-recommends {packages}"
        ));
    }
    if !has(project, packages) {
        // Fails also for sources that have nothing to do with these packages.
        if let Err(error) = child::check(project.command("apt-get").arg("update")) {
            println!("apt-get update: {error}");
        }
    }
    for package in packages {
        if !has(project, &[package]) {
            return Err(format!("this Debian's sources have no package {package}"));
        }
    }
    let mut install = project.command("apt-get");
    install.env("DEBIAN_FRONTEND", "noninteractive");
    install
        .args(["install", "--yes", "--no-install-recommends"])
        .args(packages);
    child::check(&mut install).map(drop)
}

/// A private configuration, in a folder of the workspace.
pub(super) struct Private {
    folder: PathBuf,
    configuration: PathBuf,
}

impl Private {
    /// Lays out the configuration, with the mirror that the machine's own sources name.
    pub(super) fn new(project: &Project, suite: &str) -> Result<Self> {
        let folder = project.tools().join("apt");
        let mirror = mirror()?;
        let configuration = folder.join("apt.conf");
        let io = |error: std::io::Error| format!("{}: {error}", folder.display());
        for part in ["lists/partial", "cache/archives/partial"] {
            fs::create_dir_all(folder.join(part)).map_err(io)?;
        }
        let keys =
            ["gpg", "pgp"].map(|end| format!("/usr/share/keyrings/debian-archive-keyring.{end}"));
        let keys = keys.into_iter().find(|file| Path::new(file).is_file());
        let signed_by = keys
            .map(|file| format!("[signed-by={file}] "))
            .unwrap_or_default();
        let sources = folder.join("sources.list");
        fs::write(&sources, format!("deb {signed_by}{mirror} {suite} main\n")).map_err(io)?;
        fs::write(&configuration, configuration_text(&folder, &sources)).map_err(io)?;
        Ok(Self {
            folder,
            configuration,
        })
    }

    /// Fetches a package's file.
    pub(super) fn download(&self, project: &Project, package: &str) -> Result<PathBuf> {
        let folder = self.folder.join("packages");
        let io = |error: std::io::Error| format!("{}: {error}", folder.display());
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(io)?;
        }
        fs::create_dir_all(&folder).map_err(io)?;
        for words in [&["update"][..], &["download", package]] {
            let mut apt = project.command("apt-get");
            apt.args(words)
                .env("APT_CONFIG", &self.configuration)
                .current_dir(&folder);
            child::check(&mut apt)
                .map_err(|error| format!("apt-get {}: {error}", words.join(" ")))?;
        }
        let entry = fs::read_dir(&folder).map_err(io)?.next();
        let entry = entry.ok_or_else(|| format!("apt-get left no file of {package}"))?;
        Ok(entry.map_err(io)?.path())
    }
}

fn configuration_text(folder: &Path, sources: &Path) -> String {
    let folder = folder.display();
    let sources = sources.display();
    format!(
        "Dir::State::Lists \"{folder}/lists\";\n\
         Dir::Cache \"{folder}/cache\";\n\
         Dir::Etc::SourceList \"{sources}\";\n\
         Dir::Etc::SourceParts \"/dev/null\";\n\
         APT::Sandbox::User \"root\";\n\
         Acquire::Languages \"none\";\n\
         Acquire::IndexTargets::deb::DEP-11::DefaultEnabled \"false\";\n"
    )
}

/// The mirror of Debian's own archive that this machine uses.
fn mirror() -> Result<String> {
    let release = fs::read_to_string("/etc/os-release")
        .map_err(|error| format!("/etc/os-release: {error}"))?;
    let codename = field(&release, "VERSION_CODENAME").unwrap_or("sid");
    let mut files = vec![PathBuf::from("/etc/apt/sources.list")];
    if let Ok(folder) = fs::read_dir("/etc/apt/sources.list.d") {
        files.extend(folder.filter_map(|entry| Some(entry.ok()?.path())));
    }
    files.sort();
    let sources = files.iter().flat_map(|file| {
        let text = fs::read_to_string(file).unwrap_or_default();
        match file.extension().and_then(|end| end.to_str()) {
            Some("list") => lines(&text),
            Some("sources") => stanzas(&text),
            _ => Vec::new(),
        }
    });
    choose(sources, codename).ok_or_else(|| "apt's sources name no mirror of Debian".to_string())
}

/// A source of packages.
#[derive(Debug, PartialEq)]
struct Source {
    uri: String,
    suites: Vec<String>,
    components: Vec<String>,
}

/// The archive itself is the one with the release's own suite and the component `main`: not its security
/// updates, and not the archives of others.
fn choose(sources: impl IntoIterator<Item = Source>, codename: &str) -> Option<String> {
    let suites = [codename, "stable", "testing", "unstable", "sid"];
    let mut sources = sources.into_iter();
    let source = sources.find(|source| {
        source
            .suites
            .iter()
            .any(|suite| suites.contains(&suite.as_str()))
            && source
                .components
                .iter()
                .any(|component| component == "main")
    });
    source.map(|source| source.uri)
}

/// Reads the one-line format of sources.list(5).
fn lines(text: &str) -> Vec<Source> {
    text.lines()
        .filter_map(|line| {
            let rest = line.trim().strip_prefix("deb ")?.trim_start();
            let rest = match rest.strip_prefix('[') {
                Some(options) => options.split_once(']')?.1,
                None => rest,
            };
            let mut words = rest.split('#').next()?.split_whitespace().map(String::from);
            Some(Source {
                uri: words.next()?,
                suites: vec![words.next()?],
                components: words.collect(),
            })
        })
        .collect()
}

/// Reads the stanzas of the deb822 format of sources.list(5).
fn stanzas(text: &str) -> Vec<Source> {
    let text: String = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(|line| [line.trim_end(), "\n"])
        .collect();
    text.split("\n\n")
        .filter_map(|stanza| {
            let words = |name: &str| -> Vec<String> {
                let mut inside = false;
                let mut words = Vec::new();
                for line in stanza.lines() {
                    let value = match line.split_once(':') {
                        _ if line.starts_with([' ', '\t']) => line,
                        Some((field, value)) => {
                            inside = field.eq_ignore_ascii_case(name);
                            value
                        }
                        None => continue,
                    };
                    if inside {
                        words.extend(value.split_whitespace().map(String::from));
                    }
                }
                words
            };
            let enabled = words("Enabled").first().is_none_or(|word| word != "no");
            let binary = words("Types").iter().any(|word| word == "deb");
            let uri = words("URIs").into_iter().next()?;
            (enabled && binary).then(|| Source {
                uri,
                suites: words("Suites"),
                components: words("Components"),
            })
        })
        .collect()
}

/// A field of os-release(5).
fn field<'a>(release: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = release.lines().filter_map(|line| line.split_once('='));
    lines
        .find(|line| line.0 == name)
        .map(|line| line.1.trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const STANZAS: &str = "Types: deb\nURIs: http://other.example/node\nSuites: nodistro\nComponents: main\n\n\
        # the archive\nTypes: deb deb-src\n# was http://old.example/debian\nURIs: http://mirror.example/debian\n\
        Suites: bookworm\n bookworm-updates\nComponents: main\n\n\
        Types: deb\nURIs: http://mirror.example/debian-security\nSuites: bookworm-security\nComponents: main\n\n\
        Types: deb-src\nURIs: http://source.example/debian\nSuites: bookworm\nComponents: main\n\n\
        Enabled: no\nTypes: deb\nURIs: http://disabled.example/debian\nSuites: bookworm\nComponents: main\n";

    #[test]
    fn the_archive_is_chosen_from_stanzas() {
        let sources = stanzas(STANZAS);
        assert_eq!(sources.len(), 3);
        assert_eq!(sources[1].suites, ["bookworm", "bookworm-updates"]);
        assert_eq!(
            choose(sources, "bookworm").as_deref(),
            Some("http://mirror.example/debian")
        );
        assert_eq!(choose(stanzas(STANZAS), "forky"), None);
    }

    #[test]
    fn the_archive_is_chosen_from_lines() {
        let text = "# deb http://old.example/debian bookworm main\n\
            deb http://other.example/apt cloud-bookworm main\n\
            deb-src http://source.example/debian bookworm main\n\
            deb http://third.example/debian bookworm contrib\n\
            deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian bookworm main contrib # ours\n";
        assert_eq!(lines(text).len(), 3);
        assert_eq!(
            choose(lines(text), "bookworm").as_deref(),
            Some("http://mirror.example/debian")
        );
    }

    #[test]
    fn fields_of_the_release() {
        let release = "PRETTY_NAME=\"Debian GNU/Linux 12\"\nVERSION_CODENAME=bookworm\nID=debian\nID_LIKE=\"x\"\n";
        assert_eq!(field(release, "ID"), Some("debian"));
        assert_eq!(field(release, "VERSION_CODENAME"), Some("bookworm"));
        assert_eq!(field(release, "VERSION"), None);
    }
}
