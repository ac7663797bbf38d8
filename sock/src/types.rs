//! The types of `sock-core` with the backend of the target filled in.

#[cfg(any(
    feature = "embedded-io",
    feature = "embedded-nal",
    feature = "embedded-nal-async"
))]
pub mod embedded;

#[cfg(target_os = "macos")]
pub use sock_darwin::{
    Darwin as System, IoSlice, IoSliceMut, OwnedFd, PollFd, connectx, kqueue, program,
};
#[cfg(target_os = "freebsd")]
pub use sock_freebsd::{FreeBsd as System, IoSlice, IoSliceMut, OwnedFd, PollFd, kqueue, program};
#[cfg(target_os = "linux")]
pub use sock_linux::{IoSlice, IoSliceMut, Linux as System, OwnedFd, PollFd, program};

use crate::{Backend, Deadline, Instant, Tcp};

/// The numbers of the target's kernel.
pub type SystemAbi = <System as Backend>::Abi;

/// Why a call failed: the kernel's number, or a condition that the library found. See
/// [`ErrorKind`](crate::ErrorKind) for what it means.
///
/// ```
/// use sock::{Error, ErrorKind, TcpStream};
///
/// let (a, b) = sock::UnixStream::pair()?;
/// assert_eq!(b.recv(&mut [0; 8]), Err(Error::WOULD_BLOCK));
/// drop(a);
/// assert_eq!(b.send(b"x").unwrap_err().kind(), ErrorKind::BrokenPipe);
/// # Ok::<(), sock::Error>(())
/// ```
pub type Error = sock_core::Error<SystemAbi>;

/// What a call returns.
pub type Result<T> = core::result::Result<T, Error>;

/// A transfer of a whole buffer that stopped early: how many bytes went, and why no more.
pub type Incomplete = sock_core::Incomplete<SystemAbi>;

/// A step that consumes a socket failed: why, and the socket.
pub type Rejected<S> = sock_core::Rejected<S, SystemAbi>;

/// An IPv4 or IPv6 address and port.
///
/// ```
/// let addr: sock::SocketAddr = "[2001:db8::1]:443".parse()?;
/// assert_eq!(addr.port(), 443);
/// # Ok::<(), sock::AddrError>(())
/// ```
pub type SocketAddr = sock_core::SocketAddr<SystemAbi>;

/// An IPv4 address and port.
pub type SocketAddrV4 = sock_core::SocketAddrV4<SystemAbi>;

/// An IPv6 address, port, flow information and scope.
pub type SocketAddrV6 = sock_core::SocketAddrV6<SystemAbi>;

/// An address whose zone may be the name of an interface.
///
/// ```
/// let addr = sock::ScopedAddr::parse("[fe80::1%lo]:80")?.resolve(&sock::System)?;
/// assert_eq!(addr.as_v6().map(|v6| v6.scope_id()), Some(1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub type ScopedAddr<'t> = sock_core::ScopedAddr<'t, SystemAbi>;

/// The address of a Unix socket.
///
/// ```
/// use sock::{UnixAddr, UnixName};
///
/// let addr: UnixAddr = "/run/x.sock".parse()?;
/// assert_eq!(addr.name(), UnixName::Path(b"/run/x.sock"));
/// # Ok::<(), sock::AddrError>(())
/// ```
pub type UnixAddr = sock_core::UnixAddr<SystemAbi>;

/// A TCP socket that neither listens nor is connected yet: for options that must stand before.
///
/// ```
/// use sock::{TcpSocket, option};
///
/// let socket = TcpSocket::v6()?;
/// socket.set_option(option::OnlyV6, true)?;
/// socket.bind(&"[::1]:0".parse().unwrap())?;
/// let listener = socket.listen(128)?;
/// # Ok::<(), sock::Error>(())
/// ```
pub type TcpSocket = sock_core::TcpSocket<System>;

/// A TCP socket that listens.
///
/// ```
/// use sock::{Error, TcpListener};
///
/// let listener = TcpListener::bind(&"127.0.0.1:0".parse().unwrap())?;
/// assert_ne!(listener.local_addr()?.port(), 0);
/// assert_eq!(listener.accept().err(), Some(Error::WOULD_BLOCK));
/// # Ok::<(), sock::Error>(())
/// ```
pub type TcpListener = sock_core::TcpListener<System>;

