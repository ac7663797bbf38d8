//! How a wait is cut up, apart from the calls that make it.
//!
//! poll(2) of Darwin counts milliseconds. And it ends late, as all waits in the kernel do: by an eighth
//! of the time, a millisecond at the most (`timer_coalesce_kt_shift` and `timer_coalesce_kt_ns_max` in
//! osfmk/arm/arm_timer.c and osfmk/i386/i386_timer.c). So it stops short of the end by one to two
//! milliseconds, and these are waited for apart: late by 0.25 ms at the most.

use crate::Result;

/// Nanoseconds of a millisecond.
pub(crate) const MILLISECOND: u64 = 1_000_000;

/// Fewer milliseconds than so many are waited for apart.
pub(crate) const LAST: i32 = 2;

/// What poll(2) is told so that it does not wait.
const AT_ONCE: i32 = 0;

/// Waits at most `left` nanoseconds, never less when nothing is ready, and leaves in `left` what
/// remains, also after an error: most of it by `coarse`, which takes milliseconds, and the last one to
/// two by `fine`, which takes nanoseconds. Either may return early with 0. What remains is told
/// by the clock, since no call of Darwin tells it.
pub(crate) fn wait(
    left: &mut u64,
    now: impl Fn() -> u64,
    mut coarse: impl FnMut(i32) -> Result<usize>,
    mut fine: impl FnMut(u64) -> Result<usize>,
) -> Result<usize> {
    if *left == 0 {
        return coarse(AT_ONCE);
    }
    let end = now().saturating_add(*left);
    loop {
        let whole = i32::try_from(*left / MILLISECOND).unwrap_or(i32::MAX);
        let ready = if whole < LAST {
            fine(*left)
        } else {
            coarse(whole - 1)
        };
        *left = end.saturating_sub(now());
        match ready {
            Ok(0) if *left > 0 => {}
            done => return done,
        }
    }
}

#[cfg(test)]
mod tests {
    use core::cell::Cell;

    use super::*;
    use crate::Error;

    /// A clock, and calls that wait as long as they are told, the coarse ones longer by what the case
    /// says.
    struct Fake {
        now: Cell<u64>,
        coarse: Cell<u32>,
        fine: Cell<u32>,
    }

    impl Fake {
        const fn new() -> Self {
            Fake {
                now: Cell::new(77),
                coarse: Cell::new(0),
                fine: Cell::new(0),
            }
        }

        fn wait(&self, left: &mut u64, late: i64) -> Result<usize> {
            let pass = |time: u64| self.now.set(self.now.get().saturating_add(time));
            wait(
                left,
                || self.now.get(),
                |milliseconds| {
                    self.coarse.set(self.coarse.get() + 1);
                    assert!(milliseconds > 0);
                    pass((milliseconds as u64 * MILLISECOND).saturating_add_signed(late));
                    Ok(0)
                },
                |nanoseconds| {
                    self.fine.set(self.fine.get() + 1);
                    assert!((1..2 * MILLISECOND).contains(&nanoseconds));
                    pass(nanoseconds);
                    Ok(0)
                },
            )
        }
    }

    #[test]
    fn all_of_it_passes_and_no_more_calls_than_two_are_made() {
        for (span, coarse, fine) in [
            (1, 0, 1),
            (999_999, 0, 1),
            (1_999_999, 0, 1),
            (2_000_000, 1, 1),
            (50_000_000, 1, 1),
            (1_234_567_890, 1, 1),
        ] {
            let fake = Fake::new();
            let mut left = span;
            assert_eq!(fake.wait(&mut left, 0), Ok(0));
            assert_eq!((fake.now.get() - 77, left), (span, 0));
            assert_eq!(
                (fake.coarse.get(), fake.fine.get()),
                (coarse, fine),
                "{span}"
            );
        }
    }

    #[test]
    fn a_call_that_ends_late_or_early_is_made_up_for() {
        for late in [1_000_000, 999_999, 1, -1, -10] {
            let fake = Fake::new();
            let mut left = 5 * MILLISECOND;
            assert_eq!(fake.wait(&mut left, late), Ok(0));
            assert_eq!((fake.now.get() - 77, left), (5 * MILLISECOND, 0), "{late}");
        }
    }

    #[test]
    fn longer_than_poll_can_count() {
        let fake = Fake::new();
        let mut left = u64::from(i32::MAX.unsigned_abs()) * MILLISECOND * 2 + 5;
        assert_eq!(fake.wait(&mut left, 0), Ok(0));
        assert_eq!((fake.coarse.get(), fake.fine.get(), left), (3, 1, 0));
    }

    #[test]
    fn nothing_to_wait_is_one_call_and_no_clock() {
        let mut left = 0;
        let asked = Cell::new(None);
        let coarse = |milliseconds| {
            asked.set(Some(milliseconds));
            Ok(3)
        };
        let ready = wait(&mut left, || unreachable!(), coarse, |_| unreachable!());
        assert_eq!((ready, asked.get()), (Ok(3), Some(0)));
    }

    #[test]
    fn an_interrupted_wait_says_what_remains() {
        let clock = Cell::new(0);
        let mut left = 10 * MILLISECOND;
        let interrupted = |_| {
            clock.set(clock.get() + 3 * MILLISECOND);
            Err(Error::INTERRUPTED)
        };
        let ready = wait(&mut left, || clock.get(), interrupted, |_| unreachable!());
        assert_eq!((ready, left), (Err(Error::INTERRUPTED), 7 * MILLISECOND));
    }
}
