//! The loops, for all architectures: words where both sides allow it, bytes at the ends.
//!
//! A word is moved by `arch::copy_word` or by a volatile access at an aligned address, a byte by a
//! volatile access, which a compiler may neither join nor turn into a call.

use crate::arch::{UNALIGNED, copy_word};

const WORD: usize = size_of::<usize>();

/// Whether words can be moved or compared at `a` and `b` once `a` is aligned.
#[inline(always)]
fn in_step(a: usize, b: usize) -> bool {
    UNALIGNED || a.wrapping_sub(b).is_multiple_of(WORD)
}

/// Copies upwards.
///
/// # Safety
///
/// `n` bytes are readable at `from` and writable at `to`, and `to` is not inside `from..from + n`.
#[cfg(any(test, not(target_arch = "x86_64")))]
pub(super) unsafe fn copy_up(mut to: *mut u8, mut from: *const u8, mut n: usize) {
    // SAFETY: the caller vouches for `n` bytes on both sides; `n` counts what is left of them.
    // Each step reads before it writes, and writes only below what is still to be read.
    unsafe {
        if n >= WORD && in_step(to.addr(), from.addr()) {
            while !to.addr().is_multiple_of(WORD) {
                to.write_volatile(from.read_volatile());
                (to, from, n) = (to.add(1), from.add(1), n - 1);
            }
            while n >= WORD {
                copy_word(to, from);
                (to, from, n) = (to.add(WORD), from.add(WORD), n - WORD);
            }
        }
        while n > 0 {
            to.write_volatile(from.read_volatile());
            (to, from, n) = (to.add(1), from.add(1), n - 1);
        }
    }
}

/// Copies downwards.
///
/// # Safety
///
/// `n` bytes are readable at `from` and writable at `to`, and `to` is not below `from`.
pub(super) unsafe fn copy_down(to: *mut u8, from: *const u8, mut n: usize) {
    // SAFETY: the caller vouches for `n` bytes on both sides; `n` counts what is left of them.
    // Each step reads before it writes, and writes only above what is still to be read.
    unsafe {
        if n >= WORD && in_step(to.addr(), from.addr()) {
            while !to.addr().wrapping_add(n).is_multiple_of(WORD) {
                n -= 1;
                to.add(n).write_volatile(from.add(n).read_volatile());
            }
            while n >= WORD {
                n -= WORD;
                copy_word(to.add(n), from.add(n));
            }
        }
        while n > 0 {
            n -= 1;
            to.add(n).write_volatile(from.add(n).read_volatile());
        }
    }
}

/// Fills with a byte.
///
/// # Safety
///
/// `n` bytes are writable at `to`.
#[cfg(any(test, not(target_arch = "x86_64")))]
pub(super) unsafe fn fill(mut to: *mut u8, byte: u8, mut n: usize) {
    let word = usize::from_ne_bytes([byte; WORD]);
    // SAFETY: the caller vouches for `n` bytes; `n` counts what is left of them. Words are written at
    // aligned addresses only.
    unsafe {
        if n >= WORD {
            while !to.addr().is_multiple_of(WORD) {
                to.write_volatile(byte);
                (to, n) = (to.add(1), n - 1);
            }
            while n >= WORD {
                to.cast::<usize>().write_volatile(word);
                (to, n) = (to.add(WORD), n - WORD);
            }
        }
        while n > 0 {
            to.write_volatile(byte);
            (to, n) = (to.add(1), n - 1);
        }
    }
}

/// Compares as C's `memcmp`.
///
/// # Safety
///
/// `n` bytes are readable at `a` and at `b`.
pub(super) unsafe fn compare(mut a: *const u8, mut b: *const u8, mut n: usize) -> i32 {
    // SAFETY: the caller vouches for `n` bytes on both sides; `n` counts what is left of them. Words are
    // read at aligned addresses only.
    unsafe {
        if a.addr().is_multiple_of(WORD) && b.addr().is_multiple_of(WORD) {
            while n >= WORD
                && a.cast::<usize>().read_volatile() == b.cast::<usize>().read_volatile()
            {
                (a, b, n) = (a.add(WORD), b.add(WORD), n - WORD);
            }
        }
        while n > 0 {
            let difference = i32::from(a.read_volatile()) - i32::from(b.read_volatile());
            if difference != 0 {
                return difference;
            }
            (a, b, n) = (a.add(1), b.add(1), n - 1);
        }
    }
    0
}

/// Counts the bytes before a NUL.
///
/// # Safety
///
/// Bytes are readable from `string` up to and with a NUL.
pub(super) unsafe fn length(string: *const u8) -> usize {
    let mut n = 0;
    // SAFETY: no byte before this one was the NUL, so this one is part of the string.
    while unsafe { string.add(n).read_volatile() } != 0 {
        n += 1;
    }
    n
}
