//! The monotonic clock, read without entering the kernel where the kernel allows that.
//!
//! [`monotonic`] calls clock_gettime in the vDSO, the small library that the kernel maps into each
//! process (vdso(7)). It is looked up once: its address from the auxiliary vector (`auxv.rs`), the
//! function in its ELF image ([`vdso`]). Whatever is missing or strange there, the system call
//! clock_gettime(2) takes its place for the rest of the process.
//!
//! The address found is kept in one static. It is the only state of the process that this crate
//! keeps, and it is a constant of the process: threads that race to fill it store the same value.

mod auxv;
pub mod vdso;

#[cfg(test)]
mod tests;

use core::ptr;
use core::sync::atomic::{AtomicPtr, Ordering};

use linux_raw_sys::general::{__NR_clock_gettime, __kernel_timespec, CLOCK_MONOTONIC};

use crate::arch::{Arg, Nr, syscall2};

/// Nanoseconds of a second.
const SECOND: u64 = 1_000_000_000;

/// clock_gettime as the vDSO has it: the clock's id, where to put the time, 0 or a negative errno.
type Gettime = unsafe extern "C" fn(i32, *mut __kernel_timespec) -> i32;

/// The [`Gettime`] in use, null before the first call. Null, and not an address that the linker
/// would put here, so that a position-independent program that nobody relocates may use it as well.
static GETTIME: AtomicPtr<()> = AtomicPtr::new(ptr::null_mut());

/// The time of `CLOCK_MONOTONIC` in nanoseconds: since some moment in the past (on Linux, the start
/// of the machine, without the time it was suspended), never going back, good for 584 years.
///
/// clock_gettime(2), through the vDSO. That cannot fail for this clock; where there is no vDSO and a
/// filter refuses the system call, the time stands still at 0. The first call makes a few other
/// system calls (prctl; before Linux 6.4 also openat, read, close): a program that will filter its
/// own calls reads the clock once before.
#[inline]
#[must_use]
pub fn monotonic() -> u64 {
    let mut pointer = GETTIME.load(Ordering::Relaxed);
    if pointer.is_null() {
        pointer = resolve();
    }
    // SAFETY: all that `resolve` stores and returns is a pointer to a function of this type: ours, or
    // the vDSO's, whose functions are C functions with the arguments of their system call (vdso(7)).
    let gettime = unsafe { core::mem::transmute::<*mut (), Gettime>(pointer) };
    read(gettime)
}

/// The clock by one `Gettime`, or by the system call where that one fails.
#[inline]
fn read(gettime: Gettime) -> u64 {
    let mut now = timespec(0);
    // SAFETY: a `Gettime` does as clock_gettime(2): it writes one timespec at the address given, which
    // is `now`'s.
    let status = unsafe { gettime(CLOCK_MONOTONIC as i32, &mut now) };
    if status != 0 {
        // SAFETY: as above.
        unsafe { gettime_by_call(CLOCK_MONOTONIC as i32, &mut now) };
    }
    nanoseconds(&now)
}

/// A time or a span in nanoseconds as the kernel takes it.
#[inline]
#[must_use]
pub const fn timespec(nanoseconds: u64) -> __kernel_timespec {
    __kernel_timespec {
        tv_sec: (nanoseconds / SECOND) as i64,
        tv_nsec: (nanoseconds % SECOND) as i64,
    }
}

/// A time or a span from the kernel in nanoseconds; one before 0 or after 584 years wraps round.
#[inline]
#[must_use]
pub const fn nanoseconds(time: &__kernel_timespec) -> u64 {
    (time.tv_sec as u64)
        .wrapping_mul(SECOND)
        .wrapping_add(time.tv_nsec as u64)
}

/// Finds the function to use and remembers it.
#[cold]
#[inline(never)]
fn resolve() -> *mut () {
    // SAFETY: the address is that of AT_SYSINFO_EHDR.
    let function = auxv::vdso_address().and_then(|at| unsafe { vdso::clock_gettime(at) });
    let pointer = match function {
        Some(function) => function.cast_mut(),
        None => gettime_by_call as *mut (),
    };
    GETTIME.store(pointer, Ordering::Relaxed);
    pointer
}

/// The system call, in the vDSO function's shape.
///
/// # Safety
///
/// As for clock_gettime(2): `time` is valid for a write.
unsafe extern "C" fn gettime_by_call(clock: i32, time: *mut __kernel_timespec) -> i32 {
    // SAFETY: clock_gettime(2) writes one timespec to `time`, which the caller vouches for.
    let result = unsafe {
        syscall2(
            Nr::new(__NR_clock_gettime),
            Arg::int(clock),
            Arg::from_ptr(time),
        )
    };
    match result.errno() {
        None => 0,
        Some(errno) => -(errno.get().get() as i32),
    }
}
