//! riscv64.

use core::arch::asm;

pub(crate) use crate::numbers::R_RISCV_RELATIVE as RELATIVE;

pub(crate) const UNALIGNED: bool = false;

/// # Safety
///
/// Eight bytes are readable at `from` and writable at `to`.
#[inline(always)]
pub(crate) unsafe fn copy_word(to: *mut u8, from: *const u8) {
    // SAFETY: the caller vouches for both; misaligned scalar accesses work in Linux programs, if
    // slowly (the kernel's Documentation/arch/riscv/uabi.rst, "Misaligned accesses").
    unsafe {
        asm!(
            "ld {word}, 0({from})",
            "sd {word}, 0({to})",
            word = out(reg) _, from = in(reg) from, to = in(reg) to,
            options(nostack, preserves_flags),
        )
    }
}
