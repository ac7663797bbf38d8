//! What the command line asks for.

use std::ffi::OsString;

use lexopt::{Arg, Parser, ValueExt};

use crate::plan::Forced;

/// The most schedules of a campaign: more than are played before `cargo ci sim` ends it.
const MOST: u64 = 100_000_000;

/// What the command line asks for.
#[derive(Debug, PartialEq)]
pub(crate) struct Arguments {
    pub(crate) seed: u64,
    pub(crate) task: Task,
}

/// What is to be played.
#[derive(Debug, PartialEq)]
pub(crate) enum Task {
    Campaign {
        schedules: u64,
        /// Do not end with the first failure, but tell of each place once.
        survey: bool,
    },
    /// One schedule again.
    Replay { schedule: u64, forced: Forced },
}

impl Arguments {
    pub(crate) fn parse(mut parser: Parser) -> Result<Self, lexopt::Error> {
        let (mut seed, mut schedules, mut schedule) = (None, None, None);
        let (mut values, mut faults, mut survey) = (None, None, None);
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Long("seed") => once("--seed", &mut seed, number("--seed", &mut parser)?)?,
                Arg::Long("schedules") => {
                    once("--schedules", &mut schedules, how_many(&mut parser)?)?;
                }
                Arg::Long("schedule") => {
                    let index = number("--schedule", &mut parser)?;
                    once("--schedule", &mut schedule, index)?;
                }
                Arg::Long("survey") => once("--survey", &mut survey, ())?,
                Arg::Long("set") => once("--set", &mut values, read_values(parser.value()?)?)?,
                Arg::Long("faults") => {
                    once("--faults", &mut faults, read_faults(parser.value()?)?)?;
                }
                other => return Err(other.unexpected()),
            }
        }
        let of_replays = [("--set", values.is_some()), ("--faults", faults.is_some())];
        let of_campaigns = [
            ("--schedules", schedules.is_some()),
            ("--survey", survey.is_some()),
        ];
        let task = match schedule {
            None => {
                none_of(of_replays, "is for one --schedule")?;
                Task::Campaign {
                    schedules: schedules.unwrap_or(1_000_000),
                    survey: survey.is_some(),
                }
            }
            Some(schedule) => {
                none_of(of_campaigns, "is not for one --schedule")?;
                let forced = Forced {
                    values: values.unwrap_or_default(),
                    faults,
                    recorded: true,
                };
                Task::Replay { schedule, forced }
            }
        };
        let seed = seed.unwrap_or(1);
        Ok(Arguments { seed, task })
    }
}

/// Keeps what an option says, unless it has said something before.
fn once<T>(option: &str, slot: &mut Option<T>, value: T) -> Result<(), lexopt::Error> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(format!("{option} is given twice").into()),
    }
}

/// Fails if one of the options is given.
fn none_of(options: [(&str, bool); 2], why: &str) -> Result<(), lexopt::Error> {
    match options.iter().find(|(_, given)| *given) {
        None => Ok(()),
        Some((option, _)) => Err(format!("{option} {why}").into()),
    }
}

fn number(option: &str, parser: &mut Parser) -> Result<u64, lexopt::Error> {
    let text = parser.value()?.string()?;
    let number = text.parse();
    number.map_err(|_| format!("{option} {text}: a number below 2^64 is expected").into())
}

fn how_many(parser: &mut Parser) -> Result<u64, lexopt::Error> {
    match number("--schedules", parser)? {
        schedules @ 1..=MOST => Ok(schedules),
        other => Err(format!("--schedules {other}: 1 to {MOST} are expected").into()),
    }
}

/// `name=value`, with commas between.
fn read_values(text: OsString) -> Result<Vec<(String, u64)>, lexopt::Error> {
    let mut values: Vec<(String, u64)> = Vec::new();
    for pair in text.string()?.split(',') {
        let expected = || format!("--set {pair}: NAME=VALUE is expected, a number below 2^64");
        let (name, value) = pair.split_once('=').ok_or_else(expected)?;
        let value = value.parse().map_err(|_| expected())?;
        if values.iter().any(|(known, _)| known == name) {
            return Err(format!("--set {pair}: {name} is set twice").into());
        }
        values.push((name.to_string(), value));
    }
    Ok(values)
}

/// Numbers, with commas between, or `none`.
fn read_faults(text: OsString) -> Result<Vec<u64>, lexopt::Error> {
    let text = text.string()?;
    if text == "none" {
        return Ok(Vec::new());
    }
    let number = |number: &str| {
        let expected = || format!("--faults {number}: a number below 2^64 or 'none' is expected");
        Ok(number.parse().map_err(|_| expected())?)
    };
    text.split(',').map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Arguments, String> {
        let words = std::iter::once("campaign").chain(line.split_whitespace());
        Arguments::parse(Parser::from_iter(words)).map_err(|error| error.to_string())
    }

    #[test]
    fn a_campaign_and_what_it_is_by_default() {
        let campaign = |seed, schedules, survey| {
            let task = Task::Campaign { schedules, survey };
            Ok(Arguments { seed, task })
        };
        assert_eq!(parse(""), campaign(1, 1_000_000, false));
        let line = "--seed 7 --schedules 20 --survey";
        assert_eq!(parse(line), campaign(7, 20, true));
    }

    #[test]
    fn what_a_failure_prints_is_read_back() {
        let mut forced = Forced::default().with("bytes", 7).with("abi", 0);
        forced.faults = Some(vec![3, 17]);
        forced.recorded = true;
        let arguments = parse(&format!("--seed 5 --schedule 9{forced}"));
        let (seed, schedule) = (5, 9);
        let task = Task::Replay { schedule, forced };
        assert_eq!(arguments, Ok(Arguments { seed, task }));
    }

    #[test]
    fn nonsense_is_refused_by_its_name() {
        for (line, named) in [
            ("--seed x", "--seed x"),
            ("--seed 18446744073709551616", "--seed 18446744073709551616"),
            ("--seed", "--seed"),
            ("--seed 1 --seed 1", "--seed is given twice"),
            ("--schedules 0", "--schedules 0"),
            ("--schedules 18446744073709551615", "--schedules 1844"),
            ("--schedule -1", "--schedule -1"),
            ("--schedule 1 --set a", "--set a"),
            ("--schedule 1 --set a=1,b=x", "--set b=x"),
            ("--schedule 1 --set b=99999999999999999999", "--set b=9999"),
            ("--schedule 1 --set a=1,a=1", "a is set twice"),
            ("--schedule 1 --set a=1 --set b=1", "--set is given twice"),
            ("--schedule 1 --faults 1,a", "--faults a"),
            (
                "--schedule 1 --faults 99999999999999999999",
                "--faults 9999",
            ),
            ("--set a=1", "--set is for one --schedule"),
            ("--faults 1", "--faults is for one --schedule"),
            ("--schedule 5 --survey", "--survey is not for"),
            ("--schedule 5 --schedules 10", "--schedules is not for"),
            ("--nosuch", "--nosuch"),
            ("word", "word"),
        ] {
            match parse(line) {
                Ok(arguments) => panic!("{line}: {arguments:?}"),
                Err(error) => assert!(error.contains(named), "{line}: {error}"),
            }
        }
    }
}
