//! The ticks, as libSystem tells them.

use super::timebase::timebase;
use crate::layout::mach_timebase_info;

unsafe extern "C" {
    // mach/mach_time.h.
    safe fn mach_absolute_time() -> u64;
    #[link_name = "mach_timebase_info"]
    safe fn timebase_info(info: &mut mach_timebase_info) -> i32;
}

/// The time of `CLOCK_UPTIME_RAW` in nanoseconds: since the start of the machine, without the time it
/// slept, never going back, good for 584 years. It cannot fail.
#[inline]
#[must_use]
pub fn monotonic() -> u64 {
    timebase(ask).nanoseconds(mach_absolute_time())
}

/// How long a tick is.
fn ask() -> mach_timebase_info {
    let mut info = mach_timebase_info::default();
    timebase_info(&mut info);
    info
}
