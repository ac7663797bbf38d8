//! amd64.

use core::arch::asm;

pub(crate) use crate::numbers::R_X86_64_RELATIVE as RELATIVE;

pub(crate) const UNALIGNED: bool = true;

/// # Safety
///
/// Eight bytes are readable at `from` and writable at `to`.
#[inline(always)]
pub(crate) unsafe fn copy_word(to: *mut u8, from: *const u8) {
    // SAFETY: the caller vouches for both; plain moves take any alignment (Intel SDM volume 1, 4.1.1).
    unsafe {
        asm!(
            "mov {word}, qword ptr [{from}]",
            "mov qword ptr [{to}], {word}",
            word = out(reg) _, from = in(reg) from, to = in(reg) to,
            options(nostack, preserves_flags),
        )
    }
}

/// Copies upwards.
///
/// # Safety
///
/// `n` bytes are readable at `from` and writable at `to`, and `to` is not inside `from..from + n`.
pub(crate) unsafe fn copy_up(to: *mut u8, from: *const u8, n: usize) {
    // SAFETY: the caller vouches for both ranges; the direction flag is clear at function entry
    // (AMD64 supplement, 3.2.1) and at the start of asm blocks.
    unsafe {
        asm!(
            "rep movsb",
            inout("rcx") n => _, inout("rdi") to => _, inout("rsi") from => _,
            options(nostack, preserves_flags),
        )
    }
}

/// Fills with a byte.
///
/// # Safety
///
/// `n` bytes are writable at `to`.
pub(crate) unsafe fn fill(to: *mut u8, byte: u8, n: usize) {
    // SAFETY: as in `copy_up`.
    unsafe {
        asm!(
            "rep stosb",
            inout("rcx") n => _, inout("rdi") to => _, in("al") byte,
            options(nostack, preserves_flags),
        )
    }
}
