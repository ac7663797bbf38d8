//! Connects: refused, unreachable, rejected and tried again.

use core::net::{Ipv4Addr, Ipv6Addr};

use sock_core::abi::Kernel;
use sock_core::{
    Deadline, Error, ErrorKind, Inet, PollEvents, Progress, SocketAddr, TcpListener, TcpSocket,
    TcpStream, poll,
};

use super::support::{Addr, SOON, kernel, loopback4, loopback6};
use crate::{Env, Failure, Outcome, Runner, check, check_number};

pub(crate) fn portable<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("tcp4-connect-refused", |env| refused(env, loopback4::<E>()));
    runner.case("tcp6-connect-refused", |env| refused(env, loopback6::<E>()));
    runner.case("tcp-connect-without-a-peer-is-an-error", without_a_peer);
    runner.case("tcp-connect-from-a-bound-address", from_a_bound_address);
    runner.case("tcp-connect-rejected-can-be-tried-again", rejected);
    runner.case("tcp-connect-under-a-passed-deadline", passed_deadline);
    runner.case("tcp-connecting-is-pollable", pollable);
}

pub(crate) fn linux<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("tcp-connect-unreachable", unreachable);
    runner.case("tcp-connect-to-itself", to_itself);
}

pub(crate) fn socket<E: Env>(env: &E, inet: Inet) -> Result<TcpSocket<E::Backend>, Failure> {
    Ok(TcpSocket::open(env.backend(), inet)?)
}

/// A port on which nobody listens, and nobody will: one socket is bound to it and does not listen.
fn deaf<E: Env>(env: &E, any_port: Addr<E>) -> Result<(TcpSocket<E::Backend>, Addr<E>), Failure> {
    let socket = TcpSocket::open_for(env.backend(), &any_port)?;
    socket.bind(&any_port)?;
    let addr = socket.local_addr()?;
    Ok((socket, addr))
}

/// Where nobody listens, a connect ends with that, whichever way it is waited for.
fn refused<E: Env>(env: &E, any_port: Addr<E>) -> Outcome {
    let (_deaf, addr) = deaf(env, any_port)?;
    let refused = Some(ErrorKind::ConnectionRefused);
    let by = TcpStream::connect_in(env.backend(), &addr, SOON);
    check!(by.err().map(Error::kind) == refused);
    for waits in [false, true] {
        // Over a loopback the answer may be there before the call returns.
        match TcpSocket::open_for(env.backend(), &addr)?.connect(&addr) {
            Ok(connecting) if waits => {
                connecting.wait(PollEvents::OUT, SOON)?;
                check!(connecting.finish().err().map(Error::kind) == refused);
            }
            Ok(connecting) => {
                check!(connecting.finish_by(SOON).err().map(Error::kind) == refused);
            }
            Err(rejected) => check!(Some(rejected.error.kind()) == refused),
        }
    }
    Ok(())
}

/// A connect whose error somebody else has taken is no connection all the same: a socket can be
/// writable, without a pending error and without a peer.
fn without_a_peer<E: Env>(env: &E) -> Outcome {
    let (_deaf, addr) = deaf(env, loopback4::<E>())?;
    let connecting = match socket(env, Inet::V4)?.connect(&addr) {
        Ok(connecting) => connecting,
        // The answer was there before the call returned, and has been told.
        Err(rejected) => {
            check!(rejected.error.kind() == ErrorKind::ConnectionRefused);
            return Ok(());
        }
    };
    connecting.wait(PollEvents::OUT, SOON)?;
    let taken = connecting.take_error()?;
    check!(taken.map(Error::kind) == Some(ErrorKind::ConnectionRefused));
    check!(connecting.take_error()?.is_none());
    check!(connecting.finish().err() == Some(Error::NOT_CONNECTED));
    Ok(())
}

