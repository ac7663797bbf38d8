//! Nanoseconds by the numbers that the kernel of amd64 keeps for programs.

/// The least significant bits of `_NT_SHIFT` that count: old kernels wrote 32 there and meant 0
/// (`libsyscall/wrappers/mach_absolute_time.s`).
const SHIFT_MASK: u32 = 0x1f;

/// What the kernel of amd64 keeps for programs: nanoseconds are
/// `(((tsc - tsc_base) << shift) * scale >> 32) + ns_base`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NanoTime {
    pub(crate) tsc_base: u64,
    pub(crate) scale: u32,
    pub(crate) shift: u32,
    pub(crate) ns_base: u64,
}

impl NanoTime {
    /// The nanoseconds at a time-stamp counter.
    #[inline]
    pub(crate) const fn nanoseconds(&self, tsc: u64) -> u64 {
        let since = tsc.wrapping_sub(self.tsc_base) << (self.shift & SHIFT_MASK);
        let scaled = (since as u128 * self.scale as u128) >> 32;
        (scaled as u64).wrapping_add(self.ns_base)
    }
}

/// How often [`nanotime`] looks before it gives up.
const TRIES: u32 = 10_000;

/// The time by [`NanoTime`] and the counter. The kernel sets the generation to 0, changes the numbers,
/// and sets it to another: they count only if it was the same before and after, and not 0. `None` when
/// that is not so for long.
#[inline]
pub(crate) fn nanotime(
    generation: impl Fn() -> u32,
    numbers: impl Fn() -> NanoTime,
    tsc: impl Fn() -> u64,
) -> Option<u64> {
    for _ in 0..TRIES {
        let before = generation();
        if before != 0 {
            let tsc = tsc();
            let time = numbers().nanoseconds(tsc);
            if generation() == before {
                return Some(time);
            }
        }
        core::hint::spin_loop();
    }
    None
}

#[cfg(test)]
mod tests {
    use core::cell::Cell;

    use super::*;

    #[test]
    fn nanotime_is_that_of_the_kernel() {
        // 2.5 GHz: 0.4 ns a tick, as a 32-bit fraction.
        let numbers = NanoTime {
            tsc_base: 1_000,
            scale: 1_717_986_918,
            shift: 0,
            ns_base: 5_000_000_000,
        };
        assert_eq!(numbers.nanoseconds(1_000), 5_000_000_000);
        assert_eq!(numbers.nanoseconds(1_000 + 2_500_000_000), 5_999_999_999);
        // A long time, whose product has more than 64 bits.
        let year = 365 * 86_400 * 2_500_000_000_u64;
        let late = numbers.nanoseconds(1_000 + year) - 5_000_000_000;
        assert!(
            (31_535_999_000_000_000..=31_536_000_000_000_000).contains(&late),
            "{late}"
        );
        // Old kernels wrote 32 and meant no shift; a slow processor has one.
        assert_eq!(
            NanoTime {
                shift: 32,
                ..numbers
            }
            .nanoseconds(3_500),
            numbers.nanoseconds(3_500)
        );
        assert_eq!(
            NanoTime {
                shift: 1,
                ..numbers
            }
            .nanoseconds(1_010),
            5_000_000_007
        );
    }

    #[test]
    fn numbers_of_two_generations_do_not_count() {
        let numbers = |ns_base| NanoTime {
            tsc_base: 0,
            scale: 0,
            shift: 0,
            ns_base,
        };
        let now = Cell::new(0_u32);
        let generation = || {
            now.set(now.get() + 1);
            // Being changed, changed while it is read, then at rest.
            [0, 7, 8, 9, 9][now.get() as usize - 1]
        };
        assert_eq!(
            nanotime(generation, || numbers(42 + u64::from(now.get())), || 0),
            Some(46)
        );
        assert_eq!(nanotime(|| 0, || numbers(1), || 0), None);
        let odd = Cell::new(1);
        let restless = || odd.replace(odd.get() + 1);
        assert_eq!(nanotime(restless, || numbers(1), || 0), None);
    }
}
