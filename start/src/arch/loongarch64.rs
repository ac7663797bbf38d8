//! loong64.

use core::arch::asm;

pub(crate) use crate::numbers::R_LARCH_RELATIVE as RELATIVE;

pub(crate) const UNALIGNED: bool = true;

/// # Safety
///
/// Eight bytes are readable at `from` and writable at `to`.
#[inline(always)]
pub(crate) unsafe fn copy_word(to: *mut u8, from: *const u8) {
    // SAFETY: the caller vouches for both; where the hardware lacks unaligned access the kernel
    // supplies it (arch/loongarch/kernel/unaligned.c).
    unsafe {
        asm!(
            "ld.d {word}, {from}, 0",
            "st.d {word}, {to}, 0",
            word = out(reg) _, from = in(reg) from, to = in(reg) to,
            options(nostack, preserves_flags),
        )
    }
}
