//! Sends and receives: sendto, sendmsg, recvfrom and recvmsg.

use core::mem::MaybeUninit;
use core::ptr;

use sock_core::{
    Abi, Backend, MessageFlags, RecvFlags, RecvFromReport, RecvMsg, RecvMsgReport, SendFlags,
    SendMsg, Unfilled,
};

use super::control::{ReceivedControl, Rights};
use super::flags::{message_flags, recv_bits, send_bits};
use super::layout::msghdr;
use super::spare::{Spare, fit};
use super::{Ret, System};
use crate::layout::iovec;
use crate::register::Arg;
use crate::{IoSlice, IoSliceMut, OwnedFd, Result};

/// send(2) and sendto(2), which are one call: without an address it goes to the peer.
///
/// # Errors
/// Those of [`Backend::send_to`].
#[inline(always)]
pub fn send_to<S: System>(
    fd: &OwnedFd<S>,
    bytes: &[u8],
    flags: SendFlags,
    addr: Option<&[u8]>,
) -> Result<usize, S> {
    let flags = send_bits::<S>(flags)?;
    let (addr, addr_len) = match addr {
        Some(addr) => (Arg::from_ref(addr), Arg::word(addr.len())),
        None => (Arg::null(), Arg::word(0)),
    };
    // SAFETY: sendto(2) reads `bytes` and the address, which are borrowed.
    unsafe {
        S::sendto(
            fd.arg(),
            Arg::from_ref(bytes),
            Arg::word(bytes.len()),
            Arg::int(flags),
            addr,
            addr_len,
        )
    }
    .count::<S>()
}

/// sendmsg(2).
///
/// # Errors
/// Those of [`Backend::send_msg`].
pub fn send_msg<S, B>(
    fd: &OwnedFd<S>,
    message: &SendMsg<'_, '_, B>,
    flags: SendFlags,
) -> Result<usize, S>
where
    S: System,
    B: for<'p> Backend<Fd = OwnedFd<S>, IoSlice<'p> = IoSlice<'p>>,
{
    if message.descriptors.is_empty() {
        return send_parts(fd, message.parts, message.addr, &[], flags);
    }
    let rights = Rights::new(message.descriptors)?;
    send_parts(fd, message.parts, message.addr, rights.as_slice(), flags)
}

fn send_parts<S: System>(
    fd: &OwnedFd<S>,
    parts: &[IoSlice<'_>],
    addr: &[u8],
    control: &[u8],
    flags: SendFlags,
) -> Result<usize, S> {
    let flags = send_bits::<S>(flags)?;
    // Darwin refuses a message without parts (`sendmsg_nocancel` in bsd/kern/uipc_syscalls.c).
    let none = [IoSlice::new(&[])];
    let parts = if parts.is_empty() { &none } else { parts };
    let header = msghdr {
        msg_name: start(addr).cast_mut().cast(),
        msg_namelen: addr.len() as u32,
        msg_iov: parts.as_ptr().cast_mut().cast(),
        msg_iovlen: how_many(parts.len()),
        msg_control: start(control).cast_mut().cast(),
        msg_controllen: control.len() as u32,
        msg_flags: 0,
    };
    // SAFETY: sendmsg(2) reads the header and what it points to, all of it borrowed: `IoSlice` is a
    // `struct iovec` that borrows its bytes.
    unsafe { S::sendmsg(fd.arg(), Arg::from_ref(&header), Arg::int(flags)) }.count::<S>()
}

/// recv(2), which is recvfrom(2) without an address.
///
/// # Errors
/// Those of [`Backend::recv`].
#[inline(always)]
pub fn recv<S: System>(fd: &OwnedFd<S>, room: &mut [u8], flags: RecvFlags) -> Result<usize, S> {
    recv_bytes(fd, as_uninit(room), flags)
}

/// [`recv`] into memory that holds nothing yet.
///
/// # Errors
/// Those of [`Backend::recv_uninit`].
#[inline(always)]
pub fn recv_uninit<'r, S: System>(
    fd: &OwnedFd<S>,
    room: &'r mut [MaybeUninit<u8>],
    flags: RecvFlags,
) -> core::result::Result<&'r mut [u8], Unfilled<'r, S::Abi>> {
    match recv_bytes(fd, room, flags) {
        // SAFETY: without MSG_TRUNC, which has no name in `RecvFlags` and is refused, recvfrom(2)
        // returns how many bytes it has written (`kern_recvit` in FreeBSD's sys/kern/
        // uipc_syscalls.c, `recvit` in Darwin's bsd/kern/uipc_syscalls.c: what has gone from the
        // room), and it writes no more than `len`.
        Ok(filled) => Ok(unsafe { assume_filled(room, filled) }),
        Err(error) => Err(Unfilled { error, room }),
    }
}

