//! amd64. Source: the kernel's sys/amd64/amd64/exec_machdep.c, `exec_setregs`, and
//! sys/amd64/amd64/exception.S, `fast_syscall`.

use core::arch::asm;

use super::numbers::{SYS_exit, SYS_mprotect};

/// The kernel gives the address of argc in rdi; where the stack pointer is beside it, it does not
/// promise. The ABI asks for a zero frame pointer in the outermost frame; `call` pushes the return
/// address that the alignment of a function's stack counts on.
#[doc(hidden)]
#[macro_export]
macro_rules! __start {
    ($enter:path) => {
        ::core::arch::naked_asm!(
            "xor ebp, ebp",
            "and rsp, -16",
            "call {enter}",
            "ud2",
            enter = sym $enter,
        )
    };
    ($enter:path, $relocate:path) => {
        ::core::arch::naked_asm!(
            ".weak _DYNAMIC",
            ".hidden _DYNAMIC",
            "xor ebp, ebp",
            "mov rbx, rdi",
            "lea rsi, [rip + _DYNAMIC]",
            "and rsp, -16",
            "call {relocate}",
            "mov rdi, rbx",
            "call {enter}",
            "ud2",
            relocate = sym $relocate,
            enter = sym $enter,
        )
    };
}

pub(crate) fn exit(code: i32) -> ! {
    // SAFETY: exit(2) touches no memory of the program, ends all its threads and does not come back
    // (`sys_exit` in sys/kern/kern_exit.c).
    unsafe {
        asm!("syscall", in("rax") SYS_exit, in("rdi") code as isize, options(noreturn, nostack))
    }
}

/// What mprotect(2) returns: zero, or an error.
///
/// # Safety
///
/// Nothing uses the pages in a way that `access` does not allow.
pub(crate) unsafe fn mprotect(start: usize, len: usize, access: usize) -> isize {
    let result;
    // SAFETY: the caller vouches for what the call does. The kernel changes no register but some that
    // a function may change, too: rax, rcx, rdx, r8 to r11 (`fast_syscall`). An error is a number
    // above zero, so that the carry flag, which tells it from a result, need not be looked at.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") SYS_mprotect => result,
            in("rdi") start, in("rsi") len, in("rdx") access,
            clobber_abi("C"),
            options(nostack),
        )
    }
    result
}
