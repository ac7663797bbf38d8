//! Messages that are marks in a stream, as those of a seqpacket connection are on FreeBSD 15.

use sock_core::abi::FreeBsd;
use sock_core::{Backend, Error, IoSlice, SendFlags, UnixSeqpacket};

use super::super::support::{ErrorOf, SOON, both, within};
use crate::{Env, Failure, Outcome, Runner, check, check_number};

pub(super) fn cases<E: Env>(runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = FreeBsd>,
{
    runner.case("freebsd-seqpacket-marks", marks);
    runner.case("freebsd-seqpacket-sent-in-part", in_part);
    runner.case("freebsd-seqpacket-rest-waits-for-room", waits);
    runner.case("freebsd-seqpacket-deadline-in-a-message", deadline);
    runner.case("freebsd-seqpacket-vectored-goes-on", vectored);
    runner.case("freebsd-seqpacket-rest-stays", rest_stays);
}

type Peer<E> = UnixSeqpacket<<E as Env>::Backend>;

/// More than there is ever room for at once. Its period divides no size of a buffer.
static LONG: &[u8] = [COUNT; 1200].as_flattened();

const COUNT: [u8; 251] = {
    let mut count = [0; 251];
    let mut rest = count.as_mut_slice();
    while let Some((place, others)) = rest.split_first_mut() {
        *place = others.len() as u8;
        rest = others;
    }
    count
};

/// Receives `expected` until it is all there, and says whether its mark has come.
fn receive<E: Env>(peer: &Peer<E>, expected: &[u8]) -> Result<bool, Failure> {
    let mut rest = expected;
    let mut room = [0; 7_000];
    loop {
        let received = peer.recv_by(&mut room, SOON)?;
        let bytes = room.get(..received.bytes).unwrap_or_default();
        check!(!bytes.is_empty());
        rest = rest
            .strip_prefix(bytes)
            .ok_or(Failure::check("what comes is what was sent"))?;
        if rest.is_empty() || !received.truncated {
            check_number!(rest.len(), 0);
            return Ok(!received.truncated);
        }
    }
}

/// What is sent without a mark is no whole message yet, and says so.
fn marks<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = FreeBsd>,
{
    let (a, b) = UnixSeqpacket::pair_in(env.backend())?;
    env.backend()
        .send(a.as_fd(), b"half", SendFlags::DONTWAIT)?;
    let half = b.recv_by(&mut [0; 8], SOON)?;
    check!(half.bytes == 4 && half.truncated);
    a.send(b"whole")?;
    let whole = b.recv_by(&mut [0; 8], SOON)?;
    check!(whole.bytes == 5 && !whole.truncated);
    Ok(())
}

/// A message for which there is only some room goes in part, and is whole when the rest was sent.
fn in_part<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = FreeBsd>,
{
    let (a, b) = UnixSeqpacket::pair_in(env.backend())?;
    let went = a.send(LONG)?;
    check!(went > 0 && went < LONG.len());
    let (part, rest) = LONG.split_at_checked(went).unwrap_or_default();
    check!(a.send(rest).err() == Some(ErrorOf::<E>::WOULD_BLOCK));
    check!(!receive::<E>(&b, part)?);
    check!(b.recv(&mut [0; 8]).err() == Some(Error::WOULD_BLOCK));
    let end = rest.get(rest.len() - 20..).unwrap_or_default();
    check_number!(a.send(end)?, end.len());
    check!(receive::<E>(&b, end)?);
    Ok(())
}

/// Under a deadline the rest goes as room comes, and the next message is one of its own.
fn waits<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = FreeBsd>,
{
    let (a, b) = UnixSeqpacket::pair_in(env.backend())?;
    let (a, b) = (&a, &b);
    let send = || {
        check_number!(a.send_by(LONG, SOON)?, LONG.len());
        check_number!(a.send_by(b"next", SOON)?, 4);
        Ok(())
    };
    let take = || {
        check!(receive::<E>(b, LONG)?);
        check!(receive::<E>(b, b"next")?);
        Ok(())
    };
    both(env, send, take)
}

/// A deadline that passes in the middle of a message tells how much of it went; what is sent next
/// goes on with it.
fn deadline<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = FreeBsd>,
{
    let (a, b) = UnixSeqpacket::pair_in(env.backend())?;
    let (a, b) = (&a, &b);
    let went = a.send_by(LONG, within(20))?;
    check!(went > 0 && went < LONG.len());
    let rest = LONG.get(went..).unwrap_or_default();
    check!(a.send_by(rest, within(20)).err() == Some(Error::DEADLINE));
    let send = || {
        check_number!(a.send_by(rest, SOON)?, rest.len());
        Ok(())
    };
    let take = || {
        check!(receive::<E>(b, LONG)?);
        Ok(())
    };
    both(env, send, take)
}

/// Wherever a message of several slices breaks, all of it goes, in order, and is one.
fn vectored<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = FreeBsd>,
{
    for middle in [1, 100_000, LONG.len() - 1] {
        let (a, b) = UnixSeqpacket::pair_in(env.backend())?;
        let (a, b) = (&a, &b);
        let (first, last) = LONG.split_at_checked(middle).unwrap_or_default();
        let send = || {
            let parts = [&[], first, &[], last, &[]].map(IoSlice::new);
            check_number!(a.send_vectored_by(&parts, SOON)?, LONG.len());
            a.send_vectored_by(&[IoSlice::new(b"next")], SOON)?;
            Ok(())
        };
        let take = || {
            check!(receive::<E>(b, LONG)?);
            check!(receive::<E>(b, b"next")?);
            Ok(())
        };
        both(env, send, take)?;
    }
    Ok(())
}

/// What did not fit comes with the next receive, and not with a message behind it.
fn rest_stays<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = FreeBsd>,
{
    let (a, b) = UnixSeqpacket::pair_in(env.backend())?;
    a.send(b"12345678")?;
    a.send(b"next")?;
    for (room, len, truncated) in [(4, 4, true), (8, 4, false), (8, 4, false)] {
        let mut bytes = [0; 8];
        let received = b.recv_by(bytes.get_mut(..room).unwrap_or_default(), SOON)?;
        check_number!(received.bytes, len);
        check!(received.truncated == truncated);
    }
    Ok(())
}
