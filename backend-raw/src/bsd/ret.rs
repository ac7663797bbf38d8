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

    /// The error number, if the call failed. (Zero is none, and no kernel sets the flag with it; all
    /// ones stand for it, which become an unexpected reply.)
    #[inline(always)]
    pub fn errno(self) -> Option<Errno> {
        let number = NonZeroUsize::new(self.word.addr()).unwrap_or(NonZeroUsize::MAX);
        self.failed.then_some(Errno::new(number))
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
        if self.failed {
            core::hint::cold_path();
            return Err(self.error::<K>());
        }
        Ok(self.word.addr())
    }

    /// Nothing, or the error.
    ///
    /// # Errors
    ///
    /// The kernel's.
    #[inline(always)]
    pub fn unit<K: Kernel>(self) -> Result<(), K> {
        self.count::<K>().map(drop)
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

    /// The word as an error.
    #[inline(always)]
    fn error<K: Kernel>(self) -> Error<K> {
        match NonZeroUsize::new(self.word.addr()) {
            Some(number) => Error::<K>::os_word(number),
            None => Error::<K>::UNEXPECTED_REPLY,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bsd::tests::Fake;

    fn ret(word: usize, failed: bool) -> Ret {
        Ret::new(core::ptr::without_provenance_mut(word), failed)
    }

    #[test]
    fn the_flag_alone_says_what_the_word_is() {
        for word in [
            0,
            1,
            35,
            4095,
            isize::MAX as usize,
            usize::MAX - 4094,
            usize::MAX,
        ] {
            assert_eq!(ret(word, false).check(), Ok(word));
            assert_eq!(ret(word, false).count::<Fake>(), Ok(word));
            assert_eq!(ret(word, false).unit::<Fake>(), Ok(()));
            assert_eq!(ret(word, false).errno(), None);
            assert_eq!(ret(word, false).check_pointer().map(|p| p.addr()), Ok(word));
        }
        for number in 1..=u16::MAX {
            let failed = ret(number.into(), true);
            assert_eq!(failed.errno().map(|e| e.get().get()), Some(number.into()));
            assert_eq!(failed.check().ok(), None);
            assert_eq!(failed.count::<Fake>(), Err(Error::<Fake>::os(number)));
            assert_eq!(failed.unit::<Fake>(), Err(Error::<Fake>::os(number)));
        }
    }

    #[test]
    fn words_that_are_no_error_numbers_are_an_unexpected_reply() {
        let unexpected = Error::<Fake>::UNEXPECTED_REPLY;
        for word in [0, 0x10000, usize::MAX] {
            assert_eq!(ret(word, true).count::<Fake>(), Err(unexpected));
            let errno = ret(word, true).errno().unwrap();
            assert_eq!(Error::<Fake>::os_word(errno.get()), unexpected);
        }
    }

    #[test]
    fn of_a_c_function() {
        assert_eq!(Ret::from_c(7, || unreachable!()).check(), Ok(7));
        assert_eq!(Ret::from_c(0, || unreachable!()).check(), Ok(0));
        let failed = Ret::from_c(-1, || 35);
        assert_eq!(failed.count::<Fake>(), Err(Error::<Fake>::WOULD_BLOCK));
    }

    #[test]
    fn counts_come_back_in_two_registers() {
        assert_eq!(size_of::<Result<usize, Fake>>(), 2 * size_of::<usize>());
        assert_eq!(size_of::<Result<(), Fake>>(), size_of::<usize>());
    }
}
