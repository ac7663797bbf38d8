//! A socket with a peer that keeps messages apart.

mod by_protocol;

use super::{DatagramSocket, Handle, STRIKE, rest};
use crate::kernels;
use crate::message::SendMsg;
use crate::protocol::sealed::FromHandle;
use crate::wait::Wait;
use crate::{Abi, Backend, Buffer, Deadline, Error, Local, PollEvents};
use crate::{
    IoSlice, Protocol, RecvFlags, RecvFromReport, Rejected, Result, Shutdown, UnixDatagrams,
};

/// One received message.
///
/// Nothing is cut in silence: `truncated` says that the message was longer than the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[must_use]
pub struct Received<T, A = ()> {
    /// The bytes: their number, or themselves, as the [`Buffer`] has it.
    pub bytes: T,
    /// Who sent them; `()` on a socket with a peer.
    pub from: A,
    /// Whether the message was longer than the room, and its end is gone: `MSG_TRUNC` of recv(2), udp(7).
    /// On a seqpacket connection of FreeBSD: whether it goes on with what is received next.
    pub truncated: bool,
}

/// A socket with a peer that keeps messages apart: a connected datagram socket (udp(7), unix(7)), or
/// a seqpacket connection (unix(7)).
///
/// Aliases: [`ConnectedUdpSocket`](crate::ConnectedUdpSocket),
/// [`ConnectedUnixDatagram`](crate::ConnectedUnixDatagram),
/// [`UnixSeqpacket`](crate::UnixSeqpacket).
#[derive(Debug)]
pub struct Connected<B: Backend, P: Protocol> {
    pub(super) handle: Handle<B>,
    domain: P::Domain,
}

impl<B: Backend, P: Protocol<Domain = Local>> FromHandle<B> for Connected<B, P> {
    #[inline]
    fn from_handle(handle: Handle<B>) -> Self {
        Connected {
            handle,
            domain: Local,
        }
    }
}

impl<B: Backend, P: Protocol> Connected<B, P> {
    pub(super) fn from_parts(handle: Handle<B>, domain: P::Domain) -> Self {
        Connected { handle, domain }
    }

    /// A socket over a descriptor that has a peer already: getsockopt(2) of `SO_TYPE` and
    /// `SO_ACCEPTCONN`, getsockname(2). That it has one is not checked: a send tells.
    ///
    /// # Errors
    /// `NotASocket`; `WrongKind`, `WrongFamily`: it is no such socket. The descriptor is closed.
    pub fn from_fd(backend: B, fd: B::Fd) -> Result<Self, B> {
        let (handle, domain) = Handle::adopt::<P>(backend, fd, false)?;
        Ok(Connected { handle, domain })
    }

    /// The address of the peer, getpeername(2).
    ///
    /// # Errors
    /// `NotConnected`: there is no peer any more. So it is on Linux after a send to a Unix datagram
    /// socket that is gone (`unix_dgram_sendmsg` in net/unix/af_unix.c).
    #[doc(alias = "getpeername")]
    pub fn peer_addr(&self) -> Result<P::Addr<B::Abi>, B> {
        self.handle
            .addr::<P>(|backend, fd, room| backend.getpeername(fd, room))
    }

