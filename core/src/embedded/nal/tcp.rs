//! TCP of `embedded-nal`.

use core::mem;

use embedded_nal::{TcpClientStack, TcpFullStack, nb};

use super::{Stack, or_would_block};
use crate::embedded::{StackError, State};
use crate::option::ReuseAddr;
use crate::{
    Backend, Progress, Result, SocketAddr, TcpConnecting, TcpListener, TcpSocket, TcpStream,
};

/// The backlog of a listener: what Linux allows by default since 5.4 (`net.core.somaxconn`); a kernel
/// that allows less takes less.
const BACKLOG: u32 = 4096;

/// A TCP socket of a [`Stack`]. Dropped, it closes, whatever its state.
#[derive(Debug)]
pub struct StackTcpSocket<B: Backend>(Inner<B>);

#[derive(Debug)]
enum Inner<B: Backend> {
    Closed,
    Bound(TcpSocket<B>),
    Connecting(TcpConnecting<B>, SocketAddr<B::Abi>),
    Connected(TcpStream<B>),
    Listening(TcpListener<B>),
}

impl<B: Backend> StackTcpSocket<B> {
    /// Its state.
    pub const fn state(&self) -> State {
        match self.0 {
            Inner::Closed => State::Closed,
            Inner::Bound(_) => State::Bound,
            Inner::Connecting(..) => State::Connecting,
            Inner::Connected(_) => State::Connected,
            Inner::Listening(_) => State::Listening,
        }
    }

    /// The connection, for what the traits do not have: options, a half close.
    pub const fn stream(&self) -> Option<&TcpStream<B>> {
        match &self.0 {
            Inner::Connected(stream) => Some(stream),
            _ => None,
        }
    }

    /// The address that it is bound to, getsockname(2): which port `bind` to port 0 has got.
    ///
    /// # Errors
    /// `WrongState`: it has none yet.
    pub fn local_addr(&self) -> core::result::Result<SocketAddr<B::Abi>, StackError<B::Abi>> {
        Ok(match &self.0 {
            Inner::Closed => return Err(self.wrong_state()),
            Inner::Bound(socket) => socket.local_addr(),
            Inner::Connecting(socket, _) => socket.local_addr(),
            Inner::Connected(socket) => socket.local_addr(),
            Inner::Listening(socket) => socket.local_addr(),
        }?)
    }

    const fn wrong_state(&self) -> StackError<B::Abi> {
        StackError::WrongState(self.state())
    }
}

/// Opens a socket and starts to connect it.
fn start<B: Backend>(backend: B, remote: &SocketAddr<B::Abi>) -> Result<TcpConnecting<B>, B> {
    Ok(TcpSocket::open_for(backend, remote)?.connect(remote)?)
}

impl<B: Backend> TcpClientStack for Stack<B> {
    type TcpSocket = StackTcpSocket<B>;
    type Error = StackError<B::Abi>;

    /// A socket in name: the kernel's is opened by `connect` or `bind`, when the family is known.
    fn socket(&mut self) -> core::result::Result<StackTcpSocket<B>, Self::Error> {
        Ok(StackTcpSocket(Inner::Closed))
    }

    /// Starts to connect, or goes on with it: `WouldBlock` until it is done. When it fails, the socket
    /// is closed, and may be connected anew; a bound one stays bound where the kernel refuses at once.
    ///
    /// # Errors
    /// Those of [`Socket::connect`](crate::Socket#method.connect) and
    /// [`Connecting::finish`](crate::Connecting::finish). `WrongState`: it is connected or listens, or
    /// a connect to another address goes on.
    fn connect(
        &mut self,
        socket: &mut StackTcpSocket<B>,
        remote: core::net::SocketAddr,
    ) -> nb::Result<(), Self::Error> {
        let remote = SocketAddr::from(remote);
        let connecting = match mem::replace(&mut socket.0, Inner::Closed) {
            Inner::Closed => start(self.backend.clone(), &remote).map_err(or_would_block)?,
            Inner::Bound(bound) => bound.connect(&remote).map_err(|rejected| {
                socket.0 = Inner::Bound(rejected.socket);
                or_would_block(rejected.error)
            })?,
            Inner::Connecting(connecting, to) if to == remote => connecting,
            other => {
                socket.0 = other;
                return Err(nb::Error::Other(socket.wrong_state()));
            }
        };
        match connecting.finish().map_err(or_would_block)? {
            Progress::Connected(stream) => {
                socket.0 = Inner::Connected(stream);
                Ok(())
            }
            Progress::Pending(connecting) => {
                socket.0 = Inner::Connecting(connecting, remote);
                Err(nb::Error::WouldBlock)
            }
        }
    }

