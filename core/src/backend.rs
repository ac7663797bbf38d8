//! The only door to a kernel.
//!
//! # The contract
//!
//! A [`Backend`] is a value, zero-sized for a real kernel, with which a simulated one carries its
//! state. Each method is one system call (but [`interface_index`](Backend::interface_index), which may
//! need a socket of its own), with a safe signature:
//!
//! - **Descriptors** that any call creates are non-blocking and close-on-exec. `Fd` owns its
//!   descriptor and closes it once, when dropped. Nobody else closes it.
//! - **No call raises a signal.** Sending on a closed stream is `EPIPE`, never SIGPIPE.
//! - **No call retries.** Whatever the kernel reports comes back, `EINTR` and `EAGAIN` too; the
//!   core decides what to do.
//! - **Only [`poll`](Backend::poll) waits**, and on a descriptor that
//!   [`set_nonblocking`](Backend::set_nonblocking) has made blocking `accept`, `connect`, and every
//!   send and receive without `DONTWAIT`: until it is done, or a signal comes, or the time of
//!   `SO_RCVTIMEO` (`accept` and receives) or `SO_SNDTIMEO` has passed, which is `EAGAIN`
//!   (`EINPROGRESS` of a TCP connect).
//! - **Addresses** go in and out as bytes in the layout of [`Abi`](Backend::Abi). Where a call
//!   gives an address, it returns the length that the kernel reported, which may be more than
//!   the room: the address was then cut. An empty room means that the address is not wanted.
//! - **Empty buffers** are passed on: an empty datagram is sent and received.
//! - **A flag, option, family or kind that the kernel does not have** is the kernel's error, or
//!   [`Error::NOT_SUPPORTED`]; never silently ignored.
//! - **A TCP connect** answers `EINPROGRESS`, or at once what it came to.
//! - **Values of options** stand in bytes as in C: an `int` (options here that are on or off, a
//!   count or a time), two of them (`struct linger`), or two `long` (`struct timeval`, of
//!   `SO_RCVTIMEO` and `SO_SNDTIMEO`, which the core sets for itself). An option that the kernel
//!   does not have is an error of kind `Unsupported`.
//! - **Errors** are the kernel's, by its number. Each method names those that the core relies on.
//! - **Never a panic**, whatever the kernel answers.
//!
//! Implementing it needs no `unsafe` unless the kernel does: an in-memory kernel has none.

use core::fmt::Debug;
use core::mem::MaybeUninit;
use core::num::NonZeroU32;

use crate::message::{Control, RecvMsg, RecvMsgReport, SendMsg};
use crate::{Abi, Error, Family, OptionName, RecvFlags, Result, SendFlags, Shutdown, SocketKind};
use crate::{Instant, PollEvents};

