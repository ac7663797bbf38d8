//! The time of the machine, in the units of its counters.

use std::sync::OnceLock;
use std::time::Instant;

/// How a kernel lets programs read the clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Way {
    /// By the processor's counter: CNTVCT_EL0, or the time-stamp counter.
    #[default]
    Counter,
    /// By a call alone.
    Call,
}

impl Way {
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "counter" => Some(Way::Counter),
            "call" => Some(Way::Call),
            _ => None,
        }
    }
}

static START: OnceLock<Instant> = OnceLock::new();

/// The machine has been up for a while when the program starts: a thousand seconds.
const BEFORE: u64 = 1_000_000_000_000;

/// Nanoseconds of uptime.
pub(crate) fn nanoseconds() -> u64 {
    let start = START.get_or_init(Instant::now);
    BEFORE + start.elapsed().as_nanos() as u64
}

/// An Apple processor's counter: 24 MHz, so that a tick is 125/3 ns.
pub(crate) fn arm64() -> u64 {
    (u128::from(nanoseconds()) * 3 / 125) as u64
}

/// A time-stamp counter of 2.5 GHz.
pub(crate) fn amd64() -> u64 {
    (u128::from(nanoseconds()) * 5 / 2) as u64
}
