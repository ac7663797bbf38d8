//! What the tour prints: a table for people, JSON for programs.

use core::fmt::{self, Write};

use sock::Error;
use sock::program::{self, Stdio};

use super::Fault;
use super::measure::Figures;
use crate::cli::Format;
use crate::output::{Failure, Place, Words, complain, line};

/// Prints each case as it ends.
pub(super) struct Report {
    format: Format,
    cases: usize,
    begun: usize,
    held: usize,
    /// Why something could not be written.
    unwritten: Option<Error>,
    progress: bool,
}

/// What is said of the calls.
const CALLS: &str = "calls: as they were made, but for closing a socket (once a trip in 'refused')";

/// How long the longest bar is, in characters.
const BAR: usize = 24;

impl Report {
    pub(super) fn new(format: Format, cases: usize) -> Self {
        let mut report = Report {
            format,
            cases,
            begun: 0,
            held: 0,
            unwritten: None,
            progress: Stdio::Stderr.is_terminal(),
        };
        if format == Format::Table {
            report.print(format_args!(
                "{:<24} {:>11} {:>11} {:>11} {:>11}  {}",
                "case",
                "round trips",
                "p50 ns",
                "p99 ns",
                "calls/trip",
                "p50 █ to p99 ░, log scale"
            ));
        }
        report
    }

    fn print(&mut self, text: fmt::Arguments<'_>) {
        if let Err(error) = line(Stdio::Stdout, text) {
            self.unwritten = Some(error);
        }
    }

    /// Tells on standard error, when somebody looks on, what runs now.
    pub(super) fn begin(&mut self, name: &str) {
        self.begun += 1;
        if self.progress {
            let _ = write!(
                Stdio::Stderr,
                "\r\x1b[K[{:2}/{}] {name}",
                self.begun,
                self.cases
            );
        }
    }

    pub(super) fn end(&mut self, name: &str, outcome: Result<Figures, Fault>) {
        if self.progress {
            let _ = Stdio::Stderr.write_str("\r\x1b[K");
        }
        match outcome {
            Ok(figures) => {
                self.held += 1;
                self.holds(name, &figures);
            }
            Err(fault) => self.failed(name, &fault),
        }
    }

    fn holds(&mut self, name: &str, figures: &Figures) {
        let Figures {
            round_trips,
            p50,
            p99,
            calls,
        } = *figures;
        let (hundredths, bar) = (calls * 100 / round_trips.max(1), Bar { p50, p99 });
        let (whole, part) = (hundredths / 100, hundredths % 100);
        match self.format {
            Format::Table => self.print(format_args!(
                "{name:<24} {round_trips:>11} {p50:>11} {p99:>11} {whole:>8}.{part:02}  {bar}"
            )),
            Format::Json => self.print(format_args!(
                "{{\"case\":\"{name}\",\"ok\":true,\"round_trips\":{round_trips},\"p50_ns\":{p50},\
                 \"p99_ns\":{p99},\"syscalls_per_round_trip\":{whole}.{part:02}}}"
            )),
        }
    }

    fn failed(&mut self, name: &str, fault: &Fault) {
        match self.format {
            Format::Table => self.print(format_args!("{name:<24} FAILED: {fault}")),
            // No fault has a character in its text that JSON would have to escape.
            Format::Json => self.print(format_args!(
                "{{\"case\":\"{name}\",\"ok\":false,\"error\":\"{fault}\"}}"
            )),
        }
        complain(&format_args!("tour: {name}: {fault}"));
    }

    /// Prints what all cases came to; whether all held and everything was written.
    pub(super) fn finish(mut self) -> bool {
        let (held, cases) = (self.held, self.cases);
        let ok = held == cases;
        match (self.format, program::executable_size()) {
            (Format::Json, _) => self.print(format_args!("{{\"ok\":{ok},\"cases\":{cases}}}")),
            (Format::Table, Ok(size)) => self.print(format_args!(
                "\n{CALLS}\n{held} of {cases} cases held; this program is {size} bytes"
            )),
            (Format::Table, Err(error)) => self.print(format_args!(
                "\n{CALLS}\n{held} of {cases} cases held; its size is not known: {}",
                Words(error)
            )),
        }
        if let Some(error) = self.unwritten {
            complain(&Failure::new(Place::Stdout, error));
        }
        ok && self.unwritten.is_none()
    }
}

/// The span from the median to the 99th percentile, on a scale of 512 ns to 4 ms.
struct Bar {
    p50: u64,
    p99: u64,
}

impl Bar {
    /// Where a time stands: each power of two is as long as any other.
    fn place(nanos: u64) -> usize {
        const FIRST: u32 = 9;
        const POWERS: usize = 13;
        let nanos = nanos.max(1 << FIRST);
        let power = (nanos.ilog2() - FIRST) as usize;
        let part = (nanos >> (power + 1)) as usize & 0xff;
        ((power * 256 + part) * BAR / (POWERS * 256)).clamp(1, BAR)
    }
}

impl fmt::Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (solid, end) = (Bar::place(self.p50), Bar::place(self.p99));
        (0..solid).try_for_each(|_| f.write_char('█'))?;
        (solid..end).try_for_each(|_| f.write_char('░'))
    }
}
