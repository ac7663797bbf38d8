//! What UDP alone does: peers, refusals, the largest datagram.

use sock_core::abi::{Kernel, Linux};
use sock_core::{Backend, Error, ErrorKind, PollEvents, UdpSocket};

use crate::cases::support::{SOON, fails, kernel, loopback4, loopback6, pause, udp};
use crate::{Env, Outcome, Runner, check, check_number};

pub(super) fn portable<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("udp-connected-takes-its-peer-alone", peer_alone);
    runner.case("udp-disconnect", disconnect);
    runner.case("udp-connected-refused", refused);
    runner.case("udp-unconnected-is-not-refused", not_refused);
    runner.case("udp-message-too-long", too_long);
}

pub(super) fn linux<E: Env>(runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = Linux>,
{
    runner.case("udp-largest-datagram", largest);
    runner.case("udp-disconnect-and-the-port", disconnect_and_port);
    runner.case("udp-connect-keeps-what-has-come", keeps_what_has_come);
}

/// With a peer, datagrams of others do not arrive.
fn peer_alone<E: Env>(env: &E) -> Outcome {
    let ((socket, at), (peer, at_peer)) = (udp(env)?, udp(env)?);
    let (stranger, _) = udp(env)?;
    let socket = socket.connect(&at_peer)?;
    check!(socket.peer_addr()? == at_peer);
    stranger.send_to(b"stranger", &at)?;
    peer.send_to(b"peer", &at)?;
    stranger.send_to(b"stranger", &at)?;
    let mut room = [0; 16];
    check_number!(socket.recv_by(&mut room, SOON)?.bytes, 4);
    check!(room.starts_with(b"peer"));
    check!(socket.recv(&mut room).err() == Some(Error::WOULD_BLOCK));
    check_number!(socket.send(b"answer")?, 6);
    let answer = peer.recv_from_by(&mut room, SOON)?;
    check!(answer.from == at && answer.bytes == 6);
    Ok(())
}

/// Without its peer a socket takes datagrams of all and tells whose, and may have another peer. FreeBSD
/// 15 delivers none to it until it has (`in_pcbdisconnect` in sys/netinet/in_pcb.c).
fn disconnect<E: Env>(env: &E) -> Outcome {
    for any in [loopback4::<E>(), loopback6::<E>()] {
        let bound = || UdpSocket::bind_in(env.backend(), &any);
        let (peer, stranger) = (bound()?, bound()?);
        let (at_peer, at_stranger) = (peer.local_addr()?, stranger.local_addr()?);
        let socket = bound()?.connect(&at_peer)?.disconnect()?;
        check_number!(socket.send_to(b"yy", &at_stranger)?, 2);
        let received = stranger.recv_from_by(&mut [0; 8], SOON)?;
        check_number!(stranger.send_to(b"x", &received.from)?, 1);
        if kernel::<E>() != Kernel::FreeBsd {
            check!(socket.recv_from_by(&mut [0; 8], SOON)?.from == at_stranger);
        }
        let socket = socket.connect(&at_stranger)?;
        check!(socket.peer_addr()? == at_stranger);
        check_number!(stranger.send_to(b"xyz", &socket.local_addr()?)?, 3);
        let mut received = socket.recv_by(&mut [0; 8], SOON)?;
        if kernel::<E>() == Kernel::FreeBsd && received.bytes == 1 {
            received = socket.recv_by(&mut [0; 8], SOON)?;
        }
        check_number!(received.bytes, 3);
    }
    Ok(())
}

/// A socket that is disconnected keeps the address and the port that it was bound to, but not a port
/// that the kernel picked (`__udp_disconnect` in net/ipv4/udp.c).
fn disconnect_and_port<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let (picked, at) = udp(env)?;
    let (_peer, at_peer) = udp(env)?;
    let picked = picked.connect(&at_peer)?.disconnect()?;
    let mut without_port = at;
    without_port.set_port(0);
    check!(picked.local_addr()? == without_port);
    let bound = UdpSocket::bind_in(env.backend(), &at)?;
    let bound = bound.connect(&at_peer)?.disconnect()?;
    check!(bound.local_addr()? == at);
    check_number!(bound.send_to(b"x", &at)?, 1);
    check!(bound.recv_from_by(&mut [0; 8], SOON)?.from == at);
    Ok(())
}

