//! Random walks over the states of sockets: fresh, bound, listening, connecting, connected, shut down, dropped. Each
//! step gives the next state, or an error that such a step can have, and the socket as it was.

use fastrand::Rng;
use sock_core::{
    Abi, Connected, Connecting, ConnectionProtocol, Deadline, Error, ErrorKind, Listener,
    PollEvents, Progress, Rejected, Shutdown, Socket, SocketAddr, Stream, Tcp, UnixAddr,
    UnixSeqpackets, UnixStreams,
};
use sock_sim::{Fault, Sim};

use crate::failure::{Check, ensure};
use crate::plan::Plan;
use crate::until::Until;
use crate::world::{SHORTAGE, World};

/// The most sockets at a time.
const MOST: usize = 12;

pub(crate) fn play<A: Abi>(world: &World<A>, plan: &mut Plan<'_>) -> Check {
    let steps = plan.size("steps", 1, 120);
    match plan.number("socket", 0..=3) {
        0 => {
            let addrs = [UnixAddr::path(b"/tmp/a")?, UnixAddr::path(b"/tmp/b")?];
            walk::<A, UnixStreams>(world, plan, steps, &addrs)
        }
        1 => {
            let addrs = [UnixAddr::path(b"/tmp/a")?, UnixAddr::path(b"/tmp/b")?];
            walk::<A, UnixSeqpackets>(world, plan, steps, &addrs)
        }
        _ => {
            let addrs = [7001, 7002].map(|port| {
                let mut addr = world.near_peer();
                addr.set_port(port);
                addr
            });
            walk::<A, Tcp>(world, plan, steps, &addrs)
        }
    }
}

/// A protocol, and what differs in it: how a connect goes on, and the calls of a connection.
trait Walk<A: Abi>: ConnectionProtocol {
    fn connect(socket: Socket<Sim<A>, Self>, addr: &Self::Addr<A>) -> Connect<A, Self>;

    fn send(of: &Self::Connection<Sim<A>>, bytes: &[u8]) -> Result<usize, Error<A>>;

    fn recv(of: &Self::Connection<Sim<A>>, room: &mut [u8]) -> Result<usize, Error<A>>;

    fn shutdown(of: &Self::Connection<Sim<A>>, how: Shutdown) -> Result<(), Error<A>>;

    /// Whatever else there is to ask.
    fn ask(of: &Self::Connection<Sim<A>>, end: Deadline) -> Result<(), Error<A>>;
}

type Connect<A, P> = Result<Node<A, P>, Rejected<Socket<Sim<A>, P>, A>>;

/// A socket in one of its states.
enum Node<A: Abi, P: ConnectionProtocol> {
    Fresh(Socket<Sim<A>, P>),
    Listening(Listener<Sim<A>, P>),
    Connecting(Connecting<Sim<A>, P>),
    Open(Open<P::Connection<Sim<A>>>),
}

/// A connection, and which of its directions this side has closed.
struct Open<C> {
    connection: C,
    sends: bool,
    receives: bool,
}

impl<C> Open<C> {
    fn new(connection: C) -> Self {
        Open {
            connection,
            sends: true,
            receives: true,
        }
    }
}

fn walk<A: Abi, P: Walk<A>>(
    world: &World<A>,
    plan: &mut Plan<'_>,
    steps: u64,
    addrs: &[P::Addr<A>; 2],
) -> Check {
    let mut random = plan.stream();
    let mut nodes: Vec<Node<A, P>> = Vec::new();
    for _ in 0..steps {
        let [first, second] = addrs;
        let addr = if random.bool() { first } else { second };
        let chosen = random.usize(0..=nodes.len());
        if chosen == nodes.len() {
            match Socket::open_for(world.near.clone(), addr) {
                Ok(socket) => nodes.push(Node::Fresh(socket)),
                // Darwin has no seqpackets.
                Err(error) => world.allow_any(error, &[SHORTAGE, &[ErrorKind::Unsupported]])?,
            }
            continue;
        }
        let node = nodes.swap_remove(chosen);
        if nodes.len() >= MOST || random.u8(0..16) == 0 {
            continue;
        }
        let random = &mut random;
        let next = match node {
            Node::Fresh(socket) => fresh(world, random, socket, addr)?,
            Node::Listening(listener) => {
                let (listener, accepted) = listening(world, random, listener)?;
                nodes.extend(accepted);
                listener
            }
            Node::Connecting(connecting) => match going_on(world, random, connecting)? {
                Some(next) => next,
                None => continue,
            },
            Node::Open(mut open) => {
                use_it::<A, P>(world, random, &mut open)?;
                Node::Open(open)
            }
        };
        nodes.push(next);
    }
    Ok(())
}