/// How many bytes have been written.
#[inline(always)]
fn recv_bytes<S: System>(
    fd: &OwnedFd<S>,
    room: &mut [MaybeUninit<u8>],
    flags: RecvFlags,
) -> Result<usize, S> {
    if Spare::is_needed::<S>(flags, 0) {
        return recv_one(fd, room, flags, &mut []).map(|report| report.len);
    }
    let (len, flags) = (room.len(), recv_bits::<S>(flags)?);
    // SAFETY: recvfrom(2) writes at most `len` bytes to `room`, which is borrowed mutably.
    unsafe {
        S::recvfrom(
            fd.arg(),
            Arg::from_mut(room),
            Arg::word(len),
            Arg::int(flags),
            Arg::null(),
            Arg::null(),
        )
    }
    .count::<S>()
}

/// recvfrom(2) on a socket that keeps messages apart, by recvmsg(2), which alone says whether the
/// message was cut.
///
/// # Errors
/// Those of [`Backend::recv_from`].
#[inline(always)]
pub fn recv_from<S: System>(
    fd: &OwnedFd<S>,
    room: &mut [u8],
    flags: RecvFlags,
    addr: &mut [u8],
) -> Result<RecvFromReport, S> {
    recv_one(fd, as_uninit(room), flags, addr)
}

/// [`recv_from`] into memory that holds nothing yet.
///
/// # Errors
/// Those of [`Backend::recv_from_uninit`].
#[inline(always)]
pub fn recv_from_uninit<'r, S: System>(
    fd: &OwnedFd<S>,
    room: &'r mut [MaybeUninit<u8>],
    flags: RecvFlags,
    addr: &mut [u8],
) -> core::result::Result<(&'r mut [u8], RecvFromReport), Unfilled<'r, S::Abi>> {
    match recv_one(fd, room, flags, addr) {
        // SAFETY: the report says how many bytes recvmsg(2) has written, which are no more than the
        // room that its `struct iovec` has.
        Ok(report) => Ok((unsafe { assume_filled(room, report.len) }, report)),
        Err(error) => Err(Unfilled { error, room }),
    }
}

#[inline(always)]
fn recv_one<S: System>(
    fd: &OwnedFd<S>,
    room: &mut [MaybeUninit<u8>],
    flags: RecvFlags,
    addr: &mut [u8],
) -> Result<RecvFromReport, S> {
    let spare_is_needed = Spare::is_needed::<S>(flags, 0);
    let flags = recv_bits::<S>(flags)?;
    let mut part = iovec {
        iov_base: room.as_mut_ptr().cast(),
        iov_len: room.len(),
    };
    let mut spare = Spare::new();
    let (msg_control, msg_controllen) = if spare_is_needed {
        spare.parts()
    } else {
        (ptr::null_mut(), 0)
    };
    let mut header = msghdr {
        msg_name: start_mut(addr).cast(),
        msg_namelen: addr.len() as u32,
        msg_iov: ptr::from_mut(&mut part),
        msg_iovlen: 1,
        msg_control,
        msg_controllen,
        msg_flags: 0,
    };
    // SAFETY: recvmsg(2) writes to what the header points to, each borrowed mutably and with its
    // length.
    let len = unsafe { recv_header::<S>(fd, &mut header, flags) }.count::<S>()?;
    if spare_is_needed {
        // SAFETY: recvmsg(2) has just written so much control data.
        drop(unsafe { spare.received::<S>(header.msg_controllen) });
    }
    Ok(RecvFromReport {
        len,
        addr_len: header.msg_namelen as usize,
        truncated: header.msg_flags & S::Abi::MSG_TRUNC != 0,
        end_of_record: header.msg_flags & S::Abi::MSG_EOR != 0,
    })
}

/// recvmsg(2). A peek brings no control data: the descriptors come when the message is taken.
///
/// # Errors
/// Those of [`Backend::recv_msg`].
pub fn recv_msg<'c, S, B>(
    fd: &OwnedFd<S>,
    message: RecvMsg<'_, '_, 'c, B>,
    flags: RecvFlags,
) -> Result<RecvMsgReport<'c, B>, S>
where
    S: System,
    B: for<'p> Backend<
            Fd = OwnedFd<S>,
            IoSliceMut<'p> = IoSliceMut<'p>,
            Control<'c> = ReceivedControl<'c, S>,
        >,
{
    // What a peek copies of a message with descriptors are no numbers of descriptors but what the kernel
    // keeps in their place, or zeros (FreeBSD: `uipc_peek_dgram` and others in sys/kern/uipc_usrreq.c;
    // Darwin: `sopeek_scm_rights` in bsd/kern/uipc_socket.c).
    let peeks = flags.contains(RecvFlags::PEEK);
    let room: &'c mut [u8] = if peeks { &mut [] } else { message.control };
    let spare_is_needed = Spare::is_needed::<S>(flags, room.len());
    let mut spare = Spare::new();
    let (msg_control, msg_controllen) = if spare_is_needed {
        spare.parts()
    } else if peeks {
        (ptr::null_mut(), 0)
    } else {
        // Not null where there is no room either: FreeBSD then says that something was left out
        // (`kern_recvit` in sys/kern/uipc_syscalls.c), and it closes descriptors either way.
        let len = u32::try_from(room.len()).unwrap_or(u32::MAX);
        (room.as_mut_ptr().cast(), len)
    };
    // Darwin refuses a receive without parts (`recvmsg_nocancel` in bsd/kern/uipc_syscalls.c).
    let mut none = [IoSliceMut::new(&mut [])];
    let (parts, parts_len) = if message.parts.is_empty() {
        (none.as_mut_ptr(), 1)
    } else {
        (message.parts.as_mut_ptr(), how_many(message.parts.len()))
    };
    let mut header = msghdr {
        msg_name: start_mut(message.addr).cast(),
        msg_namelen: message.addr.len() as u32,
        msg_iov: parts.cast(),
        msg_iovlen: parts_len,
        msg_control,
        msg_controllen,
        msg_flags: 0,
    };
    let flags = recv_bits::<S>(flags)? | S::RECVMSG_FLAGS;
    // SAFETY: recvmsg(2) writes to what the header points to, each borrowed mutably and with its
    // length: `IoSliceMut` is a `struct iovec` that borrows its memory mutably.
    let len = unsafe { recv_header::<S>(fd, &mut header, flags) }.count::<S>()?;
    let mut flags = message_flags::<S>(header.msg_flags);
    let control = if spare_is_needed {
        // SAFETY: recvmsg(2) has just written so much control data.
        let received = unsafe { spare.received::<S>(header.msg_controllen) };
        let (control, cut) = fit(received, room);
        flags.set(
            MessageFlags::CTRUNC,
            flags.contains(MessageFlags::CTRUNC) || cut,
        );
        control
    } else {
        let control: &'c [u8] = room;
        let control = control
            .get(..header.msg_controllen as usize)
            .unwrap_or_default();
        // SAFETY: these are the bytes that recvmsg(2) has just written, and the caller's borrow of
        // them has gone into this value.
        unsafe { ReceivedControl::new(control) }
    };
    if S::RECVMSG_FLAGS == 0 {
        control.finish();
    }
    Ok(RecvMsgReport {
        len,
        addr_len: header.msg_namelen as usize,
        flags,
        control,
    })
}

