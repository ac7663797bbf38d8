//! amd64.
//!
//! System V ABI, AMD64 supplement, A.2.1 "Calling Conventions" of the Linux kernel: the number is in
//! rax, the arguments in rdi, rsi, rdx, r10, r8 and r9; `syscall` destroys rcx and r11; the result is
//! in rax; every other register is kept. The kernel's `arch/x86/entry/entry_64.S`
//! (entry_SYSCALL_64) says the same: the instruction itself saves rip in rcx and rflags in r11, and
//! the way back restores rflags from there, so the status flags are kept; MXCSR is, too.

syscalls! {
    trap: "syscall",
    halt: "ud2",
    number: "rax",
    result: "rax",
    arguments: "rdi" "rsi" "rdx" "r10" "r8" "r9",
    clobbers: ["rcx" "r11"],
    keeps: [preserves_flags],
}
