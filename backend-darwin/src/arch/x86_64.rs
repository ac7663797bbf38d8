//! amd64.
//!
//! No document of Apple's describes this; the kernel's sources do. `osfmk/mach/i386/syscall_sw.h`: rax
//! holds the number with its class, 2 for those of Unix, in the third byte and up.
//! `bsd/dev/i386/systemcalls.c` (`unix_syscall64`): the arguments are in rdi, rsi, rdx, r10, r8 and r9,
//! a seventh and eighth on the stack behind the slot of a return address; the results are in rax
//! and rdx, and the carry flag says that rax is an error number. rdx is written by every call that
//! succeeds, also by one that has one result. `syscall` itself destroys rcx and r11; every other
//! register comes back as it was saved (`osfmk/x86_64/idt64.s`, `ks_64bit_return`). libSystem's own stubs
//! say the same (`libsyscall/custom/SYS.h`).

use core::arch::asm;

use sock_raw::bsd::Ret;
use sock_raw::register::{Arg, Nr};

use crate::numbers::{SYSCALL_CLASS_SHIFT, SYSCALL_CLASS_UNIX};

/// What is added to the number of a Unix call, `SYSCALL_CONSTRUCT_UNIX`.
const CLASS: usize = SYSCALL_CLASS_UNIX << SYSCALL_CLASS_SHIFT;

syscalls! {
    trap: "syscall",
    carry: "setb {carry}" in reg_byte u8,
    number: "rax" in CLASS,
    result: "rax",
    arguments: "rdi" "rsi" "rdx" "r10" "r8" "r9",
    clobbers: ["rdx" "rcx" "r11"],
}

/// A system call with eight arguments; it may write the caller's memory.
///
/// # Safety
///
/// See [the module](crate::arch#safety).
#[inline(always)]
pub unsafe fn syscall8(number: Nr, arguments: [Arg<'_>; 8]) -> Ret {
    let [a, b, c, d, e, f, g, h] = arguments;
    let result: *mut ();
    let carry: u8;
    // SAFETY: as for the other functions; the kernel reads the seventh and eighth argument at rsp + 8
    // and rsp + 16, behind a slot that it skips (`unix_syscall64`). Without `nostack` the compiler
    // keeps nothing below the stack pointer, which is back where it was at the end.
    unsafe {
        asm!(
            "push {h}",
            "push {g}",
            "push {g}",
            "syscall",
            "setb {carry}",
            "lea rsp, [rsp + 24]",
            g = in(reg) g.into_word(),
            h = in(reg) h.into_word(),
            carry = lateout(reg_byte) carry,
            in("rax") CLASS | number.word(),
            in("rdi") a.into_word(),
            in("rsi") b.into_word(),
            in("rdx") c.into_word(),
            in("r10") d.into_word(),
            in("r8") e.into_word(),
            in("r9") f.into_word(),
            lateout("rax") result,
            lateout("rdx") _,
            lateout("rcx") _,
            lateout("r11") _,
        );
    }
    Ret::new(result, carry != 0)
}
