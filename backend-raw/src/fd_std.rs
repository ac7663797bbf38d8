//! Descriptors from and to std.

use std::os::fd::{self, AsFd, AsRawFd, BorrowedFd, FromRawFd, IntoRawFd};

use crate::{Kernel, OwnedFd};

impl<K: Kernel> AsRawFd for OwnedFd<K> {
    #[inline]
    fn as_raw_fd(&self) -> fd::RawFd {
        OwnedFd::as_raw_fd(self)
    }
}

impl<K: Kernel> AsFd for OwnedFd<K> {
    #[inline]
    fn as_fd(&self) -> BorrowedFd<'_> {
        // SAFETY: this value owns the descriptor, which stays open while it is borrowed; its number
        // is not negative, and so not -1.
        unsafe { BorrowedFd::borrow_raw(OwnedFd::as_raw_fd(self)) }
    }
}

impl<K: Kernel> From<OwnedFd<K>> for fd::OwnedFd {
    #[inline]
    fn from(fd: OwnedFd<K>) -> Self {
        // SAFETY: the descriptor is open, and `into_raw_fd` gives up its ownership, std's "I/O
        // safety".
        unsafe { fd::OwnedFd::from_raw_fd(fd.into_raw_fd()) }
    }
}

impl<K: Kernel> From<fd::OwnedFd> for OwnedFd<K> {
    #[inline]
    fn from(fd: fd::OwnedFd) -> Self {
        // SAFETY: std owned the open descriptor and gives it up here; no kernel makes one with the
        // sign bit set, as `from_word` says.
        unsafe { OwnedFd::from_word(fd.into_raw_fd() as usize) }
    }
}
