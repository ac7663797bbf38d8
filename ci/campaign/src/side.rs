//! One side of a connected stream, which keeps account of what it has sent and received.

use std::mem::MaybeUninit;
use std::sync::atomic::Ordering;

use fastrand::Rng;
use sock_core::{
    Abi, Blocking, Error, ErrorKind, Incomplete, IoSlice, IoSliceMut, PollEvents, Protocol,
    Shutdown, Stream,
};
use sock_sim::Sim;

use crate::failure::{Check, ensure};
use crate::pattern::Pattern;
use crate::until::Until;
use crate::world::{SHORTAGE, World};

/// What ends a connection from outside.
pub(crate) const BROKEN: &[ErrorKind] = &[
    ErrorKind::ConnectionReset,
    ErrorKind::BrokenPipe,
    ErrorKind::TimedOut,
];

/// How an operation on a stream ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// It did something, or may be tried again.
    Done,
    /// Its deadline passed.
    Late,
    /// The peer has ended the stream.
    End,
    /// The connection is no more.
    Broken,
}

/// A stream, or the sole owner of one.
pub(crate) enum Wire<A: Abi, P: Protocol> {
    Plain(Stream<Sim<A>, P>),
    Blocking(Blocking<Stream<Sim<A>, P>>),
}

/// One side of a stream.
pub(crate) struct Side<'w, A: Abi, P: Protocol> {
    pub(crate) world: &'w World<A>,
    wire: Wire<A, P>,
    pub(crate) random: Rng,
    /// What it sends, and how far it is.
    outgoing: Pattern,
    pub(crate) sent: usize,
    /// What it is to receive, and how far it is.
    incoming: Pattern,
    pub(crate) received: usize,
    /// Whether an error has ended the connection.
    pub(crate) broken: bool,
}

/// The two sides of a connection; each uses its stream plainly or as `Blocking`.
pub(crate) fn sides<'w, A: Abi, P: Protocol>(
    world: &'w World<A>,
    random: &mut Rng,
    (a, b): (Stream<Sim<A>, P>, Stream<Sim<A>, P>),
    blocking: [bool; 2],
) -> [Side<'w, A, P>; 2] {
    let patterns = [Pattern(random.u64(..)), Pattern(random.u64(..))];
    let mut side = |stream, blocking, outgoing, incoming| Side {
        world,
        wire: match blocking {
            true => Wire::Blocking(Blocking::new(stream)),
            false => Wire::Plain(stream),
        },
        random: random.fork(),
        outgoing,
        sent: 0,
        incoming,
        received: 0,
        broken: false,
    };
    let ([first, second], [of_a, of_b]) = (blocking, patterns);
    [side(a, first, of_a, of_b), side(b, second, of_b, of_a)]
}

