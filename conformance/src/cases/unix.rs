//! Local sockets: who the peer is, and pairs of them.

mod refused;

use sock_core::abi::{Kernel, Linux};
use sock_core::{
    AddrError, Backend, ErrorKind, Local, UnixAddr, UnixDatagram, UnixListener, UnixSeqpacket,
    UnixSeqpacketListener, UnixSeqpacketSocket, UnixStream, UnixStreamSocket,
};

use super::support::{
    Path, SOON, UnixAddrOf, abstract_name, fails, has_seqpacket, kernel, rejected,
};
use crate::{Env, Outcome, Runner, check, check_number};

pub(crate) fn portable<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("unix-stream-peer-addresses", stream_peers);
    if has_seqpacket::<E>() {
        runner.case("unix-seqpacket-peer-addresses", seqpacket_peers);
        runner.case("unix-seqpacket-pair", seqpacket_pair);
    }
    runner.case("unix-datagram-sender-addresses", datagram_senders);
    runner.case("unix-datagram-connect-to-oneself", connect_to_oneself);
    runner.case("unix-stream-pair", stream_pair);
    runner.case("unix-datagram-pair", datagram_pair);
    refused::portable(runner);
}

pub(crate) fn linux<E: Env>(runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = Linux>,
{
    runner.case("unix-abstract-peer-addresses", abstract_peers);
    runner.case("unix-datagram-peer-has-a-peer", peer_has_a_peer);
    refused::linux(runner);
}

/// The names that a socket without one and one bound to `name` have.
fn clients<E: Env>(name: &UnixAddrOf<E>) -> [UnixAddrOf<E>; 2] {
    [UnixAddr::UNNAMED, *name]
}

/// accept gives the name that the client is bound to, or none; the client's peer is the listener's
/// name, which is the accepted socket's own, too.
fn stream_peers<E: Env>(env: &E) -> Outcome {
    let (server, client) = (Path::new(env)?, Path::new(env)?);
    stream_peers_named(env, &server.addr, &client.addr)
}

fn stream_peers_named<E: Env>(env: &E, server: &UnixAddrOf<E>, client: &UnixAddrOf<E>) -> Outcome {
    let listener = UnixListener::bind_in(env.backend(), server)?;
    for name in clients::<E>(client) {
        let socket = UnixStreamSocket::open(env.backend(), Local)?;
        if !name.is_unnamed() {
            socket.bind(&name)?;
        }
        let client = socket.connect(server)?;
        let (accepted, peer) = listener.accept_by(SOON)?;
        check!(peer == name);
        check!(accepted.peer_addr()? == name && client.local_addr()? == name);
        check!(client.peer_addr()? == *server && accepted.local_addr()? == *server);
    }
    Ok(())
}

/// As with streams.
fn seqpacket_peers<E: Env>(env: &E) -> Outcome {
    let (server, client) = (Path::new(env)?, Path::new(env)?);
    seqpacket_peers_named(env, &server.addr, &client.addr)
}

fn seqpacket_peers_named<E: Env>(
    env: &E,
    server: &UnixAddrOf<E>,
    client: &UnixAddrOf<E>,
) -> Outcome {
    let listener = UnixSeqpacketListener::bind_in(env.backend(), server)?;
    for name in clients::<E>(client) {
        let socket = UnixSeqpacketSocket::open(env.backend(), Local)?;
        if !name.is_unnamed() {
            socket.bind(&name)?;
        }
        let client = socket.connect(server)?;
        let (accepted, peer) = listener.accept_by(SOON)?;
        check!(peer == name);
        check!(accepted.peer_addr()? == name && client.local_addr()? == name);
        check!(client.peer_addr()? == *server && accepted.local_addr()? == *server);
    }
    Ok(())
}

/// Each datagram tells who sent it: a name to answer to, or that there is none.
fn datagram_senders<E: Env>(env: &E) -> Outcome {
    let (server, client) = (Path::new(env)?, Path::new(env)?);
    datagram_senders_named(env, &server.addr, &client.addr)
}

fn datagram_senders_named<E: Env>(
    env: &E,
    server: &UnixAddrOf<E>,
    client: &UnixAddrOf<E>,
) -> Outcome {
    let receiver = UnixDatagram::bind_in(env.backend(), server)?;
    for name in clients::<E>(client) {
        let sender = UnixDatagram::open(env.backend())?;
        if !name.is_unnamed() {
            sender.bind_to(&name)?;
        }
        check_number!(sender.send_to(b"question", server)?, 8);
        let received = receiver.recv_from_by(&mut [0; 16], SOON)?;
        check!(received.from == name && received.bytes == 8);
        if !name.is_unnamed() {
            receiver.send_to(b"answer", &received.from)?;
            let answer = sender.recv_from_by(&mut [0; 16], SOON)?;
            check!(answer.from == *server && answer.bytes == 6);
        }
    }
    Ok(())
}

/// Abstract names are told like paths.
fn abstract_peers<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let names = || Ok::<_, AddrError>((abstract_name(env)?, abstract_name(env)?));
    let (server, client) = names()?;
    stream_peers_named(env, &server, &client)?;
    let (server, client) = names()?;
    seqpacket_peers_named(env, &server, &client)?;
    let (server, client) = names()?;
    datagram_senders_named(env, &server, &client)
}

