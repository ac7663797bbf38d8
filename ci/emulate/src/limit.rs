//! The time that a run may take. At its end the run tells what it hangs in.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::FAULT;

static OVER: AtomicBool = AtomicBool::new(false);

/// How long a program may be in its own code after the end.
const GRACE: Duration = Duration::from_secs(5);

/// Begins to count.
pub(crate) fn start(seconds: u64) -> Instant {
    let limit = Duration::from_secs(seconds);
    thread::spawn(move || {
        thread::sleep(limit);
        OVER.store(true, Ordering::Relaxed);
        thread::sleep(GRACE);
        eprintln!("emulate: the time limit has passed, and the program makes no call");
        std::process::exit(FAULT.into());
    });
    Instant::now() + limit
}

/// Whether the time has passed.
pub(crate) fn is_over() -> bool {
    OVER.load(Ordering::Relaxed)
}
