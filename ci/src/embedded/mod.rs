//! `cargo ci embedded`: the features for embedded code, each alone and all together, what their traits
//! promise, and two programs against real servers.

mod programs;
mod values;

use std::time::Duration;

use crate::child::{self, Show};
use crate::project::Project;
use crate::steps::Steps;
use crate::tally::Tally;
use crate::{Result, cross};
pub(crate) use programs::packages;

/// The package of the programs, which are static and linked apart from the rest.
pub(crate) const PROGRAMS: &str = "sock-embedded-examples";

/// Ample for building tests anew and running them: a future that blocks inside a poll never ends.
const LIMIT: Duration = Duration::from_secs(900);

const FEATURES: [&str; 6] = [
    "defmt",
    "embedded-io",
    "embedded-io-async",
    "embedded-nal",
    "embedded-nal-async",
    "heapless",
];

/// All features, as one word for cargo.
pub(crate) fn features() -> String {
    FEATURES.map(|feature| format!("sock/{feature}")).join(",")
}

pub(crate) fn run(project: &Project, _: &[String]) -> Result<bool> {
    let mut steps = Steps::new(project);
    check(project, &mut steps);
    match cross::Lane::find(project) {
        Ok(lane) => lane.type_checks(project, &mut steps),
        Err(missing) => steps.unable("embedded: other targets", &missing),
    }
    Ok(steps.finish())
}

/// Runs the steps of this machine.
pub(crate) fn check(project: &Project, steps: &mut Steps) {
    steps.check("embedded: each feature alone", || {
        for feature in FEATURES {
            lint(project, &format!("sock/{feature}"))?;
        }
        lint(project, &features())
    });
    steps.step("embedded: tests and documentation examples", || {
        let words = ["-p", "sock-core", "-p", "sock", "--features", &features()];
        let mut tally = tests(project, &words)?;
        tally += tests(project, &["-p", "embedded-conformance"])?;
        Ok(tally)
    });
    if cfg!(target_os = "linux") {
        steps.step("embedded: what is logged", || {
            tests(project, &["-p", "defmt-conformance"])
        });
        programs::check(project, steps);
    } else {
        steps.unable(
            "embedded: what is logged, programs",
            "they are linked for Linux",
        );
    }
    steps.check("embedded: every value can be logged", || {
        values::check(project)
    });
    steps.check("embedded: documentation", || {
        let mut cargo = project.cargo();
        cargo.args(["doc", "--no-deps", "-p", "sock-core", "-p", "sock"]);
        cargo.args(["--features", &features()]);
        child::check(cargo.env("RUSTDOCFLAGS", "-Dwarnings")).map(drop)
    });
}

fn lint(project: &Project, features: &str) -> Result<()> {
    let mut cargo = project.cargo();
    cargo.args(["clippy", "-p", "sock-core", "-p", "sock", "--all-targets"]);
    cargo.args(["--features", features, "--", "-D", "warnings"]);
    child::check(&mut cargo).map(drop)
}

fn tests(project: &Project, words: &[&str]) -> Result<Tally> {
    let mut cargo = project.cargo();
    cargo.args(["test", "--no-fail-fast"]).args(words);
    let finished = child::run(&mut cargo, Show::Live, Some(LIMIT))?;
    let tally = Tally::of_test_runs(&finished.output);
    if !finished.succeeded() && tally.failed == 0 {
        return Err(format!("cargo test: {}", finished.ending()));
    }
    if tally.passed == 0 {
        return Err("no test ran".to_string());
    }
    Ok(tally)
}
