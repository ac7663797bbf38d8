//! Descriptors from and to std, and clones.

use std::io;
use std::net::UdpSocket;
use std::os::fd::{self, AsFd};
use std::sync::Arc;

use sock_core::{ConnectionProtocol, Stream, Udp, UnixDatagrams};
use sock_core::{DatagramSocket, Inet, Listener, Local};

use crate::acceptor::Acceptor;
use crate::alarm::Known;
use crate::connection::Connection;
use crate::datagrams::Datagrams;
use crate::settings::Settings;
use crate::system::{OwnedFd, System};

/// The inside of a socket of std's shape.
pub(crate) trait Inner: Sized {
    /// Whether the calls made here rely on O_NONBLOCK.
    const STAYS_NONBLOCKING: bool = false;

    /// The descriptor, for this crate's own use.
    fn fd(&self) -> &OwnedFd;

    fn settings(&self) -> &Arc<Settings<System>>;

    /// A socket over a descriptor that is not looked at, and whose open file may have other users.
    fn over(fd: OwnedFd, settings: Arc<Settings<System>>) -> Self;

    /// The same, checked to be such a socket.
    fn checked(fd: OwnedFd, settings: Arc<Settings<System>>) -> io::Result<Self>;

    /// The open file will have another user who knows how it is used here: a clone.
    fn share(&self) {}

    /// The open file may have another user who expects what std's would be.
    fn lend(&self);

    /// The descriptor without what was set for this crate's use.
    fn into_fd(self) -> (OwnedFd, Arc<Settings<System>>);
}

/// The descriptor, for whoever asks.
pub(crate) fn lent<I: Inner>(inner: &I) -> &OwnedFd {
    inner.lend();
    inner.fd()
}

/// dup(2), with one set of settings for both.
pub(crate) fn clone<I: Inner>(inner: &I) -> io::Result<I> {
    inner.share();
    let fd = inner.fd().as_fd().try_clone_to_owned()?;
    Ok(I::over(fd.into(), inner.settings().clone()))
}

/// A socket over std's descriptor, not looked at.
pub(crate) fn adopt<I: Inner>(fd: fd::OwnedFd) -> I {
    let (fd, settings) = with_settings(fd);
    I::over(fd, settings)
}

/// A socket over std's descriptor, checked.
pub(crate) fn adopt_checked<I: Inner>(fd: fd::OwnedFd) -> io::Result<I> {
    let (fd, settings) = with_settings(fd);
    I::checked(fd, settings)
}

/// The settings of an open file from elsewhere, as far as it is a socket: fcntl(2), getsockopt(2) of
/// `SO_RCVTIMEO` and `SO_SNDTIMEO`.
fn with_settings(fd: fd::OwnedFd) -> (OwnedFd, Arc<Settings<System>>) {
    // std's own reading of these options, which are the same of any socket.
    let socket = UdpSocket::from(fd);
    let read = socket.read_timeout().unwrap_or_default();
    let write = socket.write_timeout().unwrap_or_default();
    let fd = OwnedFd::from(fd::OwnedFd::from(socket));
    let nonblocking = fd.is_nonblocking().unwrap_or_default();
    let settings = Settings::adopted(nonblocking, read, write);
    (fd, Arc::new(settings))
}

/// Std's descriptor, set as std's own would be.
pub(crate) fn give<I: Inner>(inner: I) -> fd::OwnedFd {
    let (fd, settings) = inner.into_fd();
    // The accept of a clone must not wait in the kernel.
    let stays = I::STAYS_NONBLOCKING && Arc::strong_count(&settings) > 1;
    if !stays {
        settings.give(&System, &fd);
    }
    let socket = UdpSocket::from(fd::OwnedFd::from(fd));
    let (read, write) = (settings.read.time_out(), settings.write.time_out());
    if socket.read_timeout().is_ok_and(|is| is != read) {
        let _ = socket.set_read_timeout(read);
    }
    if socket.write_timeout().is_ok_and(|is| is != write) {
        let _ = socket.set_write_timeout(write);
    }
    socket.into()
}

