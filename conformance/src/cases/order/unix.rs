//! Of Unix sockets.

use sock_core::abi::Linux;
use sock_core::{
    Address, Backend, Error, Family, PollEvents, RecvFlags, Shutdown, SocketKind, UnixAddr,
};

use super::{ECONNREFUSED, EINVAL, EISCONN, ENOTCONN, EPIPE, Fd, open, ready, recv, send};
use crate::cases::support::{ErrorOf, abstract_name, unix_pair};
use crate::{Env, Outcome, Runner, check, check_number};

pub(super) fn linux<E: Env>(runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = Linux>,
{
    runner.case("unix-connect-looks-at-the-listener-first", unix_connect);
    runner.case("unix-accepted-socket-has-a-name", unix_accepted);
    runner.case("unix-peer-is-named-later", unix_named_later);
    runner.case("unix-shutdown-before-listen", unix_shutdown_first);
    runner.case("unix-send-after-shutdown", unix_after_shutdown);
    runner.case("unix-datagram-new-peer-loses-messages", unix_new_peer);
}

/// What nobody listens at refuses, also who is connected or listens.
fn unix_connect<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let backend = env.backend();
    let (heard, unheard) = (abstract_name(env)?, abstract_name(env)?);
    let (listening, quiet) = (unix(env, &heard)?, unix(env, &unheard)?);
    backend.listen(&listening, 1)?;
    let client = open(env, Family::Unix, SocketKind::Stream)?;
    backend.connect(&client, heard.as_bytes())?;
    check!(backend.connect(&client, heard.as_bytes()) == Err(Error::os(EISCONN)));
    for fd in [&client, &listening, &quiet] {
        let refused = backend.connect(fd, unheard.as_bytes());
        check!(refused == Err(Error::os(ECONNREFUSED)));
    }
    check!(backend.connect(&listening, heard.as_bytes()) == Err(Error::os(EINVAL)));
    Ok(())
}

fn unix<E: Env>(env: &E, name: &UnixAddr<Linux>) -> Result<Fd<E>, ErrorOf<E>> {
    let fd = open(env, Family::Unix, SocketKind::Stream)?;
    env.backend().bind(&fd, name.as_bytes())?;
    Ok(fd)
}

/// An accepted socket has the name of its listener, and can get no other.
fn unix_accepted<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let backend = env.backend();
    let name = abstract_name(env)?;
    let listening = unix(env, &name)?;
    backend.listen(&listening, 1)?;
    let client = open(env, Family::Unix, SocketKind::Stream)?;
    backend.connect(&client, name.as_bytes())?;
    let (accepted, _) = backend.accept(&listening, &mut [])?;
    let other = abstract_name(env)?;
    check!(backend.bind(&accepted, other.as_bytes()) == Err(Error::os(EINVAL)));
    Ok(())
}

/// A name that a socket gets after it was connected, and has sent, is told to its peer.
fn unix_named_later<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let backend = env.backend();
    let (a, b) = unix_pair(env)?;
    check_number!(send(env, a.as_fd())?, 1);
    let name = abstract_name(env)?;
    backend.bind(a.as_fd(), name.as_bytes())?;
    check!(b.peer_addr()? == name);
    let mut from = [0; 128];
    let came = backend.recv_from(b.as_fd(), &mut [0; 1], RecvFlags::DONTWAIT, &mut from)?;
    check!(from.get(..came.addr_len) == Some(name.as_bytes()));
    Ok(())
}

/// A listener stays shut down, as poll tells, and refuses.
fn unix_shutdown_first<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let backend = env.backend();
    let name = abstract_name(env)?;
    let fd = unix(env, &name)?;
    backend.shutdown(&fd, Shutdown::Read)?;
    backend.listen(&fd, 1)?;
    check!(ready(env, &fd)? == PollEvents::IN | PollEvents::RDHUP);
    backend.shutdown(&fd, Shutdown::Write)?;
    let shut = PollEvents::IN | PollEvents::RDHUP | PollEvents::HUP;
    check!(ready(env, &fd)? == shut);
    let client = open(env, Family::Unix, SocketKind::Stream)?;
    check!(backend.connect(&client, name.as_bytes()) == Err(Error::os(ECONNREFUSED)));
    Ok(())
}

/// A stream has to have a peer before it matters what was shut down; a datagram socket that is shut
/// down says so before it looks at its peer.
fn unix_after_shutdown<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let backend = env.backend();
    let fd = open(env, Family::Unix, SocketKind::Stream)?;
    backend.shutdown(&fd, Shutdown::Write)?;
    check!(send(env, &fd) == Err(Error::os(ENOTCONN)));
    let (a, b) = backend.socket_pair(SocketKind::Datagram)?;
    backend.shutdown(&a, Shutdown::Write)?;
    drop(b);
    check!(send(env, &a) == Err(Error::os(EPIPE)));
    Ok(())
}

/// A datagram socket that takes another peer loses what has come, and the old peer hears of it.
fn unix_new_peer<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let backend = env.backend();
    let (a, b) = backend.socket_pair(SocketKind::Datagram)?;
    check_number!(send(env, &b)?, 1);
    let name = abstract_name(env)?;
    let other = open(env, Family::Unix, SocketKind::Datagram)?;
    backend.bind(&other, name.as_bytes())?;
    backend.connect(&a, name.as_bytes())?;
    check!(recv(env, &a, &mut [0; 1]) == Err(Error::WOULD_BLOCK));
    check!(ready(env, &b)?.contains(PollEvents::ERR));
    Ok(())
}
