//! Options of every socket (`SOL_SOCKET`).

use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;

use sock_core::abi::{Kernel, Linux};
use sock_core::option::{
    Accepting, Broadcast, DontRoute, KeepAlive, KeepIdle, Kind, Linger, OobInline, PendingError,
    RecvBuffer, RecvLowWater, ReuseAddr, ReusePort, SendBuffer,
};
use sock_core::{
    Backend, Counted, Error, ErrorKind, Inet, Local, PollEvents, SocketAddr, SocketKind,
    TcpListener, TcpSocket, TcpStream, UnixDatagram, UnixSeqpacketSocket, UnixStreamSocket,
};

use super::{round_trip, tcp, udp};
use crate::cases::support::{SOON, fails, has_seqpacket, kernel, loopback4, tcp_pair, within};
use crate::{Env, Outcome, Runner, check, check_number};

pub(super) fn portable<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("option-reuse-addr", reuse_addr);
    runner.case("option-reuse-port", reuse_port);
    runner.case("option-keep-alive", keep_alive);
    runner.case("option-broadcast", broadcast);
    runner.case("option-oob-inline", oob_inline);
    runner.case("option-dont-route", dont_route);
    runner.case("option-linger", linger);
    runner.case("option-linger-zero-resets", linger_zero);
    runner.case("option-pending-error", pending_error);
    runner.case("option-kind", kind);
    runner.case("option-accepting", accepting);
    runner.case("option-refused-before-a-call", refused);
}

pub(super) fn linux<E: Env>(runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = Linux>,
{
    runner.case("option-buffers-are-doubled", buffers);
    runner.case("option-recv-low-water", recv_low_water);
    runner.case("option-broadcast-allows-it", broadcast_allowed);
}

/// Off on a fresh socket, on on a listener.
fn reuse_addr<E: Env>(env: &E) -> Outcome {
    let socket = tcp(env)?;
    check!(!socket.option(ReuseAddr)?);
    round_trip!(socket, ReuseAddr, true, false);
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    check!(listener.option(ReuseAddr)?);
    let unix = UnixDatagram::open(env.backend())?;
    round_trip!(unix, ReuseAddr, true, false);
    Ok(())
}

/// Off until it is asked for, and two sockets share a port when both ask, not when one does.
fn reuse_port<E: Env>(env: &E) -> Outcome {
    let (first, second, third) = (udp(env)?, udp(env)?, udp(env)?);
    check!(!first.option(ReusePort)?);
    round_trip!(first, ReusePort, true, false, true);
    first.bind_to(&loopback4::<E>())?;
    let addr = first.local_addr()?;
    fails(second.bind_to(&addr), ErrorKind::AddrInUse)?;
    second.set_option(ReusePort, true)?;
    second.bind_to(&addr)?;
    check!(second.local_addr()? == addr);
    third.bind_to(&loopback4::<E>())?;
    let fourth = udp(env)?;
    fourth.set_option(ReusePort, true)?;
    fails(fourth.bind_to(&third.local_addr()?), ErrorKind::AddrInUse)
}

/// Off until it is asked for.
fn keep_alive<E: Env>(env: &E) -> Outcome {
    let (client, _server) = tcp_pair(env)?;
    check!(!client.option(KeepAlive)?);
    round_trip!(client, KeepAlive, true, false);
    Ok(())
}

/// Off until it is asked for.
fn broadcast<E: Env>(env: &E) -> Outcome {
    let socket = udp(env)?;
    check!(!socket.option(Broadcast)?);
    round_trip!(socket, Broadcast, true, false);
    Ok(())
}

/// A broadcast needs the option, and fails as something that is not allowed. The address is that of
/// the loopback network, which no packet leaves.
fn broadcast_allowed<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let socket = udp(env)?;
    let all = SocketAddr::new_v4(core::net::Ipv4Addr::new(127, 255, 255, 255), 9);
    fails(socket.send_to(b"x", &all), ErrorKind::PermissionDenied)?;
    socket.set_option(Broadcast, true)?;
    check_number!(socket.send_to(b"x", &all)?, 1);
    Ok(())
}

/// Off until it is asked for.
fn oob_inline<E: Env>(env: &E) -> Outcome {
    let socket = tcp(env)?;
    check!(!socket.option(OobInline)?);
    round_trip!(socket, OobInline, true, false);
    Ok(())
}

/// Off until it is asked for.
fn dont_route<E: Env>(env: &E) -> Outcome {
    let socket = udp(env)?;
    check!(!socket.option(DontRoute)?);
    round_trip!(socket, DontRoute, true, false);
    Ok(())
}

/// Off, or a time, of which zero is one.
fn linger<E: Env>(env: &E) -> Outcome {
    let socket = tcp(env)?;
    check!(socket.option(Linger)?.is_none());
    let seconds = |n| Some(Duration::from_secs(n));
    round_trip!(socket, Linger, seconds(5), seconds(0), seconds(300), None);
    Ok(())
}

