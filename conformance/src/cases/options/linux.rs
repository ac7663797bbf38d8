//! Options of Linux alone, and some that need a privilege.

use core::time::Duration;

use sock_core::abi::Linux;
use sock_core::option::{
    Broadcast, DontRoute, KeepAlive, NoDelay, OobInline, ReuseAddr, ReusePort,
};
use sock_core::option::{
    BusyPoll, Cork, DeferAccept, Gro, IncomingCpu, Mark, NotSentLowWater, OnlyV6, PassCredentials,
    Priority, QuickAck, Segment, SynCount, Transparent, UserTimeout, ZeroCopy,
};
use sock_core::{
    Backend, Error, ErrorKind, Inet, Local, TcpListener, TcpSocket, TcpStream, UnixDatagram,
    UnixStreamSocket,
};

use super::{round_trip, tcp, udp};
use crate::cases::support::{self, SOON, fails, loopback4, pause, tcp_pair, within};
use crate::{Env, Failure, Outcome, Runner, check, check_number};

pub(super) fn linux<E: Env>(runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = Linux>,
{
    runner.case("option-flags-are-apart", flags_are_apart);
    runner.case("option-zero-copy", zero_copy);
    runner.case("option-busy-poll", busy_poll);
    runner.case("option-priority", priority);
    runner.case("option-mark", mark);
    runner.case("option-transparent", transparent);
    runner.case("option-incoming-cpu", incoming_cpu);
    runner.case("option-pass-credentials", pass_credentials);
    runner.case("option-cork", cork);
    runner.case("option-quick-ack", quick_ack);
    runner.case("option-defer-accept", defer_accept);
    runner.case("option-user-timeout", user_timeout);
    runner.case("option-not-sent-low-water", not_sent_low_water);
    runner.case("option-syn-count", syn_count);
    runner.case("option-segment", segment);
    runner.case("option-gro", gro);
    runner.case("option-of-another-family", another_family);
}

/// A flag of a TCP socket: how it is read, and how it is set.
type Flag<B> = (
    fn(&TcpSocket<B>) -> sock_core::Result<bool, B>,
    fn(&TcpSocket<B>, bool) -> sock_core::Result<(), B>,
);

/// Each flag is one of its own: setting one changes no other.
fn flags_are_apart<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    macro_rules! flags {
        ($($option:ident)+) => {
            [$((|socket| socket.option($option), |socket, on| socket.set_option($option, on)),)+]
        };
    }
    let flags: [Flag<E::Backend>; 9] = flags![ReuseAddr ReusePort KeepAlive Broadcast OobInline
        DontRoute NoDelay Cork OnlyV6];
    let socket = TcpSocket::open(env.backend(), Inet::V6)?;
    for (_, set) in flags {
        set(&socket, false)?;
    }
    for (i, (_, set)) in flags.iter().enumerate() {
        set(&socket, true)?;
        for (j, (get, _)) in flags.iter().enumerate() {
            check!(get(&socket)? == (i == j));
        }
        set(&socket, false)?;
    }
    Ok(())
}

/// Off until it is asked for; for TCP and UDP.
fn zero_copy<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let (tcp, udp) = (tcp(env)?, udp(env)?);
    check!(!tcp.option(ZeroCopy)? && !udp.option(ZeroCopy)?);
    round_trip!(tcp, ZeroCopy, true, false);
    round_trip!(udp, ZeroCopy, true, false);
    Ok(())
}

/// Fails the case unless the kernel set the option, or said that a privilege is missing and left it.
///
/// There is no call to ask for the privilege; but all of these options want the same one, so when
/// `another` of them is allowed, this one is.
fn privileged<T: PartialEq>(
    set: Result<(), Error<Linux>>,
    [before, wanted]: [T; 2],
    after: T,
    another: Result<(), Error<Linux>>,
) -> Outcome {
    match set {
        Err(error) if error.kind() == ErrorKind::NotPermitted => {
            fails(another, ErrorKind::NotPermitted)?;
            check!(after == before);
        }
        set => {
            set?;
            check!(after == wanted);
        }
    }
    Ok(())
}

