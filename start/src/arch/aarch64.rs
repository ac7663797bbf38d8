//! arm64.

use core::arch::asm;

pub(crate) use crate::numbers::R_AARCH64_RELATIVE as RELATIVE;

pub(crate) const UNALIGNED: bool = true;

/// # Safety
///
/// Eight bytes are readable at `from` and writable at `to`.
#[inline(always)]
pub(crate) unsafe fn copy_word(to: *mut u8, from: *const u8) {
    // SAFETY: the caller vouches for both; programs run with alignment checks of plain loads and stores
    // off: SCTLR_EL1.A is clear (arch/arm64/include/asm/sysreg.h of Linux, sys/arm64/arm64/locore.S of
    // FreeBSD).
    unsafe {
        asm!(
            "ldr {word}, [{from}]",
            "str {word}, [{to}]",
            word = out(reg) _, from = in(reg) from, to = in(reg) to,
            options(nostack, preserves_flags),
        )
    }
}
