//! `cargo ci test`: everything that must hold at each landing.

use std::path::Path;
use std::time::Duration;

use crate::child::{self, Show};
use crate::conformance::Run;
use crate::cross::Lane;
use crate::project::Project;
use crate::steps::Steps;
use crate::tally::Tally;
use crate::{
    Result, abi, dropin, embedded, emulate, fuzz, hygiene, mutants, setup, sim, sockbox, tour,
};

/// The programs without libc, which are linked apart from the rest.
const STATIC: [&str; 5] = [
    "sockbox",
    "sock-examples",
    "size-peers",
    "codegen",
    "conformance-static",
];

/// What the programs of the README take.
const README: &str = "sock/std,sock/embedded-io";

const WARNINGS: [&str; 3] = ["--", "-D", "warnings"];

/// All of them, with all that they can be built with, as words for cargo.
fn static_packages() -> Vec<&'static str> {
    let mut words = vec!["--all-features"];
    words.extend(STATIC.iter().flat_map(|package| ["-p", package]));
    words
}

/// Seconds for each fuzz target: that it builds, and that no seed fails.
const AT_LANDING: u64 = 3;

/// Ample for one run of a static program.
const LIMIT: Duration = Duration::from_secs(300);

pub(crate) fn run(project: &Project, _: &[String]) -> Result<bool> {
    let mut steps = Steps::new(project);
    if steps.strict() {
        steps.check("setup", || setup::install(project));
    }
    steps.check("format", || cargo(project, &["fmt", "--all", "--check"]));
    steps.check("clippy", || {
        let mut words = vec!["clippy", "--workspace", "--all-targets"];
        words.extend(STATIC.iter().flat_map(|package| ["--exclude", package]));
        words.extend(["--exclude", embedded::PROGRAMS]);
        cargo(project, &[&words[..], &WARNINGS].concat())?;
        cargo(
            project,
            &[&["clippy"], &static_packages()[..], &WARNINGS].concat(),
        )
    });
    steps.step("tests and documentation examples", || host_tests(project));
    steps.check("documentation", || {
        child::check(
            project
                .cargo()
                .args(["doc", "--no-deps"])
                .env("RUSTDOCFLAGS", "-Dwarnings"),
        )
        .map(drop)
    });
    embedded::check(project, &mut steps);
    if cfg!(target_os = "linux") {
        static_programs(project, &mut steps);
    } else {
        steps.unable("static programs", "they run on Linux");
    }
    if cfg!(target_os = "linux") {
        dropin::check(project, &mut steps);
    } else {
        steps.unable("drop-in", "sock::net is there on Linux");
    }
    steps.check("hygiene", || hygiene::check(project));
    steps.check("list of planted faults", || {
        mutants::check_list(project).and(sim::check_list(project))
    });
    steps.check("campaigns in the simulator", || sim::check(project));
    fuzz::check_all(project, Some(AT_LANDING), &mut steps);
    abi::step(project, &mut steps);
    match Lane::find(project) {
        Ok(lane) => {
            lane.run(project, &mut steps);
            sockbox::check_arches(project, &lane, &mut steps);
        }
        Err(missing) => steps.unable("cross", &missing),
    }
    emulate::check(project, &mut steps);
    Ok(steps.finish())
}

fn cargo(project: &Project, words: &[&str]) -> Result<()> {
    child::check(project.cargo().args(words)).map(drop)
}

/// `cargo test` at the root, with the conformance suite of the host among its runs, and the features
/// that the programs of the README take.
fn host_tests(project: &Project) -> Result<Tally> {
    let finished = child::run(
        project
            .cargo()
            .args(["test", "--no-fail-fast", "--features", README]),
        Show::Live,
        None,
    )?;
    let mut tally = Tally::of_test_runs(&finished.output);
    if !finished.succeeded() && tally.failed == 0 {
        println!("FAILED cargo test: {}", finished.ending());
        tally += Tally::FAILED;
    }
    if tally.passed == 0 {
        return Err("no test ran".to_string());
    }
    Ok(tally)
}

/// The programs without libc, as the plain stable toolchain builds them, in both usual profiles.
fn static_programs(project: &Project, steps: &mut Steps) {
    for (profile, flags) in [("debug", &[][..]), ("release", &["--release"])] {
        let built = steps.check(&format!("static programs: {profile} build"), || {
            cargo(
                project,
                &[&["build"], flags, &static_packages()[..]].concat(),
            )
        });
        if !built {
            continue;
        }
        let folder = project.target.join(profile);
        steps.step(&format!("static programs: {profile} conformance"), || {
            let program = &mut project.command(folder.join("conformance-static"));
            let run = Run::read(&child::run(program, Show::Live, Some(LIMIT))?);
            run.print("host");
            Ok(run.tally())
        });
        steps.check(&format!("static programs: {profile} tour"), || {
            take_tour(project, &folder)
        });
        if profile == "release" {
            sockbox::check(project, &folder, steps);
        }
    }
}

fn take_tour(project: &Project, folder: &Path) -> Result<()> {
    let program = &mut project.command(folder.join("sockbox"));
    let finished = child::run(program.args(["tour", "--json"]), Show::Live, Some(LIMIT))?;
    if !finished.succeeded() {
        return Err(finished.ending());
    }
    tour::check(&finished.output)
}
