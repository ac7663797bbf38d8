//! What one of the two systems does in a way of its own.

use core::num::NonZeroU32;

use sock_core::{Abi, Instant};

use super::Calls;
use super::kqueue::RawEvent;
use crate::register::Arg;
use crate::{Kernel, OwnedFd, PollFd, Result};

/// FreeBSD or Darwin.
///
/// Beside its [`Calls`]: constants that differ, and what the kernels do so differently that no
/// constant tells it. What has no default is what both must say.
pub trait System: Kernel + Calls {
    /// `struct kevent`.
    type Event: RawEvent;

    /// What goes into the type of a new socket: `SOCK_CLOEXEC` and `SOCK_NONBLOCK`, or nothing
    /// where the kernel has no such bits. Then [`born`](Self::born) does it.
    const BORN: i32;

    /// Flags of every send, so that it raises no signal: `MSG_NOSIGNAL`, where the kernel has it.
    const SEND_FLAGS: i32;

    /// What keeps a send from waiting, whatever the mode of the descriptor. (For a receive that is
    /// `MSG_DONTWAIT` on both.)
    const SEND_DONTWAIT: i32 = <Self::Abi as Abi>::MSG_DONTWAIT;

    /// Flags of every recvmsg(2), so that descriptors come close-on-exec: `MSG_CMSG_CLOEXEC`, where
    /// the kernel has it. Otherwise [`received`](Self::received) does it.
    const RECVMSG_FLAGS: i32;

    /// Whether the kernel opens the descriptors of a message even when there is no room to tell their
    /// numbers. They would stay open for good; so every receive brings room for all of them, and
    /// those that its caller has no room for are closed.
    const OPENS_WHAT_DOES_NOT_FIT: bool = false;

    /// `POLLRDHUP`, where the kernel has it.
    const POLLRDHUP: Option<i16>;

    /// What poll(2) is asked for when the caller asks for no event, so that it notices the end or an
    /// error of a socket, as far as the kernel can: an event that is none of [`PollEvents`](sock_core::PollEvents), or is always
    /// reported.
    const POLL_NOTHING: i16;

    /// What control messages and their data are aligned to, `_ALIGN` or `__DARWIN_ALIGN32`.
    const CONTROL_ALIGN: usize;

    /// The most descriptors that one message carries.
    const MAX_DESCRIPTORS: usize;

    /// Finishes a descriptor of socket(2) or socketpair(2): close-on-exec, non-blocking, and such
    /// that it raises no signal. On failure it is closed.
    ///
    /// # Errors
    /// The kernel's.
    fn born(fd: OwnedFd<Self>) -> Result<OwnedFd<Self>, Self>;

    /// Takes a connection: accept4(2), or accept(2) and what [`born`](Self::born) does.
    ///
    /// # Errors
    /// The kernel's.
    ///
    /// # Safety
    ///
    /// As for [`Calls`]: `addr` must be room of as many bytes as `len` points to, or both null.
    unsafe fn accept(
        fd: &OwnedFd<Self>,
        addr: Arg<'_>,
        len: Arg<'_>,
    ) -> Result<OwnedFd<Self>, Self>;

    /// Finishes a descriptor that came in a message, as [`born`](Self::born), right after the call
    /// that brought it. One that cannot be finished is handed out as it is.
    fn received(fd: &OwnedFd<Self>);

    /// Waits, as [`Backend::poll`](sock_core::Backend::poll) asks. `fds` ask for no event that the
    /// kernel does not have.
    ///
    /// # Errors
    /// Those of [`Backend::poll`](sock_core::Backend::poll).
    fn poll(fds: &mut [PollFd<'_, Self>], left: Option<&mut u64>) -> Result<usize, Self>;

    /// The monotonic clock.
    fn now() -> Instant;

    /// The index of the interface of that name, as
    /// [`Backend::interface_index`](sock_core::Backend::interface_index) asks.
    ///
    /// # Errors
    /// [`UNKNOWN_ZONE`](sock_core::Error::UNKNOWN_ZONE).
    fn interface_index(name: &[u8]) -> Result<NonZeroU32, Self>;
}