/// # Safety
///
/// What the header points to must be memory of the lengths in it that may be written.
#[inline(always)]
unsafe fn recv_header<S: System>(fd: &OwnedFd<S>, header: &mut msghdr, flags: i32) -> Ret {
    // SAFETY: recvmsg(2) writes to the header, which is borrowed mutably, and to what it points to,
    // as the caller allows.
    unsafe { S::recvmsg(fd.arg(), Arg::from_mut(header), Arg::int(flags)) }
}

/// How many parts, in a C `int`. The kernels refuse more than 1,024.
fn how_many(parts: usize) -> i32 {
    i32::try_from(parts).unwrap_or(i32::MAX)
}

/// Where a part of a message begins: null when it is left out, as recvmsg(2) asks.
#[inline(always)]
fn start(bytes: &[u8]) -> *const u8 {
    if bytes.is_empty() {
        ptr::null()
    } else {
        bytes.as_ptr()
    }
}

/// [`start`] of memory to be written.
#[inline(always)]
fn start_mut(room: &mut [u8]) -> *mut u8 {
    if room.is_empty() {
        ptr::null_mut()
    } else {
        room.as_mut_ptr()
    }
}

/// Room as the kernel takes it.
#[inline(always)]
fn as_uninit(room: &mut [u8]) -> &mut [MaybeUninit<u8>] {
    // SAFETY: `MaybeUninit<u8>` has the layout of `u8`, and the kernel only ever writes bytes.
    unsafe { &mut *(ptr::from_mut(room) as *mut [MaybeUninit<u8>]) }
}

/// The first `len` bytes of `room`, which hold something.
///
/// # Safety
///
/// There must be as many, and they must have been written.
#[inline(always)]
unsafe fn assume_filled(room: &mut [MaybeUninit<u8>], len: usize) -> &mut [u8] {
    // SAFETY: the caller vouches that the slice is part of `room`, which is borrowed mutably, and that
    // its bytes have been written.
    unsafe { core::slice::from_raw_parts_mut(room.as_mut_ptr().cast(), len) }
}
