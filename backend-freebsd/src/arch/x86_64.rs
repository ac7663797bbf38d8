//! amd64.
//!
//! FreeBSD's `sys/amd64/amd64/exception.S` (fast_syscall) and `sys/amd64/amd64/trap.c`
//! (cpu_fetch_syscall_args): the number is in rax, the arguments in rdi, rsi, rdx, r10, r8 and r9, by
//! `syscall`. `sys/amd64/amd64/vm_machdep.c` (cpu_set_syscall_retval): the result, or the error
//! number, is in rax, the carry flag says which; a second result is in rdx.
//!
//! The instruction saves rip in rcx and rflags in r11. On the way back the kernel restores rdi and
//! rsi, and the registers that a function keeps; r8, r9 and r10 come back as zero. So, other than on
//! Linux, an argument in rdx, r10, r8 or r9 is gone after the call. The x87 and vector state and
//! MXCSR are the thread's.

syscalls! {
    trap: "syscall",
    carry: "setb {failed}",
    flag: reg_byte u8,
    halt: "ud2",
    number: "rax",
    result: "rax",
    arguments: "rdi" "rsi" "rdx" "r10" "r8" "r9",
    clobbers: ["rcx" "r11" "rdx" "r8" "r9" "r10"],
}
