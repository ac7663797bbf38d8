//! Why a connect, a datagram or a bind fails: nobody there, another kind, a name that is taken.

use sock_core::abi::{Kernel, Linux};
use sock_core::{
    Abi, Backend, Error, ErrorKind, Local, UnixAddr, UnixDatagram, UnixListener, UnixSeqpacket,
    UnixSeqpacketListener, UnixSeqpacketSocket, UnixStream, UnixStreamSocket,
};

use crate::cases::support::{
    Path, SOON, UnixAddrOf, abstract_name, fails, has_seqpacket, kernel, rejected,
};
use crate::{Env, Failure, Outcome, Runner, check, check_number};

pub(super) fn portable<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("unix-missing-path", missing_path);
    runner.case("unix-missing-directory", missing_directory);
    runner.case("unix-path-through-a-socket", path_through_a_socket);
    runner.case("unix-nobody-listens", nobody_listens);
    if has_seqpacket::<E>() {
        runner.case("unix-wrong-kind", wrong_kind);
    }
    runner.case("unix-bind-to-a-taken-path", taken_path);
    runner.case("unix-bind-twice", bind_twice);
    runner.case("unix-path-stays-after-close", path_stays);
    runner.case("unix-rejected-connect-can-be-tried-again", try_again);
}

pub(super) fn linux<E: Env>(runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = Linux>,
{
    runner.case("unix-abstract-nobody", abstract_nobody);
    runner.case(
        "unix-abstract-name-ends-with-its-socket",
        abstract_name_ends,
    );
}

/// What each kind of socket says to a connect, and a datagram that is sent, to this name.
fn nobody_there<E: Env>(env: &E, addr: &UnixAddrOf<E>, kind: ErrorKind) -> Outcome {
    let stream = UnixStreamSocket::open(env.backend(), Local)?;
    let stream = rejected(stream.connect(addr), kind)?;
    // It does not wait for somebody to come.
    rejected(stream.connect_by(addr, SOON), kind)?;
    fails(UnixStream::connect_in(env.backend(), addr, SOON), kind)?;
    if has_seqpacket::<E>() {
        let seqpacket = UnixSeqpacketSocket::open(env.backend(), Local)?;
        let seqpacket = rejected(seqpacket.connect(addr), kind)?;
        rejected(seqpacket.connect_by(addr, SOON), kind)?;
        fails(UnixSeqpacket::connect_in(env.backend(), addr, SOON), kind)?;
    }
    let datagram = UnixDatagram::open(env.backend())?;
    fails(datagram.send_to(b"x", addr), kind)?;
    fails(datagram.send_to_by(b"x", addr, SOON), kind)?;
    rejected(datagram.connect(addr), kind)?;
    Ok(())
}

/// A path without a file is not found.
fn missing_path<E: Env>(env: &E) -> Outcome {
    nobody_there(env, &Path::new(env)?.addr, ErrorKind::NotFound)
}

/// A path behind `addr`, as in a directory.
fn below<E: Env>(addr: &UnixAddrOf<E>) -> Result<UnixAddrOf<E>, Failure> {
    let mut path = [0; 80];
    let parts = addr.as_path().unwrap_or_default().iter().chain(b"/x");
    let len = path.iter_mut().zip(parts).fold(0, |len, (place, byte)| {
        *place = *byte;
        len + 1
    });
    Ok(UnixAddr::path(path.get(..len).unwrap_or_default())?)
}

/// A directory that does not exist is not found: by a connect, and by a bind, which makes none.
fn missing_directory<E: Env>(env: &E) -> Outcome {
    let addr = below::<E>(&Path::new(env)?.addr)?;
    nobody_there(env, &addr, ErrorKind::NotFound)?;
    let kind = ErrorKind::NotFound;
    fails(UnixListener::bind_in(env.backend(), &addr), kind)?;
    fails(UnixDatagram::bind_in(env.backend(), &addr), kind)
}

/// A socket is no directory.
fn path_through_a_socket<E: Env>(env: &E) -> Outcome {
    let path = Path::new(env)?;
    let _socket = UnixDatagram::bind_in(env.backend(), &path.addr)?;
    let addr = below::<E>(&path.addr)?;
    nobody_there(env, &addr, ErrorKind::NotADirectory)?;
    let kind = ErrorKind::NotADirectory;
    fails(UnixDatagram::bind_in(env.backend(), &addr), kind)
}

/// A path whose socket is closed refuses, whatever the kind; one that is bound but does not listen
/// refuses connections.
fn nobody_listens<E: Env>(env: &E) -> Outcome {
    let path = Path::new(env)?;
    drop(UnixListener::bind_in(env.backend(), &path.addr)?);
    nobody_there(env, &path.addr, ErrorKind::ConnectionRefused)?;
    let path = Path::new(env)?;
    let bound = UnixStreamSocket::open(env.backend(), Local)?;
    bound.bind(&path.addr)?;
    let kind = ErrorKind::ConnectionRefused;
    fails(
        UnixStream::connect_in(env.backend(), &path.addr, SOON),
        kind,
    )?;
    if !has_seqpacket::<E>() {
        return Ok(());
    }
    let path = Path::new(env)?;
    let bound = UnixSeqpacketSocket::open(env.backend(), Local)?;
    bound.bind(&path.addr)?;
    fails(
        UnixSeqpacket::connect_in(env.backend(), &path.addr, SOON),
        kind,
    )
}

/// An abstract name that nobody has refuses; there is nothing that might not be found.
fn abstract_nobody<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    nobody_there(env, &abstract_name(env)?, ErrorKind::ConnectionRefused)
}