/// A TCP connect that goes on in the background.
///
/// ```
/// use core::time::Duration;
/// use sock::{Deadline, Progress, TcpListener, TcpSocket};
///
/// let listener = TcpListener::bind(&"127.0.0.1:0".parse().unwrap())?;
/// let connecting = TcpSocket::v4()?.connect(&listener.local_addr()?)?;
/// match connecting.finish_by(Deadline::after(Duration::from_secs(1)))? {
///     Progress::Connected(stream) => assert_eq!(stream.peer_addr()?, listener.local_addr()?),
///     Progress::Pending(_) => panic!("loopback takes no second"),
/// }
/// # Ok::<(), sock::Error>(())
/// ```
pub type TcpConnecting = sock_core::TcpConnecting<System>;

/// How far a TCP connect has come.
pub type Progress = sock_core::Progress<System, Tcp>;

/// A TCP connection.
///
/// ```
/// use sock::{Deadline, Shutdown, TcpListener, TcpStream};
///
/// let listener = TcpListener::bind(&"[::1]:0".parse().unwrap())?;
/// let client = TcpStream::connect(&listener.local_addr()?, Deadline::NEVER)?;
/// client.send_all(b"all of it", Deadline::NEVER)?;
/// client.shutdown(Shutdown::Write)?;
///
/// let (server, _) = listener.accept_by(Deadline::NEVER)?;
/// let mut buffer = [0; 64];
/// assert_eq!(server.recv_by(&mut buffer, Deadline::NEVER)?, 9);
/// assert_eq!(server.recv_by(&mut buffer, Deadline::NEVER)?, 0);
/// # Ok::<(), sock::Error>(())
/// ```
pub type TcpStream = sock_core::TcpStream<System>;

/// A UDP socket without a peer.
///
/// ```
/// use sock::{Deadline, UdpSocket};
///
/// let a = UdpSocket::bind(&"127.0.0.1:0".parse().unwrap())?;
/// let b = UdpSocket::v4()?;
/// b.send_to(b"longer than the room", &a.local_addr()?)?;
///
/// let mut buffer = [0; 6];
/// let datagram = a.recv_from_by(&mut buffer, Deadline::NEVER)?;
/// assert_eq!(&buffer[..datagram.bytes], b"longer");
/// assert!(datagram.truncated);
/// assert_eq!(datagram.from.port(), b.local_addr()?.port());
/// # Ok::<(), sock::Error>(())
/// ```
pub type UdpSocket = sock_core::UdpSocket<System>;

/// A UDP socket with a peer.
///
/// ```
/// use sock::{Deadline, UdpSocket};
///
/// let server = UdpSocket::bind(&"127.0.0.1:0".parse().unwrap())?;
/// let client = UdpSocket::v4()?.connect(&server.local_addr()?)?;
/// client.send(b"ping")?;
/// assert_eq!(server.recv_from_by(&mut [0; 64], Deadline::NEVER)?.from, client.local_addr()?);
/// # Ok::<(), sock::Error>(())
/// ```
pub type ConnectedUdpSocket = sock_core::ConnectedUdpSocket<System>;

/// A Unix stream socket that neither listens nor is connected yet.
pub type UnixStreamSocket = sock_core::UnixStreamSocket<System>;

/// A Unix stream socket that listens.
///
/// ```
/// use sock::{Deadline, UnixAddr, UnixListener, UnixStream};
///
/// let path = format!("/tmp/sock-listener-{}", std::process::id());
/// let addr: UnixAddr = path.parse()?;
/// let listener = UnixListener::bind(&addr)?;
/// let client = UnixStream::connect(&addr, Deadline::NEVER)?;
/// let (server, peer) = listener.accept()?;
/// assert!(peer.is_unnamed());
/// # std::fs::remove_file(path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// On Linux a bind to [`UnixAddr::UNNAMED`] lets the kernel pick an abstract name; elsewhere that is an
/// error, and there are no abstract names.
pub type UnixListener = sock_core::UnixListener<System>;

/// A Unix stream.
///
/// ```
/// let (a, b) = sock::UnixStream::pair()?;
/// a.send(b"hello")?;
/// assert_eq!(b.recv(&mut [0; 8])?, 5);
/// # Ok::<(), sock::Error>(())
/// ```
pub type UnixStream = sock_core::UnixStream<System>;

/// A Unix datagram socket without a peer. Two that are each other's peer are a
/// [`ConnectedUnixDatagram::pair`].
///
/// ```
/// use sock::{UnixAddr, UnixDatagram};
///
/// let path = format!("/tmp/sock-datagram-{}", std::process::id());
/// let addr: UnixAddr = path.parse()?;
/// let a = UnixDatagram::bind(&addr)?;
/// UnixDatagram::unbound()?.send_to(b"hello", &addr)?;
/// assert_eq!(a.recv_from(&mut [0; 8])?.bytes, 5);
/// # std::fs::remove_file(path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub type UnixDatagram = sock_core::UnixDatagram<System>;

