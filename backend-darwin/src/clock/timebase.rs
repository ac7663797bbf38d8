//! The length of a tick, and nanoseconds by it.

use core::num::{NonZeroU32, NonZeroU64};
use core::sync::atomic::{AtomicU64, Ordering};

use crate::layout::mach_timebase_info;

/// How long a tick is, in nanoseconds, as a fraction: 125/3 on most Macs with arm64, 1/1 on amd64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Timebase {
    numer: NonZeroU32,
    denom: NonZeroU32,
}

impl Timebase {
    /// A tick of a nanosecond: what holds where the kernel names no fraction, which none does.
    pub(crate) const NANOSECOND: Self = Timebase {
        numer: NonZeroU32::MIN,
        denom: NonZeroU32::MIN,
    };

    /// `None` for what is no fraction of a clock that runs.
    pub(crate) const fn new(numer: u32, denom: u32) -> Option<Self> {
        match (NonZeroU32::new(numer), NonZeroU32::new(denom)) {
            (Some(numer), Some(denom)) => Some(Timebase { numer, denom }),
            _ => None,
        }
    }

    /// Ticks in nanoseconds, rounded down; what is after 584 years wraps round.
    ///
    /// Whole multiples of the denominator apart, so that nothing is lost and no product needs 128
    /// bits: the rest is less than the denominator, and both factors have 32.
    #[inline]
    pub(crate) fn nanoseconds(self, ticks: u64) -> u64 {
        let (numer, denom) = (u64::from(self.numer.get()), NonZeroU64::from(self.denom));
        let rest = (ticks % denom) * numer / denom;
        (ticks / denom).wrapping_mul(numer).wrapping_add(rest)
    }

    /// In one word, never 0.
    pub(crate) const fn pack(self) -> u64 {
        (self.numer.get() as u64) << 32 | self.denom.get() as u64
    }

    /// From such a word; `None` for 0.
    #[inline]
    pub(crate) const fn unpack(word: u64) -> Option<Self> {
        Self::new((word >> 32) as u32, word as u32)
    }
}

/// The length of a tick, packed; 0 before the first call.
static TIMEBASE: AtomicU64 = AtomicU64::new(0);

/// The length of a tick, by `ask` if it is not known yet.
#[inline]
pub(super) fn timebase(ask: fn() -> mach_timebase_info) -> Timebase {
    match Timebase::unpack(TIMEBASE.load(Ordering::Relaxed)) {
        Some(base) => base,
        None => resolve(ask),
    }
}

/// Asks, and remembers the answer.
#[cold]
#[inline(never)]
fn resolve(ask: fn() -> mach_timebase_info) -> Timebase {
    let info = ask();
    let base = Timebase::new(info.numer, info.denom).unwrap_or(Timebase::NANOSECOND);
    TIMEBASE.store(base.pack(), Ordering::Relaxed);
    base
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_exact_and_never_go_back() {
        for (numer, denom) in [
            (125, 3),
            (1, 1),
            (1, u32::MAX),
            (1_000, 1),
            (1_000_000_000, 24_000_000),
        ] {
            let base = Timebase::new(numer, denom).unwrap();
            for ticks in [
                0,
                1,
                2,
                3,
                23_999_999,
                24_000_000,
                1 << 40,
                u64::MAX / u64::from(numer),
            ] {
                let exact = u128::from(ticks) * u128::from(numer) / u128::from(denom);
                assert_eq!(
                    base.nanoseconds(ticks),
                    exact as u64,
                    "{ticks} * {numer} / {denom}"
                );
                assert!(base.nanoseconds(ticks) >= base.nanoseconds(ticks.saturating_sub(1)));
            }
        }
        // 24 MHz, 584 years less a bit.
        let apple = Timebase::new(125, 3).unwrap();
        assert_eq!(apple.nanoseconds(24_000_000), 1_000_000_000);
        let last = u64::MAX / 125 * 3;
        assert!(apple.nanoseconds(last) > u64::MAX - 200);
    }

    #[test]
    fn a_timebase_in_a_word() {
        for (numer, denom) in [(125, 3), (1, 1), (u32::MAX, u32::MAX)] {
            let base = Timebase::new(numer, denom).unwrap();
            assert_ne!(base.pack(), 0);
            assert_eq!(Timebase::unpack(base.pack()), Some(base));
        }
        assert_eq!(Timebase::unpack(0), None);
        assert_eq!(Timebase::new(0, 3), None);
        assert_eq!(Timebase::new(125, 0), None);
    }

    #[test]
    fn it_is_asked_for_once() {
        let apple = || mach_timebase_info {
            numer: 125,
            denom: 3,
        };
        let base = Timebase::new(125, 3).unwrap();
        assert_eq!(timebase(apple), base);
        assert_eq!(timebase(|| unreachable!()), base);
    }
}
