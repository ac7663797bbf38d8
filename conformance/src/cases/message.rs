//! Messages of several parts, with addresses: sendmsg(2) and recvmsg(2).

mod descriptors;

use core::sync::atomic::{AtomicUsize, Ordering};

use sock_core::abi::Linux;
use sock_core::{
    Address, Backend, ConnectedUnixDatagram, Counted, Error, ErrorKind, IoSlice, IoSliceMut,
    MessageFlags, RecvFlags, RecvMsg, SendFlags, SendMsg, UnixSeqpacket, UnixStream,
};

use super::support::{Addr, SOON, fails, tcp_pair, udp, unix_pair};
use crate::{Env, Outcome, Runner, check, check_number};

pub(crate) fn portable<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("message-vectored-stream", vectored_stream);
    runner.case("message-vectored-nothing-makes-no-call", vectored_nothing);
    runner.case("message-vectored-would-block", vectored_would_block);
    runner.case("message-vectored-end-of-stream", vectored_end);
    runner.case("message-to-an-address", to_an_address);
    runner.case("message-truncation-is-told", truncation);
    descriptors::portable(runner);
}

pub(crate) fn linux<E: Env>(runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = Linux>,
{
    runner.case("message-too-many-parts", too_many_parts);
    descriptors::linux(runner);
}

/// Parts go and come in their order, over the borders of those of the other side; empty ones add
/// nothing.
fn vectored_stream<E: Env>(env: &E) -> Outcome {
    let (a, b) = tcp_pair(env)?;
    let parts = [b"".as_slice(), b"abc", b"", b"d", b"efghij", b""];
    let parts = parts.map(<E::Backend as Backend>::IoSlice::new);
    check_number!(a.send_vectored(&parts)?, 10);
    check_number!(a.send_vectored_by(&parts, SOON)?, 10);
    let (mut first, mut second, mut none) = ([0; 4], [b'-'; 12], [0; 0]);
    let mut got = b"abcdefghijabcdefghij".iter();
    let mut left = 20;
    // A stream may come in pieces: what came, in the order of the parts, is what was sent.
    while left > 0 {
        let mut parts =
            [&mut first[..], &mut none, &mut second].map(<E::Backend as Backend>::IoSliceMut::new);
        let n = b.recv_vectored_by(&mut parts, SOON)?;
        check!(n > 0 && n <= left);
        drop(parts);
        left -= n;
        let came = first.iter().chain(&second).take(n);
        for (byte, expected) in came.zip(got.by_ref().take(n)) {
            check_number!(*byte, *expected);
        }
    }
    check!(got.next().is_none());
    Ok(())
}

/// Without a byte to send or room to receive there is no call: a stream has no empty message.
fn vectored_nothing<E: Env>(env: &E) -> Outcome {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    type Slice<'a, E> = <<E as Env>::Backend as Backend>::IoSlice<'a>;
    type SliceMut<'a, E> = <<E as Env>::Backend as Backend>::IoSliceMut<'a>;
    let (a, b) = UnixStream::pair_in(Counted::new(env.backend(), &CALLS))?;
    CALLS.store(0, Ordering::Relaxed);
    check_number!(a.send_vectored(&[])?, 0);
    let empty = [Slice::<E>::new(b""), Slice::<E>::new(b"")];
    check_number!(a.send_vectored(&empty)?, 0);
    check_number!(a.send_vectored_by(&empty, SOON)?, 0);
    check_number!(b.recv_vectored(&mut [])?, 0);
    let mut none = [0; 0];
    let mut empty = [SliceMut::<E>::new(&mut none)];
    check_number!(b.recv_vectored(&mut empty)?, 0);
    check_number!(b.recv_vectored_by(&mut empty, SOON)?, 0);
    check_number!(CALLS.load(Ordering::Relaxed), 0);
    check!(b.recv(&mut [0; 8]).err() == Some(Error::WOULD_BLOCK));
    Ok(())
}

/// With nothing there, or no room, several slices fail as one does, and do not wait.
fn vectored_would_block<E: Env>(env: &E) -> Outcome {
    let (a, b) = unix_pair(env)?;
    for nonblocking in [true, false] {
        b.backend().set_nonblocking(b.as_fd(), nonblocking)?;
        a.backend().set_nonblocking(a.as_fd(), nonblocking)?;
        let (mut one, mut two) = ([0; 4], [0; 4]);
        let mut parts = [&mut one[..], &mut two].map(<E::Backend as Backend>::IoSliceMut::new);
        check!(b.recv_vectored(&mut parts) == Err(Error::WOULD_BLOCK));
        let now = b.recv_vectored_by(&mut parts, sock_core::Deadline::NOW);
        check!(now == Err(Error::DEADLINE));
    }
    super::support::fill(&a)?;
    let parts = [b"abc".as_slice(), b"def"].map(<E::Backend as Backend>::IoSlice::new);
    check!(a.send_vectored(&parts) == Err(Error::WOULD_BLOCK));
    let now = a.send_vectored_by(&parts, sock_core::Deadline::NOW);
    check!(now == Err(Error::DEADLINE));
    Ok(())
}

/// The end of a stream is 0, as with one slice; and sending to who is gone raises no signal.
fn vectored_end<E: Env>(env: &E) -> Outcome {
    let (a, b) = unix_pair(env)?;
    drop(a);
    let (mut one, mut two) = ([0; 4], [0; 4]);
    let mut parts = [&mut one[..], &mut two].map(<E::Backend as Backend>::IoSliceMut::new);
    check_number!(b.recv_vectored_by(&mut parts, SOON)?, 0);
    let parts = [b"abc".as_slice(), b"def"].map(<E::Backend as Backend>::IoSlice::new);
    let signals = env.pipe_signals();
    fails(b.send_vectored(&parts), ErrorKind::BrokenPipe)?;
    fails(b.send_vectored_by(&parts, SOON), ErrorKind::BrokenPipe)?;
    check_number!(env.pipe_signals(), signals);
    Ok(())
}

/// Parts to an address are one datagram, which comes with the address of its sender.
fn to_an_address<E: Env>(env: &E) -> Outcome {
    let backend = env.backend();
    let ((a, at_a), (b, at_b)) = (udp(env)?, udp(env)?);
    let parts = [b"one".as_slice(), b"", b"two"].map(<E::Backend as Backend>::IoSlice::new);
    let message = SendMsg::new(&parts).to(at_b.as_bytes());
    check_number!(
        backend.send_msg(a.as_fd(), &message, SendFlags::DONTWAIT)?,
        6
    );
    b.wait(sock_core::PollEvents::IN, SOON)?;
    let mut from = Addr::<E>::empty();
    let (mut head, mut rest) = ([0; 2], [0; 30]);
    let mut parts = [&mut head[..], &mut rest].map(<E::Backend as Backend>::IoSliceMut::new);
    let message = RecvMsg {
        parts: &mut parts,
        addr: from.room(),
        control: &mut [],
    };
    let report = backend.recv_msg(b.as_fd(), message, RecvFlags::DONTWAIT)?;
    drop(parts);
    check_number!(report.len, 6);
    check!(
        !report
            .flags
            .intersects(MessageFlags::TRUNC | MessageFlags::CTRUNC)
    );
    check!(from.filled(report.addr_len) == Some(&at_a));
    check!(&head == b"on" && rest.starts_with(b"etwo\0"));
    Ok(())
}

/// A message that is longer than all parts together says so, and its length is that of what came.
fn truncation<E: Env>(env: &E) -> Outcome {
    let backend = env.backend();
    let (a, b) = ConnectedUnixDatagram::pair_in(env.backend())?;
    for (len, truncated) in [(5, true), (6, false), (7, false)] {
        a.send(b"abcdefgh")?;
        let (mut one, mut two) = ([0; 2], [b'-'; 8]);
        let room = two.get_mut(..len).unwrap_or_default();
        let mut parts = [&mut one[..], room].map(<E::Backend as Backend>::IoSliceMut::new);
        let message = RecvMsg {
            parts: &mut parts,
            addr: &mut [],
            control: &mut [],
        };
        let report = backend.recv_msg(b.as_fd(), message, RecvFlags::DONTWAIT)?;
        check_number!(report.len, 2 + len.min(6));
        check!(report.flags.contains(MessageFlags::TRUNC) == truncated);
        drop(parts);
        check!(two.last() == Some(&b'-'));
    }
    Ok(())
}

/// The kernel takes 1024 slices (`UIO_MAXIOV`), and says that more are too many.
fn too_many_parts<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let kind = ErrorKind::MessageTooLong;
    let parts = [<E::Backend as Backend>::IoSlice::new(b"x"); 1_025];
    let most = parts.get(..1_024).unwrap_or_default();
    let (a, b) = tcp_pair(env)?;
    fails(a.send_vectored(&parts), kind)?;
    fails(a.send_vectored_by(&parts, SOON), kind)?;
    check_number!(a.send_vectored_by(most, SOON)?, 1_024);
    let mut room = [[0u8; 1]; 1_025];
    let mut parts = room
        .each_mut()
        .map(|part| <E::Backend as Backend>::IoSliceMut::new(part));
    fails(b.recv_vectored(&mut parts), kind)?;
    fails(b.recv_vectored_by(&mut parts, SOON), kind)?;
    let most = parts.get_mut(..1_024).unwrap_or_default();
    check!(b.recv_vectored_by(most, SOON)? > 0);
    let (a, b) = UnixSeqpacket::pair_in(env.backend())?;
    let parts = [<E::Backend as Backend>::IoSlice::new(b"x"); 1_025];
    fails(a.send_vectored(&parts), kind)?;
    check_number!(
        a.send_vectored(parts.get(..1_024).unwrap_or_default())?,
        1_024
    );
    check_number!(b.recv_by(&mut [0; 2_048], SOON)?.bytes, 1_024);
    Ok(())
}
