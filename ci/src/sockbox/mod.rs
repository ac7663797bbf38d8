//! `cargo ci sockbox`: the tool as users run it, with std, rustix, nc, socat and Python at the other
//! end of its sockets.
//!
//! Each case is a function that returns what went wrong. All waits have an ample limit, the kernel picks
//! all ports, and paths are in a folder that is removed.

mod arches;
mod cat;
mod echo;
mod elf;
mod limits;
mod lines;
mod paths;
mod socket;
mod stage;
mod streams;
mod tools;
mod trouble;

use std::path::Path;
use std::process::Command;

use crate::cross::Lane;
use crate::project::Project;
use crate::steps::Steps;
use crate::tally::Tally;
use crate::{Result, child};
pub(crate) use arches::check as check_arches;
use stage::Stage;
pub(crate) use tools::packages;

/// A case and its name.
type Case = (&'static str, fn(&Stage) -> Result<()>);

pub(crate) fn run(project: &Project, _: &[String]) -> Result<bool> {
    let mut steps = Steps::new(project);
    let words = ["build", "--release", "-p", "sockbox"];
    let built = steps.check("sockbox: release build", || {
        child::check(project.cargo().args(words)).map(drop)
    });
    if built {
        check(project, &project.target.join("release"), &mut steps);
    }
    match Lane::find(project) {
        Ok(lane) => check_arches(project, &lane, &mut steps),
        Err(missing) => steps.unable("sockbox: four architectures", &missing),
    }
    Ok(steps.finish())
}

/// Runs all cases with the program in this folder of release builds.
pub(crate) fn check(project: &Project, folder: &Path, steps: &mut Steps) {
    let program = folder.join("sockbox");
    steps.check("sockbox: the file", || elf::check_release(&program));
    let cases = [
        ("command line", lines::CASES),
        ("paths and signals", paths::CASES),
        ("echo", echo::CASES),
        ("limits", limits::CASES),
        ("trouble", trouble::CASES),
        ("cat", cat::CASES),
        ("cat --listen", cat::listen::CASES),
        ("cat --timeout", cat::timeout::CASES),
        ("standard streams", streams::CASES),
    ];
    for (name, cases) in cases {
        let name = format!("sockbox: {name}");
        steps.step(&name, || all(project, &program, cases));
    }
    match tools::lacking(project).as_slice() {
        [] => {
            steps.step("sockbox: other programs", || {
                all(project, &program, tools::CASES)
            });
        }
        lacking => {
            let names = lacking.join(", ");
            let reason = format!("{names} cannot be run; run: cargo ci setup");
            steps.unable("sockbox: other programs", &reason);
        }
    }
    match works(project.command("setarch").args(["-R", "true"])) {
        true => {
            steps.step("sockbox: addresses", || all(project, &program, elf::CASES));
        }
        false => steps.unable("sockbox: addresses", "setarch -R is not allowed here"),
    }
}

fn works(command: &mut Command) -> bool {
    child::text(command).is_ok()
}

/// Runs cases one after the other, each in a folder of its own, and prints a line for each.
fn all(project: &Project, program: &Path, cases: &[Case]) -> Result<Tally> {
    let mut tally = Tally::default();
    for (name, case) in cases {
        let stage = Stage::new(project, program.to_path_buf())?;
        match case(&stage) {
            Ok(()) => {
                println!("ok {name}");
                tally += Tally::PASSED;
            }
            Err(error) => {
                println!("FAIL {name}: {error}");
                tally += Tally::FAILED;
            }
        }
    }
    Ok(tally)
}