/// A kernel that has sockets. See the [module](crate::backend) for the contract.
pub trait Backend: Clone + Debug + 'static {
    /// Whose numbers and layouts it uses.
    type Abi: Abi;

    /// An owned descriptor; closes when dropped.
    type Fd: Debug + 'static;

    /// A slice to send, in the layout that a vectored call takes (`struct iovec`).
    type IoSlice<'a>: IoSlice<'a> + Debug;

    /// A slice to receive into, in the layout that a vectored call takes (`struct iovec`).
    type IoSliceMut<'a>: IoSliceMut<'a> + Debug;

    /// A descriptor to wait for, in the layout that [`poll`](Self::poll) takes
    /// (`struct pollfd`).
    type PollFd<'a>: PollFd<'a, Self::Fd> + Debug;

    /// The control data of a received message, with the descriptors that came in it.
    type Control<'a>: Control<Fd = Self::Fd> + Debug;

    /// socket(2). `protocol` is a number of IANA's registry, or 0.
    ///
    /// # Errors
    /// An error of kind `Unsupported`: the kernel does not have the family, kind or protocol.
    fn socket(&self, family: Family, kind: SocketKind, protocol: i32) -> Result<Self::Fd, Self>;

    /// socketpair(2), two Unix sockets connected to each other.
    ///
    /// # Errors
    /// Those of [`socket`](Self::socket).
    fn socket_pair(&self, kind: SocketKind) -> Result<(Self::Fd, Self::Fd), Self>;

    /// bind(2).
    ///
    /// # Errors
    /// `EADDRINUSE`, `EADDRNOTAVAIL`; `EINVAL`: the socket has an address already.
    fn bind(&self, fd: &Self::Fd, addr: &[u8]) -> Result<(), Self>;

    /// listen(2). The kernel silently limits the backlog (Linux: `net.core.somaxconn`).
    ///
    /// # Errors
    /// `EADDRINUSE`: another socket listens on the address.
    fn listen(&self, fd: &Self::Fd, backlog: u32) -> Result<(), Self>;

    /// accept(2): the connection and the length of the peer's address.
    ///
    /// # Errors
    /// `EAGAIN`: none waits.
    fn accept(&self, fd: &Self::Fd, addr: &mut [u8]) -> Result<(Self::Fd, usize), Self>;

    /// connect(2).
    ///
    /// # Errors
    /// `EINPROGRESS`: a TCP connect goes on. `EAGAIN`: the backlog of a Unix listener is full (Linux).
    /// `EPERM`: a Unix datagram socket has another peer (Linux).
    fn connect(&self, fd: &Self::Fd, addr: &[u8]) -> Result<(), Self>;

    /// shutdown(2).
    ///
    /// # Errors
    /// `ENOTCONN`: there is no peer.
    fn shutdown(&self, fd: &Self::Fd, how: Shutdown) -> Result<(), Self>;

    /// getsockname(2): the length of the socket's own address.
    ///
    /// # Errors
    /// None that the core relies on.
    fn getsockname(&self, fd: &Self::Fd, addr: &mut [u8]) -> Result<usize, Self>;

    /// getpeername(2): the length of the peer's address.
    ///
    /// # Errors
    /// `ENOTCONN`: there is no peer, and a connect whose socket says so has failed.
    fn getpeername(&self, fd: &Self::Fd, addr: &mut [u8]) -> Result<usize, Self>;

    /// getsockopt(2): the length of the value.
    ///
    /// # Errors
    /// An error of kind `Unsupported`: the kernel does not have the option.
    fn getsockopt(
        &self,
        fd: &Self::Fd,
        option: OptionName,
        value: &mut [u8],
    ) -> Result<usize, Self>;

    /// setsockopt(2).
    ///
    /// # Errors
    /// Those of [`getsockopt`](Self::getsockopt). `EINVAL`: the value is refused.
    fn setsockopt(&self, fd: &Self::Fd, option: OptionName, value: &[u8]) -> Result<(), Self>;

    /// Sets or clears O_NONBLOCK of the open file, ioctl(2) FIONBIO.
    ///
    /// # Errors
    /// None that the core relies on.
    fn set_nonblocking(&self, fd: &Self::Fd, nonblocking: bool) -> Result<(), Self>;

    /// send(2): how many bytes went.
    ///
    /// # Errors
    /// `EAGAIN`: there is no room (`ENOBUFS` of Unix datagrams on the BSDs, which the core takes for the
    /// same). `EPIPE`: the direction or the connection is closed.
    /// [`Error::NOT_SUPPORTED`]: the kernel has no such flag.
    fn send(&self, fd: &Self::Fd, bytes: &[u8], flags: SendFlags) -> Result<usize, Self>;

    /// sendto(2).
    ///
    /// # Errors
    /// Those of [`send`](Self::send) and, of a Unix socket, of [`connect`](Self::connect).
    fn send_to(
        &self,
        fd: &Self::Fd,
        bytes: &[u8],
        flags: SendFlags,
        addr: &[u8],
    ) -> Result<usize, Self>;

    /// sendmsg(2).
    ///
    /// # Errors
    /// Those of [`send_to`](Self::send_to). [`Error::TOO_MANY_DESCRIPTORS`]: more than the kernel
    /// passes with one message.
    fn send_msg(
        &self,
        fd: &Self::Fd,
        message: &SendMsg<'_, '_, Self>,
        flags: SendFlags,
    ) -> Result<usize, Self>;

    /// recv(2) on a stream: how many bytes came; 0 is the end of the stream.
    ///
    /// # Errors
    /// `EAGAIN`: there is nothing yet. [`Error::NOT_SUPPORTED`]: the kernel has no such flag.
    fn recv(&self, fd: &Self::Fd, room: &mut [u8], flags: RecvFlags) -> Result<usize, Self>;

    /// [`recv`](Self::recv) into memory that holds nothing yet: the part that was filled.
    ///
    /// # Errors
    /// Those of [`recv`](Self::recv), with the memory.
    fn recv_uninit<'r>(
        &self,
        fd: &Self::Fd,
        room: &'r mut [MaybeUninit<u8>],
        flags: RecvFlags,
    ) -> core::result::Result<&'r mut [u8], Unfilled<'r, Self::Abi>>;

    /// recvfrom(2) on a socket that keeps messages apart: receives one. It is for no stream: one of
    /// TCP may count bytes that it discards and does not write (Linux, whose way to tell the length
    /// of a message is `MSG_TRUNC`, tcp(7)).
    ///
    /// # Errors
    /// Those of [`recv`](Self::recv).
    fn recv_from(
        &self,
        fd: &Self::Fd,
        room: &mut [u8],
        flags: RecvFlags,
        addr: &mut [u8],
    ) -> Result<RecvFromReport, Self>;

    /// [`recv_from`](Self::recv_from) into memory that holds nothing yet: the part that was
    /// filled, and the report.
    ///
    /// # Errors
    /// Those of [`recv`](Self::recv), with the memory.
    fn recv_from_uninit<'r>(
        &self,
        fd: &Self::Fd,
        room: &'r mut [MaybeUninit<u8>],
        flags: RecvFlags,
        addr: &mut [u8],
    ) -> core::result::Result<(&'r mut [u8], RecvFromReport), Unfilled<'r, Self::Abi>>;

    /// recvmsg(2). Descriptors that come in the message are close-on-exec, and belong to the
    /// [`Control`] in the report.
    ///
    /// # Errors
    /// Those of [`recv`](Self::recv).
    fn recv_msg<'c>(
        &self,
        fd: &Self::Fd,
        message: RecvMsg<'_, '_, 'c, Self>,
        flags: RecvFlags,
    ) -> Result<RecvMsgReport<'c, Self>, Self>;

    /// ppoll(2): waits until a descriptor is ready, at most `left` nanoseconds (`None`: for
    /// ever), and returns how many are; 0 only when all of `left` has passed, never early.
    ///
    /// On return `left` holds what remains, also after `EINTR`. A kernel that does not write it
    /// back leaves that to the backend.
    ///
    /// # Errors
    /// `EINTR`: a signal came first.
    fn poll(&self, fds: &mut [Self::PollFd<'_>], left: Option<&mut u64>) -> Result<usize, Self>;

    /// The monotonic clock.
    fn now(&self) -> Instant;

    /// The index of the interface of that name, if_nametoindex(3).
    ///
    /// # Errors
    /// [`Error::UNKNOWN_ZONE`]: no interface has the name, or none can have it.
    fn interface_index(&self, name: &[u8]) -> Result<NonZeroU32, Self>;
}

/// A receive into uninitialised memory failed: why, and the memory.
#[derive(Debug)]
pub struct Unfilled<'r, A: Abi> {
    /// Why.
    pub error: Error<A>,
    /// The memory, as it was.
    pub room: &'r mut [MaybeUninit<u8>],
}

