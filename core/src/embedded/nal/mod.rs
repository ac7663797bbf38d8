//! `embedded-nal`: a stack whose sockets open when the family is known.

mod tcp;
mod udp;

pub use tcp::StackTcpSocket;
pub use udp::StackUdpSocket;

use core::net::{IpAddr, Ipv4Addr};

use embedded_nal::nb;

use super::StackError;
use crate::{Abi, Backend, Error, SocketAddr};

/// The stack of `embedded-nal` over a backend, for TCP and UDP.
///
/// No call waits: what cannot be done now is [`nb::Error::WouldBlock`]. Clones are as good as the
/// original, since all state is in the sockets.
///
/// The traits give `bind` a port and no address: it is the address of
/// [`bound_to`](Self::bound_to), `0.0.0.0` unless told otherwise. A socket that was bound has
/// its family, and reaches no address of another.
///
/// ```
/// use embedded_nal::{TcpClientStack, nb};
/// use sock_core::{Backend, embedded::Stack};
///
/// fn hello<B: Backend>(backend: B, server: core::net::SocketAddr) -> Option<usize> {
///     let mut stack = Stack::new(backend);
///     let mut socket = TcpClientStack::socket(&mut stack).ok()?;
///     nb::block!(TcpClientStack::connect(&mut stack, &mut socket, server)).ok()?;
///     let sent = nb::block!(TcpClientStack::send(&mut stack, &mut socket, b"hello\n")).ok()?;
///     TcpClientStack::close(&mut stack, socket).ok()?;
///     Some(sent)
/// }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Stack<B> {
    backend: B,
    local: Option<IpAddr>,
}

impl<B: Backend> Stack<B> {
    /// A stack over this kernel.
    pub const fn new(backend: B) -> Self {
        Stack {
            backend,
            local: None,
        }
    }

    /// The same with `local` as the address of every socket that is bound. `[::]` takes
    /// IPv4 on Linux as well; its peers then have addresses like `::ffff:192.0.2.1`.
    pub fn bound_to(self, local: IpAddr) -> Self {
        Stack {
            local: Some(local),
            ..self
        }
    }

    fn local(&self, port: u16) -> SocketAddr<B::Abi> {
        SocketAddr::new(self.local.unwrap_or(Ipv4Addr::UNSPECIFIED.into()), port)
    }
}

/// Would-block becomes nb's own.
fn or_would_block<A: Abi>(error: Error<A>) -> nb::Error<StackError<A>> {
    if error == Error::WOULD_BLOCK {
        nb::Error::WouldBlock
    } else {
        nb::Error::Other(StackError::Socket(error))
    }
}