    /// [`Stream::send`](crate::Stream::send): what there is room for.
    ///
    /// # Errors
    /// Those of [`Stream::send`](crate::Stream::send). `WrongState`: it is not connected.
    fn send(
        &mut self,
        socket: &mut StackTcpSocket<B>,
        buffer: &[u8],
    ) -> nb::Result<usize, Self::Error> {
        let stream = socket.stream().ok_or(socket.wrong_state())?;
        stream.send(buffer).map_err(or_would_block)
    }

    /// [`Stream::recv`](crate::Stream::recv): what there is.
    ///
    /// # Errors
    /// Those of [`Stream::recv`](crate::Stream::recv). `EndOfStream`: the peer sends no more.
    /// `WrongState`: it is not connected.
    fn receive(
        &mut self,
        socket: &mut StackTcpSocket<B>,
        buffer: &mut [u8],
    ) -> nb::Result<usize, Self::Error> {
        let stream = socket.stream().ok_or(socket.wrong_state())?;
        let has_room = !buffer.is_empty();
        match stream.recv(buffer).map_err(or_would_block)? {
            0 if has_room => Err(nb::Error::Other(StackError::EndOfStream)),
            n => Ok(n),
        }
    }

    /// Closes the socket; close(2) with something unread resets the connection, RFC 1122 section
    /// 4.2.2.13.
    ///
    /// # Errors
    /// None.
    fn close(&mut self, socket: StackTcpSocket<B>) -> core::result::Result<(), Self::Error> {
        drop(socket);
        Ok(())
    }
}

impl<B: Backend> TcpFullStack for Stack<B> {
    /// Opens the socket with SO_REUSEADDR, as a server wants it, and binds it to the address of
    /// the stack and this port; 0 lets the kernel pick one.
    ///
    /// # Errors
    /// Those of [`Socket::open`](crate::Socket::open) and [`Socket::bind`](crate::Socket::bind).
    /// `WrongState`: it is open already.
    fn bind(
        &mut self,
        socket: &mut StackTcpSocket<B>,
        local_port: u16,
    ) -> core::result::Result<(), Self::Error> {
        let Inner::Closed = socket.0 else {
            return Err(socket.wrong_state());
        };
        let local = self.local(local_port);
        let bound = TcpSocket::open_for(self.backend.clone(), &local)?;
        bound.set_option(ReuseAddr, true)?;
        bound.bind(&local)?;
        socket.0 = Inner::Bound(bound);
        Ok(())
    }

    /// Starts to listen.
    ///
    /// # Errors
    /// Those of [`Socket::listen`](crate::Socket::listen); the socket stays bound. `WrongState`: it is
    /// not bound.
    fn listen(&mut self, socket: &mut StackTcpSocket<B>) -> core::result::Result<(), Self::Error> {
        match mem::replace(&mut socket.0, Inner::Closed) {
            Inner::Bound(bound) => match bound.listen(BACKLOG) {
                Ok(listener) => {
                    socket.0 = Inner::Listening(listener);
                    Ok(())
                }
                Err(rejected) => {
                    socket.0 = Inner::Bound(rejected.socket);
                    Err(rejected.error.into())
                }
            },
            other => {
                socket.0 = other;
                Err(socket.wrong_state())
            }
        }
    }

    /// Takes a connection, and the address of its peer.
    ///
    /// # Errors
    /// Those of [`Listener::accept`](crate::Listener::accept), after which to go on is told there.
    /// `WrongState`: it does not listen.
    fn accept(
        &mut self,
        socket: &mut StackTcpSocket<B>,
    ) -> nb::Result<(StackTcpSocket<B>, core::net::SocketAddr), Self::Error> {
        let Inner::Listening(listener) = &socket.0 else {
            return Err(nb::Error::Other(socket.wrong_state()));
        };
        let (stream, peer) = listener.accept().map_err(or_would_block)?;
        Ok((StackTcpSocket(Inner::Connected(stream)), peer.into()))
    }
}
