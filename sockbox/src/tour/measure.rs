//! Round trips, timed and counted one by one.

use core::sync::atomic::Ordering;

use heapless::Vec;

use super::{CALLS, Failure};

/// The most round trips of a case.
const MOST: usize = 10_000;

/// What the round trips of a case came to.
pub(crate) struct Figures {
    pub(crate) round_trips: usize,
    /// The median of the times, in nanoseconds.
    pub(crate) p50: u64,
    /// The time that 99 of 100 round trips do not exceed, in nanoseconds.
    pub(crate) p99: u64,
    /// System calls.
    pub(crate) calls: usize,
}

/// Makes `round_trips` round trips (at most [`MOST`]), after a tenth as many that are not counted.
/// Each is given its number.
pub(crate) fn measure(
    round_trips: usize,
    mut round_trip: impl FnMut(usize) -> Result<(), Failure>,
) -> Result<Figures, Failure> {
    let mut times = Vec::<u64, MOST>::new();
    let warm_up = round_trips.min(MOST) / 10;
    for number in 0..warm_up {
        round_trip(number)?;
    }
    let calls = CALLS.load(Ordering::Relaxed);
    for number in warm_up..warm_up + round_trips.min(MOST) {
        let start = sock::now();
        round_trip(number)?;
        let time = sock::now().saturating_duration_since(start);
        // The vector is as long as the loop.
        let _ = times.push(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
    }
    let calls = CALLS.load(Ordering::Relaxed) - calls;
    times.sort_unstable();
    Ok(Figures {
        round_trips: times.len(),
        p50: percentile(&times, 50),
        p99: percentile(&times, 99),
        calls,
    })
}

/// The least of the sorted `times` that `percent` of 100 of them do not exceed ("nearest rank").
fn percentile(times: &[u64], percent: usize) -> u64 {
    let rank = (times.len() * percent).div_ceil(100);
    times
        .get(rank.saturating_sub(1))
        .copied()
        .unwrap_or_default()
}
