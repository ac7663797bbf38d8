//! Descriptors that go with messages (`SCM_RIGHTS`, unix(7)).

use sock_core::abi::{Kernel, Linux};
use sock_core::{
    Backend, ConnectedUnixDatagram, Control, ControlBuffer, Error, IoSlice, IoSliceMut,
    MessageFlags, RecvFlags, RecvMsg, RecvMsgReport, Result, SendFlags, SendMsg, UnixSeqpacket,
    UnixStream,
};

use crate::cases::support::{SOON, has_seqpacket, kernel, unix_pair};
use crate::{Env, Failure, Outcome, Runner, check, check_number};

pub(super) fn portable<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("message-passes-a-descriptor", one);
    runner.case("message-passes-descriptors-in-order", several);
    runner.case("message-descriptors-not-taken-are-closed", not_taken);
    runner.case("message-descriptors-without-room", without_room);
    runner.case("message-descriptors-in-a-plain-receive", plain_receive);
    runner.case("message-descriptors-with-a-datagram", with_a_datagram);
    runner.case("message-descriptor-outlives-its-sender", outlives);
    runner.case("message-control-room-used-again", used_again);
}

pub(super) fn linux<E: Env>(runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = Linux>,
{
    runner.case("message-descriptors-in-short-room", short_room);
    runner.case("message-descriptors-need-a-byte-on-a-stream", need_a_byte);
    runner.case("message-descriptors-end-a-receive", end_a_receive);
    runner.case("message-descriptors-in-a-peek", peek);
    runner.case("message-most-descriptors", most);
}

/// Sends bytes with descriptors.
fn pass<B: Backend>(backend: &B, over: &B::Fd, bytes: &[u8], fds: &[&B::Fd]) -> Result<usize, B> {
    let parts = [B::IoSlice::new(bytes)];
    let message = SendMsg::new(&parts).with_descriptors(fds);
    backend.send_msg(over, &message, SendFlags::DONTWAIT)
}

/// Receives bytes and control data.
fn take<'c, B: Backend>(
    backend: &B,
    over: &B::Fd,
    room: &mut [u8],
    control: &'c mut [u8],
    flags: RecvFlags,
) -> Result<RecvMsgReport<'c, B>, B> {
    let message = RecvMsg {
        parts: &mut [B::IoSliceMut::new(room)],
        addr: &mut [],
        control,
    };
    backend.recv_msg(over, message, flags | RecvFlags::DONTWAIT)
}

/// Fails the case unless what is sent over `fd` comes out of `other`, the other end of its pair.
fn leads_to<E: Env>(
    env: &E,
    fd: <E::Backend as Backend>::Fd,
    other: &UnixStream<E::Backend>,
) -> Outcome {
    let stream = UnixStream::from_fd(env.backend(), fd)?;
    stream.send_all(b"through", SOON)?;
    let mut room = [0; 8];
    check_number!(other.recv_by(&mut room, SOON)?, 7);
    check!(room.starts_with(b"through"));
    Ok(())
}

/// A descriptor that is passed is another for the same open file: close-on-exec, as all are, and
/// non-blocking or not, as the file is.
fn one<E: Env>(env: &E) -> Outcome {
    let backend = env.backend();
    let ((a, b), (passed, other)) = (unix_pair(env)?, unix_pair(env)?);
    for nonblocking in [true, false] {
        backend.set_nonblocking(passed.as_fd(), nonblocking)?;
        check_number!(pass(&backend, a.as_fd(), b"x", &[passed.as_fd()])?, 1);
        let (mut room, mut control) = ([0; 8], ControlBuffer::<24>::new());
        let control = control.as_mut_slice();
        let mut report = take(&backend, b.as_fd(), &mut room, control, RecvFlags::empty())?;
        check!(report.len == 1 && room.starts_with(b"x\0"));
        check!(
            !report
                .flags
                .intersects(MessageFlags::CTRUNC | MessageFlags::TRUNC)
        );
        let fd = report.control.take_descriptor();
        let fd = fd.ok_or_else(|| Failure::check("a descriptor came"))?;
        check!(report.control.take_descriptor().is_none());
        check!(env.flags(&fd).close_on_exec);
        check!(env.flags(&fd).nonblocking == nonblocking);
        leads_to(env, fd, &other)?;
    }
    Ok(())
}

