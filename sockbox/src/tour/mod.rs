//! `sockbox tour`: every kind of socket over this machine's kernel.

mod cases;
mod measure;
mod report;

use core::fmt;
use core::sync::atomic::AtomicUsize;

use sock::generic::Counted;
use sock::{AddrError, Error, System};

use crate::cli::Format;
use measure::Figures;
use report::Report;

/// The running kernel, and how many system calls have been made of it.
pub(crate) type Kernel = Counted<System>;

static CALLS: AtomicUsize = AtomicUsize::new(0);

/// Why a case does not hold.
pub(crate) enum Failure {
    /// A call failed.
    Call(Error),
    /// Bytes came back that were not sent.
    Bytes,
    /// A call that must fail succeeded.
    Success,
    /// A receive ended before its deadline.
    Early,
    /// No address can be made for the case.
    Address(AddrError),
}

/// One kind of socket.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) run: fn(Kernel) -> Result<Figures, Failure>,
}

/// Runs all cases; whether all held.
pub(crate) fn run(format: Format) -> bool {
    let mut report = Report::new(format, cases::ALL.len());
    for case in cases::ALL {
        report.begin(case.name);
        report.end(case.name, (case.run)(Counted::new(System, &CALLS)));
    }
    report.finish()
}

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure::Call(error.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Call(error) => error.fmt(f),
            Failure::Bytes => f.write_str("other bytes came back than were sent"),
            Failure::Success => f.write_str("a call that must fail succeeded"),
            Failure::Early => f.write_str("a receive ended before its deadline"),
            Failure::Address(error) => error.fmt(f),
        }
    }
}
