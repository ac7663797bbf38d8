//! Connects that find the backlog of the listener full: TCP leaves them pending, Unix sockets refuse
//! them until there is room, and the core waits for that.

use core::array;

use sock_core::abi::Linux;
use sock_core::{
    Backend, ConnectionProtocol, Deadline, Error, Inet, Local, PollEvents, Progress, SendFlags,
    Socket, TcpConnecting, TcpListener, TcpStream, UnixAddr, UnixSeqpackets, UnixStreams,
};

use super::connect::socket;
use super::deadline::on_time;
use super::support::{ErrorOf, SOON, both, fill, loopback4, pause, within};
use crate::{Env, Failure, Outcome, Runner, check, check_number};

pub(crate) fn linux<E: Env>(runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = Linux>,
{
    runner.case("tcp-connect-pending", pending);
    runner.case("tcp-connect-pending-dropped", pending_dropped);
    runner.case("tcp-connect-deadline", tcp_deadline);
    runner.case("unix-connect-full-backlog-would-block", |env| {
        full_backlog(full::<E, UnixStreams>(env)?)
    });
    runner.case("seqpacket-connect-full-backlog-would-block", |env| {
        full_backlog(full::<E, UnixSeqpackets>(env)?)
    });
    runner.case("unix-connect-deadline", |env| {
        unix_deadline(env, full::<E, UnixStreams>(env)?)
    });
    runner.case("seqpacket-connect-deadline", |env| {
        unix_deadline(env, full::<E, UnixSeqpackets>(env)?)
    });
    runner.case("unix-connect-waits-for-an-accept", waits_for_an_accept);
    runner.case(
        "unix-connect-waits-for-an-accept-to-the-end",
        waits_to_the_end,
    );
    runner.case("unix-connect-leaves-no-trace", leaves_no_trace);
    runner.case("unix-connect-never-gives-up-unasked", never_gives_up);
}

/// A TCP listener whose backlog is full.
pub(crate) struct FullTcp<B: Backend> {
    pub(crate) listener: TcpListener<B>,
    /// What fills it.
    pub(crate) inside: [Option<TcpStream<B>>; 4],
    /// A connect that found no room: the kernel drops its SYN and sends another after a second.
    pub(crate) pending: TcpConnecting<B>,
}

pub(crate) fn full_tcp<E: Env>(env: &E) -> Result<FullTcp<E::Backend>, Failure> {
    let listening = socket(env, Inet::V4)?;
    listening.bind(&loopback4::<E>())?;
    let listener = listening.listen(1)?;
    let addr = listener.local_addr()?;
    let mut inside = array::from_fn(|_| None);
    for place in &mut inside {
        match socket(env, Inet::V4)?
            .connect(&addr)?
            .finish_by(within(50))?
        {
            Progress::Connected(stream) => *place = Some(stream),
            Progress::Pending(pending) => {
                return Ok(FullTcp {
                    listener,
                    inside,
                    pending,
                });
            }
        }
    }
    Err(Failure::check("a full backlog leaves a connect pending"))
}

/// A connect that finds no room stays pending, through tries and deadlines, and is done when there
/// is room.
fn pending<E: Env>(env: &E) -> Outcome {
    let FullTcp {
        listener,
        inside,
        pending,
    } = full_tcp(env)?;
    let own = pending.local_addr()?;
    check!(pending.wait(PollEvents::OUT, Deadline::NOW) == Err(Error::DEADLINE));
    let mut kept = Some(pending);
    let mut finish = |by: Option<Deadline>| {
        let pending = kept.take().ok_or(ErrorOf::<E>::UNEXPECTED_REPLY)?;
        let progress = match by {
            Some(deadline) => pending.finish_by(deadline),
            None => pending.finish(),
        };
        match progress? {
            Progress::Connected(stream) => Ok::<_, ErrorOf<E>>(Some(stream)),
            Progress::Pending(pending) => {
                kept = Some(pending);
                Ok(None)
            }
        }
    };
    check!(finish(None)?.is_none());
    on_time(env, 60, |by| match finish(Some(by))? {
        None => Err(Error::DEADLINE),
        Some(_) => Ok(()),
    })?;
    for client in inside.iter().flatten() {
        check!(listener.accept_by(SOON)?.1 == client.local_addr()?);
    }
    let Some(client) = finish(Some(SOON))? else {
        return Err(Failure::check("the connect is done once there is room"));
    };
    check!(client.local_addr()? == own);
    let (server, peer) = listener.accept_by(SOON)?;
    check!(peer == own);
    server.send_all(b"x", SOON)?;
    check_number!(client.recv_by(&mut [0; 1], SOON)?, 1);
    Ok(())
}

/// Dropping a connect that goes on closes its socket, and the listener hears no more of it.
fn pending_dropped<E: Env>(env: &E) -> Outcome {
    let full = full_tcp(env)?;
    let before = env.open_descriptors();
    drop(full.pending);
    check_number!(env.open_descriptors(), before - 1);
    for client in full.inside.iter().flatten() {
        check!(full.listener.accept_by(SOON)?.1 == client.local_addr()?);
    }
    check!(full.listener.accept_by(within(30)).err() == Some(Error::DEADLINE));
    Ok(())
}

/// A connect that finds no room ends at its deadline, and its socket is closed.
fn tcp_deadline<E: Env>(env: &E) -> Outcome {
    let full = full_tcp(env)?;
    let addr = full.listener.local_addr()?;
    for millis in [20, 60] {
        on_time(env, millis, |by| {
            TcpStream::connect_in(env.backend(), &addr, by).map(drop)
        })?;
    }
    Ok(())
}

/// What the Unix protocols with connections have in common.
pub(crate) trait Unix:
    ConnectionProtocol<Domain = Local, Addr<Linux> = UnixAddr<Linux>>
{
}
impl<P: ConnectionProtocol<Domain = Local, Addr<Linux> = UnixAddr<Linux>>> Unix for P {}

/// A Unix listener whose backlog is full.
pub(crate) struct FullUnix<B: Backend, P: Unix> {
    pub(crate) listener: sock_core::Listener<B, P>,
    pub(crate) addr: UnixAddr<Linux>,
    /// What fills it.
    inside: [Option<P::Connection<B>>; 4],
    /// A socket that found no room, as its connect gave it back.
    pub(crate) outside: Socket<B, P>,
}

pub(crate) fn full<E: Env, P: Unix>(env: &E) -> Result<FullUnix<E::Backend, P>, Failure>
where
    E::Backend: Backend<Abi = Linux>,
{
    let open = || Socket::<E::Backend, P>::open(env.backend(), Local);
    let listening = open()?;
    listening.bind(&UnixAddr::UNNAMED)?;
    let listener = listening.listen(1)?;
    let addr = listener.local_addr()?;
    let mut inside = array::from_fn(|_| None);
    for place in &mut inside {
        match open()?.connect(&addr) {
            Ok(connection) => *place = Some(connection),
            Err(rejected) => {
                check!(rejected.error == Error::WOULD_BLOCK);
                return Ok(FullUnix {
                    listener,
                    addr,
                    inside,
                    outside: rejected.socket,
                });
            }
        }
    }
    Err(Failure::check("a full backlog takes no connect"))
}

/// connect(2) to a full backlog is EAGAIN on Linux, connect(2) "ERRORS"; the socket comes back and
/// connects when there is room. A backlog of 1 holds two.
fn full_backlog<B: Backend<Abi = Linux>, P: Unix>(full: FullUnix<B, P>) -> Outcome {
    check_number!(full.inside.iter().flatten().count(), 2);
    let Err(again) = full.outside.connect(&full.addr) else {
        return Err(Failure::check("the backlog is still full"));
    };
    check!(again.error == Error::WOULD_BLOCK);
    full.listener.accept_by(SOON)?;
    again.socket.connect(&full.addr)?;
    full.listener.accept_by(SOON)?;
    full.listener.accept_by(SOON)?;
    check!(full.listener.accept().err() == Some(Error::WOULD_BLOCK));
    Ok(())
}

/// The same socket waits in vain again and again, each time until its deadline, and in the end
/// connects after all.
fn unix_deadline<E: Env, P: Unix>(env: &E, full: FullUnix<E::Backend, P>) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let mut kept = Some(full.outside);
    let mut connect = |by| match kept
        .take()
        .ok_or(Error::UNEXPECTED_REPLY)?
        .connect_by(&full.addr, by)
    {
        Ok(_) => Ok(()),
        Err(rejected) => {
            kept = Some(rejected.socket);
            Err(rejected.error)
        }
    };
    for by in [Deadline::NOW, Deadline::at(env.backend().now())] {
        check!(connect(by) == Err(Error::DEADLINE));
    }
    for millis in [5, 30, 60, 200] {
        on_time(env, millis, &mut connect)?;
    }
    full.listener.accept_by(SOON)?;
    Ok(connect(Deadline::NOW)?)
}

