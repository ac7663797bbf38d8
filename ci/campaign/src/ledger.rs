//! An account of messages: which were sent, and how often each has come.

use fastrand::Rng;

use crate::failure::{Check, ensure};
use crate::pattern::Pattern;
use crate::plan::size;

/// What may happen to messages on their way.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Way {
    pub(crate) loses: bool,
    pub(crate) doubles: bool,
    pub(crate) disorders: bool,
}

/// The messages that were sent, and how often each has come.
#[derive(Debug)]
pub(crate) struct Ledger {
    pub(crate) way: Way,
    /// The length of each, and how often it has come.
    messages: Vec<(usize, u32)>,
    /// The last one that came.
    last: Option<usize>,
    /// How many came that were cut so short that they cannot tell which they were.
    cut: usize,
}

/// What a message needs to tell which it is.
const NUMBER: usize = 4;

impl Ledger {
    pub(crate) fn new(way: Way) -> Self {
        Ledger {
            way,
            messages: Vec::new(),
            last: None,
            cut: 0,
        }
    }

    /// The next message, which counts as sent.
    pub(crate) fn send(&mut self, random: &mut Rng, most: u64) -> Vec<u8> {
        let number = self.messages.len();
        let len = size(random, NUMBER as u64, most) as usize;
        self.messages.push((len, 0));
        let mut bytes = (number as u32).to_le_bytes().to_vec();
        bytes.extend(Pattern(number as u64).bytes(0, len - NUMBER));
        bytes
    }

    /// The last one was not sent.
    pub(crate) fn take_back(&mut self) {
        self.messages.pop();
    }

    /// A message has come into so much room.
    pub(crate) fn came(&mut self, bytes: &[u8], room: usize, truncated: bool) -> Check {
        let Some((number, rest)) = bytes.split_first_chunk() else {
            ensure!(truncated && bytes.len() == room, "a message of {bytes:?}");
            self.cut += 1;
            return Ok(());
        };
        let number = u32::from_le_bytes(*number) as usize;
        let sent = self.messages.get_mut(number);
        ensure!(sent.is_some(), "a message that nobody sent: {bytes:?}");
        let Some((len, times)) = sent else {
            return Ok(());
        };
        *times += 1;
        let whole = bytes.len() == *len;
        ensure!(
            truncated != whole && (whole || bytes.len() == room),
            "{} bytes of {len} into {room}, truncated: {truncated}",
            bytes.len()
        );
        Pattern(number as u64).check(0, rest)?;
        let most = 1 + u32::from(self.way.doubles);
        ensure!(*times <= most, "message {number} came {times} times");
        let again = self.way.doubles && self.last == Some(number);
        let in_order = again || self.last.is_none_or(|last| last < number);
        let last = self.last.replace(number);
        ensure!(
            in_order || self.way.disorders,
            "message {number} came after {last:?}"
        );
        Ok(())
    }

    /// Nothing more comes: none must be missing, unless the way loses some.
    pub(crate) fn close(&self) -> Check {
        let missing = self.messages.iter().filter(|(_, times)| *times == 0);
        let missing = missing.count().saturating_sub(self.cut);
        ensure!(
            missing == 0 || self.way.loses,
            "{missing} of {} messages have not come",
            self.messages.len()
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> (Ledger, Vec<u8>, Vec<u8>) {
        let (mut ledger, mut random) = (Ledger::new(Way::default()), Rng::with_seed(1));
        let (a, b) = (ledger.send(&mut random, 100), ledger.send(&mut random, 100));
        (ledger, a, b)
    }

    #[test]
    fn what_comes_once_whole_and_in_order_is_right() {
        let (mut ledger, a, b) = two();
        ledger.came(&a, 200, false).unwrap();
        ledger.came(&b[..5], 5, true).unwrap();
        ledger.close().unwrap();
    }

    #[test]
    fn everything_else_is_wrong() {
        let (mut ledger, a, b) = two();
        assert!(ledger.came(&[9; 20], 200, false).is_err());
        assert!(ledger.came(&a[..a.len() - 1], 200, false).is_err());
        assert!(ledger.close().is_err());
        let (mut ledger, ..) = two();
        ledger.came(&b, 200, false).unwrap();
        assert!(ledger.came(&b, 200, false).is_err());
        let (mut ledger, ..) = two();
        ledger.came(&b, 200, false).unwrap();
        assert!(ledger.came(&a, 200, false).is_err());
        let (mut ledger, ..) = two();
        assert!(ledger.came(&a, 200, true).is_err());
    }
}
