//! `cargo ci sim`: random schedules over the core and the simulated kernel, with faults.
//!
//! The program `campaign` plays them; here it is built, and kept to its time.

use std::time::Duration;

use crate::Result;
use crate::child::{self, Show};
use crate::project::Project;

/// Many times what a campaign may take; one that takes longer hangs.
const LIMIT: Duration = Duration::from_secs(1800);

/// How many schedules a landing needs.
const AT_LANDING: &str = "100000";

pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<bool> {
    build(project)?;
    let finished = play(project, arguments)?;
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

fn check_with(project: &Project, words: &[&str]) -> Result<()> {
    build(project)?;
    let words: Vec<String> = words.iter().map(|word| word.to_string()).collect();
    let finished = play(project, &words)?;
    match finished.succeeded() {
        true => Ok(()),
        false => Err(finished.ending()),
    }
}

/// Builds the program: as a release, but with unwinding.
fn build(project: &Project) -> Result<()> {
    let words = [
        "build",
        "--quiet",
        "-p",
        "campaign",
        "--profile",
        "campaign",
    ];
    child::check(project.cargo().args(words)).map(drop)
}

fn play(project: &Project, words: &[String]) -> Result<child::Finished> {
    let program = project.target.join("campaign").join("campaign");
    child::run(
        project.command(program).args(words),
        Show::Live,
        Some(LIMIT),
    )
}