const BIND: &[ErrorKind] = &[ErrorKind::AddrInUse, ErrorKind::InvalidInput];
const LISTEN: &[ErrorKind] = &[ErrorKind::AddrInUse, ErrorKind::InvalidInput];
const CONNECT: &[ErrorKind] = &[
    ErrorKind::ConnectionRefused,
    ErrorKind::ConnectionReset,
    ErrorKind::NotConnected,
    ErrorKind::TimedOut,
    ErrorKind::NotFound,
    ErrorKind::WouldBlock,
    ErrorKind::AddrNotAvailable,
    ErrorKind::AddrInUse,
    ErrorKind::AlreadyConnected,
];
const ACCEPT: &[ErrorKind] = &[ErrorKind::WouldBlock, ErrorKind::ConnectionAborted];
const USE: &[ErrorKind] = &[
    ErrorKind::WouldBlock,
    ErrorKind::DeadlinePassed,
    ErrorKind::ConnectionReset,
    ErrorKind::BrokenPipe,
    ErrorKind::NotConnected,
    ErrorKind::TimedOut,
];

/// Whether it went well; an error must be one of these, or a shortage.
#[track_caller]
fn goes<A: Abi, T>(
    world: &World<A>,
    done: Result<T, Error<A>>,
    kinds: &[ErrorKind],
) -> Check<Option<T>> {
    match done {
        Ok(done) => Ok(Some(done)),
        Err(error) => world.allow_any(error, &[SHORTAGE, kinds]).map(|()| None),
    }
}

fn fresh<A: Abi, P: Walk<A>>(
    world: &World<A>,
    random: &mut Rng,
    socket: Socket<Sim<A>, P>,
    addr: &P::Addr<A>,
) -> Check<Node<A, P>> {
    let rejected = match random.u8(0..4) {
        0 => {
            if goes(world, socket.bind(addr), BIND)?.is_some() {
                let bound = socket.local_addr()?;
                ensure!(bound == *addr, "bound to {bound:?}, not {addr:?}");
            }
            return Ok(Node::Fresh(socket));
        }
        1 => match socket.listen(random.u32(0..4)) {
            Ok(listener) => return Ok(Node::Listening(listener)),
            Err(rejected) => (rejected, LISTEN),
        },
        _ => match P::connect(socket, addr) {
            Ok(next) => return Ok(next),
            Err(rejected) => (rejected, CONNECT),
        },
    };
    let (Rejected { error, socket }, kinds) = rejected;
    goes::<A, ()>(world, Err(error), kinds)?;
    ensure!(socket.local_addr().is_ok(), "what came back is no socket");
    Ok(Node::Fresh(socket))
}

type Accepted<A, P> = (Node<A, P>, Option<Node<A, P>>);

fn listening<A: Abi, P: Walk<A>>(
    world: &World<A>,
    random: &mut Rng,
    listener: Listener<Sim<A>, P>,
) -> Check<Accepted<A, P>> {
    let accepted = match random.u8(0..2) {
        0 => goes(world, listener.accept(), ACCEPT)?,
        _ => {
            let until = Until::any(random, world.now());
            let accepted = world.by(until, random, |end| listener.accept_by(end))?;
            goes(
                world,
                accepted,
                &[ErrorKind::ConnectionAborted, ErrorKind::DeadlinePassed],
            )?
        }
    };
    let accepted = accepted.map(|(connection, _)| Node::Open(Open::new(connection)));
    Ok((Node::Listening(listener), accepted))
}

/// A connect that has failed leaves nothing.
fn going_on<A: Abi, P: Walk<A>>(
    world: &World<A>,
    random: &mut Rng,
    connecting: Connecting<Sim<A>, P>,
) -> Check<Option<Node<A, P>>> {
    let progress = match random.u8(0..2) {
        0 => connecting.finish(),
        _ => {
            let until = Until::any(random, world.now());
            world.by(until, random, |end| connecting.finish_by(end))?
        }
    };
    Ok(match goes(world, progress, CONNECT)? {
        Some(Progress::Connected(connection)) => Some(Node::Open(Open::new(connection))),
        Some(Progress::Pending(connecting)) => Some(Node::Connecting(connecting)),
        None => None,
    })
}