/// A connect that waits is done as soon as another thread accepts, and not before.
fn waits_for_an_accept<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let full = full::<E, UnixStreams>(env)?;
    let (listener, backend) = (full.listener, env.backend());
    let mut outside = Some(full.outside);
    let start = backend.now();
    both(
        env,
        || {
            pause(listener.backend(), 40)?;
            for _ in 0..3 {
                listener.accept_by(SOON)?.0.send_all(b"x", SOON)?;
            }
            Ok(())
        },
        || {
            let socket = outside.take().ok_or(Error::<Linux>::UNEXPECTED_REPLY)?;
            let client = socket.connect_by(&full.addr, SOON)?;
            check!(backend.now().saturating_duration_since(start).as_millis() >= 40);
            check!(env.flags(client.as_fd()).nonblocking);
            check_number!(client.recv_by(&mut [0; 1], SOON)?, 1);
            Ok(())
        },
    )
}

/// What is too short for the kernel's own wait is still waited for: an accept shortly before the
/// deadline lets the connect through. (A busy machine may accept too late, so there are tries.)
fn waits_to_the_end<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    for _ in 0..20 {
        let full = full::<E, UnixStreams>(env)?;
        let (listener, mut outside, mut connected) = (full.listener, Some(full.outside), false);
        both(
            env,
            || {
                pause(listener.backend(), 8)?;
                listener.accept_by(SOON)?;
                Ok(())
            },
            || {
                let socket = outside.take().ok_or(Error::<Linux>::UNEXPECTED_REPLY)?;
                connected = socket.connect_by(&full.addr, within(24)).is_ok();
                Ok(())
            },
        )?;
        if connected {
            return Ok(());
        }
    }
    Err(Failure::check("one of many connects comes through"))
}

