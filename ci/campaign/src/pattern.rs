//! Bytes that tell where they belong, so that one that is lost, doubled or moved is noticed.

use crate::failure::{Check, ensure};

/// The bytes of one stream, or of one datagram.
#[derive(Clone, Copy)]
pub(crate) struct Pattern(pub(crate) u64);

impl Pattern {
    fn byte(self, at: usize) -> u8 {
        let mixed = (self.0 ^ at as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed >> 56) as u8
    }

    /// The `len` bytes from the position `at` on.
    pub(crate) fn bytes(self, at: usize, len: usize) -> Vec<u8> {
        (at..at + len).map(|at| self.byte(at)).collect()
    }

    /// Whether these are the bytes from the position `at` on.
    pub(crate) fn is_at(self, at: usize, bytes: &[u8]) -> bool {
        let here = bytes.iter().enumerate();
        here.fold(true, |same, (i, byte)| same & (*byte == self.byte(at + i)))
    }

    /// Fails unless these are the bytes from the position `at` on.
    #[track_caller]
    pub(crate) fn check(self, at: usize, bytes: &[u8]) -> Check {
        ensure!(
            self.is_at(at, bytes),
            "{} bytes at {at} are not those that were sent there",
            bytes.len()
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_byte_is_noticed() {
        let pattern = Pattern(5);
        let bytes = pattern.bytes(100, 50);
        assert!(pattern.is_at(100, &bytes));
        assert!(!pattern.is_at(101, &bytes));
        assert!(!Pattern(6).is_at(100, &bytes));
        assert!(pattern.is_at(110, &bytes[10..20]));
    }
}
