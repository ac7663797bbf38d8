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

use std::cell::{Cell, RefCell};
use std::fmt::Write;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use conformance::{DescriptorFlags, Env, Runner, Signals, Tally};
use sock_core::Abi;
use sock_core::abi::{Darwin, FreeBsd};
use sock_sim::{Fd, Sim};

use excluded::EXCLUDED;

/// How long one case may take of real time. A case that tries until some time has passed, and does
/// nothing that waits, never ends where the clock stands still.
const PATIENCE: Duration = Duration::from_secs(60);

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let matched = RefCell::new(vec![0; EXCLUDED.len()]);
    let left_out = Cell::new(0);
    let watch = watch();
    let wanted = |name: &str| {
        *watch.lock().unwrap() = name.to_owned();
        let row = EXCLUDED.iter().position(|(pattern, _)| fits(pattern, name));
        if let Some(row) = row {
            matched.borrow_mut()[row] += 1;
            left_out.set(left_out.get() + 1);
            return false;
        }
        words.is_empty() || words.iter().any(|word| name.contains(word.as_str()))
    };
    // With other numbers all that is not Linux's own holds as well; only what does not is told.
    let mut told = String::new();
    let (freebsd, darwin) = (Host(Sim::with_abi(FreeBsd)), Host(Sim::with_abi(Darwin)));
    let others = [
        portable(&freebsd, &mut told, &wanted),
        portable(&darwin, &mut told, &wanted),
    ];
    for (kernel, tally) in ["FreeBSD", "Darwin"].iter().zip(&others) {
        let Tally { passed, failed, .. } = tally;
        eprintln!("with the numbers of {kernel}: {passed} passed, {failed} failed");
    }
    let mut out = Stdout(std::io::stdout());
    for line in told.lines().filter(|line| line.starts_with("FAIL")) {
        let _ = writeln!(out, "{line} (with the numbers of another kernel)");
    }
    left_out.set(0);
    let host = Host(Sim::new());
    let mut runner = Runner::new(&host, &mut out, &wanted);
    conformance::portable(&mut runner);
    conformance::linux(&mut runner);
    let good = runner.finish().is_good();
    eprintln!("{} cases left out", left_out.get());
    let stale: Vec<&str> = EXCLUDED
        .iter()
        .zip(matched.borrow().iter())
        .filter_map(|((pattern, _), cases)| (*cases == 0).then_some(*pattern))
        .collect();
    for pattern in &stale {
        eprintln!("no case is called {pattern}: take it off the list of those left out");
    }
    let good = good && others.iter().all(|tally| tally.failed == 0);
    if good && stale.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
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

fn portable<A: Abi>(host: &Host<A>, told: &mut String, wanted: &dyn Fn(&str) -> bool) -> Tally {
    let mut runner = Runner::new(host, told, wanted);
    conformance::portable(&mut runner);
    runner.finish()
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