/// A socket that is bound first connects from its address.
fn from_a_bound_address<E: Env>(env: &E) -> Outcome {
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    let own = socket(env, Inet::V4)?;
    // The BSDs have one address on their loopback, Linux a network of them.
    let last = match kernel::<E>() {
        Kernel::Linux => 2,
        _ => 1,
    };
    own.bind(&SocketAddr::new_v4(Ipv4Addr::new(127, 0, 0, last), 0))?;
    let addr = own.local_addr()?;
    let client = own.connect_by(&listener.local_addr()?, SOON)?;
    check!(client.local_addr()? == addr);
    check!(listener.accept_by(SOON)?.1 == addr);
    Ok(())
}

/// A socket whose connect was rejected comes back, and connects elsewhere.
fn rejected<E: Env>(env: &E) -> Outcome {
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    let Err(rejected) = socket(env, Inet::V4)?.connect(&loopback6::<E>()) else {
        return Err(Failure::check("the family is wrong"));
    };
    check!(rejected.error == Error::WRONG_FAMILY);
    let client = rejected.socket.connect_by(&listener.local_addr()?, SOON)?;
    check!(listener.accept_by(SOON)?.1 == client.local_addr()?);
    Ok(())
}

/// Even under a passed deadline a connect is tried, and on loopback it may be done at once. It is
/// so at least sometimes; a connect that gives up before it looks never is.
fn passed_deadline<E: Env>(env: &E) -> Outcome {
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    let addr = listener.local_addr()?;
    for _ in 0..50 {
        match TcpStream::connect_in(env.backend(), &addr, Deadline::NOW) {
            Ok(client) => {
                check!(listener.accept_by(SOON)?.1 == client.local_addr()?);
                return Ok(());
            }
            Err(error) => check!(error == Error::DEADLINE),
        }
        while listener.accept().is_ok() {}
    }
    Err(Failure::check("one of many connects is done at once"))
}

/// A connect that goes on can be waited for together with other things.
fn pollable<E: Env>(env: &E) -> Outcome {
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    let connecting = socket(env, Inet::V4)?.connect(&listener.local_addr()?)?;
    let own = connecting.local_addr()?;
    let ready = poll(
        &env.backend(),
        &mut [connecting.poll_fd(PollEvents::OUT)],
        SOON,
    )?;
    check_number!(ready, 1);
    let Progress::Connected(client) = connecting.finish()? else {
        return Err(Failure::check("a connect that is ready is done"));
    };
    check!(client.local_addr()? == own);
    check!(env.flags(client.as_fd()).nonblocking);
    Ok(())
}

/// What fails in this host, without a packet: a broadcast address, a link-local one without its
/// interface (`tcp_v4_connect` and `tcp_v6_connect` in net/). The socket comes back and connects
/// elsewhere.
fn unreachable<E: Env>(env: &E) -> Outcome {
    let broadcast = SocketAddr::new_v4(Ipv4Addr::BROADCAST, 9);
    let link_local = SocketAddr::new_v6(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 1), 9);
    for (inet, addr, kind, any_port) in [
        (
            Inet::V4,
            broadcast,
            ErrorKind::NetworkUnreachable,
            loopback4::<E>(),
        ),
        (
            Inet::V6,
            link_local,
            ErrorKind::InvalidInput,
            loopback6::<E>(),
        ),
    ] {
        let by = TcpStream::connect_in(env.backend(), &addr, SOON);
        check!(by.err().map(Error::kind) == Some(kind));
        let Err(rejected) = socket(env, inet)?.connect(&addr) else {
            return Err(Failure::check("the address is unreachable"));
        };
        check!(rejected.error.kind() == kind);
        let listener = TcpListener::bind_in(env.backend(), &any_port)?;
        rejected.socket.connect_by(&listener.local_addr()?, SOON)?;
        listener.accept_by(SOON)?;
    }
    Ok(())
}

/// A socket that connects to its own address is its own peer: a simultaneous open, RFC 9293
/// section 3.5.
fn to_itself<E: Env>(env: &E) -> Outcome {
    let (own, addr) = deaf(env, loopback4::<E>())?;
    let stream = own.connect_by(&addr, SOON)?;
    check!(stream.local_addr()? == addr && stream.peer_addr()? == addr);
    stream.send_all(b"echo", SOON)?;
    check_number!(stream.recv_by(&mut [0; 8], SOON)?, 4);
    Ok(())
}
