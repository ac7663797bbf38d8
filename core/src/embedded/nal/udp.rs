//! UDP of `embedded-nal`.

use core::mem;

use embedded_nal::{UdpClientStack, UdpFullStack, nb};

use super::{Stack, or_would_block};
use crate::embedded::{StackError, State};
use crate::{
    Address, Backend, ConnectedUdpSocket, Domain, Error, Inet, Received, Result, SocketAddr,
    UdpSocket,
};

/// A UDP socket of a [`Stack`]. Dropped, it closes, whatever its state.
#[derive(Debug)]
pub struct StackUdpSocket<B: Backend>(Inner<B>);

#[derive(Debug)]
enum Inner<B: Backend> {
    Closed,
    /// The address is the one that was sent to last.
    Bound(UdpSocket<B>, Option<SocketAddr<B::Abi>>),
    Connected(ConnectedUdpSocket<B>, SocketAddr<B::Abi>),
}

impl<B: Backend> StackUdpSocket<B> {
    /// Its state.
    pub const fn state(&self) -> State {
        match self.0 {
            Inner::Closed => State::Closed,
            Inner::Bound(..) => State::Bound,
            Inner::Connected(..) => State::Connected,
        }
    }

    /// The address that it is bound to, getsockname(2): which port `bind` to port 0, or `connect`,
    /// has got.
    ///
    /// # Errors
    /// `WrongState`: it has none yet.
    pub fn local_addr(&self) -> core::result::Result<SocketAddr<B::Abi>, StackError<B::Abi>> {
        Ok(match &self.0 {
            Inner::Closed => return Err(self.wrong_state()),
            Inner::Bound(socket, _) => socket.local_addr(),
            Inner::Connected(socket, _) => socket.local_addr(),
        }?)
    }

    const fn wrong_state(&self) -> StackError<B::Abi> {
        StackError::WrongState(self.state())
    }
}

fn open_for<B: Backend>(backend: B, remote: &SocketAddr<B::Abi>) -> Result<UdpSocket<B>, B> {
    let domain = Inet::from_family(remote.family()).ok_or(Error::WRONG_FAMILY)?;
    UdpSocket::open(backend, domain)
}

impl<B: Backend> UdpClientStack for Stack<B> {
    type UdpSocket = StackUdpSocket<B>;
    type Error = StackError<B::Abi>;

    /// A socket in name: the kernel's is opened when the family is known.
    fn socket(&mut self) -> core::result::Result<StackUdpSocket<B>, Self::Error> {
        Ok(StackUdpSocket(Inner::Closed))
    }

    /// Gives the socket a peer, another one if it had one; a bound socket keeps its port.
    ///
    /// # Errors
    /// Those of [`DatagramSocket::connect`](crate::DatagramSocket::connect); the socket is as before,
    /// but without the peer that it had.
    fn connect(
        &mut self,
        socket: &mut StackUdpSocket<B>,
        remote: core::net::SocketAddr,
    ) -> core::result::Result<(), Self::Error> {
        let remote = SocketAddr::from(remote);
        let unconnected = match mem::replace(&mut socket.0, Inner::Closed) {
            Inner::Closed => open_for(self.backend.clone(), &remote)?,
            Inner::Bound(bound, _) => bound,
            Inner::Connected(connected, peer) => connected.disconnect().map_err(|rejected| {
                socket.0 = Inner::Connected(rejected.socket, peer);
                rejected.error
            })?,
        };
        match unconnected.connect(&remote) {
            Ok(connected) => {
                socket.0 = Inner::Connected(connected, remote);
                Ok(())
            }
            Err(rejected) => {
                socket.0 = Inner::Bound(rejected.socket, None);
                Err(rejected.error.into())
            }
        }
    }

    /// Sends a datagram to the peer, or to the address of the last `send_to`.
    ///
    /// # Errors
    /// Those of [`Connected::send`](crate::Connected::send) or
    /// [`DatagramSocket::send_to`](crate::DatagramSocket::send_to). `WrongState`: there is neither.
    fn send(
        &mut self,
        socket: &mut StackUdpSocket<B>,
        buffer: &[u8],
    ) -> nb::Result<(), Self::Error> {
        let sent = match &socket.0 {
            Inner::Connected(connected, _) => connected.send(buffer),
            Inner::Bound(bound, Some(last)) => bound.send_to(buffer, last),
            _ => return Err(nb::Error::Other(socket.wrong_state())),
        };
        sent.map(drop).map_err(or_would_block)
    }

    /// Receives a datagram, and the address of its sender.
    ///
    /// # Errors
    /// Those of [`Connected::recv`](crate::Connected::recv). `Truncated`: the datagram was longer than
    /// `buffer`, which holds its beginning; the rest is gone. `WrongState`: it is neither bound nor
    /// connected, and nothing can come.
    fn receive(
        &mut self,
        socket: &mut StackUdpSocket<B>,
        buffer: &mut [u8],
    ) -> nb::Result<(usize, core::net::SocketAddr), Self::Error> {
        let received = match &socket.0 {
            Inner::Closed => return Err(nb::Error::Other(socket.wrong_state())),
            Inner::Bound(bound, _) => bound.recv_from(buffer),
            Inner::Connected(connected, peer) => connected.recv(buffer).map(|received| Received {
                bytes: received.bytes,
                from: *peer,
                truncated: received.truncated,
            }),
        };
        match received.map_err(or_would_block)? {
            Received {
                truncated: true, ..
            } => Err(nb::Error::Other(StackError::Truncated)),
            Received { bytes, from, .. } => Ok((bytes, from.into())),
        }
    }

    /// Closes the socket.
    ///
    /// # Errors
    /// None.
    fn close(&mut self, socket: StackUdpSocket<B>) -> core::result::Result<(), Self::Error> {
        drop(socket);
        Ok(())
    }
}

impl<B: Backend> UdpFullStack for Stack<B> {
    /// Opens the socket, and binds it to the address of the stack and this port; 0 lets the kernel
    /// pick one.
    ///
    /// # Errors
    /// Those of [`UdpSocket::bind_in`]. `WrongState`: it is open already.
    fn bind(
        &mut self,
        socket: &mut StackUdpSocket<B>,
        local_port: u16,
    ) -> core::result::Result<(), Self::Error> {
        let Inner::Closed = socket.0 else {
            return Err(socket.wrong_state());
        };
        let bound = UdpSocket::bind_in(self.backend.clone(), &self.local(local_port))?;
        socket.0 = Inner::Bound(bound, None);
        Ok(())
    }

    /// Sends a datagram to `remote`; a socket that is not open yet is opened, and gets a port.
    ///
    /// # Errors
    /// Those of [`DatagramSocket::send_to`](crate::DatagramSocket::send_to). `WrongState`: it is
    /// connected, and to another address.
    fn send_to(
        &mut self,
        socket: &mut StackUdpSocket<B>,
        remote: core::net::SocketAddr,
        buffer: &[u8],
    ) -> nb::Result<(), Self::Error> {
        let remote = SocketAddr::from(remote);
        if let Inner::Closed = socket.0 {
            let opened = open_for(self.backend.clone(), &remote).map_err(or_would_block)?;
            socket.0 = Inner::Bound(opened, None);
        }
        let sent = match &mut socket.0 {
            Inner::Bound(bound, last) => {
                *last = Some(remote);
                bound.send_to(buffer, &remote)
            }
            Inner::Connected(connected, peer) if *peer == remote => connected.send(buffer),
            _ => return Err(nb::Error::Other(socket.wrong_state())),
        };
        sent.map(drop).map_err(or_would_block)
    }
}
