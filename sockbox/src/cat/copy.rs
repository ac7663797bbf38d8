//! Both directions at once.

use core::result::Result;
use core::time::Duration;

use heapless::Vec;
use sock::abi::Kernel;
use sock::generic::poll;
use sock::program::{Stdio, Termination, sleep};
use sock::{Abi, Backend, Deadline, Error, PollEvents, RecvFlags, Shutdown, SystemAbi};

use super::Task;
use crate::bound::Path;
use crate::kernel::KERNEL;
use crate::output::{Cause, Failure, Place};
use crate::peer::{Kind, MESSAGE, Peer};

/// The most that is written to standard output at a time: a pipe with any room takes so much at once
/// (`PIPE_BUF`, pipe(7)), so that a slow reader does not hold up the other direction.
const WRITE: usize = 4096;

/// The most that is read of standard input at a time: what the longest datagram of UDP over IPv4 has
/// room for.
const READ: usize = 65_507;

/// There is room, or a reason why there never will be.
const SENDABLE: PollEvents = PollEvents::OUT
    .union(PollEvents::HUP)
    .union(PollEvents::ERR);

/// How long to sleep where a full receiver of datagrams is told by an error, and nothing tells when it has
/// room: poll(2) calls the sender writable at all times (`uipc_sosend_dgram` in FreeBSD's
/// sys/kern/uipc_usrreq.c, `uipc_send` in Darwin's bsd/kern/uipc_usrreq.c).
const NAP: Duration = Duration::from_millis(3);

/// What outlives the copying of datagrams: a path, which is removed before a signal ends the program.
pub(super) struct Held {
    pub(super) path: Path,
    pub(super) termination: Termination,
}

/// Copies until the end, which is that of the peer and of what came from it; or until a signal comes.
pub(super) fn run<'a>(task: &Task<'a>, peer: Peer, held: Option<Held>) -> Result<(), Failure<'a>> {
    let mut incoming = Direction::new();
    let copy = Copy {
        task,
        peer: &peer,
        is_terminal: Stdio::Stdin.is_terminal(),
        outgoing: Direction::new(),
        incoming: &mut incoming,
        refused: None,
        slept: Duration::ZERO,
        received: false,
    };
    let ended = copy.run(held.as_ref().map(|held| &held.termination));
    // Before the path, which is removed when nobody is there; and both before SIGPIPE comes.
    drop(peer);
    if let Some(Held { path, termination }) = held {
        drop(path);
        drop(termination);
    }
    match ended? {
        Ended::Well => Ok(()),
        Ended::Unread => {
            write(&mut incoming)?;
            Err(Failure::new(Place::Stdout, Error::os(SystemAbi::EPIPE)))
        }
    }
}

enum Ended {
    Well,
    /// Nobody reads standard output any more, which is still to be written to once, to end as any
    /// program does that writes to a closed pipe.
    Unread,
}

struct Copy<'a, 't> {
    task: &'t Task<'a>,
    peer: &'t Peer,
    /// Whether somebody types the input.
    is_terminal: bool,
    outgoing: Direction,
    incoming: &'t mut Direction,
    /// Why the peer takes no more.
    refused: Option<Error>,
    /// How long it has taken nothing for want of room, told by an error.
    slept: Duration,
    received: bool,
}

/// What was taken from one side and not yet given to the other.
struct Direction {
    room: [u8; MESSAGE],
    start: usize,
    end: usize,
    /// Whether more may come.
    open: bool,
}

/// Which of the descriptors are ready.
#[derive(Default)]
struct Ready {
    signal: bool,
    stdin: bool,
    peer: PollEvents,
    stdout: PollEvents,
}

impl Direction {
    const fn new() -> Self {
        Direction {
            room: [0; MESSAGE],
            start: 0,
            end: 0,
            open: true,
        }
    }

    fn is_empty(&self) -> bool {
        self.start == self.end
    }

    fn wants_more(&self) -> bool {
        self.open && self.is_empty()
    }

    fn bytes(&self) -> &[u8] {
        self.room.get(self.start..self.end).unwrap_or_default()
    }

    fn filled(&mut self, len: usize) {
        (self.start, self.end) = (0, len);
    }

    fn given(&mut self, len: usize) {
        self.start = (self.start + len).min(self.end);
    }

    /// Gives up what is left.
    fn close(&mut self) {
        (self.start, self.end, self.open) = (0, 0, false);
    }
}

