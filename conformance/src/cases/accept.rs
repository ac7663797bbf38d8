//! Listeners: whose connections they give, in which order, and who may listen where.

use core::array;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::time::Duration;

use sock_core::option::{Linger, ReuseAddr, ReusePort};
use sock_core::{
    Error, ErrorKind, Inet, PollEvents, Progress, SocketAddr, TcpConnecting, TcpListener,
    TcpSocket, TcpStream,
};

use super::support::{Addr, SOON, both, loopback4, loopback6, pause, within};
use crate::{Env, Failure, Outcome, Runner, check, check_number};

pub(crate) fn portable<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("tcp4-accept-peer-address", |env| {
        peer_address(env, loopback4::<E>())
    });
    runner.case("tcp6-accept-peer-address", |env| {
        peer_address(env, loopback6::<E>())
    });
    runner.case("tcp4-accepted-local-address-is-concrete", |env| {
        concrete_address(env, Ipv4Addr::UNSPECIFIED.into(), loopback4::<E>())
    });
    runner.case("tcp6-accepted-local-address-is-concrete", |env| {
        concrete_address(env, Ipv6Addr::UNSPECIFIED.into(), loopback6::<E>())
    });
    runner.case("tcp-accept-would-block", accept_would_block);
    runner.case("tcp-accept-waits-for-a-connection", accept_waits);
    runner.case("tcp-accept-in-order", accept_in_order);
    runner.case("tcp-accept-after-the-client-has-gone", client_gone);
    runner.case("tcp-64-connections-in-flight", many_in_flight);
    runner.case("tcp-accept-on-two-threads", two_threads);
    runner.case("tcp-two-listeners-on-one-port", two_listeners);
    runner.case("tcp-bind-to-a-foreign-address", foreign_address);
    runner.case("tcp-bind-twice", bind_twice);
    runner.case("tcp-listener-over-a-descriptor", listener_from_fd);
}

pub(crate) fn linux<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("tcp-reuse-port-must-be-asked-for-by-both", reuse_port);
    runner.case("tcp-rebind-after-close", rebind);
    runner.case("tcp-listen-in-use-gives-the-socket-back", listen_in_use);
    runner.case("tcp-accept-after-a-reset", accept_after_reset);
    runner.case("tcp-listen-without-bind-picks-a-port", listen_without_bind);
    runner.case("tcp-backlog-is-limited", backlog_is_limited);
}

fn socket<E: Env>(env: &E) -> Result<TcpSocket<E::Backend>, Failure> {
    Ok(TcpSocket::open(env.backend(), Inet::V4)?)
}

/// accept(2) gives the address that the client calls its own, and the two ends name each other.
fn peer_address<E: Env>(env: &E, any_port: Addr<E>) -> Outcome {
    let listener = TcpListener::bind_in(env.backend(), &any_port)?;
    let addr = listener.local_addr()?;
    check!(addr.ip() == any_port.ip() && addr.port() != 0);
    let client = TcpStream::connect_in(env.backend(), &addr, SOON)?;
    let (server, peer) = listener.accept_by(SOON)?;
    check!(peer == client.local_addr()?);
    check!(peer.ip() == any_port.ip() && peer.port() != addr.port());
    check!(server.peer_addr()? == peer);
    check!(server.local_addr()? == addr);
    check!(client.peer_addr()? == addr);
    Ok(())
}

/// A connection taken from a listener on the unspecified address has the address that the client
/// connected to.
fn concrete_address<E: Env>(env: &E, unspecified: IpAddr, loopback: Addr<E>) -> Outcome {
    let listener = TcpListener::bind_in(env.backend(), &SocketAddr::new(unspecified, 0))?;
    let port = listener.local_addr()?.port();
    let addr = SocketAddr::new(loopback.ip(), port);
    let client = TcpStream::connect_in(env.backend(), &addr, SOON)?;
    let (server, peer) = listener.accept_by(SOON)?;
    check!(listener.local_addr()?.ip() == unspecified);
    check!(server.local_addr()? == addr);
    check!(peer == client.local_addr()?);
    Ok(())
}

