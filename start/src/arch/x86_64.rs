//! amd64. Source: System V ABI, AMD64 supplement, 3.4.1 "Initial Stack and Register State", and
//! the kernel's arch/x86/entry/entry_64.S.

use core::arch::asm;

const EXIT_GROUP: usize = 231;
const MPROTECT: usize = 10;

pub(crate) const RELATIVE: usize = 8;

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

pub(crate) fn exit_group(code: i32) -> ! {
    // SAFETY: exit_group(2) touches no memory of the program and does not come back.
    unsafe {
        asm!("syscall", in("rax") EXIT_GROUP, in("rdi") code as isize, options(noreturn, nostack))
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
            inlateout("rax") MPROTECT => result,
            in("rdi") start, in("rsi") len, in("rdx") access,
            clobber_abi("C"),
            options(nostack),
        )
    }
    result
}

pub(crate) const UNALIGNED: bool = true;

/// # Safety
///
/// Eight bytes are readable at `from` and writable at `to`.
#[inline(always)]
pub(crate) unsafe fn copy_word(to: *mut u8, from: *const u8) {
    // SAFETY: the caller vouches for both; plain moves take any alignment (Intel SDM volume 1, 4.1.1).
    unsafe {
        asm!(
            "mov {word}, qword ptr [{from}]",
            "mov qword ptr [{to}], {word}",
            word = out(reg) _, from = in(reg) from, to = in(reg) to,
            options(nostack, preserves_flags),
        )
    }
}

/// Copies upwards.
///
/// # Safety
///
/// `n` bytes are readable at `from` and writable at `to`, and `to` is not inside `from..from + n`.
pub(crate) unsafe fn copy_up(to: *mut u8, from: *const u8, n: usize) {
    // SAFETY: the caller vouches for both ranges; the direction flag is clear at function entry
    // (AMD64 supplement, 3.2.1) and at the start of asm blocks.
    unsafe {
        asm!(
            "rep movsb",
            inout("rcx") n => _, inout("rdi") to => _, inout("rsi") from => _,
            options(nostack, preserves_flags),
        )
    }
}

/// Fills with a byte.
///
/// # Safety
///
/// `n` bytes are writable at `to`.
pub(crate) unsafe fn fill(to: *mut u8, byte: u8, n: usize) {
    // SAFETY: as in `copy_up`.
    unsafe {
        asm!(
            "rep stosb",
            inout("rcx") n => _, inout("rdi") to => _, in("al") byte,
            options(nostack, preserves_flags),
        )
    }
}
