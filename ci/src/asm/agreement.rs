//! Runs the program `agreement` of the package: whether the calls by hand do what those of `sock` do.

use std::path::PathBuf;
use std::time::Duration;

use super::build::PACKAGE;
use crate::child::{self, Show};
use crate::conformance::Run;
use crate::cross::Lane;
use crate::linux::Arch;
use crate::project::Project;
use crate::{Error, Result};

const PROGRAM: &str = "agreement";

/// Ample for nine short cases under emulation.
const LIMIT: Duration = Duration::from_secs(60);

/// How many calls agree on an architecture, or what is wrong.
pub(crate) fn check(
    project: &Project,
    lane: &Lane,
    arch: &Arch,
    emulator: Option<&PathBuf>,
) -> Result<usize> {
    let words = [
        "build",
        "--quiet",
        "--profile",
        "static",
        "-p",
        PACKAGE,
        "--bin",
        PROGRAM,
    ];
    for cargo in &mut lane.toolchains.cargo(project, &words, &[arch.target])? {
        child::check(cargo.envs(arch.build_environment(&lane.lld)))?;
    }
    let program = arch.program(project, PROGRAM);
    let mut command = project.command(emulator.unwrap_or(&program));
    if emulator.is_some() {
        command.arg(&program);
    }
    let finished = child::run(&mut command, Show::Nothing, Some(LIMIT))?;
    let run = Run::read(&finished);
    if run.failed.is_empty() && run.faults.is_empty() {
        return Ok(run.passed.len());
    }
    let failures = finished
        .output
        .lines()
        .filter(|line| line.starts_with("FAIL"));
    let faults = failures.map(String::from).chain(run.faults.clone());
    Err(faults.collect::<Vec<Error>>().join("; "))
}
