//! Sockets without libc, allocator or runtime: addresses in the kernel's own layout, and a socket
//! state machine over a [`Backend`].
//!
//! This crate makes no system call and contains no `unsafe`. A backend crate does the former and
//! needs the latter: `sock-linux` for Linux. Programs use the crate `sock`, which puts the two
//! together for the system that they are built for.
//!
//! - [`SocketAddr`], [`UnixAddr`] and their kin: addresses.
//! - [`TcpSocket`], [`TcpListener`], [`TcpConnecting`], [`TcpStream`]; [`UdpSocket`];
//!   [`UnixListener`], [`UnixStream`], [`UnixDatagram`], [`UnixSeqpacket`]: sockets, one type for
//!   each state. How they behave is told in [`socket`].
//! - [`Deadline`]: how long an operation may wait. [`poll`]: waiting for many sockets.
//!   [`Blocking`]: a stream whose sole owner waits at the least cost.
//! - [`option`]: socket options.
//! - [`Error`]: one word, with the kernel's own number.
//! - [`backend`]: what a kernel must provide.
//!
//! Features, each for a crate of its name, none on by default: `embedded-io`, `embedded-io-async`,
//! `embedded-nal`, `embedded-nal-async` (the module `embedded`), `defmt` (`Format` for every value),
//! `heapless` (a vector is a [`Buffer`]).

#![no_std]
#![forbid(unsafe_code)]

#[cfg(feature = "std")]
extern crate std;

pub mod abi;
mod addr;
pub mod backend;
mod blocking;
mod buffer;
mod counted;
#[cfg(any(
    feature = "embedded-io",
    feature = "embedded-nal",
    feature = "embedded-nal-async"
))]
pub mod embedded;
mod error;
mod flags;
#[cfg(feature = "defmt")]
mod format;
mod habit;
mod kernels;
mod message;
pub mod option;
mod protocol;
pub mod socket;
mod time;
mod wait;

pub use abi::Abi;
pub use addr::{
    AddrError, Address, Family, ScopedAddr, SocketAddr, SocketAddrV4, SocketAddrV6, UnixAddr,
    UnixName,
};
pub use backend::{Backend, IoSlice, IoSliceMut, PollFd, RecvFromReport, Unfilled};
pub use blocking::{Blocking, Waiting};
pub use buffer::Buffer;
pub use counted::Counted;
pub use error::{Error, ErrorKind, Incomplete, Rejected, Result};
pub use flags::{MessageFlags, PollEvents, RecvFlags, SendFlags, Shutdown, SocketKind};
pub use habit::Habit;
pub use message::{Control, ControlBuffer, RecvMsg, RecvMsgReport, SendMsg};
pub use option::OptionName;
pub use protocol::{
    ConnectionProtocol, Domain, Inet, Local, Protocol, Tcp, Udp, UnixDatagrams, UnixSeqpackets,
    UnixStreams,
};
pub use socket::{
    Connected, Connecting, DatagramSocket, Listener, Progress, Received, RecvHalf, SendHalf,
    Socket, Stream,
};
pub use time::{Deadline, Instant};
pub use wait::poll;

/// A TCP socket that neither listens nor is connected yet.
///
/// Made by [`open`](Socket::open), `v4` and `v6`. [`listen`](Socket::listen) makes it a
/// [`TcpListener`], `connect` a [`TcpConnecting`], `connect_by` a [`TcpStream`].
pub type TcpSocket<B> = Socket<B, Tcp>;
/// A TCP socket that listens.
///
/// Made by [`bind`](Listener::bind), or of a [`TcpSocket`]. [`accept`](Listener::accept) gives a
/// [`TcpStream`] for each connection.
pub type TcpListener<B> = Listener<B, Tcp>;
/// A TCP connect that goes on in the background.
///
/// Made of a [`TcpSocket`] by `connect`. [`finish`](Connecting::finish) makes it a [`TcpStream`], or
/// gives it back.
pub type TcpConnecting<B> = Connecting<B, Tcp>;
/// A TCP connection.
///
/// Made by `connect`, of a [`TcpConnecting`], or by a [`TcpListener`]. The last state: it ends when
/// dropped. [`Blocking`] takes it.
pub type TcpStream<B> = Stream<B, Tcp>;

/// A UDP socket without a peer.
///
/// Made by `bind`, `v4` and `v6`. [`connect`](DatagramSocket::connect) makes it a
/// [`ConnectedUdpSocket`].
pub type UdpSocket<B> = DatagramSocket<B, Udp>;
/// A UDP socket with a peer.
///
/// Made of a [`UdpSocket`] by `connect`. [`disconnect`](Connected::disconnect) makes it one again.
pub type ConnectedUdpSocket<B> = Connected<B, Udp>;

/// A Unix stream socket that neither listens nor is connected yet.
///
/// Made by `new`. [`listen`](Socket::listen) makes it a [`UnixListener`], `connect` a
/// [`UnixStream`] at once: there is no state between.
pub type UnixStreamSocket<B> = Socket<B, UnixStreams>;
/// A Unix stream socket that listens.
///
/// Made by [`bind`](Listener::bind), or of a [`UnixStreamSocket`]. [`accept`](Listener::accept)
/// gives a [`UnixStream`] for each connection.
pub type UnixListener<B> = Listener<B, UnixStreams>;
/// A connection of Unix stream sockets.
///
/// Made by `connect`, of a [`UnixStreamSocket`], by a [`UnixListener`], or two at a time by `pair`.
/// The last state: it ends when dropped. [`Blocking`] takes it.
pub type UnixStream<B> = Stream<B, UnixStreams>;

/// A Unix datagram socket without a peer.
///
/// Made by `bind` and `unbound`. [`connect`](DatagramSocket::connect) makes it a
/// [`ConnectedUnixDatagram`]; a pair has peers from the start, and is made by
/// [`ConnectedUnixDatagram::pair`](Connected#method.pair).
pub type UnixDatagram<B> = DatagramSocket<B, UnixDatagrams>;
/// A Unix datagram socket with a peer.
///
/// Made of a [`UnixDatagram`] by `connect`, or two at a time by `pair`.
/// [`disconnect`](Connected::disconnect) makes it a [`UnixDatagram`].
pub type ConnectedUnixDatagram<B> = Connected<B, UnixDatagrams>;

/// A Unix seqpacket socket that neither listens nor is connected yet.
///
/// Made by `new`. [`listen`](Socket::listen) makes it a [`UnixSeqpacketListener`], `connect` a
/// [`UnixSeqpacket`] at once: there is no state between.
pub type UnixSeqpacketSocket<B> = Socket<B, UnixSeqpackets>;
/// A Unix seqpacket socket that listens.
///
/// Made by [`bind`](Listener::bind), or of a [`UnixSeqpacketSocket`].
/// [`accept`](Listener::accept) gives a [`UnixSeqpacket`] for each connection.
pub type UnixSeqpacketListener<B> = Listener<B, UnixSeqpackets>;
/// A Unix seqpacket connection.
///
/// Made by `connect`, of a [`UnixSeqpacketSocket`], by a [`UnixSeqpacketListener`], or two at a time
/// by `pair`. The last state: it ends when dropped.
pub type UnixSeqpacket<B> = Connected<B, UnixSeqpackets>;