/// Std's own socket over a duplicate of the descriptor, for options that the core does not have. They
/// belong to the socket, whatever its kind, and so reach it through the duplicate.
pub(crate) fn through_std<I: Inner>(inner: &I) -> io::Result<UdpSocket> {
    Ok(inner.fd().as_fd().try_clone_to_owned()?.into())
}

impl<P: Known> Inner for Connection<System, P> {
    fn fd(&self) -> &OwnedFd {
        self.core().as_fd()
    }

    fn settings(&self) -> &Arc<Settings<System>> {
        self.settings()
    }

    fn over(fd: OwnedFd, settings: Arc<Settings<System>>) -> Self {
        Connection::shared(Stream::assume(System, fd), settings)
    }

    fn checked(fd: OwnedFd, settings: Arc<Settings<System>>) -> io::Result<Self> {
        Ok(Connection::shared(Stream::from_fd(System, fd)?, settings))
    }

    fn share(&self) {
        self.share();
    }

    fn lend(&self) {
        self.lend();
    }

    fn into_fd(self) -> (OwnedFd, Arc<Settings<System>>) {
        let (socket, settings) = self.into_parts();
        (socket.into_fd(), settings)
    }
}

impl<P> Inner for Acceptor<System, P>
where
    P: Known + ConnectionProtocol<Connection<System> = Stream<System, P>>,
{
    const STAYS_NONBLOCKING: bool = true;

    fn fd(&self) -> &OwnedFd {
        self.core().as_fd()
    }

    fn settings(&self) -> &Arc<Settings<System>> {
        self.settings()
    }

    fn over(fd: OwnedFd, settings: Arc<Settings<System>>) -> Self {
        Acceptor::new(Listener::assume(System, fd), settings)
    }

    fn checked(fd: OwnedFd, settings: Arc<Settings<System>>) -> io::Result<Self> {
        Ok(Acceptor::new(Listener::from_fd(System, fd)?, settings))
    }

    /// A listener has to stay non-blocking.
    fn lend(&self) {}

    fn into_fd(self) -> (OwnedFd, Arc<Settings<System>>) {
        let (socket, settings) = self.into_parts();
        (socket.into_fd(), settings)
    }
}

/// A protocol of datagrams, as sockets over descriptors that are not looked at.
pub(crate) trait Assumed: Known {
    fn assume(fd: OwnedFd) -> DatagramSocket<System, Self>;
}

impl Assumed for Udp {
    fn assume(fd: OwnedFd) -> DatagramSocket<System, Self> {
        let socket = DatagramSocket::<_, Udp>::assume(System, fd, Inet::V4);
        match socket.local_addr() {
            Ok(addr) if addr.is_ipv6() => {
                DatagramSocket::assume(System, socket.into_fd(), Inet::V6)
            }
            _ => socket,
        }
    }
}

impl Assumed for UnixDatagrams {
    fn assume(fd: OwnedFd) -> DatagramSocket<System, Self> {
        DatagramSocket::assume(System, fd, Local)
    }
}

impl<P: Assumed> Inner for Datagrams<System, P> {
    fn fd(&self) -> &OwnedFd {
        self.core().as_fd()
    }

    fn settings(&self) -> &Arc<Settings<System>> {
        self.settings()
    }

    fn over(fd: OwnedFd, settings: Arc<Settings<System>>) -> Self {
        Datagrams::new(P::assume(fd), settings)
    }

    fn checked(fd: OwnedFd, settings: Arc<Settings<System>>) -> io::Result<Self> {
        let socket = DatagramSocket::from_fd(System, fd)?;
        Ok(Datagrams::new(socket, settings))
    }

    fn lend(&self) {
        self.lend();
    }

    fn into_fd(self) -> (OwnedFd, Arc<Settings<System>>) {
        let (socket, settings) = self.into_parts();
        (socket.into_fd(), settings)
    }
}
