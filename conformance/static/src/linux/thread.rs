//! A second thread, by clone(2).

#[cfg_attr(target_arch = "x86_64", path = "thread/x86_64.rs")]
#[cfg_attr(target_arch = "aarch64", path = "thread/aarch64.rs")]
#[cfg_attr(target_arch = "riscv64", path = "thread/riscv64.rs")]
#[cfg_attr(target_arch = "loongarch64", path = "thread/loongarch64.rs")]
mod arch;

use core::ptr;
use core::sync::atomic::{AtomicU32, Ordering};

use linux_raw_sys::general::{
    __NR_exit, __NR_futex, __NR_mmap, __NR_munmap, CLONE_CHILD_CLEARTID, CLONE_FILES, CLONE_FS,
    CLONE_PARENT_SETTID, CLONE_SIGHAND, CLONE_SYSVSEM, CLONE_THREAD, CLONE_VM, FUTEX_WAIT,
    MAP_ANONYMOUS, MAP_PRIVATE, PROT_READ, PROT_WRITE,
};
use sock_linux::arch::{Arg, Nr, syscall1_noreturn, syscall2, syscall4, syscall6};

use crate::broken;

/// The size of the second thread's stack, far more than a case needs.
const STACK: usize = 512 * 1024;

/// What glibc's threads are made with, and the only set that qemu-user takes for a thread, but for
/// CLONE_SETTLS: this program has no thread-local storage.
const FLAGS: u32 = CLONE_VM
    | CLONE_FS
    | CLONE_FILES
    | CLONE_SIGHAND
    | CLONE_THREAD
    | CLONE_SYSVSEM
    | CLONE_PARENT_SETTID
    | CLONE_CHILD_CLEARTID;

/// What the second thread runs.
type Task<'t> = &'t mut (dyn FnMut() + Send);

/// Runs `other` on a second thread and `this` on the present one; returns when both have ended.
pub(crate) fn together(mut other: Task<'_>, this: &mut dyn FnMut()) {
    let stack = Stack::new();
    let thread = AtomicU32::new(0);
    let task = ptr::from_mut(&mut other).cast();
    // SAFETY: the stack is the new thread's alone, and aligned; the id is written to an integer that
    // lives, as do the stack and the task, until the thread has ended, which is waited for below.
    let made = unsafe { arch::clone(FLAGS as usize, stack.top(), thread.as_ptr(), task) };
    if made < 0 {
        broken("clone");
    }
    this();
    wait_until_zero(&thread);
}

/// Where the second thread starts.
///
/// # Safety
///
/// `task` points to a [`Task`] that nobody else uses, and this is the first function on the stack of
/// a thread made for it.
unsafe extern "C" fn enter(task: *mut ()) -> ! {
    // SAFETY: `together` passes the address of its task, and waits for this thread before either is
    // used again.
    let task: &mut Task<'_> = unsafe { &mut *task.cast() };
    task();
    // SAFETY: exit(2) ends this thread, which owns nothing. The kernel clears the thread's id when
    // nothing runs on the stack any more, CLONE_CHILD_CLEARTID in clone(2).
    unsafe { syscall1_noreturn(Nr::new(__NR_exit), Arg::int(0)) }
}

/// Waits until the kernel has cleared the id of a thread that ended.
fn wait_until_zero(thread: &AtomicU32) {
    loop {
        let id = thread.load(Ordering::Acquire);
        if id == 0 {
            return;
        }
        // Not FUTEX_PRIVATE_FLAG: the kernel wakes without it (mm_release in kernel/fork.c). A
        // signal, or an id that has changed meanwhile, is looked at again.
        // SAFETY: futex(2) with FUTEX_WAIT reads the integer, which lives, and writes nothing;
        // without a time-out.
        let _ = unsafe {
            syscall4(
                Nr::new(__NR_futex),
                Arg::from_ptr(thread.as_ptr()),
                Arg::uint(FUTEX_WAIT),
                Arg::uint(id),
                Arg::null(),
            )
        };
    }
}

/// Memory for the stack of a thread.
struct Stack(*mut ());

impl Stack {
    fn new() -> Self {
        // SAFETY: mmap(2) of new memory, at an address that the kernel chooses.
        let mapped = unsafe {
            syscall6(
                Nr::new(__NR_mmap),
                Arg::null(),
                Arg::word(STACK),
                Arg::uint(PROT_READ | PROT_WRITE),
                Arg::uint(MAP_PRIVATE | MAP_ANONYMOUS),
                Arg::fd(-1),
                Arg::word(0),
            )
        };
        match mapped.check_pointer() {
            Ok(start) => Stack(start),
            Err(_) => broken("mmap"),
        }
    }

    /// Its upper end: stacks grow downwards. Aligned as every ABI wants it, being that of a page.
    fn top(&self) -> *mut () {
        self.0.wrapping_byte_add(STACK)
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        // SAFETY: munmap(2) of memory that this value owns and nobody uses any more.
        let unmapped = unsafe {
            syscall2(
                Nr::new(__NR_munmap),
                Arg::from_ptr(self.0),
                Arg::word(STACK),
            )
        };
        if unmapped.errno().is_some() {
            broken("munmap");
        }
    }
}
