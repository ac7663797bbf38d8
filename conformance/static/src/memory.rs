//! The memory functions that programs without libc bring, which compilers call behind one's back.

use conformance::{Outcome, check, check_number};

use crate::env::Program;

unsafe extern "C" {
    fn memcpy(to: *mut u8, from: *const u8, n: usize) -> *mut u8;
    fn memmove(to: *mut u8, from: *const u8, n: usize) -> *mut u8;
    fn memset(to: *mut u8, byte: i32, n: usize) -> *mut u8;
    fn memcmp(a: *const u8, b: *const u8, n: usize) -> i32;
}

const ROOM: usize = 96;
const ALIGNMENTS: usize = 17;
const LENGTHS: usize = 64;

/// At every alignment of both sides and every short length they do what C says, and leave alone
/// what lies beside.
pub(crate) fn case(_: &Program) -> Outcome {
    let source: [u8; ROOM] = core::array::from_fn(|i| i as u8 ^ 0x5a);
    for to in 0..ALIGNMENTS {
        for from in 0..ALIGNMENTS {
            for n in 0..LENGTHS {
                copied(&source, to, from, n)?;
                moved(&source, to, from, n)?;
            }
        }
        for n in 0..LENGTHS {
            filled(&source, to, n)?;
            compared(&source, to, n)?;
        }
    }
    Ok(())
}

/// What stands at `i` after `n` bytes of `source` from `from` on came to `to`, over `before`.
fn expected(source: &[u8], before: &[u8], to: usize, from: usize, n: usize, i: usize) -> i16 {
    let byte = match i.checked_sub(to) {
        Some(offset) if offset < n => source.get(from + offset),
        _ => before.get(i),
    };
    byte.map_or(-1, |&byte| i16::from(byte))
}

fn copied(source: &[u8; ROOM], to: usize, from: usize, n: usize) -> Outcome {
    let before = [0xee; ROOM];
    let mut target = before;
    // SAFETY: 17 and 64 bytes are inside of both arrays, which are apart.
    let end = unsafe { memcpy(target.as_mut_ptr().add(to), source.as_ptr().add(from), n) };
    check_number!(end.addr(), target.as_ptr().addr() + to);
    for (i, &byte) in target.iter().enumerate() {
        check_number!(byte, expected(source, &before, to, from, n, i));
    }
    Ok(())
}

fn moved(source: &[u8; ROOM], to: usize, from: usize, n: usize) -> Outcome {
    let mut shifted = *source;
    let start = shifted.as_mut_ptr();
    // SAFETY: 17 and 64 bytes are inside of the array; memmove's areas may overlap.
    unsafe { memmove(start.add(to), start.add(from), n) };
    for (i, &byte) in shifted.iter().enumerate() {
        check_number!(byte, expected(source, source, to, from, n, i));
    }
    Ok(())
}

fn filled(source: &[u8; ROOM], to: usize, n: usize) -> Outcome {
    let mut target = *source;
    // Only the low eight bits count.
    // SAFETY: 17 and 64 bytes are inside of the array.
    unsafe { memset(target.as_mut_ptr().add(to), 0x1217, n) };
    for (i, &byte) in target.iter().enumerate() {
        check_number!(byte, expected(&[0x17; ROOM], source, to, 0, n, i));
    }
    Ok(())
}

fn compared(source: &[u8; ROOM], at: usize, n: usize) -> Outcome {
    let mut other = [0; ROOM];
    other.copy_from_slice(source);
    let compare = |other: &[u8; ROOM]| {
        // SAFETY: 17 and 64 bytes are inside of both arrays.
        unsafe { memcmp(source.as_ptr().add(at), other.as_ptr().add(at), n) }
    };
    check_number!(compare(&other), 0);
    for i in 0..n {
        // Bytes are compared as unsigned ones, and the first that differs decides.
        for (byte, other) in other.iter_mut().zip(source).skip(at + i).take(1) {
            *byte = other ^ 0x80;
        }
        let smaller = source.get(at + i) < other.get(at + i);
        check!(compare(&other) != 0);
        check!((compare(&other) < 0) == smaller);
        other.copy_from_slice(source);
    }
    Ok(())
}
