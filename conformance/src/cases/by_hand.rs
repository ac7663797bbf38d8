//! What a caller does by hand: calls that no method makes, a habit kept elsewhere, descriptors that
//! nobody has looked at.

use sock_core::abi::Linux;
use sock_core::{
    Backend, Deadline, Error, ErrorKind, Habit, PollEvents, RecvFlags, SendFlags, TcpListener,
    TcpStream, UdpSocket, UnixStream,
};

use super::support::{ErrorOf, SOON, both, fill, loopback4, pause, tcp_pair, unix_pair, within};
use crate::{Env, Outcome, Runner, check, check_number};

pub(crate) fn portable<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("by-hand-a-call-waits-for-its-events", waits);
    runner.case("by-hand-a-call-passes-errors-on", errors);
    runner.case("by-hand-a-habit-is-kept-and-undone", habit);
    runner.case("by-hand-poll-tells-what-remains", remains);
    runner.case("by-hand-assumed-sockets-work", assumed);
}

pub(crate) fn linux<E: Env>(runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = Linux>,
{
    runner.case("by-hand-assumed-wrongly", assumed_wrongly);
}

/// A call waits for data, and for room; without either it ends with its deadline.
fn waits<E: Env>(env: &E) -> Outcome {
    let (a, b) = unix_pair(env)?;
    let receive = |deadline| {
        a.call_by(PollEvents::IN, deadline, |backend, fd| {
            backend.recv(fd, &mut [0; 8], RecvFlags::DONTWAIT)
        })
    };
    check!(receive(within(20)) == Err(Error::DEADLINE));
    both(
        env,
        || {
            pause(b.backend(), 20)?;
            Ok(b.send_all(b"hand", SOON)?)
        },
        || {
            check_number!(receive(SOON)?, 4);
            Ok(())
        },
    )?;
    fill(&a)?;
    let send = |deadline| {
        a.call_by(PollEvents::OUT, deadline, |backend, fd| {
            backend.send(fd, b"x", SendFlags::DONTWAIT)
        })
    };
    check!(send(within(20)) == Err(Error::DEADLINE));
    Ok(())
}

/// A call that does not wait says so, and any other error comes back at once.
fn errors<E: Env>(env: &E) -> Outcome {
    let (a, b) = unix_pair(env)?;
    let receive =
        |room: &mut [u8]| a.call(|backend, fd| backend.recv(fd, room, RecvFlags::DONTWAIT));
    check!(receive(&mut [0; 8]) == Err(Error::WOULD_BLOCK));
    drop(b);
    let sent: Result<usize, ErrorOf<E>> = a.call_by(PollEvents::OUT, SOON, |backend, fd| {
        backend.send(fd, b"x", SendFlags::DONTWAIT)
    });
    check!(sent.map_err(Error::kind) == Err(ErrorKind::BrokenPipe));
    Ok(())
}

/// A receive with a habit makes the open file wait by itself; `restore` undoes that, and the bits of
/// a habit are all there is to it.
fn habit<E: Env>(env: &E) -> Outcome {
    let (a, b) = unix_pair(env)?;
    let mut bits = Habit::NEW.to_bits();
    let mut receive = |deadline| {
        let mut habit = Habit::from_bits(bits);
        let received = a.recv_blocking(&mut [0; 8], &mut habit, deadline);
        bits = habit.to_bits();
        received
    };
    for millis in [20, 120] {
        check!(receive(within(millis)) == Err(Error::DEADLINE));
    }
    check!(!env.flags(a.as_fd()).nonblocking);
    for _ in 0..3 {
        both(
            env,
            || {
                pause(b.backend(), 10)?;
                Ok(b.send_all(b"once", SOON)?)
            },
            || {
                check_number!(receive(SOON)?, 4);
                Ok(())
            },
        )?;
    }
    let mut habit = Habit::from_bits(bits);
    a.restore(&mut habit, true)?;
    check!(env.flags(a.as_fd()).nonblocking);
    check!(a.recv(&mut [0; 8]) == Err(Error::WOULD_BLOCK));
    check_number!(
        a.recv_blocking(&mut [0; 0], &mut habit, Deadline::NEVER)?,
        0
    );
    Ok(())
}

/// A poll writes back what remains of its time, of which nothing is left when it has passed.
fn remains<E: Env>(env: &E) -> Outcome {
    const WHOLE: u64 = 10_000_000_000;
    let (a, b) = unix_pair(env)?;
    both(
        env,
        || {
            pause(b.backend(), 30)?;
            Ok(b.send_all(b"x", SOON)?)
        },
        || {
            let mut left = WHOLE;
            let begin = a.backend().now();
            check_number!(
                a.backend()
                    .poll(&mut [a.poll_fd(PollEvents::IN)], Some(&mut left))?,
                1
            );
            let taken = a.backend().now().saturating_duration_since(begin);
            // It counts in whole microseconds at the coarsest.
            check!(left > 0 && u128::from(WHOLE - left) <= taken.as_nanos() + 1000);
            Ok(())
        },
    )?;
    let mut left = 5_000_000;
    check_number!(
        b.backend()
            .poll(&mut [b.poll_fd(PollEvents::IN)], Some(&mut left))?,
        0
    );
    check_number!(left, 0);
    Ok(())
}

/// Sockets over descriptors that were not looked at work as those that were.
fn assumed<E: Env>(env: &E) -> Outcome {
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    let addr = listener.local_addr()?;
    let listener = TcpListener::assume(env.backend(), listener.into_fd());
    let client = TcpStream::connect_in(env.backend(), &addr, SOON)?;
    let client = TcpStream::assume(env.backend(), client.into_fd());
    let (server, _) = listener.accept_by(SOON)?;
    client.send_all(b"tcp", SOON)?;
    check_number!(server.recv_by(&mut [0; 8], SOON)?, 3);

    let bound = UdpSocket::bind_in(env.backend(), &loopback4::<E>())?;
    let (domain, to) = (sock_core::Inet::V4, bound.local_addr()?);
    let bound = UdpSocket::assume(env.backend(), bound.into_fd(), domain);
    bound.send_to(b"udp", &to)?;
    check_number!(bound.recv_from_by(&mut [0; 8], SOON)?.bytes, 3);
    Ok(())
}

/// What a descriptor is not, the kernel says.
fn assumed_wrongly<E: Env>(env: &E) -> Outcome {
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    let stream = TcpStream::assume(env.backend(), listener.into_fd());
    check!(stream.recv(&mut [0; 8]) == Err(Error::NOT_CONNECTED));
    let (a, _b) = tcp_pair(env)?;
    let listener = TcpListener::assume(env.backend(), a.into_fd());
    check!(listener.accept().map(drop) == Err(Error::INVALID));
    let (c, _d) = UnixStream::pair_in(env.backend())?;
    let udp = UdpSocket::assume(env.backend(), c.into_fd(), sock_core::Inet::V4);
    let sent = udp.send_to(b"x", &loopback4::<E>());
    check!(sent.is_err());
    Ok(())
}
