//! `sockbox cat`: standard input to a socket, and the socket to standard output.

mod copy;
mod listen;

use core::time::Duration;

use sock::{Deadline, Error};

use crate::address::Address;
use crate::output::{Cause, Failure, Place};
use crate::peer::Peer;

/// What the command line asks for.
pub(crate) struct Task<'a> {
    pub(crate) address: &'a Address,
    pub(crate) listen: bool,
    pub(crate) timeout: Option<Timeout>,
}

/// How long nothing may happen, and how the command line says it.
#[derive(Clone, Copy)]
pub(crate) struct Timeout {
    pub(crate) duration: Duration,
    pub(crate) text: &'static str,
}

pub(crate) fn run<'a>(task: &Task<'a>) -> Result<(), Failure<'a>> {
    if task.listen {
        return listen::run(task);
    }
    let peer = Peer::connect(task.address, task.deadline());
    let peer = peer.map_err(|error| task.failure(error))?;
    copy::run(task, peer, None)
}

impl<'a> Task<'a> {
    fn deadline(&self) -> Deadline {
        self.timeout
            .map_or(Deadline::NEVER, |timeout| Deadline::after(timeout.duration))
    }

    /// What to say of an error before there is a connection.
    fn failure(&self, error: Error) -> Failure<'a> {
        let place = Place::Address(self.address);
        match self.timeout {
            Some(timeout) if error == Error::DEADLINE => Failure {
                place,
                cause: Cause::NoConnection(timeout.text),
            },
            _ => Failure::new(place, error),
        }
    }
}
