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
    /// The address is the one that a datagram went to last.
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

    /// The address that it is bound to, getsockname(2): which port `bind` to port 0, `connect` or
    /// `send_to` has got. The port is 0 where a change of peers that failed took one away, until the
    /// next datagram is sent.
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

    /// Gives the socket a peer, another one if it had one. A port that `bind` named stays; one that
    /// the kernel picked may become another with another peer.
    ///
    /// # Errors
    /// Those of [`UdpSocket::open`] and [`DatagramSocket::connect`](crate::DatagramSocket::connect). The
    /// socket is as before: a closed one stays closed, and takes an address of any family next. But a
    /// connected one has lost its peer, and is bound.
    fn connect(
        &mut self,
        socket: &mut StackUdpSocket<B>,
        remote: core::net::SocketAddr,
    ) -> core::result::Result<(), Self::Error> {
        let remote = SocketAddr::from(remote);
        let was_open = !matches!(socket.0, Inner::Closed);
        let (unconnected, last) = match mem::replace(&mut socket.0, Inner::Closed) {
            Inner::Closed => (open_for(self.backend.clone(), &remote)?, None),
            Inner::Bound(bound, last) => (bound, last),
            Inner::Connected(connected, peer) => {
                let disconnected = connected.disconnect().map_err(|rejected| {
                    socket.0 = Inner::Connected(rejected.socket, peer);
                    rejected.error
                })?;
                (disconnected, None)
            }
        };
        match unconnected.connect(&remote) {
            Ok(connected) => {
                socket.0 = Inner::Connected(connected, remote);
                Ok(())
            }
            Err(rejected) => {
                if was_open {
                    socket.0 = Inner::Bound(rejected.socket, last);
                }
                Err(rejected.error.into())
            }
        }
    }

    /// Sends a datagram to the peer, or to the address of the last `send_to` that succeeded.
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
    /// Those of [`UdpSocket::open`] and [`DatagramSocket::send_to`](crate::DatagramSocket::send_to). The
    /// socket is as before: a closed one stays closed, and `send` goes where it went before.
    /// `WrongState`: it is connected, and to another address.
    fn send_to(
        &mut self,
        socket: &mut StackUdpSocket<B>,
        remote: core::net::SocketAddr,
        buffer: &[u8],
    ) -> nb::Result<(), Self::Error> {
        let remote = SocketAddr::from(remote);
        match &mut socket.0 {
            Inner::Closed => {
                let opened = open_for(self.backend.clone(), &remote).map_err(or_would_block)?;
                opened.send_to(buffer, &remote).map_err(or_would_block)?;
                socket.0 = Inner::Bound(opened, Some(remote));
            }
            Inner::Bound(bound, last) => {
                bound.send_to(buffer, &remote).map_err(or_would_block)?;
                *last = Some(remote);
            }
            Inner::Connected(connected, peer) if *peer == remote => {
                connected.send(buffer).map_err(or_would_block)?;
            }
            Inner::Connected(..) => return Err(nb::Error::Other(socket.wrong_state())),
        }
        Ok(())
    }
}
