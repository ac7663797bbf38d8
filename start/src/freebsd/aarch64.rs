//! arm64. Source: the kernel's sys/arm64/arm64/exec_machdep.c, `exec_setregs`, and
//! sys/arm64/arm64/trap.c, `svc_handler`.

use core::arch::asm;

use super::numbers::{SYS_exit, SYS_mprotect};

/// The kernel gives the address of argc in x0; the stack pointer is below it, aligned. A zero frame
/// pointer and link register end the chain of frame records.
#[doc(hidden)]
#[macro_export]
macro_rules! __start {
    ($enter:path) => {
        ::core::arch::naked_asm!(
            "mov x29, xzr",
            "mov x30, xzr",
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
            "mov x19, x0",
            "adrp x1, _DYNAMIC",
            "add x1, x1, :lo12:_DYNAMIC",
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
    // SAFETY: exit(2) touches no memory of the program, ends all its threads and does not come back
    // (`sys_exit` in sys/kern/kern_exit.c).
    unsafe { asm!("svc #0", in("x8") SYS_exit, in("x0") code as isize, options(noreturn, nostack)) }
}

/// What mprotect(2) returns: zero, or an error.
///
/// # Safety
///
/// Nothing uses the pages in a way that `access` does not allow.
pub(crate) unsafe fn mprotect(start: usize, len: usize, access: usize) -> isize {
    let result;
    // SAFETY: the caller vouches for what the call does. The kernel changes no register but x0, x1 and
    // the flags (`cpu_set_syscall_retval` in sys/arm64/arm64/vm_machdep.c). An error is a number above
    // zero, so that the carry flag, which tells it from a result, need not be looked at.
    unsafe {
        asm!(
            "svc #0",
            in("x8") SYS_mprotect,
            inlateout("x0") start => result, in("x1") len, in("x2") access,
            clobber_abi("C"),
            options(nostack),
        )
    }
    result
}
