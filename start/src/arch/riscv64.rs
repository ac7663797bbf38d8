//! riscv64. Source: RISC-V ABIs Specification, "Calling Conventions" and "Global-pointer relaxation"; the
//! kernel's arch/riscv/kernel/entry.S.

use core::arch::asm;

const EXIT_GROUP: usize = 94;

/// The linker may replace address computations by offsets from `gp`, which the program's start
/// must therefore set, by a computation that is itself not so replaced (norelax).
#[doc(hidden)]
#[macro_export]
macro_rules! __start {
    ($enter:path) => {
        ::core::arch::naked_asm!(
            ".option push",
            ".option norelax",
            "lla gp, __global_pointer$",
            ".option pop",
            "mv s0, zero",
            "mv ra, zero",
            "mv a0, sp",
            "andi sp, sp, -16",
            "tail {enter}",
            enter = sym $enter,
        )
    };
}

pub(crate) fn exit_group(code: i32) -> ! {
    // SAFETY: exit_group(2) touches no memory of the program and does not come back.
    unsafe { asm!("ecall", in("a7") EXIT_GROUP, in("a0") code as isize, options(noreturn, nostack)) }
}

/// Misaligned loads and stores may trap to firmware, a hundred times slower
/// (`RISCV_HWPROBE_MISALIGNED_EMULATED` in the kernel's hwprobe document).
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
