//! clone(2) on amd64, into a function that does not return.

use core::arch::naked_asm;

use linux_raw_sys::general::__NR_clone;

/// Makes a thread that runs `enter(task)` on the stack below `stack`; its id, or a negative errno.
///
/// Arguments arrive in rdi, rsi, rdx and rcx, System V ABI; clone takes flags, stack and two
/// addresses for the id in rdi, rsi, rdx and r10, clone(2). The thread has the registers of its
/// maker, but for rax, rcx, r11 (`syscall`) and rsp.
///
/// # Safety
///
/// `flags` make a thread; stack, id and task are its own until it has ended.
#[unsafe(naked)]
pub(super) unsafe extern "C" fn clone(
    flags: usize,
    stack: *mut (),
    id: *mut u32,
    task: *mut (),
) -> isize {
    naked_asm!(
        "mov r9, rcx",
        "mov r10, rdx",
        "xor r8d, r8d",
        "mov eax, {clone}",
        "syscall",
        "test rax, rax",
        "jz 2f",
        "ret",
        "2:",
        "xor ebp, ebp",
        "mov rdi, r9",
        "call {enter}",
        "ud2",
        clone = const __NR_clone,
        enter = sym super::enter,
    )
}
