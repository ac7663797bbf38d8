//! The traits that embedded code is written against, over the sockets of the target: see
//! [`generic::embedded`](crate::generic::embedded) for what has which.
//!
#![cfg_attr(
    feature = "embedded-nal",
    doc = "
```
use sock::embedded::Stack;
use sock::embedded::embedded_nal::{TcpClientStack, TcpFullStack, nb};

let mut stack = Stack::default();
let mut listener = TcpClientStack::socket(&mut stack)?;
TcpFullStack::bind(&mut stack, &mut listener, 0)?;
stack.listen(&mut listener)?;
let port = listener.local_addr()?.port();

let mut client = TcpClientStack::socket(&mut stack)?;
let server = core::net::SocketAddr::from(([127, 0, 0, 1], port));
nb::block!(TcpClientStack::connect(&mut stack, &mut client, server))?;
let (accepted, _) = nb::block!(stack.accept(&mut listener))?;
assert!(accepted.stream().is_some());
# Ok::<(), sock::embedded::StackError>(())
```"
)]

#[cfg(any(feature = "embedded-nal", feature = "embedded-nal-async"))]
use super::{System, SystemAbi};

#[cfg(any(feature = "embedded-nal", feature = "embedded-nal-async"))]
pub use sock_core::embedded::State;
#[cfg(feature = "embedded-io")]
pub use sock_core::embedded::embedded_io;
#[cfg(feature = "embedded-nal")]
pub use sock_core::embedded::embedded_nal;
#[cfg(feature = "embedded-io-async")]
pub use sock_core::embedded::{AsStream, Yielding, embedded_io_async};
#[cfg(feature = "embedded-nal-async")]
pub use sock_core::embedded::{YieldingUdp, embedded_nal_async};

/// Why a call of a stack failed.
#[cfg(any(feature = "embedded-nal", feature = "embedded-nal-async"))]
pub type StackError = sock_core::embedded::StackError<SystemAbi>;

/// The stack of `embedded-nal`.
#[cfg(feature = "embedded-nal")]
pub type Stack = sock_core::embedded::Stack<System>;

/// A TCP socket of a [`Stack`].
#[cfg(feature = "embedded-nal")]
pub type StackTcpSocket = sock_core::embedded::StackTcpSocket<System>;

/// A UDP socket of a [`Stack`].
#[cfg(feature = "embedded-nal")]
pub type StackUdpSocket = sock_core::embedded::StackUdpSocket<System>;

/// The stack of `embedded-nal-async`.
#[cfg(feature = "embedded-nal-async")]
pub type YieldingStack = sock_core::embedded::YieldingStack<System>;
