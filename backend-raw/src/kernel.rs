//! What the types of this crate must know of a kernel.

use core::fmt::Debug;
use core::hash::Hash;

use sock_core::{Abi, PollEvents};

use crate::{OwnedFd, RawFd, Result};

/// A kernel whose descriptors are numbers.
pub trait Kernel: Copy + Debug + Default + Eq + Hash + Send + Sync + Unpin + 'static {
    /// Its numbers and layouts.
    type Abi: Abi;

    /// close(2). The number is free afterwards whatever the call answers, so an error changes
    /// nothing, and `EINTR` must not be tried again.
    ///
    /// # Safety
    ///
    /// `fd` must belong to the caller, and nobody may use it afterwards.
    unsafe fn close(fd: RawFd);

    /// Whether the open file is non-blocking, fcntl(2) `F_GETFL`.
    ///
    /// # Errors
    /// None that is to be expected.
    fn is_nonblocking(fd: &OwnedFd<Self>) -> Result<bool, Self>;

    /// The bits of poll(2) that stand for these events.
    fn poll_bits(events: PollEvents) -> i16;

    /// The events that these bits of poll(2) stand for.
    fn poll_events(bits: i16) -> PollEvents;
}
