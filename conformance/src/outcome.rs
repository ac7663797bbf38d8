//! How a case ends.

use core::fmt;
use core::panic::Location;

use sock_core::{Abi, AddrError, Error, ErrorKind, Incomplete, Rejected};

/// How a case ends.
pub type Outcome = Result<(), Failure>;

/// Why a case failed, and where.
#[derive(Clone, Copy, Debug)]
pub struct Failure {
    at: &'static Location<'static>,
    why: Why,
}

#[derive(Clone, Copy, Debug)]
enum Why {
    /// A condition that does not hold.
    Check(&'static str),
    /// A number that is not the one expected.
    Number {
        what: &'static str,
        found: i128,
        expected: i128,
    },
    /// An error that was not expected.
    Error { kind: ErrorKind, errno: Option<i32> },
    /// An address that could not be made.
    Addr(AddrError),
}

impl Failure {
    /// A condition that does not hold; [`check!`](crate::check) makes it.
    #[track_caller]
    pub fn check(what: &'static str) -> Self {
        Failure {
            at: Location::caller(),
            why: Why::Check(what),
        }
    }

    /// A number that is not the one expected; [`check_number!`](crate::check_number) makes it.
    #[track_caller]
    pub fn number(what: &'static str, found: i128, expected: i128) -> Self {
        Failure {
            at: Location::caller(),
            why: Why::Number {
                what,
                found,
                expected,
            },
        }
    }

    /// Whether the kernel does not have what the case is about.
    pub fn is_unsupported(&self) -> bool {
        matches!(
            self.why,
            Why::Error {
                kind: ErrorKind::Unsupported,
                ..
            }
        )
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.at.file().rsplit('/').next().unwrap_or_default();
        write!(f, "{file}:{}: ", self.at.line())?;
        match self.why {
            Why::Check(what) => f.write_str(what),
            Why::Number {
                what,
                found,
                expected,
            } => {
                write!(f, "{what} is {found}, not {expected}")
            }
            Why::Error {
                kind,
                errno: Some(errno),
            } => write!(f, "{kind} (os error {errno})"),
            Why::Error { kind, errno: None } => write!(f, "{kind}"),
            Why::Addr(error) => write!(f, "{error}"),
        }
    }
}

impl<A: Abi> From<Error<A>> for Failure {
    #[track_caller]
    fn from(error: Error<A>) -> Self {
        let why = Why::Error {
            kind: error.kind(),
            errno: error.raw_os_error(),
        };
        Failure {
            at: Location::caller(),
            why,
        }
    }
}

impl<A: Abi> From<Incomplete<A>> for Failure {
    #[track_caller]
    fn from(incomplete: Incomplete<A>) -> Self {
        incomplete.error.into()
    }
}

impl<S, A: Abi> From<Rejected<S, A>> for Failure {
    #[track_caller]
    fn from(rejected: Rejected<S, A>) -> Self {
        rejected.error.into()
    }
}

impl From<AddrError> for Failure {
    #[track_caller]
    fn from(error: AddrError) -> Self {
        Failure {
            at: Location::caller(),
            why: Why::Addr(error),
        }
    }
}

/// Fails the case unless the condition holds.
#[macro_export]
macro_rules! check {
    ($condition:expr) => {
        if !$condition {
            return Err($crate::Failure::check(stringify!($condition)));
        }
    };
}

/// Fails the case unless the two numbers are the same, and says which they are.
#[macro_export]
macro_rules! check_number {
    ($found:expr, $expected:expr) => {
        let (found, expected) = ($found as i128, $expected as i128);
        if found != expected {
            return Err($crate::Failure::number(stringify!($found), found, expected));
        }
    };
}
