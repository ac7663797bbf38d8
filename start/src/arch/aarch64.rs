//! arm64. Source: Procedure Call Standard for the Arm 64-bit Architecture (AAPCS64), "The Frame
//! Pointer" and "Universal stack constraints"; the kernel's arch/arm64/kernel/entry.S.

use core::arch::asm;

const EXIT_GROUP: usize = 94;

/// A zero frame pointer and link register end the chain of frame records.
#[doc(hidden)]
#[macro_export]
macro_rules! __start {
    ($enter:path) => {
        ::core::arch::naked_asm!(
            "mov x29, xzr",
            "mov x30, xzr",
            "mov x0, sp",
            "and x1, x0, #-16",
            "mov sp, x1",
            "b {enter}",
            enter = sym $enter,
        )
    };
}

pub(crate) fn exit_group(code: i32) -> ! {
    // SAFETY: exit_group(2) touches no memory of the program and does not come back.
    unsafe { asm!("svc #0", in("x8") EXIT_GROUP, in("x0") code as isize, options(noreturn, nostack)) }
}

pub(crate) const UNALIGNED: bool = true;

/// # Safety
///
/// Eight bytes are readable at `from` and writable at `to`.
#[inline(always)]
pub(crate) unsafe fn copy_word(to: *mut u8, from: *const u8) {
    // SAFETY: the caller vouches for both; Linux runs programs with alignment checks of plain loads
    // and stores off (SCTLR_EL1.A clear, arch/arm64/include/asm/sysreg.h).
    unsafe {
        asm!(
            "ldr {word}, [{from}]",
            "str {word}, [{to}]",
            word = out(reg) _, from = in(reg) from, to = in(reg) to,
            options(nostack, preserves_flags),
        )
    }
}
