//! What goes into a system call's registers and what comes out, as types of one word.

use core::marker::PhantomData;
use core::num::NonZeroUsize;
use core::ptr;

/// The number of a system call, `linux_raw_sys::general::__NR_*`.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nr(u32);

impl Nr {
    /// A system call by its number on this architecture.
    #[inline(always)]
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The register's content.
    #[inline(always)]
    pub(super) const fn word(self) -> usize {
        self.0 as usize
    }
}

/// One argument of a system call, as it stands in its register.
///
/// A pointer keeps its provenance, and `'a` keeps what it was made of borrowed until the call has
/// been made. The length of a buffer is an argument of its own: take it before the buffer is lent.
///
/// ```
/// use linux_raw_sys::general::__NR_getrandom;
/// use sock_linux::arch::{Arg, Nr, syscall3};
///
/// let mut buffer = [0; 16];
/// let length = buffer.len();
/// // SAFETY: getrandom(2) writes at most `length` bytes to `buffer`, which is borrowed mutably.
/// let result = unsafe {
///     syscall3(
///         Nr::new(__NR_getrandom),
///         Arg::from_mut(&mut buffer),
///         Arg::word(length),
///         Arg::uint(0),
///     )
/// };
/// assert_eq!(result.check(), Ok(16));
/// ```
#[repr(transparent)]
#[derive(Debug)]
pub struct Arg<'a> {
    word: *mut (),
    borrow: PhantomData<&'a mut ()>,
}

impl<'a> Arg<'a> {
    #[inline(always)]
    const fn new(word: *mut ()) -> Self {
        Self {
            word,
            borrow: PhantomData,
        }
    }

    /// A C `int`, sign-extended as the kernel's own C would.
    #[inline(always)]
    pub const fn int(value: i32) -> Self {
        Self::word(value as usize)
    }

    /// A C `unsigned int`, such as flags.
    #[inline(always)]
    pub const fn uint(value: u32) -> Self {
        Self::word(value as usize)
    }

    /// A `size_t`, `unsigned long` or any other whole word.
    #[inline(always)]
    pub const fn word(value: usize) -> Self {
        Self::new(ptr::without_provenance_mut(value))
    }

    /// A file descriptor, or one of the negative numbers that stand for one (`AT_FDCWD`, -1).
    #[inline(always)]
    pub const fn fd(descriptor: i32) -> Self {
        Self::int(descriptor)
    }

    /// The null pointer: an argument left out.
    #[inline(always)]
    pub const fn null() -> Self {
        Self::new(ptr::null_mut())
    }

    /// The address of a value or of a slice's first element, for the kernel to read.
    #[inline(always)]
    pub const fn from_ref<T: ?Sized>(value: &'a T) -> Self {
        Self::new(ptr::from_ref(value).cast_mut().cast())
    }

    /// The address of a value or of a slice's first element (which may be uninitialised, as a
    /// `MaybeUninit`), for the kernel to write.
    #[inline(always)]
    pub const fn from_mut<T: ?Sized>(value: &'a mut T) -> Self {
        Self::new(ptr::from_mut(value).cast())
    }

    /// A pointer whose memory the caller answers for; nothing is kept borrowed.
    #[inline(always)]
    pub const fn from_ptr<T: ?Sized>(pointer: *const T) -> Self {
        Self::new(pointer.cast_mut().cast())
    }

    /// The register's content.
    #[inline(always)]
    pub(super) const fn into_word(self) -> *mut () {
        self.word
    }
}

/// The highest error number: `MAX_ERRNO` of the kernel's `include/linux/err.h`.
const MAX_ERRNO: usize = 4095;

/// The error number of a system call that failed, 1 to 4095: `linux_raw_sys::errno::E*`.
///
/// As wide as a register, so that `Result<usize, Errno>` comes back in two registers.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Errno(NonZeroUsize);

impl Errno {
    /// The number, positive as in `errno(3)`.
    #[inline(always)]
    pub const fn get(self) -> NonZeroUsize {
        self.0
    }
}

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
        Some(Errno(unsafe {
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
    use super::{Arg, Errno, NonZeroUsize, Ret};

    #[test]
    fn words() {
        assert_eq!(Arg::int(-1).into_word().addr(), usize::MAX);
        assert_eq!(Arg::fd(-100).into_word().addr(), -100_isize as usize);
        assert_eq!(Arg::uint(u32::MAX).into_word().addr(), 0xffff_ffff);
        assert_eq!(Arg::word(usize::MAX).into_word().addr(), usize::MAX);
        assert!(Arg::null().into_word().is_null());
        let bytes = [1_u8, 2, 3];
        assert_eq!(
            Arg::from_ref(&bytes[1..]).into_word(),
            bytes[1..].as_ptr().cast_mut().cast()
        );
        assert_eq!(size_of::<Arg<'_>>(), size_of::<usize>());
        assert_eq!(size_of::<Result<usize, Errno>>(), 2 * size_of::<usize>());
        assert_eq!(size_of::<Option<Errno>>(), size_of::<usize>());
    }

    #[test]
    fn only_minus_4095_to_minus_1_are_errors() {
        let ret = |word: isize| Ret::new(core::ptr::without_provenance_mut(word as usize));
        let errno = |number| Errno(NonZeroUsize::new(number).unwrap());
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
