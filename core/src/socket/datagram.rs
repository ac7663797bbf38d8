//! A datagram socket without a peer.

use super::{Connected, Handle, Received, STRIKE, same_family};
use crate::kernels;
use crate::wait::Wait;
use crate::{
    Abi, Address, Backend, Buffer, Deadline, Domain, Error, Inet, Local, PollEvents, Protocol,
};
use crate::{RecvFlags, RecvFromReport, Rejected, Result, SendFlags, Udp, UnixDatagrams};

/// A datagram socket without a peer, udp(7) or unix(7): it sends to any address and receives from
/// any.
///
/// Aliases: [`UdpSocket`](crate::UdpSocket), [`UnixDatagram`](crate::UnixDatagram).
#[derive(Debug)]
pub struct DatagramSocket<B: Backend, P: Protocol> {
    pub(super) handle: Handle<B>,
    domain: P::Domain,
}

/// How often a socket may have room and still not send, before that is taken for what it is. Others
/// that send through the same socket may take the room first, but hardly so often in a row; without
/// a local port left it is so for ever (`inet_autobind` in net/ipv4/af_inet.c is EAGAIN).
const IN_VAIN: u32 = 64;

impl<B: Backend, P: Protocol> DatagramSocket<B, P> {
    pub(super) fn from_parts(handle: Handle<B>, domain: P::Domain) -> Self {
        DatagramSocket { handle, domain }
    }

    /// A socket over a descriptor: getsockopt(2) of `SO_TYPE` and `SO_ACCEPTCONN`, getsockname(2).
    ///
    /// # Errors
    /// `NotASocket`; `WrongKind`, `WrongFamily`: it is no such socket. The descriptor is closed.
    pub fn from_fd(backend: B, fd: B::Fd) -> Result<Self, B> {
        let (handle, domain) = Handle::adopt::<P>(backend, fd, false)?;
        Ok(DatagramSocket { handle, domain })
    }

    /// A socket over a descriptor that is not looked at, taken to be of the family `domain`. If it is
    /// not, what the kernel answers to each call is the error.
    pub fn assume(backend: B, fd: B::Fd, domain: P::Domain) -> Self {
        DatagramSocket {
            handle: Handle { fd, backend },
            domain,
        }
    }

    /// The family of the socket.
    pub fn family(&self) -> crate::Family {
        self.domain.family()
    }

    /// Gives the socket an address, bind(2). (`bind` makes a socket and binds it.)
    ///
    /// # Errors
    /// `WrongFamily`: no call was made. `AddrInUse`: another socket has the address or the path is
    /// taken, or no local port is left. `AddrNotAvailable`: no interface has it. `PermissionDenied`:
    /// a port below 1024 (ip(7)), a directory. `InvalidInput`: the socket has an address already (a
    /// send gives it one, too), or a link-local one is without its scope. Unix paths: `NotFound`,
    /// `NotADirectory`, `ReadOnlyFilesystem`, `NameTooLong`, `SymlinkLoop`.
    #[doc(alias = "bind")]
    pub fn bind_to(&self, addr: &P::Addr<B::Abi>) -> Result<(), B> {
        same_family::<B, _>(addr, self.domain.family())?;
        self.handle
            .call(|backend, fd| backend.bind(fd, addr.as_bytes()))
    }

