//! Descriptors: how they are born, and that each is closed once.

use sock_core::{
    Backend, ConnectedUnixDatagram, Connecting, Error, ErrorKind, Inet, Local, SocketKind,
    TcpListener, TcpSocket, TcpStream, UdpSocket, UnixDatagram, UnixListener, UnixSeqpacket,
    UnixSeqpacketListener, UnixSeqpacketSocket, UnixStream, UnixStreamSocket,
};

use super::support::{
    Path, SOON, fails, has_seqpacket, loopback4, loopback6, rejected, tcp_pair, udp, unix_pair,
};
use crate::{DescriptorFlags, Env, Outcome, Runner, check, check_number};

pub(crate) fn portable<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("descriptor-of-a-fresh-socket", fresh);
    runner.case("descriptor-of-a-pair", pairs);
    runner.case("descriptor-of-an-accepted-connection", accepted);
    runner.case("descriptor-of-a-connected-socket", connected);
    runner.case("descriptor-closed-on-drop", closed_on_drop);
    runner.case("descriptor-of-a-failed-step", failed_step);
    runner.case("descriptor-of-a-failed-connect", failed_connect);
    runner.case("descriptor-taken-out-stays-open", taken_out);
    runner.case("descriptor-duplicate-keeps-the-connection", duplicate);
    runner.case("descriptor-of-a-closed-listener", listener);
    runner.case("descriptor-of-half-a-stream", halves);
}

/// What every descriptor is born with.
const BORN: DescriptorFlags = DescriptorFlags {
    close_on_exec: true,
    nonblocking: true,
};

/// A fresh socket of each family and kind is close-on-exec and non-blocking.
fn fresh<E: Env>(env: &E) -> Outcome {
    for domain in [Inet::V4, Inet::V6] {
        let tcp = TcpSocket::open(env.backend(), domain)?;
        check!(env.flags(tcp.as_fd()) == BORN);
        let udp = UdpSocket::open(env.backend(), domain)?;
        check!(env.flags(udp.as_fd()) == BORN);
    }
    let stream = UnixStreamSocket::open(env.backend(), Local)?;
    check!(env.flags(stream.as_fd()) == BORN);
    let datagram = UnixDatagram::open(env.backend())?;
    check!(env.flags(datagram.as_fd()) == BORN);
    if has_seqpacket::<E>() {
        let seqpacket = UnixSeqpacketSocket::open(env.backend(), Local)?;
        check!(env.flags(seqpacket.as_fd()) == BORN);
    }
    Ok(())
}

/// So are both ends of a pair of each kind.
fn pairs<E: Env>(env: &E) -> Outcome {
    use SocketKind::{Datagram, Seqpacket, Stream};
    let kinds = match has_seqpacket::<E>() {
        true => [Stream, Datagram, Seqpacket].as_slice(),
        false => &[Stream, Datagram],
    };
    for &kind in kinds {
        let (a, b) = env.backend().socket_pair(kind)?;
        check!(env.flags(&a) == BORN && env.flags(&b) == BORN);
    }
    let before = env.open_descriptors();
    let stream = UnixStream::pair_in(env.backend())?;
    let datagram = ConnectedUnixDatagram::pair_in(env.backend())?;
    check_number!(env.open_descriptors(), before + 4);
    if has_seqpacket::<E>() {
        let _seqpacket = UnixSeqpacket::pair_in(env.backend())?;
        check_number!(env.open_descriptors(), before + 6);
    }
    drop((stream, datagram));
    check_number!(env.open_descriptors(), before);
    Ok(())
}

/// So is a connection that was accepted: that is not inherited everywhere, accept(2).
fn accepted<E: Env>(env: &E) -> Outcome {
    for addr in [loopback4::<E>(), loopback6::<E>()] {
        let listener = TcpListener::bind_in(env.backend(), &addr)?;
        check!(env.flags(listener.as_fd()) == BORN);
        let _client = TcpStream::connect_in(env.backend(), &listener.local_addr()?, SOON)?;
        check!(env.flags(listener.accept_by(SOON)?.0.as_fd()) == BORN);
    }
    let (stream, packets) = (Path::new(env)?, Path::new(env)?);
    let listener = UnixListener::bind_in(env.backend(), &stream.addr)?;
    let _client = UnixStream::connect_in(env.backend(), &stream.addr, SOON)?;
    check!(env.flags(listener.accept_by(SOON)?.0.as_fd()) == BORN);
    if has_seqpacket::<E>() {
        let listener = UnixSeqpacketListener::bind_in(env.backend(), &packets.addr)?;
        let _client = UnixSeqpacket::connect_in(env.backend(), &packets.addr, SOON)?;
        check!(env.flags(listener.accept_by(SOON)?.0.as_fd()) == BORN);
    }
    Ok(())
}

/// So is a socket that has connected: whatever it took leaves no trace.
fn connected<E: Env>(env: &E) -> Outcome {
    let (client, _server) = tcp_pair(env)?;
    check!(env.flags(client.as_fd()) == BORN);
    let path = Path::new(env)?;
    let _listener = UnixListener::bind_in(env.backend(), &path.addr)?;
    let client = UnixStream::connect_in(env.backend(), &path.addr, SOON)?;
    check!(env.flags(client.as_fd()) == BORN);
    let (_, at) = udp(env)?;
    let socket = UdpSocket::open(env.backend(), Inet::V4)?.connect(&at)?;
    check!(env.flags(socket.as_fd()) == BORN);
    Ok(())
}

