//! `cargo ci abi --flip N --seed S`: so many wrong numbers, one at a time, in the backends of the BSDs and
//! the core's numbers of them. The proofs must notice 95 of 100: first this check, and what it does not
//! notice, `emulate`, which runs the programs in a copy of the workspace.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;

use sock_abi::check::Check;
use sock_abi::flip::{self, Flip};
use sock_abi::source::Sources;

use super::crates::Crates;
use super::tables;
use crate::child::{self, Show};
use crate::project::Project;
use crate::tally::Tally;
use crate::{COMMANDS, Result, planted};

/// How many of 100 must be noticed.
const ENOUGH: usize = 95;

/// In `deep`.
const FLIPS: usize = 100;

/// The command that runs the programs against modelled kernels.
const EMULATE: &str = "emulate";

/// Reads `--flip N` and `--seed S`.
pub(super) fn parse(words: &[&str]) -> Result<(usize, u64)> {
    let number = |word: &str| word.parse().map_err(|_| format!("{word} is no number"));
    match words {
        ["--flip", count] => Ok((number(count)? as usize, 1)),
        ["--flip", count, "--seed", seed] => Ok((number(count)? as usize, number(seed)?)),
        _ => Err(
            "takes --verbose, --dump TARGET LIST, --take FOLDER or --flip N --seed S".to_string(),
        ),
    }
}

/// The campaign of `deep`.
pub(crate) fn deep(project: &Project) -> Result<Tally> {
    run(project, FLIPS, 1)
}

pub(super) fn run(project: &Project, count: usize, seed: u64) -> Result<Tally> {
    let tables = tables::load(project)?;
    let crates = Crates::find(project)?;
    let raw_sys = crates.raw_sys()?;
    let compiler = super::compiler(project)?;
    let mut check = Check::new(&tables, &compiler, &crates, &raw_sys);
    let mut sources = Sources::new(&project.root);
    let sound = check.run(&sources)?;
    if let Some(fault) = sound.faults.first() {
        return Err(format!("without a flip, {fault}"));
    }
    let flips = flip::flips(&sources, count, seed)?;
    let mut kinds: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut lost = Vec::new();
    for flip in &flips {
        let path = project.root.join(&flip.file);
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", flip.file))?;
        sources.change(&flip.file, flip.apply(&text));
        // What the check cannot read it does not let pass.
        let noticed = check
            .run(&sources)
            .map_or(true, |report| !report.faults.is_empty());
        sources.restore(&flip.file);
        let (all, found) = kinds.entry(flip.kind).or_default();
        *all += 1;
        if noticed {
            *found += 1;
        } else {
            lost.push(flip);
        }
    }
    for (kind, (all, found)) in &kinds {
        println!("{kind:<15} {found:>4} of {all:>4} noticed by abi");
    }
    let lost = second_proof(project, lost)?;
    for flip in &lost {
        println!("not noticed: {}:{}: {}", flip.file, flip.line, flip.what);
    }
    let noticed = flips.len() - lost.len();
    println!("{noticed} of {} flips noticed, seed {seed}", flips.len());
    if noticed * 100 < flips.len() * ENOUGH {
        return Err(format!("fewer than {ENOUGH} of 100"));
    }
    Ok(Tally {
        passed: noticed as u64,
        ..Tally::default()
    })
}

/// Those of the flips that the modelled kernels do not notice either.
fn second_proof<'f>(project: &Project, flips: Vec<&'f Flip>) -> Result<Vec<&'f Flip>> {
    let is_there = COMMANDS.iter().any(|command| command.name == EMULATE);
    if flips.is_empty() || !is_there {
        return Ok(flips);
    }
    let copy = planted::copy(project)?;
    let tools = copy.tools();
    if !tools.exists() {
        fs::create_dir_all(&copy.target)
            .and_then(|()| symlink(project.tools(), &tools))
            .map_err(|error| format!("{}: {error}", tools.display()))?;
    }
    // A proof that fails anyway notices nothing.
    let emulate = || child::run(copy.cargo().args(["ci", EMULATE]), Show::Nothing, None);
    if !emulate()?.succeeded() {
        return Err(format!("without a flip, {EMULATE} fails"));
    }
    let mut lost = Vec::new();
    for flip in flips {
        let path = copy.root.join(&flip.file);
        let io = |error: std::io::Error| format!("{}: {error}", flip.file);
        let sound = fs::read_to_string(&path).map_err(io)?;
        fs::write(&path, flip.apply(&sound)).map_err(io)?;
        let run = emulate();
        fs::write(&path, sound).map_err(io)?;
        if run?.succeeded() {
            lost.push(flip);
        }
    }
    Ok(lost)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments() {
        assert_eq!(parse(&["--flip", "20"]), Ok((20, 1)));
        assert_eq!(parse(&["--flip", "20", "--seed", "7"]), Ok((20, 7)));
        assert!(parse(&["--flip", "x"]).is_err() && parse(&["--seed", "1"]).is_err());
    }
}
