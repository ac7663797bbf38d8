//! What comes out of a system call's registers.

use core::num::NonZeroUsize;

use sock_raw::register::Errno;

/// The highest error number: `MAX_ERRNO` of the kernel's `include/linux/err.h`.
const MAX_ERRNO: usize = 4095;

/// The word that a system call left in its result register, not yet looked at.
///
/// The kernel answers with -4095 to -1 for an error; every other word is a success, also one that
/// is negative as a number (see syscall(2), and `IS_ERR_VALUE` in the kernel's
/// `include/linux/err.h`).
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a system call may have failed"]
pub struct Ret(*mut ());

impl Ret {
    #[inline(always)]
    pub(super) const fn new(word: *mut ()) -> Self {
        Self(word)
    }

    /// The error number, if the call failed.
    #[inline(always)]
    pub fn errno(self) -> Option<Errno> {
        let word = self.0.addr();
        if word < MAX_ERRNO.wrapping_neg() {
            return None;
        }
        // SAFETY: the word is one of the last 4095, so its negation is 1 to 4095. (The compiler does
        // not always see that.)
        Some(Errno::new(unsafe {
            NonZeroUsize::new_unchecked(word.wrapping_neg())
        }))
    }

    /// The value of a call that answers with a number: a count, a descriptor, or 0.
    ///
    /// # Errors
    ///
    /// The kernel's error number.
    #[inline(always)]
    pub fn check(self) -> Result<usize, Errno> {
        match self.errno() {
            None => Ok(self.0.addr()),
            Some(errno) => Err(errno),
        }
    }

    /// The value of a call that answers with an address, such as mmap.
    ///
    /// # Errors
    ///
    /// The kernel's error number.
    #[inline(always)]
    pub fn check_pointer(self) -> Result<*mut (), Errno> {
        match self.errno() {
            None => Ok(self.0),
            Some(errno) => Err(errno),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Errno, NonZeroUsize, Ret};

    #[test]
    fn only_minus_4095_to_minus_1_are_errors() {
        let ret = |word: isize| Ret::new(core::ptr::without_provenance_mut(word as usize));
        let errno = |number| Errno::new(NonZeroUsize::new(number).unwrap());
        for number in 1..=4095 {
            assert_eq!(ret(-(number as isize)).check(), Err(errno(number)));
            assert_eq!(ret(-(number as isize)).check_pointer(), Err(errno(number)));
            assert_eq!(ret(-(number as isize)).errno(), Some(errno(number)));
        }
        for word in [0, 1, 4095, 4096, isize::MAX, isize::MIN, -4097, -4096] {
            assert_eq!(ret(word).check(), Ok(word as usize));
            assert_eq!(
                ret(word).check_pointer().map(|pointer| pointer.addr()),
                Ok(word as usize)
            );
            assert_eq!(ret(word).errno(), None);
        }
    }
}
