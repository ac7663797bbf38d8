//! `cargo ci abi`: every number and layout of a kernel in our sources, against the headers of each target
//! and against the crate libc.
//!
//! The check itself is the crate `sock-abi` (`ci/abi`). Here are its tables, its compilers, and what of it is shown.

pub(crate) mod campaign;
mod crates;
mod tables;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use sock_abi::bytes;
use sock_abi::check::Check;
use sock_abi::compiler::Compiler;
use sock_abi::dump;
use sock_abi::report::Report;
use sock_abi::source::Sources;

use crate::project::Project;
use crate::steps::Steps;
use crate::tally::Tally;
use crate::{Result, zig};

pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<bool> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        [] => check(project, false).map(|tally| tally.failed == 0),
        ["--verbose"] => check(project, true).map(|tally| tally.failed == 0),
        ["--dump", target, list] => print_values(project, target, list).map(|()| true),
        ["--take", folder] => tables::take(project, &PathBuf::from(folder)).map(|()| true),
        _ => {
            let (count, seed) = campaign::parse(&words)?;
            campaign::run(project, count, seed).map(|_| true)
        }
    }
}

/// The check as a step of a longer run.
pub(crate) fn step(project: &Project, steps: &mut Steps) {
    match compiler(project) {
        Ok(_) => {
            steps.step("abi", || check(project, false));
        }
        Err(missing) => steps.unable("abi", &missing),
    }
}

/// The C compiler of the probes.
pub(crate) fn compiler(project: &Project) -> Result<Compiler> {
    Ok(Compiler {
        zig: zig::find(project).ok_or_else(zig::missing)?,
        cache: zig::cache(project),
        folder: project.target.join("abi"),
    })
}

/// Checks the sources of the workspace; prints the counts, and each fault on a line of its own.
fn check(project: &Project, verbose: bool) -> Result<Tally> {
    let tables = tables::load(project)?;
    let crates = crates::Crates::find(project)?;
    let raw_sys = crates.raw_sys()?;
    let compiler = compiler(project)?;
    let mut check = Check::new(&tables, &compiler, &crates, &raw_sys);
    let mut report = check.run(&Sources::new(&project.root))?;
    bytes::check(&compiler, &mut report)?;
    check.unused(&mut report);
    show(&report, verbose);
    Ok(Tally {
        passed: report.checked() as u64,
        failed: report.faults.len() as u64,
        skipped: 0,
    })
}

fn show(report: &Report, verbose: bool) {
    print!("{report}");
    if verbose {
        for line in report.lacking() {
            println!("{line}");
        }
    }
    if !report.later.is_empty() {
        println!("needed beyond FreeBSD 12 and macOS 11:");
        for line in &report.later {
            println!("  {line}");
        }
    }
    let mut shown = BTreeSet::new();
    for fault in report.faults.iter().filter(|fault| shown.insert(*fault)) {
        println!("FAILED {fault}");
    }
}

/// Prints the values of a list of names, for other tools.
fn print_values(project: &Project, target: &str, list: &str) -> Result<()> {
    let text = fs::read_to_string(list).map_err(|error| format!("{list}: {error}"))?;
    print!("{}", values(project, target, &text)?);
    Ok(())
}

/// The values of a list of names, a line each.
pub(crate) fn values(project: &Project, target: &str, list: &str) -> Result<String> {
    let tables = tables::load(project)?;
    let values = dump::dump(&compiler(project)?, &tables.facts, target.parse()?, list)?;
    let line = |(name, value): (String, Option<i128>)| match value {
        Some(value) => format!("{name} {value}\n"),
        None => format!("{name} -\n"),
    };
    Ok(values.into_iter().map(line).collect())
}