/// A socket of another kind than the path's is told so (`EPROTOTYPE`), not that nobody listens.
fn wrong_kind<E: Env>(env: &E) -> Outcome {
    let error = Error::os(<<E::Backend as Backend>::Abi as sock_core::Abi>::EPROTOTYPE);
    let paths = [Path::new(env)?, Path::new(env)?, Path::new(env)?];
    let [stream, datagram, seqpacket] = paths.each_ref().map(|path| &path.addr);
    let _listener = UnixListener::bind_in(env.backend(), stream)?;
    let _receiver = UnixDatagram::bind_in(env.backend(), datagram)?;
    let _packets = UnixSeqpacketListener::bind_in(env.backend(), seqpacket)?;
    check!(error.kind() == ErrorKind::Unsupported);
    for other in [datagram, seqpacket] {
        let socket = UnixStreamSocket::open(env.backend(), Local)?;
        let again = socket.connect(other).err();
        let Some(socket) = again.filter(|rejected| rejected.error == error) else {
            return Err(Failure::check("a stream is refused with EPROTOTYPE"));
        };
        check!(socket.socket.connect(stream).is_ok());
    }
    for other in [stream, datagram] {
        let made = UnixSeqpacket::connect_in(env.backend(), other, SOON);
        check!(made.err() == Some(error));
    }
    for other in [stream, seqpacket] {
        let socket = UnixDatagram::open(env.backend())?;
        check!(socket.send_to(b"x", other) == Err(error));
        check!(socket.connect(other).err().map(Error::from) == Some(error));
    }
    Ok(())
}

