//! What was measured, as tables or as JSON, and what is to be said of it.

use serde::Serialize;

use super::Result;
use super::lateness::{self, Lateness};
use super::matrix::{Bench, Row};
use super::measure::{Effort, Figures, Measured};
use super::options::Options;

/// One line: a row of the matrix, and its figures where it came out.
pub(crate) struct Line {
    bench: &'static str,
    /// The row.
    pub(crate) row: Row,
    result: Option<Compared>,
    /// The ratios of earlier measurements.
    earlier: Vec<f64>,
}

#[derive(Clone, Copy)]
struct Compared {
    figures: Figures,
    ratio: f64,
}

/// A line as JSON.
#[derive(Serialize)]
struct Json {
    bench: &'static str,
    variant: &'static str,
    min_ns: f64,
    median_ns: f64,
    ratio: f64,
}

impl Line {
    /// The line of a row.
    pub(crate) fn new(bench: &'static str, row: Row, measured: &Measured) -> Self {
        Line {
            bench,
            row,
            result: compared(row, measured),
            earlier: Vec::new(),
        }
    }

    /// The row has been measured once more.
    pub(crate) fn again(&mut self, measured: &Measured) {
        self.earlier.extend(self.ratio());
        self.result = compared(self.row, measured);
    }

    /// Ours over theirs.
    pub(crate) fn ratio(&self) -> Option<f64> {
        self.result.map(|result| result.ratio)
    }

    /// The bench and the variant.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.bench, self.row.variant)
    }

    /// Whether the ratio is too high.
    pub(crate) fn rings(&self, alarm: Option<f64>) -> bool {
        let too_high = |(ratio, alarm)| ratio > alarm;
        self.row.alarms && self.ratio().zip(alarm).is_some_and(too_high)
    }

    /// Whether the goal is met, to the digits that are shown.
    fn is_ahead(&self) -> bool {
        self.ratio()
            .is_some_and(|ratio| (ratio * 1000.0).round() <= self.row.goal * 1000.0)
    }

    /// The ratio, its goal, and the earlier ratios.
    fn verdict(&self) -> String {
        let mut text = match self.ratio() {
            Some(ratio) => format!("{ratio:.3}, goal {:.2}", self.row.goal),
            None => "missing".to_string(),
        };
        for ratio in &self.earlier {
            text.push_str(&format!("; before {ratio:.3}"));
        }
        text
    }
}

fn compared(row: Row, measured: &Measured) -> Option<Compared> {
    let median = |variant| Some(measured.get(variant)?.median);
    Some(Compared {
        figures: *measured.get(row.variant)?,
        ratio: median(row.ours)? / median(row.theirs)?,
    })
}

/// Prints the lines of a bench that came out.
pub(crate) fn print(bench: &Bench, lines: &[Line], json: bool) -> Result<()> {
    if !json {
        println!("{}: {}", bench.name, bench.summary);
        println!(
            "  {:<18} {:>10} {:>10} {:>7}",
            "", "min ns", "median ns", "ratio"
        );
    }
    for line in lines {
        let Some(Compared { figures, ratio }) = line.result else {
            continue;
        };
        if json {
            let object = Json {
                bench: line.bench,
                variant: line.row.variant,
                min_ns: rounded(figures.min),
                median_ns: rounded(figures.median),
                ratio: (ratio * 10_000.0).round() / 10_000.0,
            };
            println!("{}", serde_json::to_string(&object)?);
            continue;
        }
        println!(
            "  {:<18} {:>10} {:>10} {ratio:>7.3}{}",
            line.row.variant,
            shown(figures.min),
            shown(figures.median),
            if line.is_ahead() { "" } else { "  not ahead" },
        );
    }
    if !json {
        println!();
    }
    Ok(())
}

