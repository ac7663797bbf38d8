//! How an operation waits: the kernel does it, and the deadline holds.
//!
//! Linux delays the end of a ppoll by 0.1 % of its time-out, in a process that is nice by 0.5 %
//! (`select_estimate_accuracy` in fs/select.c): a millisecond in a second. So a long wait takes
//! two steps: first what remains less 1/128 and 200 µs, then the rest. A short one does not need
//! that. Each begins by reading the clock: what the kernel writes back as remaining leaves out the
//! time that the handler of a signal takes.

use core::time::Duration;

use crate::abi::Kernel;
use crate::time::Limit;
use crate::{Abi, Backend, Deadline, Error, Instant, PollEvents, PollFd, Result};

/// The longest wait, in nanoseconds, whose delay is the least that a timer has anyway: 0.1 % of
/// it is 50 µs, the default slack of a thread's timers (PR_SET_TIMERSLACK).
const ONE_STEP: u64 = 50_000_000;

/// Waits until at least one of the descriptors is ready or the deadline passes, and returns how
/// many are: 0 means that the deadline has passed. What each is ready for is its
/// [`revents`](PollFd::revents).
///
/// Calls ppoll(2) at least once, also under a deadline that has passed; goes on after a signal.
///
/// # Errors
/// `InvalidInput`: more descriptors than RLIMIT_NOFILE. `OutOfMemory`.
pub fn poll<B: Backend>(
    backend: &B,
    fds: &mut [B::PollFd<'_>],
    deadline: Deadline,
) -> Result<usize, B> {
    match deadline.limit() {
        Limit::Never => poll_without_limit(backend, fds),
        mut limit => {
            let left = start(backend, &mut limit);
            poll_within(backend, fds, limit, left)
        }
    }
}

/// What remains of a deadline while one operation waits, perhaps several times.
pub(crate) struct Wait {
    limit: Limit,
    spins: u32,
    /// Why the last wait ended, where that may be no reason to try again: events, in a word, so
    /// that they come back from a function in registers.
    futile: usize,
}

impl Wait {
    #[inline(always)]
    pub(crate) fn new(deadline: Deadline) -> Self {
        Wait {
            limit: deadline.limit(),
            spins: deadline.spins(),
            futile: 0,
        }
    }

    /// Whether the operation may be tried once more before the first wait.
    #[inline(always)]
    pub(crate) fn spins(&self) -> bool {
        self.spins != 0
    }

    /// Whether the operation is to be tried once more before the first wait.
    #[inline(always)]
    pub(crate) fn spin<B: Backend>(&mut self, backend: &B) -> bool {
        if self.spins == 0 || self.begin(backend) == Some(0) {
            return false;
        }
        self.spins -= 1;
        core::hint::spin_loop();
        true
    }

    /// The operation would block: returns when it is worth trying again, or fails because the
    /// deadline has passed.
    ///
    /// Inlined to where the deadline is known, and the limit passed by value: a program that waits
    /// without a limit then has no clock in it.
    #[inline(always)]
    pub(crate) fn ready<B: Backend>(
        &mut self,
        backend: &B,
        fd: &B::Fd,
        events: PollEvents,
    ) -> Result<(), B> {
        if self.spin(backend) {
            return Ok(());
        }
        let fd = B::PollFd::new(fd, events);
        match self.limit {
            Limit::Never => self.futile = ready_without_limit(backend, fd, self.futile)?,
            limit => (self.limit, self.futile) = ready_within(backend, fd, self.futile, limit)?,
        }
        Ok(())
    }

    /// The operation would block, and no event tells when it is worth trying again: returns a little
    /// later, or fails because the deadline has passed. The last try is made after that.
    pub(crate) fn nap<B: Backend>(&mut self, backend: &B) -> Result<(), B> {
        if self.spin(backend) {
            return Ok(());
        }
        match self.begin(backend) {
            Some(0) => Err(Error::DEADLINE),
            left => {
                let nap = Duration::from_nanos(left.unwrap_or(NAP).min(NAP));
                poll(backend, &mut [], Deadline::after(nap)).map(drop)
            }
        }
    }

    /// The nanoseconds that remain, `None` for no limit. Reads the clock when the limit is a
    /// point of it.
    pub(crate) fn left<B: Backend>(&self, backend: &B) -> Option<u64> {
        left(backend, self.limit)
    }

    /// Turns a relative limit into a point of the clock, so that nothing that happens between two
    /// waits, and no delay of a wait, is lost; returns the nanoseconds that remain. Reads the clock
    /// once, unless there is no limit.
    #[inline(always)]
    pub(crate) fn begin<B: Backend>(&mut self, backend: &B) -> Option<u64> {
        match self.limit {
            Limit::Never => None,
            Limit::After(left) => {
                self.limit = anchored(backend, left);
                Some(left)
            }
            limit => left(backend, limit),
        }
    }

    /// [`begin`](Self::begin) for what does not ask how much remains: the clock is not read where the
    /// limit is a point of it already.
    #[inline(always)]
    pub(crate) fn anchor<B: Backend>(&mut self, backend: &B) {
        if let Limit::After(left) = self.limit {
            self.limit = anchored(backend, left);
        }
    }
}

fn left<B: Backend>(backend: &B, limit: Limit) -> Option<u64> {
    match limit {
        Limit::Never => None,
        Limit::At(end) => Some(end.as_nanos().saturating_sub(now(backend))),
        Limit::After(left) => Some(left),
    }
}

fn anchored<B: Backend>(backend: &B, left: u64) -> Limit {
    Limit::At(Instant::from_nanos(now(backend).saturating_add(left)))
}

/// Out of line: whoever waits should not carry the clock about, least of all on the way past it.
#[inline(never)]
fn now<B: Backend>(backend: &B) -> u64 {
    backend.now().as_nanos()
}

#[inline(never)]
fn ready_within<B: Backend>(
    backend: &B,
    fd: B::PollFd<'_>,
    before: usize,
    mut limit: Limit,
) -> Result<(Limit, usize), B> {
    let left = start(backend, &mut limit);
    if left == 0 {
        return Err(Error::DEADLINE);
    }
    let mut fds = [fd];
    match poll_within(backend, &mut fds, limit, left)? {
        0 => Err(Error::DEADLINE),
        _ => Ok((limit, futile(before, fds[0].revents())?)),
    }
}

#[inline(never)]
fn ready_without_limit<B: Backend>(
    backend: &B,
    fd: B::PollFd<'_>,
    before: usize,
) -> Result<usize, B> {
    let mut fds = [fd];
    poll_without_limit(backend, &mut fds)?;
    futile(before, fds[0].revents())
}

/// What of the events that ended a wait may go on for ever while the operation would block all the
/// same. After a wait `before` that ended so, too, it is an error, lest waiting be a loop of tries.
#[inline]
fn futile<A: Abi>(before: usize, revents: PollEvents) -> core::result::Result<usize, Error<A>> {
    // An error that the operation did not take is none of the socket's: the error queue has
    // something, recvmsg(2). A datagram socket that has shut its receiving direction down is
    // always readable (`datagram_poll` in net/core/datagram.c).
    let futile = match revents {
        PollEvents::ERR => revents,
        _ => revents & PollEvents::RDHUP,
    };
    let word = usize::from(futile.bits());
    if word != before || word == 0 {
        return Ok(word);
    }
    Err(match futile {
        PollEvents::ERR => Error::ERROR_QUEUE,
        _ => Error::UNEXPECTED_END,
    })
}

fn poll_without_limit<B: Backend>(backend: &B, fds: &mut [B::PollFd<'_>]) -> Result<usize, B> {
    loop {
        match backend.poll(fds, None) {
            Err(error) if error == Error::INTERRUPTED => {}
            done => return done,
        }
    }
}

/// What remains of a limit where a wait begins; the limit becomes a point of the clock.
fn start<B: Backend>(backend: &B, limit: &mut Limit) -> u64 {
    match *limit {
        Limit::After(left @ 1..) => {
            *limit = anchored(backend, left);
            left
        }
        limit => left(backend, limit).unwrap_or(u64::MAX),
    }
}

/// `left` is what remains of `limit` now.
fn poll_within<B: Backend>(
    backend: &B,
    fds: &mut [B::PollFd<'_>],
    limit: Limit,
    mut left: u64,
) -> Result<usize, B> {
    loop {
        let mut step = first_step::<B::Abi>(left);
        let last_step = step == left;
        match backend.poll(fds, Some(&mut step)) {
            Ok(0) if !last_step => {}
            Err(error) if error == Error::INTERRUPTED => {}
            done => return done,
        }
        left = self::left(backend, limit).unwrap_or(u64::MAX);
    }
}

/// What the kernel's timer of a socket may be late by, in nanoseconds, beside an eighth: two ticks,
/// of 10 ms at the most.
pub(crate) const COARSE: u64 = 24_000_000;

/// How long to sleep before another try, in nanoseconds, where there is no event to wait for.
pub(crate) const NAP: u64 = 3_000_000;

/// The longest SO_RCVTIMEO or SO_SNDTIMEO that surely ends before `left` nanoseconds have passed;
/// `None` when none does that is worth setting. (One of less than a microsecond would be none at
/// all.)
pub(crate) fn floor(left: u64) -> Option<u64> {
    let floor = left.saturating_sub(left / 7 + COARSE);
    (floor >= 1_000_000).then_some(floor)
}

/// How much of `left` to wait for in one call.
fn first_step<A: Abi>(left: u64) -> u64 {
    match (A::KERNEL, left) {
        (Kernel::Linux, ..=ONE_STEP) | (_, ..=SHORT) => left,
        (Kernel::Linux, _) => left - left / 128 - 200_000,
        (_, ..=LONG) => left - left / 8,
        _ => left - left / 8 - 2 * TICK,
    }
}

/// FreeBSD ends a ppoll up to a sixteenth late (`kern_poll` in sys/kern/sys_generic.c with
/// `kern.timecounter.alloweddeviation`), and a long one by up to two ticks of its clock besides, of 10 ms
/// in a virtual machine. A wait of 10 ms may then be late by less than a millisecond. Darwin is taken to
/// be no better.
const SHORT: u64 = 10_000_000;
const LONG: u64 = 100_000_000;
const TICK: u64 = 10_000_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::{FreeBsd, Linux};

    #[test]
    fn two_steps_leave_more_than_the_delay_of_the_first() {
        for left in [
            ONE_STEP + 1,
            100_000_000,
            1_000_000_000,
            3_600_000_000_000,
            u64::MAX,
        ] {
            let step = first_step::<Linux>(left);
            assert!(step < left);
            assert!(left - step > step / 200, "{left}");
            let step = first_step::<FreeBsd>(left);
            assert!(step < left);
            assert!(left - step > step / 16, "{left}");
        }
        assert_eq!(first_step::<Linux>(ONE_STEP), ONE_STEP);
        assert_eq!(first_step::<FreeBsd>(SHORT), SHORT);
        assert_eq!(first_step::<Linux>(0), 0);
    }

    #[test]
    fn a_floor_ends_before_the_deadline_and_is_never_none_by_accident() {
        for left in (0..200_000_000)
            .step_by(997)
            .chain([u64::MAX, 3_600_000_000_000])
        {
            if let Some(floor) = floor(left) {
                assert!(floor >= 1_000_000);
                assert!(floor + floor / 8 + 20_000_000 <= left, "{left}");
            }
        }
        assert_eq!(floor(28_000_100), None);
        assert!(floor(60_000_000).is_some());
    }
}
