//! What Linux does in states that programs seldom reach: which error comes first, and what a call that
//! fails has done all the same.

mod unix;

use sock_core::abi::Linux;
use sock_core::{
    Address, Backend, Error, Family, PollEvents, PollFd, RecvFlags, SendFlags, Shutdown,
    SocketAddr, SocketKind,
};

use super::support::{Addr, ErrorOf, loopback4, pause, tcp_pair, udp, unix_pair};
use crate::{Env, Failure, Outcome, Runner, check, check_number};

type Fd<E> = <<E as Env>::Backend as Backend>::Fd;

pub(crate) fn linux<E: Env>(runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = Linux>,
{
    runner.case("udp-refusal-is-told-to-the-peer-of-the-port", udp_refusal);
    runner.case("udp-send-without-a-peer-binds", udp_send_binds);
    runner.case("udp-send-after-shutdown", udp_after_shutdown);
    runner.case("tcp-shutdown-of-a-listener", shutdown_listener);
    runner.case("tcp-shutdown-before-connect", shutdown_fresh);
    runner.case("tcp-connect-again-tells-once", connect_again);
    runner.case("tcp-refused-connect-is-over", refused);
    runner.case("tcp-data-after-shutdown-of-both", data_after_shutdown);
    runner.case("tcp-bind-after-both-have-ended", bind_after_end);
    runner.case("stream-receive-without-room", without_room);
    unix::linux(runner);
}

fn open<E: Env>(env: &E, family: Family, kind: SocketKind) -> Result<Fd<E>, ErrorOf<E>> {
    env.backend().socket(family, kind, 0)
}

fn tcp<E: Env>(env: &E) -> Result<Fd<E>, ErrorOf<E>> {
    open(env, Family::Inet, SocketKind::Stream)
}

/// A socket that listens on the loopback, and its address.
fn listener<E: Env>(env: &E) -> Result<(Fd<E>, Addr<E>), Failure> {
    let fd = tcp(env)?;
    env.backend().bind(&fd, loopback4::<E>().as_bytes())?;
    env.backend().listen(&fd, 1)?;
    let addr = local(env, &fd)?;
    Ok((fd, addr))
}

fn local<E: Env>(env: &E, fd: &Fd<E>) -> Result<Addr<E>, Failure> {
    let mut bytes = [0; 128];
    let len = env.backend().getsockname(fd, &mut bytes)?;
    let addr = bytes.get(..len).and_then(SocketAddr::from_bytes);
    addr.ok_or(Failure::check("an address"))
}

/// What the socket is ready for, a little later.
fn ready<E: Env>(env: &E, fd: &Fd<E>) -> Result<PollEvents, Failure> {
    pause(&env.backend(), 5)?;
    let all = PollEvents::IN | PollEvents::OUT | PollEvents::RDHUP;
    let mut fds = [PollFd::new(fd, all)];
    env.backend().poll(&mut fds, Some(&mut 0))?;
    let [fd] = &fds;
    Ok(fd.revents())
}

fn send<E: Env>(env: &E, fd: &Fd<E>) -> Result<usize, ErrorOf<E>> {
    env.backend().send(fd, b"x", SendFlags::DONTWAIT)
}

fn recv<E: Env>(env: &E, fd: &Fd<E>, room: &mut [u8]) -> Result<usize, ErrorOf<E>> {
    env.backend().recv(fd, room, RecvFlags::DONTWAIT)
}

const ENDED: PollEvents = PollEvents::IN
    .union(PollEvents::OUT)
    .union(PollEvents::HUP)
    .union(PollEvents::RDHUP);

const EINVAL: u16 = 22;
const EPIPE: u16 = 32;
const EDESTADDRREQ: u16 = 89;
const EISCONN: u16 = 106;
const ENOTCONN: u16 = 107;
const ECONNREFUSED: u16 = 111;
const EINPROGRESS: u16 = 115;

/// A socket hears that a port is closed when that is its peer's, whoever has sent there from its
/// address; a socket with another peer hears nothing.
fn udp_refusal<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let (other, there) = udp(env)?;
    let (gone, closed) = udp(env)?;
    drop(gone);
    let (socket, _) = udp(env)?;
    let connected = socket.connect(&there)?;
    let backend = env.backend();
    backend.send_to(
        connected.as_fd(),
        b"x",
        SendFlags::DONTWAIT,
        closed.as_bytes(),
    )?;
    check!(!ready(env, connected.as_fd())?.contains(PollEvents::ERR));
    check_number!(connected.send(b"y")?, 1);
    drop(other);
    check_number!(connected.send(b"z")?, 1);
    check!(ready(env, connected.as_fd())?.contains(PollEvents::ERR));
    Ok(())
}

/// A send that has nowhere to go has given the socket a port.
fn udp_send_binds<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let fd = open(env, Family::Inet, SocketKind::Datagram)?;
    check!(send(env, &fd) == Err(Error::os(EDESTADDRREQ)));
    check!(local(env, &fd)?.port() != 0);
    let bound = env.backend().bind(&fd, loopback4::<E>().as_bytes());
    check!(bound == Err(Error::os(EINVAL)));
    Ok(())
}