/// That nobody is at the peer's address comes back by ICMP: the next receive or send tells it, once,
/// and a wait for something to receive ends.
fn refused<E: Env>(env: &E) -> Outcome {
    let ((socket, _), (closed, at_closed)) = (udp(env)?, udp(env)?);
    let socket = socket.connect(&at_closed)?;
    drop(closed);
    let kind = ErrorKind::ConnectionRefused;
    check_number!(socket.send(b"x")?, 1);
    fails(socket.recv_by(&mut [0; 8], SOON), kind)?;
    check!(socket.recv(&mut [0; 8]).err() == Some(Error::WOULD_BLOCK));
    check_number!(socket.send(b"x")?, 1);
    let events = socket.wait(PollEvents::IN, SOON)?;
    // The BSDs have no event of its own for a pending error (`sopoll_generic` in FreeBSD's
    // sys/kern/uipc_socket.c, `filt_soread_common` in Darwin's bsd/kern/uipc_socket.c).
    check!(events.contains(match kernel::<E>() {
        Kernel::Linux => PollEvents::ERR,
        _ => PollEvents::IN,
    }));
    fails(socket.send(b"x"), kind)?;
    check_number!(socket.send(b"x")?, 1);
    socket.wait(PollEvents::IN, SOON)?;
    check!(socket.take_error()?.map(Error::kind) == Some(kind));
    check!(socket.take_error()?.is_none());
    Ok(())
}

/// A socket without a peer hears nothing of it, and goes on.
fn not_refused<E: Env>(env: &E) -> Outcome {
    let ((socket, at), (other, at_other)) = (udp(env)?, udp(env)?);
    let (closed, at_closed) = udp(env)?;
    drop(closed);
    check_number!(socket.send_to(b"x", &at_closed)?, 1);
    pause(socket.backend(), 10)?;
    check!(socket.recv_from(&mut [0; 8]).err() == Some(Error::WOULD_BLOCK));
    check_number!(socket.send_to(b"x", &at_other)?, 1);
    check!(other.recv_from_by(&mut [0; 8], SOON)?.from == at);
    Ok(())
}

/// More than any datagram can hold is refused whole.
fn too_long<E: Env>(env: &E) -> Outcome {
    static LONG: [u8; 65_536] = [0; 65_536];
    for addr in [loopback4::<E>(), loopback6::<E>()] {
        let (a, b) = (
            UdpSocket::bind_in(env.backend(), &addr)?,
            UdpSocket::bind_in(env.backend(), &addr)?,
        );
        let at = b.local_addr()?;
        fails(a.send_to(&LONG, &at), ErrorKind::MessageTooLong)?;
        fails(a.send_to_by(&LONG, &at, SOON), ErrorKind::MessageTooLong)?;
        let a = a.connect(&at)?;
        fails(a.send(&LONG), ErrorKind::MessageTooLong)?;
        fails(a.send_by(&LONG, SOON), ErrorKind::MessageTooLong)?;
        check!(b.recv_from(&mut [0; 8]).err() == Some(Error::WOULD_BLOCK));
    }
    Ok(())
}

/// The length of an IPv4 packet counts its header of 20 bytes, that of IPv6 does not count its own
/// (RFC 8200, section 3); UDP's takes 8. So much goes, and not a byte more.
fn largest<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    static LONG: [u8; 65_536] = [b'x'; 65_536];
    for (addr, most) in [(loopback4::<E>(), 65_507), (loopback6::<E>(), 65_527)] {
        let (a, b) = (
            UdpSocket::bind_in(env.backend(), &addr)?,
            UdpSocket::bind_in(env.backend(), &addr)?,
        );
        let at = b.local_addr()?;
        let of = |len| LONG.get(..len).unwrap_or_default();
        check_number!(a.send_to(of(most), &at)?, most);
        let mut room = [0; 65_536];
        let received = b.recv_from_by(&mut room, SOON)?;
        check_number!(received.bytes, most);
        check!(!received.truncated && room.starts_with(of(most)));
        fails(a.send_to(of(most + 1), &at), ErrorKind::MessageTooLong)?;
    }
    Ok(())
}

/// What came before the connect is still received after it, whoever sent it (connect(2) only looks
/// at what comes later): a socket whose peer matters is connected before it is bound to a known
/// port, or asks who sent what.
fn keeps_what_has_come<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let ((socket, at), (_peer, at_peer)) = (udp(env)?, udp(env)?);
    let (stranger, _) = udp(env)?;
    stranger.send_to(b"early", &at)?;
    socket.wait(sock_core::PollEvents::IN, SOON)?;
    let socket = socket.connect(&at_peer)?;
    stranger.send_to(b"late", &at)?;
    check_number!(socket.recv_by(&mut [0; 8], SOON)?.bytes, 5);
    check!(socket.recv(&mut [0; 8]).err() == Some(Error::WOULD_BLOCK));
    Ok(())
}
