//! loong64. Source: Procedure Call Standard for the LoongArch Architecture; the kernel's
//! arch/loongarch/kernel/entry.S.

use core::arch::asm;

const EXIT_GROUP: usize = 94;

/// A zero frame pointer and return address end the chain of frames.
#[doc(hidden)]
#[macro_export]
macro_rules! __start {
    ($enter:path) => {
        ::core::arch::naked_asm!(
            "move $fp, $zero",
            "move $ra, $zero",
            "move $a0, $sp",
            "bstrins.d $sp, $zero, 3, 0",
            "b {enter}",
            enter = sym $enter,
        )
    };
}

pub(crate) fn exit_group(code: i32) -> ! {
    // SAFETY: exit_group(2) touches no memory of the program and does not come back.
    unsafe {
        asm!("syscall 0", in("$a7") EXIT_GROUP, in("$a0") code as isize, options(noreturn, nostack))
    }
}

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
