//! Why a call of a stack failed.

use core::fmt;

use crate::{Abi, Error};

/// Why a call of an `embedded-nal` stack failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StackError<A: Abi> {
    /// What the call on the socket said.
    Socket(Error<A>),
    /// The socket is in this state, in which the call means nothing.
    WrongState(State),
    /// The peer has ended the stream: nothing more comes.
    EndOfStream,
    /// A datagram was longer than the buffer; it has been received, and its end is gone.
    Truncated,
    /// The local address is none that the socket has, or names no single one where it must.
    LocalAddress,
}

/// The state of a socket of a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum State {
    /// Nothing is open: nothing has been opened yet, or the call that opened it has failed.
    Closed,
    /// It is open, and has a family and no peer. What it is bound to is its local address. Only of a
    /// UDP socket that was connected, and whose connect to another peer failed, may the port be 0: the
    /// kernel took back the one that it had picked, and picks another for the next datagram.
    Bound,
    /// A connect goes on.
    Connecting,
    /// It has a peer.
    Connected,
    /// It listens.
    Listening,
}

impl State {
    const fn description(self) -> &'static str {
        match self {
            State::Closed => "not open",
            State::Bound => "not connected",
            State::Connecting => "still connecting",
            State::Connected => "already connected",
            State::Listening => "listening",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.description())
    }
}

impl<A: Abi> From<Error<A>> for StackError<A> {
    fn from(error: Error<A>) -> Self {
        StackError::Socket(error)
    }
}

impl<A: Abi> fmt::Display for StackError<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StackError::Socket(error) => error.fmt(f),
            StackError::WrongState(state) => write!(f, "socket is {state}"),
            StackError::EndOfStream => f.write_str("end of the stream"),
            StackError::Truncated => f.write_str("datagram longer than the buffer"),
            StackError::LocalAddress => f.write_str("not the local address of the socket"),
        }
    }
}

impl<A: Abi> core::error::Error for StackError<A> {}

#[cfg(feature = "defmt")]
impl<A: Abi> defmt::Format for StackError<A> {
    fn format(&self, f: defmt::Formatter<'_>) {
        match self {
            StackError::Socket(error) => error.format(f),
            StackError::WrongState(state) => defmt::write!(f, "WrongState({})", state),
            StackError::EndOfStream => defmt::write!(f, "EndOfStream"),
            StackError::Truncated => defmt::write!(f, "Truncated"),
            StackError::LocalAddress => defmt::write!(f, "LocalAddress"),
        }
    }
}

#[cfg(feature = "embedded-io")]
impl<A: Abi> embedded_io::Error for StackError<A> {
    fn kind(&self) -> embedded_io::ErrorKind {
        use embedded_io::ErrorKind;
        match self {
            StackError::Socket(error) => embedded_io::Error::kind(error),
            StackError::WrongState(State::Closed | State::Bound | State::Connecting) => {
                ErrorKind::NotConnected
            }
            StackError::WrongState(_) => ErrorKind::Unsupported,
            StackError::EndOfStream => ErrorKind::BrokenPipe,
            StackError::Truncated => ErrorKind::InvalidInput,
            StackError::LocalAddress => ErrorKind::AddrNotAvailable,
        }
    }
}

#[cfg(feature = "embedded-nal")]
impl<A: Abi> embedded_nal::TcpError for StackError<A> {
    /// `PipeClosed`: the direction has been closed, in order, by the peer or by this side. A reset is
    /// `Other`: what came before it need not be all that was to come.
    fn kind(&self) -> embedded_nal::TcpErrorKind {
        use crate::ErrorKind;
        use embedded_nal::TcpErrorKind::{Other, PipeClosed};
        match self {
            StackError::EndOfStream => PipeClosed,
            StackError::Socket(error) => match error.kind() {
                ErrorKind::BrokenPipe | ErrorKind::NotConnected => PipeClosed,
                _ => Other,
            },
            _ => Other,
        }
    }
}