/// What a kernel says of a received message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct RecvFromReport {
    /// The bytes in the room; never more than it holds.
    pub len: usize,
    /// The length of the sender's address. A sender without a name may leave none, 0.
    pub addr_len: usize,
    /// Whether the message was longer than the room, and its end is gone.
    pub truncated: bool,
    /// Whether the kernel told the end of a record, `MSG_EOR`. Linux does not.
    pub end_of_record: bool,
}

/// A slice to send.
pub trait IoSlice<'a>: Copy {
    /// The slice as the kernel takes it.
    fn new(bytes: &'a [u8]) -> Self;

    /// The bytes.
    fn as_slice(&self) -> &'a [u8];
}

/// A slice to receive into.
pub trait IoSliceMut<'a> {
    /// The slice as the kernel takes it.
    fn new(room: &'a mut [u8]) -> Self;

    /// The bytes.
    fn as_slice(&self) -> &[u8];

    /// The bytes.
    fn as_mut_slice(&mut self) -> &mut [u8];
}

/// A descriptor to wait for.
pub trait PollFd<'a, Fd: 'a>: Sized {
    /// Wait for these events of the descriptor.
    fn new(fd: &'a Fd, events: PollEvents) -> Self;

    /// What the last [`poll`](crate::poll) found.
    fn revents(&self) -> PollEvents;
}