/// Microseconds; less than before is for everybody, more for the privileged (`SO_BUSY_POLL` in
/// net/core/sock.c).
fn busy_poll<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let socket = udp(env)?;
    let before = socket.option(BusyPoll)?;
    let wanted = before + Duration::from_micros(50);
    let set = socket.set_option(BusyPoll, wanted);
    let after = socket.option(BusyPoll)?;
    privileged(set, [before, wanted], after, socket.set_option(Priority, 7))?;
    round_trip!(socket, BusyPoll, Duration::ZERO);
    let finer = Duration::from_nanos(1_500);
    check!(socket.set_option(BusyPoll, finer) == Err(Error::INVALID_VALUE));
    Ok(())
}

/// Up to 6 for everybody, above for the privileged, socket(7).
fn priority<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let socket = udp(env)?;
    check_number!(socket.option(Priority)?, 0);
    round_trip!(socket, Priority, 1, 6);
    let set = socket.set_option(Priority, 7);
    let after = socket.option(Priority)?;
    privileged(set, [6, 7], after, socket.set_option(Transparent, true))
}

/// Thirty-two bits, all of them; for the privileged.
fn mark<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let socket = udp(env)?;
    check_number!(socket.option(Mark)?, 0);
    let set = socket.set_option(Mark, 0xfedc_ba98);
    let after = socket.option(Mark)?;
    privileged(set, [0, 0xfedc_ba98], after, socket.set_option(Priority, 7))
}

/// For the privileged, who then may bind to an address of another host: one of those that are for
/// documents, RFC 5737. Nothing is sent.
fn transparent<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let foreign = (core::net::Ipv4Addr::new(203, 0, 113, 1), 0).into();
    let socket = udp(env)?;
    check!(!socket.option(Transparent)?);
    fails(socket.bind_to(&foreign), ErrorKind::AddrNotAvailable)?;
    let set = socket.set_option(Transparent, true);
    let after = socket.option(Transparent)?;
    privileged(set, [false, true], after, socket.set_option(Priority, 7))?;
    if after {
        socket.bind_to(&foreign)?;
        check!(socket.local_addr()?.ip() == foreign.ip());
    }
    Ok(())
}

/// No processor yet on a fresh socket; the one that is set; and the one that a packet came by.
fn incoming_cpu<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let socket = tcp(env)?;
    check!(socket.option(IncomingCpu)?.is_none());
    round_trip!(socket, IncomingCpu, Some(0), None);
    let (client, server) = tcp_pair(env)?;
    client.send_all(b"x", SOON)?;
    check_number!(server.recv_by(&mut [0; 8], SOON)?, 1);
    check!(server.option(IncomingCpu)?.is_some());
    Ok(())
}

/// Off until it is asked for.
fn pass_credentials<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let stream = UnixStreamSocket::open(env.backend(), Local)?;
    check!(!stream.option(PassCredentials)?);
    round_trip!(stream, PassCredentials, true, false);
    let datagram = UnixDatagram::open(env.backend())?;
    round_trip!(datagram, PassCredentials, true, false);
    Ok(())
}

/// Off until it is asked for; what is held back goes when it is cleared.
fn cork<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let (client, server) = tcp_pair(env)?;
    check!(!client.option(Cork)?);
    round_trip!(client, Cork, false, true);
    // The kernel holds it back for 200 ms at the most, which a busy machine may spend elsewhere.
    let mut held = false;
    for _ in 0..10 {
        client.set_option(Cork, true)?;
        client.send_all(b"12", SOON)?;
        held = server.peek_by(&mut [0; 8], within(20)) == Err(Error::DEADLINE);
        client.set_option(Cork, false)?;
        server.recv_exact(&mut [0; 2], SOON)?;
        if held {
            break;
        }
    }
    check!(held);
    Ok(())
}

