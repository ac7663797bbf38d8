//! What many cases begin with.

use core::net::{Ipv4Addr, Ipv6Addr};
use core::time::Duration;

use sock_core::abi::Kernel;
use sock_core::{
    Abi, AddrError, Backend, Deadline, Error, ErrorKind, Protocol, Rejected, SocketAddr, Stream,
    TcpListener, TcpStream, UdpSocket, UnixAddr, UnixStream, poll,
};

use crate::{Env, Failure, Outcome};

/// The address type of the environment's backend.
pub(crate) type Addr<E> = SocketAddr<<<E as Env>::Backend as Backend>::Abi>;

/// The error type of the environment's backend.
pub(crate) type ErrorOf<E> = Error<<<E as Env>::Backend as Backend>::Abi>;

/// The kernel of the environment's backend.
pub(crate) const fn kernel<E: Env>() -> Kernel {
    <<E::Backend as Backend>::Abi as Abi>::KERNEL
}

/// Whether the kernel keeps messages apart on a connection: Darwin does not.
pub(crate) const fn has_seqpacket<E: Env>() -> bool {
    !matches!(kernel::<E>(), Kernel::Darwin)
}

/// Two streams connected to each other.
pub(crate) type Pair<B, P> = (Stream<B, P>, Stream<B, P>);

/// The Unix address type of the environment's backend.
pub(crate) type UnixAddrOf<E> = UnixAddr<<<E as Env>::Backend as Backend>::Abi>;

/// Long enough for everything that happens on one host; a case that reaches it hangs.
pub(crate) const SOON: Deadline = Deadline::after(Duration::from_secs(10));

/// A deadline so many milliseconds after an operation begins.
pub(crate) const fn within(millis: u64) -> Deadline {
    Deadline::after(Duration::from_millis(millis))
}

/// Any port of the IPv4 loopback address.
pub(crate) fn loopback4<E: Env>() -> Addr<E> {
    SocketAddr::new_v4(Ipv4Addr::LOCALHOST, 0)
}

/// Any port of the IPv6 loopback address.
pub(crate) fn loopback6<E: Env>() -> Addr<E> {
    SocketAddr::new_v6(Ipv6Addr::LOCALHOST, 0)
}

/// A TCP connection over loopback: the side that connected, and the side that accepted.
pub(crate) fn tcp_pair<E: Env>(
    env: &E,
) -> Result<(TcpStream<E::Backend>, TcpStream<E::Backend>), Failure> {
    tcp_pair_at(env, &loopback4::<E>())
}

/// [`tcp_pair`] through a listener on this address.
pub(crate) fn tcp_pair_at<E: Env>(
    env: &E,
    addr: &Addr<E>,
) -> Result<(TcpStream<E::Backend>, TcpStream<E::Backend>), Failure> {
    let listener = TcpListener::bind_in(env.backend(), addr)?;
    let client = TcpStream::connect_in(env.backend(), &listener.local_addr()?, SOON)?;
    let (server, _) = listener.accept_by(SOON)?;
    Ok((client, server))
}

/// Two Unix streams connected to each other.
pub(crate) fn unix_pair<E: Env>(
    env: &E,
) -> Result<(UnixStream<E::Backend>, UnixStream<E::Backend>), Failure> {
    Ok(UnixStream::pair_in(env.backend())?)
}

/// Lets so many milliseconds pass.
pub(crate) fn pause<B: Backend>(backend: &B, millis: u64) -> Outcome {
    poll(backend, &mut [], within(millis))?;
    Ok(())
}

/// Runs `other` on a second thread and `this` on the present one, and fails when either does.
pub(crate) fn both<E: Env>(
    env: &E,
    mut other: impl FnMut() -> Outcome + Send,
    mut this: impl FnMut() -> Outcome,
) -> Outcome {
    let (mut theirs, mut ours) = (Ok(()), Ok(()));
    env.together(&mut || theirs = other(), &mut || ours = this());
    ours.and(theirs)
}

