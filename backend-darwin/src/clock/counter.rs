//! A time that is made of a counter of the processor and an offset of the kernel's.

/// A counter and the offset that makes a time of it. The kernel changes the offset when the machine
/// has slept, so it is read before and after the counter until both are the same.
#[inline]
pub(crate) fn offset_counter(offset: impl Fn() -> u64, counter: impl Fn() -> u64) -> u64 {
    loop {
        let before = offset();
        let ticks = counter();
        if offset() == before {
            return ticks.wrapping_add(before);
        }
    }
}

#[cfg(test)]
mod tests {
    use core::cell::Cell;

    use super::*;

    #[test]
    fn an_offset_that_changes_is_read_again() {
        let offsets = Cell::new([100, 500, 500, 500].into_iter());
        let reads = Cell::new(0);
        let offset = || {
            reads.set(reads.get() + 1);
            let mut left = offsets.take();
            let next = left.next().unwrap();
            offsets.set(left);
            next
        };
        assert_eq!(offset_counter(offset, || 7), 507);
        assert_eq!(reads.get(), 4);
        assert_eq!(offset_counter(|| u64::MAX, || 3), 2);
    }
}
