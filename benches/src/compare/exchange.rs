//! One end of a conversation in messages of fixed length, and the ways to wait for one.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use sock::{Blocking, Deadline};

use super::calls::{PollCalls, StreamCalls};
use super::{Failure, Result};

/// One end: sends whole messages and receives whole messages.
pub(crate) trait Exchange: Send + 'static {
    /// Sends all of it.
    fn send_all(&mut self, message: &[u8]) -> Result<()>;

    /// Receives until the room is full.
    fn recv_exact(&mut self, room: &mut [u8]) -> Result<()>;
}

/// What stopped an exchange that should not end.
#[cold]
fn ended() -> Failure {
    "the stream ended".into()
}

#[inline(always)]
fn send_whole<C: StreamCalls>(
    calls: &mut C,
    mut message: &[u8],
    mut wait: impl FnMut(&mut C, C::Error) -> Result<()>,
) -> Result<()> {
    while !message.is_empty() {
        match calls.send(message) {
            Ok(n) => message = message.get(n..).ok_or_else(ended)?,
            Err(error) => wait(calls, error)?,
        }
    }
    Ok(())
}

#[inline(always)]
fn recv_whole<C: StreamCalls>(
    calls: &mut C,
    mut room: &mut [u8],
    mut wait: impl FnMut(&mut C, C::Error) -> Result<()>,
) -> Result<()> {
    while !room.is_empty() {
        match calls.recv(room) {
            Ok(0) => return Err(ended()),
            Ok(n) => room = room.get_mut(n..).ok_or_else(ended)?,
            Err(error) => wait(calls, error)?,
        }
    }
    Ok(())
}

/// Tries again at once, until it succeeds: calls that do not wait.
pub(crate) struct Spins<C>(pub(crate) C);

#[inline(always)]
fn again<C: StreamCalls>(_: &mut C, error: C::Error) -> Result<()> {
    if C::would_block(&error) {
        std::hint::spin_loop();
        Ok(())
    } else {
        Err(error.into())
    }
}

impl<C: StreamCalls> Exchange for Spins<C> {
    #[inline(always)]
    fn send_all(&mut self, message: &[u8]) -> Result<()> {
        send_whole(&mut self.0, message, again)
    }

    #[inline(always)]
    fn recv_exact(&mut self, room: &mut [u8]) -> Result<()> {
        recv_whole(&mut self.0, room, again)
    }
}

/// Calls that wait by themselves.
pub(crate) struct Waits<C>(pub(crate) C);

impl<C: StreamCalls> Exchange for Waits<C> {
    #[inline(always)]
    fn send_all(&mut self, message: &[u8]) -> Result<()> {
        send_whole(&mut self.0, message, |_, error| Err(error.into()))
    }

    #[inline(always)]
    fn recv_exact(&mut self, room: &mut [u8]) -> Result<()> {
        recv_whole(&mut self.0, room, |_, error| Err(error.into()))
    }
}

/// Strike, poll, strike: tries, waits by ppoll when there is nothing, and tries again. The function
/// tells how long the wait may take.
pub(crate) struct Polls<C, F>(pub(crate) C, pub(crate) F);

impl<C: PollCalls, F: Fn() -> Option<Duration> + Send + 'static> Exchange for Polls<C, F> {
    #[inline(always)]
    fn send_all(&mut self, message: &[u8]) -> Result<()> {
        // A message is far smaller than the room that an empty connection has.
        send_whole(&mut self.0, message, |_, error| Err(error.into()))
    }

    #[inline(always)]
    fn recv_exact(&mut self, room: &mut [u8]) -> Result<()> {
        let limit = &self.1;
        recv_whole(&mut self.0, room, |calls, error| {
            if !C::would_block(&error) {
                return Err(error.into());
            }
            Ok(calls.poll(limit())?)
        })
    }
}

/// Streams that are read and written through a reference, by std's own loops.
pub(crate) struct Shared<S>(pub(crate) S);

impl<S: Send + 'static> Exchange for Shared<S>
where
    for<'a> &'a S: Read + Write,
{
    #[inline(always)]
    fn send_all(&mut self, message: &[u8]) -> Result<()> {
        Ok((&self.0).write_all(message)?)
    }

    #[inline(always)]
    fn recv_exact(&mut self, room: &mut [u8]) -> Result<()> {
        Ok((&self.0).read_exact(room)?)
    }
}

/// std's own loops, on a blocking descriptor.
pub(crate) struct Whole(pub(crate) TcpStream);

impl Exchange for Whole {
    #[inline(always)]
    fn send_all(&mut self, message: &[u8]) -> Result<()> {
        Ok(self.0.write_all(message)?)
    }

    #[inline(always)]
    fn recv_exact(&mut self, room: &mut [u8]) -> Result<()> {
        Ok(self.0.read_exact(room)?)
    }
}

impl Exchange for Blocking<sock::TcpStream> {
    #[inline(always)]
    fn send_all(&mut self, message: &[u8]) -> Result<()> {
        Ok(Blocking::send_all(self, message)?)
    }

    #[inline(always)]
    fn recv_exact(&mut self, room: &mut [u8]) -> Result<()> {
        Ok(Blocking::recv_exact(self, room)?)
    }
}

/// Our stream, with the deadline of its receives and sends.
pub(crate) struct Deadlined(pub(crate) sock::TcpStream, pub(crate) Deadline);

impl Exchange for Deadlined {
    #[inline(always)]
    fn send_all(&mut self, message: &[u8]) -> Result<()> {
        Ok(self.0.send_all(message, self.1)?)
    }

    #[inline(always)]
    fn recv_exact(&mut self, room: &mut [u8]) -> Result<()> {
        Ok(self.0.recv_exact(room, self.1)?)
    }
}