/// Without a connection, accept(2) does not wait.
fn accept_would_block<E: Env>(env: &E) -> Outcome {
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    check!(listener.accept().err() == Some(Error::WOULD_BLOCK));
    let _client = TcpStream::connect_in(env.backend(), &listener.local_addr()?, SOON)?;
    let _server = listener.accept_by(SOON)?;
    check!(listener.accept().err() == Some(Error::WOULD_BLOCK));
    Ok(())
}

/// An accept that waits is woken by a connection.
fn accept_waits<E: Env>(env: &E) -> Outcome {
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    let (backend, addr) = (env.backend(), listener.local_addr()?);
    both(
        env,
        || {
            pause(&backend, 20)?;
            let client = TcpStream::connect_in(backend.clone(), &addr, SOON)?;
            check_number!(client.recv_by(&mut [0; 1], SOON)?, 0);
            Ok(())
        },
        || {
            listener.accept_by(SOON)?;
            Ok(())
        },
    )
}

/// Connections are taken in the order in which they were made.
fn accept_in_order<E: Env>(env: &E) -> Outcome {
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    let addr = listener.local_addr()?;
    let mut clients: [_; 8] = array::from_fn(|_| None);
    for client in &mut clients {
        *client = Some(TcpStream::connect_in(env.backend(), &addr, SOON)?);
    }
    for client in clients.iter().flatten() {
        let (_, peer) = listener.accept_by(SOON)?;
        check!(peer == client.local_addr()?);
    }
    Ok(())
}

/// A connection that the client has closed already is still taken, with its data and its end.
fn client_gone<E: Env>(env: &E) -> Outcome {
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    let client = TcpStream::connect_in(env.backend(), &listener.local_addr()?, SOON)?;
    let addr = client.local_addr()?;
    client.send_all(b"bye", SOON)?;
    drop(client);
    let (server, peer) = listener.accept_by(SOON)?;
    check!(peer == addr);
    check_number!(server.recv_by(&mut [0; 8], SOON)?, 3);
    check_number!(server.recv_by(&mut [0; 8], SOON)?, 0);
    Ok(())
}

/// Linux gives a connection that was reset in the queue like any other; the error waits for the
/// first receive (`inet_csk_accept` in net/ipv4/inet_connection_sock.c does not look).
fn accept_after_reset<E: Env>(env: &E) -> Outcome {
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    let client = TcpStream::connect_in(env.backend(), &listener.local_addr()?, SOON)?;
    let addr = client.local_addr()?;
    client.set_option(Linger, Some(Duration::ZERO))?;
    drop(client);
    let (server, peer) = listener.accept_by(SOON)?;
    check!(peer == addr);
    let reset = server.recv_by(&mut [0; 8], SOON);
    check!(reset.map_err(Error::kind) == Err(ErrorKind::ConnectionReset));
    Ok(())
}

/// Many connects at once, none of which waits, all come through, each to its own peer.
fn many_in_flight<E: Env>(env: &E) -> Outcome {
    const MANY: usize = 64;
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    let addr = listener.local_addr()?;
    let mut connecting: [Option<TcpConnecting<E::Backend>>; MANY] = array::from_fn(|_| None);
    for place in &mut connecting {
        *place = Some(socket(env)?.connect(&addr)?);
    }
    let mut servers: [Option<TcpStream<E::Backend>>; MANY] = array::from_fn(|_| None);
    for place in &mut servers {
        *place = Some(listener.accept_by(SOON)?.0);
    }
    check!(listener.accept().err() == Some(Error::WOULD_BLOCK));
    for place in connecting {
        let Some(Progress::Connected(client)) = place
            .map(|connecting| connecting.finish_by(SOON))
            .transpose()?
        else {
            return Err(Failure::check("a connect ends in time"));
        };
        let own = client.local_addr()?;
        client.send_all(&own.port().to_be_bytes(), SOON)?;
    }
    for server in servers.iter().flatten() {
        let mut port = [0; 2];
        server.recv_exact(&mut port, SOON)?;
        check_number!(u16::from_be_bytes(port), server.peer_addr()?.port());
        check_number!(server.recv_by(&mut port, SOON)?, 0);
    }
    Ok(())
}