impl<A: Abi, P: Protocol> Side<'_, A, P> {
    pub(crate) fn stream(&self) -> &Stream<Sim<A>, P> {
        match &self.wire {
            Wire::Plain(stream) => stream,
            Wire::Blocking(blocking) => blocking.get_ref(),
        }
    }

    /// Sends all of the next `len` bytes.
    pub(crate) fn send_all(&mut self, len: usize, until: Until) -> Check<Step> {
        let bytes = self.outgoing.bytes(self.sent, len);
        let wire = &mut self.wire;
        let sent = self
            .world
            .by(until, &mut self.random, |deadline| match wire {
                Wire::Plain(stream) => stream.send_all(&bytes, deadline),
                Wire::Blocking(blocking) => {
                    blocking.set_write_deadline(deadline);
                    blocking.send_all(&bytes)
                }
            })?;
        match sent {
            Ok(()) => {
                self.went(len);
                Ok(Step::Done)
            }
            Err(Incomplete { done, error }) => {
                ensure!(done < len, "{done} of {len} bytes went, and {error}");
                self.went(done);
                self.stopped(error)
            }
        }
    }

    /// Sends some of the next `len` bytes.
    pub(crate) fn send(&mut self, len: usize, until: Until) -> Check<Step> {
        let bytes = self.outgoing.bytes(self.sent, len);
        let (first, second) = bytes.split_at(self.random.usize(0..=len));
        let vectored = self.random.u8(0..4) == 0;
        let wire = &mut self.wire;
        let sent =
            self.world
                .by(until, &mut self.random, |deadline| match wire {
                    Wire::Plain(stream) if vectored => stream
                        .send_vectored_by(&[IoSlice::new(first), IoSlice::new(second)], deadline),
                    Wire::Plain(stream) => stream.send_by(&bytes, deadline),
                    Wire::Blocking(blocking) => {
                        blocking.set_write_deadline(deadline);
                        blocking.send(&bytes)
                    }
                })?;
        match sent {
            Ok(n) => {
                ensure!(n <= len && (n > 0 || len == 0), "sent {n} of {len} bytes");
                self.went(n);
                Ok(Step::Done)
            }
            Err(error) => self.stopped(error),
        }
    }

    /// Receives exactly `len` bytes.
    pub(crate) fn recv_exact(&mut self, len: usize, until: Until) -> Check<Step> {
        let mut room = vec![0; len];
        let wire = &mut self.wire;
        let received = self
            .world
            .by(until, &mut self.random, |deadline| match wire {
                Wire::Plain(stream) => stream.recv_exact(&mut room, deadline),
                Wire::Blocking(blocking) => {
                    blocking.set_read_deadline(deadline);
                    blocking.recv_exact(&mut room)
                }
            })?;
        match received {
            Ok(()) => self.take(&room),
            Err(Incomplete { done, error }) => {
                ensure!(done < len, "{done} of {len} bytes came, and {error}");
                self.take(room.get(..done).unwrap_or_default())?;
                self.stopped(error)
            }
        }
    }

    /// Receives at most `len` bytes, in one of the ways that there are.
    pub(crate) fn recv(&mut self, len: usize, until: Until) -> Check<Step> {
        let way = self.random.u8(0..8);
        let mut room = vec![0; len];
        let split = self.random.usize(0..=len);
        let wire = &mut self.wire;
        let received = self
            .world
            .by(until, &mut self.random, |deadline| match wire {
                Wire::Plain(stream) => match way {
                    0 => match stream.wait(PollEvents::IN, deadline) {
                        Ok(_) => stream.recv_by(&mut room[..], deadline),
                        Err(error) => Err(error),
                    },
                    1 | 3 | 4 => {
                        let (first, second) = room.split_at_mut(split);
                        let parts = &mut [IoSliceMut::new(first), IoSliceMut::new(second)];
                        stream.recv_vectored_by(parts, deadline)
                    }
                    2 => {
                        let mut uninit = vec![MaybeUninit::uninit(); len];
                        stream.recv_by(&mut uninit[..], deadline).map(|came| {
                            copy(came, &mut room);
                            came.len()
                        })
                    }
                    _ => stream.recv_by(&mut room[..], deadline),
                },
                Wire::Blocking(blocking) => {
                    blocking.set_read_deadline(deadline);
                    blocking.recv(&mut room[..])
                }
            })?;
        match received {
            Ok(0) if len > 0 => Ok(Step::End),
            Ok(n) => {
                ensure!(n <= len, "received {n} bytes into {len}");
                self.take(room.get(..n).unwrap_or_default())
            }
            Err(error) => self.stopped(error),
        }
    }

    /// Looks at what has come, and leaves it where it is.
    pub(crate) fn peek(&mut self, len: usize, until: Until) -> Check<Step> {
        let mut room = vec![0; len];
        let (world, received) = (self.world, self.received);
        let Wire::Plain(stream) = &self.wire else {
            return Ok(Step::Done);
        };
        let peeked = world.by(until, &mut self.random, |deadline| {
            stream.peek_by(&mut room[..], deadline)
        })?;
        match peeked {
            Ok(0) if len > 0 => Ok(Step::End),
            Ok(n) => {
                let seen = room.get(..n).unwrap_or_default();
                self.incoming.check(received, seen)?;
                Ok(Step::Done)
            }
            Err(error) => self.stopped(error),
        }
    }

    /// The other way to use the stream.
    pub(crate) fn turn(self) -> Check<Self> {
        let wire = match self.wire {
            Wire::Plain(stream) => Wire::Blocking(Blocking::new(stream)),
            Wire::Blocking(blocking) => {
                let stream = blocking.into_inner()?;
                Wire::Plain(stream)
            }
        };
        Ok(Side { wire, ..self })
    }

    /// Sends the next `len` bytes, in as many tries as it takes; says whether the connection is still one.
    pub(crate) fn send_fully(&mut self, len: usize) -> Check<bool> {
        let (end, mut patience) = (self.sent + len, self.world.patience());
        while self.sent < end {
            let (before, until) = (self.sent, self.world.until(&mut self.random));
            let step = match self.random.u8(0..3) {
                0 => self.send(end - before, until)?,
                _ => self.send_all(end - before, until)?,
            };
            if step == Step::Broken || patience.is_over(self.sent > before)? {
                self.broken = true;
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Receives the next `len` bytes, in as many tries as it takes; says whether the connection is still one.
    pub(crate) fn recv_fully(&mut self, len: usize) -> Check<bool> {
        let (end, mut patience) = (self.received + len, self.world.patience());
        while self.received < end {
            let (before, until) = (self.received, self.world.until(&mut self.random));
            let step = match self.random.u8(0..4) {
                0 => self.peek(end - before, until)?,
                1 => self.recv(end - before, until)?,
                _ => self.recv_exact(end - before, until)?,
            };
            let over = matches!(step, Step::Broken | Step::End);
            if over || patience.is_over(self.received > before)? {
                self.broken |= step != Step::End;
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The stream alone.
    pub(crate) fn into_stream(self) -> Check<Stream<Sim<A>, P>> {
        match self.wire {
            Wire::Plain(stream) => Ok(stream),
            Wire::Blocking(blocking) => Ok(blocking.into_inner()?),
        }
    }

    /// Tells the peer that no more comes; what was received and not sent before is no error.
    pub(crate) fn finish(&mut self) -> Check {
        match self.stream().shutdown(Shutdown::Write) {
            Ok(()) => Ok(()),
            Err(error) => {
                self.broken = true;
                self.world.allow(error, &[ErrorKind::NotConnected])
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) -> Check<Step> {
        self.incoming.check(self.received, bytes)?;
        self.received += bytes.len();
        Ok(Step::Done)
    }

    fn went(&mut self, bytes: usize) {
        self.sent += bytes;
        self.world.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    fn stopped(&mut self, error: Error<A>) -> Check<Step> {
        let kind = error.kind();
        match kind {
            ErrorKind::DeadlinePassed => Ok(Step::Late),
            ErrorKind::UnexpectedEnd => Ok(Step::End),
            kind if SHORTAGE.contains(&kind) => Ok(Step::Done),
            _ => {
                self.world.allow(error, BROKEN)?;
                let may_end = self.world.ends_connections() || self.world.is_lossy();
                ensure!(may_end, "{kind}, where nothing ends a connection");
                self.broken = true;
                Ok(Step::Broken)
            }
        }
    }
}

fn copy(from: &[u8], to: &mut [u8]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}
