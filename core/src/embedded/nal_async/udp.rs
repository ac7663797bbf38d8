//! UDP of `embedded-nal-async`.

use core::net::SocketAddr as Addr;

use embedded_nal_async::{ConnectedUdp, UdpStack, UnconnectedUdp};

use super::YieldingStack;
use crate::embedded::StackError;
use crate::embedded::yielding::until;
use crate::{
    Abi, Address, Backend, ConnectedUdpSocket, Deadline, Domain, Error, Inet, Received, SocketAddr,
    UdpSocket,
};

/// What a call on a socket of the backend `B` returns.
type Result<T, B> = core::result::Result<T, StackError<<B as Backend>::Abi>>;

/// A UDP socket of a [`YieldingStack`]: `S` is a [`ConnectedUdpSocket`] or a [`UdpSocket`].
#[derive(Debug)]
pub struct YieldingUdp<S> {
    socket: S,
    local: Addr,
    read: Deadline,
    write: Deadline,
}

impl<S> YieldingUdp<S> {
    /// The socket.
    pub const fn get_ref(&self) -> &S {
        &self.socket
    }

    /// The socket.
    pub fn into_inner(self) -> S {
        self.socket
    }
}

/// Its number of bytes, unless its end is gone.
fn whole<A: Abi, T>(received: &Received<usize, T>) -> core::result::Result<usize, StackError<A>> {
    if received.truncated {
        Err(StackError::Truncated)
    } else {
        Ok(received.bytes)
    }
}

impl<B: Backend> ConnectedUdp for YieldingUdp<ConnectedUdpSocket<B>> {
    type Error = StackError<B::Abi>;

    /// [`Connected::send`](crate::Connected::send) at each poll.
    async fn send(&mut self, data: &[u8]) -> Result<(), B> {
        let socket = &self.socket;
        until(socket.backend(), self.write, || socket.send(data)).await?;
        Ok(())
    }

    /// [`Connected::recv`](crate::Connected::recv) at each poll.
    ///
    /// # Errors
    /// Those of [`Connected::recv`](crate::Connected::recv). `Truncated`: the datagram was longer than
    /// `buffer`, which holds its beginning. The trait would have its full size instead, which the
    /// core does not know.
    async fn receive_into(&mut self, buffer: &mut [u8]) -> Result<usize, B> {
        let socket = &self.socket;
        let received = until(socket.backend(), self.read, || socket.recv(&mut *buffer)).await?;
        whole(&received)
    }
}

/// Whether `named`, of which each part may be left unspecified, is what a socket bound to `bound`
/// sends from. A socket that is bound to no single address cannot be told which one to use.
fn is_local(named: Addr, bound: Addr) -> bool {
    (named.ip().is_unspecified() || named.ip() == bound.ip())
        && (named.port() == 0 || named.port() == bound.port())
}

impl<B: Backend> UnconnectedUdp for YieldingUdp<UdpSocket<B>> {
    type Error = StackError<B::Abi>;

    /// [`DatagramSocket::send_to`](crate::DatagramSocket::send_to) at each poll.
    ///
    /// # Errors
    /// Those of [`DatagramSocket::send_to`](crate::DatagramSocket::send_to). `LocalAddress`: `local`
    /// is specified, and not what the socket is bound to.
    async fn send(&mut self, local: Addr, remote: Addr, data: &[u8]) -> Result<(), B> {
        if !is_local(local, self.local) {
            return Err(StackError::LocalAddress);
        }
        let (socket, remote) = (&self.socket, SocketAddr::from(remote));
        let send = || socket.send_to(data, &remote);
        until(socket.backend(), self.write, send).await?;
        Ok(())
    }

    /// [`DatagramSocket::recv_from`](crate::DatagramSocket::recv_from) at each poll. The local address
    /// is the one that the socket is bound to: of a socket that is bound to all of them, the
    /// unspecified one, which [`send`](Self::send) takes again.
    ///
    /// # Errors
    /// Those of [`DatagramSocket::recv_from`](crate::DatagramSocket::recv_from). `Truncated`, as of a
    /// connected socket.
    async fn receive_into(&mut self, buffer: &mut [u8]) -> Result<(usize, Addr, Addr), B> {
        let socket = &self.socket;
        let receive = || socket.recv_from(&mut *buffer);
        let received = until(socket.backend(), self.read, receive).await?;
        Ok((whole(&received)?, self.local, received.from.into()))
    }
}

impl<B: Backend> YieldingStack<B> {
    fn udp<S>(&self, socket: S, local: SocketAddr<B::Abi>) -> YieldingUdp<S> {
        YieldingUdp {
            socket,
            local: local.into(),
            read: self.read,
            write: self.write,
        }
    }

    fn bind(&self, local: Addr) -> Result<YieldingUdp<UdpSocket<B>>, B> {
        let socket = UdpSocket::bind_in(self.backend.clone(), &SocketAddr::from(local))?;
        let local = socket.local_addr()?;
        Ok(self.udp(socket, local))
    }
}

impl<B: Backend> UdpStack for YieldingStack<B> {
    type Error = StackError<B::Abi>;
    type Connected = YieldingUdp<ConnectedUdpSocket<B>>;
    type UniquelyBound = YieldingUdp<UdpSocket<B>>;
    type MultiplyBound = YieldingUdp<UdpSocket<B>>;

    /// Done at once: socket(2), bind(2) unless all of `local` is unspecified, connect(2),
    /// getsockname(2).
    ///
    /// # Errors
    /// Those of [`UdpSocket::open`](crate::DatagramSocket#method.open),
    /// [`bind_to`](crate::DatagramSocket::bind_to) and
    /// [`connect`](crate::DatagramSocket::connect).
    async fn connect_from(&self, local: Addr, remote: Addr) -> Result<(Addr, Self::Connected), B> {
        let remote = SocketAddr::from(remote);
        let domain = Inet::from_family(remote.family()).ok_or(Error::WRONG_FAMILY)?;
        let socket = UdpSocket::open(self.backend.clone(), domain)?;
        if !local.ip().is_unspecified() || local.port() != 0 {
            socket.bind_to(&SocketAddr::from(local))?;
        }
        let socket = socket.connect(&remote).map_err(Error::from)?;
        let local = socket.local_addr()?;
        Ok((local.into(), self.udp(socket, local)))
    }

    /// Done at once: socket(2), bind(2), getsockname(2).
    ///
    /// # Errors
    /// Those of [`UdpSocket::bind_in`](crate::DatagramSocket#method.bind_in). `LocalAddress`: `local`
    /// has no IP address. The trait would have one picked, which bind(2) does not do.
    async fn bind_single(&self, local: Addr) -> Result<(Addr, Self::UniquelyBound), B> {
        if local.ip().is_unspecified() {
            return Err(StackError::LocalAddress);
        }
        let socket = self.bind(local)?;
        Ok((socket.local, socket))
    }

    /// Done at once: socket(2), bind(2), getsockname(2).
    ///
    /// # Errors
    /// Those of [`UdpSocket::bind_in`](crate::DatagramSocket#method.bind_in).
    async fn bind_multiple(&self, local: Addr) -> Result<Self::MultiplyBound, B> {
        self.bind(local)
    }
}
