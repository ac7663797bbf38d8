//! What a call answers: a word, and whether it is an error.

use core::num::NonZeroUsize;

use crate::register::Errno;
use crate::{Error, Kernel, OwnedFd, Result};

/// What a call left: the word in its result register, and the carry flag.
///
/// The BSDs say by the carry flag that the word is an error number. No word is an error by itself,
/// not even one that is negative as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a system call may have failed"]
pub struct Ret {
    word: *mut (),
    failed: bool,
}

impl Ret {
    /// The word, and whether the carry flag was set.
    #[inline(always)]
    pub const fn new(word: *mut (), failed: bool) -> Self {
        Ret { word, failed }
    }

    /// What a C function tells that returns -1 for an error: its value, and what `errno` then is.
    #[inline(always)]
    pub fn from_c(value: isize, errno: impl FnOnce() -> i32) -> Self {
        let failed = value == -1;
        let word = if failed { errno() as isize } else { value };
        Ret::new(core::ptr::without_provenance_mut(word as usize), failed)
    }

    /// The error number, if the call failed.
    #[inline(always)]
    pub fn errno(self) -> Option<Errno> {
        if !self.failed {
            return None;
        }
        core::hint::cold_path();
        // No kernel sets the flag for 0, which is no error number; all ones are none either, and
        // become an unexpected reply.
        Some(Errno::new(
            NonZeroUsize::new(self.word.addr()).unwrap_or(NonZeroUsize::MAX),
        ))
    }

    /// The value of a call that answers with a number: a count, a descriptor, or 0.
    ///
    /// # Errors
    ///
    /// The kernel's error number.
    #[inline(always)]
    pub fn check(self) -> core::result::Result<usize, Errno> {
        match self.errno() {
            None => Ok(self.word.addr()),
            Some(errno) => Err(errno),
        }
    }

    /// The value of a call that answers with an address, such as mmap.
    ///
    /// # Errors
    ///
    /// The kernel's error number.
    #[inline(always)]
    pub fn check_pointer(self) -> core::result::Result<*mut (), Errno> {
        match self.errno() {
            None => Ok(self.word),
            Some(errno) => Err(errno),
        }
    }

    /// A count, or the error.
    ///
    /// # Errors
    ///
    /// The kernel's.
    #[inline(always)]
    pub fn count<K: Kernel>(self) -> Result<usize, K> {
        match self.check() {
            Ok(value) => Ok(value),
            Err(errno) => Err(Error::<K>::os_word(errno.get())),
        }
    }

    /// Nothing, or the error.
    ///
    /// # Errors
    ///
    /// The kernel's.
    #[inline(always)]
    pub fn unit<K: Kernel>(self) -> Result<(), K> {
        match self.errno() {
            None => Ok(()),
            Some(errno) => Err(Error::<K>::os_word(errno.get())),
        }
    }

    /// A descriptor that the call has just made, or the error.
    ///
    /// # Errors
    ///
    /// The kernel's.
    ///
    /// # Safety
    ///
    /// The call must be one that makes a descriptor for its caller and returns the number.
    #[inline(always)]
    pub unsafe fn descriptor<K: Kernel>(self) -> Result<OwnedFd<K>, K> {
        let number = self.count::<K>()?;
        // SAFETY: the descriptor is new, so nobody else has it, and the caller vouches that it is
        // one.
        Ok(unsafe { OwnedFd::from_word(number) })
    }
}