/// It fails, and does it all the same; the missing peer comes first.
fn udp_after_shutdown<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let (_receiver, to) = udp(env)?;
    let fd = open(env, Family::Inet, SocketKind::Datagram)?;
    let backend = env.backend();
    check!(backend.shutdown(&fd, Shutdown::Write) == Err(Error::os(ENOTCONN)));
    check!(send(env, &fd) == Err(Error::os(EDESTADDRREQ)));
    let sent = backend.send_to(&fd, b"x", SendFlags::DONTWAIT, to.as_bytes());
    check!(sent == Err(Error::os(EPIPE)));
    Ok(())
}

/// To receive no more is to listen no more; to send no more is nothing.
fn shutdown_listener<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let (fd, addr) = listener(env)?;
    let backend = env.backend();
    backend.shutdown(&fd, Shutdown::Write)?;
    let client = tcp(env)?;
    check!(backend.connect(&client, addr.as_bytes()) == Err(Error::os(EINPROGRESS)));
    check!(ready(env, &client)? == PollEvents::OUT);
    backend.shutdown(&fd, Shutdown::Read)?;
    check!(backend.accept(&fd, &mut []).map(drop) == Err(Error::os(EINVAL)));
    check!(ready(env, &client)? == ENDED | PollEvents::ERR);
    check!(ready(env, &fd)? == PollEvents::OUT | PollEvents::HUP);
    backend.listen(&fd, 1)?;
    Ok(())
}

/// It fails, and does it all the same; a connect begins with what was shut down.
fn shutdown_fresh<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let (_listening, addr) = listener(env)?;
    let backend = env.backend();
    let fd = tcp(env)?;
    check!(recv(env, &fd, &mut [0; 1]) == Err(Error::os(ENOTCONN)));
    check!(backend.shutdown(&fd, Shutdown::Read) == Err(Error::os(ENOTCONN)));
    check!(ready(env, &fd)? == ENDED);
    check_number!(recv(env, &fd, &mut [0; 1])?, 0);
    check!(backend.connect(&fd, addr.as_bytes()) == Err(Error::os(EINPROGRESS)));
    let shut = PollEvents::IN | PollEvents::OUT | PollEvents::RDHUP;
    check!(ready(env, &fd)? == shut);
    Ok(())
}

/// The first connect after one that did not wait says that it is done, any other one that it was.
fn connect_again<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let (_listening, addr) = listener(env)?;
    let backend = env.backend();
    let fd = tcp(env)?;
    check!(backend.connect(&fd, addr.as_bytes()) == Err(Error::os(EINPROGRESS)));
    check!(ready(env, &fd)? == PollEvents::OUT);
    backend.connect(&fd, addr.as_bytes())?;
    check!(backend.connect(&fd, addr.as_bytes()) == Err(Error::os(EISCONN)));
    Ok(())
}

/// Both directions are closed until the next connect has told the error; then it is a fresh socket.
fn refused<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let (listening, addr) = listener(env)?;
    drop(listening);
    let (_other, there) = listener(env)?;
    let backend = env.backend();
    let fd = tcp(env)?;
    check!(backend.connect(&fd, addr.as_bytes()) == Err(Error::os(EINPROGRESS)));
    check!(ready(env, &fd)? == ENDED | PollEvents::ERR);
    check!(backend.connect(&fd, there.as_bytes()) == Err(Error::os(ECONNREFUSED)));
    check!(ready(env, &fd)? == PollEvents::OUT | PollEvents::HUP);
    check!(backend.connect(&fd, there.as_bytes()) == Err(Error::os(EINPROGRESS)));
    check!(ready(env, &fd)? == PollEvents::OUT);
    Ok(())
}

/// Data that comes when both directions are shut down resets the connection.
fn data_after_shutdown<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let (a, b) = tcp_pair(env)?;
    a.shutdown(Shutdown::Both)?;
    pause(a.backend(), 5)?;
    check_number!(b.send(b"x")?, 1);
    check!(ready(env, a.as_fd())? == ENDED | PollEvents::ERR);
    check!(ready(env, b.as_fd())? == ENDED | PollEvents::ERR);
    Ok(())
}

/// A port that nobody asked for is free when both sides have ended, so that one can be asked for.
fn bind_after_end<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let (a, b) = tcp_pair(env)?;
    let bind = || env.backend().bind(a.as_fd(), loopback4::<E>().as_bytes());
    check!(bind() == Err(Error::os(EINVAL)));
    b.shutdown(Shutdown::Both)?;
    a.shutdown(Shutdown::Both)?;
    pause(a.backend(), 5)?;
    bind()?;
    check!(bind() == Err(Error::os(EINVAL)));
    Ok(())
}

/// Without room a stream still says whether there is anything.
fn without_room<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let (a, b) = tcp_pair(env)?;
    nothing_and_something(env, a.as_fd(), b.as_fd())?;
    let (a, b) = unix_pair(env)?;
    nothing_and_something(env, a.as_fd(), b.as_fd())
}

fn nothing_and_something<E: Env>(env: &E, a: &Fd<E>, b: &Fd<E>) -> Outcome {
    check!(recv(env, a, &mut []) == Err(Error::WOULD_BLOCK));
    check_number!(send(env, b)?, 1);
    pause(&env.backend(), 5)?;
    check_number!(recv(env, a, &mut [])?, 0);
    check_number!(recv(env, a, &mut [0; 8])?, 1);
    Ok(())
}
