//! The traits that embedded code is written against, each behind the feature of its crate's name.
//!
//! | feature | type | traits |
//! |---|---|---|
//! | `embedded-io` | [`Blocking`](crate::Blocking) | `Read`, `Write`, `ReadReady`, `WriteReady` |
//! | | [`Error`](crate::Error) | `embedded_io::Error` |
//! | `embedded-io-async` | `Yielding` | `Read`, `Write`, `ReadReady`, `WriteReady` |
//! | `embedded-nal` | `Stack` | `TcpClientStack`, `TcpFullStack`, `UdpClientStack`, `UdpFullStack` |
//! | `embedded-nal-async` | `YieldingStack` | `TcpConnect`, `UdpStack` |
//! | | `YieldingUdp` | `ConnectedUdp`, `UnconnectedUdp` |
//!
//! `embedded-io` blocks, and its errors have no would-block: so [`Blocking`](crate::Blocking) has it, and
//! no socket that never waits. `embedded-nal` never blocks, and asks for a socket before it tells the
//! address: its sockets open when the family is known.
//!
//! The crates of the traits are here, too, in the versions that are implemented.
//!
//! # Without an event loop
//!
//! A future that waits must be woken, and nobody here watches descriptors. The futures of `Yielding`,
//! `YieldingStack` and `YieldingUdp` try at each poll, ask to be polled again at once, and let others
//! run in between. They are right on any executor, and keep the processor busy as long as one of them
//! waits. Futures that sleep need an event loop, which this crate is not.
//!
//! # What is not there
//!
//! `Dns` of either crate: a name is resolved by a resolver, and there is none without libc; a `Dns`
//! that knows nothing but addresses in digits would not be one. `BufRead` and `Seek`: a socket has
//! no buffer to look into, and no place to go to.

#[cfg(feature = "embedded-io")]
mod io;
#[cfg(feature = "embedded-nal")]
mod nal;
#[cfg(feature = "embedded-nal-async")]
mod nal_async;
#[cfg(any(feature = "embedded-nal", feature = "embedded-nal-async"))]
mod stack_error;
#[cfg(feature = "embedded-io-async")]
mod yielding;

#[cfg(feature = "embedded-io")]
pub use embedded_io;
#[cfg(feature = "embedded-io-async")]
pub use embedded_io_async;
#[cfg(feature = "embedded-nal")]
pub use embedded_nal;
#[cfg(feature = "embedded-nal-async")]
pub use embedded_nal_async;

#[cfg(feature = "embedded-nal")]
pub use nal::{Stack, StackTcpSocket, StackUdpSocket};
#[cfg(feature = "embedded-nal-async")]
pub use nal_async::{YieldingStack, YieldingUdp};
#[cfg(any(feature = "embedded-nal", feature = "embedded-nal-async"))]
pub use stack_error::{StackError, State};
#[cfg(feature = "embedded-io-async")]
pub use yielding::{AsStream, Yielding};
