//! Round trips, timed and counted one by one.

use core::sync::atomic::Ordering;

use heapless::binary_heap::{BinaryHeap, Min};

use super::Fault;
use crate::kernel::CALLS;

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
    round_trip: &mut dyn FnMut(usize) -> Result<(), Fault>,
) -> Result<Figures, Fault> {
    let mut times = BinaryHeap::<u64, Min, MOST>::new();
    let warm_up = round_trips.min(MOST) / 10;
    for number in 0..warm_up {
        round_trip(number)?;
    }
    let calls = CALLS.load(Ordering::Relaxed);
    for number in warm_up..warm_up + round_trips.min(MOST) {
        let start = sock::now();
        round_trip(number)?;
        let time = sock::now().saturating_duration_since(start);
        // The heap is as long as the loop.
        let _ = times.push(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
    }
    let calls = CALLS.load(Ordering::Relaxed) - calls;
    let round_trips = times.len();
    Ok(Figures {
        round_trips,
        p50: percentile(&mut times, round_trips, 50),
        p99: percentile(&mut times, round_trips, 99),
        calls,
    })
}

/// The least of all `times` that `percent` of 100 of them do not exceed ("nearest rank"). It and
/// what is less is taken out.
fn percentile(times: &mut BinaryHeap<u64, Min, MOST>, all: usize, percent: usize) -> u64 {
    let greater = all - (all * percent).div_ceil(100);
    let mut time = 0;
    while times.len() > greater {
        time = times.pop().unwrap_or_default();
    }
    time
}
