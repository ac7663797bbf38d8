//! The ticks of amd64, which are nanoseconds already, as `mach_absolute_time` makes them
//! (`libsyscall/wrappers/mach_absolute_time.s`).

use core::arch::asm;
use core::ptr;

use sock_raw::register::{Arg, Nr};

use super::nanotime::{NanoTime, nanotime};
use super::numbers::{
    _COMM_PAGE_TIME_DATA_START, _COMM_PAGE64_BASE_ADDRESS, _NT_GENERATION, _NT_NS_BASE, _NT_SCALE,
    _NT_SHIFT, _NT_TSC_BASE,
};
use crate::arch::syscall3;
use crate::numbers::SYS_gettimeofday;

/// The time of `CLOCK_UPTIME_RAW` in nanoseconds: since the start of the machine, without the time it
/// slept, never going back, good for 584 years. It cannot fail.
///
/// The kernel is not called, unless its numbers do not come to rest.
#[inline]
#[must_use]
pub fn monotonic() -> u64 {
    nanotime(
        field::<u32, _NT_GENERATION>,
        || NanoTime {
            tsc_base: field::<u64, _NT_TSC_BASE>(),
            scale: field::<u32, _NT_SCALE>(),
            shift: field::<u32, _NT_SHIFT>(),
            ns_base: field::<u64, _NT_NS_BASE>(),
        },
        time_stamp_counter,
    )
    .unwrap_or_else(by_call)
}

/// What the commpage holds at this offset of its time data.
#[inline(always)]
fn field<T: Copy, const OFFSET: usize>() -> T {
    let page = ptr::with_exposed_provenance::<u8>(_COMM_PAGE64_BASE_ADDRESS);
    // SAFETY: the kernel maps the commpage into each process at this address, readable
    // (`osfmk/i386/commpage/commpage.c`), and the callers name its fields with their types, numbers
    // that are aligned in it.
    unsafe {
        page.add(_COMM_PAGE_TIME_DATA_START + OFFSET)
            .cast::<T>()
            .read_volatile()
    }
}

/// The counter, read between what is before and what is behind.
#[inline(always)]
fn time_stamp_counter() -> u64 {
    let (low, high): (u32, u32);
    // SAFETY: programs may read the counter, as libSystem itself does; reading changes nothing. Not
    // `nomem`, so that the generation is read before and after.
    unsafe {
        asm!("lfence", "rdtsc", "lfence", out("eax") low, out("edx") high, options(nostack));
    }
    u64::from(high) << 32 | u64::from(low)
}

/// The kernel's own answer, where the commpage does not come to rest: the third argument of
/// gettimeofday, which macOS has had since 10.12.
#[cold]
fn by_call() -> u64 {
    let mut ticks = 0_u64;
    // SAFETY: gettimeofday writes one `uint64_t` through its third argument, which is borrowed mutably,
    // and nothing through the two that are null (`bsd/kern/kern_time.c`).
    let _ = unsafe {
        syscall3(
            Nr::new(SYS_gettimeofday),
            Arg::null(),
            Arg::null(),
            Arg::from_mut(&mut ticks),
        )
    };
    ticks
}
