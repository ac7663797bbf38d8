//! One connection of the server.
//!
//! What comes in is looked at, sent back, and only then taken out of the kernel's queue, as far as it
//! was sent. So a peer that does not read fills its own queues, which stops it, and takes no memory
//! of the server; and nothing is lost when only a part could be sent.

use sock::{Error, PollEvents, PollFd, RecvFlags, Result};

use super::TURNS;
use crate::peer::{Came, Peer};

pub(super) struct Connection {
    peer: Peer,
    /// Whether there is something to send back, but no room.
    blocked: bool,
}

impl Connection {
    pub(super) fn new(peer: Peer) -> Self {
        Connection {
            peer,
            blocked: false,
        }
    }

    pub(super) fn poll_fd(&self) -> PollFd<'_> {
        // Nothing is received while something is to be sent.
        self.peer.poll_fd(if self.blocked {
            PollEvents::OUT
        } else {
            PollEvents::IN
        })
    }

    /// Does what can be done now; whether the connection goes on.
    pub(super) fn serve(&mut self, room: &mut [u8]) -> bool {
        for _ in 0..TURNS {
            match self.turn(room) {
                Ok(true) => {}
                Ok(false) => return false,
                Err(error) => return error == Error::WOULD_BLOCK,
            }
        }
        true
    }

    /// Sends back what there is; `false` at the end of it.
    fn turn(&mut self, room: &mut [u8]) -> Result<bool> {
        self.blocked = false;
        let Some(Came { len, ends }) = self.peer.recv(room, RecvFlags::PEEK)? else {
            return Ok(false);
        };
        let came = room.get(..len).unwrap_or_default();
        self.blocked = true;
        let sent = self.peer.send(came, ends)?;
        self.blocked = sent < len;
        self.take(room.get_mut(..sent).unwrap_or_default())?;
        Ok(true)
    }

    /// Takes what was sent out of the queue, where it comes first: all of a message, also an empty one.
    fn take(&self, sent: &mut [u8]) -> Result<()> {
        let mut taken = 0;
        loop {
            let rest = sent.get_mut(taken..).unwrap_or_default();
            taken += self
                .peer
                .recv(rest, RecvFlags::empty())?
                .map_or(rest.len(), |came| came.len);
            if taken >= sent.len() {
                return Ok(());
            }
        }
    }
}
