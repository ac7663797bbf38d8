//! Descriptors that are owned.

use core::fmt;
use core::marker::PhantomData;
use core::num::NonZeroI32;

use crate::register::Arg;
use crate::{Kernel, Result};

/// The number of a descriptor.
pub type RawFd = i32;

/// An open descriptor, closed when dropped.
///
/// As large as its number, and `Option<OwnedFd>` too.
#[repr(transparent)]
pub struct OwnedFd<K: Kernel>(
    /// The complement of the number: a number is never negative, so this is never zero.
    NonZeroI32,
    PhantomData<K>,
);

impl<K: Kernel> OwnedFd<K> {
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
            Some(complement) => Some(OwnedFd(complement, PhantomData)),
            None => None,
        }
    }

    /// Owns the descriptor that a call has returned.
    ///
    /// # Safety
    ///
    /// As for [`from_raw_fd`](Self::from_raw_fd), and `word` must be what a call that makes a
    /// descriptor returned when it did not fail. Descriptors are 0 to INT_MAX at the most (Linux
    /// `sysctl_nr_open_max` in fs/file.c; the BSDs keep them in an `int`), so that the sign bit,
    /// which tells the complement from zero, is set for all of them.
    #[inline(always)]
    pub unsafe fn from_word(word: usize) -> Self {
        OwnedFd(NonZeroI32::MIN | !(word as i32), PhantomData)
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
    pub fn is_nonblocking(&self) -> Result<bool, K> {
        K::is_nonblocking(self)
    }

    /// The number as an argument of a call.
    #[inline(always)]
    pub const fn arg(&self) -> Arg<'_> {
        Arg::fd(self.as_raw_fd())
    }
}

impl<K: Kernel> Drop for OwnedFd<K> {
    /// close(2), [`Kernel::close`].
    #[inline]
    fn drop(&mut self) {
        // SAFETY: this value owns the descriptor, and nobody uses it afterwards, since the value is
        // gone.
        unsafe { K::close(self.as_raw_fd()) }
    }
}

impl<K: Kernel> fmt::Debug for OwnedFd<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OwnedFd").field(&self.as_raw_fd()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bsd::tests::{self, Fake};

    #[test]
    fn one_number_with_a_niche() {
        assert_eq!(size_of::<OwnedFd<Fake>>(), 4);
        assert_eq!(size_of::<Option<OwnedFd<Fake>>>(), 4);
        // SAFETY: the system closes nothing.
        unsafe {
            for fd in [0, 1, i32::MAX] {
                let owned = OwnedFd::<Fake>::from_raw_fd(fd);
                assert_eq!(owned.map(OwnedFd::into_raw_fd), Some(fd));
                assert_eq!(OwnedFd::<Fake>::from_word(fd as usize).into_raw_fd(), fd);
            }
            assert!(OwnedFd::<Fake>::from_raw_fd(-1).is_none());
            assert!(OwnedFd::<Fake>::from_raw_fd(i32::MIN).is_none());
        }
    }

    #[test]
    fn closed_once_unless_given_away() {
        tests::script([]);
        drop(tests::fd::<Fake>(7));
        let given = tests::fd::<Fake>(8).into_raw_fd();
        assert_eq!((tests::told(), given), (["close 7".into()].into(), 8));
    }
}
