//! Two sockets that are connected to each other.

use std::time::Duration;

use sock_core::{Abi, Deadline, ErrorKind, TcpListener, TcpStream, UnixStream};
use sock_sim::Sim;

use crate::failure::{Check, ensure};
use crate::world::World;

/// How many connections are tried; more fail only where faults end most of them.
const TRIES: usize = 20;

/// What a connect may come to where faults end connections.
const ENDED: &[ErrorKind] = &[
    ErrorKind::ConnectionRefused,
    ErrorKind::ConnectionReset,
    ErrorKind::TimedOut,
    ErrorKind::NotConnected,
];

/// A TCP connection: the near side, which connected, and the far one. None where every try met a fault that
/// ended it.
pub(crate) fn tcp<A: Abi>(
    world: &World<A>,
) -> Check<Option<(TcpStream<Sim<A>>, TcpStream<Sim<A>>)>> {
    let listener = world.patiently(|| TcpListener::bind_in(world.far.clone(), &world.addr))?;
    let addr = listener.local_addr()?;
    for _ in 0..TRIES {
        let connect = || TcpStream::connect_in(world.near.clone(), &addr, Deadline::NEVER);
        let client = match world.patiently(connect) {
            Ok(client) => client,
            Err(error) => {
                world.allow(error, ENDED)?;
                continue;
            }
        };
        while let Some(server) = accept(world, &listener)? {
            // Others are connections that their client has given up.
            if server.peer_addr().ok() == client.local_addr().ok() {
                return Ok(Some((client, server)));
            }
        }
    }
    ensure!(world.ends_connections(), "no connection comes about");
    Ok(None)
}

/// The next connection; none when it does not come, or has ended on the way.
fn accept<A: Abi>(
    world: &World<A>,
    listener: &TcpListener<Sim<A>>,
) -> Check<Option<TcpStream<Sim<A>>>> {
    let soon = Deadline::after(Duration::from_secs(100));
    match world.patiently(|| listener.accept_by(soon)) {
        Ok((server, _)) => Ok(Some(server)),
        Err(error) => {
            let ended = [ErrorKind::ConnectionAborted, ErrorKind::DeadlinePassed];
            world.allow(error, &ended).map(|()| None)
        }
    }
}

/// A pair of Unix streams, of the near host.
pub(crate) fn unix<A: Abi>(world: &World<A>) -> Check<(UnixStream<Sim<A>>, UnixStream<Sim<A>>)> {
    Ok(world.patiently(|| UnixStream::pair_in(world.near.clone()))?)
}
