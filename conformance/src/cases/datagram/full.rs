//! Unix datagrams whose receiver has no room: a short queue (`net.unix.max_dgram_qlen`), or a
//! sender whose own buffer is full of what nobody has received.

use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;

use sock_core::abi::{Kernel, Linux};
use sock_core::{
    Backend, ConnectedUnixDatagram, Counted, Deadline, Error, ErrorKind, Instant, UnixDatagram,
    UnixSeqpacket, option,
};

use crate::cases::support::{Path, SOON, both, fails, kernel, pause, within};
use crate::{Env, Failure, Outcome, Runner, check, check_number};

fn everywhere<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("unix-datagram-full-would-block", full);
    runner.case(
        "unix-datagram-full-under-a-passed-deadline-tries-once",
        spins,
    );
    runner.case("unix-datagram-full-until-there-is-room", until_room);
    runner.case("unix-datagram-full-until-the-receiver-goes", until_gone);
}

pub(super) fn bsd<E: Env>(runner: &mut Runner<'_, E>) {
    everywhere(runner);
    runner.case(
        "unix-connected-full-until-the-deadline",
        connected_until_the_deadline,
    );
}

pub(super) fn linux<E: Env>(runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = Linux>,
{
    runner.case("unix-datagram-full-waits-for-the-deadline", waits);
    everywhere(runner);
    runner.case("unix-datagram-full-of-another-receiver", another_receiver);
    runner.case("unix-datagram-full-own-buffer", own_buffer);
    runner.case("unix-connected-full", connected);
    runner.case("unix-connected-receiver-goes", connected_gone);
    runner.case("seqpacket-full", seqpacket);
    runner.case("seqpacket-receiver-goes", seqpacket_gone);
}

/// More messages than any queue or buffer takes.
const MANY: usize = 1_000_000;

/// Sends until there is no room, and returns how often it went.
fn fill<B: Backend>(
    mut send: impl FnMut() -> sock_core::Result<usize, B>,
) -> Result<usize, Failure> {
    for sent in 0..MANY {
        match send() {
            Ok(_) => {}
            Err(error) if error == Error::WOULD_BLOCK => return Ok(sent),
            Err(error) => return Err(error.into()),
        }
    }
    Err(Failure::check("there is an end to the room"))
}

fn since<B: Backend>(backend: &B, begin: Instant) -> Duration {
    backend.now().saturating_duration_since(begin)
}

/// A full queue is an error and not a count; a datagram that is taken makes room for one.
fn full<E: Env>(env: &E) -> Outcome {
    let path = Path::new(env)?;
    let receiver = UnixDatagram::bind_in(env.backend(), &path.addr)?;
    let sender = UnixDatagram::open(env.backend())?;
    let sent = fill::<E::Backend>(|| sender.send_to(b"x", &path.addr))?;
    check!(sent > 0);
    check!(sender.send_to(b"x", &path.addr) == Err(Error::WOULD_BLOCK));
    let _ = receiver.recv_from(&mut [0; 8])?;
    check_number!(sender.send_to(b"xx", &path.addr)?, 2);
    for _ in 1..sent {
        check_number!(receiver.recv_from(&mut [0; 8])?.bytes, 1);
    }
    check_number!(receiver.recv_from(&mut [0; 8])?.bytes, 2);
    check!(receiver.recv_from(&mut [0; 8]).err() == Some(Error::WOULD_BLOCK));
    Ok(())
}

/// The kernel does the waiting, until the deadline and not less: a sender without a peer is
/// writable while the queue of its receiver is full (`unix_dgram_poll` in net/unix/af_unix.c), and
/// one that waits for that spins.
fn waits<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let backend = Counted::new(env.backend(), &CALLS);
    let path = Path::new(env)?;
    let receiver = UnixDatagram::bind_in(env.backend(), &path.addr)?;
    let sender = UnixDatagram::open(backend.clone())?;
    let sent = fill::<Counted<E::Backend>>(|| sender.send_to(b"x", &path.addr))?;
    let descriptors = env.open_descriptors();
    for (millis, most) in [(0, 1), (20, 8), (200, 12)] {
        let wait = Duration::from_millis(millis);
        let end = backend.now().saturating_add(wait);
        for deadline in [Deadline::after(wait), Deadline::at(end)] {
            CALLS.store(0, Ordering::Relaxed);
            let waited = sender.send_to_by(b"x", &path.addr, deadline);
            check!(waited == Err(Error::DEADLINE));
            check!(CALLS.load(Ordering::Relaxed) <= most);
            check!(backend.now() >= end);
        }
    }
    check_number!(env.open_descriptors(), descriptors);
    // Nothing went that was not counted.
    for _ in 0..sent {
        let _ = receiver.recv_from(&mut [0; 8])?;
    }
    check!(receiver.recv_from(&mut [0; 8]).err() == Some(Error::WOULD_BLOCK));
    Ok(())
}