/// On and off, while the kernel has no reason to change it.
fn quick_ack<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    round_trip!(tcp(env)?, QuickAck, false, true);
    Ok(())
}

/// A connection without data is not accepted. Times are those at which the kernel sends again: 1, 3, 7
/// seconds (`secs_to_retrans` in net/ipv4/tcp.c).
fn defer_accept<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    let seconds = Duration::from_secs;
    check!(listener.option(DeferAccept)?.is_zero());
    round_trip!(listener, DeferAccept, seconds(1), seconds(0), seconds(3));
    listener.set_option(DeferAccept, seconds(4))?;
    check!(listener.option(DeferAccept)? == seconds(7));
    let client = TcpStream::connect_in(env.backend(), &listener.local_addr()?, SOON)?;
    pause(&env.backend(), 20)?;
    check!(listener.accept().err() == Some(Error::WOULD_BLOCK));
    client.send_all(b"x", SOON)?;
    let (server, _) = listener.accept_by(SOON)?;
    check_number!(server.recv(&mut [0; 8])?, 1);
    Ok(())
}

/// Milliseconds.
fn user_timeout<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let socket = tcp(env)?;
    check!(socket.option(UserTimeout)?.is_zero());
    let millis = Duration::from_millis;
    round_trip!(socket, UserTimeout, millis(1_500), millis(1), millis(0));
    let finer = Duration::from_micros(1_500);
    check!(socket.set_option(UserTimeout, finer) == Err(Error::INVALID_VALUE));
    Ok(())
}

/// Any number of bytes, also those beyond an `int`.
fn not_sent_low_water<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    round_trip!(tcp(env)?, NotSentLowWater, 4_096, u32::MAX, 0);
    Ok(())
}

/// 1 to 127, tcp(7).
fn syn_count<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let socket = tcp(env)?;
    round_trip!(socket, SynCount, 1, 127);
    fails(socket.set_option(SynCount, 0), ErrorKind::InvalidInput)?;
    fails(socket.set_option(SynCount, 128), ErrorKind::InvalidInput)
}

/// Two UDP sockets, of which one has the other as its peer.
type UdpPair<B> = (sock_core::ConnectedUdpSocket<B>, sock_core::UdpSocket<B>);

fn udp_pair<E: Env>(env: &E) -> Result<UdpPair<E::Backend>, Failure> {
    let (receiver, at) = support::udp(env)?;
    Ok((udp(env)?.connect(&at)?, receiver))
}

/// One send becomes several datagrams, of which the last may be shorter.
fn segment<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let (sender, receiver) = udp_pair(env)?;
    check_number!(sender.option(Segment)?, 0);
    round_trip!(sender, Segment, 500);
    check_number!(sender.send(&[b'x'; 1_200])?, 1_200);
    for len in [500, 500, 200] {
        let received = receiver.recv_from_by(&mut [0; 2_048], SOON)?;
        check!(received.bytes == len && !received.truncated);
    }
    round_trip!(sender, Segment, 0);
    check_number!(sender.send(&[b'x'; 1_200])?, 1_200);
    check_number!(receiver.recv_from_by(&mut [0; 2_048], SOON)?.bytes, 1_200);
    fails(sender.set_option(Segment, 65_536), ErrorKind::InvalidInput)
}

/// What one send was cut into arrives joined again.
fn gro<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let (sender, receiver) = udp_pair(env)?;
    check!(!receiver.option(Gro)?);
    round_trip!(receiver, Gro, false, true);
    sender.set_option(Segment, 500)?;
    sender.send(&[b'x'; 1_200])?;
    let received = receiver.recv_from_by(&mut [0; 2_048], SOON)?;
    check!(received.bytes == 1_200 && !received.truncated);
    Ok(())
}

/// An option of IPv6 on a socket of IPv4 is one that the kernel does not have there.
fn another_family<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let socket = tcp(env)?;
    fails(socket.option(OnlyV6), ErrorKind::Unsupported)?;
    fails(socket.set_option(OnlyV6, true), ErrorKind::Unsupported)
}
