//! clone(2) on riscv64, into a function that does not return.

use core::arch::naked_asm;

use linux_raw_sys::general::__NR_clone;

/// Makes a thread that runs `enter(task)` on the stack below `stack`; its id, or a negative errno.
///
/// Arguments arrive in a0 to a3, the RISC-V calling convention; clone takes flags, stack, an address
/// for the id, the thread pointer and another address for the id in a0 to a4 (CONFIG_CLONE_BACKWARDS,
/// clone(2)). The thread has the registers of its maker, but for a0 and sp.
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
        "mv a5, a3",
        "li a3, 0",
        "mv a4, a2",
        "li a7, {clone}",
        "ecall",
        "beqz a0, 2f",
        "ret",
        "2:",
        "li s0, 0",
        "mv a0, a5",
        "call {enter}",
        "unimp",
        clone = const __NR_clone,
        enter = sym super::enter,
    )
}
