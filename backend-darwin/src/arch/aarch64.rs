//! arm64.
//!
//! No document of Apple's describes this; the kernel's sources do. `bsd/dev/arm/systemcalls.c`: the
//! number is in x16 (`arm_get_syscall_number`), the arguments in x0 to x7
//! (`arm_get_u64_syscall_args`), the results in x0 and x1, and the carry flag of PSTATE says that x0
//! is an error number (`arm_prepare_u64_syscall_return`). x1 is written on every way back, also
//! by a call that has one result, and with an error. `osfmk/arm64/sleh.c` (`handle_svc`) takes a
//! number below zero for a Mach trap. Every other integer register comes back as it was saved
//! (`osfmk/arm64/locore.s`), and so do v0 to v31; x18 belongs to the platform and is not touched.
//! libSystem's own stubs say the same (`libsyscall/custom/SYS.h`, `svc #0x80`).

use core::arch::asm;

use sock_raw::bsd::Ret;
use sock_raw::register::{Arg, Nr};

syscalls! {
    trap: "svc #0x80",
    carry: "cset {carry:w}, cs" in reg u32,
    number: "x16" in 0,
    result: "x0",
    arguments: "x0" "x1" "x2" "x3" "x4" "x5",
    clobbers: ["x1"],
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
    let carry: u32;
    // SAFETY: as for the other functions; seventh and eighth argument are in x6 and x7
    // (`arm_get_u64_syscall_args` copies them from there).
    unsafe {
        asm!(
            "svc #0x80",
            "cset {carry:w}, cs",
            carry = lateout(reg) carry,
            in("x16") number.word(),
            in("x0") a.into_word(),
            in("x1") b.into_word(),
            in("x2") c.into_word(),
            in("x3") d.into_word(),
            in("x4") e.into_word(),
            in("x5") f.into_word(),
            in("x6") g.into_word(),
            in("x7") h.into_word(),
            lateout("x0") result,
            lateout("x1") _,
            options(nostack),
        );
    }
    Ret::new(result, carry != 0)
}

/// A Mach trap that has at most one argument: its answer, a word. No flag tells an error.
///
/// # Safety
///
/// See [the module](crate::arch#safety). The number is negative, `osfmk/mach/syscall_sw.h`.
#[inline(always)]
pub unsafe fn mach_trap1(number: i32, a: Arg<'_>) -> usize {
    let result: usize;
    // SAFETY: the number is in x16, sign-extended, and the argument in x0, `handle_svc` and
    // `mach_syscall` in the kernel; x1 is declared as for the other calls. The caller vouches for what
    // the trap does.
    unsafe {
        asm!(
            "svc #0x80",
            in("x16") i64::from(number),
            in("x0") a.into_word(),
            lateout("x0") result,
            lateout("x1") _,
            options(nostack),
        );
    }
    result
}
