//! loong64.
//!
//! The kernel's `arch/loongarch/kernel/entry.S` (handle_syscall) takes the number from a7 and the
//! arguments from a0 to a5, by `syscall 0`, and leaves the result in a0. It uses t0 to t8 ($r12 to
//! $r20) as it likes and does not restore them; `tools/include/nolibc/arch-loongarch.h` declares the
//! same list. Every other integer register is restored.
//!
//! The floating-point and vector state, with the condition flags fcc0 to fcc7 which
//! `preserves_flags` is about, is the thread's: the kernel saves it before it uses the unit itself
//! (`kernel_fpu_begin` in `arch/loongarch/kernel/kfpu.c`) or gives it to another thread.

syscalls! {
    trap: "syscall 0",
    halt: "break 0",
    number: "$a7",
    result: "$a0",
    arguments: "$a0" "$a1" "$a2" "$a3" "$a4" "$a5",
    clobbers: ["$t0" "$t1" "$t2" "$t3" "$t4" "$t5" "$t6" "$t7" "$t8"],
    keeps: [preserves_flags],
}