fn use_it<A: Abi, P: Walk<A>>(
    world: &World<A>,
    random: &mut Rng,
    open: &mut Open<P::Connection<Sim<A>>>,
) -> Check {
    let connection = &open.connection;
    match random.u8(0..8) {
        0..=2 => {
            let bytes = vec![1; random.usize(1..2000)];
            let sent = goes(world, P::send(connection, &bytes), USE)?;
            ensure!(open.sends || sent.is_none(), "sent after shutdown");
        }
        3..=4 => {
            let received = P::recv(connection, &mut vec![0; random.usize(1..2000)]);
            let waits = received == Err(Error::WOULD_BLOCK);
            let spurious = world.faults.has(Fault::NotReady);
            ensure!(
                open.receives || !waits || spurious,
                "waits for data after shutdown"
            );
            goes(world, received, USE)?;
        }
        5 => {
            let how = match random.u8(0..3) {
                0 => Shutdown::Read,
                1 => Shutdown::Write,
                _ => Shutdown::Both,
            };
            if goes(
                world,
                P::shutdown(connection, how),
                &[ErrorKind::NotConnected],
            )?
            .is_some()
            {
                open.sends &= how == Shutdown::Read;
                open.receives &= how == Shutdown::Write;
            }
        }
        _ => {
            let until = Until::any(random, world.now());
            let asked = world.by(until, random, |end| P::ask(connection, end))?;
            goes(world, asked, USE)?;
        }
    }
    Ok(())
}

macro_rules! stream_calls {
    ($protocol:ty) => {
        fn send(of: &Stream<Sim<A>, $protocol>, bytes: &[u8]) -> Result<usize, Error<A>> {
            of.send(bytes)
        }

        fn recv(of: &Stream<Sim<A>, $protocol>, room: &mut [u8]) -> Result<usize, Error<A>> {
            of.recv(room)
        }

        fn shutdown(of: &Stream<Sim<A>, $protocol>, how: Shutdown) -> Result<(), Error<A>> {
            of.shutdown(how)
        }

        fn ask(of: &Stream<Sim<A>, $protocol>, end: Deadline) -> Result<(), Error<A>> {
            of.wait(PollEvents::IN | PollEvents::OUT, end)?;
            of.local_addr()?;
            of.take_error()?;
            of.peer_addr()?;
            Ok(())
        }
    };
}

impl<A: Abi> Walk<A> for Tcp {
    fn connect(socket: Socket<Sim<A>, Tcp>, addr: &SocketAddr<A>) -> Connect<A, Tcp> {
        socket.connect(addr).map(Node::Connecting)
    }

    stream_calls!(Tcp);
}

impl<A: Abi> Walk<A> for UnixStreams {
    fn connect(socket: Socket<Sim<A>, Self>, addr: &UnixAddr<A>) -> Connect<A, Self> {
        socket
            .connect(addr)
            .map(|connection| Node::Open(Open::new(connection)))
    }

    stream_calls!(UnixStreams);
}

impl<A: Abi> Walk<A> for UnixSeqpackets {
    fn connect(socket: Socket<Sim<A>, Self>, addr: &UnixAddr<A>) -> Connect<A, Self> {
        socket
            .connect(addr)
            .map(|connection| Node::Open(Open::new(connection)))
    }

    fn send(of: &Connected<Sim<A>, Self>, bytes: &[u8]) -> Result<usize, Error<A>> {
        of.send(bytes)
    }

    fn recv(of: &Connected<Sim<A>, Self>, room: &mut [u8]) -> Result<usize, Error<A>> {
        Ok(of.recv(room)?.bytes)
    }

    fn shutdown(of: &Connected<Sim<A>, Self>, how: Shutdown) -> Result<(), Error<A>> {
        of.shutdown(how)
    }

    fn ask(of: &Connected<Sim<A>, Self>, end: Deadline) -> Result<(), Error<A>> {
        of.wait(PollEvents::IN | PollEvents::OUT, end)?;
        of.local_addr()?;
        of.peer_addr()?;
        Ok(())
    }
}