impl<'a> Copy<'a, '_> {
    fn run(mut self, termination: Option<&Termination>) -> Result<Ended, Failure<'a>> {
        while !self.is_over() {
            let Some(ready) = self.wait(termination)? else {
                return self.idle().map(|()| Ended::Well);
            };
            if ready.signal {
                return Ok(Ended::Well);
            }
            if ready.stdin {
                self.read()?;
            }
            if ready.peer.intersects(SENDABLE) && !self.outgoing.is_empty() {
                self.send()?;
            }
            if ready.peer != PollEvents::empty() && self.incoming.wants_more() {
                self.receive()?;
            }
            if ready.stdout.contains(PollEvents::ERR) {
                return Ok(Ended::Unread);
            }
            if !ready.stdout.is_empty() {
                write(self.incoming)?;
            }
        }
        // What it has not taken, a peer may refuse after its own end.
        let last = self.peer.recv(&mut [0], RecvFlags::empty()).err();
        match self.refused.or(last.filter(|error| !is_no_failure(*error))) {
            Some(error) => Err(self.at_peer(Cause::Error(error))),
            None => Ok(Ended::Well),
        }
    }

    /// Whether nothing more can come from the peer, and nothing more has to go to it. A terminal is not
    /// waited for: whoever types there sees that the peer has ended.
    fn is_over(&self) -> bool {
        let sent = !self.outgoing.open && self.outgoing.is_empty();
        !self.incoming.open && self.incoming.is_empty() && (sent || self.is_terminal)
    }

    /// Waits until something can be done; `None` when nothing can for too long.
    fn wait(&self, termination: Option<&Termination>) -> Result<Option<Ready>, Failure<'a>> {
        let mut events = PollEvents::empty();
        events.set(PollEvents::IN, self.incoming.wants_more());
        events.set(PollEvents::OUT, !self.outgoing.is_empty());
        // Without anything to do there, a peer that is gone would end each wait at once.
        let peer = !events.is_empty();
        let (stdin, stdout) = (self.outgoing.wants_more(), !self.incoming.is_empty());
        let mut fds = Vec::<_, 4>::new();
        fds.extend(termination.map(Termination::poll_fd));
        fds.extend(stdin.then(|| Stdio::Stdin.poll_fd(PollEvents::IN)));
        fds.extend(peer.then(|| self.peer.poll_fd(events)));
        fds.extend(stdout.then(|| Stdio::Stdout.poll_fd(PollEvents::OUT)));
        let deadline = match self.task.timeout {
            Some(timeout) => Deadline::after(timeout.duration),
            None => Deadline::NEVER,
        };
        let count = poll(&KERNEL, &mut fds, deadline);
        if count.map_err(|error| Failure::new(Place::Process, error))? == 0 {
            return Ok(None);
        }
        let mut found = fds.iter().map(|fd| fd.revents());
        let mut of = |polled| {
            let found = if polled { found.next() } else { None };
            found.unwrap_or(PollEvents::empty())
        };
        Ok(Some(Ready {
            signal: !of(termination.is_some()).is_empty(),
            stdin: !of(stdin).is_empty(),
            peer: of(peer),
            stdout: of(stdout),
        }))
    }

    fn read(&mut self) -> Result<(), Failure<'a>> {
        let room = self.outgoing.room.get_mut(..READ).unwrap_or_default();
        match Stdio::Stdin.read(room) {
            Ok(0) => {
                self.outgoing.open = false;
                if self.peer.kind != Kind::Datagram {
                    // It fails when there is no connection any more, which the next receive tells.
                    let _ = KERNEL.shutdown(&self.peer.fd, Shutdown::Write);
                }
            }
            Ok(len) => self.outgoing.filled(len),
            Err(error) if is_no_failure(error) => {}
            Err(error) => return Err(Failure::new(Place::Stdin, error)),
        }
        Ok(())
    }

    fn send(&mut self) -> Result<(), Failure<'a>> {
        match self.peer.send(self.outgoing.bytes(), true) {
            Ok(len) => {
                self.outgoing.given(len);
                self.slept = Duration::ZERO;
            }
            Err(error) if is_no_failure(error) => {}
            Err(error) if self.is_full(error) => {
                sleep(NAP);
                self.slept = self.slept.saturating_add(NAP);
                let limit = self.task.timeout.as_ref();
                if limit.is_some_and(|timeout| self.slept >= timeout.duration) {
                    return self.idle();
                }
            }
            Err(error) => {
                // What the peer has sent before is still to be received.
                self.refused = Some(error);
                self.outgoing.close();
                if self.peer.kind == Kind::Datagram {
                    self.incoming.open = false;
                }
            }
        }
        Ok(())
    }

    /// Whether the error of a send says that the receiver has no room.
    fn is_full(&self, error: Error) -> bool {
        !matches!(SystemAbi::KERNEL, Kernel::Linux)
            && self.peer.kind == Kind::Datagram
            && error == Error::os(SystemAbi::ENOBUFS)
    }

    fn receive(&mut self) -> Result<(), Failure<'a>> {
        match self.peer.recv(&mut self.incoming.room, RecvFlags::empty()) {
            Ok(Some(came)) => {
                self.received = true;
                self.incoming.filled(came.len);
            }
            Ok(None) => self.incoming.open = false,
            Err(error) if is_no_failure(error) => {}
            Err(error) => return Err(self.at_peer(Cause::Error(error))),
        }
        Ok(())
    }

    /// Nothing has happened for the time allowed: the usual end of an exchange of datagrams, which has
    /// no other, once all is sent and something was answered.
    fn idle(&self) -> Result<(), Failure<'a>> {
        let answered = self.received && !self.outgoing.open && self.outgoing.is_empty();
        match self.task.timeout {
            Some(timeout) if !(answered && self.peer.kind == Kind::Datagram) => {
                Err(self.at_peer(Cause::Idle(timeout.text)))
            }
            _ => Ok(()),
        }
    }

    fn at_peer(&self, cause: Cause) -> Failure<'a> {
        let place = Place::Address(self.task.address);
        Failure { place, cause }
    }
}

fn write<'a>(incoming: &mut Direction) -> Result<(), Failure<'a>> {
    let bytes = incoming.bytes();
    match Stdio::Stdout.write(bytes.get(..WRITE).unwrap_or(bytes)) {
        Ok(len) => incoming.given(len),
        Err(error) if is_no_failure(error) => {}
        Err(error) => return Err(Failure::new(Place::Stdout, error)),
    }
    Ok(())
}

/// Whether the call is simply to be made again, when poll says so.
fn is_no_failure(error: Error) -> bool {
    error == Error::WOULD_BLOCK || error == Error::INTERRUPTED
}
