//! A second thread, by pthread_create(3).

use core::ffi::c_void;
use core::ptr;

use super::library::{self, Thread};
use super::signals;
use crate::broken;

/// What the second thread runs.
type Task<'t> = &'t mut (dyn FnMut() + Send);

/// Runs `other` on a second thread and `this` on the present one; returns when both have ended.
pub(crate) fn together(mut other: Task<'_>, this: &mut dyn FnMut()) {
    let mut thread = Thread(ptr::null_mut());
    let task = ptr::from_mut(&mut other).cast();
    // SAFETY: pthread_create(3) writes the thread's name, which is borrowed mutably; no attributes means
    // the usual ones. The task lives until the thread has ended, which is waited for below.
    let made = signals::held_back(|| unsafe {
        library::pthread_create(&mut thread, ptr::null(), enter, task)
    });
    if made != 0 {
        broken("pthread_create");
    }
    this();
    // SAFETY: the thread has been made, and nobody else waits for it; its value is not asked for.
    if unsafe { library::pthread_join(thread, ptr::null_mut()) } != 0 {
        broken("pthread_join");
    }
}

/// Where the second thread starts.
///
/// # Safety
///
/// `task` points to a [`Task`] that nobody else uses.
unsafe extern "C" fn enter(task: *mut c_void) -> *mut c_void {
    // SAFETY: `together` passes the address of its task, and waits for this thread before it is used
    // again.
    let task: &mut Task<'_> = unsafe { &mut *task.cast() };
    task();
    ptr::null_mut()
}
