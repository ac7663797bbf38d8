//! riscv64. Source: RISC-V ABIs Specification, "Calling Conventions" and "Global-pointer relaxation"; the
//! kernel's arch/riscv/kernel/entry.S.

use core::arch::asm;

use super::numbers::{__NR_exit_group, __NR_mprotect};

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
    ($enter:path, $relocate:path) => {
        ::core::arch::naked_asm!(
            ".weak _DYNAMIC",
            ".hidden _DYNAMIC",
            ".option push",
            ".option norelax",
            "lla gp, __global_pointer$",
            "lla a1, _DYNAMIC",
            ".option pop",
            "mv s0, zero",
            "mv ra, zero",
            "mv s1, sp",
            "mv a0, sp",
            "andi sp, sp, -16",
            "call {relocate}",
            "mv a0, s1",
            "mv ra, zero",
            "tail {enter}",
            relocate = sym $relocate,
            enter = sym $enter,
        )
    };
}

pub(crate) fn exit(code: i32) -> ! {
    // SAFETY: exit_group(2) touches no memory of the program and does not come back.
    unsafe { asm!("ecall", in("a7") __NR_exit_group, in("a0") code as isize, options(noreturn, nostack)) }
}

/// What mprotect(2) returns: zero, or an error.
///
/// # Safety
///
/// Nothing uses the pages in a way that `access` does not allow.
pub(crate) unsafe fn mprotect(start: usize, len: usize, access: usize) -> isize {
    let result;
    // SAFETY: the caller vouches for what the call does; the kernel keeps all registers but some that
    // a function may change, too (`sock-linux` has the list).
    unsafe {
        asm!(
            "ecall",
            in("a7") __NR_mprotect,
            inlateout("a0") start => result, in("a1") len, in("a2") access,
            clobber_abi("C"),
            options(nostack),
        )
    }
    result
}
