//! The monotonic clock.

use sock_raw::layout::timespec;
use sock_raw::register::{Arg, Nr};

use crate::arch::syscall2;
use crate::numbers::{CLOCK_MONOTONIC, SYS_clock_gettime};

/// Nanoseconds of a second.
const SECOND: u64 = 1_000_000_000;

/// The time of `CLOCK_MONOTONIC` in nanoseconds: since the start of the machine, never going back,
/// good for 584 years.
///
/// clock_gettime(2). That cannot fail for this clock (`kern_clock_gettime` in
/// sys/kern/kern_time.c).
#[inline]
#[must_use]
pub fn monotonic() -> u64 {
    let mut now = span(0);
    // SAFETY: clock_gettime(2) writes one timespec to `now`, which is borrowed mutably.
    let _ = unsafe {
        syscall2(
            Nr::new(SYS_clock_gettime),
            Arg::int(CLOCK_MONOTONIC),
            Arg::from_mut(&mut now),
        )
    };
    nanoseconds(&now)
}

/// A time or a span from the kernel in nanoseconds; one before 0 or after 584 years wraps round.
#[inline]
#[must_use]
pub const fn nanoseconds(time: &timespec) -> u64 {
    (time.tv_sec as u64)
        .wrapping_mul(SECOND)
        .wrapping_add(time.tv_nsec as u64)
}

/// A span in nanoseconds as the kernel takes it.
#[inline]
#[must_use]
pub const fn span(nanoseconds: u64) -> timespec {
    timespec {
        tv_sec: (nanoseconds / SECOND) as i64,
        tv_nsec: (nanoseconds % SECOND) as i64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_there_and_back() {
        for nanos in [0, 1, 999_999_999, SECOND, SECOND + 1, u64::MAX] {
            let time = span(nanos);
            assert!((0..SECOND as i64).contains(&time.tv_nsec), "{nanos}");
            assert_eq!(nanoseconds(&time), nanos);
        }
    }
}
