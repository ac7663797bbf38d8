//! One error type for everything that can go wrong with a socket.
//!
//! An [`Error`] is one machine word with a niche: a `Result<usize, Error>` comes back in two
//! registers, and `Result<(), Error>` is as large as the error alone. It keeps the kernel's own
//! number; what the number means on that kernel is its [`ErrorKind`].

mod kind;
#[cfg(feature = "std")]
mod std_io;

pub use kind::ErrorKind;

use core::fmt;
use core::marker::PhantomData;
use core::num::NonZeroUsize;

use crate::abi::Abi;

/// What a call on a socket of the backend `B` returns.
pub type Result<T, B> = core::result::Result<T, Error<<B as crate::Backend>::Abi>>;

/// Errors of ours stand above every number that a kernel can return.
const OURS: usize = 0x1_0000;

/// Why a call failed: an error number of the kernel `A`, or one of the few conditions that this
/// library finds by itself.
///
/// Conditions of our own are the constants below that have no error number
/// ([`raw_os_error`](Self::raw_os_error) is `None`). A passed deadline is
/// [`DEADLINE`](Self::DEADLINE), never the kernel's `ETIMEDOUT`.
///
/// ```
/// use sock_core::{Error, ErrorKind, abi};
///
/// let error = Error::<abi::Linux>::os(111);
/// assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
/// assert_eq!(error.raw_os_error(), Some(111));
/// assert_eq!(Error::<abi::FreeBsd>::os(61).kind(), ErrorKind::ConnectionRefused);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Error<A: Abi>(NonZeroUsize, PhantomData<A>);

impl<A: Abi> Error<A> {
    /// The operation would have to wait (`EAGAIN`).
    pub const WOULD_BLOCK: Self = Self::os(A::EAGAIN);
    /// A signal arrived before anything happened (`EINTR`).
    pub const INTERRUPTED: Self = Self::os(A::EINTR);
    /// A connect goes on in the background (`EINPROGRESS`).
    pub const IN_PROGRESS: Self = Self::os(A::EINPROGRESS);
    /// The socket is not connected (`ENOTCONN`).
    pub const NOT_CONNECTED: Self = Self::os(A::ENOTCONN);
    /// The kernel knows the call or option, but not here (`EOPNOTSUPP`).
    pub const NOT_SUPPORTED: Self = Self::os(A::EOPNOTSUPP);
    /// The kernel refused an argument (`EINVAL`).
    pub const INVALID: Self = Self::os(A::EINVAL);

    /// The deadline passed first.
    pub const DEADLINE: Self = Self::ours(ErrorKind::DeadlinePassed);
    /// An address of another family than the socket's. No system call was made.
    pub const WRONG_FAMILY: Self = Self::ours(ErrorKind::WrongFamily);
    /// The stream ended before the buffer was full.
    pub const UNEXPECTED_END: Self = Self::ours(ErrorKind::UnexpectedEnd);
    /// No interface has the name that an address gives as its zone.
    pub const UNKNOWN_ZONE: Self = Self::ours(ErrorKind::UnknownZone);
    /// The value cannot be put into the option: too large, or finer than its unit.
    pub const INVALID_VALUE: Self = Self::ours(ErrorKind::InvalidValue);
    /// The kernel gave bytes that are not what its interface promises.
    pub const UNEXPECTED_REPLY: Self = Self::ours(ErrorKind::UnexpectedReply);
    /// The error queue of the socket has something, and until somebody receives it
    /// ([`RecvFlags::ERRQUEUE`](crate::RecvFlags::ERRQUEUE)) the kernel does not wait.
    pub const ERROR_QUEUE: Self = Self::ours(ErrorKind::ErrorQueue);
    /// The descriptor is no socket of the kind, or not in the state, that the type stands for.
    pub const WRONG_KIND: Self = Self::ours(ErrorKind::WrongKind);
    /// More descriptors than one message may carry.
    pub const TOO_MANY_DESCRIPTORS: Self = Self::ours(ErrorKind::TooManyDescriptors);

    /// The error with this number of the kernel `A`.
    ///
    /// Zero is no error number; a kernel that answers it where an error belongs has
    /// broken its interface, and the error is [`UNEXPECTED_REPLY`](Self::UNEXPECTED_REPLY).
    #[inline]
    pub const fn os(errno: u16) -> Self {
        match NonZeroUsize::new(errno as usize) {
            Some(word) => Error(word, PhantomData),
            None => Self::UNEXPECTED_REPLY,
        }
    }

    /// [`os`](Self::os) for a number in a whole register, as a system call returns it. A number of
    /// more than 16 bits, which no kernel has, is [`UNEXPECTED_REPLY`](Self::UNEXPECTED_REPLY).
    #[inline]
    pub const fn os_word(errno: NonZeroUsize) -> Self {
        if errno.get() < OURS {
            Error(errno, PhantomData)
        } else {
            Self::UNEXPECTED_REPLY
        }
    }

    const fn ours(kind: ErrorKind) -> Self {
        Error(
            NonZeroUsize::MIN.saturating_add(OURS + kind as usize),
            PhantomData,
        )
    }

