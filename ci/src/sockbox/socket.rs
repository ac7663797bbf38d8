//! The other end of a socket: by std, and by rustix where std has no such kind.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream, UdpSocket};
use std::os::fd::OwnedFd;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram, UnixStream};
use std::thread;

use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvFlags, RecvMsg, ReturnFlags, SendFlags, SocketAddrUnix,
    SocketType, connect, recvmsg, send, socket, sockopt,
};

use super::stage::{PATIENCE, eventually, same};
use crate::Result;

/// A connected stream, TCP or Unix.
pub(super) trait Stream: Read + Write + Send + Sync {
    fn shutdown(&self) -> std::io::Result<()>;
    fn duplicate(&self) -> std::io::Result<Box<dyn Stream>>;
}

impl Stream for TcpStream {
    fn shutdown(&self) -> std::io::Result<()> {
        TcpStream::shutdown(self, Shutdown::Write)
    }

    fn duplicate(&self) -> std::io::Result<Box<dyn Stream>> {
        Ok(Box::new(self.try_clone()?))
    }
}

impl Stream for UnixStream {
    fn shutdown(&self) -> std::io::Result<()> {
        UnixStream::shutdown(self, Shutdown::Write)
    }

    fn duplicate(&self) -> std::io::Result<Box<dyn Stream>> {
        Ok(Box::new(self.try_clone()?))
    }
}

/// An error with what was done.
pub(super) fn to<E: std::fmt::Display>(what: &str) -> impl Fn(E) -> String {
    move |error| format!("{what}: {error}")
}

/// What follows the kind in an address.
fn rest(address: &str) -> Result<(&str, &str)> {
    address
        .split_once(':')
        .ok_or_else(|| format!("{address} has no kind"))
}

pub(super) fn tcp(address: &str) -> Result<TcpStream> {
    let stream = TcpStream::connect(rest(address)?.1).map_err(to("connect"))?;
    stream
        .set_read_timeout(Some(PATIENCE))
        .map_err(to("time-out"))?;
    stream
        .set_write_timeout(Some(PATIENCE))
        .map_err(to("time-out"))?;
    Ok(stream)
}

/// Takes a connection, if one comes in time.
pub(super) fn accept(listener: &TcpListener) -> Result<TcpStream> {
    listener.set_nonblocking(true).map_err(to("mode"))?;
    let mut accepted = None;
    eventually("a connection", || {
        accepted = listener.accept().ok();
        accepted.is_some()
    })?;
    let (stream, _) = accepted.ok_or("no connection")?;
    stream.set_nonblocking(false).map_err(to("mode"))?;
    stream
        .set_read_timeout(Some(PATIENCE))
        .map_err(to("time-out"))?;
    stream
        .set_write_timeout(Some(PATIENCE))
        .map_err(to("time-out"))?;
    Ok(stream)
}

/// The address of std for a path, or an abstract name behind an `@`.
pub(super) fn unix_address(name: &str) -> Result<SocketAddr> {
    match name.strip_prefix('@') {
        Some(name) => SocketAddr::from_abstract_name(name),
        None => SocketAddr::from_pathname(name),
    }
    .map_err(to("address"))
}

pub(super) fn unix(address: &str) -> Result<UnixStream> {
    let addr = unix_address(rest(address)?.1)?;
    let stream = UnixStream::connect_addr(&addr).map_err(to("connect"))?;
    stream
        .set_read_timeout(Some(PATIENCE))
        .map_err(to("time-out"))?;
    stream
        .set_write_timeout(Some(PATIENCE))
        .map_err(to("time-out"))?;
    Ok(stream)
}

/// A connected stream of the address's kind.
pub(super) fn stream(address: &str) -> Result<Box<dyn Stream>> {
    match rest(address)?.0 {
        "tcp" => Ok(Box::new(tcp(address)?)),
        "unix" => Ok(Box::new(unix(address)?)),
        kind => Err(format!("{kind} has no streams")),
    }
}

