//! `cargo ci cross`: the conformance suite as a static program on the four Linux architectures; every crate
//! for FreeBSD and macOS, with their conformance programs linked and looked at; type checks for targets
//! without a backend.

use std::path::PathBuf;
use std::time::Duration;

use crate::allow_list::AllowList;
use crate::bsd::build::Builder;
use crate::bsd::{self, Members};
use crate::child::{self, Show};
use crate::conformance::Run;
use crate::linux::{ARCHES, Arch};
use crate::project::Project;
use crate::steps::Steps;
use crate::tally::Tally;
use crate::toolchain::{CHECKED, Toolchains, no_library};
use crate::{Result, asm, embedded, qemu, size, template, zig};

const PROGRAM: &str = "conformance-static";

/// Ample for a suite of short cases under emulation.
const LIMIT: Duration = Duration::from_secs(600);

pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<bool> {
    let lane = Lane::find(project)?;
    let mut steps = Steps::new(project);
    if arguments.iter().any(|argument| argument == "--bsd") {
        lane.bsd(project, &mut steps);
    } else {
        lane.run(project, &mut steps);
    }
    Ok(steps.finish())
}

/// All that the cross builds and runs need, found on this machine.
pub(crate) struct Lane {
    pub(crate) toolchains: Toolchains,
    pub(crate) lld: PathBuf,
    /// Each architecture with its emulator; the host's own has none.
    pub(crate) machines: Vec<(Arch, Option<PathBuf>)>,
}

impl Lane {
    /// Looks for everything; the error tells what is missing, and what to do about it.
    pub(crate) fn find(project: &Project) -> Result<Self> {
        let toolchains = Toolchains::find(project)?;
        let lld = toolchains.lld()?;
        let mut missing = Vec::new();
        let targets = toolchains.lacking();
        if !targets.is_empty() {
            missing.push(no_library(&targets));
        }
        if zig::find(project).is_none() {
            missing.push(format!("no zig of version {}", zig::VERSION));
        }
        let arches = qemu::lacking(project);
        if !arches.is_empty() {
            missing.push(qemu::no_emulator(&arches));
        }
        if !missing.is_empty() {
            return Err(format!("{}; run: cargo ci setup", missing.join("; ")));
        }
        let machine = |arch: Arch| {
            (
                arch,
                if arch.is_host() {
                    None
                } else {
                    qemu::find(project, &arch)
                },
            )
        };
        Ok(Self {
            toolchains,
            lld,
            machines: ARCHES.into_iter().map(machine).collect(),
        })
    }

    /// Runs its steps.
    pub(crate) fn run(&self, project: &Project, steps: &mut Steps) {
        if steps.check("cross: build", || self.build(project)) {
            self.run_everywhere(project, steps);
        }
        steps.step("cross: generated code", || asm::check(project, self));
        steps.step("cross: sizes", || size::check(project, self));
        template::check(project, self, steps);
        self.bsd(project, steps);
        self.type_checks(project, steps);
    }

    /// Builds every crate for FreeBSD and macOS, and looks at what the linkers have made of the conformance
    /// suite.
    fn bsd(&self, project: &Project, steps: &mut Steps) {
        steps.check("cross: FreeBSD and macOS, without std", || {
            let members = Members::read(project)?;
            println!("{}", members.without_std.join(", "));
            println!(
                "not these tools of the host: {}",
                members.host_tools.join(", ")
            );
            Builder::find(project, &self.toolchains)?.without_std(&members)
        });
        steps.step("cross: FreeBSD and macOS, headers", || {
            bsd::check(&Builder::find(project, &self.toolchains)?.conformance()?)
        });
        steps.check("cross: FreeBSD and macOS, documentation", || {
            self.bsd_documentation(project)
        });
        self.bsd_with_std(project, &bsd::WITH_STD, steps);
    }

    /// The documentation of what is empty on the host, on a target where it is not.
    fn bsd_documentation(&self, project: &Project) -> Result<()> {
        for (backend, target) in [
            ("sock-freebsd", "x86_64-unknown-freebsd"),
            ("sock-darwin", "aarch64-apple-darwin"),
        ] {
            let words = ["doc", "--quiet", "--no-deps", "-p", backend, "-p", "sock"];
            for cargo in &mut self.toolchains.cargo(project, &words, &[target])? {
                child::check(cargo.env("RUSTDOCFLAGS", "-Dwarnings"))?;
            }
        }
        Ok(())
    }

    /// Builds the crates that take std, and their tests, for some of these targets.
    pub(crate) fn bsd_with_std(
        &self,
        project: &Project,
        targets: &[bsd::Target],
        steps: &mut Steps,
    ) {
        for target in targets {
            steps.check(&format!("cross: {}, with std", target.triple), || {
                let members = Members::read(project)?;
                println!("{}, sock with std", members.with_std.join(", "));
                Builder::find(project, &self.toolchains)?.with_std(&members, *target)
            });
        }
    }

    /// Checks the crates for targets that they have no backend for, plain and with the features for
    /// embedded code.
    pub(crate) fn type_checks(&self, project: &Project, steps: &mut Steps) {
        steps.check("cross: type checks for other targets", || {
            let features = embedded::features();
            let words = ["check", "-p", "sock-core", "-p", "sock"];
            let all = [&words[..], &["--features", &features]].concat();
            for words in [&words[..], &all] {
                for cargo in &mut self.toolchains.cargo(project, words, &CHECKED)? {
                    child::check(cargo)?;
                }
            }
            Ok(())
        });
    }

    fn build(&self, project: &Project) -> Result<()> {
        let words = ["build", "--profile", "static", "-p", PROGRAM];
        let targets = ARCHES.map(|arch| arch.target);
        for cargo in &mut self.toolchains.cargo(project, &words, &targets)? {
            for arch in ARCHES {
                cargo.envs(arch.build_environment(&self.lld));
            }
            child::check(cargo)?;
        }
        Ok(())
    }

    fn run_everywhere(&self, project: &Project, steps: &mut Steps) {
        let mut list = match AllowList::load(project) {
            Ok(list) => list,
            Err(error) => {
                steps.check("cross: list of emulators' cases", || Err(error));
                return;
            }
        };
        for (arch, emulator) in &self.machines {
            steps.step(&format!("cross: run on {}", arch.name), || {
                run_on(project, arch, emulator.as_ref(), &mut list)
            });
        }
        steps.check("cross: list of emulators' cases", || {
            let unused = list.unused();
            if unused.is_empty() {
                Ok(())
            } else {
                Err(unused.join("; "))
            }
        });
    }
}

/// Runs the suite on an architecture, under its emulator if there is one.
fn run_on(
    project: &Project,
    arch: &Arch,
    emulator: Option<&PathBuf>,
    list: &mut AllowList,
) -> Result<Tally> {
    let program = arch.program(project, PROGRAM);
    let mut command = match emulator {
        Some(emulator) => {
            let mut command = project.command(emulator);
            command.arg(program).arg("--emulator");
            command
        }
        None => project.command(program),
    };
    let mut run = Run::read(&child::run(&mut command, Show::Live, Some(LIMIT))?);
    if emulator.is_some() {
        run.faults.extend(list.take(arch.name, &run.emulator));
    } else if !run.emulator.is_empty() {
        run.faults
            .push("cases are left out on a real kernel".to_string());
    }
    run.print(arch.name);
    Ok(run.tally())
}
