//! What the tour prints: a table for people, JSON for programs.

use core::fmt::{self, Write};

use serde::Serialize;
use sock::Error;
use sock::program::{self, Stdio};

use super::Failure;
use super::measure::Figures;
use crate::cli::Format;

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

#[derive(Serialize)]
struct Line<'a> {
    case: &'a str,
    ok: bool,
    round_trips: usize,
    p50_ns: u64,
    p99_ns: u64,
    syscalls_per_round_trip: f64,
}

#[derive(Serialize)]
struct FailedLine<'a> {
    case: &'a str,
    ok: bool,
    error: &'a str,
}

#[derive(Serialize)]
struct LastLine {
    ok: bool,
    cases: usize,
}

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
                "{:<24} {:>11} {:>11} {:>11} {:>11}  {}\n",
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
        // What keeps it from being written is kept, and told at the end.
        let _ = self.write_fmt(text);
    }

    /// Prints one object and the end of the line.
    fn json<T: Serialize>(&mut self, object: &T) {
        let mut room = [0; 512];
        // The longest object has numbers of 20 digits and is shorter than the room.
        let len = serde_json_core::to_slice(object, &mut room).unwrap_or_default();
        let text = core::str::from_utf8(room.get(..len).unwrap_or_default());
        self.print(format_args!("{}\n", text.unwrap_or_default()));
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

    pub(super) fn end(&mut self, name: &str, outcome: Result<Figures, Failure>) {
        if self.progress {
            let _ = Stdio::Stderr.write_str("\r\x1b[K");
        }
        match outcome {
            Ok(figures) => {
                self.held += 1;
                self.holds(name, &figures);
            }
            Err(failure) => self.failed(name, &failure),
        }
    }

    fn holds(&mut self, name: &str, figures: &Figures) {
        let Figures {
            round_trips,
            p50,
            p99,
            calls,
        } = *figures;
        match self.format {
            Format::Table => {
                let (hundredths, bar) = (calls * 100 / round_trips.max(1), Bar { p50, p99 });
                let (whole, part) = (hundredths / 100, hundredths % 100);
                self.print(format_args!(
                    "{name:<24} {round_trips:>11} {p50:>11} {p99:>11} {whole:>8}.{part:02}  {bar}\n"
                ));
            }
            Format::Json => self.json(&Line {
                case: name,
                ok: true,
                round_trips,
                p50_ns: p50,
                p99_ns: p99,
                syscalls_per_round_trip: calls as f64 / round_trips.max(1) as f64,
            }),
        }
    }

    fn failed(&mut self, name: &str, failure: &Failure) {
        let mut error = heapless::String::<128>::new();
        // A longer text than there is room for is told as far as it goes.
        let _ = write!(error, "{failure}");
        match self.format {
            Format::Table => self.print(format_args!("{name:<24} FAILED: {error}\n")),
            Format::Json => self.json(&FailedLine {
                case: name,
                ok: false,
                error: &error,
            }),
        }
        let _ = writeln!(Stdio::Stderr, "sockbox: tour: {name}: {error}");
    }

    /// Prints what all cases came to; whether all held and everything was written.
    pub(super) fn finish(mut self) -> bool {
        let ok = self.held == self.cases;
        match self.format {
            Format::Table => {
                let (held, cases) = (self.held, self.cases);
                self.print(format_args!(
                    "\ncalls: as they were made, but for closing a socket (once a trip in 'refused')\n"
                ));
                self.print(format_args!("{held} of {cases} cases held"));
                match program::executable_size() {
                    Ok(size) => self.print(format_args!("; this program is {size} bytes\n")),
                    Err(error) => self.print(format_args!("; its size is not known: {error}\n")),
                }
            }
            Format::Json => self.json(&LastLine {
                ok,
                cases: self.cases,
            }),
        }
        if let Some(error) = self.unwritten {
            let _ = writeln!(Stdio::Stderr, "sockbox: tour: standard output: {error}");
        }
        ok && self.unwritten.is_none()
    }
}

impl Write for Report {
    /// To standard output.
    fn write_str(&mut self, text: &str) -> fmt::Result {
        Stdio::Stdout.write_all(text.as_bytes()).map_err(|error| {
            self.unwritten = Some(error);
            fmt::Error
        })
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
