//! clone(2) on arm64, into a function that does not return.

use core::arch::naked_asm;

use linux_raw_sys::general::__NR_clone;

/// Makes a thread that runs `enter(task)` on the stack below `stack`; its id, or a negative errno.
///
/// Arguments arrive in x0 to x3, AAPCS64; clone takes flags, stack, an address for the id, the
/// thread pointer and another address for the id in x0 to x4 (CONFIG_CLONE_BACKWARDS, clone(2)). The
/// thread has the registers of its maker, but for x0 and sp.
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
        "mov x5, x3",
        "mov x3, xzr",
        "mov x4, x2",
        "mov x8, #{clone}",
        "svc #0",
        "cbz x0, 2f",
        "ret",
        "2:",
        "mov x29, xzr",
        "mov x0, x5",
        "bl {enter}",
        "udf #0",
        clone = const __NR_clone,
        enter = sym super::enter,
    )
}
