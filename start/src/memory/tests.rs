//! Every alignment of both sides, every short length, every short overlap, against std.

extern crate std;
use super::{compare, copy, copy_overlapping, fill, length, loops};
use std::vec::Vec;

const ROOM: usize = 128;

fn pattern() -> Vec<u8> {
    (0..ROOM as u8).map(|i| i.wrapping_mul(37).wrapping_add(11)).collect()
}

/// Every (to, from, n) in a buffer of [`ROOM`] bytes with ends in all alignments.
fn spans() -> impl Iterator<Item = (usize, usize, usize)> {
    (0..34).flat_map(|to| (0..34).flat_map(move |from| (0..70).map(move |n| (to, from, n))))
}

#[test]
fn copies_between_buffers() {
    for copy in [copy, copy_overlapping, loops::copy_up, loops::copy_down] {
        for (to, from, n) in spans().filter(|&(to, from, _)| to < 17 && from < 17) {
            let source = pattern();
            let mut target = std::vec![0xee; ROOM];
            let mut expected = target.clone();
            expected[to..to + n].copy_from_slice(&source[from..from + n]);
            // SAFETY: both ranges are inside their buffers, which are two.
            unsafe { copy(target.as_mut_ptr().add(to), source.as_ptr().add(from), n) }
            assert_eq!(target, expected, "to {to} from {from} n {n}");
        }
    }
}

#[test]
fn copies_within_a_buffer() {
    for (to, from, n) in spans() {
        let mut expected = pattern();
        expected.copy_within(from..from + n, to);
        let mut functions: Vec<unsafe fn(*mut u8, *const u8, usize)> = std::vec![copy_overlapping];
        if !(from..from + n).contains(&to) {
            functions.push(loops::copy_up);
        }
        if to >= from {
            functions.push(loops::copy_down);
        }
        for copy in functions {
            let mut buffer = pattern();
            let start = buffer.as_mut_ptr();
            // SAFETY: both ranges are inside the buffer, and lie as the function asks.
            unsafe { copy(start.add(to), start.add(from), n) }
            assert_eq!(buffer, expected, "to {to} from {from} n {n}");
        }
    }
}

#[test]
fn fills() {
    for fill in [fill, loops::fill] {
        for (to, _, n) in spans().filter(|&(_, from, _)| from == 0) {
            for byte in [0, 1, 0x80, 0xff] {
                let mut buffer = pattern();
                let mut expected = pattern();
                expected[to..to + n].fill(byte);
                // SAFETY: the range is inside the buffer.
                unsafe { fill(buffer.as_mut_ptr().add(to), byte, n) }
                assert_eq!(buffer, expected, "to {to} n {n}");
            }
        }
    }
}

#[test]
fn compares() {
    let mut equal_seen = 0;
    for (a, b, n) in spans().filter(|&(a, b, _)| a < 17 && b < 17) {
        let left = pattern();
        let mut right = std::vec![0; ROOM];
        right[b..b + n].copy_from_slice(&left[a..a + n]);
        // The byte that differs: none, or each of the range, up and down.
        for at in core::iter::once(None).chain((0..n).map(Some)) {
            for change in [1u8, 0x80] {
                let mut right = right.clone();
                if let Some(at) = at {
                    right[b + at] = right[b + at].wrapping_add(change);
                }
                let expected = left[a..a + n].cmp(&right[b..b + n]);
                equal_seen += usize::from(expected.is_eq());
                // SAFETY: both ranges are inside their buffers.
                let found = unsafe { compare(left.as_ptr().add(a), right.as_ptr().add(b), n) };
                assert_eq!(found.cmp(&0), expected, "a {a} b {b} n {n} at {at:?}");
            }
        }
    }
    assert!(equal_seen > 0);
}

#[test]
fn lengths() {
    for start in 0..17 {
        for n in 0..70 {
            let mut buffer = std::vec![0x80; ROOM];
            buffer[start + n] = 0;
            // SAFETY: a NUL stands in the buffer.
            assert_eq!(unsafe { length(buffer.as_ptr().add(start)) }, n);
        }
    }
}

#[test]
fn long_copies_cross_pages() {
    let n = 3 * 4096 + 5;
    let source: Vec<u8> = (0..n + 16).map(|i| (i % 251) as u8).collect();
    for skew in 0..9 {
        let mut target = std::vec![0; n];
        // SAFETY: both ranges are inside their buffers, which are two.
        unsafe { copy(target.as_mut_ptr(), source.as_ptr().add(skew), n) }
        assert_eq!(target, source[skew..skew + n]);
    }
}
