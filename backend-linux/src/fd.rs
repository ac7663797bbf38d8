//! Descriptors that are owned.

use core::fmt;
use core::num::NonZeroI32;

use linux_raw_sys::general::{__NR_close, __NR_fcntl, F_GETFL, O_NONBLOCK};

use crate::Result;
use crate::arch::{Arg, Nr, syscall1_readonly, syscall2_readonly};
use crate::call::count;

/// The number of a descriptor.
pub type RawFd = i32;

/// An open descriptor, closed when dropped.
///
/// As large as its number, and `Option<OwnedFd>` too.
#[repr(transparent)]
pub struct OwnedFd(
    /// The complement of the number: a number is never negative, so this is never zero.
    NonZeroI32,
);

impl OwnedFd {
    /// Owns the descriptor `fd`. `None` when the number is negative, and so no descriptor.
    ///
    /// # Safety
    ///
    /// `fd` must be open, and nothing else may close it: its number is given to the next file that
    /// is opened, and a second close hits that (std's "I/O safety", RFC 3128). Sockets must not be
    /// used under [`Blocking`](sock_core::Blocking) while the open file has other descriptors.
    #[inline]
    pub const unsafe fn from_raw_fd(fd: RawFd) -> Option<Self> {
        if fd < 0 {
            return None;
        }
        match NonZeroI32::new(!fd) {
            Some(complement) => Some(OwnedFd(complement)),
            None => None,
        }
    }

    /// Owns the descriptor that a call has returned.
    ///
    /// # Safety
    ///
    /// `word` must be what a call that makes a descriptor returned when it did not fail. Descriptors
    /// are 0 to INT_MAX at the most (`sysctl_nr_open_max` in fs/file.c), so that the sign bit, which
    /// tells the complement from zero, is set for all of them.
    #[inline(always)]
    pub(crate) unsafe fn from_word(word: usize) -> Self {
        OwnedFd(NonZeroI32::MIN | !(word as i32))
    }

    /// The number.
    #[inline]
    pub const fn as_raw_fd(&self) -> RawFd {
        !self.0.get()
    }

    /// The number; the descriptor stays open and belongs to the caller.
    #[inline]
    pub const fn into_raw_fd(self) -> RawFd {
        let fd = self.as_raw_fd();
        core::mem::forget(self);
        fd
    }

    /// Whether its open file is non-blocking, fcntl(2) `F_GETFL`.
    ///
    /// # Errors
    /// None that is to be expected.
    pub fn is_nonblocking(&self) -> Result<bool> {
        // SAFETY: F_GETFL takes no further argument and writes no memory of the program.
        let flags = count(unsafe {
            syscall2_readonly(Nr::new(__NR_fcntl), self.arg(), Arg::uint(F_GETFL))
        })?;
        Ok(flags & O_NONBLOCK as usize != 0)
    }

    /// The number as an argument of a call.
    #[inline(always)]
    pub(crate) fn arg(&self) -> Arg<'_> {
        Arg::fd(self.as_raw_fd())
    }
}

impl Drop for OwnedFd {
    /// close(2). The number is free afterwards whatever the call answers, so an error changes
    /// nothing, and `EINTR` must not be tried again.
    #[inline]
    fn drop(&mut self) {
        // SAFETY: close(2) takes the number of a descriptor that this value owns, and nobody uses
        // it afterwards, since the value is gone. The kernel writes no memory of the program.
        let _ = unsafe { syscall1_readonly(Nr::new(__NR_close), self.arg()) };
    }
}

impl fmt::Debug for OwnedFd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OwnedFd").field(&self.as_raw_fd()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_with_a_niche() {
        assert_eq!(size_of::<OwnedFd>(), 4);
        assert_eq!(size_of::<Option<OwnedFd>>(), 4);
        // SAFETY: the values are forgotten, so nothing is closed.
        unsafe {
            for fd in [0, 1, i32::MAX] {
                assert_eq!(OwnedFd::from_raw_fd(fd).map(OwnedFd::into_raw_fd), Some(fd));
                assert_eq!(OwnedFd::from_word(fd as usize).into_raw_fd(), fd);
            }
            assert!(OwnedFd::from_raw_fd(-1).is_none());
            assert!(OwnedFd::from_raw_fd(i32::MIN).is_none());
        }
    }
}
