//! A broken invariant, and where it was noticed.

use std::fmt;
use std::panic::Location;

use sock_core::{Abi, AddrError, Error, Incomplete, Rejected};

/// What a check gives.
pub(crate) type Check<T = ()> = Result<T, Failure>;

/// A broken invariant.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    #[track_caller]
    pub(crate) fn new(what: impl fmt::Display) -> Self {
        Failure(format!("{what} ({})", here()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[track_caller]
fn here() -> String {
    let place = Location::caller();
    let file = place.file().rsplit('/').next().unwrap_or_default();
    format!("{file}:{}", place.line())
}

/// An error that `?` passes on is one that must not come.
impl<A: Abi> From<Error<A>> for Failure {
    #[track_caller]
    fn from(error: Error<A>) -> Self {
        Failure(format!("unexpected: {error} ({})", here()))
    }
}

impl<A: Abi> From<Incomplete<A>> for Failure {
    #[track_caller]
    fn from(incomplete: Incomplete<A>) -> Self {
        Failure(format!("unexpected: {incomplete} ({})", here()))
    }
}

impl<S, A: Abi> From<Rejected<S, A>> for Failure {
    #[track_caller]
    fn from(rejected: Rejected<S, A>) -> Self {
        Failure(format!("unexpected: {} ({})", rejected.error, here()))
    }
}

impl From<AddrError> for Failure {
    #[track_caller]
    fn from(error: AddrError) -> Self {
        Failure(format!("{error} ({})", here()))
    }
}

/// Fails unless the condition holds; what follows says what was so instead.
macro_rules! ensure {
    ($condition:expr, $($what:tt)+) => {
        if !$condition {
            return Err($crate::failure::Failure::new(format_args!($($what)+)));
        }
    };
}
pub(crate) use ensure;