/// The wait for a connect borrows O_NONBLOCK and SO_SNDTIMEO of its socket, and gives them back:
/// whoever makes the descriptor block afterwards waits as long as it takes.
fn leaves_no_trace<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let full = full::<E, UnixStreams>(env)?;
    let Err(rejected) = full.outside.connect_by(&full.addr, within(70)) else {
        return Err(Failure::check("the backlog is still full"));
    };
    check!(rejected.error == Error::DEADLINE);
    check!(env.flags(rejected.socket.as_fd()).nonblocking);
    for _ in full.inside.iter().flatten() {
        full.listener.accept_by(SOON)?;
    }
    let client = rejected.socket.connect(&full.addr)?;
    check!(env.flags(client.as_fd()).nonblocking);
    let (server, _) = full.listener.accept_by(SOON)?;
    fill(&client)?;
    let (backend, fd) = (env.backend(), client.as_fd());
    backend.set_nonblocking(fd, false)?;
    both(
        env,
        || {
            pause(server.backend(), 150)?;
            while server.recv_by(&mut [0; 4096], within(50)).is_ok() {}
            Ok(())
        },
        || {
            check_number!(backend.send(fd, b"x", SendFlags::empty())?, 1);
            Ok(())
        },
    )?;
    check!(client.recv(&mut [0; 1]) == Err(Error::WOULD_BLOCK));
    Ok(())
}

/// Without a deadline the wait ends with an accept alone; a time-out of an earlier wait is gone.
fn never_gives_up<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let full = full::<E, UnixStreams>(env)?;
    let (listener, mut outside) = (full.listener, Some(full.outside));
    let addr = full.addr;
    both(
        env,
        || {
            pause(listener.backend(), 150)?;
            listener.accept_by(SOON)?;
            Ok(())
        },
        || {
            let socket = outside.take().ok_or(Error::<Linux>::UNEXPECTED_REPLY)?;
            let Err(rejected) = socket.connect_by(&addr, within(40)) else {
                return Err(Failure::check("the backlog is still full"));
            };
            rejected.socket.connect_by(&addr, Deadline::NEVER)?;
            Ok(())
        },
    )
}