    /// Sends one message, send(2), and says how many bytes went: all of them, but for what is said next. An
    /// empty one is sent, too.
    ///
    /// Messages of a seqpacket connection are marks in a stream on FreeBSD, since release 15
    /// (`uipc_sosend_stream_or_seqpacket` in sys/kern/uipc_usrreq.c). There a message for which there is
    /// only some room is sent in part. The number says so; what is sent next goes on with the same message,
    /// and the mark comes with its end. An empty one cannot be sent.
    ///
    /// # Errors
    /// `Unsupported`: an empty message on a seqpacket connection (FreeBSD; no call was made).
    ///
    /// `WouldBlock`: there is no room, or on a Unix socket the queue of the receiver is full.
    /// `MessageTooLong`: more than 65,507 bytes (UDP over IPv4), or than the send buffer holds
    /// (Unix); nothing was sent. `BrokenPipe`: this side has closed the direction, the Unix receiver
    /// its own, or the peer the seqpacket connection (no SIGPIPE is raised).
    ///
    /// UDP: `ConnectionRefused`: an earlier datagram found nobody (ICMP port unreachable, RFC 1122
    /// section 4.1.3.3); this one was not sent. `NetworkUnreachable`, `HostUnreachable`,
    /// `NotPermitted` (a firewall), `NoBufferSpace`.
    ///
    /// Unix datagrams: `ConnectionRefused` (on the BSDs `ConnectionReset`): the receiver is gone; from
    /// then on there is no peer, and the error is `NotConnected` (FreeBSD: `DestinationRequired`). `NotPermitted`: the receiver has another peer.
    /// `ConnectionReset`: it gave this one up before it received everything.
    #[inline]
    pub fn send(&self, bytes: &[u8]) -> Result<usize, B> {
        if kernels::has_marks::<P, B::Abi>() {
            Self::refuse_nothing(bytes.is_empty())?;
        }
        self.handle.call(|backend, fd| {
            let sent = backend.send(fd, bytes, kernels::message::<P, B::Abi>());
            kernels::told_room::<_, P, B>(sent)
        })
    }

    /// Sends one message, and waits for room until the deadline: send(2), ppoll(2).
    ///
    /// Where messages are marks in a stream ([`send`](Self::send)) it goes on with what had no room. If the
    /// deadline passes in the middle of the message, the number is less than its length, and what is
    /// sent next goes on with it.
    ///
    /// # Errors
    /// Those of [`send`](Self::send), with `DeadlinePassed` in place of `WouldBlock`.
    pub fn send_by(&self, bytes: &[u8], deadline: Deadline) -> Result<usize, B> {
        Self::refuse_nothing(bytes.is_empty())?;
        if kernels::has_marks::<P, B::Abi>() {
            return rest::send_by(&self.handle, &[B::IoSlice::new(bytes)], deadline);
        }
        let flags = kernels::message::<P, B::Abi>();
        self.send_when_there_is_room(deadline, |backend, fd| backend.send(fd, bytes, flags))
    }

    /// Where messages are marks in a stream, one of no bytes would be sent as nothing at all.
    #[inline(always)]
    fn refuse_nothing(is_empty: bool) -> Result<(), B> {
        match is_empty && kernels::has_marks::<P, B::Abi>() {
            true => Err(Error::NOT_SUPPORTED),
            false => Ok(()),
        }
    }

    fn send_when_there_is_room(
        &self,
        deadline: Deadline,
        mut send: impl FnMut(&B, &B::Fd) -> Result<usize, B>,
    ) -> Result<usize, B> {
        if !kernels::has_no_event_for_room::<P, B::Abi>() {
            return self.handle.call_by(PollEvents::OUT, deadline, send);
        }
        let mut wait = Wait::new(deadline);
        loop {
            match kernels::told_room::<_, P, B>(self.handle.call(&mut send)) {
                Err(error) if error == Error::WOULD_BLOCK => wait.nap(&self.handle.backend)?,
                done => return done,
            }
        }
    }