/// Under a deadline that has passed there is one try, whatever it says of spinning, and no socket is
/// made to wait with.
fn spins<E: Env>(env: &E) -> Outcome {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let path = Path::new(env)?;
    let _receiver = UnixDatagram::bind_in(env.backend(), &path.addr)?;
    let sender = UnixDatagram::open(Counted::new(env.backend(), &CALLS))?;
    fill::<Counted<E::Backend>>(|| sender.send_to(b"x", &path.addr))?;
    CALLS.store(0, Ordering::Relaxed);
    let waited = sender.send_to_by(b"x", &path.addr, Deadline::NOW.spinning(5));
    check!(waited == Err(Error::DEADLINE));
    check_number!(CALLS.load(Ordering::Relaxed), 1);
    Ok(())
}

/// A wait ends when the receiver takes a datagram, and not before.
fn until_room<E: Env>(env: &E) -> Outcome {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let path = Path::new(env)?;
    let receiver = UnixDatagram::bind_in(env.backend(), &path.addr)?;
    let sender = UnixDatagram::open(Counted::new(env.backend(), &CALLS))?;
    fill::<Counted<E::Backend>>(|| sender.send_to(b"x", &path.addr))?;
    let begin = receiver.backend().now();
    CALLS.store(0, Ordering::Relaxed);
    both(
        env,
        || {
            pause(receiver.backend(), 30)?;
            let _ = receiver.recv_from(&mut [0; 8])?;
            Ok(())
        },
        || {
            check_number!(sender.send_to_by(b"xx", &path.addr, SOON)?, 2);
            check!(since(sender.backend(), begin) >= Duration::from_millis(30));
            // Where there is no event for room, it is tried for every 3 ms.
            let most = match kernel::<E>() {
                Kernel::Linux => 12,
                _ => 64,
            };
            check!(CALLS.load(Ordering::Relaxed) <= most);
            Ok(())
        },
    )
}

/// A sender whose peer has no room waits until the deadline, and a little room ends a wait.
fn connected_until_the_deadline<E: Env>(env: &E) -> Outcome {
    let path = Path::new(env)?;
    let receiver = UnixDatagram::bind_in(env.backend(), &path.addr)?;
    let sender = UnixDatagram::open(env.backend())?.connect(&path.addr)?;
    fill::<E::Backend>(|| sender.send(b"x"))?;
    let begin = receiver.backend().now();
    check!(sender.send_by(b"x", within(20)) == Err(Error::DEADLINE));
    check!(since(receiver.backend(), begin) >= Duration::from_millis(20));
    both(
        env,
        || {
            pause(receiver.backend(), 30)?;
            let _ = receiver.recv_from(&mut [0; 8])?;
            Ok(())
        },
        || {
            check_number!(sender.send_by(b"x", SOON)?, 1);
            Ok(())
        },
    )
}

/// A wait ends when the receiver closes, and says so.
fn until_gone<E: Env>(env: &E) -> Outcome {
    let path = Path::new(env)?;
    let mut receiver = Some(UnixDatagram::bind_in(env.backend(), &path.addr)?);
    let sender = UnixDatagram::open(env.backend())?;
    let backend = env.backend();
    fill::<E::Backend>(|| sender.send_to(b"x", &path.addr))?;
    both(
        env,
        || {
            pause(&backend, 30)?;
            drop(receiver.take());
            Ok(())
        },
        || {
            let waited = sender.send_to_by(b"x", &path.addr, SOON);
            fails(waited, ErrorKind::ConnectionRefused)
        },
    )
}

/// A sender that another receiver keeps waiting still reaches the one that has room: its own buffer is
/// half full, which poll(2) calls not writable (`unix_writable`), but has room all the same.
fn another_receiver<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let (stuck, path) = (Path::new(env)?, Path::new(env)?);
    let _stuck = UnixDatagram::bind_in(env.backend(), &stuck.addr)?;
    let receiver = UnixDatagram::bind_in(env.backend(), &path.addr)?;
    let other = UnixDatagram::open(env.backend())?;
    fill::<E::Backend>(|| other.send_to(b"x", &path.addr))?;
    let sender = UnixDatagram::open(env.backend())?;
    sender.set_option(option::SendBuffer, 16_384)?;
    sender.send_to(&[0; 12_000], &stuck.addr)?;
    check!(sender.send_to(b"xx", &path.addr) == Err(Error::WOULD_BLOCK));
    check!(sender.wait(sock_core::PollEvents::OUT, Deadline::NOW) == Err(Error::DEADLINE));
    both(
        env,
        || {
            pause(receiver.backend(), 30)?;
            while receiver.recv_from(&mut [0; 8]).is_ok() {}
            Ok(())
        },
        || {
            check_number!(sender.send_to_by(b"xx", &path.addr, SOON)?, 2);
            Ok(())
        },
    )
}

