//! Deadlines whose end is known here, too.

use std::time::Duration;

use fastrand::Rng;
use sock_core::{Deadline, Instant};

use crate::plan::size;

/// A deadline in one of the forms that there are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Until {
    Never,
    Now,
    /// A point of the clock, maybe past.
    At(Instant),
    After(Duration),
}

impl Until {
    /// From less than a millisecond to some minutes, as a point or a duration.
    pub(crate) fn any(random: &mut Rng, now: Instant) -> Self {
        let span = Duration::from_nanos(size(random, 1, 200_000_000_000));
        match random.u32(0..16) {
            0 => Until::Now,
            1 => Until::At(now),
            2 => Until::At(Instant::from_nanos(
                now.as_nanos().saturating_sub(1_000_000),
            )),
            3..=8 => Until::At(now.saturating_add(span)),
            _ => Until::After(span),
        }
    }

    pub(crate) fn deadline(self, random: &mut Rng) -> Deadline {
        let deadline = match self {
            Until::Never => Deadline::NEVER,
            Until::Now => Deadline::NOW,
            Until::At(end) => Deadline::at(end),
            Until::After(span) => Deadline::after(span),
        };
        match random.u32(0..8) {
            0 => deadline.spinning(random.u32(1..4)),
            _ => deadline,
        }
    }

    /// When an operation that begins now must have ended: at the deadline, or at once when that is
    /// past.
    pub(crate) fn end(self, begin: Instant) -> Option<Instant> {
        match self {
            Until::Never => None,
            Until::Now => Some(begin),
            Until::At(end) => Some(end.max(begin)),
            Until::After(span) => Some(begin.saturating_add(span)),
        }
    }
}
