//! Operations that wait for what does not come: each ends at its deadline, and not before. And for what comes at
//! a known time: each ends with it, if that is before the deadline.

use fastrand::Rng;
use sock_core::{
    Abi, Backend, Blocking, Deadline, ErrorKind, Incomplete, PollEvents, TcpListener, UdpSocket,
    UnixAddr, UnixListener, UnixStream, poll,
};
use sock_sim::Fault;

use crate::failure::{Check, Failure, ensure};
use crate::pairs;
use crate::plan::Plan;
use crate::until::Until;
use crate::world::{SHORTAGE, Why, World};

pub(crate) fn play<A: Abi>(world: &World<A>, plan: &mut Plan<'_>) -> Check {
    let mut random = plan.stream();
    for _ in 0..plan.number("silences", 1..=3) {
        match random.u8(0..4) {
            0 => full_backlog(world, &mut random)?,
            1 => full_buffer(world, &mut random)?,
            _ => silence(world, &mut random)?,
        }
    }
    for _ in 0..plan.number("answers", 0..=3) {
        answer(world, &mut random)?;
    }
    Ok(())
}

/// The operation must have ended by its deadline, or for want of something.
#[track_caller]
fn late<T, A: Abi, E: Why<A>>(done: Result<T, E>) -> Check {
    match done.map_err(|why| why.error().kind()) {
        Ok(_) => Err(Failure::new("something came where nothing could")),
        Err(ErrorKind::DeadlinePassed) => Ok(()),
        Err(kind) if SHORTAGE.contains(&kind) => Ok(()),
        Err(kind) => Err(Failure::new(format_args!("unexpected: {kind}"))),
    }
}

/// Sockets that nobody sends anything to.
fn silence<A: Abi>(world: &World<A>, random: &mut Rng) -> Check {
    let (a, b) = pairs::unix(world)?;
    let near = || world.near.clone();
    let any = world.near_addr();
    let listener = world.patiently(|| TcpListener::bind_in(near(), &any))?;
    let datagram = world.patiently(|| UdpSocket::bind_in(near(), &any))?;
    let (mut room, mut blocking) = ([0; 9], Blocking::new(b));
    for _ in 0..random.u8(1..8) {
        let until = Until::any(random, world.now());
        let room = &mut room[..];
        match random.u8(0..10) {
            0 => late(world.by(until, random, |end| a.recv_by(room, end))?)?,
            1 => late(world.by(until, random, |end| a.recv_exact(room, end))?)?,
            2 => late(world.by(until, random, |end| a.peek_by(room, end))?)?,
            3 => late(world.by(until, random, |end| a.wait(PollEvents::IN, end))?)?,
            4 => late(world.by(until, random, |end| listener.accept_by(end))?)?,
            5 => late(world.by(until, random, |end| datagram.recv_from_by(room, end))?)?,
            6 => {
                let polled = world.by(until, random, |end| {
                    let fds = &mut [a.poll_fd(PollEvents::IN), listener.poll_fd(PollEvents::IN)];
                    poll(&world.near, fds, end)
                })?;
                let kind = polled.map_err(|error| error.kind());
                let empty =
                    kind.is_ok_and(|n| n == 0) || kind.is_err_and(|k| SHORTAGE.contains(&k));
                ensure!(empty, "a poll gave {kind:?}");
            }
            7 => late(world.by(until, random, |end| {
                blocking.set_read_deadline(end);
                blocking.recv_exact(room)
            })?)?,
            _ => late(world.by(until, random, |end| {
                blocking.set_read_deadline(end);
                blocking.recv(room)
            })?)?,
        }
    }
    Ok(())
}

/// A stream whose peer never receives.
fn full_buffer<A: Abi>(world: &World<A>, random: &mut Rng) -> Check {
    let (a, _b) = pairs::unix(world)?;
    while world.patiently(|| a.send(&[0; 65536])).is_ok() {}
    // A send may have found no room for all the reasons of a kernel; the next ones do not.
    for _ in 0..4 {
        let until = Until::any(random, world.now());
        match world.by(until, random, |end| a.send_all(&[0; 100_000], end))? {
            Err(Incomplete { error, .. }) if error.kind() == ErrorKind::DeadlinePassed => break,
            Err(why) => late(Err::<(), _>(why))?,
            Ok(()) => {}
        }
    }
    if !world.faults.has(Fault::NotReady) {
        let until = Until::any(random, world.now());
        late(world.by(until, random, |end| a.send_by(&[0; 9], end))?)?;
    }
    Ok(())
}

/// A Unix listener whose backlog is full; it may accept one in the end.
fn full_backlog<A: Abi>(world: &World<A>, random: &mut Rng) -> Check {
    let path = UnixAddr::path(b"/tmp/full")?;
    world.near.unlink(b"/tmp/full");
    let listener = world.patiently(|| UnixListener::bind_in(world.near.clone(), &path))?;
    world.near.listen(listener.as_fd(), 0)?;
    let mut waiting = Vec::new();
    loop {
        let until = Until::any(random, world.now());
        let connect = |end| UnixStream::connect_in(world.near.clone(), &path, end);
        match world.by(until, random, connect)? {
            Ok(stream) => waiting.push(stream),
            Err(error) if SHORTAGE.contains(&error.kind()) => {}
            // The BSDs refuse what has no room.
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => break,
            Err(error) => {
                late(Err::<(), _>(error))?;
                break;
            }
        }
        ensure!(waiting.len() < 100, "a backlog of none takes 100");
    }
    Ok(())
}

/// Something comes while somebody waits for it.
fn answer<A: Abi>(world: &World<A>, random: &mut Rng) -> Check {
    let (a, b) = pairs::unix(world)?;
    let until = Until::any(random, world.now());
    let (mut others, begin) = (random.fork(), world.now());
    let blocks = random.u8(0..2) == 0;
    let mut blocking = Blocking::new(b);
    let receive = |end| match blocks {
        true => {
            blocking.set_read_deadline(end);
            blocking.recv(&mut [0; 9])
        }
        false => blocking.get_ref().recv_by(&mut [0; 9], end),
    };
    let (sent, received) = world.near.together(
        || {
            world.nap(&mut others)?;
            world.patiently(|| a.send_by(b"answer", Deadline::NEVER))?;
            Ok::<_, Failure>(world.now())
        },
        || world.by(until, random, receive),
    );
    let (sent, end) = (sent?, until.end(begin).unwrap_or(begin));
    match received? {
        Ok(n) => ensure!(n > 0, "the end came, not the answer"),
        Err(error) if SHORTAGE.contains(&error.kind()) => {}
        Err(error) => {
            late(Err::<(), _>(error))?;
            ensure!(
                !world.is_surely_before(sent, end),
                "what came {:?} before the deadline was not noticed",
                end.saturating_duration_since(sent)
            );
        }
    }
    Ok(())
}
