//! A server that accepts connections while clients come and go: every client that was served was served once, by
//! a connection of its own, whatever accept failed with in between.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use fastrand::Rng;
use sock_core::{
    Abi, Deadline, Error, ErrorKind, Incomplete, Protocol, Stream, TcpListener, TcpStream,
    UnixAddr, UnixListener, UnixStream,
};
use sock_sim::Sim;

use crate::failure::{Check, ensure};
use crate::plan::Plan;
use crate::until::Until;
use crate::world::{SHORTAGE, World};

/// A client is answered by then, or never.
const PATIENCE: Duration = Duration::from_secs(1000);

/// What becomes of a connection by a fault.
const ENDED: &[ErrorKind] = &[
    ErrorKind::ConnectionRefused,
    ErrorKind::ConnectionReset,
    ErrorKind::BrokenPipe,
    ErrorKind::NotConnected,
    ErrorKind::TimedOut,
    ErrorKind::UnexpectedEnd,
    ErrorKind::DeadlinePassed,
];

pub(crate) fn play<A: Abi>(world: &World<A>, plan: &mut Plan<'_>) -> Check {
    if plan.number("socket", 0..=2) == 0 {
        let path = UnixAddr::path(b"/tmp/server")?;
        let listener = world.patiently(|| UnixListener::bind_in(world.near.clone(), &path))?;
        let accept = |end| listener.accept_by(end).map(|(stream, _)| stream);
        let connect = |end| UnixStream::connect_in(world.near.clone(), &path, end);
        meet(world, plan, accept, connect)
    } else {
        let listener = world.patiently(|| TcpListener::bind_in(world.far.clone(), &world.addr))?;
        let addr = listener.local_addr()?;
        let accept = |end| listener.accept_by(end).map(|(stream, _)| stream);
        let connect = |end| TcpStream::connect_in(world.near.clone(), &addr, end);
        meet(world, plan, accept, connect)
    }
}

type Made<A, P> = Result<Stream<Sim<A>, P>, Error<A>>;

fn meet<A: Abi, P: Protocol>(
    world: &World<A>,
    plan: &mut Plan<'_>,
    accept: impl Fn(Deadline) -> Made<A, P> + Send,
    connect: impl Fn(Deadline) -> Made<A, P>,
) -> Check {
    let (clients, at_once) = (
        plan.number("clients", 1..=8) as u8,
        plan.rarely("at-once", 2),
    );
    let mut servers = plan.stream();
    let done = AtomicBool::new(false);
    let (served, answered) = world.near.together(
        || serve(world, &mut servers, &done, accept),
        || {
            let answered = visit(world, (clients, at_once), connect);
            done.store(true, Ordering::Relaxed);
            answered
        },
    );
    let (served, answered) = (served?, answered?);
    for (client, answered) in answered.into_iter().enumerate() {
        let times = served
            .iter()
            .filter(|served| usize::from(**served) == client)
            .count();
        ensure!(times <= 1, "client {client} was served {times} times");
        ensure!(
            times == 1 || !answered,
            "client {client} was answered by nobody"
        );
        let may_fail = world.ends_connections();
        ensure!(answered || may_fail, "client {client} was not answered");
    }
    Ok(())
}

/// Accepts and answers until nobody comes any more; the clients, in the order in which they were served.
fn serve<A: Abi, P: Protocol>(
    world: &World<A>,
    random: &mut Rng,
    done: &AtomicBool,
    accept: impl Fn(Deadline) -> Made<A, P>,
) -> Check<Vec<u8>> {
    let mut served = Vec::new();
    loop {
        let until = Until::any(random, world.now());
        match world.by(until, random, &accept)? {
            Ok(stream) => {
                let mut client = [0];
                let end = Deadline::after(PATIENCE / 2);
                let came = world.patiently(|| stream.recv_exact(&mut client, end));
                if let Err(Incomplete { error, .. }) = came {
                    world.allow(error, ENDED)?;
                    continue;
                }
                served.extend(client);
                let answer = client.map(|client| !client);
                let went = world.patiently(|| stream.send_all(&answer, end));
                if let Err(Incomplete { error, .. }) = went {
                    world.allow(error, ENDED)?;
                }
            }
            // Over only when no one who came still waits.
            Err(error) if error == Error::DEADLINE => {
                if done.load(Ordering::Relaxed) {
                    return Ok(served);
                }
            }
            Err(error) => world.allow_any(error, &[SHORTAGE, &[ErrorKind::ConnectionAborted]])?,
        }
    }
}

/// The clients, one after the other, or first all that ask and then all that hear; which were answered.
fn visit<A: Abi, P: Protocol>(
    world: &World<A>,
    (clients, at_once): (u8, bool),
    connect: impl Fn(Deadline) -> Made<A, P>,
) -> Check<Vec<bool>> {
    // Each says at once who it is: the server takes them in an order of its own.
    let come = |client: u8| -> Check<Option<Stream<Sim<A>, P>>> {
        let end = Deadline::after(PATIENCE);
        let asked = world.patiently(|| connect(end)).and_then(|stream| {
            let asked = world.patiently(|| stream.send_all(&[client], end));
            asked.map_err(Error::from).map(|()| stream)
        });
        match asked {
            Ok(stream) => Ok(Some(stream)),
            Err(error) => world.allow(error, ENDED).map(|()| None),
        }
    };
    let hear = |client: u8, stream: Option<Stream<Sim<A>, P>>| -> Check<bool> {
        let Some(stream) = stream else {
            return Ok(false);
        };
        let (mut answer, end) = ([0], Deadline::after(PATIENCE));
        match world.patiently(|| stream.recv_exact(&mut answer, end)) {
            Ok(()) => {
                ensure!(answer == [!client], "an answer for another client");
                Ok(true)
            }
            Err(Incomplete { error, .. }) => world.allow(error, ENDED).map(|()| false),
        }
    };
    if at_once {
        let come: Check<Vec<_>> = (0..clients).map(come).collect();
        let come = (0..clients).zip(come?);
        come.map(|(client, stream)| hear(client, stream)).collect()
    } else {
        let one = |client| hear(client, come(client)?);
        (0..clients).map(one).collect()
    }
}
