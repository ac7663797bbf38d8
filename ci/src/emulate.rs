//! `cargo ci emulate`: the conformance programs of FreeBSD and macOS, their very machine code, against a model of
//! each kernel (`ci/emulate`). What the models know of numbers and layouts comes from the systems' headers, probed
//! in this run.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::bsd::System;
use crate::bsd::build::{Builder, Program};
use crate::child::{self, Show};
use crate::conformance::Run;
use crate::project::Project;
use crate::steps::Steps;
use crate::tally::Tally;
use crate::toolchain::Toolchains;
use crate::{Result, abi, unicorn};

/// For one run; ample for a suite of short cases under emulation.
const LIMIT: u64 = 400;

/// After its own limit a run tells where it hangs; this ends one that does not even do that.
const GRACE: u64 = 20;

pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<bool> {
    let trace = arguments.iter().any(|word| word == "--trace");
    let words = arguments.iter().filter(|word| *word != "--trace");
    let mut steps = Steps::new(project);
    let lane = Lane::find(project)?;
    let programs = lane.build()?;
    let (names, cases): (Vec<&String>, Vec<&String>) =
        words.partition(|word| programs.iter().any(|program| program.name == **word));
    for program in &programs {
        if names.is_empty() || names.iter().any(|name| **name == program.name) {
            let run = || lane.conformance(program, &cases, trace);
            steps.step(&format!("emulate: {}", program.name), run);
        }
    }
    Ok(steps.finish())
}

/// Runs all of them as steps of a longer run.
pub(crate) fn check(project: &Project, steps: &mut Steps) {
    let lane = match Lane::find(project) {
        Ok(lane) => lane,
        Err(missing) => return steps.unable("emulate", &missing),
    };
    let mut programs = Vec::new();
    let built = steps.check("emulate: build", || {
        programs = lane.build()?;
        Ok(())
    });
    if built {
        for program in &programs {
            let run = || lane.conformance(program, &[], false);
            steps.step(&format!("emulate: {}", program.name), run);
        }
    }
}

/// What the runs need, found on this machine.
struct Lane<'p> {
    project: &'p Project,
    toolchains: Toolchains,
    library: PathBuf,
}

impl<'p> Lane<'p> {
    fn find(project: &'p Project) -> Result<Self> {
        Ok(Self {
            project,
            toolchains: Toolchains::find(project)?,
            library: unicorn::find(project).ok_or_else(unicorn::missing)?,
        })
    }

    /// The emulator itself, and the programs.
    fn build(&self) -> Result<Vec<Program>> {
        let words = ["build", "--quiet", "--release", "-p", "emulate"];
        child::check(self.project.cargo().args(words))?;
        Builder::find(self.project, &self.toolchains)?.conformance()
    }

    fn program(&self) -> PathBuf {
        self.project.target.join("release/emulate")
    }

    /// The numbers and layouts of a target that the model uses, from the headers.
    fn table(&self, program: &Program) -> Result<PathBuf> {
        let system = match program.target.system {
            System::FreeBsd => "freebsd",
            System::Darwin => "darwin",
        };
        let names = child::text(
            self.project
                .command(self.program())
                .args(["--names", system]),
        )?;
        let values = abi::values(self.project, program.target.name, &names)?;
        let folder = self.project.target.join("emulate");
        let path = folder.join(format!("{}.table", program.target.name));
        let io = |error: std::io::Error| format!("{}: {error}", path.display());
        fs::create_dir_all(&folder).map_err(io)?;
        fs::write(&path, values).map_err(io)?;
        Ok(path)
    }

    /// Runs the suite, or the cases whose names contain one of the words.
    fn conformance(&self, program: &Program, words: &[&String], trace: bool) -> Result<Tally> {
        let table = self.table(program)?;
        let start = Instant::now();
        let mut command = self.project.command(self.program());
        self.options(&mut command, &table);
        if trace {
            command.arg("--trace");
        }
        command.arg(&program.path).args(words);
        let limit = Duration::from_secs(LIMIT + GRACE);
        let show = if words.is_empty() {
            Show::Nothing
        } else {
            Show::Live
        };
        let finished = child::run(&mut command, show, Some(limit))?;
        if show == Show::Nothing {
            let failed = |line: &&str| line.starts_with("FAIL ");
            for line in finished.output.lines().filter(failed) {
                println!("{line}");
            }
        }
        let run = Run::read(&finished);
        run.print(&program.name);
        println!("{}: {:.1} s", program.name, start.elapsed().as_secs_f64());
        Ok(run.tally())
    }

    fn options(&self, command: &mut std::process::Command, table: &Path) {
        command.arg("--unicorn").arg(&self.library);
        command.arg("--table").arg(table);
        command.arg("--limit").arg(LIMIT.to_string());
    }
}
