//! All schedules of a campaign, spread over threads; what it finds does not depend on how.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::plan::Forced;
use crate::schedule::{self, Outcome};
use crate::totals::Totals;

/// How many schedules a thread takes at a time.
const BATCH: u64 = 64;

/// One schedule in so many is played again, and must go the same way.
const AGAIN: u64 = 16;

/// How often a line tells how far it is.
const PROGRESS: Duration = Duration::from_secs(10);

/// A schedule that failed.
pub(crate) struct Failed {
    pub(crate) index: u64,
    pub(crate) outcome: Outcome,
}

/// Runs the schedules below `schedules` until one fails, or all for a survey of failures, on `workers` threads: the first one that
/// fails, and what was counted.
pub(crate) fn run(
    seed: u64,
    schedules: u64,
    workers: usize,
    survey: bool,
) -> (Option<Failed>, Totals) {
    let (next, end) = (AtomicU64::new(0), AtomicU64::new(schedules));
    let result = Mutex::new((None::<Failed>, Totals::default()));
    let begin = Instant::now();
    let work = |tells: bool| {
        let (mut totals, mut told) = (Totals::default(), Instant::now());
        'batches: loop {
            let first = next.fetch_add(BATCH, Ordering::Relaxed);
            for index in first..first + BATCH {
                // Those before the first that failed are still run, by whoever has them.
                if index >= end.load(Ordering::Relaxed) {
                    break 'batches;
                }
                let mut outcome = schedule::run(seed, index, &Forced::default());
                if index % AGAIN == 0 {
                    outcome.check_against(&schedule::run(seed, index, &Forced::default()));
                }
                if survey && outcome.failure.is_some() {
                    totals.note(index, &outcome);
                } else if outcome.failure.is_some() {
                    end.fetch_min(index, Ordering::Relaxed);
                    let mut result = result.lock().unwrap_or_else(|e| e.into_inner());
                    if result.0.as_ref().is_none_or(|failed| index < failed.index) {
                        result.0 = Some(Failed { index, outcome });
                    }
                    break 'batches;
                }
                totals.add(&outcome);
            }
            if tells && told.elapsed() > PROGRESS {
                told = Instant::now();
                println!("{first} schedules after {} s", begin.elapsed().as_secs());
            }
        }
        let mut result = result.lock().unwrap_or_else(|e| e.into_inner());
        result.1.merge(&totals);
    };
    thread::scope(|scope| {
        for worker in 0..workers {
            scope.spawn(move || work(worker == 0));
        }
    });
    result.into_inner().unwrap_or_else(|e| e.into_inner())
}
