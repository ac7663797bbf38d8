//! `cargo ci mutants`: plants one fault at a time in a copy of the workspace, and requires the conformance
//! case that is there for it to fail.
//!
//! The faults stand in `ci/mutants.toml`:
//!
//! ```toml
//! [[mutant]]
//! name = "recv counts one too many"
//! file = "core/src/socket/stream.rs"
//! old = "Ok(n)"
//! new = "Ok(n + 1)"
//! caught-by = "tcp-half-close-client"
//! hang = true              # only where the fault may also show as a hang
//! ```

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use toml::Table;

use crate::child::{self, Show};
use crate::conformance::Run;
use crate::planted::Fault;
use crate::project::Project;
use crate::steps::Steps;
use crate::tally::Tally;
use crate::{Result, hygiene, planted};

const FILE: &str = "ci/mutants.toml";

/// A suite that takes longer hangs.
const LIMIT: Duration = Duration::from_secs(60);

pub(crate) fn run(project: &Project, names: &[String]) -> Result<bool> {
    let mut steps = Steps::new(project);
    steps.step("mutants", || campaign(project, names));
    Ok(steps.finish())
}

/// Tries all mutants, or those whose names contain one of these words.
pub(crate) fn campaign(project: &Project, names: &[String]) -> Result<Tally> {
    let mut mutants = load(project)?;
    mutants.retain(|mutant| {
        names.is_empty() || names.iter().any(|name| mutant.fault.name.contains(name))
    });
    if mutants.is_empty() {
        return Err(format!("{FILE} has no such mutant"));
    }
    let copy = planted::copy(project)?;
    check_unchanged(&copy, &mutants)?;
    let mut tally = Tally::default();
    for mutant in &mutants {
        match mutant.verdict(&copy) {
            Ok(how) => {
                println!("caught {}: {how}", mutant.fault.name);
                tally += Tally::PASSED;
            }
            Err(why) => {
                println!("FAILED {}: {why}", mutant.fault.name);
                tally += Tally::FAILED;
            }
        }
    }
    println!("{} of {} mutants caught", tally.passed, mutants.len());
    Ok(tally)
}

fn load(project: &Project) -> Result<Vec<Mutant>> {
    let text =
        fs::read_to_string(project.root.join(FILE)).map_err(|error| format!("{FILE}: {error}"))?;
    parse(&text)
}

/// Checks, without planting any, that each fault still has its place in the code and a case of the
/// name that is to catch it.
pub(crate) fn check_list(project: &Project) -> Result<()> {
    let mut cases = String::new();
    for file in hygiene::files(project, "conformance/*.rs")? {
        let text = fs::read_to_string(project.root.join(&file));
        cases.push_str(&text.map_err(|error| format!("{file}: {error}"))?);
    }
    let mutants = load(project)?;
    let fault = |mutant: &Mutant| {
        let named = cases.contains(&format!("\"{}\"", mutant.caught_by));
        let why = match mutant.fault.is_placed(project) {
            Ok(()) if named => return None,
            Ok(()) => format!("no case {}", mutant.caught_by),
            Err(why) => why,
        };
        Some(format!("{}: {why}", mutant.fault.name))
    };
    let faults: Vec<String> = mutants.iter().filter_map(fault).collect();
    println!("{} planted faults", mutants.len());
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults.join("; "))
    }
}

/// One planted fault, and what is to catch it.
#[derive(Debug, PartialEq)]
struct Mutant {
    fault: Fault,
    caught_by: String,
    hang: bool,
}

fn parse(text: &str) -> Result<Vec<Mutant>> {
    let entries = planted::entries(text, FILE)?;
    entries.into_iter().map(Mutant::parse).collect()
}

impl Mutant {
    fn parse(mut entry: Table) -> Result<Self> {
        let fault = Fault::take(&mut entry, FILE)?;
        let caught_by = planted::text(&mut entry, "caught-by", FILE)?;
        let name = &fault.name;
        let hang = match entry.remove("hang") {
            None => false,
            Some(toml::Value::Boolean(hang)) => hang,
            Some(_) => return Err(format!("{FILE}: {name}: hang is true or false")),
        };
        planted::nothing_left(&entry, name, FILE)?;
        Ok(Self {
            fault,
            caught_by,
            hang,
        })
    }

