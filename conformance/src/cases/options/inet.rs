//! Options of TCP and IPv6 that every kernel has.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::time::Duration;

use sock_core::abi::Kernel;
use sock_core::option::{FastOpen, KeepCount, KeepIdle, KeepInterval, MaxSegment, NoDelay, OnlyV6};
use sock_core::{ErrorKind, Inet, SocketAddr, TcpListener, TcpSocket, TcpStream};

use super::{round_trip, tcp};
use crate::cases::support::{Addr, SOON, fails, kernel, tcp_pair};
use crate::{Env, Failure, Outcome, Runner, check, check_number};

pub(super) fn portable<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("option-no-delay", no_delay);
    runner.case("option-max-segment", max_segment);
    runner.case("option-keep-alive-times", keep_alive_times);
    runner.case("option-fast-open", fast_open);
    runner.case("option-only-v6-leaves-v4-alone", only_v6);
    runner.case("option-only-v6-off-takes-v4", dual_stack);
}

/// Off until it is asked for; the methods of the stream and the option are the same thing.
fn no_delay<E: Env>(env: &E) -> Outcome {
    let (client, _server) = tcp_pair(env)?;
    check!(!client.nodelay()?);
    round_trip!(client, NoDelay, true, false);
    client.set_nodelay(true)?;
    check!(client.option(NoDelay)? && client.nodelay()?);
    Ok(())
}

/// What is asked for before the connect is what is told.
fn max_segment<E: Env>(env: &E) -> Outcome {
    let socket = tcp(env)?;
    match kernel::<E>() {
        Kernel::Linux => round_trip!(socket, MaxSegment, 1_000, 536),
        // A BSD only takes less than it would by itself (`tcp_default_ctloutput`).
        _ => round_trip!(socket, MaxSegment, 500, 400),
    }
    fails(socket.set_option(MaxSegment, 1), ErrorKind::InvalidInput)
}

/// Three numbers, each its own. Linux refuses those that make no sense; a BSD takes 0 for its own
/// choice.
fn keep_alive_times<E: Env>(env: &E) -> Outcome {
    let socket = tcp(env)?;
    let seconds = Duration::from_secs;
    round_trip!(socket, KeepIdle, seconds(7), seconds(70));
    round_trip!(socket, KeepInterval, seconds(5), seconds(50));
    round_trip!(socket, KeepCount, 3, 9);
    check!(socket.option(KeepIdle)? == seconds(70));
    check!(socket.option(KeepInterval)? == seconds(50));
    if kernel::<E>() != Kernel::Linux {
        return Ok(());
    }
    let kind = ErrorKind::InvalidInput;
    fails(socket.set_option(KeepIdle, seconds(0)), kind)?;
    fails(socket.set_option(KeepInterval, seconds(0)), kind)?;
    fails(socket.set_option(KeepCount, 0), kind)?;
    check_number!(socket.option(KeepCount)?, 9);
    Ok(())
}

/// Off until it is asked for. FreeBSD does not permit it unless the machine is set so
/// (`net.inet.tcp.fastopen.server_enable`).
fn fast_open<E: Env>(env: &E) -> Outcome {
    let socket = tcp(env)?;
    if kernel::<E>() == Kernel::Darwin {
        // An option of listeners (`tcp_ctloutput` in bsd/netinet/tcp_usrreq.c).
        fails(socket.option(FastOpen), ErrorKind::Unsupported)?;
        return fails(socket.set_option(FastOpen, 1), ErrorKind::InvalidInput);
    }
    check_number!(socket.option(FastOpen)?, 0);
    if kernel::<E>() == Kernel::FreeBsd
        && fails(socket.set_option(FastOpen, 1), ErrorKind::NotPermitted).is_ok()
    {
        return Ok(());
    }
    round_trip!(socket, FastOpen, 1, 0);
    Ok(())
}

/// Listens on all addresses of IPv6, taking IPv4 or not.
fn listen6<E: Env>(env: &E, only: bool) -> Result<TcpListener<E::Backend>, Failure> {
    let socket = TcpSocket::open(env.backend(), Inet::V6)?;
    round_trip!(socket, OnlyV6, !only, only);
    socket.bind(&SocketAddr::new_v6(Ipv6Addr::UNSPECIFIED, 0))?;
    Ok(socket.listen(4)?)
}

/// The same port of all addresses of IPv4.
fn same_port4<E: Env>(listener: &TcpListener<E::Backend>) -> Result<Addr<E>, Failure> {
    let port = listener.local_addr()?.port();
    Ok(SocketAddr::new_v4(Ipv4Addr::UNSPECIFIED, port))
}

/// How often a port that only IPv6 is asked for may happen to be another program's in IPv4.
const TRIES: usize = 20;

/// IPv4 has the port for itself: each family's connections go to its own listener.
fn only_v6<E: Env>(env: &E) -> Outcome {
    for _ in 0..TRIES {
        let six = listen6(env, true)?;
        check!(six.option(OnlyV6)?);
        let four = match TcpListener::bind_in(env.backend(), &same_port4::<E>(&six)?) {
            Err(error) if error.kind() == ErrorKind::AddrInUse => continue,
            bound => bound?,
        };
        let port = four.local_addr()?.port();
        let over4 = SocketAddr::new_v4(Ipv4Addr::LOCALHOST, port);
        let over6 = SocketAddr::new_v6(Ipv6Addr::LOCALHOST, port);
        let client4 = TcpStream::connect_in(env.backend(), &over4, SOON)?;
        let client6 = TcpStream::connect_in(env.backend(), &over6, SOON)?;
        check!(four.accept_by(SOON)?.1 == client4.local_addr()?);
        check!(six.accept_by(SOON)?.1 == client6.local_addr()?);
        drop(four);
        let refused = TcpStream::connect_in(env.backend(), &over4, SOON);
        return fails(refused, ErrorKind::ConnectionRefused);
    }
    Err(Failure::check("IPv4 has the port free"))
}

/// One listener takes both families, and tells an IPv4 peer as an IPv6 address, RFC 4291 section
/// 2.5.5.2; the port is then taken in IPv4, too.
fn dual_stack<E: Env>(env: &E) -> Outcome {
    let both = listen6(env, false)?;
    check!(!both.option(OnlyV6)?);
    let four = same_port4::<E>(&both)?;
    fails(
        TcpListener::bind_in(env.backend(), &four),
        ErrorKind::AddrInUse,
    )?;
    let over4 = SocketAddr::new_v4(Ipv4Addr::LOCALHOST, four.port());
    let client = TcpStream::connect_in(env.backend(), &over4, SOON)?;
    let (server, peer) = both.accept_by(SOON)?;
    let mapped = Ipv4Addr::LOCALHOST.to_ipv6_mapped();
    check!(peer.ip() == IpAddr::V6(mapped));
    check!(peer.port() == client.local_addr()?.port());
    check!(server.local_addr()?.ip() == IpAddr::V6(mapped));
    check!(client.peer_addr()? == over4);
    Ok(())
}
