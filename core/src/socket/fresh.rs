//! A socket that is neither listening nor connected yet.

use core::time::Duration;

use super::{Connecting, Handle, Listener, same_family};
use crate::option::{self, TimeOut};
use crate::protocol::sealed::FromHandle;
use crate::wait::{NAP, Wait, floor};
use crate::{Address, Backend, ConnectionProtocol, Deadline, Domain, Error, Inet, Local};
use crate::{Protocol, Rejected, Result, Stream, Tcp};

/// A fresh or bound socket of a protocol with connections: the state in which options are set
/// that must stand before `bind`, `listen` or `connect`.
///
/// Aliases: [`TcpSocket`](crate::TcpSocket), [`UnixStreamSocket`](crate::UnixStreamSocket),
/// [`UnixSeqpacketSocket`](crate::UnixSeqpacketSocket).
#[derive(Debug)]
pub struct Socket<B: Backend, P: Protocol> {
    pub(super) handle: Handle<B>,
    pub(super) domain: P::Domain,
}

impl<B: Backend, P: ConnectionProtocol> Socket<B, P> {
    /// A socket of this family on `backend`, socket(2).
    ///
    /// # Errors
    /// `Unsupported`: the kernel does not have the family or protocol. `TooManyOpenFiles`,
    /// `TooManyOpenFilesInSystem`, `NoBufferSpace`, `OutOfMemory`.
    pub fn open(backend: B, domain: P::Domain) -> Result<Self, B> {
        Ok(Socket {
            handle: Handle::open::<P>(backend, domain)?,
            domain,
        })
    }

    /// A socket of the family of `addr` on `backend`, socket(2).
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub fn open_for(backend: B, addr: &P::Addr<B::Abi>) -> Result<Self, B> {
        match P::Domain::from_family(addr.family()) {
            Some(domain) => Self::open(backend, domain),
            None => Err(Error::WRONG_FAMILY),
        }
    }

    /// A socket over a descriptor that neither listens nor is connected: getsockopt(2) of `SO_TYPE`
    /// and `SO_ACCEPTCONN`, getsockname(2). That it is not connected is not checked. Its open file
    /// becomes non-blocking, since nothing else keeps connect(2) from waiting.
    ///
    /// # Errors
    /// `NotASocket`; `WrongKind`, `WrongFamily`: it is no such socket. The descriptor is closed.
    pub fn from_fd(backend: B, fd: B::Fd) -> Result<Self, B> {
        let (handle, domain) = Handle::adopt::<P>(backend, fd, false)?;
        handle.backend.set_nonblocking(&handle.fd, true)?;
        Ok(Socket { handle, domain })
    }

    /// The family of the socket.
    pub fn family(&self) -> crate::Family {
        self.domain.family()
    }

    /// Gives the socket an address, bind(2). Port 0 lets the kernel pick one (`AddrInUse`: none is
    /// left); a Unix path is made, and stays in the file system when the socket closes, unix(7).
    ///
    /// # Errors
    /// `WrongFamily`: no call was made. `AddrInUse`: another socket has the address, or the path is
    /// taken. `AddrNotAvailable`: no interface has it. `PermissionDenied`: a port below 1024 (ip(7)),
    /// a directory. `InvalidInput`: the socket has an address already, or a link-local one is without
    /// its scope. Unix paths: `NotFound`, `NotADirectory`, `ReadOnlyFilesystem`, `NameTooLong`,
    /// `SymlinkLoop`.
    pub fn bind(&self, addr: &P::Addr<B::Abi>) -> Result<(), B> {
        same_family::<B, _>(addr, self.domain.family())?;
        self.handle
            .call(|backend, fd| backend.bind(fd, addr.as_bytes()))
    }