/// Several descriptors come in the order in which they were given.
fn several<E: Env>(env: &E) -> Outcome {
    let backend = env.backend();
    let (a, b) = unix_pair(env)?;
    let pairs = [unix_pair(env)?, unix_pair(env)?, unix_pair(env)?];
    let fds = pairs.each_ref().map(|(end, _)| end.as_fd());
    check_number!(pass(&backend, a.as_fd(), b"three", &fds)?, 5);
    let (mut room, mut control) = ([0; 8], ControlBuffer::<64>::new());
    let control = control.as_mut_slice();
    let mut report = take(&backend, b.as_fd(), &mut room, control, RecvFlags::empty())?;
    check_number!(report.len, 5);
    check!(!report.flags.contains(MessageFlags::CTRUNC));
    for (_, other) in &pairs {
        let fd = report.control.take_descriptor();
        leads_to(env, fd.ok_or_else(|| Failure::check("three came"))?, other)?;
    }
    check!(report.control.take_descriptor().is_none());
    Ok(())
}

/// Those that nobody takes are closed with the control data, and only those.
fn not_taken<E: Env>(env: &E) -> Outcome {
    let backend = env.backend();
    let ((a, b), (passed, other)) = (unix_pair(env)?, unix_pair(env)?);
    let fds = [passed.as_fd(); 3];
    for taken in 0..=3 {
        let before = env.open_descriptors();
        pass(&backend, a.as_fd(), b"x", &fds)?;
        check_number!(env.open_descriptors(), before);
        let (mut room, mut control) = ([0; 8], ControlBuffer::<64>::new());
        let control = control.as_mut_slice();
        let mut report = take(&backend, b.as_fd(), &mut room, control, RecvFlags::empty())?;
        check_number!(env.open_descriptors(), before + 3);
        let mut fds = [None, None, None];
        for place in fds.iter_mut().take(taken) {
            *place = report.control.take_descriptor();
        }
        drop(report);
        check_number!(env.open_descriptors(), before + taken);
        for fd in fds.into_iter().flatten() {
            leads_to(env, fd, &other)?;
        }
        check_number!(env.open_descriptors(), before);
    }
    Ok(())
}

/// Without room for them they are closed by the kernel, and the message says that something is gone;
/// its bytes are all there.
fn without_room<E: Env>(env: &E) -> Outcome {
    let backend = env.backend();
    let ((a, b), (passed, _other)) = (unix_pair(env)?, unix_pair(env)?);
    let before = env.open_descriptors();
    pass(&backend, a.as_fd(), b"bytes", &[passed.as_fd(); 2])?;
    let mut room = [0; 8];
    let mut report = take(&backend, b.as_fd(), &mut room, &mut [], RecvFlags::empty())?;
    check!(report.len == 5 && room.starts_with(b"bytes"));
    // Darwin does not tell.
    let told = report.flags.contains(MessageFlags::CTRUNC);
    check!(told || kernel::<E>() == Kernel::Darwin);
    check!(report.control.take_descriptor().is_none());
    check_number!(env.open_descriptors(), before);
    Ok(())
}

/// A receive that knows nothing of descriptors loses them, and leaves none open.
fn plain_receive<E: Env>(env: &E) -> Outcome {
    let backend = env.backend();
    let ((a, b), (passed, other)) = (unix_pair(env)?, unix_pair(env)?);
    let before = env.open_descriptors();
    pass(&backend, a.as_fd(), b"x", &[passed.as_fd()])?;
    check_number!(b.recv_by(&mut [0; 8], SOON)?, 1);
    check_number!(env.open_descriptors(), before);
    drop(passed);
    check_number!(other.recv_by(&mut [0; 8], SOON)?, 0);
    Ok(())
}