/// Each socket closes its descriptor when it is dropped, in whatever state it is.
fn closed_on_drop<E: Env>(env: &E) -> Outcome {
    let before = env.open_descriptors();
    let is_one_more = || env.open_descriptors() == before + 1;
    let socket = TcpSocket::open(env.backend(), Inet::V4)?;
    check!(is_one_more());
    drop(socket);
    check_number!(env.open_descriptors(), before);
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    check!(is_one_more());
    let addr = listener.local_addr()?;
    let connecting: Connecting<_, _> = TcpSocket::open(env.backend(), Inet::V4)?.connect(&addr)?;
    check_number!(env.open_descriptors(), before + 2);
    drop(connecting);
    check!(is_one_more());
    drop(listener);
    check_number!(env.open_descriptors(), before);
    let (a, b) = tcp_pair(env)?;
    check_number!(env.open_descriptors(), before + 2);
    drop(a);
    check!(is_one_more());
    check_number!(b.recv_by(&mut [0; 1], SOON)?, 0);
    drop(b);
    let socket = udp(env)?.0;
    check!(is_one_more());
    drop(socket);
    check_number!(env.open_descriptors(), before);
    Ok(())
}

/// A step that fails gives the socket back, and `?` closes it; nothing is left of one that was
/// made for the step.
fn failed_step<E: Env>(env: &E) -> Outcome {
    let path = Path::new(env)?;
    let before = env.open_descriptors();
    let socket = UnixStreamSocket::open(env.backend(), Local)?;
    let socket = rejected(socket.connect(&path.addr), ErrorKind::NotFound)?;
    check_number!(env.open_descriptors(), before + 1);
    let through = || -> Result<UnixStream<E::Backend>, Error<_>> {
        Ok(UnixStreamSocket::open(env.backend(), Local)?.connect(&path.addr)?)
    };
    fails(through(), ErrorKind::NotFound)?;
    check_number!(env.open_descriptors(), before + 1);
    drop(socket);
    let taken = udp(env)?;
    fails(
        UdpSocket::bind_in(env.backend(), &taken.1),
        ErrorKind::AddrInUse,
    )?;
    drop(taken);
    check_number!(env.open_descriptors(), before);
    Ok(())
}

/// A refused connect closes its socket.
fn failed_connect<E: Env>(env: &E) -> Outcome {
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    let addr = listener.local_addr()?;
    drop(listener);
    let before = env.open_descriptors();
    let refused = TcpStream::connect_in(env.backend(), &addr, SOON);
    fails(refused, ErrorKind::ConnectionRefused)?;
    check_number!(env.open_descriptors(), before);
    Ok(())
}

/// A descriptor that is taken out of a socket stays open, and makes the same socket again.
fn taken_out<E: Env>(env: &E) -> Outcome {
    let (client, server) = tcp_pair(env)?;
    let addr = client.local_addr()?;
    let before = env.open_descriptors();
    let fd = client.into_fd();
    check_number!(env.open_descriptors(), before);
    let client = TcpStream::from_fd(env.backend(), fd)?;
    check!(client.local_addr()? == addr);
    client.send_all(b"x", SOON)?;
    check_number!(server.recv_by(&mut [0; 8], SOON)?, 1);
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    let listener = TcpListener::from_fd(env.backend(), listener.into_fd())?;
    let _client = TcpStream::connect_in(env.backend(), &listener.local_addr()?, SOON)?;
    listener.accept_by(SOON)?;
    Ok(())
}

/// A connection ends with its last descriptor.
fn duplicate<E: Env>(env: &E) -> Outcome {
    let (a, b) = unix_pair(env)?;
    let second = UnixStream::from_fd(env.backend(), env.duplicate(a.as_fd()))?;
    drop(a);
    check!(b.recv(&mut [0; 8]).err() == Some(Error::WOULD_BLOCK));
    second.send_all(b"x", SOON)?;
    check_number!(b.recv_by(&mut [0; 8], SOON)?, 1);
    drop(second);
    check_number!(b.recv_by(&mut [0; 8], SOON)?, 0);
    Ok(())
}

/// A connection that was accepted goes on when its listener is closed.
fn listener<E: Env>(env: &E) -> Outcome {
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    let addr = listener.local_addr()?;
    let client = TcpStream::connect_in(env.backend(), &addr, SOON)?;
    let (server, _) = listener.accept_by(SOON)?;
    drop(listener);
    client.send_all(b"x", SOON)?;
    check_number!(server.recv_by(&mut [0; 8], SOON)?, 1);
    let refused = TcpStream::connect_in(env.backend(), &addr, SOON);
    fails(refused, ErrorKind::ConnectionRefused)
}

/// The two directions of a stream are views: dropping them closes nothing.
fn halves<E: Env>(env: &E) -> Outcome {
    let (mut a, b) = unix_pair(env)?;
    let before = env.open_descriptors();
    {
        let (_recv, mut send) = a.split();
        send.send_all(b"x", SOON)?;
    }
    check_number!(env.open_descriptors(), before);
    a.send_all(b"y", SOON)?;
    let mut room = [0; 2];
    b.recv_exact(&mut room, SOON)?;
    check!(&room == b"xy");
    Ok(())
}