    /// Starts to listen, listen(2): the kernel completes up to `backlog` connections that wait to
    /// be accepted, and silently limits `backlog` itself (Linux: `net.core.somaxconn`). A TCP socket
    /// without an address gets a port on all addresses.
    ///
    /// # Errors
    /// The socket comes back. `AddrInUse`: another socket listens on the address, or no local port is
    /// left. `InvalidInput`: a Unix socket without a name (`unix_listen` in net/unix/af_unix.c).
    pub fn listen(
        self,
        backlog: u32,
    ) -> core::result::Result<Listener<B, P>, Rejected<Self, B::Abi>> {
        match self.handle.call(|backend, fd| backend.listen(fd, backlog)) {
            Ok(()) => Ok(Listener::from_handle(self.handle)),
            Err(error) => Err(Rejected::new(error, self)),
        }
    }
}

impl<B: Backend> Socket<B, Tcp> {
    /// An IPv4 socket on the default backend.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub fn v4() -> Result<Self, B>
    where
        B: Default,
    {
        Self::open(B::default(), Inet::V4)
    }

    /// An IPv6 socket on the default backend.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub fn v6() -> Result<Self, B>
    where
        B: Default,
    {
        Self::open(B::default(), Inet::V6)
    }

    /// Starts to connect, connect(2), and does not wait: the kernel sends a SYN, RFC 9293 section
    /// 3.5.
    ///
    /// # Errors
    /// The socket comes back. `WrongFamily`: no call was made. `NetworkUnreachable`,
    /// `HostUnreachable`: no route. `AddrNotAvailable`: no local port is left. `InvalidInput`: a
    /// link-local address without its scope. `PermissionDenied`, `NotPermitted`: a rule of this host.
    /// A kernel may also say at once what [`finish`](Connecting::finish) would.
    pub fn connect(
        self,
        addr: &crate::SocketAddr<B::Abi>,
    ) -> core::result::Result<Connecting<B, Tcp>, Rejected<Self, B::Abi>> {
        let started = same_family::<B, _>(addr, self.domain.family()).and_then(|()| {
            self.handle
                .backend
                .connect(&self.handle.fd, addr.as_bytes())
        });
        match started {
            // After a signal the connect goes on in the background, POSIX connect().
            Err(error) if error != Error::IN_PROGRESS && error != Error::INTERRUPTED => {
                Err(Rejected::new(error, self))
            }
            _ => Ok(Connecting::from_handle(self.handle)),
        }
    }

    /// Connects, and waits for it until the deadline: connect(2), ppoll(2), `SO_ERROR`,
    /// getpeername(2).
    ///
    /// # Errors
    /// Those of [`connect`](Self::connect) and of [`finish`](Connecting::finish);
    /// `DeadlinePassed`. The socket is closed, which ends the attempt.
    pub fn connect_by(
        self,
        addr: &crate::SocketAddr<B::Abi>,
        deadline: Deadline,
    ) -> Result<Stream<B, Tcp>, B> {
        match self.connect(addr)?.finish_by(deadline)? {
            crate::Progress::Connected(stream) => Ok(stream),
            crate::Progress::Pending(_) => Err(Error::DEADLINE),
        }
    }
}

