//! The tables in `ci/abi`: what cannot be found mechanically.

use std::fs;
use std::path::Path;

use sock_abi::check::{Check, Tables};
use sock_abi::exceptions::List;
use sock_abi::facts::Facts;
use sock_abi::since::Since;
use sock_abi::source::Sources;
use sock_abi::take;
use sock_abi::target::System;

use super::crates::Crates;
use crate::Result;
use crate::project::Project;

const EXPRESSIONS: &str = "ci/abi/expressions.toml";
const LITERALS: &str = "ci/abi/literals.toml";
const LIBC: &str = "ci/abi/libc.toml";
const DARWIN: &str = "ci/abi/facts/darwin.tsv";
const SINCE: &str = "ci/abi/facts/since.tsv";

/// Reads them all.
pub(super) fn load(project: &Project) -> Result<Tables> {
    let text = |file: &str| read(project, file);
    let list = |file, keys: &[&str]| List::parse(file, &text(file)?, keys);
    Ok(Tables {
        expressions: list(EXPRESSIONS, &["name", "c"])?,
        literals: list(LITERALS, &["file", "why"])?,
        libc: list(LIBC, &["name", "on", "why"])?,
        facts: Facts::parse(System::Darwin, &text(DARWIN)?)?,
        since: Since::parse(SINCE, &text(SINCE)?)?,
    })
}

fn read(project: &Project, file: &str) -> Result<String> {
    fs::read_to_string(project.root.join(file)).map_err(|error| format!("{file}: {error}"))
}

/// Writes the tables of facts anew, with the rows that our sources use of complete ones in a folder:
/// `darwin.tsv`, `darwin-history.tsv` and `freebsd-versions.tsv`.
pub(super) fn take(project: &Project, folder: &Path) -> Result<()> {
    let text = |file: &str| {
        fs::read_to_string(folder.join(file)).map_err(|error| format!("{file}: {error}"))
    };
    let mut tables = load(project)?;
    // What a complete table lacks stays as it was.
    let ours = read(project, DARWIN)?;
    tables.facts = Facts::complete(System::Darwin, &(text("darwin.tsv")? + &ours));
    let crates = Crates::find(project)?;
    let sources = Sources::new(&project.root);
    let raw_sys = crates.raw_sys()?;
    let compiler = super::compiler(project)?;
    let mut check = Check::new(&tables, &compiler, &crates, &raw_sys);
    check.run(&sources)?;
    let names = |system| check.names(&sources, system);
    let facts: String = tables.facts.used().map(|line| line + "\n").collect();
    let since = take::freebsd(&text("freebsd-versions.tsv")?, &names(System::FreeBsd)?)
        + &take::darwin(&text("darwin-history.tsv")?, &names(System::Darwin)?);
    for (file, rows) in [(DARWIN, facts), (SINCE, since)] {
        let old = read(project, file)?;
        let head: String = old
            .lines()
            .take_while(|line| line.starts_with('#'))
            .flat_map(|line| [line, "\n"])
            .collect();
        fs::write(project.root.join(file), head + &rows)
            .map_err(|error| format!("{file}: {error}"))?;
    }
    Ok(())
}
