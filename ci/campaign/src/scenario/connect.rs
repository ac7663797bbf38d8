//! TCP connects: to a listener, to nobody, into the void, waited for or finished piece by piece, or given up. Each
//! comes to a connection, to the error that it must be, or to its deadline.

use std::time::Duration;

use fastrand::Rng;
use sock_core::{Abi, Error, ErrorKind, Progress, SocketAddr, TcpListener, TcpSocket, TcpStream};
use sock_sim::{Fault, Sim};

use crate::failure::{Check, ensure};
use crate::plan::Plan;
use crate::until::Until;
use crate::world::{SHORTAGE, World};

/// Where a connect goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whither {
    Listener,
    /// A port on which nobody listens.
    Nobody,
    /// An address that no host has.
    Void,
}

/// No connect goes on for longer: 127 seconds, and what the clock and the timers may add.
const GIVEN_UP: Duration = Duration::from_secs(130);

pub(crate) fn play<A: Abi>(world: &World<A>, plan: &mut Plan<'_>) -> Check {
    let mut random = plan.stream();
    let listener = world.patiently(|| TcpListener::bind_in(world.far.clone(), &world.addr))?;
    let heard = listener.local_addr()?;
    let nobody = unheard(world)?;
    for _ in 0..plan.number("connects", 1..=6) {
        let random = &mut random;
        let (whither, addr) = match random.u8(0..4) {
            0 => (Whither::Nobody, nobody),
            1 if world.is_apart() => (Whither::Void, world.void()),
            _ => (Whither::Listener, heard),
        };
        let begin = world.now();
        let connected = match random.u8(0..2) {
            0 => wait_for(world, random, &addr)?,
            _ => finish_in_pieces(world, random, &addr)?,
        };
        match connected {
            Ok(Some(stream)) => {
                ensure!(whither == Whither::Listener, "a connection to {whither:?}");
                check_connected(world, random, &listener, &stream)?;
            }
            Ok(None) => {}
            Err(error) => check_refused(world, error, whither, begin)?,
        }
    }
    Ok(())
}

type Connected<A> = Result<Option<TcpStream<Sim<A>>>, Error<A>>;

/// A port that nobody listens on.
fn unheard<A: Abi>(world: &World<A>) -> Check<SocketAddr<A>> {
    let listener = world.patiently(|| TcpListener::bind_in(world.far.clone(), &world.addr))?;
    Ok(listener.local_addr()?)
}

fn wait_for<A: Abi>(
    world: &World<A>,
    random: &mut Rng,
    addr: &SocketAddr<A>,
) -> Check<Connected<A>> {
    let until = match random.u8(0..3) {
        0 => Until::Never,
        _ => Until::any(random, world.now()),
    };
    let connect = |end| TcpStream::connect_in(world.near.clone(), addr, end);
    let connected = world.by(until, random, connect)?;
    Ok(match connected {
        Err(error) if error == Error::DEADLINE => Ok(None),
        done => done.map(Some),
    })
}

fn finish_in_pieces<A: Abi>(
    world: &World<A>,
    random: &mut Rng,
    addr: &SocketAddr<A>,
) -> Check<Connected<A>> {
    let socket = world.patiently(|| TcpSocket::open_for(world.near.clone(), addr))?;
    let mut connecting = match socket.connect(addr) {
        Ok(connecting) => connecting,
        // The socket is given back, and can be tried again.
        Err(rejected) if SHORTAGE.contains(&rejected.error.kind()) => {
            match rejected.socket.connect(addr) {
                Ok(connecting) => connecting,
                Err(rejected) => return Ok(Err(rejected.error)),
            }
        }
        Err(rejected) => return Ok(Err(rejected.error)),
    };
    loop {
        if random.u8(0..8) == 0 {
            return Ok(Ok(None));
        }
        let until = Until::any(random, world.now());
        let begin = world.now();
        let progress = match random.u8(0..3) {
            0 => connecting.finish(),
            _ => match world.by(until, random, |end| connecting.finish_by(end))? {
                Ok(Progress::Pending(pending)) => {
                    let end = until.end(begin).unwrap_or(begin);
                    ensure!(
                        !world.is_surely_before(world.now(), end),
                        "pending before {until:?}"
                    );
                    Ok(Progress::Pending(pending))
                }
                done => done,
            },
        };
        match progress {
            Ok(Progress::Connected(stream)) => return Ok(Ok(Some(stream))),
            Ok(Progress::Pending(pending)) => connecting = pending,
            Err(error) => return Ok(Err(error)),
        }
    }
}

/// A connection has two ends that know each other.
fn check_connected<A: Abi>(
    world: &World<A>,
    random: &mut Rng,
    listener: &TcpListener<Sim<A>>,
    stream: &TcpStream<Sim<A>>,
) -> Check {
    let (mine, theirs) = (stream.local_addr()?, stream.peer_addr());
    if let Ok(theirs) = theirs {
        ensure!(theirs == listener.local_addr()?, "connected to {theirs}");
    }
    loop {
        let until = Until::After(Duration::from_secs(100));
        match world.by(until, random, |end| listener.accept_by(end))? {
            Ok((server, peer)) => {
                let told = world.faults.has(Fault::PeerUntold) || peer == mine;
                if server.peer_addr().ok() == Some(mine) {
                    ensure!(told, "accepted {peer}, which is {mine}");
                    return Ok(());
                }
            }
            Err(error) if SHORTAGE.contains(&error.kind()) => {}
            Err(error) if error.kind() == ErrorKind::ConnectionAborted => return Ok(()),
            Err(error) => {
                ensure!(
                    error == Error::DEADLINE && world.ends_connections(),
                    "a connection that cannot be accepted: {error}"
                );
                return Ok(());
            }
        }
    }
}

/// The error must be one that this connect can have.
fn check_refused<A: Abi>(
    world: &World<A>,
    error: Error<A>,
    whither: Whither,
    begin: sock_core::Instant,
) -> Check {
    let lasted = world.now().saturating_duration_since(begin);
    ensure!(lasted <= GIVEN_UP, "{error} after {lasted:?}");
    let kind = error.kind();
    if SHORTAGE.contains(&kind) {
        return Ok(());
    }
    let fits = match kind {
        ErrorKind::ConnectionRefused => {
            whither == Whither::Nobody || world.faults.has(Fault::Refused)
        }
        ErrorKind::TimedOut => {
            let waited = lasted + Duration::from_millis(10) >= Duration::from_secs(127);
            waited && (whither == Whither::Void || world.is_lossy())
        }
        ErrorKind::ConnectionReset | ErrorKind::NotConnected => world.ends_connections(),
        _ => false,
    };
    ensure!(
        fits,
        "{error} from a connect to {whither:?} after {lasted:?}"
    );
    Ok(())
}