/// One listener may be used by two threads: each connection goes to one of them.
fn two_threads<E: Env>(env: &E) -> Outcome {
    const EACH: usize = 16;
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    let addr = listener.local_addr()?;
    let mut clients: [Option<TcpStream<E::Backend>>; 2 * EACH] = array::from_fn(|_| None);
    for place in &mut clients {
        *place = Some(TcpStream::connect_in(env.backend(), &addr, SOON)?);
    }
    let take = || {
        for _ in 0..EACH {
            listener.accept_by(SOON)?.0.send_all(b"x", SOON)?;
        }
        Ok(())
    };
    both(env, take, take)?;
    for client in clients.iter().flatten() {
        check_number!(client.recv_by(&mut [0; 8], SOON)?, 1);
    }
    Ok(())
}

/// SO_REUSEADDR, which `bind` sets, does not let two listeners have one port.
fn two_listeners<E: Env>(env: &E) -> Outcome {
    let first = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    let addr = first.local_addr()?;
    let second = TcpListener::bind_in(env.backend(), &addr);
    check!(second.err().map(Error::kind) == Some(ErrorKind::AddrInUse));
    let plain = socket(env)?.bind(&addr);
    check!(plain.map_err(Error::kind) == Err(ErrorKind::AddrInUse));
    drop(first);
    TcpListener::bind_in(env.backend(), &addr)?;
    Ok(())
}

/// Two listeners share a port when both ask for SO_REUSEPORT before they bind, and not when only
/// one does, socket(7).
fn reuse_port<E: Env>(env: &E) -> Outcome {
    let asking = |addr: &Addr<E>, first: bool| -> Result<_, Failure> {
        let socket = socket(env)?;
        socket.set_option(ReusePort, true)?;
        check!(first || socket.option(ReusePort)?);
        socket.bind(addr)?;
        Ok(socket.listen(8)?)
    };
    let first = asking(&loopback4::<E>(), true)?;
    let addr = first.local_addr()?;
    let plain = TcpListener::bind_in(env.backend(), &addr);
    check!(plain.err().map(Error::kind) == Some(ErrorKind::AddrInUse));
    let second = asking(&addr, false)?;
    let _client = TcpStream::connect_in(env.backend(), &addr, SOON)?;
    let mut fds = [
        first.poll_fd(PollEvents::IN),
        second.poll_fd(PollEvents::IN),
    ];
    check_number!(sock_core::poll(&env.backend(), &mut fds, SOON)?, 1);

    let plain = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    check!(asking(&plain.local_addr()?, false).is_err());
    Ok(())
}

/// The side that closes first remembers the connection for a minute (TIME_WAIT, RFC 9293 section
/// 3.6.1). A listener comes back all the same; a socket that does not ask for SO_REUSEADDR does
/// not get the port.
fn rebind<E: Env>(env: &E) -> Outcome {
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    let addr = listener.local_addr()?;
    let client = TcpStream::connect_in(env.backend(), &addr, SOON)?;
    let (server, _) = listener.accept_by(SOON)?;
    drop((server, listener));
    check_number!(client.recv_by(&mut [0; 1], SOON)?, 0);
    drop(client);
    let plain = socket(env)?;
    check!(!plain.option(ReuseAddr)?);
    check!(plain.bind(&addr).map_err(Error::kind) == Err(ErrorKind::AddrInUse));
    let again = TcpListener::bind_in(env.backend(), &addr)?;
    check!(again.option(ReuseAddr)?);
    check!(again.local_addr()? == addr);
    Ok(())
}

