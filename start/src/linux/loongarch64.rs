//! loong64. Source: Procedure Call Standard for the LoongArch Architecture; the kernel's
//! arch/loongarch/kernel/entry.S.

use core::arch::asm;

use super::numbers::{__NR_exit_group, __NR_mprotect};

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
    ($enter:path, $relocate:path) => {
        ::core::arch::naked_asm!(
            ".weak _DYNAMIC",
            ".hidden _DYNAMIC",
            "move $fp, $zero",
            "move $ra, $zero",
            "move $s0, $sp",
            "move $a0, $sp",
            "la.pcrel $a1, _DYNAMIC",
            "bstrins.d $sp, $zero, 3, 0",
            "bl {relocate}",
            "move $a0, $s0",
            "move $ra, $zero",
            "b {enter}",
            relocate = sym $relocate,
            enter = sym $enter,
        )
    };
}

pub(crate) fn exit(code: i32) -> ! {
    // SAFETY: exit_group(2) touches no memory of the program and does not come back.
    unsafe {
        asm!("syscall 0", in("$a7") __NR_exit_group, in("$a0") code as isize, options(noreturn, nostack))
    }
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
            "syscall 0",
            in("$a7") __NR_mprotect,
            inlateout("$a0") start => result, in("$a1") len, in("$a2") access,
            clobber_abi("C"),
            options(nostack),
        )
    }
    result
}
