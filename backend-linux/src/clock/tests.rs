extern crate std;

use core::time::Duration;
use std::thread;
use std::time::Instant;
use std::vec::Vec;

use linux_raw_sys::errno::EINVAL;

use super::*;

#[test]
fn never_goes_back() {
    let mut last = monotonic();
    for _ in 0..100_000 {
        let now = monotonic();
        assert!(now >= last);
        last = now;
    }
}

/// Spans of the one clock that enclose spans of the other are not shorter: no tolerance is needed.
#[test]
fn runs_as_the_standard_library_says() {
    let pause = Duration::from_millis(20);
    let outer = Instant::now();
    let start = monotonic();
    let inner = Instant::now();
    thread::sleep(pause);
    let inner = inner.elapsed();
    let span = Duration::from_nanos(monotonic() - start);
    let outer = outer.elapsed();
    assert!(
        pause <= inner && inner <= span && span <= outer,
        "{inner:?} {span:?} {outer:?}"
    );
}

#[test]
fn every_way_reads_the_same_clock() {
    unsafe extern "C" fn refuses(_: i32, _: *mut __kernel_timespec) -> i32 {
        -(EINVAL as i32)
    }
    for _ in 0..1000 {
        let before = monotonic();
        let by_call = read(gettime_by_call);
        let after_refusal = read(refuses);
        let after = monotonic();
        assert!(before <= by_call && by_call <= after_refusal && after_refusal <= after);
    }
}

#[test]
fn the_vdso_is_used_where_there_is_one() {
    let by_call: *mut () = gettime_by_call as *mut ();
    assert_eq!(resolve() == by_call, auxv::vdso_address().is_none());
}

#[test]
fn the_call_answers_with_the_error() {
    let mut time = timespec(0);
    // SAFETY: clock_gettime(2) does not write, as there is no such clock.
    assert_eq!(unsafe { gettime_by_call(99, &mut time) }, -(EINVAL as i32));
}

#[test]
fn threads_may_race_to_find_it() {
    let threads: Vec<_> = (0..8)
        .map(|_| {
            thread::spawn(|| {
                GETTIME.store(ptr::null_mut(), Ordering::Relaxed);
                monotonic()
            })
        })
        .collect();
    let times: Vec<_> = threads
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .collect();
    let now = monotonic();
    assert!(times.iter().all(|&time| time > 0 && time <= now));
}

#[test]
fn conversions() {
    let time = timespec(3_000_000_007);
    assert_eq!((time.tv_sec, time.tv_nsec), (3, 7));
    for span in [0, 1, 999_999_999, 1_000_000_000, 1_000_000_001, u64::MAX] {
        assert_eq!(nanoseconds(&timespec(span)), span);
        assert!((0..1_000_000_000).contains(&timespec(span).tv_nsec));
    }
}
