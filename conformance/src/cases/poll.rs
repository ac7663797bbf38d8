//! Waiting for many sockets at once: which are ready, for what, and when nothing is.

use core::array;
use core::time::Duration;

use sock_core::abi::Kernel;
use sock_core::option::Linger;
use sock_core::{
    Backend, Deadline, Error, Inet, PollEvents, PollFd, Shutdown, TcpListener, TcpStream,
    UdpSocket, UnixStream, poll,
};

use super::deadline::on_time;
use super::support::{ErrorOf, SOON, both, fill, kernel, loopback4, pause, tcp_pair, unix_pair};
use crate::{Env, Failure, Outcome, Runner, check, check_number};

pub(crate) fn portable<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("poll-tells-which-of-many", which_of_many);
    runner.case("poll-tells-for-what", for_what);
    runner.case("poll-does-not-tell-what-was-not-asked", not_asked);
    runner.case("poll-tells-a-hang-up", hang_up);
    runner.case("poll-tells-a-reset", reset);
    runner.case("poll-tells-a-listener-and-a-connect", listener_and_connect);
    runner.case("poll-forgets-the-last-answer", forgets);
    runner.case("poll-of-nothing-waits", of_nothing);
    runner.case("poll-under-a-passed-deadline-looks", passed_deadline);
    runner.case("poll-wakes-on-any-of-them", wakes);
    runner.case("poll-takes-a-socket-twice", twice);
    runner.case("poll-mixes-kinds-of-sockets", mixed);
}

pub(crate) fn linux<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("poll-tells-a-half-close-when-asked", half_close);
    runner.case("poll-of-a-fresh-socket", fresh);
}

/// The events of one descriptor, under a deadline that has passed.
fn now<'a, E: Env>(
    env: &E,
    fd: <E::Backend as Backend>::PollFd<'a>,
) -> Result<PollEvents, ErrorOf<E>> {
    let mut fds = [fd];
    poll(&env.backend(), &mut fds, Deadline::NOW)?;
    Ok(fds[0].revents())
}

/// The number counts those that are ready, and each says so itself, in its place.
fn which_of_many<E: Env>(env: &E) -> Outcome {
    const MANY: usize = 40;
    let mut pairs: [Option<(UnixStream<_>, UnixStream<_>)>; MANY] = array::from_fn(|_| None);
    for place in &mut pairs {
        *place = Some(unix_pair(env)?);
    }
    let pairs = || pairs.iter().flatten();
    let is_ready = |place: usize| place % 7 == 3;
    for (place, (a, _)) in pairs().enumerate() {
        if is_ready(place) {
            a.send_all(b"x", SOON)?;
        }
    }
    let Some((_, first)) = pairs().next() else {
        return Err(Failure::check("there are pairs"));
    };
    let mut fds: [_; MANY] = array::from_fn(|_| first.poll_fd(PollEvents::IN));
    for (fd, (_, b)) in fds.iter_mut().zip(pairs()) {
        *fd = b.poll_fd(PollEvents::IN);
    }
    check_number!(poll(&env.backend(), &mut fds, SOON)?, 6);
    for (place, fd) in fds.iter().enumerate() {
        check!(fd.revents().contains(PollEvents::IN) == is_ready(place));
    }
    Ok(())
}

/// Each event by itself: something to receive, room to send, both.
fn for_what<E: Env>(env: &E) -> Outcome {
    let (a, b) = tcp_pair(env)?;
    let both_ways = PollEvents::IN | PollEvents::OUT;
    check!(now(env, b.poll_fd(both_ways))? == PollEvents::OUT);
    a.send_all(b"x", SOON)?;
    check!(b.wait(PollEvents::IN, SOON)? == PollEvents::IN);
    check!(now(env, b.poll_fd(both_ways))? == both_ways);
    fill(&b)?;
    check!(now(env, b.poll_fd(both_ways))? == PollEvents::IN);
    check_number!(b.recv(&mut [0; 8])?, 1);
    check!(now(env, b.poll_fd(both_ways))?.is_empty());
    Ok(())
}

