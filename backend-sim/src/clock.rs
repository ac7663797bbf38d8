//! Time, and signals that come by it.

use std::thread::{self, ThreadId};

/// Where the clock starts, so that there are points before it.
const START: u64 = 1_000_000_000_000;

/// The clock.
#[derive(Debug)]
pub(crate) struct Clock {
    now: u64,
    signals: Vec<Signals>,
}

/// Signals that come to a thread at equal distances.
#[derive(Debug)]
struct Signals {
    to: ThreadId,
    period: u64,
    next: u64,
    arrived: usize,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Clock {
            now: START,
            signals: Vec::new(),
        }
    }

    pub(crate) fn now(&self) -> u64 {
        self.now
    }

    /// Never backwards.
    pub(crate) fn advance(&mut self, to: u64) {
        self.now = self.now.max(to);
    }
}

/// Signals to the present thread.
impl Clock {
    pub(crate) fn begin_signals(&mut self, period: u64) {
        let period = period.max(1);
        self.signals.push(Signals {
            to: thread::current().id(),
            period,
            next: self.now.saturating_add(period),
            arrived: 0,
        });
    }

    /// How many have come.
    pub(crate) fn end_signals(&mut self) -> usize {
        let me = thread::current().id();
        let mine = self.signals.iter().rposition(|signals| signals.to == me);
        mine.map_or(0, |mine| self.signals.remove(mine).arrived)
    }

    /// When the next one comes that is not past.
    pub(crate) fn next_signal(&mut self) -> Option<u64> {
        if self.signals.is_empty() {
            return None;
        }
        self.take_signals();
        let me = thread::current().id();
        let mine = self.signals.iter().filter(|signals| signals.to == me);
        mine.map(|signals| signals.next).min()
    }

    /// Counts those that have come by now.
    pub(crate) fn take_signals(&mut self) {
        let (me, now) = (thread::current().id(), self.now);
        for signals in self.signals.iter_mut().filter(|signals| signals.to == me) {
            let periods = now
                .checked_sub(signals.next)
                .map(|past| past / signals.period + 1);
            let periods = periods.unwrap_or(0);
            signals.next = signals
                .next
                .saturating_add(periods.saturating_mul(signals.period));
            signals.arrived += periods as usize;
        }
    }
}