/// A receiver that has this sender as its peer takes more than its queue is long
/// (`unix_dgram_sendmsg`): the sender's own buffer is what fills, and is waited for.
fn own_buffer<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let paths = [Path::new(env)?, Path::new(env)?];
    let [at_sender, at_receiver] = paths.each_ref().map(|path| &path.addr);
    let sender = UnixDatagram::bind_in(Counted::new(env.backend(), &CALLS), at_sender)?;
    let receiver = UnixDatagram::bind_in(env.backend(), at_receiver)?.connect(at_sender)?;
    fill::<Counted<E::Backend>>(|| sender.send_to(&[0; 512], at_receiver))?;
    let begin = receiver.backend().now();
    CALLS.store(0, Ordering::Relaxed);
    let waited = sender.send_to_by(b"x", at_receiver, within(100));
    check!(waited == Err(Error::DEADLINE));
    check!(since(receiver.backend(), begin) >= Duration::from_millis(100));
    check!(CALLS.load(Ordering::Relaxed) <= 12);
    both(
        env,
        || {
            pause(receiver.backend(), 30)?;
            while receiver.recv(&mut [0; 512]).is_ok() {}
            Ok(())
        },
        || {
            check_number!(sender.send_to_by(b"x", at_receiver, SOON)?, 1);
            check!(since(receiver.backend(), begin) >= Duration::from_millis(130));
            Ok(())
        },
    )
}

/// What a sender with a peer does while there is no room: it waits, few calls long, and goes on when
/// the receiver has taken all.
fn waits_for_room<E, B>(
    env: &E,
    calls: &AtomicUsize,
    send: &dyn Fn(Deadline) -> sock_core::Result<usize, B>,
    receive: &(dyn Fn() -> bool + Sync),
    backend: &B,
) -> Outcome
where
    E: Env,
    B: Backend<Abi = Linux> + Sync,
{
    let begin = backend.now();
    calls.store(0, Ordering::Relaxed);
    check!(send(within(200)) == Err(Error::DEADLINE));
    check!(since(backend, begin) >= Duration::from_millis(200));
    check!(calls.load(Ordering::Relaxed) <= 6);
    let begin = backend.now();
    both(
        env,
        || {
            pause(backend, 30)?;
            while receive() {}
            Ok(())
        },
        || {
            check_number!(send(SOON)?, 1);
            check!(since(backend, begin) >= Duration::from_millis(30));
            Ok(())
        },
    )
}

/// A datagram socket whose peer's queue is full.
fn connected<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let backend = Counted::new(env.backend(), &CALLS);
    let path = Path::new(env)?;
    let receiver = UnixDatagram::bind_in(env.backend(), &path.addr)?;
    let sender = UnixDatagram::open(backend.clone())?.connect(&path.addr)?;
    fill::<Counted<E::Backend>>(|| sender.send(b"x"))?;
    waits_for_room(
        env,
        &CALLS,
        &|deadline| sender.send_by(b"x", deadline),
        &|| receiver.recv_from(&mut [0; 8]).is_ok(),
        &backend,
    )
}

/// A receiver that is gone refuses, and then is no peer any more.
fn connected_gone<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let path = Path::new(env)?;
    let receiver = UnixDatagram::bind_in(env.backend(), &path.addr)?;
    let sender = UnixDatagram::open(env.backend())?.connect(&path.addr)?;
    drop(receiver);
    fails(sender.send(b"x"), ErrorKind::ConnectionRefused)?;
    fails(sender.send(b"x"), ErrorKind::NotConnected)?;
    fails(sender.peer_addr(), ErrorKind::NotConnected)?;
    let (a, b) = ConnectedUnixDatagram::pair_in(env.backend())?;
    drop(b);
    fails(a.send_by(b"x", SOON), ErrorKind::ConnectionRefused)
}

/// A seqpacket connection whose receiver takes nothing.
fn seqpacket<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let backend = Counted::new(env.backend(), &CALLS);
    let (sender, receiver) = UnixSeqpacket::pair_in(backend.clone())?;
    fill::<Counted<E::Backend>>(|| sender.send(b"x"))?;
    waits_for_room(
        env,
        &CALLS,
        &|deadline| sender.send_by(b"x", deadline),
        &|| receiver.recv(&mut [0; 8]).is_ok(),
        &backend,
    )
}

/// A closed connection is a broken pipe; one that was closed with something in its queue was reset, which
/// is told first and once.
fn seqpacket_gone<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let (sender, receiver) = UnixSeqpacket::pair_in(env.backend())?;
    drop(receiver);
    fails(sender.send(b"x"), ErrorKind::BrokenPipe)?;
    fails(sender.send_by(b"x", SOON), ErrorKind::BrokenPipe)?;
    let (sender, receiver) = UnixSeqpacket::pair_in(env.backend())?;
    sender.send(b"x")?;
    drop(receiver);
    fails(sender.send(b"x"), ErrorKind::ConnectionReset)?;
    fails(sender.send(b"x"), ErrorKind::BrokenPipe)
}