    /// Gives the socket a peer, connect(2): from now on it sends to `addr` and receives from it
    /// alone, after what has come before. Nothing is sent, and a UDP peer need not exist.
    ///
    /// # Errors
    /// The socket comes back. `WrongFamily`: no call was made.
    ///
    /// UDP: `NetworkUnreachable`, `HostUnreachable`; `PermissionDenied`: a broadcast address without
    /// [`Broadcast`](crate::option::Broadcast); `InvalidInput`: a link-local address without its
    /// scope; `WouldBlock`: no local port is left.
    ///
    /// Unix: `NotFound`: no such path. `ConnectionRefused`: nobody is there. `Unsupported`: a socket
    /// of another kind is (`EPROTOTYPE`). `NotPermitted`: the other has a peer of its own
    /// (Linux; the BSDs let anybody send to it).
    /// `PermissionDenied`, `NotADirectory`, `SymlinkLoop`; `InvalidInput`: an address without a name.
    pub fn connect(
        self,
        addr: &P::Addr<B::Abi>,
    ) -> core::result::Result<Connected<B, P>, Rejected<Self, B::Abi>> {
        let connected = same_family::<B, _>(addr, self.domain.family()).and_then(|()| {
            self.handle
                .call(|backend, fd| backend.connect(fd, addr.as_bytes()))
        });
        match connected {
            Ok(()) => Ok(Connected::from_parts(self.handle, self.domain)),
            Err(error) => Err(Rejected::new(error, self)),
        }
    }

    /// Sends one datagram to `addr`, sendto(2), and says how many bytes it had: all of them. An
    /// empty one is sent, too. A UDP socket without an address gets one.
    ///
    /// # Errors
    /// `WrongFamily`: no call was made. `WouldBlock`: there is no room, or on a Unix socket the
    /// queue of the receiver is full, or no local port is left (send(2)). `MessageTooLong`: more than
    /// 65,507 bytes (UDP over IPv4), or than the send buffer holds (Unix). `InvalidInput`: the port
    /// is 0, or the Unix address no name.
    ///
    /// UDP: `NetworkUnreachable`, `HostUnreachable`, `NoBufferSpace`, `NotPermitted` (a firewall);
    /// `PermissionDenied`: a broadcast without [`Broadcast`](crate::option::Broadcast). That nobody
    /// receives the datagram is not told, udp(7): for that, [`connect`](Self::connect).
    ///
    /// Unix: those of [`connect`](Self::connect), and `BrokenPipe`: the receiver has closed its
    /// receiving direction.
    #[inline]
    pub fn send_to(&self, bytes: &[u8], addr: &P::Addr<B::Abi>) -> Result<usize, B> {
        same_family::<B, _>(addr, self.domain.family())?;
        let sent = self
            .handle
            .call(|backend, fd| backend.send_to(fd, bytes, SendFlags::DONTWAIT, addr.as_bytes()));
        kernels::told_room::<_, P, B>(sent)
    }

    /// Sends one datagram to `addr`, and waits for room until the deadline: sendto(2), ppoll(2).
    ///
    /// A Unix socket waits for room at the receiver by a fresh socket that is connected to it; on the
    /// BSDs, which have no event for that, it tries every 3 ms, and a last time when the deadline passes.
    ///
    /// # Errors
    /// Those of [`send_to`](Self::send_to), with `DeadlinePassed` in place of `WouldBlock`. Unix:
    /// those of `open`, too, for waiting needs a socket. UDP: `WouldBlock` after 64 tries for which
    /// the kernel called the socket writable: no local port is left.
    pub fn send_to_by(
        &self,
        bytes: &[u8],
        addr: &P::Addr<B::Abi>,
        deadline: Deadline,
    ) -> Result<usize, B> {
        let mut wait = Wait::new(deadline);
        let mut for_receiver = P::WAITS_FOR_RECEIVER;
        let mut in_vain = 0;
        loop {
            match self.send_to(bytes, addr) {
                Err(error) if error == Error::WOULD_BLOCK => {}
                done => return done,
            }
            if kernels::has_no_event_for_room::<P, B::Abi>() {
                wait.nap(&self.handle.backend)?;
                continue;
            }
            if wait.spin(&self.handle.backend) {
                continue;
            }
            if for_receiver {
                self.wait_for_receiver(addr, &mut wait)?;
            } else {
                if in_vain == IN_VAIN {
                    return Err(Error::WOULD_BLOCK);
                }
                wait.ready(&self.handle.backend, &self.handle.fd, PollEvents::OUT)?;
                in_vain += u32::from(!P::WAITS_FOR_RECEIVER);
            }
            // Either may be what has no room; only another try tells.
            for_receiver = P::WAITS_FOR_RECEIVER && !for_receiver;
        }
    }