/// A datagram socket with a peer takes datagrams from that one alone: another may not even make it
/// its own peer (`unix_may_send` in net/unix/af_unix.c).
fn peer_has_a_peer<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let paths = [Path::new(env)?, Path::new(env)?];
    let [a, b] = paths.each_ref().map(|path| &path.addr);
    let second = UnixDatagram::bind_in(env.backend(), b)?;
    let first = UnixDatagram::bind_in(env.backend(), a)?.connect(b)?;
    let third = UnixDatagram::open(env.backend())?;
    fails(third.send_to(b"x", a), ErrorKind::NotPermitted)?;
    let third = rejected(third.connect(a), ErrorKind::NotPermitted)?;
    third.send_to(b"x", b)?;
    check!(second.recv_from_by(&mut [0; 2], SOON)?.from.is_unnamed());
    second.send_to(b"yy", a)?;
    check_number!(first.recv_by(&mut [0; 4], SOON)?.bytes, 2);
    Ok(())
}

/// A datagram socket may be its own peer, and receives what it sends.
fn connect_to_oneself<E: Env>(env: &E) -> Outcome {
    let path = Path::new(env)?;
    let socket = UnixDatagram::bind_in(env.backend(), &path.addr)?.connect(&path.addr)?;
    check!(socket.peer_addr()? == path.addr && socket.local_addr()? == path.addr);
    check_number!(socket.send(b"echo")?, 4);
    let mut room = [0; 8];
    check_number!(socket.recv_by(&mut room, SOON)?.bytes, 4);
    check!(room.starts_with(b"echo"));
    Ok(())
}

/// Both ends of a pair of streams send and receive; one sees the end of the other.
fn stream_pair<E: Env>(env: &E) -> Outcome {
    let (a, b) = UnixStream::pair_in(env.backend())?;
    for (from, to) in [(&a, &b), (&b, &a)] {
        from.send_all(b"one", SOON)?;
        from.send_all(b"two", SOON)?;
        let mut room = [0; 6];
        to.recv_exact(&mut room, SOON)?;
        check!(&room == b"onetwo");
    }
    drop(a);
    check_number!(b.recv_by(&mut [0; 1], SOON)?, 0);
    fails(b.send(b"x"), ErrorKind::BrokenPipe)
}

/// Both ends of a pair of datagram sockets send and receive, and keep messages apart.
fn datagram_pair<E: Env>(env: &E) -> Outcome {
    let (a, b) = sock_core::ConnectedUnixDatagram::pair_in(env.backend())?;
    for (from, to) in [(&a, &b), (&b, &a)] {
        from.send(b"one")?;
        from.send(b"three")?;
        check_number!(to.recv_by(&mut [0; 16], SOON)?.bytes, 3);
        check_number!(to.recv_by(&mut [0; 16], SOON)?.bytes, 5);
    }
    drop(a);
    let kind = match kernel::<E>() {
        Kernel::Linux => ErrorKind::ConnectionRefused,
        _ => ErrorKind::ConnectionReset,
    };
    fails(b.send(b"x"), kind)
}

/// Both ends of a pair of seqpacket sockets send and receive, keep messages apart, and see the end.
fn seqpacket_pair<E: Env>(env: &E) -> Outcome {
    let (a, b) = UnixSeqpacket::pair_in(env.backend())?;
    for (from, to) in [(&a, &b), (&b, &a)] {
        from.send(b"one")?;
        from.send(b"three")?;
        check_number!(to.recv_by(&mut [0; 16], SOON)?.bytes, 3);
        check_number!(to.recv_by(&mut [0; 16], SOON)?.bytes, 5);
    }
    drop(a);
    check_number!(b.recv_by(&mut [0; 1], SOON)?.bytes, 0);
    fails(b.send(b"x"), ErrorKind::BrokenPipe)
}
