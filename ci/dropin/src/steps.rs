//! Steps and their outcomes.

use std::net::{Ipv4Addr, TcpListener};
use std::time::{Duration, Instant};

use crate::{Failure, Result};

/// How much longer than its limit something may take: machines are busy.
const PATIENCE: Duration = Duration::from_secs(20);

/// The steps so far.
#[derive(Default)]
pub struct Steps {
    failed: u32,
}

impl Steps {
    /// Runs a step, whose outcome must be the one that is expected of it.
    pub fn step(&mut self, name: &str, expected: &str, run: impl FnOnce() -> Result<String>) {
        match run() {
            Ok(outcome) if outcome == expected => println!("ok {name}: {outcome}"),
            Ok(outcome) => self.fail(name, &format!("{outcome}; expected: {expected}")),
            Err(failure) => self.fail(name, &failure.to_string()),
        }
    }

    /// Notes what stopped a part before its steps were done.
    pub fn stopped(&mut self, name: &str, failure: &Failure) {
        self.fail(name, &format!("stopped: {failure}"));
    }

    fn fail(&mut self, name: &str, reason: &str) {
        println!("FAIL {name}: {reason}");
        self.failed += 1;
    }

    /// Whether no step has failed.
    pub fn all_went_well(&self) -> bool {
        self.failed == 0
    }
}

/// What `run` returns, if it took at least as long as its limit, and not much longer.
pub fn at_its_limit<T>(limit: Duration, run: impl FnOnce() -> T) -> Result<T> {
    let start = Instant::now();
    let out = run();
    let took = start.elapsed();
    if took < limit || took > limit + PATIENCE {
        return Err(format!("it ended after {took:?}, its limit is {limit:?}").into());
    }
    Ok(out)
}

/// The error of what must fail.
pub fn error<T, E>(outcome: std::result::Result<T, E>) -> Result<E> {
    match outcome {
        Ok(_) => Err("it did not fail".into()),
        Err(error) => Ok(error),
    }
}

/// Bytes that are all different from their neighbours, and no text.
pub fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i * 7 + i / 251) as u8).collect()
}

/// A port of the loopback address that nobody has now.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port())
}