/// Sends until there is no room and none comes by itself, and returns how many bytes went.
pub(crate) fn fill<B: Backend, P: Protocol>(stream: &Stream<B, P>) -> Result<usize, Failure> {
    let (mut sent, mut full) = (0, false);
    loop {
        match stream.send(&[0xA5; 4096]) {
            Ok(n) => (sent, full) = (sent + n, false),
            Err(error) if error != Error::WOULD_BLOCK => return Err(error.into()),
            Err(_) if full => return Ok(sent),
            // What a TCP peer has room for leaves the send buffer a little later.
            Err(_) => {
                pause(stream.backend(), 20)?;
                full = true;
            }
        }
    }
}

/// Receives until the stream ends, and returns how many bytes came.
pub(crate) fn drain<B: Backend, P: Protocol>(stream: &Stream<B, P>) -> Result<usize, Failure> {
    let mut came = 0;
    loop {
        match stream.recv_by(&mut [0; 16 * 1024], SOON)? {
            0 => return Ok(came),
            n => came += n,
        }
    }
}

/// A path that no file has, as an address; the file is removed in the end.
pub(crate) struct Path<'e, E: Env> {
    env: &'e E,
    pub(crate) addr: UnixAddrOf<E>,
}

impl<'e, E: Env> Path<'e, E> {
    pub(crate) fn new(env: &'e E) -> Result<Self, AddrError> {
        let mut room = [0; 64];
        let addr = UnixAddr::path(env.temporary_path(&mut room))?;
        Ok(Path { env, addr })
    }

    /// A path of this many bytes.
    pub(crate) fn of_length(env: &'e E, len: usize) -> Result<Self, AddrError> {
        let mut room = [0; 64];
        let mut path = [b'x'; 128];
        for (place, byte) in path.iter_mut().zip(env.temporary_path(&mut room)) {
            *place = *byte;
        }
        let addr = UnixAddr::path(path.get(..len).unwrap_or_default())?;
        Ok(Path { env, addr })
    }

    /// Removes the file, if there is one.
    pub(crate) fn remove(&self) {
        if let Some(path) = self.addr.as_path() {
            self.env.unlink(path);
        }
    }
}

impl<E: Env> Drop for Path<'_, E> {
    fn drop(&mut self) {
        self.remove();
    }
}

/// Fails the case unless the call failed, with an error of this kind.
#[track_caller]
pub(crate) fn fails<T, A, X>(result: Result<T, X>, kind: ErrorKind) -> Outcome
where
    A: Abi,
    X: Into<Error<A>>,
{
    match result {
        Ok(_) => Err(Failure::check("the call fails")),
        Err(error) => {
            let error: Error<A> = error.into();
            if error.kind() == kind {
                Ok(())
            } else {
                Err(Failure::from(error))
            }
        }
    }
}

/// [`fails`] for a step that gives the socket back, which is what comes back.
#[track_caller]
pub(crate) fn rejected<T, S, A: Abi>(
    result: Result<T, Rejected<S, A>>,
    kind: ErrorKind,
) -> Result<S, Failure> {
    match result {
        Ok(_) => Err(Failure::check("the call fails")),
        Err(Rejected { error, socket }) if error.kind() == kind => Ok(socket),
        Err(Rejected { error, .. }) => Err(Failure::from(error)),
    }
}

/// An abstract name that no other socket has (Linux).
pub(crate) fn abstract_name<E: Env>(env: &E) -> Result<UnixAddrOf<E>, AddrError> {
    UnixAddr::abstract_name(env.temporary_path(&mut [0; 64]))
}

/// A socket for datagrams over the IPv4 loopback address, and its address.
pub(crate) fn udp<E: Env>(env: &E) -> Result<(UdpSocket<E::Backend>, Addr<E>), Failure> {
    let socket = UdpSocket::bind_in(env.backend(), &loopback4::<E>())?;
    let addr = socket.local_addr()?;
    Ok((socket, addr))
}
