//! clone(2) on loong64, into a function that does not return.

use core::arch::naked_asm;

use linux_raw_sys::general::__NR_clone;

/// Makes a thread that runs `enter(task)` on the stack below `stack`; its id, or a negative errno.
///
/// Arguments arrive in a0 to a3, the LoongArch procedure call standard; clone takes flags, stack and
/// two addresses for the id in a0 to a3 (kernel/fork.c, the order without CONFIG_CLONE_BACKWARDS).
/// The thread has the registers of its maker, but for a0, sp and t0 to t8.
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
        "move $a5, $a3",
        "move $a3, $a2",
        "move $a4, $zero",
        "ori $a7, $zero, {clone}",
        "syscall 0",
        "beqz $a0, 2f",
        "ret",
        "2:",
        "move $fp, $zero",
        "move $a0, $a5",
        "bl {enter}",
        "break 0",
        clone = const __NR_clone,
        enter = sym super::enter,
    )
}
