//! What the command line asks for.

use std::ffi::OsString;

use lexopt::{Arg, ValueExt};

use crate::plan::Forced;

/// What the command line asks for.
#[derive(Debug, PartialEq)]
pub(crate) struct Arguments {
    pub(crate) seed: u64,
    pub(crate) schedules: u64,
    /// Only this one.
    pub(crate) schedule: Option<u64>,
    pub(crate) forced: Forced,
    /// Do not end with the first failure, but tell of each place once.
    pub(crate) survey: bool,
}

impl Arguments {
    pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Self, lexopt::Error> {
        let mut arguments = Arguments {
            seed: 1,
            schedules: 1_000_000,
            schedule: None,
            forced: Forced::default(),
            survey: false,
        };
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Long("seed") => arguments.seed = parser.value()?.parse()?,
                Arg::Long("schedules") => arguments.schedules = parser.value()?.parse()?,
                Arg::Long("schedule") => arguments.schedule = Some(parser.value()?.parse()?),
                Arg::Long("survey") => arguments.survey = true,
                Arg::Long("set") => arguments.forced.values = values(parser.value()?)?,
                Arg::Long("faults") => arguments.forced.faults = Some(faults(parser.value()?)?),
                other => return Err(other.unexpected()),
            }
        }
        let replays = arguments.schedule.is_some();
        if !replays && arguments.forced != Forced::default() {
            return Err("--set and --faults are for one --schedule".into());
        }
        Ok(arguments)
    }
}

/// `name=value`, with commas between.
fn values(text: OsString) -> Result<Vec<(String, u64)>, lexopt::Error> {
    let text = text.string()?;
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=')?;
        Some((name.to_string(), value.parse().ok()?))
    };
    let pairs: Option<Vec<_>> = text.split(',').map(pair).collect();
    pairs.ok_or_else(|| format!("--set {text}: name=value,… is expected").into())
}

/// Numbers, with commas between, or `none`.
fn faults(text: OsString) -> Result<Vec<u64>, lexopt::Error> {
    let text = text.string()?;
    if text == "none" {
        return Ok(Vec::new());
    }
    let numbers: Option<Vec<_>> = text.split(',').map(|number| number.parse().ok()).collect();
    numbers.ok_or_else(|| format!("--faults {text}: numbers or 'none' are expected").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &[&str]) -> Option<Arguments> {
        let words = std::iter::once("campaign").chain(line.iter().copied());
        Arguments::parse(lexopt::Parser::from_iter(words)).ok()
    }

    #[test]
    fn what_a_failure_prints_is_read_back() {
        let mut forced = Forced::default().with("bytes", 7).with("abi", 0);
        forced.faults = Some(vec![3, 17]);
        let line = format!("--seed 5 --schedule 9{forced}");
        let words: Vec<&str> = line.split(' ').collect();
        let arguments = parse(&words).unwrap();
        assert_eq!(arguments.forced, forced);
        assert_eq!((arguments.seed, arguments.schedule), (5, Some(9)));
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(parse(&[]).is_some());
        for line in [
            &["--seed", "x"][..],
            &["--schedule", "1", "--set", "a"],
            &["--schedule", "1", "--faults", "a"],
            &["--set", "a=1"],
            &["word"],
        ] {
            assert!(parse(line).is_none(), "{line:?}");
        }
    }
}
