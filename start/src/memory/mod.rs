//! The memory functions that compiled code calls by name, under names of their own.
//!
//! [`entry!`](crate::entry) exports them as `memcpy` and so on. They are written so that no
//! optimiser can recognise one of its own idioms in them and make it a call of the very function:
//! each byte and word is moved by assembly or by a volatile access.

mod loops;

#[cfg(target_arch = "x86_64")]
use crate::arch::{copy_up, fill as fill_up};
use loops::copy_down;
#[cfg(not(target_arch = "x86_64"))]
use loops::{copy_up, fill as fill_up};

/// `memcpy`: copies `n` bytes between ranges that do not overlap.
///
/// # Safety
///
/// `n` bytes are readable at `from` and writable at `to`, and the two ranges do not overlap.
#[inline]
pub unsafe fn copy(to: *mut u8, from: *const u8, n: usize) {
    // SAFETY: the caller vouches for both ranges.
    unsafe { copy_up(to, from, n) }
}

/// `memmove`: copies `n` bytes between ranges that may overlap.
///
/// # Safety
///
/// `n` bytes are readable at `from` and writable at `to`.
#[inline]
pub unsafe fn copy_overlapping(to: *mut u8, from: *const u8, n: usize) {
    // One comparison for "not inside from..from + n": below it, the difference wraps.
    if to.addr().wrapping_sub(from.addr()) >= n {
        // SAFETY: the caller vouches for both ranges, and `to` is not inside the source.
        unsafe { copy_up(to, from, n) }
    } else {
        // SAFETY: the caller vouches for both ranges, and `to` is inside the source, so not below it.
        unsafe { copy_down(to, from, n) }
    }
}

/// `memset`: fills `n` bytes.
///
/// # Safety
///
/// `n` bytes are writable at `to`.
#[inline]
pub unsafe fn fill(to: *mut u8, byte: u8, n: usize) {
    // SAFETY: the caller vouches for the range.
    unsafe { fill_up(to, byte, n) }
}

/// `memcmp`: zero when the bytes are equal, else less or greater than zero as the first bytes that
/// differ are.
///
/// # Safety
///
/// `n` bytes are readable at `a` and at `b`.
#[inline]
#[must_use]
pub unsafe fn compare(a: *const u8, b: *const u8, n: usize) -> i32 {
    // SAFETY: the caller vouches for both ranges.
    unsafe { loops::compare(a, b, n) }
}

/// `strlen`: the number of bytes before the first NUL.
///
/// # Safety
///
/// Bytes are readable from `string` up to and with a NUL.
#[inline]
#[must_use]
pub unsafe fn length(string: *const u8) -> usize {
    // SAFETY: the caller vouches for the string.
    unsafe { loops::length(string) }
}

#[cfg(test)]
mod tests;
