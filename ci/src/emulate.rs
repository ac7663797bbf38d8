//! `cargo ci emulate`: the conformance programs of FreeBSD and macOS, their very machine code, against a model of
//! each kernel (`ci/emulate`). What the models know of numbers and layouts comes from the systems' headers, probed
//! in this run.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::bsd::build::{Builder, Program};
use crate::bsd::{System, TARGETS, Target};
use crate::child::{self, Show};
use crate::conformance::Run;
use crate::project::Project;
use crate::steps::Steps;
use crate::tally::Tally;
use crate::toolchain::Toolchains;
use crate::{Result, abi, unicorn, zig};

/// For one run; ample for a suite of short cases under emulation.
const LIMIT: u64 = 400;

/// After its own limit a run tells where it hangs; this ends one that does not even do that.
const GRACE: u64 = 20;

/// A short run beside the whole suite: of a target, with options of the emulator, these cases.
type Short = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

/// The ways of a clock that the suite does not take, and FreeBSD's program as the first process of its machine.
const SHORT: [Short; 4] = [
    ("darwin-arm64", &["--clock", "call"], CLOCK),
    ("darwin-amd64", &["--clock", "call"], WAKES),
    ("freebsd-amd64", &["--init"], FIRST),
    ("freebsd-arm64", &["--init"], FIRST),
];

/// Cases that wait for a time and look how late it is.
const CLOCK: &[&str] = &["deadline-of", "deadline-shared"];

/// Cases that wait, but not to the millisecond: amd64 asks by a call only after many tries, which take longer here.
const WAKES: &[&str] = &["deadline-passed", "deadline-never", "deadline-beyond"];

/// Cases that need the network and a directory to write to.
const FIRST: &[&str] = &["tcp-reset", "unix-path"];

pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<bool> {
    let trace = arguments.iter().any(|word| word == "--trace");
    let words = arguments.iter().filter(|word| *word != "--trace");
    let mut steps = Steps::new(project);
    let lane = Lane::find(project)?;
    lane.build_emulator()?;
    steps.step("emulate: what calls leave in registers", || {
        lane.registers()
    });
    let programs = lane.programs()?;
    let (names, cases): (Vec<&String>, Vec<&String>) =
        words.partition(|word| programs.iter().any(|program| program.name == **word));
    for program in &programs {
        if names.is_empty() || names.iter().any(|name| **name == program.name) {
            let run = || lane.conformance(program, &cases, trace);
            steps.step(&format!("emulate: {}", program.name), run);
        }
    }
    if arguments.is_empty() {
        lane.short_runs(&programs, &mut steps);
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
        lane.build_emulator()?;
        programs = lane.programs()?;
        Ok(())
    });
    if built {
        steps.step("emulate: what calls leave in registers", || {
            lane.registers()
        });
        for program in &programs {
            let run = || lane.conformance(program, &[], false);
            steps.step(&format!("emulate: {}", program.name), run);
        }
        lane.short_runs(&programs, steps);
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

    /// The emulator itself.
    fn build_emulator(&self) -> Result<()> {
        let words = ["build", "--quiet", "--release", "-p", "emulate"];
        child::check(self.project.cargo().args(words)).map(drop)
    }

    /// The programs that it runs.
    fn programs(&self) -> Result<Vec<Program>> {
        Builder::find(self.project, &self.toolchains)?.conformance()
    }

    /// Runs programs in assembly that look at each register and flag behind a call: that the models leave what the
    /// kernels leave.
    fn registers(&self) -> Result<Tally> {
        let mut tally = Tally::default();
        for target in TARGETS {
            let program = self.probe(target)?;
            let table = self.table(target)?;
            let mut command = self.project.command(self.emulator());
            self.options(&mut command, &table);
            let limit = Some(Duration::from_secs(LIMIT));
            let finished = child::run(command.arg(&program), Show::Live, limit)?;
            if finished.succeeded() {
                println!("{}: ok", target.name);
                tally += Tally::PASSED;
            } else {
                println!("FAILED {}: check {}", target.name, finished.ending());
                tally += Tally::FAILED;
            }
        }
        Ok(tally)
    }

    /// Builds the program in assembly of a target.
    fn probe(&self, target: Target) -> Result<PathBuf> {
        let zig = zig::find(self.project).ok_or_else(zig::missing)?;
        let folder = self.folder()?;
        let program = folder.join(format!("{}-probe", target.name));
        let (_, arch) = target.name.split_once('-').unwrap_or_default();
        let source = format!("ci/emulate/probes/{arch}.S");
        let mut compile = zig::command(self.project, &zig);
        compile.arg("cc").arg(source);
        match target.system {
            System::Darwin => {
                let triple = format!("{}-macos", target.arch);
                compile
                    .args(["-target", &triple, "-DDARWIN", "-o"])
                    .arg(&program);
                child::check(&mut compile)?;
            }
            System::FreeBsd => {
                let triple = format!("{}-freebsd", target.arch);
                let object = program.with_extension("o");
                compile
                    .args(["-target", &triple, "-DFREEBSD", "-c", "-o"])
                    .arg(&object);
                child::check(&mut compile)?;
                let mut link = self.project.command(self.toolchains.lld()?);
                link.args(["-flavor", "gnu", "-static", "-o"]).arg(&program);
                child::check(link.arg(&object))?;
            }
        }
        Ok(program)
    }

    /// Where what a run needs is put.
    fn folder(&self) -> Result<PathBuf> {
        let folder = self.project.target.join("emulate");
        let io = |error: std::io::Error| format!("{}: {error}", folder.display());
        fs::create_dir_all(&folder).map_err(io)?;
        Ok(folder)
    }

    fn emulator(&self) -> PathBuf {
        self.project.target.join("release/emulate")
    }

    /// The numbers and layouts of a target that the model uses, from the headers.
    fn table(&self, target: Target) -> Result<PathBuf> {
        let system = match target.system {
            System::FreeBsd => "freebsd",
            System::Darwin => "darwin",
        };
        let names = child::text(
            self.project
                .command(self.emulator())
                .args(["--names", system]),
        )?;
        let values = abi::values(self.project, target.name, &names)?;
        let path = self.folder()?.join(format!("{}.table", target.name));
        fs::write(&path, values).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(path)
    }

    /// Runs the suite, or the cases whose names contain one of the words.
    fn conformance(&self, program: &Program, words: &[&String], trace: bool) -> Result<Tally> {
        let table = self.table(program.target)?;
        let start = Instant::now();
        let mut command = self.project.command(self.emulator());
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

    /// The runs of a few cases each.
    fn short_runs(&self, programs: &[Program], steps: &mut Steps) {
        for (name, options, cases) in SHORT {
            let label = format!("emulate: {name} {}", options.join(" "));
            steps.step(&label, || {
                let program = programs.iter().find(|program| program.name == name);
                let program = program.ok_or_else(|| format!("no program {name}"))?;
                self.short_run(program, options, cases)
            });
        }
    }

    fn short_run(&self, program: &Program, options: &[&str], cases: &[&str]) -> Result<Tally> {
        let table = self.table(program.target)?;
        let mut command = self.project.command(self.emulator());
        self.options(&mut command, &table);
        command.args(options).arg(&program.path).args(cases);
        let limit = Duration::from_secs(LIMIT + GRACE);
        let run = Run::read(&child::run(&mut command, Show::Live, Some(limit))?);
        run.print(&format!("{} {}", program.name, options.join(" ")));
        Ok(run.tally())
    }

    fn options(&self, command: &mut std::process::Command, table: &Path) {
        command.arg("--unicorn").arg(&self.library);
        command.arg("--table").arg(table);
        command.arg("--limit").arg(LIMIT.to_string());
    }
}
