//! How late a wait ends, on a socket to which nothing comes.

use std::io::Read;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use serde::Serialize;
use sock::{Blocking, Deadline, Error};

use super::Result;
use super::measure::Effort;
use super::message::MESSAGE;
use super::sockets::{self, Mode};

/// The name of the bench.
pub(crate) const NAME: &str = "deadline-lateness";

/// What it measures.
pub(crate) const SUMMARY: &str = "how late a receive without data ends; sock: recv_by, sock-blocking: Blocking, std: its read time-out";

/// The waits in milliseconds, and how often each is measured.
const WAITS: [(u64, u32); 3] = [(10, 200), (100, 50), (1000, 20)];

/// The variants, in the order of the lines.
const VARIANTS: [(&str, fn() -> Result<Wait>); 3] = [
    ("sock", recv_by),
    ("sock-blocking", blocking),
    ("std", std_time_out),
];

/// One line.
#[derive(Debug, Serialize)]
pub(crate) struct Lateness {
    bench: &'static str,
    /// How it waited.
    pub(crate) variant: &'static str,
    /// How long it was to wait.
    pub(crate) wait_ms: u64,
    /// How often.
    pub(crate) rounds: u32,
    /// How late it was half of the times, at the most.
    pub(crate) p50_late_ns: u64,
    /// How late it was 99 of 100 times, at the most.
    pub(crate) p99_late_ns: u64,
}

/// A wait of a given length that ends for no other reason than that.
type Wait = Box<dyn FnMut(Duration) -> Result<()>>;

/// Measures each wait of each variant.
///
/// # Errors
/// A wait that ended early or for another reason.
pub(crate) fn measure(effort: Effort) -> Result<Vec<Lateness>> {
    let mut lines = Vec::new();
    for (wait_ms, rounds) in WAITS {
        let rounds = match effort {
            Effort::Full => rounds,
            Effort::Smoke => 1,
        };
        for (variant, make) in VARIANTS {
            let late = late_by(make()?, Duration::from_millis(wait_ms), rounds)?;
            lines.push(Lateness {
                bench: NAME,
                variant,
                wait_ms,
                rounds,
                p50_late_ns: late.value_at_quantile(0.50),
                p99_late_ns: late.value_at_quantile(0.99),
            });
        }
    }
    Ok(lines)
}

fn late_by(mut wait: Wait, length: Duration, rounds: u32) -> Result<Histogram<u64>> {
    let mut late = Histogram::new(3)?;
    for _ in 0..rounds {
        let start = Instant::now();
        wait(length)?;
        let by = start.elapsed().checked_sub(length);
        late.record(by.ok_or("a wait ended early")?.as_nanos() as u64)?;
    }
    Ok(late)
}

fn recv_by() -> Result<Wait> {
    let [idle, other] = sockets::tcp::<sock::TcpStream>(Mode::Nonblocking)?;
    Ok(Box::new(move |length| {
        // The other end stays open with the wait.
        let _ = &other;
        let received = idle.recv_by(&mut [0; MESSAGE], Deadline::after(length));
        passed(received)
    }))
}

fn blocking() -> Result<Wait> {
    let [idle, other] = sockets::tcp::<sock::TcpStream>(Mode::Nonblocking)?;
    let mut idle = Blocking::new(idle);
    Ok(Box::new(move |length| {
        let _ = &other;
        idle.set_read_deadline(Deadline::after(length));
        passed(idle.recv(&mut [0; MESSAGE]))
    }))
}

fn std_time_out() -> Result<Wait> {
    let [mut idle, other] = sockets::tcp::<std::net::TcpStream>(Mode::Blocking)?;
    Ok(Box::new(move |length| {
        let _ = &other;
        idle.set_read_timeout(Some(length))?;
        match idle.read(&mut [0; MESSAGE]) {
            Err(error) if error.raw_os_error() == Some(libc::EAGAIN) => Ok(()),
            other => Err(format!("a wait for nothing ended with {other:?}").into()),
        }
    }))
}

fn passed(received: sock::Result<usize>) -> Result<()> {
    match received {
        Err(Error::DEADLINE) => Ok(()),
        other => Err(format!("a wait for nothing ended with {other:?}").into()),
    }
}