    /// A Unix socket without a peer has room as long as its own buffer has, whatever the queue of
    /// the receiver (`unix_dgram_poll` in net/unix/af_unix.c): waiting for it would spin. A socket
    /// with that receiver as its peer waits for the queue. So a fresh one does.
    fn wait_for_receiver(&self, addr: &P::Addr<B::Abi>, wait: &mut Wait) -> Result<(), B> {
        // A wait that ends at once has cost time, too.
        if wait.begin(&self.handle.backend) == Some(0) {
            return Err(Error::DEADLINE);
        }
        let probe = Handle::<B>::open::<P>(self.handle.backend.clone(), self.domain)?;
        match probe.call(|backend, fd| backend.connect(fd, addr.as_bytes())) {
            // The receiver has this very socket as its peer, and then takes all that it sends
            // (`unix_dgram_sendmsg`): not the queue is full.
            Err(error) if error == Error::os(B::Abi::EPERM) => Ok(()),
            connected => {
                connected?;
                wait.ready(&probe.backend, &probe.fd, PollEvents::OUT)
            }
        }
    }

    /// Receives one datagram and the address of its sender, recvfrom(2) (recvmsg(2) into memory
    /// that holds nothing yet). What does not fit is gone, and
    /// [`truncated`](Received::truncated) says so; a room of no bytes takes a datagram, too.
    ///
    /// # Errors
    /// `WouldBlock`: there is none.
    #[inline]
    pub fn recv_from<T: Buffer>(&self, room: T) -> Result<Received<T::Out, P::Addr<B::Abi>>, B> {
        self.receive(room, STRIKE)
    }

    /// Receives one datagram and leaves it in the queue, recvfrom(2) with `MSG_PEEK`.
    ///
    /// # Errors
    /// Those of [`recv_from`](Self::recv_from).
    pub fn peek_from<T: Buffer>(&self, room: T) -> Result<Received<T::Out, P::Addr<B::Abi>>, B> {
        self.receive(room, STRIKE | RecvFlags::PEEK)
    }

    #[inline]
    fn receive<T: Buffer>(
        &self,
        room: T,
        flags: RecvFlags,
    ) -> Result<Received<T::Out, P::Addr<B::Abi>>, B> {
        let mut from = P::Addr::<B::Abi>::empty();
        let received = room.into_room();
        let received =
            kernels::recv_from_now::<P, B, _>(received, &self.handle, flags, from.room())?;
        Self::received(received, &mut from)
    }

    /// Receives one datagram and the address of its sender, and waits for one until the deadline:
    /// recvfrom(2), ppoll(2).
    ///
    /// # Errors
    /// Those of [`recv_from`](Self::recv_from), with `DeadlinePassed` in place of `WouldBlock`.
    pub fn recv_from_by<T: Buffer>(
        &self,
        room: T,
        deadline: Deadline,
    ) -> Result<Received<T::Out, P::Addr<B::Abi>>, B> {
        self.receive_by(room, STRIKE, deadline)
    }

    /// [`peek_from`](Self::peek_from), waiting for a datagram until the deadline: recvfrom(2),
    /// ppoll(2).
    ///
    /// # Errors
    /// Those of [`recv_from_by`](Self::recv_from_by).
    pub fn peek_from_by<T: Buffer>(
        &self,
        room: T,
        deadline: Deadline,
    ) -> Result<Received<T::Out, P::Addr<B::Abi>>, B> {
        self.receive_by(room, STRIKE | RecvFlags::PEEK, deadline)
    }

    fn receive_by<T: Buffer>(
        &self,
        room: T,
        flags: RecvFlags,
        deadline: Deadline,
    ) -> Result<Received<T::Out, P::Addr<B::Abi>>, B> {
        let mut from = P::Addr::<B::Abi>::empty();
        let received =
            self.handle
                .receive_by(room.into_room(), deadline, |room, backend, fd| {
                    kernels::recv_from::<P, B, _>(room, backend, fd, flags, from.room())
                })?;
        Self::received(received, &mut from)
    }