/// An event that was not asked for does not end the wait.
fn not_asked<E: Env>(env: &E) -> Outcome {
    let (mut a, b) = unix_pair(env)?;
    b.send_all(b"x", SOON)?;
    for events in [PollEvents::PRI, PollEvents::empty()] {
        on_time(env, 10, |by| a.wait(events, by).map(drop))?;
    }
    let (receiver, sender) = a.split();
    check!(now(env, receiver.poll_fd())? == PollEvents::IN);
    check!(now(env, sender.poll_fd())? == PollEvents::OUT);
    Ok(())
}

/// A peer that has gone is told unasked, and what it sent before can still be received.
fn hang_up<E: Env>(env: &E) -> Outcome {
    let (a, b) = unix_pair(env)?;
    a.send_all(b"last", SOON)?;
    drop(a);
    check!(b.wait(PollEvents::PRI, SOON)?.contains(PollEvents::HUP));
    let events = b.wait(PollEvents::IN, SOON)?;
    check!(events.contains(PollEvents::IN | PollEvents::HUP));
    check_number!(b.recv(&mut [0; 8])?, 4);
    check_number!(b.recv(&mut [0; 8])?, 0);

    let (a, b) = tcp_pair(env)?;
    a.shutdown(Shutdown::Write)?;
    b.shutdown(Shutdown::Write)?;
    check!(a.wait(PollEvents::PRI, SOON)?.contains(PollEvents::HUP));
    Ok(())
}

/// An error is told unasked, and stays for the next receive.
fn reset<E: Env>(env: &E) -> Outcome {
    let (a, b) = tcp_pair(env)?;
    a.set_option(Linger, Some(Duration::ZERO))?;
    drop(a);
    let events = b.wait(PollEvents::empty(), SOON)?;
    // The BSDs have no event of its own for a pending error (`sopoll_generic` in FreeBSD's
    // sys/kern/uipc_socket.c, `filt_soread_common` in Darwin's bsd/kern/uipc_socket.c).
    check!(events.contains(match kernel::<E>() {
        Kernel::Linux => PollEvents::ERR | PollEvents::HUP,
        _ => PollEvents::HUP,
    }));
    check!(b.take_error()?.is_some());
    check!(b.take_error()?.is_none());
    Ok(())
}

/// A listener is ready when a connection waits, a connect when it is done.
fn listener_and_connect<E: Env>(env: &E) -> Outcome {
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    check!(now(env, listener.poll_fd(PollEvents::IN))?.is_empty());
    let client = TcpStream::connect_in(env.backend(), &listener.local_addr()?, SOON)?;
    check!(listener.wait(PollEvents::IN, SOON)? == PollEvents::IN);
    check!(client.wait(PollEvents::OUT, SOON)? == PollEvents::OUT);
    listener.accept()?;
    check!(now(env, listener.poll_fd(PollEvents::IN))?.is_empty());
    Ok(())
}

/// The same entries can be polled again: what was so before is not told again.
fn forgets<E: Env>(env: &E) -> Outcome {
    let (a, b) = unix_pair(env)?;
    let (c, d) = unix_pair(env)?;
    let mut fds = [b.poll_fd(PollEvents::IN), d.poll_fd(PollEvents::IN)];
    check!(fds[0].revents().is_empty());
    a.send_all(b"x", SOON)?;
    check_number!(poll(&env.backend(), &mut fds, SOON)?, 1);
    check!(fds[0].revents() == PollEvents::IN && fds[1].revents().is_empty());
    check_number!(b.recv(&mut [0; 8])?, 1);
    c.send_all(b"x", SOON)?;
    check_number!(poll(&env.backend(), &mut fds, SOON)?, 1);
    check!(fds[0].revents().is_empty() && fds[1].revents() == PollEvents::IN);
    Ok(())
}

/// A poll of no descriptors is a sleep.
fn of_nothing<E: Env>(env: &E) -> Outcome {
    for millis in [1, 30, 90] {
        on_time(env, millis, |by| match poll(&env.backend(), &mut [], by)? {
            0 => Err(Error::DEADLINE),
            _ => Ok(()),
        })?;
    }
    Ok(())
}

