//! Seqpacket connections: how they begin and end. What they share with datagrams is in
//! `datagram/`.

use sock_core::abi::Linux;
use sock_core::{
    Backend, Error, ErrorKind, Family, Local, Shutdown, UnixSeqpacket, UnixSeqpacketListener,
    UnixSeqpacketSocket, option,
};

use super::support::{Path, SOON, fails, has_seqpacket};
use crate::{Env, Failure, Outcome, Runner, check, check_number};

pub(crate) fn portable<E: Env>(runner: &mut Runner<'_, E>) {
    if !has_seqpacket::<E>() {
        return;
    }
    runner.case("seqpacket-listen-and-connect", listen_and_connect);
    runner.case("seqpacket-accept-would-block", accept_would_block);
    runner.case("seqpacket-half-close", half_close);
    runner.case("seqpacket-end-comes-after-what-was-sent", end);
}

pub(crate) fn linux<E: Env>(runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = Linux>,
{
    runner.case("seqpacket-shutdown-read", shutdown_read);
    runner.case("seqpacket-closed-with-unread-messages", unread);
    runner.case("seqpacket-largest", largest);
}

type Peer<E> = UnixSeqpacket<<E as Env>::Backend>;

/// A connection over a listener: the side that connected, and the side that accepted.
fn connection<E: Env>(env: &E) -> Result<(Peer<E>, Peer<E>), Failure> {
    let path = Path::new(env)?;
    let listener = UnixSeqpacketListener::bind_in(env.backend(), &path.addr)?;
    let client = UnixSeqpacket::connect_in(env.backend(), &path.addr, SOON)?;
    let (server, _) = listener.accept_by(SOON)?;
    Ok((client, server))
}

/// A listener takes connections in their order, each with messages of its own.
fn listen_and_connect<E: Env>(env: &E) -> Outcome {
    let path = Path::new(env)?;
    let socket = UnixSeqpacketSocket::open_for(env.backend(), &path.addr)?;
    check!(socket.family() == Family::Unix);
    socket.bind(&path.addr)?;
    let listener = socket.listen(4)?;
    let connect = || UnixSeqpacketSocket::open(env.backend(), Local);
    let first = connect()?.connect(&path.addr)?;
    let second = connect()?.connect_by(&path.addr, SOON)?;
    first.send(b"first")?;
    second.send(b"second message")?;
    for (client, len) in [(&first, 5), (&second, 14)] {
        let (server, _) = listener.accept_by(SOON)?;
        check_number!(server.recv_by(&mut [0; 32], SOON)?.bytes, len);
        server.send(b"answer")?;
        check_number!(client.recv_by(&mut [0; 32], SOON)?.bytes, 6);
    }
    Ok(())
}

/// Without a connection to take, accept is an error and does not wait.
fn accept_would_block<E: Env>(env: &E) -> Outcome {
    let path = Path::new(env)?;
    let listener = UnixSeqpacketListener::bind_in(env.backend(), &path.addr)?;
    check!(listener.accept().err() == Some(Error::WOULD_BLOCK));
    let now = listener.accept_by(sock_core::Deadline::NOW);
    check!(now.err() == Some(Error::DEADLINE));
    let _client = UnixSeqpacket::connect_in(env.backend(), &path.addr, SOON)?;
    listener.accept()?;
    Ok(())
}

/// After shutdown(SHUT_WR) the peer receives what was sent, then the end, and can still answer.
fn half_close<E: Env>(env: &E) -> Outcome {
    let (client, server) = connection(env)?;
    client.send(b"request")?;
    client.shutdown(Shutdown::Write)?;
    fails(client.send(b"more"), ErrorKind::BrokenPipe)?;
    check_number!(server.recv_by(&mut [0; 16], SOON)?.bytes, 7);
    let end = server.recv_by(&mut [0; 16], SOON)?;
    check!(end.bytes == 0 && !end.truncated);
    server.send(b"answer")?;
    check_number!(client.recv_by(&mut [0; 16], SOON)?.bytes, 6);
    Ok(())
}

/// What was sent before a close is received before the end, which then stays.
fn end<E: Env>(env: &E) -> Outcome {
    let (client, server) = connection(env)?;
    client.send(b"one")?;
    client.send(b"three")?;
    drop(client);
    for len in [3, 5, 0, 0] {
        check_number!(server.recv_by(&mut [0; 16], SOON)?.bytes, len);
    }
    fails(server.send(b"x"), ErrorKind::BrokenPipe)
}

/// After shutdown(SHUT_RD) there is nothing to receive, and the peer has nobody to send to.
fn shutdown_read<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let (client, server) = connection(env)?;
    server.shutdown(Shutdown::Read)?;
    check_number!(server.recv(&mut [0; 16])?.bytes, 0);
    fails(client.send(b"x"), ErrorKind::BrokenPipe)?;
    server.send(b"still")?;
    check_number!(client.recv_by(&mut [0; 16], SOON)?.bytes, 5);
    Ok(())
}

/// A peer that closes without having received all that was sent resets the connection
/// (`unix_release_sock` in net/unix/af_unix.c): that is told once, and then the end.
fn unread<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let (client, server) = connection(env)?;
    client.send(b"unread")?;
    drop(server);
    fails(
        client.recv_by(&mut [0; 16], SOON),
        ErrorKind::ConnectionReset,
    )?;
    check_number!(client.recv_by(&mut [0; 16], SOON)?.bytes, 0);
    Ok(())
}

/// A message may be as long as the sender's buffer, less 32 bytes (`unix_dgram_sendmsg`), and not a
/// byte longer; waiting would not help.
fn largest<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    static LONG: [u8; 32_768] = [b'x'; 32_768];
    let (client, server) = connection(env)?;
    client.set_option(option::SendBuffer, 8_192)?;
    let most = client.option(option::SendBuffer)? as usize - 32;
    let of = |len| LONG.get(..len).unwrap_or_default();
    fails(client.send(of(most + 1)), ErrorKind::MessageTooLong)?;
    let waited = client.send_by(of(most + 1), SOON);
    fails(waited, ErrorKind::MessageTooLong)?;
    check_number!(client.send(of(most))?, most);
    let mut room = [0; 32_768];
    let received = server.recv_by(&mut room, SOON)?;
    check!(received.bytes == most && !received.truncated && room.starts_with(of(most)));
    Ok(())
}
