//! The ticks of arm64, as `mach_absolute_time` reads them (`libsyscall/wrappers/mach_absolute_time.s`).

use core::arch::asm;
use core::ptr;

use sock_raw::register::Arg;

use super::counter::offset_counter;
use super::numbers::{
    _COMM_PAGE_TIMEBASE_OFFSET, _COMM_PAGE_USER_TIMEBASE, _COMM_PAGE64_BASE_ADDRESS,
    MACH_ARM_TRAP_ABSTIME, USER_TIMEBASE_NOSPEC, USER_TIMEBASE_NOSPEC_APPLE, USER_TIMEBASE_SPEC,
    mach_timebase_info_trap,
};
use super::timebase::timebase;
use crate::arch::mach_trap1;
use crate::layout::mach_timebase_info;

/// Reads a counter by one instruction, after what else it needs.
macro_rules! counter {
    ($($instruction:literal),*) => {
        || {
            let ticks: u64;
            // SAFETY: the kernel says by the commpage's method byte that programs may read this
            // register; reading changes nothing. Not `nomem`, so that the offset is read before and
            // after.
            unsafe { asm!($($instruction,)* ticks = out(reg) ticks, options(nostack)) };
            ticks
        }
    };
}

/// The time of `CLOCK_UPTIME_RAW` in nanoseconds: since the start of the machine, without the time it
/// slept, never going back, good for 584 years. It cannot fail.
///
/// The first call makes a Mach trap; then the kernel is not called, unless it keeps its counter for
/// itself.
#[inline]
#[must_use]
pub fn monotonic() -> u64 {
    timebase(ask).nanoseconds(ticks())
}

/// The ticks now. Which counter may be read without the kernel is what the commpage says; a method
/// that is not known here, and none at all, is left to the kernel.
#[inline]
fn ticks() -> u64 {
    let page = ptr::with_exposed_provenance::<u8>(_COMM_PAGE64_BASE_ADDRESS);
    let offset = || {
        // SAFETY: the kernel maps the commpage into each process at this address, readable
        // (`osfmk/arm/commpage/commpage.c`); the offset is an aligned `uint64_t` in it.
        unsafe {
            page.add(_COMM_PAGE_TIMEBASE_OFFSET)
                .cast::<u64>()
                .read_volatile()
        }
    };
    // SAFETY: as above; the method is a byte.
    let method = unsafe { page.add(_COMM_PAGE_USER_TIMEBASE).read_volatile() };
    match method {
        // The barrier keeps the processor from reading the counter early (Arm ARM D6.1.2).
        USER_TIMEBASE_SPEC => offset_counter(offset, counter!("isb", "mrs {ticks}, CNTVCT_EL0")),
        // CNTVCTSS_EL0 and ACNTVCT_EL0, which read themselves in order.
        USER_TIMEBASE_NOSPEC => offset_counter(offset, counter!("mrs {ticks}, S3_3_C14_C0_6")),
        USER_TIMEBASE_NOSPEC_APPLE => {
            offset_counter(offset, counter!("mrs {ticks}, S3_4_C15_C10_6"))
        }
        // SAFETY: the trap has no argument and returns the ticks, `handle_mach_absolute_time_trap` in
        // osfmk/arm64/sleh.c.
        _ => unsafe { mach_trap1(MACH_ARM_TRAP_ABSTIME, Arg::null()) as u64 },
    }
}

/// How long a tick is.
fn ask() -> mach_timebase_info {
    let mut info = mach_timebase_info::default();
    // SAFETY: the trap writes one `mach_timebase_info`, which is borrowed mutably (osfmk/kern/clock.c).
    unsafe { mach_trap1(mach_timebase_info_trap, Arg::from_mut(&mut info)) };
    info
}
