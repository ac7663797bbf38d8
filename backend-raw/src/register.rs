//! What goes into a system call's registers, and the error number that comes out, as types of one
//! word.

use core::marker::PhantomData;
use core::num::NonZeroUsize;
use core::ptr;

/// The number of a system call.
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
    pub const fn word(self) -> usize {
        self.0 as usize
    }
}

/// One argument of a system call, as it stands in its register.
///
/// A pointer keeps its provenance, and `'a` keeps what it was made of borrowed until the call has
/// been made. The length of a buffer is an argument of its own: take it before the buffer is lent.
///
/// ```
/// use sock_raw::register::Arg;
///
/// /// Stands for a system call: what would be in its registers.
/// fn read(fd: Arg<'_>, room: Arg<'_>, length: Arg<'_>) -> [*mut (); 3] {
///     [fd, room, length].map(Arg::into_word)
/// }
///
/// let mut buffer = [0_u8; 16];
/// let length = buffer.len();
/// let registers = read(Arg::fd(3), Arg::from_mut(&mut buffer), Arg::word(length));
/// assert_eq!(registers[1], buffer.as_mut_ptr().cast());
/// assert_eq!(registers[2].addr(), 16);
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
    pub const fn into_word(self) -> *mut () {
        self.word
    }

    /// The register's content as a C `int`: its low half, as the kernel takes it.
    #[inline(always)]
    pub fn into_int(self) -> i32 {
        self.word.addr() as i32
    }
}

/// The error number of a system call that failed, `E*` of `errno.h`.
///
/// As wide as a register, so that `Result<usize, Errno>` comes back in two registers.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Errno(NonZeroUsize);

impl Errno {
    /// The error of that number.
    #[inline(always)]
    pub const fn new(number: NonZeroUsize) -> Self {
        Self(number)
    }

    /// The number, positive as in `errno(3)`.
    #[inline(always)]
    pub const fn get(self) -> NonZeroUsize {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::{Arg, Errno};

    #[test]
    fn words() {
        assert_eq!(Arg::int(-1).into_word().addr(), usize::MAX);
        assert_eq!(Arg::int(-1).into_int(), -1);
        assert_eq!(Arg::fd(7).into_word().addr(), 7);
        assert_eq!(Arg::uint(u32::MAX).into_word().addr(), 0xffff_ffff);
        assert_eq!(Arg::uint(u32::MAX).into_int(), -1);
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
}
