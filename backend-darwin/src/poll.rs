//! poll(2), and a kqueue(2) for what it is too coarse for.

use core::mem::MaybeUninit;

use sock_raw::bsd::Calls;
use sock_raw::bsd::kqueue::RawEvent;
use sock_raw::bsd::numbers::{EV_ADD, EVFILT_READ, EVFILT_WRITE, POLLIN, POLLOUT};
use sock_raw::layout::{pollfd, timespec};
use sock_raw::register::Arg;

use crate::layout::kevent;
use crate::wait::{LAST, MILLISECOND, wait};
use crate::{Darwin, Error, OwnedFd, PollFd, Result, call, clock};

/// What poll(2) takes for a wait without an end.
const FOR_EVER: i32 = -1;

/// Waits as [`Backend::poll`](sock_core::Backend::poll) asks.
pub(crate) fn poll(fds: &mut [PollFd<'_>], left: Option<&mut u64>) -> Result<usize> {
    let Some(left) = left else {
        return coarse(fds, FOR_EVER);
    };
    // Both ways to wait need the descriptors, one after the other.
    let fds = core::cell::RefCell::new(fds);
    wait(
        left,
        clock::monotonic,
        |milliseconds| coarse(&mut fds.borrow_mut(), milliseconds),
        |nanoseconds| fine(&mut fds.borrow_mut(), nanoseconds),
    )
}

/// poll(2).
fn coarse(fds: &mut [PollFd<'_>], milliseconds: i32) -> Result<usize> {
    let len = Arg::word(fds.len());
    // SAFETY: poll(2) writes to `fds`, a slice of `struct pollfd` that is borrowed mutably.
    unsafe { call::poll(Arg::from_mut(fds), len, Arg::int(milliseconds)) }.count::<Darwin>()
}

/// Waits less than two milliseconds. What is ready tells poll(2) afterwards, so that there is one way to
/// tell it.
#[inline(never)]
fn fine(fds: &mut [PollFd<'_>], nanoseconds: u64) -> Result<usize> {
    // Anything else poll(2) waits for in a way that a program cannot.
    if fds
        .iter()
        .any(|fd| fd.raw().events & !(POLLIN | POLLOUT) != 0)
    {
        return coarse(fds, rounded_up(nanoseconds));
    }
    match wait_in_kqueue(fds, nanoseconds) {
        Ok(()) => coarse(fds, 0),
        Err(Error::INTERRUPTED) => Err(Error::INTERRUPTED),
        // No kqueue is to be had.
        Err(_) => coarse(fds, rounded_up(nanoseconds)),
    }
}

/// For what is less than two milliseconds, where only poll(2) is left to wait for it.
fn rounded_up(nanoseconds: u64) -> i32 {
    if nanoseconds > MILLISECOND { LAST } else { 1 }
}

/// How many events are registered by one call.
const BATCH: usize = 16;

/// Waits in a kqueue of its own until a descriptor is ready or the time has passed.
fn wait_in_kqueue(fds: &[PollFd<'_>], nanoseconds: u64) -> Result<()> {
    // SAFETY: kqueue(2) makes a descriptor and touches no memory. It is close-on-exec from birth
    // (`kqueue_internal` in bsd/kern/kern_event.c).
    let queue: OwnedFd = unsafe { Darwin::kqueue().descriptor::<Darwin>() }?;
    let mut batch = [const { MaybeUninit::<kevent>::uninit() }; BATCH];
    let mut len = 0;
    for event in fds.iter().flat_map(|fd| events(fd.raw())) {
        if len == BATCH {
            kevent(&queue, &batch, len, None)?;
            len = 0;
        }
        if let Some(place) = batch.get_mut(len) {
            place.write(event);
            len += 1;
        }
    }
    kevent(&queue, &batch, len, Some(nanoseconds))
}

/// The events of a kqueue that poll(2) itself would wait for (`poll_nocancel` in
/// bsd/kern/sys_generic.c).
fn events(fd: &pollfd) -> impl Iterator<Item = kevent> {
    let event = |filter| kevent::new(fd.fd as usize, filter, EV_ADD, 0);
    let read = (fd.events & POLLIN != 0).then(|| event(EVFILT_READ));
    let write = (fd.events & POLLOUT != 0).then(|| event(EVFILT_WRITE));
    read.into_iter().chain(write)
}

/// kevent(2): registers the first `len` of `batch`, and with a time waits for one event.
fn kevent(
    queue: &OwnedFd,
    batch: &[MaybeUninit<kevent>; BATCH],
    len: usize,
    nanoseconds: Option<u64>,
) -> Result<()> {
    let mut event = MaybeUninit::<kevent>::uninit();
    let time_out = timespec {
        tv_sec: 0,
        tv_nsec: nanoseconds.unwrap_or(0) as i64,
    };
    let room = usize::from(nanoseconds.is_some());
    // SAFETY: kevent(2) reads `len` changes, which have been written, and one `struct timespec`, both
    // borrowed, and writes at most one event to memory that is borrowed mutably.
    unsafe {
        Darwin::kevent(
            queue.arg(),
            Arg::from_ref(batch),
            Arg::word(len),
            Arg::from_mut(&mut event),
            Arg::word(room),
            Arg::from_ref(&time_out),
        )
    }
    .unit::<Darwin>()
}
