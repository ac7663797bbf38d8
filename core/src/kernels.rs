//! Where kernels differ so that the same call is not the same promise: what the core does about it.
//!
//! All of it is constant for a backend's [`Abi`], so that a program has none of what another kernel
//! needs.

use crate::abi::Kernel;
use crate::buffer::Room;
use crate::socket::Handle;
use crate::{
    Abi, Backend, Error, PollEvents, Protocol, RecvFlags, RecvFromReport, Result, SendFlags,
    SocketKind,
};

/// Whether a message to a full receiver is refused so that nothing tells when there is room: on the BSDs,
/// of Unix datagrams. They are never in a buffer of the sender, so that poll(2) always calls it
/// writable, and the error is `ENOBUFS` (`uipc_sosend_dgram` in FreeBSD's sys/kern/uipc_usrreq.c,
/// `uipc_send` in Darwin's bsd/kern/uipc_usrreq.c).
pub(crate) const fn has_no_event_for_room<P: Protocol, A: Abi>() -> bool {
    P::WAITS_FOR_RECEIVER
        && matches!(P::KIND, SocketKind::Datagram)
        && !matches!(A::KERNEL, Kernel::Linux)
}

/// The same error for the same thing: a send that finds no room would have to wait.
#[inline(always)]
pub(crate) fn told_room<T, P: Protocol, B: Backend>(sent: Result<T, B>) -> Result<T, B> {
    if !has_no_event_for_room::<P, B::Abi>() {
        return sent;
    }
    match sent {
        Err(error) if error == Error::os(B::Abi::ENOBUFS) => Err(Error::WOULD_BLOCK),
        sent => sent,
    }
}

/// Whether messages over a connection are only marks in a stream of bytes: on FreeBSD, since release 15
/// (`uipc_sosend_stream_or_seqpacket` and `uipc_soreceive_stream_or_seqpacket` in
/// sys/kern/uipc_usrreq.c).
pub(crate) const fn has_marks<P: Protocol, A: Abi>() -> bool {
    matches!(P::KIND, SocketKind::Seqpacket) && matches!(A::KERNEL, Kernel::FreeBsd)
}

/// The flags of a message that does not wait for room. Where messages are marks, each ends with one.
pub(crate) const fn message<P: Protocol, A: Abi>() -> SendFlags {
    if has_marks::<P, A>() {
        SendFlags::DONTWAIT.union(SendFlags::EOR)
    } else {
        SendFlags::DONTWAIT
    }
}

/// The parts of a message; `nothing`, one that is empty, where there are none and Darwin would refuse that
/// (`sendmsg_nocancel` in bsd/kern/uipc_syscalls.c).
pub(crate) const fn some_part<'a, 'p, B: Backend>(
    parts: &'a [B::IoSlice<'p>],
    nothing: &'a [B::IoSlice<'p>],
) -> &'a [B::IoSlice<'p>] {
    match (B::Abi::KERNEL, parts) {
        (Kernel::Darwin, []) => nothing,
        _ => parts,
    }
}

/// Whether a message has been received only in part. Where messages are marks, one that has not come to
/// its mark has a rest.
#[inline(always)]
pub(crate) fn is_truncated<P: Protocol, A: Abi>(report: &RecvFromReport) -> bool {
    let marks = has_marks::<P, A>();
    report.truncated || marks && report.len != 0 && !report.end_of_record
}

/// Whether a datagram socket without a datagram may answer a receive with nothing and no error: on the
/// BSDs, when its receiving direction is closed, and when the room is empty (`soreceive_dgram` in
/// FreeBSD's sys/kern/uipc_socket.c, `soreceive` in Darwin's bsd/kern/uipc_socket.c).
const fn answers_nothing<P: Protocol, A: Abi>() -> bool {
    matches!(P::KIND, SocketKind::Datagram) && !matches!(A::KERNEL, Kernel::Linux)
}

/// Receives one message. Where the kernel may answer nothing, such that [`message_came`] tells: it asks
/// for the sender, whom each datagram has, named or not, and for a byte at least.
#[inline(always)]
pub(crate) fn recv_from<P: Protocol, B: Backend, R: Room>(
    room: R,
    backend: &B,
    fd: &B::Fd,
    flags: RecvFlags,
    addr: &mut [u8],
) -> core::result::Result<(R::Out, RecvFromReport), (Error<B::Abi>, R)> {
    if !answers_nothing::<P, B::Abi>() {
        return room.recv_from(backend, fd, flags, addr);
    }
    let mut unwanted = [0; 16];
    let addr = match addr {
        [] => &mut unwanted,
        wanted => wanted,
    };
    if !room.is_empty() {
        return room.recv_from(backend, fd, flags, addr);
    }
    match backend.recv_from(fd, &mut [0], flags, addr) {
        Ok(mut report) => {
            report.truncated |= report.len != 0;
            report.len = 0;
            Ok((room.nothing(), report))
        }
        Err(error) => Err((error, room)),
    }
}

/// [`recv_from`], again after a signal.
#[inline(always)]
pub(crate) fn recv_from_now<P: Protocol, B: Backend, R: Room>(
    room: R,
    handle: &Handle<B>,
    flags: RecvFlags,
    addr: &mut [u8],
) -> Result<(R::Out, RecvFromReport), B> {
    if !answers_nothing::<P, B::Abi>() {
        return room.recv_from_now(handle, flags, addr);
    }
    let received = handle.receive(room, |room, backend, fd| {
        recv_from::<P, B, R>(room, backend, fd, flags, addr)
    });
    received.map_err(|(error, _)| error)
}

/// Fails when a receive brought nothing because the direction is closed.
#[inline(always)]
pub(crate) fn message_came<P: Protocol, B: Backend>(report: &RecvFromReport) -> Result<(), B> {
    match answers_nothing::<P, B::Abi>() && report.addr_len == 0 {
        true => Err(Error::UNEXPECTED_END),
        false => Ok(()),
    }
}

impl PollEvents {
    /// What to wait for in order to receive from a socket that keeps messages apart or not: something
    /// to receive, or the end. On Darwin [`IN`](Self::IN) alone is both, and there is no other
    /// (`poll_callback` in bsd/kern/sys_generic.c); elsewhere [`RDHUP`](Self::RDHUP) tells the end of a
    /// direction from the arrival of data.
    pub const fn to_receive<A: Abi>() -> Self {
        match A::KERNEL {
            Kernel::Darwin => Self::IN,
            _ => Self::IN.union(Self::RDHUP),
        }
    }
}