/// A path that exists cannot be bound, by a socket of any kind, nor when it is no socket's.
fn taken_path<E: Env>(env: &E) -> Outcome {
    let path = Path::new(env)?;
    let listener = UnixListener::bind_in(env.backend(), &path.addr)?;
    let kind = ErrorKind::AddrInUse;
    fails(UnixListener::bind_in(env.backend(), &path.addr), kind)?;
    fails(UnixDatagram::bind_in(env.backend(), &path.addr), kind)?;
    if has_seqpacket::<E>() {
        let packets = UnixSeqpacketListener::bind_in(env.backend(), &path.addr);
        fails(packets, kind)?;
    }
    // The one that has it is none the worse.
    let client = UnixStream::connect_in(env.backend(), &path.addr, SOON)?;
    let _accepted = listener.accept_by(SOON)?;
    check!(client.peer_addr()? == path.addr);
    // A directory is taken, too, and on the BSDs an error of its own (EISDIR of `namei`).
    let root = UnixDatagram::bind_in(env.backend(), &UnixAddr::path(b"/")?);
    match kernel::<E>() {
        Kernel::Linux => fails(root, kind)?,
        _ => check!(root.err() == Some(Error::os(<E::Backend as Backend>::Abi::EISDIR))),
    }
    Ok(())
}

/// A socket that has a name keeps it, and cannot be given another; no file is left of the attempt.
fn bind_twice<E: Env>(env: &E) -> Outcome {
    let (first, second) = (Path::new(env)?, Path::new(env)?);
    let kind = ErrorKind::InvalidInput;
    let datagram = UnixDatagram::bind_in(env.backend(), &first.addr)?;
    fails(datagram.bind_to(&second.addr), kind)?;
    check!(datagram.local_addr()? == first.addr);
    let stream = UnixStreamSocket::open(env.backend(), Local)?;
    stream.bind(&second.addr)?;
    let third = Path::new(env)?;
    fails(stream.bind(&third.addr), kind)?;
    check!(stream.local_addr()? == second.addr);
    UnixDatagram::bind_in(env.backend(), &third.addr)?;
    Ok(())
}

/// The path of a closed socket stays, and is taken until somebody removes it.
fn path_stays<E: Env>(env: &E) -> Outcome {
    let path = Path::new(env)?;
    drop(UnixDatagram::bind_in(env.backend(), &path.addr)?);
    let kind = ErrorKind::AddrInUse;
    fails(UnixDatagram::bind_in(env.backend(), &path.addr), kind)?;
    path.remove();
    let socket = UnixDatagram::bind_in(env.backend(), &path.addr)?;
    socket.send_to(b"x", &path.addr)?;
    check_number!(socket.recv_from_by(&mut [0; 2], SOON)?.bytes, 1);
    Ok(())
}

/// An abstract name is gone with the last descriptor of its socket.
fn abstract_name_ends<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let name = abstract_name(env)?;
    let kind = ErrorKind::AddrInUse;
    let socket = UnixDatagram::bind_in(env.backend(), &name)?;
    fails(UnixDatagram::bind_in(env.backend(), &name), kind)?;
    let duplicate = env.duplicate(socket.as_fd());
    drop(socket);
    fails(UnixDatagram::bind_in(env.backend(), &name), kind)?;
    drop(duplicate);
    UnixDatagram::bind_in(env.backend(), &name)?;
    Ok(())
}

/// A refused connect gives the socket back as it was: options and name stay, and a later connect
/// goes through.
fn try_again<E: Env>(env: &E) -> Outcome {
    let (server, client) = (Path::new(env)?, Path::new(env)?);
    let descriptors = env.open_descriptors();
    let socket = UnixStreamSocket::open(env.backend(), Local)?;
    socket.bind(&client.addr)?;
    let socket = rejected(socket.connect(&server.addr), ErrorKind::NotFound)?;
    let socket = rejected(socket.connect_by(&server.addr, SOON), ErrorKind::NotFound)?;
    check_number!(env.open_descriptors(), descriptors + 1);
    check!(env.flags(socket.as_fd()).nonblocking);
    let listener = UnixListener::bind_in(env.backend(), &server.addr)?;
    let stream = socket.connect(&server.addr)?;
    let (accepted, peer) = listener.accept_by(SOON)?;
    check!(peer == client.addr);
    stream.send_all(b"x", SOON)?;
    check_number!(accepted.recv_by(&mut [0; 2], SOON)?, 1);
    Ok(())
}
