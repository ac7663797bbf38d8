//! Socket options: each a type that knows its level, its number on each kernel, its value and
//! which kernels and sockets have it.
//!
//! An option that a kernel does not have does not compile there; one that the running kernel
//! refuses is an error of kind [`Unsupported`](crate::ErrorKind::Unsupported). The set is closed:
//! an option given as plain numbers and bytes can make a kernel write to memory, and is left to
//! the backends, as an `unsafe fn`.
//!
//! ```
//! use core::time::Duration;
//! use sock_core::{Backend, Error, Result, TcpStream, option};
//!
//! fn tune<B: Backend>(stream: &TcpStream<B>) -> Result<Duration, B> {
//!     stream.set_option(option::NoDelay, true)?;
//!     stream.set_option(option::KeepIdle, Duration::from_secs(60))?;
//!     stream.option(option::KeepInterval)
//! }
//! ```

mod table;
mod value;

pub use table::*;

use core::marker::PhantomData;

use crate::{Abi, Backend, Error, Result};

/// The level and number of an option that the core knows.
///
/// Only the core makes one: the set of options that safe code can reach is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct OptionName {
    level: i32,
    number: i32,
}

impl OptionName {
    pub(crate) const fn new(level: i32, number: i32) -> Self {
        OptionName { level, number }
    }

    /// The level (`SOL_SOCKET`, `IPPROTO_TCP`).
    pub const fn level(self) -> i32 {
        self.level
    }

    /// The number (`SO_REUSEADDR`).
    pub const fn number(self) -> i32 {
        self.number
    }
}

/// An option that kernels with the ABI `A` have.
pub trait SocketOption<A: Abi>: sealed::Sealed + Copy {
    /// What it is set to.
    type Value;

    /// Its level and number.
    const NAME: OptionName;

    #[doc(hidden)]
    type Codec: value::Codec<Value = Self::Value>;
}

/// An option that can be read, getsockopt(2).
pub trait GetOption: sealed::Sealed {}

/// An option that can be set, setsockopt(2).
pub trait SetOption: sealed::Sealed {}

/// An option that sockets of the protocol `P` have.
pub trait AppliesTo<P>: sealed::Sealed {}

mod sealed {
    pub trait Sealed {}
}

pub(crate) fn get<O, B>(backend: &B, fd: &B::Fd) -> Result<O::Value, B>
where
    O: SocketOption<B::Abi>,
    B: Backend,
{
    use value::Codec;
    let mut bytes = [0; value::ROOM];
    let len = backend.getsockopt(fd, O::NAME, &mut bytes)?;
    bytes
        .get(..len)
        .and_then(O::Codec::decode)
        .ok_or(Error::UNEXPECTED_REPLY)
}

pub(crate) fn set<O, B>(backend: &B, fd: &B::Fd, value: O::Value) -> Result<(), B>
where
    O: SocketOption<B::Abi>,
    B: Backend,
{
    use value::Codec;
    let bytes = O::Codec::encode_for::<B::Abi>(value).ok_or(Error::INVALID_VALUE)?;
    backend.setsockopt(fd, O::NAME, bytes.as_slice())
}

/// The receive time-out that `Blocking` and the connect of a Unix socket set; not for users,
/// since it belongs to the open file and every other holder of that sees it.
#[derive(Clone, Copy)]
pub(crate) struct TimeOut<const SEND: bool>(PhantomData<()>);

impl<const SEND: bool> sealed::Sealed for TimeOut<SEND> {}

impl<A: Abi, const SEND: bool> SocketOption<A> for TimeOut<SEND> {
    type Value = u64;
    type Codec = value::TimeVal;
    const NAME: OptionName = OptionName::new(
        A::SOL_SOCKET,
        if SEND { A::SO_SNDTIMEO } else { A::SO_RCVTIMEO },
    );
}
