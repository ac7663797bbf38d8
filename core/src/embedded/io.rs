//! `embedded-io` for [`Blocking`], which waits as its contract demands.

use embedded_io::{ErrorType, Read, ReadExactError, ReadReady, Write, WriteReady};

use crate::blocking::Waiting;
use crate::socket::Handle;
use crate::{Abi, Backend, Blocking, Deadline, Error, ErrorKind, PollEvents, PollFd, Result};

impl<A: Abi> embedded_io::Error for Error<A> {
    /// A passed deadline and the kernel's own time-out are both `TimedOut`: the trait does not tell
    /// them apart, [`Error::kind`] does. There is no kind for `WouldBlock`, which no type that has
    /// these traits returns.
    fn kind(&self) -> embedded_io::ErrorKind {
        kind(Error::kind(*self))
    }
}

/// The kind that `embedded-io` has for it.
fn kind(kind: ErrorKind) -> embedded_io::ErrorKind {
    use embedded_io::ErrorKind as Io;
    match kind {
        ErrorKind::NotFound => Io::NotFound,
        ErrorKind::PermissionDenied | ErrorKind::NotPermitted | ErrorKind::ReadOnlyFilesystem => {
            Io::PermissionDenied
        }
        ErrorKind::ConnectionRefused => Io::ConnectionRefused,
        ErrorKind::ConnectionReset => Io::ConnectionReset,
        ErrorKind::ConnectionAborted => Io::ConnectionAborted,
        ErrorKind::NotConnected => Io::NotConnected,
        ErrorKind::AddrInUse => Io::AddrInUse,
        ErrorKind::AddrNotAvailable | ErrorKind::UnknownZone => Io::AddrNotAvailable,
        ErrorKind::BrokenPipe => Io::BrokenPipe,
        ErrorKind::AlreadyExists => Io::AlreadyExists,
        ErrorKind::InvalidInput
        | ErrorKind::InvalidValue
        | ErrorKind::WrongFamily
        | ErrorKind::WrongKind
        | ErrorKind::DestinationRequired
        | ErrorKind::MessageTooLong
        | ErrorKind::NameTooLong
        | ErrorKind::TooManyDescriptors => Io::InvalidInput,
        ErrorKind::ProtocolError | ErrorKind::UnexpectedReply => Io::InvalidData,
        ErrorKind::TimedOut | ErrorKind::DeadlinePassed => Io::TimedOut,
        ErrorKind::Interrupted => Io::Interrupted,
        ErrorKind::Unsupported => Io::Unsupported,
        ErrorKind::OutOfMemory | ErrorKind::NoBufferSpace => Io::OutOfMemory,
        ErrorKind::WouldBlock
        | ErrorKind::InProgress
        | ErrorKind::AlreadyConnected
        | ErrorKind::NetworkDown
        | ErrorKind::NetworkUnreachable
        | ErrorKind::HostUnreachable
        | ErrorKind::TooManyOpenFiles
        | ErrorKind::TooManyOpenFilesInSystem
        | ErrorKind::NotADirectory
        | ErrorKind::SymlinkLoop
        | ErrorKind::StorageFull
        | ErrorKind::NoDevice
        | ErrorKind::BadDescriptor
        | ErrorKind::NotASocket
        | ErrorKind::Busy
        | ErrorKind::Canceled
        | ErrorKind::UnexpectedEnd
        | ErrorKind::ErrorQueue
        | ErrorKind::Other => Io::Other,
    }
}

/// Why a buffer was not filled: the end of the stream has a word of its own.
fn exact_error<A: Abi>(error: Error<A>) -> ReadExactError<Error<A>> {
    if error == Error::UNEXPECTED_END {
        ReadExactError::UnexpectedEof
    } else {
        ReadExactError::Other(error)
    }
}

/// Whether the next call for `events` would not block, because it would do something or fail: one
/// ppoll(2) without a wait.
pub(super) fn is_ready<B: Backend>(handle: &Handle<B>, events: PollEvents) -> Result<bool, B> {
    let mut fds = [B::PollFd::new(&handle.fd, events)];
    Ok(crate::poll(&handle.backend, &mut fds, Deadline::NOW)? != 0)
}

impl<S: Waiting> ErrorType for Blocking<S> {
    type Error = Error<<S::Backend as Backend>::Abi>;
}