/// All bytes there and back while both ends are open, and then the end of the stream.
pub(super) fn exchange(mut stream: Box<dyn Stream>, bytes: &[u8]) -> Result<()> {
    let mut sender = stream.duplicate().map_err(to("dup"))?;
    let mut back = Vec::new();
    thread::scope(|scope| {
        let sender = scope.spawn(move || sender.write_all(bytes).and_then(|()| sender.shutdown()));
        let received = stream.read_to_end(&mut back);
        let sent = sender.join().map_err(|_| "a sender panicked")?;
        sent.map_err(to("send"))?;
        received.map_err(to("receive"))?;
        same(bytes, &back)
    })
}

/// A UDP socket whose peer is the address.
pub(super) fn udp(address: &str) -> Result<UdpSocket> {
    let addr = rest(address)?.1;
    let any = if addr.starts_with('[') {
        "[::1]:0"
    } else {
        "127.0.0.1:0"
    };
    let socket = UdpSocket::bind(any).map_err(to("bind"))?;
    socket.connect(addr).map_err(to("connect"))?;
    socket
        .set_read_timeout(Some(PATIENCE))
        .map_err(to("time-out"))?;
    Ok(socket)
}

/// A Unix datagram socket with a name, whose peer is the address.
pub(super) fn unix_dgram(address: &str, name: &str) -> Result<UnixDatagram> {
    let socket = UnixDatagram::bind_addr(&unix_address(name)?).map_err(to("bind"))?;
    let addr = unix_address(rest(address)?.1)?;
    socket.connect_addr(&addr).map_err(to("connect"))?;
    socket
        .set_read_timeout(Some(PATIENCE))
        .map_err(to("time-out"))?;
    Ok(socket)
}

/// A seqpacket connection.
pub(super) struct Seqpacket(pub(super) OwnedFd);

impl Seqpacket {
    pub(super) fn connect(address: &str) -> Result<Self> {
        let fd = Self::open()?;
        let name = rest(address)?.1;
        let addr = match name.strip_prefix('@') {
            Some(name) => SocketAddrUnix::new_abstract_name(name.as_bytes()),
            None => SocketAddrUnix::new(name),
        };
        connect(&fd, &addr.map_err(to("address"))?).map_err(to("connect"))?;
        Self::new(fd)
    }

    pub(super) fn open() -> Result<OwnedFd> {
        socket(AddressFamily::UNIX, SocketType::SEQPACKET, None).map_err(to("socket"))
    }

    /// A connection that waits no longer than patience, and tells empty messages from its end.
    pub(super) fn new(fd: OwnedFd) -> Result<Self> {
        let timeout = sockopt::Timeout::Recv;
        sockopt::set_socket_timeout(&fd, timeout, Some(PATIENCE)).map_err(to("time-out"))?;
        sockopt::set_socket_passcred(&fd, true).map_err(to("SO_PASSCRED"))?;
        Ok(Seqpacket(fd))
    }

    pub(super) fn send(&self, message: &[u8]) -> Result<()> {
        let sent = send(&self.0, message, SendFlags::NOSIGNAL).map_err(to("send"))?;
        if sent == message.len() {
            Ok(())
        } else {
            Err("a message was cut".into())
        }
    }

    pub(super) fn end(&self) -> Result<()> {
        rustix::net::shutdown(&self.0, rustix::net::Shutdown::Write).map_err(to("shutdown"))
    }

    /// The next message, or none at the end.
    pub(super) fn recv(&self) -> Result<Option<Vec<u8>>> {
        let mut room = vec![0; 1 << 17];
        let parts = &mut [std::io::IoSliceMut::new(&mut room)];
        // Credentials come with every message, and there is no room for them.
        let control = &mut RecvAncillaryBuffer::default();
        let RecvMsg { bytes, flags, .. } =
            recvmsg(&self.0, parts, control, RecvFlags::empty()).map_err(to("receive"))?;
        room.truncate(bytes);
        let is_message = bytes > 0 || flags.contains(ReturnFlags::CTRUNC);
        Ok(is_message.then_some(room))
    }
}
