//! `embedded-nal-async`, without an event loop.

mod tcp;
mod udp;

pub use udp::YieldingUdp;

use crate::Deadline;

/// The stack of `embedded-nal-async` over a backend, for TCP and UDP.
///
/// Its futures, and those of its sockets, yield until they are done, as
/// [`Yielding`](crate::embedded::Yielding) tells.
///
/// The traits know no deadlines: those of the stack hold for all of its sockets.
///
/// ```
/// use core::time::Duration;
/// use embedded_io_async::Write;
/// use embedded_nal_async::TcpConnect;
/// use sock_core::{Backend, Deadline, Error, embedded::YieldingStack};
///
/// async fn hello<B: Backend>(backend: B, to: core::net::SocketAddr) -> Result<(), Error<B::Abi>> {
///     let mut stack = YieldingStack::new(backend);
///     stack.set_connect_deadline(Deadline::after(Duration::from_secs(5)));
///     stack.connect(to).await?.write_all(b"hello\n").await
/// }
/// ```
#[derive(Clone, Debug)]
pub struct YieldingStack<B> {
    backend: B,
    connect: Deadline,
    read: Deadline,
    write: Deadline,
}

impl<B> YieldingStack<B> {
    /// A stack over this kernel, without deadlines.
    pub const fn new(backend: B) -> Self {
        YieldingStack {
            backend,
            connect: Deadline::NEVER,
            read: Deadline::NEVER,
            write: Deadline::NEVER,
        }
    }

    /// How long a TCP connect may take; it ends with [`Error::DEADLINE`](crate::Error::DEADLINE).
    pub fn set_connect_deadline(&mut self, deadline: Deadline) {
        self.connect = deadline;
    }

    /// How long each receive of the sockets to come may take.
    pub fn set_read_deadline(&mut self, deadline: Deadline) {
        self.read = deadline;
    }

    /// How long each send of the sockets to come may take.
    pub fn set_write_deadline(&mut self, deadline: Deadline) {
        self.write = deadline;
    }
}

impl<B: Default> Default for YieldingStack<B> {
    fn default() -> Self {
        Self::new(B::default())
    }
}