    /// Sends one message gathered from several slices, sendmsg(2). It may go in part as one of
    /// [`send`](Self::send) may.
    ///
    /// # Errors
    /// Those of [`send`](Self::send). `MessageTooLong` also for more slices than the kernel takes
    /// (1024 on Linux, `UIO_MAXIOV`).
    pub fn send_vectored(&self, parts: &[B::IoSlice<'_>]) -> Result<usize, B> {
        Self::refuse_nothing(parts.iter().all(|part| part.as_slice().is_empty()))?;
        let nothing = [B::IoSlice::new(&[])];
        let parts = kernels::some_part::<B>(parts, &nothing);
        let (message, flags) = (SendMsg::new(parts), kernels::message::<P, B::Abi>());
        let sent = self
            .handle
            .call(|backend, fd| backend.send_msg(fd, &message, flags));
        kernels::told_room::<_, P, B>(sent)
    }

    /// Sends one message gathered from several slices, and waits for room until the deadline:
    /// sendmsg(2), ppoll(2). Of a deadline that passes in the middle it says what
    /// [`send_by`](Self::send_by) does.
    ///
    /// # Errors
    /// Those of [`send_vectored`](Self::send_vectored), with `DeadlinePassed` in place of
    /// `WouldBlock`.
    pub fn send_vectored_by(
        &self,
        parts: &[B::IoSlice<'_>],
        deadline: Deadline,
    ) -> Result<usize, B> {
        Self::refuse_nothing(parts.iter().all(|part| part.as_slice().is_empty()))?;
        if kernels::has_marks::<P, B::Abi>() {
            return rest::send_by(&self.handle, parts, deadline);
        }
        let nothing = [B::IoSlice::new(&[])];
        let parts = kernels::some_part::<B>(parts, &nothing);
        let (message, flags) = (SendMsg::new(parts), kernels::message::<P, B::Abi>());
        self.send_when_there_is_room(deadline, |backend, fd| {
            backend.send_msg(fd, &message, flags)
        })
    }

    /// Receives one message, recvfrom(2) (recvmsg(2) into memory that holds nothing yet). What does
    /// not fit is gone, and [`truncated`](Received::truncated) says so; a room of no bytes takes a
    /// message, too.
    ///
    /// On a seqpacket connection, 0 bytes are its end, or an empty message: the kernel does not tell
    /// them apart. On FreeBSD, since release 15, the end of such a message that does not fit is not gone:
    /// [`truncated`](Received::truncated) says that it is what the next receive begins with, and a room of
    /// no bytes takes nothing.
    ///
    /// # Errors
    /// `WouldBlock`: there is none. `ConnectionRefused`: a datagram sent earlier found nobody (UDP).
    /// `ConnectionReset`: the Unix peer ended the connection, or gave this peer up, before it
    /// received everything.
    #[inline]
    pub fn recv<T: Buffer>(&self, room: T) -> Result<Received<T::Out>, B> {
        self.receive(room, STRIKE)
    }

    /// Receives one message and leaves it in the queue, recvfrom(2) with `MSG_PEEK`.
    ///
    /// # Errors
    /// Those of [`recv`](Self::recv).
    pub fn peek<T: Buffer>(&self, room: T) -> Result<Received<T::Out>, B> {
        self.receive(room, STRIKE | RecvFlags::PEEK)
    }

    #[inline]
    fn receive<T: Buffer>(&self, room: T, flags: RecvFlags) -> Result<Received<T::Out>, B> {
        let room = room.into_room();
        let (bytes, report) =
            kernels::recv_from_now::<P, B, _>(room, &self.handle, flags, &mut [])?;
        received::<_, P, B>(bytes, report)
    }

    /// Receives one message, and waits for one until the deadline: recvfrom(2), ppoll(2).
    ///
    /// # Errors
    /// Those of [`recv`](Self::recv), with `DeadlinePassed` in place of `WouldBlock`.
    pub fn recv_by<T: Buffer>(&self, room: T, deadline: Deadline) -> Result<Received<T::Out>, B> {
        self.receive_by(room, STRIKE, deadline)
    }

    /// [`peek`](Self::peek), waiting for a message until the deadline: recvfrom(2), ppoll(2).
    ///
    /// # Errors
    /// Those of [`recv_by`](Self::recv_by).
    pub fn peek_by<T: Buffer>(&self, room: T, deadline: Deadline) -> Result<Received<T::Out>, B> {
        self.receive_by(room, STRIKE | RecvFlags::PEEK, deadline)
    }

    fn receive_by<T: Buffer>(
        &self,
        room: T,
        flags: RecvFlags,
        deadline: Deadline,
    ) -> Result<Received<T::Out>, B> {
        let (bytes, report) =
            self.handle
                .receive_by(room.into_room(), deadline, |room, backend, fd| {
                    kernels::recv_from::<P, B, _>(room, backend, fd, flags, &mut [])
                })?;
        received::<_, P, B>(bytes, report)
    }

    /// Closes one direction or both, shutdown(2).
    ///
    /// Sending closed: the peer of a seqpacket connection receives what was sent and then its end;
    /// the peer of a datagram socket is not told. Receiving closed: a Unix peer can no longer send
    /// (`BrokenPipe`), and a seqpacket connection receives what has come and then its end; a
    /// datagram socket of Linux receives as before, but poll(2) calls it readable even when there is
    /// nothing, so a wait for a datagram ends at once with `UnexpectedEnd`. On the BSDs each receive
    /// of it does that.
    ///
    /// # Errors
    /// `NotConnected`: there is no peer (UDP).
    pub fn shutdown(&self, how: Shutdown) -> Result<(), B> {
        self.handle.call(|backend, fd| backend.shutdown(fd, how))
    }
}

#[inline]
fn received<T, P: Protocol, B: Backend>(
    bytes: T,
    report: RecvFromReport,
) -> Result<Received<T>, B> {
    kernels::message_came::<P, B>(&report)?;
    Ok(Received {
        bytes,
        from: (),
        truncated: kernels::is_truncated::<P, B::Abi>(&report),
    })
}

/// Protocols whose sockets can lose their peer again.
pub trait Disconnect: Protocol {}
impl Disconnect for crate::Udp {}
impl Disconnect for UnixDatagrams {}

impl<B: Backend, P: Disconnect> Connected<B, P> {
    fn has_no_peer(&self) -> bool {
        let peer = self
            .handle
            .call(|backend, fd| backend.getpeername(fd, &mut []));
        peer.is_err_and(|error| error == Error::NOT_CONNECTED)
    }

    /// Gives the peer up: connect(2) with `AF_UNSPEC`.
    ///
    /// The address that the socket was bound to stays, but on Linux not a port that the kernel picked
    /// (a bind to port 0, `__udp_disconnect` in net/ipv4/udp.c): the next send picks another. On FreeBSD
    /// the port stays and the address does not, and since release 15 no datagram is delivered to the
    /// socket until it has another peer (`in_pcbdisconnect` in sys/netinet/in_pcb.c).
    /// A Unix socket of Linux loses what it has not received yet, and its peer is told by a
    /// `ConnectionReset` (`unix_dgram_disconnected` in net/unix/af_unix.c).
    ///
    /// # Errors
    /// None that is to be expected. The socket comes back with whatever the kernel says.
    pub fn disconnect(self) -> core::result::Result<DatagramSocket<B, P>, Rejected<Self, B::Abi>> {
        // Sixteen bytes, the least that every kernel takes for an address.
        let mut unspecified = [0; 16];
        if B::Abi::LENGTH_BYTE {
            unspecified[0] = 16;
        }
        match self
            .handle
            .call(|backend, fd| backend.connect(fd, &unspecified))
        {
            // The BSDs give the peer up, and then find no peer in the address (`soconnectat` in FreeBSD's
            // sys/kern/uipc_socket.c, `soconnectlock` in Darwin's bsd/kern/uipc_socket.c).
            Err(_) if B::Abi::LENGTH_BYTE && self.has_no_peer() => {
                Ok(DatagramSocket::from_parts(self.handle, self.domain))
            }
            Ok(()) => Ok(DatagramSocket::from_parts(self.handle, self.domain)),
            Err(error) => Err(Rejected::new(error, self)),
        }
    }
}