    #[inline]
    fn received<T>(
        (bytes, report): (T, RecvFromReport),
        from: &mut P::Addr<B::Abi>,
    ) -> Result<Received<T, P::Addr<B::Abi>>, B> {
        kernels::message_came::<P, B>(&report)?;
        let from = from
            .filled(report.addr_len)
            .ok_or(Error::UNEXPECTED_REPLY)?;
        Ok(Received {
            bytes,
            from: from.copy_out(),
            truncated: report.truncated,
        })
    }
}

impl<B: Backend> DatagramSocket<B, Udp> {
    /// A socket of this family on `backend`, without an address yet, socket(2).
    ///
    /// # Errors
    /// `Unsupported`: the kernel does not have the family. `TooManyOpenFiles`,
    /// `TooManyOpenFilesInSystem`, `NoBufferSpace`, `OutOfMemory`.
    pub fn open(backend: B, domain: Inet) -> Result<Self, B> {
        Ok(DatagramSocket {
            handle: Handle::open::<Udp>(backend, domain)?,
            domain,
        })
    }

    /// A socket bound to `addr` on `backend`: socket(2), bind(2).
    ///
    /// # Errors
    /// Those of [`open`](Self::open) and [`bind_to`](Self::bind_to).
    pub fn bind_in(backend: B, addr: &crate::SocketAddr<B::Abi>) -> Result<Self, B> {
        let domain = Inet::from_family(addr.family()).ok_or(Error::WRONG_FAMILY)?;
        let socket = Self::open(backend, domain)?;
        socket.bind_to(addr)?;
        Ok(socket)
    }

    /// [`bind_in`](Self::bind_in) on the default backend.
    ///
    /// # Errors
    /// Those of [`bind_in`](Self::bind_in).
    pub fn bind(addr: &crate::SocketAddr<B::Abi>) -> Result<Self, B>
    where
        B: Default,
    {
        Self::bind_in(B::default(), addr)
    }

    /// An IPv4 socket on the default backend, without an address yet.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub fn v4() -> Result<Self, B>
    where
        B: Default,
    {
        Self::open(B::default(), Inet::V4)
    }

    /// An IPv6 socket on the default backend, without an address yet.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub fn v6() -> Result<Self, B>
    where
        B: Default,
    {
        Self::open(B::default(), Inet::V6)
    }
}

impl<B: Backend> DatagramSocket<B, UnixDatagrams> {
    /// A socket on `backend`, without a name yet, socket(2). For two that are each other's peer, see
    /// [`Connected::pair_in`](Connected#method.pair_in).
    ///
    /// # Errors
    /// `Unsupported`: the kernel has no Unix sockets. `TooManyOpenFiles`,
    /// `TooManyOpenFilesInSystem`, `NoBufferSpace`, `OutOfMemory`.
    pub fn open(backend: B) -> Result<Self, B> {
        Ok(DatagramSocket {
            handle: Handle::open::<UnixDatagrams>(backend, Local)?,
            domain: Local,
        })
    }

    /// A socket bound to `addr` on `backend`: socket(2), bind(2). A path stays in the file system
    /// when the socket closes.
    ///
    /// # Errors
    /// Those of [`open`](Self::open) and [`bind_to`](Self::bind_to).
    pub fn bind_in(backend: B, addr: &crate::UnixAddr<B::Abi>) -> Result<Self, B> {
        let socket = Self::open(backend)?;
        socket.bind_to(addr)?;
        Ok(socket)
    }

    /// [`bind_in`](Self::bind_in) on the default backend.
    ///
    /// # Errors
    /// Those of [`bind_in`](Self::bind_in).
    pub fn bind(addr: &crate::UnixAddr<B::Abi>) -> Result<Self, B>
    where
        B: Default,
    {
        Self::bind_in(B::default(), addr)
    }

    /// A socket without a name on the default backend; the method is named as in std.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub fn unbound() -> Result<Self, B>
    where
        B: Default,
    {
        Self::open(B::default())
    }
}
