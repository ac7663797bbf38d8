//! Random schedules over `sock_core` and a simulated kernel that injects faults.
//!
//! A schedule is a world, a scenario in it, and everything random about both, drawn from the seed of
//! the campaign and the number of the schedule alone. After each operation and at the end stand
//! invariants; the first schedule that breaks one is shrunk and printed as the command that replays
//! it. `cargo ci sim` builds and runs this.

mod arguments;
mod campaign;
mod failure;
mod faults;
mod ledger;
mod pairs;
mod panics;
mod pattern;
mod plan;
mod scenario;
mod schedule;
mod shrink;
mod side;
mod totals;
mod until;
mod world;

use std::fmt;
use std::process::ExitCode;
use std::thread;

use arguments::{Arguments, Task};
use campaign::Failed;
use plan::Forced;
use shrink::Shrinking;

fn main() -> ExitCode {
    let Arguments { seed, task } = match Arguments::parse(lexopt::Parser::from_env()) {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    panics::keep();
    let clean = match task {
        Task::Campaign { schedules, survey } => run(seed, schedules, survey),
        Task::Replay { schedule, forced } => match replay(seed, schedule, &forced) {
            Ok(holds) => holds,
            Err(error) => return usage(&error),
        },
    };
    match clean {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

fn usage(error: &dyn fmt::Display) -> ExitCode {
    eprintln!("cargo ci sim: {error}; 'cargo ci sim --help' tells the options");
    ExitCode::from(2)
}

/// With that many schedules everything that can happen must have happened.
const ENOUGH: u64 = 100_000;

/// The whole campaign; says whether nothing failed.
fn run(seed: u64, schedules: u64, survey: bool) -> bool {
    let workers = thread::available_parallelism().map_or(1, |n| n.get());
    let (failed, totals) = campaign::run(seed, schedules, workers, survey);
    if let Some(Failed { index, outcome }) = failed {
        println!("schedule {index} failed: {}", outcome.text());
        let mut shrinking = Shrinking::new(seed, index, outcome);
        shrinking.run();
        println!("shrunk: {}", shrinking.outcome.text());
        println!(
            "cargo ci sim --seed {seed} --schedule {index}{}",
            shrinking.forced
        );
        println!("{} schedules, 1 failure, seed {seed}", grouped(index + 1));
        return false;
    }
    let failures: Vec<String> = totals.survey().collect();
    for failure in &failures {
        println!("{failure}");
    }
    println!("{totals}");
    let mut gaps = totals.gaps();
    if schedules < ENOUGH && !gaps.is_empty() {
        println!("too few schedules to miss anything: {}", gaps.join(", "));
        gaps.clear();
    }
    for gap in &gaps {
        println!("FAILED {gap}");
    }
    let schedules = grouped(totals.schedules);
    println!(
        "{schedules} schedules, {} failures, seed {seed}",
        gaps.len() + failures.len()
    );
    gaps.is_empty() && failures.is_empty()
}

/// One schedule; says whether it did not fail, or what is forced that has no effect in it.
fn replay(seed: u64, index: u64, forced: &Forced) -> Result<bool, String> {
    let outcome = schedule::run(seed, index, forced);
    if let Some(what) = forced.ineffective(&outcome.drawn, outcome.injected) {
        return Err(what);
    }
    for record in &outcome.trace {
        println!("{record}");
    }
    for drawn in &outcome.drawn {
        println!("{} = {}", drawn.name, drawn.value);
    }
    match &outcome.failure {
        None => println!("schedule {index} holds"),
        Some(_) => println!("schedule {index} failed: {}", outcome.text()),
    }
    Ok(outcome.failure.is_none())
}

/// A number with its thousands apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replay_takes_what_the_schedule_has() {
        let replay = |set: &[(&str, u64)], faults: Option<Vec<u64>>| {
            let set = set.iter().map(|(name, value)| (name.to_string(), *value));
            let forced = Forced {
                values: set.collect(),
                faults,
                recorded: false,
            };
            replay(1, 5, &forced)
        };
        assert_eq!(replay(&[], None), Ok(true));
        assert_eq!(replay(&[("abi", 8)], Some(vec![])), Ok(true));
        for (name, value) in [("nosuch", 1), ("abi", 99), ("abi", u64::MAX)] {
            let error = replay(&[(name, value)], None).unwrap_err();
            assert!(
                error.starts_with(&format!("--set {name}={value}: ")),
                "{error}"
            );
        }
        let error = replay(&[], Some(vec![999_999])).unwrap_err();
        assert!(error.starts_with("--faults 999999: "), "{error}");
    }

    #[test]
    fn thousands_stand_apart() {
        let numbers = [0, 999, 1000, 1_000_000].map(grouped);
        assert_eq!(numbers, ["0", "999", "1,000", "1,000,000"]);
    }
}
