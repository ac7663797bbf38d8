//! The command line.

use lexopt::{Arg, Parser, ValueExt};

use super::matrix::BENCHES;
use super::measure::Effort;
use super::{Result, lateness};

/// What is asked for.
#[derive(Debug, PartialEq)]
pub(crate) struct Options {
    /// JSON in place of tables.
    pub(crate) json: bool,
    /// How much is measured.
    pub(crate) effort: Effort,
    /// The ratio above which a row fails the run.
    pub(crate) alarm: Option<f64>,
    /// The benches to run; all when empty.
    benches: Vec<String>,
}

impl Options {
    /// Whether the bench is to run.
    pub(crate) fn wants(&self, bench: &str) -> bool {
        self.benches.is_empty() || self.benches.iter().any(|name| name == bench)
    }
}

/// The options, or nothing when help is asked for.
pub(crate) fn parse(mut parser: Parser) -> Result<Option<Options>> {
    let mut options = Options {
        json: false,
        effort: Effort::Full,
        alarm: None,
        benches: Vec::new(),
    };
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(None),
            Arg::Long("json") => options.json = true,
            Arg::Long("smoke") => options.effort = Effort::Smoke,
            Arg::Long("alarm") => {
                let ratio: f64 = parser.value()?.parse()?;
                if !ratio.is_finite() || ratio <= 0.0 {
                    return Err(format!("an alarm is a finite ratio above 0, not '{ratio}'").into());
                }
                options.alarm = Some(ratio);
            }
            Arg::Long("bench") => {
                let name = parser.value()?.string()?;
                if !names().any(|known| known == name) {
                    return Err(format!("unknown bench '{name}'").into());
                }
                options.benches.push(name);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Some(options))
}

fn names() -> impl Iterator<Item = &'static str> {
    BENCHES
        .iter()
        .map(|bench| bench.name)
        .chain([lateness::NAME])
}

/// What the program does, its options, and what the lines mean.
pub(crate) fn help() -> String {
    let mut text = String::from(
        "usage: sock-benches [--bench NAME]… [--alarm RATIO] [--json] [--smoke]

Times sock beside hand-written system calls (asm) and its peers, in one process, the variants of a
bench in rotated order, pinned. A time is that of one operation, in nanoseconds: the least and the
median of the means of many short rounds. A ratio is ours over theirs, of the medians: below 1 sock
is faster. The goal is 1.02 of asm (of libc's structures, for addresses) and 1.00 of each peer; a
line that misses it, to the digits shown, is marked 'not ahead'. Every variant's work is checked:
that what was sent came back, whom was accepted, how an address reads.

sock-waits-never rings no alarm: a time-out of ppoll costs the kernel more than that, whoever calls.
Addresses have no asm: libc's structures, filled by hand, stand for it (goal 1.02).
Addresses have no std: its conversions are private, there is no call to time.

  --bench NAME   only this bench; may be repeated
  --alarm RATIO  fail when a ratio is higher than this, by more than 0.5 ns, also after it was
                 measured twice more
  --json         one object a line in place of tables:
                 {\"bench\":…,\"variant\":…,\"min_ns\":…,\"median_ns\":…,\"ratio\":…}
                 {\"bench\":\"deadline-lateness\",\"variant\":…,\"wait_ms\":…,\"rounds\":…,
                  \"p50_late_ns\":…,\"p99_late_ns\":…}
  --smoke        so few rounds that the figures mean nothing: does everything work?
  --help         this text

Exit status: 0; 1 when something fails or did not do its work, one of ours allocates, a row is missing or the alarm rings;
2 for usage.

",
    );
    let lines = BENCHES.iter().map(|bench| (bench.name, bench.summary));
    for (name, summary) in lines.chain([(lateness::NAME, lateness::SUMMARY)]) {
        text.push_str(&format!("{name}\n    {summary}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(line: &[&str]) -> Result<Option<Options>> {
        parse(Parser::from_args(line))
    }

    #[test]
    fn benches_are_picked_by_name() {
        let some = options(&["--bench", "accept", "--bench=udp-round-trip"]);
        let some = some.unwrap().unwrap();
        assert!(some.wants("accept") && some.wants("udp-round-trip"));
        assert!(!some.wants("tcp-round-trip") && !some.wants(lateness::NAME));
        assert!(options(&[]).unwrap().unwrap().wants("tcp-round-trip"));
    }

    #[test]
    fn the_alarm_is_a_ratio() {
        let options = options(&["--alarm", "1.05"]).unwrap().unwrap();
        assert_eq!(options.alarm, Some(1.05));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for line in [
            &["--bench", "none"][..],
            &["--bench"],
            &["--alarm", "high"],
            &["--alarm", "nan"],
            &["--alarm", "inf"],
            &["--alarm", "0"],
            &["--alarm", "-1"],
            &["word"],
            &["--fast"],
        ] {
            assert!(options(line).is_err(), "{line:?}");
        }
        assert!(options(&["--json", "--help"]).unwrap().is_none());
        assert!(BENCHES.iter().all(|bench| help().contains(bench.name)));
    }
}