/// A poll under a passed deadline looks once: it tells what is ready, or that nothing is.
fn passed_deadline<E: Env>(env: &E) -> Outcome {
    let (a, b) = unix_pair(env)?;
    let past = Deadline::at(env.backend().now());
    for by in [Deadline::NOW, past] {
        let mut fds = [a.poll_fd(PollEvents::IN), b.poll_fd(PollEvents::IN)];
        check_number!(poll(&env.backend(), &mut fds, by)?, 0);
        check_number!(poll(&env.backend(), &mut [], by)?, 0);
        a.send_all(b"x", SOON)?;
        check_number!(poll(&env.backend(), &mut fds, by)?, 1);
        check!(fds[1].revents() == PollEvents::IN);
        check_number!(b.recv(&mut [0; 8])?, 1);
    }
    Ok(())
}

/// One of many wakes the wait, in both kinds of wait: bounded and not.
fn wakes<E: Env>(env: &E) -> Outcome {
    let (a, b) = unix_pair(env)?;
    let (c, d) = unix_pair(env)?;
    for by in [SOON, Deadline::NEVER] {
        both(
            env,
            || {
                pause(c.backend(), 10)?;
                Ok(c.send_all(b"x", SOON)?)
            },
            || {
                let mut fds = [
                    a.poll_fd(PollEvents::IN),
                    b.poll_fd(PollEvents::IN),
                    d.poll_fd(PollEvents::IN),
                ];
                check_number!(poll(&env.backend(), &mut fds, by)?, 1);
                check!(fds[2].revents() == PollEvents::IN);
                check_number!(d.recv(&mut [0; 8])?, 1);
                Ok(())
            },
        )?;
    }
    Ok(())
}

/// One socket may stand in the list twice, with other events.
fn twice<E: Env>(env: &E) -> Outcome {
    let (a, b) = unix_pair(env)?;
    a.send_all(b"x", SOON)?;
    let mut fds = [b.poll_fd(PollEvents::OUT), b.poll_fd(PollEvents::IN)];
    check_number!(poll(&env.backend(), &mut fds, SOON)?, 2);
    check!(fds[0].revents() == PollEvents::OUT && fds[1].revents() == PollEvents::IN);
    Ok(())
}

/// Sockets of every kind stand in one list.
fn mixed<E: Env>(env: &E) -> Outcome {
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    let (a, b) = unix_pair(env)?;
    let udp = UdpSocket::bind_in(env.backend(), &loopback4::<E>())?;
    let sender = UdpSocket::open(env.backend(), Inet::V4)?;
    sender.send_to(b"x", &udp.local_addr()?)?;
    udp.wait(PollEvents::IN, SOON)?;
    a.shutdown(Shutdown::Write)?;
    let mut fds = [
        listener.poll_fd(PollEvents::IN),
        udp.poll_fd(PollEvents::IN),
        b.poll_fd(PollEvents::IN),
    ];
    check_number!(poll(&env.backend(), &mut fds, SOON)?, 2);
    check!(fds.map(|fd| fd.revents().contains(PollEvents::IN)) == [false, true, true]);
    Ok(())
}

/// A peer that has closed its sending direction is told apart from one that has data, when that is
/// asked for (POLLRDHUP, poll(2)).
fn half_close<E: Env>(env: &E) -> Outcome {
    let asked = PollEvents::IN | PollEvents::RDHUP;
    let (a, b) = tcp_pair(env)?;
    a.send_all(b"x", SOON)?;
    check!(b.wait(asked, SOON)? == PollEvents::IN);
    a.shutdown(Shutdown::Write)?;
    check!(b.wait(PollEvents::RDHUP, SOON)? == PollEvents::RDHUP);
    check!(now(env, b.poll_fd(asked))? == asked);
    check!(now(env, b.poll_fd(PollEvents::IN))? == PollEvents::IN);
    Ok(())
}

/// A TCP socket that neither listens nor is connected hangs up, `tcp_poll` in net/ipv4/tcp.c.
fn fresh<E: Env>(env: &E) -> Outcome {
    let socket = super::connect::socket(env, Inet::V4)?;
    let events = now(env, socket.poll_fd(PollEvents::IN | PollEvents::OUT))?;
    check!(events == PollEvents::OUT | PollEvents::HUP);
    Ok(())
}
