//! `sockbox tour`: every kind of socket over this machine's kernel.

mod cases;
mod measure;
mod report;

use core::fmt;

use sock::Error;

use crate::address;
use crate::cli::Format;
use crate::output::Words;
use report::Report;

/// Why a case does not hold.
enum Fault {
    /// A call failed.
    Call(Error),
    /// Bytes came back that were not sent.
    Bytes,
    /// A call that must fail succeeded.
    Success,
    /// A receive ended before its deadline.
    Early,
    /// No address can be made for the case.
    Address(address::Fault),
}

/// Runs all cases; whether all held.
pub(crate) fn run(format: Format) -> bool {
    let mut report = Report::new(format, cases::ALL.len());
    for case in cases::ALL {
        report.begin(case.name);
        report.end(case.name, case.run());
    }
    report.finish()
}

impl<E: Into<Error>> From<E> for Fault {
    fn from(error: E) -> Self {
        Fault::Call(error.into())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Call(error) => Words(*error).fmt(f),
            Fault::Bytes => f.write_str("other bytes came back than were sent"),
            Fault::Success => f.write_str("a call that must fail succeeded"),
            Fault::Early => f.write_str("a receive ended before its deadline"),
            Fault::Address(fault) => fault.fmt(f),
        }
    }
}
