//! What Darwin does in a way of its own.

use core::num::NonZeroU32;

use sock_core::abi::darwin::{MSG_DONTWAIT, MSG_NOSIGNAL, SO_NOSIGPIPE, SOL_SOCKET};
use sock_core::{Instant, abi};
use sock_raw::bsd::numbers::{F_SETFD, FD_CLOEXEC, POLLHUP};
use sock_raw::bsd::{Calls, System, socket};
use sock_raw::register::Arg;

use crate::layout::{kevent, so_np_extensions};
use crate::numbers::{MSG_NBIO, SO_NP_EXTENSIONS, SONPX_SETOPTSHUT};
use crate::{Error, OwnedFd, PollFd, Result, call, clock, interface, poll};

/// The running Darwin kernel, by raw system calls or through libSystem
/// ([which](crate#raw-or-through-libsystem)).
///
/// A value without content: copies are free, and `Darwin` can be written wherever a backend is
/// asked for.
///
/// # Waiting
///
/// [`poll`](sock_core::Backend::poll) makes a poll(2) for most of the time, which counts milliseconds and
/// ends up to one late, and for the last one to two of them a kevent(2) on a kqueue(2) made for that;
/// where none can be had, and for `PRI`, they are rounded up. A wait is never shorter than asked for.
///
/// poll(2) of Darwin is a kqueue underneath (`poll_nocancel` in bsd/kern/sys_generic.c), which shows:
///
/// - There is no `POLLRDHUP`, and an event asked for by that name is left out: the end of a stream is
///   `IN` with `HUP`.
/// - `HUP` comes when the peer has closed its sending direction, if `IN` or `PRI` was asked for, and
///   then `OUT` does not come with it. Who asks for `OUT` alone gets it.
/// - `PRI` is not told: what poll(2) registers for it the sockets of late kernels do not look at
///   (`filt_soread_common` in bsd/kern/uipc_socket.c). Urgent data can be received all the same.
/// - A wait for no event notices the end or a reset of a socket only if there is nothing to receive when
///   it comes: data that waits, or comes first, uses up what the kernel watches with, and the rest of
///   the wait notices nothing. Who wants to know asks for `IN`.
/// - A descriptor that a kqueue does not take is `NVAL`: that is so of some devices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Darwin;

sock_raw::bsd_backend!(Darwin, abi::Darwin);

impl System for Darwin {
    type Event = kevent;

    const BORN: i32 = 0;
    const SEND_FLAGS: i32 = MSG_NOSIGNAL;
    /// `MSG_DONTWAIT` alone keeps a send only from waiting for the socket's lock; from waiting for room
    /// does `MSG_NBIO` (`SBLOCKWAIT` and `sosendcheck` in bsd/kern/uipc_socket.c).
    const SEND_DONTWAIT: i32 = MSG_DONTWAIT | MSG_NBIO;
    const RECVMSG_FLAGS: i32 = 0;
    /// `soreceive_ctl` in bsd/kern/uipc_socket.c opens them before it is known whether there is room, and
    /// `copyout_control` in bsd/kern/uipc_syscalls.c closes none of what it cuts.
    const OPENS_WHAT_DOES_NOT_FIT: bool = true;
    const POLLRDHUP: Option<i16> = None;
    /// What is asked for nothing watches nothing (`poll_nocancel` in bsd/kern/sys_generic.c). This watches
    /// for something to receive, once, and of that tells only the end.
    const POLL_NOTHING: i16 = POLLHUP;
    /// `__DARWIN_ALIGN32` of sys/_types.h, on both architectures.
    const CONTROL_ALIGN: usize = 4;
    /// As many as fit a cluster of the kernel's memory when each has become a pointer, `sockargs` in
    /// bsd/kern/uipc_syscalls.c; one more is `EINVAL`.
    const MAX_DESCRIPTORS: usize = 254;

    fn born(fd: OwnedFd) -> Result<OwnedFd> {
        close_on_exec(&fd)?;
        socket::set_nonblocking(&fd, true)?;
        raise_no_signal(&fd)?;
        take_options_to_the_end(&fd)?;
        Ok(fd)
    }

    unsafe fn accept(fd: &OwnedFd, addr: Arg<'_>, len: Arg<'_>) -> Result<OwnedFd> {
        // SAFETY: accept(2) makes a descriptor for its caller and writes the address and its length,
        // as the caller allows.
        let accepted = unsafe { call::accept(fd.arg(), addr, len).descriptor::<Darwin>() }?;
        close_on_exec(&accepted)?;
        // It has the mode of the listener, which the kernel copies (`accept_nocancel` in
        // bsd/kern/uipc_syscalls.c) and anybody may have changed.
        socket::set_nonblocking(&accepted, true)?;
        match raise_no_signal(&accepted) {
            // The peer has gone already, of a connection from a listener that was adopted. The kernel
            // sets no option then.
            Err(error) if error == Error::INVALID => {}
            set => set?,
        }
        Ok(accepted)
    }

    fn received(fd: &OwnedFd) {
        // It fails for a descriptor that is not open, and this one is.
        let _ = close_on_exec(fd);
    }

    fn poll(fds: &mut [PollFd<'_>], left: Option<&mut u64>) -> Result<usize> {
        poll::poll(fds, left)
    }

    #[inline]
    fn now() -> Instant {
        Instant::from_nanos(clock::monotonic())
    }

    fn interface_index(name: &[u8]) -> Result<NonZeroU32> {
        interface::index(name)
    }
}

/// fcntl(2) `F_SETFD`.
fn close_on_exec(fd: &OwnedFd) -> Result<()> {
    // SAFETY: F_SETFD takes an `int` and touches no memory.
    unsafe { Darwin::fcntl(fd.arg(), Arg::int(F_SETFD), Arg::int(FD_CLOEXEC)) }.unit::<Darwin>()
}

/// `SO_NOSIGPIPE`.
fn raise_no_signal(fd: &OwnedFd) -> Result<()> {
    let on = 1_i32.to_ne_bytes();
    // SAFETY: the value of SO_NOSIGPIPE is an `int` that holds no address, sys/socket.h.
    unsafe { socket::setsockopt_raw(fd, SOL_SOCKET, SO_NOSIGPIPE, &on) }
}

/// `SO_NP_EXTENSIONS`: without it the kernel refuses every option once both directions of a socket are
/// closed, and so when the peer has gone (`sosetoptlock` in bsd/kern/uipc_socket.c). Then a time-out
/// could not be set for the receive that tells the end. Connections that are accepted get it, and
/// SO_NOSIGPIPE, from their listener (`sonewconn_internal` in bsd/kern/uipc_socket2.c).
fn take_options_to_the_end(fd: &OwnedFd) -> Result<()> {
    let set = so_np_extensions {
        npx_flags: SONPX_SETOPTSHUT,
        npx_mask: SONPX_SETOPTSHUT,
    };
    // SAFETY: setsockopt(2) reads one `struct so_np_extensions`, which is borrowed and holds no
    // address.
    unsafe {
        Darwin::setsockopt(
            fd.arg(),
            Arg::int(SOL_SOCKET),
            Arg::int(SO_NP_EXTENSIONS),
            Arg::from_ref(&set),
            Arg::word(size_of_val(&set)),
        )
    }
    .unit::<Darwin>()
}
