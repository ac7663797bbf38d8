//! A second thread, by thr_new(2).

use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering};

use sock_freebsd::arch::{Arg, Nr, syscall1, syscall2, syscall5, syscall6};

use super::layout::thr_param;
use super::numbers::*;
use super::signals;
use crate::broken;

/// The size of the second thread's stack, far more than a case needs.
const STACK: usize = 512 * 1024;

/// What the second thread runs, and where the kernel says that it has ended: 1 in place of 0.
struct Task<'t> {
    run: &'t mut (dyn FnMut() + Send),
    ended: &'t AtomicUsize,
}

/// Runs `other` on a second thread and `this` on the present one; returns when both have ended.
pub(crate) fn together(other: &mut (dyn FnMut() + Send), this: &mut dyn FnMut()) {
    let stack = Stack::new();
    let ended = AtomicUsize::new(0);
    let mut task = Task {
        run: other,
        ended: &ended,
    };
    let param = thr_param {
        start_func: enter,
        arg: ptr::from_mut(&mut task).cast(),
        stack_base: stack.0,
        stack_size: STACK,
        // No thread-local storage.
        tls_base: ptr::null_mut(),
        tls_size: 0,
        child_tid: ptr::null_mut(),
        parent_tid: ptr::null_mut(),
        flags: 0,
        rtp: ptr::null(),
        spare: [ptr::null(); 3],
    };
    // SAFETY: thr_new(2) reads the parameters, which are borrowed. The stack is the new thread's alone;
    // stack and task live until the thread has ended, which is waited for below.
    let made = signals::held_back(|| unsafe {
        syscall2(
            Nr::new(SYS_thr_new),
            Arg::from_ref(&param),
            Arg::word(size_of::<thr_param>()),
        )
    });
    if made.check().is_err() {
        broken("thr_new");
    }
    this();
    wait_until_set(&ended);
}

/// Where the second thread starts.
///
/// # Safety
///
/// `task` points to a [`Task`] that nobody else uses, and this is the first function on the stack of
/// a thread made for it.
unsafe extern "C" fn enter(task: *mut ()) -> ! {
    // SAFETY: `together` passes the address of its task, and waits for this thread before it is used
    // again.
    let task: &mut Task<'_> = unsafe { &mut *task.cast() };
    (task.run)();
    let ended = task.ended.as_ptr();
    // SAFETY: thr_exit(2) ends this thread, which owns nothing. The kernel writes 1 to the word, which
    // lives until that is seen, and wakes who waits; after that nothing runs on the stack any more
    // (`sys_thr_exit` in sys/kern/kern_thr.c).
    let _ = unsafe { syscall1(Nr::new(SYS_thr_exit), Arg::from_ptr(ended)) };
    broken("thr_exit")
}

/// Waits until the kernel has written that a thread has ended.
fn wait_until_set(ended: &AtomicUsize) {
    while ended.load(Ordering::Acquire) == 0 {
        // A signal, or a word that has changed meanwhile, is looked at again.
        // SAFETY: _umtx_op(2) with UMTX_OP_WAIT reads the word, which lives, and sleeps as long as it
        // is 0; without a time-out.
        let _ = unsafe {
            syscall5(
                Nr::new(SYS__umtx_op),
                Arg::from_ptr(ended.as_ptr()),
                Arg::int(UMTX_OP_WAIT),
                Arg::word(0),
                Arg::null(),
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
                Nr::new(SYS_mmap),
                Arg::null(),
                Arg::word(STACK),
                Arg::int(PROT_READ | PROT_WRITE),
                Arg::int(MAP_PRIVATE | MAP_ANON),
                Arg::fd(-1),
                Arg::word(0),
            )
        };
        match mapped.check_pointer() {
            Ok(start) => Stack(start),
            Err(_) => broken("mmap"),
        }
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        // SAFETY: munmap(2) of memory that this value owns and nobody uses any more.
        let unmapped =
            unsafe { syscall2(Nr::new(SYS_munmap), Arg::from_ptr(self.0), Arg::word(STACK)) };
        if unmapped.check().is_err() {
            broken("munmap");
        }
    }
}