    /// Plants the fault, builds and runs, and takes it out again; says how it was caught.
    fn verdict(&self, copy: &Project) -> Result<String> {
        self.fault.with(copy, || {
            let runner = build(copy)?;
            self.judge(&suite(copy, &runner, &[&self.caught_by])?)
        })
    }

    fn judge(&self, finished: &child::Finished) -> Result<String> {
        let run = Run::parse(&finished.output);
        if run.failed.contains(&self.caught_by) {
            Ok(self.caught_by.clone())
        } else if self.hang && finished.timed_out() {
            Ok(format!("{} hangs", self.caught_by))
        } else {
            Err(format!(
                "{} did not fail ({})",
                self.caught_by,
                finished.ending()
            ))
        }
    }
}

/// Requires each case to pass while there is no fault: one that fails anyway catches nothing.
fn check_unchanged(copy: &Project, mutants: &[Mutant]) -> Result<()> {
    let cases: Vec<&str> = mutants
        .iter()
        .map(|mutant| mutant.caught_by.as_str())
        .collect();
    let run = Run::read(&suite(copy, &build(copy)?, &cases)?);
    if run.tally().failed > 0 {
        return Err(format!(
            "cases fail without a fault: {:?} {:?}",
            run.failed, run.faults
        ));
    }
    match mutants
        .iter()
        .find(|mutant| !run.passed.contains(&mutant.caught_by))
    {
        Some(mutant) => Err(format!(
            "{}: no case has the name {}",
            mutant.fault.name, mutant.caught_by
        )),
        None => Ok(()),
    }
}

/// Builds the host's runner of the suite and returns its path.
fn build(copy: &Project) -> Result<PathBuf> {
    let mut cargo = copy.cargo();
    cargo.args([
        "test",
        "--quiet",
        "-p",
        "conformance",
        "--test",
        "host",
        "--no-run",
        "--message-format=json-render-diagnostics",
    ]);
    let finished = child::run(&mut cargo, Show::Nothing, None)?;
    if !finished.succeeded() {
        return Err("it does not compile".to_string());
    }
    let messages = finished
        .output
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let runner = messages
        .filter_map(|message| message.get("executable")?.as_str().map(PathBuf::from))
        .next_back();
    runner.ok_or_else(|| "cargo tells no executable".to_string())
}

/// Runs these cases of the suite, and whatever others have their names in them.
fn suite(copy: &Project, runner: &PathBuf, cases: &[&str]) -> Result<child::Finished> {
    let mut command = copy.command(runner);
    command
        .args(cases)
        .current_dir(copy.root.join("conformance"));
    child::run(&mut command, Show::Nothing, Some(LIMIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str =
        "[[mutant]]\nname = 'one'\nfile = 'a.rs'\nold = 'x'\nnew = 'y'\ncaught-by = 'echo'\n";

    fn mutant() -> Mutant {
        parse(LIST).unwrap().remove(0)
    }

    #[test]
    fn the_list_is_read_strictly() {
        assert_eq!(mutant().caught_by, "echo");
        assert!(!mutant().hang);
        assert!(parse(&format!("{LIST}hang = true\n")).unwrap()[0].hang);
        for wrong in [
            String::new(),
            format!("{LIST}hang = 1\n"),
            format!("{LIST}caught = 'echo'\n"),
            LIST.replace("name", "title"),
            LIST.replace("'echo'", "1"),
            format!("other = 1\n{LIST}"),
        ] {
            assert!(parse(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn only_its_own_case_catches() {
        let judge = |mutant: &Mutant, script: &str| {
            let command = &mut std::process::Command::new("sh");
            let limit = Some(Duration::from_millis(300));
            mutant.judge(&child::run(command.args(["-c", script]), Show::Nothing, limit).unwrap())
        };
        let hanging = Mutant {
            hang: true,
            ..mutant()
        };
        assert!(
            judge(
                &mutant(),
                "echo FAIL echo: why; echo 0 passed, 1 failed; exit 1"
            )
            .is_ok()
        );
        assert!(
            judge(
                &mutant(),
                "echo FAIL echo_two: why; echo 0 passed, 1 failed; exit 1"
            )
            .is_err()
        );
        assert!(judge(&mutant(), "echo ok echo; echo 1 passed, 0 failed").is_err());
        assert!(judge(&mutant(), "kill -9 $$").is_err());
        assert!(judge(&mutant(), "exec sleep 60").is_err());
        assert!(judge(&hanging, "exec sleep 60").is_ok());
        assert!(judge(&hanging, "kill -9 $$").is_err());
    }
}
