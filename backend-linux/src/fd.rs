//! Descriptors of Linux.

use linux_raw_sys::general::{__NR_close, __NR_fcntl, F_GETFL, O_NONBLOCK};
use sock_core::{PollEvents, abi};
use sock_raw::Kernel;

use crate::arch::{Arg, Nr, syscall1_readonly, syscall2_readonly};
use crate::call::count;
use crate::{Linux, Result};

pub use sock_raw::{IoSlice, IoSliceMut, RawFd};

/// An open descriptor, closed when dropped.
pub type OwnedFd = sock_raw::OwnedFd<Linux>;

/// A descriptor to wait for, as `struct pollfd`.
pub type PollFd<'a> = sock_raw::PollFd<'a, Linux>;

impl Kernel for Linux {
    type Abi = abi::Linux;

    #[inline(always)]
    unsafe fn close(fd: RawFd) {
        // SAFETY: close(2) writes no memory of the program; the caller owns the descriptor and uses it
        // no more.
        let _ = unsafe { syscall1_readonly(Nr::new(__NR_close), Arg::fd(fd)) };
    }

    fn is_nonblocking(fd: &OwnedFd) -> Result<bool> {
        // SAFETY: F_GETFL takes no further argument and writes no memory of the program.
        let flags =
            count(unsafe { syscall2_readonly(Nr::new(__NR_fcntl), fd.arg(), Arg::uint(F_GETFL)) })?;
        Ok(flags & O_NONBLOCK as usize != 0)
    }

    // The core's bits are those of Linux.
    #[inline(always)]
    fn poll_bits(events: PollEvents) -> i16 {
        events.bits() as i16
    }

    #[inline(always)]
    fn poll_events(bits: i16) -> PollEvents {
        PollEvents::from_bits_truncate(bits as u16)
    }
}