/// Datagrams and seqpackets carry descriptors even without a byte.
fn with_a_datagram<E: Env>(env: &E) -> Outcome {
    let backend = env.backend();
    let (passed, other) = unix_pair(env)?;
    let (a, b) = ConnectedUnixDatagram::pair_in(env.backend())?;
    let seqpacket = match has_seqpacket::<E>() {
        true => Some(UnixSeqpacket::pair_in(env.backend())?),
        false => None,
    };
    let seqpacket = seqpacket.as_ref().map(|(c, d)| (c.as_fd(), d.as_fd()));
    for (from, to) in [(a.as_fd(), b.as_fd())].into_iter().chain(seqpacket) {
        for bytes in [b"".as_slice(), b"x"] {
            check_number!(pass(&backend, from, bytes, &[passed.as_fd()])?, bytes.len());
            let (mut room, mut control) = ([0; 8], ControlBuffer::<24>::new());
            let control = control.as_mut_slice();
            let mut report = take(&backend, to, &mut room, control, RecvFlags::empty())?;
            check_number!(report.len, bytes.len());
            let fd = report.control.take_descriptor();
            leads_to(env, fd.ok_or_else(|| Failure::check("it came"))?, &other)?;
        }
    }
    Ok(())
}

/// What is passed lives while it is under way, though its sender has closed it.
fn outlives<E: Env>(env: &E) -> Outcome {
    let backend = env.backend();
    let ((a, b), (passed, other)) = (unix_pair(env)?, unix_pair(env)?);
    pass(&backend, a.as_fd(), b"x", &[passed.as_fd()])?;
    drop((a, passed));
    check!(other.recv(&mut [0; 8]).err() == Some(Error::WOULD_BLOCK));
    let (mut room, mut control) = ([0; 8], ControlBuffer::<24>::new());
    let control = control.as_mut_slice();
    let mut report = take(&backend, b.as_fd(), &mut room, control, RecvFlags::empty())?;
    let fd = report.control.take_descriptor();
    leads_to(env, fd.ok_or_else(|| Failure::check("it came"))?, &other)?;
    check_number!(other.recv_by(&mut [0; 8], SOON)?, 0);
    Ok(())
}

/// What an earlier message left in the room is none of a later one's.
fn used_again<E: Env>(env: &E) -> Outcome {
    let backend = env.backend();
    let ((a, b), (passed, other)) = (unix_pair(env)?, unix_pair(env)?);
    let mut control = ControlBuffer::<64>::new();
    for fds in [2, 0, 1, 0] {
        let before = env.open_descriptors();
        let all = [passed.as_fd(); 2];
        let fds = all.get(..fds).unwrap_or_default();
        pass(&backend, a.as_fd(), b"x", fds)?;
        let (mut room, control) = ([0; 8], control.as_mut_slice());
        let mut report = take(&backend, b.as_fd(), &mut room, control, RecvFlags::empty())?;
        check_number!(env.open_descriptors(), before + fds.len());
        for _ in fds {
            let fd = report.control.take_descriptor();
            leads_to(env, fd.ok_or_else(|| Failure::check("it came"))?, &other)?;
        }
        check!(report.control.take_descriptor().is_none());
        drop(report);
        check_number!(env.open_descriptors(), before);
    }
    Ok(())
}

/// Of more than the room holds, those that fit come, the others are closed by the kernel, and the message
/// says so. Room is counted as in cmsg(3): a header of 16 bytes, and 4 for each.
fn short_room<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let backend = env.backend();
    let ((a, b), (passed, other)) = (unix_pair(env)?, unix_pair(env)?);
    for (room, fit) in [(15, 0), (16, 0), (20, 1), (23, 1), (24, 2), (28, 3)] {
        let before = env.open_descriptors();
        pass(&backend, a.as_fd(), b"x", &[passed.as_fd(); 3])?;
        let (mut bytes, mut control) = ([0; 8], ControlBuffer::<32>::new());
        let control = control.as_mut_slice().get_mut(..room).unwrap_or_default();
        let mut report = take(&backend, b.as_fd(), &mut bytes, control, RecvFlags::empty())?;
        if env.is_emulated() && env.open_descriptors() > before + fit {
            // qemu-user asks for more room than it was given, and drops what then does not fit.
            return Err(Failure::from(Error::<Linux>::NOT_SUPPORTED));
        }
        check_number!(env.open_descriptors(), before + fit);
        check!(report.flags.contains(MessageFlags::CTRUNC) == (fit < 3));
        for _ in 0..fit {
            let fd = report.control.take_descriptor();
            leads_to(env, fd.ok_or_else(|| Failure::check("it came"))?, &other)?;
        }
        check!(report.control.take_descriptor().is_none());
    }
    Ok(())
}

