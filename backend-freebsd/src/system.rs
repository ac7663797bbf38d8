//! FreeBSD as a [`System`].

use core::num::NonZeroU32;

use sock_core::{Instant, abi};
use sock_raw::bsd::System;
use sock_raw::layout::timespec;
use sock_raw::register::{Arg, Nr};

use crate::arch::syscall4;
use crate::layout::kevent;
use crate::numbers::{POLLRDBAND, POLLRDHUP, SOCK_CLOEXEC, SOCK_NONBLOCK, SYS_accept4, SYS_ppoll};
use crate::{OwnedFd, PollFd, Result, clock, interface};

/// The running FreeBSD kernel, by raw system calls.
///
/// A value without content: copies are free, and `FreeBsd` can be written wherever a backend is
/// asked for.
///
/// Of what [`sock_core`] names it lacks the flags `CONFIRM`, `MORE` and `ERRQUEUE`, which are
/// [`NOT_SUPPORTED`](sock_core::Error::NOT_SUPPORTED). `RDHUP` came with FreeBSD 13. The length
/// of an address that is reported with a message is never more than the room for it, so that one that was
/// cut does not show there (`kern_recvit` in sys/kern/uipc_syscalls.c); accept(2), getsockname(2) and
/// getpeername(2) report the whole length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct FreeBsd;

sock_raw::bsd_raw_calls! { FreeBsd, sigwait = SYS_sigwait }
sock_raw::bsd_backend! { FreeBsd, abi::FreeBsd }

impl System for FreeBsd {
    type Event = kevent;

    const BORN: i32 = SOCK_CLOEXEC | SOCK_NONBLOCK;
    const SEND_FLAGS: i32 = abi::freebsd::MSG_NOSIGNAL;
    const RECVMSG_FLAGS: i32 = abi::freebsd::MSG_CMSG_CLOEXEC;
    const POLLRDHUP: Option<i16> = Some(POLLRDHUP);
    // A socket of TCP or UDP that is asked for nothing wakes nobody (`sopoll_generic` in
    // sys/kern/uipc_socket.c). Asked for this it does; it is so itself only at urgent data.
    const POLL_NOTHING: i16 = POLLRDBAND;
    // `_ALIGN` of sys/_align.h: that of the widest register.
    const CONTROL_ALIGN: usize = size_of::<usize>();
    // The kernel keeps a pointer for each until they are received, all in one cluster of 2,048 bytes
    // (MCLBYTES), behind the header (`unp_internalize` in sys/kern/uipc_usrreq.c).
    const MAX_DESCRIPTORS: usize = 254;

    #[inline(always)]
    fn born(fd: OwnedFd) -> Result<OwnedFd> {
        Ok(fd)
    }

    #[inline(always)]
    unsafe fn accept(fd: &OwnedFd, addr: Arg<'_>, len: Arg<'_>) -> Result<OwnedFd> {
        // SAFETY: accept4(2) writes the address and its length where the caller allows, and makes a
        // descriptor.
        unsafe {
            syscall4(
                Nr::new(SYS_accept4),
                fd.arg(),
                addr,
                len,
                Arg::int(Self::BORN),
            )
            .descriptor::<FreeBsd>()
        }
    }

    #[inline(always)]
    fn received(_: &OwnedFd) {}

    /// ppoll(2), which does not write back what remains: that is read off the clock.
    fn poll(fds: &mut [PollFd<'_>], left: Option<&mut u64>) -> Result<usize> {
        let left = match left {
            None => return ppoll(fds, None),
            Some(0) => return ppoll(fds, Some(&clock::span(0))),
            Some(left) => left,
        };
        let end = clock::monotonic().saturating_add(*left);
        // The kernel counts in units of 2^-32 seconds and rounds down (`tstosbt` in sys/sys/time.h).
        let ready = ppoll(fds, Some(&clock::span(left.saturating_add(1))));
        *left = match ready {
            Ok(0) => 0,
            _ => end.saturating_sub(clock::monotonic()),
        };
        ready
    }

    #[inline]
    fn now() -> Instant {
        Instant::from_nanos(clock::monotonic())
    }

    fn interface_index(name: &[u8]) -> Result<NonZeroU32> {
        interface::index(name)
    }
}

/// ppoll(2) without a signal mask.
fn ppoll(fds: &mut [PollFd<'_>], time_out: Option<&timespec>) -> Result<usize> {
    let fds_len = fds.len();
    // SAFETY: ppoll(2) writes to `fds`, a slice of `struct pollfd` that is borrowed mutably, and
    // reads the time-out, if there is one.
    unsafe {
        syscall4(
            Nr::new(SYS_ppoll),
            Arg::from_mut(fds),
            Arg::word(fds_len),
            time_out.map_or(Arg::null(), Arg::from_ref),
            Arg::null(),
        )
    }
    .count::<FreeBsd>()
}
