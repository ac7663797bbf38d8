//! Errors as std's.

use std::io;

use super::{Error, ErrorKind, Incomplete, Rejected};
use crate::abi::{Abi, Kernel};

/// A number of this system's kernel stays what it is ([`io::Error::raw_os_error`]). A condition of ours, or
/// an error of another kernel, a simulated one, is carried inside ([`io::Error::get_ref`]), with no number: so a passed deadline, of kind `TimedOut`, is told
/// from the kernel's own `ETIMEDOUT`, of the same kind.
///
/// ```
/// use sock_core::{Error, abi::Linux};
/// use std::io;
///
/// let passed = io::Error::from(Error::<Linux>::DEADLINE);
/// let kernels = io::Error::from(Error::<Linux>::os(110));
/// assert_eq!((passed.kind(), kernels.kind()), (io::ErrorKind::TimedOut, io::ErrorKind::TimedOut));
/// assert_eq!((passed.raw_os_error(), kernels.raw_os_error()), (None, Some(110)));
/// let inner = passed.get_ref().and_then(|inner| inner.downcast_ref::<Error<Linux>>());
/// assert_eq!(inner, Some(&Error::DEADLINE));
/// ```
impl<A: Abi> From<Error<A>> for io::Error {
    fn from(error: Error<A>) -> Self {
        match error.raw_os_error() {
            Some(errno) if Some(A::KERNEL) == HOST => io::Error::from_raw_os_error(errno),
            _ => io::Error::new(std_kind(error.kind()), error),
        }
    }
}

/// What it stopped at is lost, as with std's `write_all`: keep the [`Incomplete`] to resume.
impl<A: Abi> From<Incomplete<A>> for io::Error {
    fn from(incomplete: Incomplete<A>) -> Self {
        incomplete.error.into()
    }
}

/// The socket is closed.
impl<S, A: Abi> From<Rejected<S, A>> for io::Error {
    fn from(rejected: Rejected<S, A>) -> Self {
        rejected.error.into()
    }
}

/// Whose numbers std understands.
const HOST: Option<Kernel> = if cfg!(target_os = "linux") {
    Some(Kernel::Linux)
} else if cfg!(target_os = "freebsd") {
    Some(Kernel::FreeBsd)
} else if cfg!(target_vendor = "apple") {
    Some(Kernel::Darwin)
} else {
    None
};

/// The kind as std names it.
fn std_kind(kind: ErrorKind) -> io::ErrorKind {
    match kind {
        ErrorKind::WouldBlock => io::ErrorKind::WouldBlock,
        ErrorKind::Interrupted => io::ErrorKind::Interrupted,
        ErrorKind::TimedOut | ErrorKind::DeadlinePassed => io::ErrorKind::TimedOut,
        ErrorKind::ConnectionRefused => io::ErrorKind::ConnectionRefused,
        ErrorKind::ConnectionReset => io::ErrorKind::ConnectionReset,
        ErrorKind::ConnectionAborted => io::ErrorKind::ConnectionAborted,
        ErrorKind::BrokenPipe => io::ErrorKind::BrokenPipe,
        ErrorKind::NotConnected => io::ErrorKind::NotConnected,
        ErrorKind::AddrInUse => io::ErrorKind::AddrInUse,
        ErrorKind::AddrNotAvailable => io::ErrorKind::AddrNotAvailable,
        ErrorKind::NetworkDown => io::ErrorKind::NetworkDown,
        ErrorKind::NetworkUnreachable => io::ErrorKind::NetworkUnreachable,
        ErrorKind::HostUnreachable => io::ErrorKind::HostUnreachable,
        ErrorKind::PermissionDenied | ErrorKind::NotPermitted => io::ErrorKind::PermissionDenied,
        ErrorKind::OutOfMemory => io::ErrorKind::OutOfMemory,
        ErrorKind::Unsupported => io::ErrorKind::Unsupported,
        ErrorKind::InvalidInput
        | ErrorKind::InvalidValue
        | ErrorKind::WrongFamily
        | ErrorKind::WrongKind
        | ErrorKind::UnknownZone
        | ErrorKind::TooManyDescriptors => io::ErrorKind::InvalidInput,
        ErrorKind::NotFound => io::ErrorKind::NotFound,
        ErrorKind::NotADirectory => io::ErrorKind::NotADirectory,
        ErrorKind::AlreadyExists => io::ErrorKind::AlreadyExists,
        ErrorKind::NameTooLong => io::ErrorKind::InvalidFilename,
        ErrorKind::ReadOnlyFilesystem => io::ErrorKind::ReadOnlyFilesystem,
        ErrorKind::StorageFull => io::ErrorKind::StorageFull,
        ErrorKind::Busy => io::ErrorKind::ResourceBusy,
        ErrorKind::UnexpectedEnd => io::ErrorKind::UnexpectedEof,
        ErrorKind::UnexpectedReply => io::ErrorKind::InvalidData,
        _ => io::ErrorKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::{FreeBsd, Linux};

    /// std's own map from numbers to kinds, on this system.
    #[test]
    #[cfg(target_os = "linux")]
    fn kinds_are_those_that_std_gives_the_same_numbers() {
        let mut named = 0;
        for errno in 1..=133 {
            let (kind, stds) = (
                std_kind(Error::<Linux>::os(errno).kind()),
                io::Error::from_raw_os_error(i32::from(errno)).kind(),
            );
            if kind != io::ErrorKind::Other && kind != stds {
                // std has kinds that are unstable, which have no name here, and none for these.
                let coarser = matches!(
                    Error::<Linux>::os(errno).kind(),
                    ErrorKind::Unsupported
                        | ErrorKind::ConnectionReset
                        | ErrorKind::BrokenPipe
                        | ErrorKind::HostUnreachable
                        | ErrorKind::InvalidInput
                        | ErrorKind::StorageFull
                );
                assert!(coarser, "{errno}: {kind:?}, std {stds:?}");
            }
            named += usize::from(kind == stds);
        }
        assert!(named > 25, "{named}");
    }

    #[test]
    fn errors_of_another_kernel_are_carried_inside() {
        let error = io::Error::from(Error::<FreeBsd>::os(61));
        let kernels = HOST == Some(Kernel::FreeBsd);
        assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
        assert_eq!(error.raw_os_error(), kernels.then_some(61));
    }

    #[test]
    fn conditions_of_ours_keep_their_name() {
        for ours in [
            Error::<Linux>::DEADLINE,
            Error::WRONG_FAMILY,
            Error::UNEXPECTED_END,
            Error::WRONG_KIND,
            Error::INVALID_VALUE,
        ] {
            let error = io::Error::from(ours);
            assert_eq!(error.raw_os_error(), None);
            let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
            assert_eq!(inner, Some(&ours));
        }
    }
}
