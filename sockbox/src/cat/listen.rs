//! `sockbox cat --listen`: the first who comes.

use sock::generic::poll;
use sock::program::{Stdio, Termination};
use sock::{Backend, Deadline, Error, ErrorKind, PollEvents, RecvFlags};

use super::copy::Held;
use super::{Task, copy};
use crate::address::Room;
use crate::bound::Bound;
use crate::kernel::KERNEL;
use crate::output::{Failure, Place};
use crate::peer::{Kind, Peer};

pub(super) fn run<'a>(task: &Task<'a>) -> Result<(), Failure<'a>> {
    // As long as there is a path to remove. When this is dropped, last of all, a signal that has come
    // ends the program.
    let termination = Termination::hold().map_err(|error| Failure::new(Place::Process, error))?;
    let bound = Bound::at(task.address).map_err(|error| task.failure(error))?;
    // Where standard error is closed, nobody wants to know.
    let _ = bound.announce(Stdio::Stderr);
    let come = wait(task, &bound, &termination).map_err(|error| task.failure(error))?;
    match come {
        Come::Signal => Ok(()),
        Come::Connection(peer) => {
            // Nobody else can come.
            drop(bound);
            drop(termination);
            copy::run(task, peer, None)
        }
        Come::Datagram => {
            let Bound { fd, path, .. } = bound;
            let kind = Kind::Datagram;
            let peer = Peer { fd, kind };
            copy::run(task, peer, Some(Held { path, termination }))
        }
    }
}

/// What came first.
enum Come {
    Signal,
    Connection(Peer),
    /// From the sender that now is the peer of the bound socket.
    Datagram,
}

fn wait(task: &Task<'_>, bound: &Bound, termination: &Termination) -> sock::Result<Come> {
    let deadline = match task.timeout {
        Some(timeout) => Deadline::at(sock::now().saturating_add(timeout.duration)),
        None => Deadline::NEVER,
    };
    loop {
        let mut fds = [termination.poll_fd(), bound.poll_fd()];
        if poll(&KERNEL, &mut fds, deadline)? == 0 {
            return Err(Error::DEADLINE);
        }
        let [signal, _] = fds;
        if signal.revents() != PollEvents::empty() {
            return Ok(Come::Signal);
        }
        let come = match bound.address.kind() {
            Kind::Datagram => connect_to_sender(bound).map(|()| Come::Datagram),
            kind => Peer::accept(kind, &bound.fd).map(Come::Connection),
        };
        match come {
            // Whoever came has gone again.
            Err(error) if error == Error::WOULD_BLOCK => {}
            Err(error) if error.kind() == ErrorKind::ConnectionAborted => {}
            come => return come,
        }
    }
}

/// Makes the sender of the first datagram the peer, and leaves the datagram in the queue. One who has no
/// name, or has gone already, cannot be answered, but what has come from there is still to be received.
fn connect_to_sender(bound: &Bound) -> sock::Result<()> {
    let mut from: Room = [0; _];
    let flags = RecvFlags::DONTWAIT | RecvFlags::PEEK;
    let received = KERNEL.recv_from(&bound.fd, &mut [], flags, &mut from)?;
    let _ = KERNEL.connect(&bound.fd, from.get(..received.addr_len).unwrap_or_default());
    Ok(())
}