/// A Unix datagram socket with a peer.
pub type ConnectedUnixDatagram = sock_core::ConnectedUnixDatagram<System>;

/// A Unix seqpacket socket that neither listens nor is connected yet.
pub type UnixSeqpacketSocket = sock_core::UnixSeqpacketSocket<System>;

/// A Unix seqpacket socket that listens.
pub type UnixSeqpacketListener = sock_core::UnixSeqpacketListener<System>;

/// A Unix seqpacket connection. Darwin has none: opening one is `Unsupported`.
///
/// On FreeBSD, since release 15, its messages are marks in a stream of bytes. A message for which there is
/// only some room goes in part, and what is sent next goes on with it; what a receive has no room for
/// comes with the next one, and `truncated` tells that the message goes on. See
/// [`send`](Self::send), [`send_by`](Self::send_by), [`recv`](Self::recv).
///
/// ```
/// let (a, b) = sock::UnixSeqpacket::pair()?;
/// a.send(b"one")?;
/// a.send(b"two")?;
/// assert_eq!(b.recv(&mut [0; 8])?.bytes, 3);
/// # Ok::<(), sock::Error>(())
/// ```
pub type UnixSeqpacket = sock_core::UnixSeqpacket<System>;

/// A message of several parts, with an address or descriptors, for
/// [`Backend::send_msg`](crate::Backend::send_msg) of [`System`].
pub type SendMsg<'a, 'p> = sock_core::SendMsg<'a, 'p, System>;

/// Room for such a message, for [`Backend::recv_msg`](crate::Backend::recv_msg) of [`System`].
///
/// ```
/// use sock::{
///     Backend, Control, ControlBuffer, IoSlice, IoSliceMut, RecvFlags, RecvMsg, SendFlags, SendMsg,
///     System, UnixStream,
/// };
///
/// // Pass one end of a pair through another.
/// let (a, b) = UnixStream::pair()?;
/// let (passed, kept) = UnixStream::pair()?;
/// let (parts, descriptors) = ([IoSlice::new(b"x")], [passed.as_fd()]);
/// let message = SendMsg::new(&parts).with_descriptors(&descriptors);
/// System.send_msg(a.as_fd(), &message, SendFlags::empty())?;
///
/// let (mut byte, mut control) = ([0], ControlBuffer::<24>::new());
/// let parts = &mut [IoSliceMut::new(&mut byte)];
/// let message = RecvMsg { parts, addr: &mut [], control: control.as_mut_slice() };
/// let mut report = System.recv_msg(b.as_fd(), message, RecvFlags::empty())?;
/// let received = UnixStream::from_fd(System, report.control.take_descriptor().unwrap())?;
/// kept.send(b"hello")?;
/// assert_eq!(received.recv(&mut [0; 8])?, 5);
/// # Ok::<(), sock::Error>(())
/// ```
pub type RecvMsg<'a, 'p, 'c> = sock_core::RecvMsg<'a, 'p, 'c, System>;

/// What the kernel says of a received message.
pub type RecvMsgReport<'c> = sock_core::RecvMsgReport<'c, System>;

/// Waits until at least one of the descriptors is ready or the deadline passes, and returns how
/// many are; 0 means that the deadline has passed.
///
/// ```
/// use core::time::Duration;
/// use sock::{Deadline, PollEvents, UnixStream, poll};
///
/// let (a, b) = UnixStream::pair()?;
/// a.send(b"x")?;
/// let mut fds = [a.poll_fd(PollEvents::IN), b.poll_fd(PollEvents::IN)];
/// assert_eq!(poll(&mut fds, Deadline::after(Duration::from_secs(1)))?, 1);
/// assert!(fds[0].revents().is_empty());
/// assert_eq!(fds[1].revents(), PollEvents::IN);
/// # Ok::<(), sock::Error>(())
/// ```
///
/// # Errors
/// `InvalidInput`: more descriptors than RLIMIT_NOFILE.
pub fn poll(fds: &mut [PollFd<'_>], deadline: Deadline) -> Result<usize> {
    sock_core::poll(&System, fds, deadline)
}

/// The monotonic clock that [`Deadline::at`] is measured by: clock_gettime(2) of
/// `CLOCK_MONOTONIC`, in nanoseconds.
pub fn now() -> Instant {
    System.now()
}
