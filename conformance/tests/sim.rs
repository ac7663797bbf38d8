//! The suite over the simulated kernel.
//!
//! `cargo test -p conformance --test sim -- NAME…` runs the cases whose names contain one of the
//! words.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "sim/excluded.rs"]
mod excluded;

use std::cell::Cell;
use std::fmt::Write;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use conformance::{DescriptorFlags, Env, Runner, Signals, Tally};
use sock_core::Abi;
use sock_core::abi::{Darwin, FreeBsd, Linux};
use sock_sim::{Fd, Link, Sim};

use excluded::{EXCLUDED, OVER_A_LINK};

/// How long one case may take of real time. A case that tries until some time has passed, and does
/// nothing that waits, never ends where the clock stands still.
const PATIENCE: Duration = Duration::from_secs(60);

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let watch = watch();
    // With other numbers all that is not Linux's own holds as well, and so does nearly all when packets
    // take their time; only what does not hold is told.
    let mut told = String::new();
    let freebsd = Selection::new(&[EXCLUDED], &words, &watch);
    let freebsd = freebsd.portable(&Host(Sim::with_abi(FreeBsd)), &mut told);
    let darwin = Selection::new(&[EXCLUDED], &words, &watch);
    let darwin = darwin.portable(&Host(Sim::with_abi(Darwin)), &mut told);
    let linked = Selection::new(&[EXCLUDED, OVER_A_LINK], &words, &watch);
    let slow = linked.all(&Host(slow()), &mut told);
    let others = [
        ("with the numbers of FreeBSD", freebsd),
        ("with the numbers of Darwin", darwin),
        ("over a link", slow),
    ];
    for (how, tally) in &others {
        let Tally { passed, failed, .. } = tally;
        eprintln!("{how}: {passed} passed, {failed} failed");
    }
    let mut out = Stdout(std::io::stdout());
    for line in told.lines().filter(|line| line.starts_with("FAIL")) {
        let _ = writeln!(out, "{line} (with other numbers, or over a link)");
    }
    let plain = Selection::new(&[EXCLUDED], &words, &watch);
    let tally = plain.all(&Host(Sim::new()), &mut out);
    let good = tally.is_good() && others.iter().all(|(_, tally)| tally.failed == 0);
    eprintln!("{} cases left out", plain.left_out());
    let stale: Vec<&str> = linked.stale().collect();
    for pattern in &stale {
        eprintln!("no case is called {pattern}: take it off the list of those left out");
    }
    if good && stale.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// A kernel whose packets take a microsecond.
fn slow() -> Sim {
    let (sim, latency) = (Sim::new(), Duration::from_micros(1));
    sim.set_link(
        &sim,
        Link {
            latency,
            ..Link::default()
        },
    );
    sim
}

/// Which cases run, and how often each row of those left out has held.
struct Selection<'a> {
    rows: Vec<(&'static str, Cell<usize>)>,
    words: &'a [String],
    watch: &'a Mutex<String>,
}

impl<'a> Selection<'a> {
    fn new(
        lists: &[&'static [(&'static str, &'static str)]],
        words: &'a [String],
        watch: &'a Mutex<String>,
    ) -> Self {
        let rows = lists.iter().flat_map(|list| list.iter());
        Selection {
            rows: rows.map(|(pattern, _)| (*pattern, Cell::new(0))).collect(),
            words,
            watch,
        }
    }

    fn wants(&self, name: &str) -> bool {
        *self.watch.lock().unwrap() = name.to_owned();
        if let Some((_, matched)) = self.rows.iter().find(|(pattern, _)| fits(pattern, name)) {
            matched.set(matched.get() + 1);
            return false;
        }
        self.words.is_empty() || self.words.iter().any(|word| name.contains(word.as_str()))
    }

    fn portable<A: Abi>(&self, host: &Host<A>, out: &mut dyn Write) -> Tally {
        let wants = |name: &str| self.wants(name);
        let mut runner = Runner::new(host, out, &wants);
        conformance::portable(&mut runner);
        runner.finish()
    }

    fn all(&self, host: &Host<Linux>, out: &mut dyn Write) -> Tally {
        let wants = |name: &str| self.wants(name);
        let mut runner = Runner::new(host, out, &wants);
        conformance::portable(&mut runner);
        conformance::linux(&mut runner);
        runner.finish()
    }

    fn left_out(&self) -> usize {
        self.rows.iter().map(|(_, matched)| matched.get()).sum()
    }

    fn stale(&self) -> impl Iterator<Item = &'static str> {
        let stale = self.rows.iter().filter(|(_, matched)| matched.get() == 0);
        stale.map(|(pattern, _)| *pattern)
    }
}

/// Whether a name is the pattern, or begins with what stands before its `*`.
fn fits(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => name == pattern,
    }
}

/// Ends the run when one case goes on too long; the value is the name of the present one.
fn watch() -> Arc<Mutex<String>> {
    let name = Arc::new(Mutex::new(String::new()));
    let watched = Arc::clone(&name);
    std::thread::spawn(move || {
        let (mut last, mut since) = (String::new(), std::time::Instant::now());
        loop {
            std::thread::sleep(Duration::from_millis(100));
            let now = watched.lock().unwrap().clone();
            if now != last {
                (last, since) = (now, std::time::Instant::now());
            } else if since.elapsed() > PATIENCE {
                let mut out = Stdout(std::io::stdout());
                let _ = writeln!(out, "FAIL {last}: does not end");
                std::process::exit(1);
            }
        }
    });
    name
}

struct Host<A: Abi>(Sim<A>);

impl<A: Abi> Env for Host<A> {
    type Backend = Sim<A>;

    fn backend(&self) -> Sim<A> {
        self.0.clone()
    }

    fn together(&self, other: &mut (dyn FnMut() + Send), this: &mut dyn FnMut()) {
        self.0.together(other, this);
    }

    fn under_signals(&self, period: Duration, wait: &mut dyn FnMut()) -> Signals {
        Signals(self.0.under_signals(period, wait).1)
    }

    fn flags(&self, fd: &Fd<A>) -> DescriptorFlags {
        DescriptorFlags {
            // There is no exec.
            close_on_exec: true,
            nonblocking: fd.is_nonblocking(),
        }
    }

    fn duplicate(&self, fd: &Fd<A>) -> Fd<A> {
        fd.duplicate()
    }

    fn open_descriptors(&self) -> usize {
        self.0.open_descriptors()
    }

    fn temporary_path<'p>(&self, room: &'p mut [u8; 64]) -> &'p [u8] {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let path = format!("/tmp/case-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        room[..path.len()].copy_from_slice(path.as_bytes());
        &room[..path.len()]
    }

    fn unlink(&self, path: &[u8]) {
        self.0.unlink(path);
    }

    fn is_emulated(&self) -> bool {
        false
    }
}

/// Standard output, as the suite writes to it.
struct Stdout(std::io::Stdout);

impl Write for Stdout {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        use std::io::Write;
        self.0
            .write_all(text.as_bytes())
            .map_err(|_| std::fmt::Error)
    }
}
