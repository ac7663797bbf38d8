//! amd64. Source: System V ABI, AMD64 supplement, 3.4.1 "Initial Stack and Register State", and
//! the kernel's arch/x86/entry/entry_64.S.

use core::arch::asm;

use super::numbers::{__NR_exit_group, __NR_mprotect};

/// The ABI asks for a zero frame pointer in the outermost frame; `call` pushes the return address
/// that the alignment of a function's stack counts on.
#[doc(hidden)]
#[macro_export]
macro_rules! __start {
    ($enter:path) => {
        ::core::arch::naked_asm!(
            "xor ebp, ebp",
            "mov rdi, rsp",
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
            "mov rbx, rsp",
            "mov rdi, rsp",
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
    // SAFETY: exit_group(2) touches no memory of the program and does not come back.
    unsafe {
        asm!("syscall", in("rax") __NR_exit_group, in("rdi") code as isize, options(noreturn, nostack))
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
            "syscall",
            inlateout("rax") __NR_mprotect => result,
            in("rdi") start, in("rsi") len, in("rdx") access,
            clobber_abi("C"),
            options(nostack),
        )
    }
    result
}
