//! A message that no other equals, so that what comes back shows that the work was done.

use super::Result;

/// The bytes of a message.
pub(crate) const MESSAGE: usize = 64;

/// What is sent, and the room for what comes back. Every variant does the same with it.
pub(crate) struct Message {
    number: u64,
    sent: [u8; MESSAGE],
    received: [u8; MESSAGE],
}

impl Message {
    pub(crate) const fn new() -> Self {
        Message {
            number: 0,
            sent: [0; MESSAGE],
            received: [0; MESSAGE],
        }
    }

    /// The next message to send, all of whose words are its number, and the room.
    #[inline(always)]
    pub(crate) fn next(&mut self) -> (&[u8; MESSAGE], &mut [u8; MESSAGE]) {
        self.number += 1;
        for word in self.sent.as_chunks_mut().0 {
            *word = self.number.to_ne_bytes();
        }
        (&self.sent, &mut self.received)
    }

    /// Whether the room holds what was sent.
    #[inline(always)]
    pub(crate) fn check(&self) -> Result<()> {
        if self.received == self.sent {
            Ok(())
        } else {
            Err(mismatch())
        }
    }
}

#[cold]
fn mismatch() -> super::Failure {
    "what was received is not what was sent".into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_sent_last_passes() {
        let mut message = Message::new();
        for _ in 0..2 {
            let (sent, room) = message.next();
            *room = *sent;
            message.check().unwrap();
        }
        message.next();
        message.check().unwrap_err();
        let (sent, room) = message.next();
        *room = *sent;
        room[MESSAGE - 1] ^= 1;
        message.check().unwrap_err();
        message.next().1.fill(7);
        message.check().unwrap_err();
    }
}