/// Prints how late waits ended.
pub(crate) fn print_lateness(lines: &[Lateness], json: bool) -> Result<()> {
    if !json {
        println!("{}: {}", lateness::NAME, lateness::SUMMARY);
        println!(
            "  {:<18} {:>10} {:>10} {:>11} {:>11}",
            "", "wait ms", "times", "p50 late ns", "p99 late ns"
        );
    }
    for line in lines {
        if json {
            println!("{}", serde_json::to_string(line)?);
        } else {
            println!(
                "  {:<18} {:>10} {:>10} {:>11} {:>11}",
                line.variant, line.wait_ms, line.rounds, line.p50_late_ns, line.p99_late_ns
            );
        }
    }
    if !json {
        println!();
    }
    Ok(())
}

/// Says on standard error which rows are missing, which ring the alarm, and which are not ahead.
/// Returns whether none is missing or rings.
pub(crate) fn conclude(lines: &[Line], options: &Options) -> bool {
    let mut well = true;
    for line in lines {
        let (name, verdict) = (line.name(), line.verdict());
        if line.ratio().is_none() {
            eprintln!("MISSING    {name}");
            well = false;
        } else if line.rings(options.alarm) {
            eprintln!("ALARM      {name}: {verdict}");
            well = false;
        } else if options.effort == Effort::Smoke {
            // These figures mean nothing.
        } else if !line.is_ahead() {
            eprintln!("not ahead  {name}: {verdict}");
        } else if !line.earlier.is_empty() {
            eprintln!("ahead      {name}: {verdict}");
        }
    }
    well
}

/// Hundredths of a nanosecond are noise.
fn rounded(nanoseconds: f64) -> f64 {
    (nanoseconds * 100.0).round() / 100.0
}

/// Short times need their fractions.
fn shown(nanoseconds: f64) -> String {
    if nanoseconds < 100.0 {
        format!("{nanoseconds:.2}")
    } else {
        format!("{nanoseconds:.0}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::options;

    const ROW: Row = Row {
        variant: "std",
        ours: "sock",
        theirs: "std",
        goal: 1.0,
        alarms: true,
    };

    fn line(figures: &[(&'static str, f64)]) -> Line {
        let measured = figures
            .iter()
            .map(|&(name, median)| (name, Figures { min: 1.0, median }));
        Line::new("accept", ROW, &measured.collect())
    }

    fn with_alarm() -> Options {
        let parser = lexopt::Parser::from_args(["--alarm", "1.05"]);
        options::parse(parser).unwrap().unwrap()
    }

    #[test]
    fn a_ratio_is_ours_over_theirs() {
        let line = line(&[("sock", 90.0), ("std", 100.0), ("asm", 1.0)]);
        assert_eq!(line.ratio(), Some(0.9));
        assert!(line.is_ahead());
        assert!(conclude(&[line], &with_alarm()));
    }

    #[test]
    fn a_missing_row_fails() {
        for figures in [&[("sock", 90.0)][..], &[("std", 90.0)], &[]] {
            let line = line(figures);
            assert_eq!(line.ratio(), None);
            assert!(!conclude(&[line], &with_alarm()));
        }
    }

    #[test]
    fn a_row_behind_is_told_and_one_far_behind_fails() {
        let behind = line(&[("sock", 105.0), ("std", 100.0)]);
        assert!(!behind.is_ahead());
        assert!(line(&[("sock", 100.04), ("std", 100.0)]).is_ahead());
        assert!(!line(&[("sock", 100.06), ("std", 100.0)]).is_ahead());
        assert!(conclude(&[behind], &with_alarm()));
        let mut far = line(&[("sock", 106.0), ("std", 100.0)]);
        assert!(!conclude(
            &[line(&[("sock", 106.0), ("std", 100.0)])],
            &with_alarm()
        ));
        far.row.alarms = false;
        assert!(!far.rings(Some(1.05)));
        far.row.alarms = true;
        assert!(far.rings(Some(1.05)) && !far.rings(None));
        far.again(&Measured::from([
            (
                "sock",
                Figures {
                    min: 1.0,
                    median: 99.0,
                },
            ),
            (
                "std",
                Figures {
                    min: 1.0,
                    median: 100.0,
                },
            ),
        ]));
        assert_eq!(far.verdict(), "0.990, goal 1.00; before 1.060");
        assert!(conclude(&[far], &with_alarm()));
    }
}
