//! What is going to happen, in the order of time.

use std::collections::BTreeMap;

/// Events by time and, of the same time, in the order in which they were made.
#[derive(Debug)]
pub(crate) struct Events<E> {
    queue: BTreeMap<(u64, u64), E>,
    made: u64,
}

impl<E> Events<E> {
    pub(crate) fn new() -> Self {
        Events {
            queue: BTreeMap::new(),
            made: 0,
        }
    }

    /// At the end of time nothing happens any more.
    pub(crate) fn at(&mut self, time: u64, event: E) {
        if time < u64::MAX {
            self.queue.insert((time, self.made), event);
            self.made += 1;
        }
    }

    /// When the first one is.
    pub(crate) fn next(&self) -> Option<u64> {
        self.queue.first_key_value().map(|((time, _), _)| *time)
    }

    pub(crate) fn take_due(&mut self, now: u64) -> Option<E> {
        let first = self.queue.first_entry()?;
        (first.key().0 <= now).then(|| first.remove())
    }
}
