//! arm64. Source: Procedure Call Standard for the Arm 64-bit Architecture (AAPCS64), "The Frame
//! Pointer" and "Universal stack constraints"; the kernel's arch/arm64/kernel/entry.S.

use core::arch::asm;

use super::numbers::{__NR_exit_group, __NR_mprotect};

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
    ($enter:path, $relocate:path) => {
        ::core::arch::naked_asm!(
            ".weak _DYNAMIC",
            ".hidden _DYNAMIC",
            "mov x29, xzr",
            "mov x30, xzr",
            "mov x19, sp",
            "mov x0, x19",
            "adrp x1, _DYNAMIC",
            "add x1, x1, :lo12:_DYNAMIC",
            "and x2, x0, #-16",
            "mov sp, x2",
            "bl {relocate}",
            "mov x0, x19",
            "mov x30, xzr",
            "b {enter}",
            relocate = sym $relocate,
            enter = sym $enter,
        )
    };
}

pub(crate) fn exit(code: i32) -> ! {
    // SAFETY: exit_group(2) touches no memory of the program and does not come back.
    unsafe { asm!("svc #0", in("x8") __NR_exit_group, in("x0") code as isize, options(noreturn, nostack)) }
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
            "svc #0",
            in("x8") __NR_mprotect,
            inlateout("x0") start => result, in("x1") len, in("x2") access,
            clobber_abi("C"),
            options(nostack),
        )
    }
    result
}