/// A close under a linger time of zero resets the connection; one without a linger time ends it.
fn linger_zero<E: Env>(env: &E) -> Outcome {
    let (client, server) = tcp_pair(env)?;
    client.set_option(Linger, Some(Duration::ZERO))?;
    drop(client);
    fails(
        server.recv_by(&mut [0; 8], SOON),
        ErrorKind::ConnectionReset,
    )?;
    let (client, server) = tcp_pair(env)?;
    drop(client);
    check_number!(server.recv_by(&mut [0; 8], SOON)?, 0);
    Ok(())
}

/// The error that waits to be told is told once.
fn pending_error<E: Env>(env: &E) -> Outcome {
    let (closed, at) = crate::cases::support::udp(env)?;
    let socket = udp(env)?.connect(&at)?;
    drop(closed);
    check_number!(socket.option(PendingError)?, 0);
    socket.send(b"x")?;
    socket.wait(PollEvents::IN, SOON)?;
    let refused = <<E::Backend as Backend>::Abi as sock_core::Abi>::ECONNREFUSED;
    check_number!(socket.option(PendingError)?, refused);
    check_number!(socket.option(PendingError)?, 0);
    Ok(())
}

/// Each socket says what kind it is.
fn kind<E: Env>(env: &E) -> Outcome {
    let backend = env.backend();
    check!(tcp(env)?.option(Kind)? == SocketKind::Stream);
    check!(udp(env)?.option(Kind)? == SocketKind::Datagram);
    let stream = UnixStreamSocket::open(backend.clone(), Local)?;
    check!(stream.option(Kind)? == SocketKind::Stream);
    let datagram = UnixDatagram::open(backend.clone())?;
    check!(datagram.option(Kind)? == SocketKind::Datagram);
    if has_seqpacket::<E>() {
        let seqpacket = UnixSeqpacketSocket::open(backend, Local)?;
        check!(seqpacket.option(Kind)? == SocketKind::Seqpacket);
    }
    Ok(())
}

/// A listener accepts, and nothing else does.
fn accepting<E: Env>(env: &E) -> Outcome {
    let socket = tcp(env)?;
    socket.bind(&loopback4::<E>())?;
    check!(!socket.option(Accepting)?);
    let listener = socket.listen(1)?;
    check!(listener.option(Accepting)?);
    let client = TcpStream::connect_in(env.backend(), &listener.local_addr()?, SOON)?;
    let (server, _) = listener.accept_by(SOON)?;
    check!(!client.option(Accepting)? && !server.option(Accepting)?);
    Ok(())
}

/// A value that does not fit is refused before any call, and the option stays as it was.
fn refused<E: Env>(env: &E) -> Outcome {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let socket = TcpSocket::open(Counted::new(env.backend(), &CALLS), Inet::V4)?;
    let before = socket.option(KeepIdle)?;
    let calls = CALLS.load(Ordering::Relaxed);
    check!(calls > 0);
    for time in [Duration::from_millis(1_500), Duration::from_secs(1 << 31)] {
        check!(socket.set_option(KeepIdle, time) == Err(Error::INVALID_VALUE));
        check!(socket.set_option(Linger, Some(time)) == Err(Error::INVALID_VALUE));
    }
    let too_long = match kernel::<E>() {
        Kernel::FreeBsd => 1 << 15,
        Kernel::Darwin => 328,
        _ => 1 << 31,
    };
    let too_long = Some(Duration::from_secs(too_long));
    check!(socket.set_option(Linger, too_long) == Err(Error::INVALID_VALUE));
    check!(socket.set_option(SendBuffer, 1 << 31) == Err(Error::INVALID_VALUE));
    check!(socket.set_option(RecvBuffer, u32::MAX) == Err(Error::INVALID_VALUE));
    check_number!(CALLS.load(Ordering::Relaxed), calls);
    check!(socket.option(KeepIdle)? == before && socket.option(Linger)?.is_none());
    Ok(())
}

/// What is set comes back doubled, socket(7), in its own direction alone; and there is a least.
fn buffers<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let socket = udp(env)?;
    let (send, recv) = (socket.option(SendBuffer)?, socket.option(RecvBuffer)?);
    check!(send >= 4_096 && recv >= 2_048);
    socket.set_option(SendBuffer, 20_000)?;
    check_number!(socket.option(SendBuffer)?, 40_000);
    check_number!(socket.option(RecvBuffer)?, recv);
    socket.set_option(RecvBuffer, 30_000)?;
    check_number!(socket.option(RecvBuffer)?, 60_000);
    check_number!(socket.option(SendBuffer)?, 40_000);
    socket.set_option(SendBuffer, 1)?;
    check!(socket.option(SendBuffer)? > 2);
    Ok(())
}

/// A stream is readable when that many bytes are there, and a receive does not wait for them.
fn recv_low_water<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let (client, server) = tcp_pair(env)?;
    check_number!(server.option(RecvLowWater)?, 1);
    round_trip!(server, RecvLowWater, 5, 4);
    client.send_all(b"12", SOON)?;
    check!(server.wait(PollEvents::IN, within(60)) == Err(Error::DEADLINE));
    check_number!(server.peek(&mut [0; 8])?, 2);
    client.send_all(b"34", SOON)?;
    check!(server.wait(PollEvents::IN, SOON)?.contains(PollEvents::IN));
    check_number!(server.recv(&mut [0; 8])?, 4);
    Ok(())
}
