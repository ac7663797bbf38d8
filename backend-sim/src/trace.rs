//! What happened, call by call.

use std::fmt;

use sock_core::Instant;

use crate::{Call, Fault};

/// A call that was made, from [`Sim::trace`](crate::Sim::trace).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Record {
    /// When it returned.
    pub time: Instant,
    /// Which party made it, in the order in which parties were made; `None` for a thread that is
    /// none.
    pub party: Option<u64>,
    /// Which host it was made on, the first being 0.
    pub host: usize,
    /// The number of the socket that it was made on, as the `Debug` of a descriptor shows it.
    pub socket: Option<u64>,
    /// Which call it was.
    pub call: Call,
    /// The fault that it met, if that had an effect.
    pub fault: Option<Fault>,
    /// A count that it gave: bytes, ready descriptors; 0 for other calls. Or its error, by number.
    pub result: Result<usize, i32>,
}

/// One line: time in seconds, party, host, call, result, fault.
impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.time.as_nanos();
        write!(f, "{}.{:09} ", nanos / 1_000_000_000, nanos % 1_000_000_000)?;
        match self.party {
            Some(party) => write!(f, "party {party} ")?,
            None => write!(f, "- ")?,
        }
        write!(f, "host {} {:?}", self.host, self.call)?;
        if let Some(socket) = self.socket {
            write!(f, "({socket})")?;
        }
        match self.result {
            Ok(n) => write!(f, " = {n}")?,
            Err(errno) => write!(f, " = error {errno}")?,
        }
        match self.fault {
            Some(fault) => write!(f, " [{fault:?}]"),
            None => Ok(()),
        }
    }
}
