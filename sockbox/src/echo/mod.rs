//! `sockbox echo`: sends back what it receives, at many addresses, in one loop over poll(2).
//!
//! Nothing here waits but the poll, and nothing is kept for a connection: what cannot be sent back yet
//! stays in the kernel's queue (`connection`). A datagram that cannot be sent back is dropped
//! (`datagram`).

mod connection;
mod datagram;

use core::iter;
use core::mem;
use core::time::Duration;

use heapless::Vec;
use sock::generic::poll;
use sock::program::{self, Stdio, Termination};
use sock::{Deadline, Error, ErrorKind, Instant, PollEvents};

use crate::address::{ADDRESSES, Address};
use crate::bound::Bound;
use crate::kernel::KERNEL;
use crate::output::{Failure, Place};
use crate::peer::{Kind, MESSAGE, Peer};
use connection::Connection;

/// The most connections at a time.
pub(crate) const CONNECTIONS: usize = 1024;

/// How long nothing is accepted when the kernel has no more to give, unless a connection closes.
const PAUSE: Duration = Duration::from_millis(100);
/// The most that is done for one socket before it is the others' turn.
const TURNS: usize = 16;

/// Serves until a signal asks for the end.
///
/// It needs 128 KiB of stack: for the room of a message, and a place and a poll for each connection.
pub(crate) fn run(addresses: &[Address]) -> Result<(), Failure<'_>> {
    let signals = |error| Failure::new(Place::Signals, error);
    // Before the first path is made, which must be removed whenever a signal comes, and when nobody
    // reads where the sockets are.
    program::hold_broken_pipe().map_err(signals)?;
    let termination = Termination::hold().map_err(signals)?;
    let mut bound = Vec::<Bound, ADDRESSES>::new();
    for address in addresses {
        // The command line has no more addresses than there is room for.
        let _ = bound.push(Bound::at(address).map_err(|error| Failure::at(address, error))?);
    }
    let announced = announce(&bound, &termination);
    if announced.map_err(|error| Failure::new(Place::Stdout, error))? {
        Server::new(&bound).serve(&termination).map_err(signals)?;
    }
    // The signal has had its effect: it must not end the program a second time.
    mem::forget(termination);
    Ok(())
}

/// Says where the sockets are, when standard output has room for it (a pipe for more than any line);
/// `false` when a signal comes first.
fn announce(all: &[Bound], termination: &Termination) -> sock::Result<bool> {
    for bound in all {
        let stdout = Stdio::Stdout.poll_fd(PollEvents::OUT);
        let mut fds = [termination.poll_fd(), stdout];
        poll(&KERNEL, &mut fds, Deadline::NEVER)?;
        let [signal, _] = fds;
        if signal.revents() != PollEvents::empty() {
            return Ok(false);
        }
        bound.announce(Stdio::Stdout)?;
    }
    Ok(true)
}

struct Server<'b> {
    bound: &'b [Bound],
    connections: Vec<Connection, CONNECTIONS>,
    /// Until when nothing is accepted.
    pause: Option<Instant>,
    room: [u8; MESSAGE],
}

impl<'b> Server<'b> {
    fn new(bound: &'b [Bound]) -> Self {
        Server {
            bound,
            connections: Vec::new(),
            pause: None,
            room: [0; MESSAGE],
        }
    }

    fn serve(mut self, termination: &Termination) -> sock::Result<()> {
        loop {
            let accepts = self.accepts();
            let ready = self.poll(termination, accepts)?;
            let mut ready = ready.iter();
            let mut is_ready = || ready.next().is_some_and(|ready| *ready);
            if is_ready() {
                return Ok(());
            }
            let before = self.connections.len();
            self.connections
                .retain_mut(|connection| !is_ready() || connection.serve(&mut self.room));
            let closed = self.connections.len() < before;
            if closed || self.pause.is_some_and(|end| sock::now() >= end) {
                self.pause = None;
            }
            for bound in self.bound {
                if !is_polled(bound, accepts) || !is_ready() {
                    continue;
                }
                match bound.address.kind() {
                    Kind::Datagram => datagram::echo(bound, self.bound, &mut self.room),
                    _ => self.accept(bound),
                }
            }
        }
    }

    /// Waits; says of each what is ready: the signal, the connections, and the bound sockets that
    /// are polled.
    fn poll(
        &self,
        termination: &Termination,
        accepts: bool,
    ) -> sock::Result<Vec<bool, { 1 + CONNECTIONS + ADDRESSES }>> {
        let mut fds = Vec::<_, { 1 + CONNECTIONS + ADDRESSES }>::new();
        let bound = self.bound.iter();
        let bound = bound.filter(|bound| is_polled(bound, accepts));
        fds.extend([termination.poll_fd()]);
        fds.extend(self.connections.iter().map(Connection::poll_fd));
        fds.extend(bound.map(Bound::poll_fd));
        let deadline = self.pause.map_or(Deadline::NEVER, Deadline::at);
        if poll(&KERNEL, &mut fds, deadline).is_ok() {
            let ready = fds.iter().map(|fd| fd.revents() != PollEvents::empty());
            return Ok(ready.collect());
        }
        // More descriptors than RLIMIT_NOFILE are not polled (EINVAL, poll(2)), and that can be lowered
        // at any time. Then each has its turn without being asked, which is safe as nothing waits.
        let signal = termination.wait(PAUSE)?;
        let others = fds.iter().skip(1).map(|_| true);
        Ok(iter::once(signal).chain(others).collect())
    }

    /// Takes the connections that wait at a bound socket.
    fn accept(&mut self, bound: &Bound) {
        for _ in 0..TURNS {
            if !self.accepts() {
                return;
            }
            match Peer::accept(bound.address.kind(), &bound.fd) {
                Ok(peer) => {
                    // There is room, or nothing would have been accepted.
                    let _ = self.connections.push(Connection::new(peer));
                }
                Err(error) if error == Error::WOULD_BLOCK => return,
                Err(error) if error.kind() == ErrorKind::ConnectionAborted => {}
                // Out of descriptors or memory, and whatever else may come again at once.
                Err(_) => self.pause = Some(sock::now().saturating_add(PAUSE)),
            }
        }
    }

    /// Whether connections are accepted now.
    fn accepts(&self) -> bool {
        self.pause.is_none() && !self.connections.is_full()
    }
}

/// Datagrams are always taken, connections only if there is room.
fn is_polled(bound: &Bound, accepts: bool) -> bool {
    accepts || bound.address.kind() == Kind::Datagram
}
