//! The comparison: what is asked for, measured bench by bench, and what is to be said of it.

mod allocations;
mod bench;
mod calls;
mod exchange;
mod lateness;
mod matrix;
mod measure;
mod message;
mod options;
mod processors;
mod report;
mod sockets;
mod variant;

use std::process::ExitCode;
use std::time::Instant;

use matrix::{BENCHES, Bench, LONGEST, LONGEST_AGAIN, Row};
use measure::Effort;
use options::Options;
use processors::Processors;
use report::Line;

/// What stops the comparison.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The result of anything that may fail.
type Result<T, E = Failure> = std::result::Result<T, E>;

/// How often a row that rings the alarm is measured again: machines are noisy.
const AGAIN: u32 = 2;

/// Runs the program.
pub(crate) fn main() -> ExitCode {
    let options = match options::parse(lexopt::Parser::from_env()) {
        Ok(Some(options)) => options,
        Ok(None) => {
            print!("{}", options::help());
            return ExitCode::SUCCESS;
        }
        Err(failure) => {
            eprintln!("sock-benches: {failure}; see --help");
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("sock-benches: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Says whether all rows came out and none rang the alarm.
fn run(options: &Options) -> Result<bool> {
    let start = Instant::now();
    let processors = Processors::find()?;
    processors::pin(processors.first)?;
    let mut lines = Vec::new();
    for bench in BENCHES.iter().filter(|bench| options.wants(bench.name)) {
        eprintln!("{:>4} s  {}", start.elapsed().as_secs(), bench.name);
        let of_bench = compare(bench, options, processors)?;
        report::print(bench, &of_bench, options.json)?;
        lines.extend(of_bench);
    }
    if options.wants(lateness::NAME) {
        eprintln!("{:>4} s  {}", start.elapsed().as_secs(), lateness::NAME);
        report::print_lateness(&lateness::measure(options.effort)?, options.json)?;
    }
    eprintln!("{:>4} s  done", start.elapsed().as_secs());
    Ok(report::conclude(&lines, options))
}

/// Measures a bench, and again each row that rings the alarm.
fn compare(bench: &Bench, options: &Options, processors: Processors) -> Result<Vec<Line>> {
    let rows: Vec<&Row> = bench.rows.iter().collect();
    let measured = measure::measure(bench, &rows, processors, options.effort, LONGEST)?;
    let mut lines: Vec<Line> = rows
        .iter()
        .map(|&&row| Line::new(bench.name, row, &measured))
        .collect();
    for _ in 0..AGAIN {
        let mut loud: Vec<&mut Line> = lines
            .iter_mut()
            .filter(|line| line.rings(options.alarm))
            .collect();
        let longest = LONGEST_AGAIN / AGAIN / loud.len().max(1) as u32;
        for line in &mut loud {
            eprintln!("        {} again", line.name());
            let row = line.row;
            let measured = measure::measure(bench, &[&row], processors, Effort::Full, longest)?;
            line.again(&measured);
        }
    }
    Ok(lines)
}
