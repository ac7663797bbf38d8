//! Connecting to one of several addresses: RFC 8305, Happy Eyeballs version 2.
//!
//! The families take turns, that of the first address first (section 4). The attempts start one
//! after the other, each 250 ms after the one before (section 5, "Connection Attempt Delay"), or at
//! once when one has failed. The first to connect wins, and the others are closed. One deadline
//! holds for all of it.
//!
//! An address that stands alone is connected to as the core does it, and while one attempt is on
//! its way it is waited for as the core does it: when the first address answers within the delay,
//! the system calls are those of a connect to it alone.
//!
//! The lists of addresses and attempts are on the heap, like those of std's resolver; a single
//! address needs none.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::io;
use std::net::ToSocketAddrs;
use std::time::Duration;

use sock_core::{Address, Backend, Deadline, Error, Instant, PollEvents, PollFd, Progress, Result};
use sock_core::{SocketAddr, TcpConnecting, TcpSocket, TcpStream};

/// How long an attempt has before the next one starts beside it, RFC 8305 section 8.
const DELAY: Duration = Duration::from_millis(250);

/// Connects to one of the addresses that `addrs` resolves to, before `end`, which is on the clock of
/// the backend. The time of the resolution counts, but std's resolver cannot be stopped.
///
/// # Errors
/// Those of the resolution; of kind `InvalidInput`: there is no address. Those of [`race`].
pub(crate) fn connect<B: Backend>(
    backend: B,
    addrs: impl ToSocketAddrs,
    end: Option<Instant>,
) -> io::Result<TcpStream<B>>
where
    io::Error: From<Error<B::Abi>>,
{
    let mut addrs = addrs.to_socket_addrs()?.map(SocketAddr::from);
    let first = addrs.next().ok_or_else(|| {
        let nothing = "could not resolve to any addresses";
        io::Error::new(io::ErrorKind::InvalidInput, nothing)
    })?;
    Ok(race(backend, first, addrs, end)?)
}

/// Connects to `first` or one of the `others`, before `end`.
///
/// # Errors
/// When all attempts have failed, the error of the one that failed last; `DeadlinePassed`.
pub(crate) fn race<B: Backend>(
    backend: B,
    first: SocketAddr<B::Abi>,
    others: impl Iterator<Item = SocketAddr<B::Abi>>,
    end: Option<Instant>,
) -> Result<TcpStream<B>, B> {
    let mut others = others.peekable();
    if others.peek().is_none() {
        return TcpStream::connect_in(backend, &first, deadline(end));
    }
    let mut waiting = in_turns(first, others);
    let mut attempts = Attempts(Vec::new());
    // Not told before an attempt has failed.
    let mut failure = Error::DEADLINE;
    while let Some(addr) = waiting.pop_front() {
        let next = backend.now().saturating_add(DELAY);
        if let Err(error) = attempts.start(&backend, &addr) {
            failure = error;
            continue;
        }
        // The last one is waited for below.
        if waiting.is_empty() {
            break;
        }
        let limit = end.map_or(next, |end| end.min(next));
        match attempts.wait(&backend, Some(limit))? {
            Event::Connected(stream) => return Ok(stream),
            Event::Failed(error) => failure = error,
            Event::Nothing if end.is_some_and(|end| end <= next) => return Err(Error::DEADLINE),
            Event::Nothing => {}
        }
    }
    while !attempts.0.is_empty() {
        match attempts.wait(&backend, end)? {
            Event::Connected(stream) => return Ok(stream),
            Event::Failed(error) => failure = error,
            Event::Nothing => return Err(Error::DEADLINE),
        }
    }
    Err(failure)
}

/// RFC 8305 section 4: the addresses in their order, but that the families alternate, as long as
/// there are some of both.
fn in_turns<A: sock_core::Abi>(
    first: SocketAddr<A>,
    others: impl Iterator<Item = SocketAddr<A>>,
) -> VecDeque<SocketAddr<A>> {
    let (same, other): (Vec<_>, Vec<_>) = others.partition(|addr| addr.family() == first.family());
    let mut turns = VecDeque::from([first]);
    let (mut same, mut other) = (same.into_iter(), other.into_iter());
    loop {
        let pair = (other.next(), same.next());
        turns.extend(pair.0.into_iter().chain(pair.1));
        if pair == (None, None) {
            return turns;
        }
    }
}

fn deadline(end: Option<Instant>) -> Deadline {
    end.map_or(Deadline::NEVER, Deadline::at)
}

/// The attempts that are on their way, in the order of their start. Dropping one ends it.
struct Attempts<B: Backend>(Vec<TcpConnecting<B>>);

/// What came of waiting for the attempts.
enum Event<B: Backend> {
    Connected(TcpStream<B>),
    /// At least one has failed; the error is the last one's.
    Failed(Error<B::Abi>),
    Nothing,
}

impl<B: Backend> Attempts<B> {
    fn start(&mut self, backend: &B, addr: &SocketAddr<B::Abi>) -> Result<(), B> {
        let socket = TcpSocket::open_for(backend.clone(), addr)?;
        self.0.push(socket.connect(addr)?);
        Ok(())
    }

    /// Waits until one of them is done, or until `limit`.
    ///
    /// # Errors
    /// Those of a wait, not those of the attempts.
    fn wait(&mut self, backend: &B, limit: Option<Instant>) -> Result<Event<B>, B> {
        if self.0.len() < 2 {
            let only = self.0.pop();
            return Ok(only.map_or(Event::Nothing, |only| self.finish(only, deadline(limit))));
        }
        let mut fds: Vec<_> = self
            .0
            .iter()
            .map(|it| it.poll_fd(PollEvents::OUT))
            .collect();
        sock_core::poll(backend, &mut fds, deadline(limit))?;
        let done: Vec<bool> = fds.iter().map(|fd| !fd.revents().is_empty()).collect();
        drop(fds);
        let mut event = Event::Nothing;
        for (attempt, done) in std::mem::take(&mut self.0).into_iter().zip(done) {
            if !done {
                self.0.push(attempt);
                continue;
            }
            match self.finish(attempt, Deadline::NOW) {
                Event::Connected(stream) => return Ok(Event::Connected(stream)),
                Event::Failed(error) => event = Event::Failed(error),
                Event::Nothing => {}
            }
        }
        Ok(event)
    }

    fn finish(&mut self, attempt: TcpConnecting<B>, deadline: Deadline) -> Event<B> {
        match attempt.finish_by(deadline) {
            Ok(Progress::Connected(stream)) => Event::Connected(stream),
            Ok(Progress::Pending(attempt)) => {
                self.0.push(attempt);
                Event::Nothing
            }
            Err(error) => Event::Failed(error),
        }
    }
}
