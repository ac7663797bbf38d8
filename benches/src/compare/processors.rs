//! The processors that the threads are pinned to.

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use super::Result;

/// The number of a processor.
pub(crate) type Processor = usize;

/// The processors of the run: one for what takes turns, two for what goes on at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Processors {
    /// That of the main thread, and of the other end where both wait.
    pub(crate) first: Processor,
    /// That of the other end where both spin.
    pub(crate) second: Option<Processor>,
}

impl Processors {
    /// The first two that this process may run on.
    pub(crate) fn find() -> Result<Self> {
        let allowed = sched_getaffinity(None)?;
        let mut processors = (0..CpuSet::MAX_CPU).filter(|&number| allowed.is_set(number));
        Ok(Processors {
            first: processors.next().ok_or("no processor to run on")?,
            second: processors.next(),
        })
    }
}

/// Keeps the calling thread on one processor.
pub(crate) fn pin(processor: Processor) -> Result<()> {
    let mut set = CpuSet::new();
    set.set(processor);
    Ok(sched_setaffinity(None, &set)?)
}
