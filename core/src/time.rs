//! Points in time, and how long an operation may wait.

use core::fmt;
use core::time::Duration;

/// A point on the monotonic clock of a backend, in nanoseconds from an origin that means nothing.
///
/// Instants of different backends must not be mixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Instant(u64);

impl Instant {
    /// The point `nanos` nanoseconds after the origin of the clock.
    #[inline]
    pub const fn from_nanos(nanos: u64) -> Self {
        Instant(nanos)
    }

    /// The nanoseconds since the origin of the clock.
    #[inline]
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// The point `duration` later; the last point of the clock when that lies beyond it (in 584
    /// years).
    #[inline]
    pub const fn saturating_add(self, duration: Duration) -> Self {
        Instant(self.0.saturating_add(saturating_nanos(duration)))
    }

    /// How long after `earlier` this is; zero when it is not after it.
    #[inline]
    pub const fn saturating_duration_since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

const fn saturating_nanos(duration: Duration) -> u64 {
    let nanos = duration.as_nanos();
    if nanos > u64::MAX as u128 {
        u64::MAX
    } else {
        nanos as u64
    }
}

/// How long an operation may wait.
///
/// The operation is always tried first, also under a deadline that has passed. When it would
/// block, the kernel does the waiting; when the deadline passes first, the operation fails with
/// [`Error::DEADLINE`](crate::Error::DEADLINE), and nothing has been sent or received by it. (A transfer
/// of a whole buffer says how far it came: [`Incomplete`](crate::Incomplete).)
///
/// The time that the handler of a signal takes counts. The time that the process is stopped in
/// (SIGSTOP) does not: the kernel then goes on waiting for what remained.
///
/// ```
/// use core::time::Duration;
/// use sock_core::Deadline;
///
/// let soon = Deadline::after(Duration::from_millis(250));
/// let forever = Deadline::NEVER;
/// let try_once = Deadline::NOW;
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// What `how` says: a point of the clock, or nanoseconds from when the operation begins.
    nanos: u64,
    /// The kind of limit, and above it the tries before a wait. Two words in all: a deadline is
    /// passed in registers, and a program that never waits with a limit has no code for limits.
    how: u32,
}

/// The low bits of [`Deadline::how`].
const KIND: u32 = 0b11;
const NEVER: u32 = 0;
const AT: u32 = 1;
const AFTER: u32 = 2;

/// The kind of a deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) enum Limit {
    Never,
    At(Instant),
    /// Nanoseconds from when the operation begins.
    After(u64),
}

impl Deadline {
    /// Wait as long as it takes.
    pub const NEVER: Self = Deadline {
        nanos: 0,
        how: NEVER,
    };

    /// Do not wait: try once.
    pub const NOW: Self = Deadline {
        nanos: 0,
        how: AFTER,
    };

    /// The most tries of [`spinning`](Self::spinning).
    pub const MAX_SPINS: u32 = u32::MAX >> 2;

    /// Wait until `instant`, read off the clock of the backend
    /// ([`Backend::now`](crate::Backend::now)).
    #[inline]
    pub const fn at(instant: Instant) -> Self {
        Deadline {
            nanos: instant.0,
            how: AT,
        }
    }

    /// Wait for `duration` in all, counted by each operation from where it begins.
    ///
    /// An operation that waits several times ([`send_all`](crate::Stream::send_all)) shares the
    /// duration among its waits.
    #[inline]
    pub const fn after(duration: Duration) -> Self {
        Deadline {
            nanos: saturating_nanos(duration),
            how: AFTER,
        }
    }

    /// Before the kernel waits, try the operation `spins` times more, at most
    /// [`MAX_SPINS`](Self::MAX_SPINS).
    ///
    /// For a peer that answers within a few microseconds: a failed try costs one system call, a
    /// wait costs putting the thread to sleep and waking it.
    #[inline]
    pub const fn spinning(self, spins: u32) -> Self {
        let spins = if spins > Self::MAX_SPINS {
            Self::MAX_SPINS
        } else {
            spins
        };
        Deadline {
            how: self.how & KIND | spins << 2,
            ..self
        }
    }

    #[inline(always)]
    pub(crate) const fn limit(self) -> Limit {
        match self.how & KIND {
            NEVER => Limit::Never,
            AT => Limit::At(Instant(self.nanos)),
            _ => Limit::After(self.nanos),
        }
    }

    #[inline(always)]
    pub(crate) const fn spins(self) -> u32 {
        self.how >> 2
    }
}

impl fmt::Debug for Deadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deadline")
            .field("limit", &self.limit())
            .field("spins", &self.spins())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_saturate() {
        let end = Instant::from_nanos(u64::MAX);
        assert_eq!(Instant::from_nanos(5).saturating_add(Duration::MAX), end);
        assert_eq!(
            Deadline::after(Duration::MAX).limit(),
            Limit::After(u64::MAX)
        );
        let (a, b) = (Instant::from_nanos(5), Instant::from_nanos(8));
        assert_eq!(b.saturating_duration_since(a), Duration::from_nanos(3));
        assert_eq!(a.saturating_duration_since(b), Duration::ZERO);
    }

    #[test]
    fn a_deadline_keeps_its_limit_and_its_spins() {
        let at = Deadline::at(Instant::from_nanos(7)).spinning(9);
        assert_eq!((at.limit(), at.spins()), (Limit::At(Instant(7)), 9));
        let never = Deadline::NEVER.spinning(u32::MAX).spinning(u32::MAX);
        assert_eq!(
            (never.limit(), never.spins()),
            (Limit::Never, Deadline::MAX_SPINS)
        );
        assert_eq!(
            (Deadline::NOW.limit(), Deadline::NOW.spins()),
            (Limit::After(0), 0)
        );
        assert_eq!(size_of::<Deadline>(), 16);
    }
}
