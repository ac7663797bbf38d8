//! Streams: what goes in on one side comes out on the other, and how a stream ends.

use sock_core::{Error, Shutdown};

use super::support::{SOON, tcp_pair};
use crate::{Env, Outcome, Runner, check, check_number};

pub(crate) fn portable<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("tcp-half-close-client", half_close_client);
    runner.case("tcp-zero-length-read-is-not-the-end", zero_length_read);
}

/// After shutdown(SHUT_WR) the peer receives what was sent, then the end, and can still answer.
fn half_close_client<E: Env>(env: &E) -> Outcome {
    let (client, server) = tcp_pair(env)?;
    client.send_all(b"request", SOON)?;
    client.shutdown(Shutdown::Write)?;
    let mut room = [0; 16];
    check_number!(server.recv_by(&mut room, SOON)?, 7);
    check!(room.starts_with(b"request"));
    check_number!(server.recv_by(&mut room, SOON)?, 0);
    server.send_all(b"answer", SOON)?;
    check_number!(client.recv_by(&mut room, SOON)?, 6);
    check!(room.starts_with(b"answer"));
    Ok(())
}

/// A receive without room makes no call and says 0; the stream goes on.
fn zero_length_read<E: Env>(env: &E) -> Outcome {
    let (client, server) = tcp_pair(env)?;
    check_number!(server.recv(&mut [0u8; 0])?, 0);
    check!(server.recv(&mut [0; 1]) == Err(Error::WOULD_BLOCK));
    client.send_all(b"x", SOON)?;
    check_number!(server.recv(&mut [0u8; 0])?, 0);
    check_number!(server.recv_by(&mut [0; 1], SOON)?, 1);
    Ok(())
}