/// Of two sockets that both bound with SO_REUSEADDR, the second to listen is refused and comes
/// back as it was.
fn listen_in_use<E: Env>(env: &E) -> Outcome {
    let (first, second) = (socket(env)?, socket(env)?);
    first.set_option(ReuseAddr, true)?;
    second.set_option(ReuseAddr, true)?;
    first.bind(&loopback4::<E>())?;
    let addr = first.local_addr()?;
    second.bind(&addr)?;
    let listener = first.listen(8)?;
    let Err(rejected) = second.listen(8) else {
        return Err(Failure::check("the second to listen is refused"));
    };
    check!(rejected.error.kind() == ErrorKind::AddrInUse);
    check!(rejected.socket.local_addr()? == addr);
    drop(listener);
    let listener = rejected.socket.listen(8)?;
    TcpStream::connect_in(env.backend(), &addr, SOON)?;
    listener.accept_by(SOON)?;
    Ok(())
}

/// An address that no interface has cannot be bound to: one of RFC 5737, to which nothing is sent.
fn foreign_address<E: Env>(env: &E) -> Outcome {
    let addr = SocketAddr::new_v4(Ipv4Addr::new(203, 0, 113, 77), 0);
    let bound = TcpListener::bind_in(env.backend(), &addr);
    check!(bound.err().map(Error::kind) == Some(ErrorKind::AddrNotAvailable));
    Ok(())
}

/// A socket gets an address once.
fn bind_twice<E: Env>(env: &E) -> Outcome {
    let socket = socket(env)?;
    socket.bind(&loopback4::<E>())?;
    let addr = socket.local_addr()?;
    check!(socket.bind(&loopback4::<E>()).map_err(Error::kind) == Err(ErrorKind::InvalidInput));
    check!(socket.local_addr()? == addr);
    Ok(())
}

/// A listener taken apart to its descriptor and put together again goes on.
fn listener_from_fd<E: Env>(env: &E) -> Outcome {
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    let addr = listener.local_addr()?;
    let listener: TcpListener<_> = TcpListener::from_fd(env.backend(), listener.into_fd())?;
    check!(listener.local_addr()? == addr);
    let client = TcpStream::connect_in(env.backend(), &addr, SOON)?;
    let (server, _) = listener.accept_by(SOON)?;
    let server: TcpStream<_> = TcpStream::from_fd(env.backend(), server.into_fd())?;
    client.send_all(b"x", SOON)?;
    check_number!(server.recv_by(&mut [0; 1], SOON)?, 1);
    Ok(())
}

/// listen(2) gives a socket without an address a free port, as connect(2) does.
fn listen_without_bind<E: Env>(env: &E) -> Outcome {
    let listener = socket(env)?.listen(8)?;
    let port = listener.local_addr()?.port();
    check!(port != 0);
    let addr = SocketAddr::new_v4(Ipv4Addr::LOCALHOST, port);
    TcpStream::connect_in(env.backend(), &addr, SOON)?;
    listener.accept_by(SOON)?;
    Ok(())
}

/// The backlog asked for is the one that is given: Linux completes one connection more, and then
/// leaves connects pending.
fn backlog_is_limited<E: Env>(env: &E) -> Outcome {
    for backlog in [0, 3] {
        let listening = socket(env)?;
        listening.bind(&loopback4::<E>())?;
        let listener = listening.listen(backlog)?;
        let addr = listener.local_addr()?;
        let mut inside: [_; 8] = array::from_fn(|_| None);
        let mut connected = 0;
        for place in &mut inside {
            match socket(env)?.connect(&addr)?.finish_by(within(50))? {
                Progress::Connected(stream) => *place = Some(stream),
                Progress::Pending(_) => break,
            }
            connected += 1;
        }
        check_number!(connected, backlog + 1);
    }
    Ok(())
}