/// A stream has no message without a byte, and so nothing to carry them: none goes, and the count says
/// so.
fn need_a_byte<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let backend = env.backend();
    let ((a, b), (passed, other)) = (unix_pair(env)?, unix_pair(env)?);
    check_number!(pass(&backend, a.as_fd(), b"", &[passed.as_fd()])?, 0);
    check!(b.recv(&mut [0; 8]).err() == Some(Error::WOULD_BLOCK));
    drop(passed);
    check_number!(other.recv_by(&mut [0; 8], SOON)?, 0);
    Ok(())
}

/// A receive from a stream stops where descriptors came (`unix_stream_read_generic`): each set
/// is told with its own bytes.
fn end_a_receive<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let backend = env.backend();
    let ((a, b), pairs) = (unix_pair(env)?, [unix_pair(env)?, unix_pair(env)?]);
    for ((passed, _), bytes) in pairs.iter().zip([b"one".as_slice(), b"second"]) {
        pass(&backend, a.as_fd(), bytes, &[passed.as_fd()])?;
    }
    for ((_, other), len) in pairs.iter().zip([3, 6]) {
        let (mut room, mut control) = ([0; 32], ControlBuffer::<64>::new());
        let control = control.as_mut_slice();
        let mut report = take(&backend, b.as_fd(), &mut room, control, RecvFlags::empty())?;
        check_number!(report.len, len);
        let fd = report.control.take_descriptor();
        leads_to(env, fd.ok_or_else(|| Failure::check("it came"))?, other)?;
        check!(report.control.take_descriptor().is_none());
    }
    Ok(())
}

/// A peek gives descriptors of its own, and the receive gives them again, recv(2).
fn peek<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let backend = env.backend();
    let ((a, b), (passed, other)) = (unix_pair(env)?, unix_pair(env)?);
    pass(&backend, a.as_fd(), b"x", &[passed.as_fd()])?;
    let before = env.open_descriptors();
    for flags in [RecvFlags::PEEK, RecvFlags::PEEK, RecvFlags::empty()] {
        let (mut room, mut control) = ([0; 8], ControlBuffer::<24>::new());
        let control = control.as_mut_slice();
        let mut report = take(&backend, b.as_fd(), &mut room, control, flags)?;
        check_number!(report.len, 1);
        check_number!(env.open_descriptors(), before + 1);
        let fd = report.control.take_descriptor();
        leads_to(env, fd.ok_or_else(|| Failure::check("it came"))?, &other)?;
    }
    check_number!(env.open_descriptors(), before);
    Ok(())
}

/// One message carries 253 (`SCM_MAX_FD` of include/net/scm.h); more are refused,
/// and nothing is sent.
fn most<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let backend = env.backend();
    let (passed, other) = unix_pair(env)?;
    let (a, b) = unix_pair(env)?;
    let fds = [passed.as_fd(); 254];
    let before = env.open_descriptors();
    check!(pass(&backend, a.as_fd(), b"x", &fds) == Err(Error::TOO_MANY_DESCRIPTORS));
    check!(b.recv(&mut [0; 8]).err() == Some(Error::WOULD_BLOCK));
    let most = fds.get(..253).unwrap_or_default();
    check_number!(pass(&backend, a.as_fd(), b"x", most)?, 1);
    let (mut room, mut control) = ([0; 8], ControlBuffer::<1_032>::new());
    let control = control.as_mut_slice();
    let mut report = take(&backend, b.as_fd(), &mut room, control, RecvFlags::empty())?;
    check!(report.len == 1 && !report.flags.contains(MessageFlags::CTRUNC));
    check_number!(env.open_descriptors(), before + 253);
    for _ in 0..252 {
        check!(report.control.take_descriptor().is_some());
    }
    let last = report.control.take_descriptor();
    leads_to(env, last.ok_or_else(|| Failure::check("it came"))?, &other)?;
    check!(report.control.take_descriptor().is_none());
    drop(report);
    check_number!(env.open_descriptors(), before);
    Ok(())
}
