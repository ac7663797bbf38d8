//! What is said to people: lines that are written at once, and why something failed.

use core::fmt::{self, Write};

use heapless::Vec;
use sock::program::Stdio;
use sock::{Abi, Error, ErrorKind, SystemAbi};

use crate::address::Address;

/// Why a command ends with status 1: one line on standard error.
pub(crate) struct Failure<'a> {
    pub(crate) place: Place<'a>,
    pub(crate) cause: Cause,
}

/// What something failed at.
pub(crate) enum Place<'a> {
    Address(&'a Address),
    Stdin,
    Stdout,
    /// The descriptor on which signals come.
    Signals,
    /// The process itself.
    Process,
}

pub(crate) enum Cause {
    Error(Error),
    /// No connection within that time.
    NoConnection(&'static str),
    /// Nothing was sent or received for that time.
    Idle(&'static str),
}

impl<'a> Failure<'a> {
    pub(crate) fn new(place: Place<'a>, error: Error) -> Self {
        let cause = Cause::Error(error);
        Failure { place, cause }
    }

    pub(crate) fn at(address: &'a Address, error: Error) -> Self {
        Self::new(Place::Address(address), error)
    }
}

impl fmt::Display for Failure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Address(address) => write!(f, "{address}: ")?,
            Place::Stdin => f.write_str("standard input: ")?,
            Place::Stdout => f.write_str("standard output: ")?,
            Place::Signals => f.write_str("signal descriptor: ")?,
            Place::Process => {}
        }
        match self.cause {
            Cause::Error(error) => Words(error).fmt(f),
            Cause::NoConnection(time) => write!(f, "no connection within {time}"),
            Cause::Idle(time) => write!(f, "nothing sent or received for {time}"),
        }
    }
}

/// An error in words; with its number only where there are none.
pub(crate) struct Words(pub(crate) Error);

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Words(error) = *self;
        if error == Error::os(SystemAbi::EISDIR) {
            return f.write_str("is a directory");
        }
        match (error.kind(), error.raw_os_error()) {
            (ErrorKind::Other, Some(number)) => write!(f, "system error {number}"),
            (kind, _) => kind.fmt(f),
        }
    }
}

/// Writes a line, in one call unless it is very long.
pub(crate) fn line(stream: Stdio, text: fmt::Arguments<'_>) -> sock::Result<()> {
    let mut line = Line {
        stream,
        bytes: Vec::new(),
        written: Ok(()),
    };
    // Why it fails stands in the line.
    let _ = line.write_fmt(text);
    let _ = line.write_str("\n");
    line.flush();
    line.written
}

/// Says on standard error what went wrong; where that is closed, the status must do.
pub(crate) fn complain(about: &dyn fmt::Display) {
    let _ = line(Stdio::Stderr, format_args!("sockbox: {about}"));
}

struct Line {
    stream: Stdio,
    bytes: Vec<u8, 256>,
    written: sock::Result<()>,
}

impl Line {
    fn flush(&mut self) {
        if self.written.is_ok() {
            self.written = self.stream.write_all(&self.bytes);
        }
        self.bytes.clear();
    }
}

impl Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            if self.bytes.is_full() {
                self.flush();
            }
            // There is room now.
            let _ = self.bytes.push(byte);
        }
        self.written.map_err(|_| fmt::Error)
    }
}