impl<B: Backend, P> Socket<B, P>
where
    P: ConnectionProtocol<Domain = Local>,
{
    /// A socket on the default backend.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub fn new() -> Result<Self, B>
    where
        B: Default,
    {
        Self::open(B::default(), Local)
    }

    /// Connects, connect(2). A connect between Unix sockets is done at once or not at all.
    ///
    /// # Errors
    /// The socket comes back, and can be tried again. `WouldBlock`: the backlog of the listener is
    /// full (Linux). `NotFound`: no such path. `ConnectionRefused`: nobody listens there, the file is no
    /// socket, or on the BSDs the backlog is full. `Unsupported`: the listener is of another kind (`EPROTOTYPE`). `PermissionDenied`: no
    /// right to write to the socket's file, or to search a directory. `NotADirectory`, `SymlinkLoop`;
    /// `InvalidInput`: an address without a name.
    pub fn connect(
        self,
        addr: &P::Addr<B::Abi>,
    ) -> core::result::Result<P::Connection<B>, Rejected<Self, B::Abi>> {
        match self.try_connect(addr) {
            Ok(()) => Ok(P::Connection::from_handle(self.handle)),
            Err(error) => Err(Rejected::new(error, self)),
        }
    }

    fn try_connect(&self, addr: &P::Addr<B::Abi>) -> Result<(), B> {
        same_family::<B, _>(addr, self.domain.family())?;
        self.handle
            .call(|backend, fd| backend.connect(fd, addr.as_bytes()))
    }

    /// Connects, and waits until the deadline while the backlog of the listener is full. On the BSDs a full
    /// backlog is `ConnectionRefused` at once, and cannot be told from a listener that is not there
    /// (`unp_connectat` in FreeBSD's sys/kern/uipc_usrreq.c, `unp_connect` in Darwin's).
    ///
    /// The kernel waits, connect(2) under `SO_SNDTIMEO`, as long as the deadline is far. That
    /// time-out is too coarse for the end of it: during the last 30 ms at the most, the connect is
    /// tried every 3 ms instead, so that room is noticed up to 3 ms late. The last try is made when
    /// the deadline passes.
    ///
    /// # Errors
    /// Those of [`connect`](Self::connect), with `DeadlinePassed` in place of `WouldBlock`. The
    /// socket comes back.
    pub fn connect_by(
        self,
        addr: &P::Addr<B::Abi>,
        deadline: Deadline,
    ) -> core::result::Result<P::Connection<B>, Rejected<Self, B::Abi>> {
        let connected = match self.try_connect(addr) {
            Err(error) if error == Error::WOULD_BLOCK => self.wait_to_connect(addr, deadline),
            done => done,
        };
        match connected {
            Ok(()) => Ok(P::Connection::from_handle(self.handle)),
            Err(error) => Err(Rejected::new(error, self)),
        }
    }

    /// Linux has no event for room in a backlog: poll(2) calls an unconnected socket writable at
    /// all times. But a blocking connect waits for it (`unix_stream_connect` in net/unix/af_unix.c)
    /// as long as SO_SNDTIMEO says, and this socket is fresh: nobody else sees its options.
    fn wait_to_connect(&self, addr: &P::Addr<B::Abi>, deadline: Deadline) -> Result<(), B> {
        let Handle { fd, backend } = &self.handle;
        let mut wait = Wait::new(deadline);
        wait.begin(backend);
        backend.set_nonblocking(fd, false)?;
        let done = self.connect_in_steps(addr, &wait);
        let restored = option::set::<TimeOut<true>, B>(backend, fd, 0)
            .and_then(|()| backend.set_nonblocking(fd, true));
        done.and(restored)
    }

    fn connect_in_steps(&self, addr: &P::Addr<B::Abi>, wait: &Wait) -> Result<(), B> {
        let Handle { fd, backend } = &self.handle;
        // Zero is a time-out without an end.
        while let Some(time_out) = wait.left(backend).map_or(Some(0), floor) {
            option::set::<TimeOut<true>, B>(backend, fd, time_out)?;
            match backend.connect(fd, addr.as_bytes()) {
                Err(error) if error == Error::WOULD_BLOCK || error == Error::INTERRUPTED => {}
                done => return done,
            }
        }
        // Sleep through the rest in a few steps, and try after each.
        backend.set_nonblocking(fd, true)?;
        while let Some(left @ 1..) = wait.left(backend) {
            let nap = Deadline::after(Duration::from_nanos(left.min(NAP)));
            crate::poll(backend, &mut [], nap)?;
            match self.try_connect(addr) {
                Err(error) if error == Error::WOULD_BLOCK => {}
                done => return done,
            }
        }
        Err(Error::DEADLINE)
    }
}
