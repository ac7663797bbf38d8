//! `cargo ci sim`: random schedules over the core and the simulated kernel, with faults.
//!
//! The program `campaign` plays them; here it is built, and kept to its time. `cargo ci sim --planted` plants one
//! fault of `ci/campaign/mutants.toml` at a time in a copy of the workspace, and requires the campaign to find it.

use std::fs;
use std::process;
use std::time::Duration;

use crate::Result;
use crate::child::{self, Show};
use crate::planted::{self, Fault};
use crate::project::Project;
use crate::steps::Steps;
use crate::tally::Tally;

/// Many times what a campaign may take; one that takes longer hangs.
const LIMIT: Duration = Duration::from_secs(1800);

/// How many schedules a landing needs.
const AT_LANDING: &str = "100000";

const LIST: &str = "ci/campaign/mutants.toml";

const PLANTED: &str = "--planted";

pub(crate) const HELP: &str = "--help";

/// What a command that replays a schedule begins with.
const REPLAY: &str = "cargo ci sim ";

/// What the campaign ends with when it does not take its arguments, and has said why.
const MISUSED: i32 = 2;

pub(crate) const USAGE: &str = "\
usage: cargo ci sim [--schedules N] [--seed S] [--survey]
       cargo ci sim --schedule K [--seed S] [--set NAME=VALUE,…] [--faults N,…|none]
       cargo ci sim --planted [NAME…]

A campaign ends with the first schedule that fails, and prints the command that replays it.

  --schedules N    so many schedules, 1000000 unless told
  --seed S         what all chance comes from, 1 unless told
  --survey         do not end with a failure, but tell of each place in the code once

  --schedule K     this schedule of the campaign alone, with every call and every parameter
  --set NAME=VALUE parameters that it draws, forced to values; all others stay as they were
  --faults N       of the faults that come about in it, numbered from 0, these alone; or none

  --planted        plant one fault at a time in a copy of the code, which the campaign must find
  NAME…            those alone whose names contain one of these words

  --help           this text

It ends with 0 if all holds, 1 if something failed, 2 if it does not take what it was told.
";

pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<bool> {
    if arguments.iter().any(|argument| argument == HELP) {
        print!("{USAGE}");
        return Ok(true);
    }
    if let Some((first, names)) = arguments.split_first()
        && first == PLANTED
    {
        let mut steps = Steps::new(project);
        steps.step("planted faults", || find_planted(project, names));
        return Ok(steps.finish());
    }
    build(project)?;
    let finished = play(project, arguments, Show::Live)?;
    if finished.code() == Some(MISUSED) {
        process::exit(MISUSED);
    }
    Ok(finished.succeeded())
}

/// The campaign that a landing needs.
pub(crate) fn check(project: &Project) -> Result<()> {
    check_with(project, &["--schedules", AT_LANDING])
}

/// The whole campaign.
pub(crate) fn check_all(project: &Project) -> Result<()> {
    check_with(project, &[])
}

fn list(project: &Project) -> Result<Vec<Fault>> {
    let text = fs::read_to_string(project.root.join(LIST));
    let entries = planted::entries(&text.map_err(|error| format!("{LIST}: {error}"))?, LIST)?;
    let fault = |mut entry| {
        let fault = Fault::take(&mut entry, LIST)?;
        planted::nothing_left(&entry, &fault.name, LIST)?;
        Ok(fault)
    };
    entries.into_iter().map(fault).collect()
}

/// Checks, without planting any, that each fault still has its place in the code.
pub(crate) fn check_list(project: &Project) -> Result<()> {
    let faults = list(project)?;
    println!("{} planted faults", faults.len());
    for fault in &faults {
        let placed = fault.is_placed(project);
        placed.map_err(|why| format!("{}: {why}", fault.name))?;
    }
    Ok(())
}

/// Plants all faults, or those whose names contain one of these words: each must be found by the campaign
/// that a landing needs, which finds nothing without them, and the command that it prints must fail again.
pub(crate) fn find_planted(project: &Project, names: &[String]) -> Result<Tally> {
    let mut faults = list(project)?;
    let is_of = |fault: &Fault, name: &String| fault.name.contains(name);
    let known = |name: &&String| faults.iter().any(|fault| is_of(fault, name));
    if let Some(name) = names.iter().find(|name| !known(name)) {
        return Err(format!("{LIST} has no mutant '{name}'"));
    }
    faults.retain(|fault| names.is_empty() || names.iter().any(|name| is_of(fault, name)));
    let copy = planted::copy(project)?;
    let words = ["--schedules", AT_LANDING].map(String::from);
    // Not optimised: most of the time goes to building, once for each fault.
    let find = || {
        build_with(&copy, "0")?;
        play(&copy, &words, Show::Nothing)
    };
    let sound = find()?;
    if !sound.succeeded() {
        println!("{}", sound.output);
        return Err("the campaign fails without a fault".to_string());
    }
    let mut tally = Tally::default();
    let find_and_replay = || {
        let found = found(&find()?)?;
        let words = found.replay.trim_start_matches(REPLAY).split(' ');
        let words: Vec<String> = words.map(String::from).collect();
        match play(&copy, &words, Show::Nothing)?.code() {
            Some(1) => Ok(found),
            _ => Err(format!("fails no more: {}", found.replay)),
        }
    };
    for fault in &faults {
        match fault.with(&copy, find_and_replay) {
            Ok(Found { first, replay }) => {
                println!("found {}: {first}; {replay}", fault.name);
                tally += Tally::PASSED;
            }
            Err(why) => {
                println!("FAILED {}: {why}", fault.name);
                tally += Tally::FAILED;
            }
        }
    }
    println!("{} of {} planted faults found", tally.passed, faults.len());
    Ok(tally)
}

/// How a campaign has found a fault: a schedule that failed, with the command that replays it.
struct Found {
    first: String,
    replay: String,
}

fn found(finished: &child::Finished) -> Result<Found> {
    let line = |begin: &str| {
        let mut lines = finished.output.lines();
        lines.find(|line| line.starts_with(begin)).map(String::from)
    };
    match (finished.code(), line("schedule "), line(REPLAY)) {
        (Some(1), Some(first), Some(replay)) => Ok(Found { first, replay }),
        (_, Some(first), None) => Err(format!("not shrunk: {first}")),
        _ => Err(format!("not found ({})", finished.ending())),
    }
}

fn check_with(project: &Project, words: &[&str]) -> Result<()> {
    build(project)?;
    let words: Vec<String> = words.iter().map(|word| word.to_string()).collect();
    let finished = play(project, &words, Show::Live)?;
    match finished.succeeded() {
        true => Ok(()),
        false => Err(finished.ending()),
    }
}

/// Builds the program: as a release, but with unwinding.
fn build(project: &Project) -> Result<()> {
    build_with(project, "3")
}

fn build_with(project: &Project, optimisation: &str) -> Result<()> {
    let words = [
        "build",
        "--quiet",
        "-p",
        "campaign",
        "--profile",
        "campaign",
    ];
    let mut cargo = project.cargo();
    cargo.env("CARGO_PROFILE_CAMPAIGN_OPT_LEVEL", optimisation);
    child::check(cargo.args(words)).map(drop)
}

fn play(project: &Project, words: &[String], show: Show) -> Result<child::Finished> {
    let program = project.target.join("campaign").join("campaign");
    child::run(project.command(program).args(words), show, Some(LIMIT))
}