    /// The kernel's number, or `None` for a condition that no kernel reported.
    #[inline]
    pub const fn raw_os_error(self) -> Option<i32> {
        if self.0.get() < OURS {
            Some(self.0.get() as i32)
        } else {
            None
        }
    }

    /// What the error means, the same on every kernel.
    pub fn kind(self) -> ErrorKind {
        match self.raw_os_error() {
            Some(errno) => ErrorKind::from_errno::<A>(errno as u16),
            None => ErrorKind::from_ours(self.0.get() - OURS - 1),
        }
    }
}

impl<A: Abi> fmt::Debug for Error<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut tuple = f.debug_struct("Error");
        tuple.field("kind", &self.kind());
        if let Some(errno) = self.raw_os_error() {
            match A::errno_name(errno as u16) {
                Some(name) => tuple.field("errno", &format_args!("{name} ({errno})")),
                None => tuple.field("errno", &errno),
            };
        }
        tuple.finish()
    }
}

impl<A: Abi> fmt::Display for Error<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind().description())?;
        match self.raw_os_error() {
            Some(errno) => match A::errno_name(errno as u16) {
                Some(name) => write!(f, " ({name}, os error {errno})"),
                None => write!(f, " (os error {errno})"),
            },
            None => Ok(()),
        }
    }
}

impl<A: Abi> core::error::Error for Error<A> {}

/// A step that consumes a socket failed: why, and the socket as it was before.
///
/// `?` turns it into an [`Error`] and closes the socket.
#[derive(Debug)]
pub struct Rejected<S, A: Abi> {
    /// Why.
    pub error: Error<A>,
    /// The socket, unchanged.
    pub socket: S,
}

impl<S, A: Abi> Rejected<S, A> {
    pub(crate) fn new(error: Error<A>, socket: S) -> Self {
        Rejected { error, socket }
    }
}

impl<S, A: Abi> fmt::Display for Rejected<S, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl<S: fmt::Debug, A: Abi> core::error::Error for Rejected<S, A> {}

impl<S, A: Abi> From<Rejected<S, A>> for Error<A> {
    fn from(rejected: Rejected<S, A>) -> Self {
        rejected.error
    }
}

/// A transfer of a whole buffer stopped early: how many bytes went through, and why no more.
///
/// `?` turns it into an [`Error`]; keep it whole to resume.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Incomplete<A: Abi> {
    /// The bytes at the front of the buffer that went through.
    pub done: usize,
    /// What stopped the transfer.
    pub error: Error<A>,
}

impl<A: Abi> From<Incomplete<A>> for Error<A> {
    fn from(incomplete: Incomplete<A>) -> Self {
        incomplete.error
    }
}

impl<A: Abi> fmt::Display for Incomplete<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} after {} bytes", self.error, self.done)
    }
}

impl<A: Abi> core::error::Error for Incomplete<A> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::{Darwin, FreeBsd, Linux};
    use core::mem::size_of;

    #[test]
    fn one_word_with_a_niche() {
        assert_eq!(size_of::<Error<Linux>>(), size_of::<usize>());
        assert_eq!(
            size_of::<core::result::Result<(), Error<Linux>>>(),
            size_of::<usize>()
        );
    }

    #[test]
    fn kinds_agree_across_kernels() {
        assert_eq!(Error::<Linux>::os(11).kind(), ErrorKind::WouldBlock);
        assert_eq!(Error::<FreeBsd>::os(35).kind(), ErrorKind::WouldBlock);
        assert_eq!(Error::<Darwin>::os(35).kind(), ErrorKind::WouldBlock);
        assert_eq!(Error::<Linux>::os(35).kind(), ErrorKind::Other);
        assert_eq!(Error::<Darwin>::os(102).kind(), ErrorKind::Unsupported);
    }

    #[test]
    fn the_kernels_timeout_is_not_a_passed_deadline() {
        let kernels = Error::<Linux>::os(110);
        assert_eq!(kernels.kind(), ErrorKind::TimedOut);
        assert_ne!(kernels, Error::DEADLINE);
        assert_eq!(Error::<Linux>::DEADLINE.kind(), ErrorKind::DeadlinePassed);
        assert_eq!(Error::<Linux>::DEADLINE.raw_os_error(), None);
    }

    #[test]
    fn every_number_has_a_kind_and_a_text() {
        for errno in 0..=u16::MAX {
            let error = Error::<Linux>::os(errno);
            assert!(!error.kind().description().is_empty());
            assert_eq!(error.raw_os_error().is_none(), errno == 0);
        }
    }

    #[test]
    fn text_names_the_number() {
        extern crate std;
        use std::string::ToString;
        let refused = Error::<Linux>::os(111);
        assert_eq!(
            refused.to_string(),
            "connection refused (ECONNREFUSED, os error 111)"
        );
        assert_eq!(Error::<Linux>::DEADLINE.to_string(), "deadline passed");
        assert_eq!(
            Error::<Linux>::os(4000).to_string(),
            "other error (os error 4000)"
        );
    }
}