impl<S: Waiting> Read for Blocking<S> {
    /// [`Blocking::recv`]: 0 is the end of the stream, and an empty buffer makes no call. The read
    /// deadline ends it with [`Error::DEADLINE`], whose kind is `TimedOut`.
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, S::Backend> {
        self.recv(buf)
    }

    /// [`Blocking::recv_exact`]: one read deadline for the whole, however many bytes come at a time. How
    /// many of them an error has left in the buffer, only that one says.
    fn read_exact(
        &mut self,
        buf: &mut [u8],
    ) -> core::result::Result<(), ReadExactError<Self::Error>> {
        self.recv_exact(buf)
            .map_err(|incomplete| exact_error(incomplete.error))
    }
}

impl<S: Waiting> Write for Blocking<S> {
    /// [`Blocking::send`]: never 0 unless the buffer is empty, which makes no call. The write deadline
    /// ends it with [`Error::DEADLINE`], whose kind is `TimedOut`.
    fn write(&mut self, buf: &[u8]) -> Result<usize, S::Backend> {
        self.send(buf)
    }

    /// [`Blocking::send_all`]: one write deadline for the whole. How many bytes went before an error,
    /// only that one says.
    fn write_all(&mut self, buf: &[u8]) -> Result<(), S::Backend> {
        Ok(self.send_all(buf)?)
    }

    /// Nothing to do: what was written is the kernel's already, which sends it by itself.
    fn flush(&mut self) -> Result<(), S::Backend> {
        Ok(())
    }
}

impl<S: Waiting> ReadReady for Blocking<S> {
    /// Whether there is something to receive, the end of the stream, or an error: ppoll(2).
    fn read_ready(&mut self) -> Result<bool, S::Backend> {
        is_ready(self.get_ref().handle(), PollEvents::IN)
    }
}

impl<S: Waiting> WriteReady for Blocking<S> {
    /// Whether there is room to send, or an error: ppoll(2).
    fn write_ready(&mut self) -> Result<bool, S::Backend> {
        is_ready(self.get_ref().handle(), PollEvents::OUT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::{Darwin, FreeBsd, Linux};
    use embedded_io::ErrorKind as Io;

    #[test]
    fn kinds_of_numbers_and_of_our_own() {
        let of = |error: Error<Linux>| embedded_io::Error::kind(&error);
        for (errno, io) in [
            (Linux::EPIPE, Io::BrokenPipe),
            (Linux::ECONNRESET, Io::ConnectionReset),
            (Linux::ECONNREFUSED, Io::ConnectionRefused),
            (Linux::ETIMEDOUT, Io::TimedOut),
            (Linux::EACCES, Io::PermissionDenied),
            (Linux::EMSGSIZE, Io::InvalidInput),
            (Linux::ENOBUFS, Io::OutOfMemory),
            (Linux::EMFILE, Io::Other),
            (4000, Io::Other),
        ] {
            assert_eq!(of(Error::os(errno)), io, "{errno}");
        }
        assert_eq!(of(Error::DEADLINE), Io::TimedOut);
        assert_eq!(of(Error::WRONG_FAMILY), Io::InvalidInput);
        assert_eq!(of(Error::UNEXPECTED_REPLY), Io::InvalidData);
    }

    #[test]
    fn the_same_condition_has_the_same_kind_on_every_kernel() {
        let io = Io::ConnectionRefused;
        assert_eq!(
            Error::<FreeBsd>::os(61).kind(),
            ErrorKind::ConnectionRefused
        );
        assert_eq!(embedded_io::Error::kind(&Error::<FreeBsd>::os(61)), io);
        assert_eq!(embedded_io::Error::kind(&Error::<Darwin>::os(61)), io);
    }

    #[test]
    fn kinds_that_both_have_keep_their_name() {
        extern crate std;
        use std::format;
        let same = [
            ErrorKind::NotFound,
            ErrorKind::PermissionDenied,
            ErrorKind::ConnectionRefused,
            ErrorKind::ConnectionReset,
            ErrorKind::ConnectionAborted,
            ErrorKind::NotConnected,
            ErrorKind::AddrInUse,
            ErrorKind::AddrNotAvailable,
            ErrorKind::BrokenPipe,
            ErrorKind::AlreadyExists,
            ErrorKind::InvalidInput,
            ErrorKind::TimedOut,
            ErrorKind::Interrupted,
            ErrorKind::Unsupported,
            ErrorKind::OutOfMemory,
            ErrorKind::Other,
        ];
        for ours in same {
            assert_eq!(format!("{:?}", kind(ours)), format!("{ours:?}"));
        }
    }
}
