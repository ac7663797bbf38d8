//! Sends and receives: sendto, sendmsg, recvfrom and recvmsg.

use core::mem::MaybeUninit;
use core::ptr;

use linux_raw_sys::general::{__NR_recvfrom, __NR_recvmsg, __NR_sendmsg, __NR_sendto, iovec};
use linux_raw_sys::net::{MSG_NOSIGNAL, MSG_TRUNC, msghdr};
use sock_core::{RecvFlags, RecvFromReport, SendFlags, SendMsg};

use crate::arch::{Arg, Nr, syscall3, syscall3_readonly, syscall6, syscall6_readonly};
use crate::call::count;
use crate::room::{AddrLen, start, start_mut};
use crate::{Error, Linux, OwnedFd, Result};

/// The bits of flags that have names. One without a name could be any: MSG_TRUNC, with which a
/// receive says more than it writes, or MSG_ZEROCOPY, with which the kernel reads the bytes after
/// the call.
#[inline(always)]
pub(crate) fn recv_bits(flags: RecvFlags) -> Result<u32> {
    if RecvFlags::all().contains(flags) {
        Ok(flags.bits())
    } else {
        Err(Error::NOT_SUPPORTED)
    }
}

/// The same for a send, with MSG_NOSIGNAL: it raises no signal.
#[inline(always)]
fn send_bits(flags: SendFlags) -> Result<u32> {
    if SendFlags::all().contains(flags) {
        Ok(flags.bits() | MSG_NOSIGNAL)
    } else {
        Err(Error::NOT_SUPPORTED)
    }
}

/// sendto(2): one call for send and sendto, as in the kernel.
#[inline(always)]
pub(crate) fn send_to(
    fd: &OwnedFd,
    bytes: &[u8],
    flags: SendFlags,
    addr: Arg<'_>,
    addr_len: Arg<'_>,
) -> Result<usize> {
    let flags = send_bits(flags)?;
    // SAFETY: sendto(2) reads `bytes` and the address, which are borrowed.
    count(unsafe {
        syscall6_readonly(
            Nr::new(__NR_sendto),
            fd.arg(),
            Arg::from_ref(bytes),
            Arg::word(bytes.len()),
            Arg::uint(flags),
            addr,
            addr_len,
        )
    })
}

/// sendmsg(2).
pub(crate) fn send_msg(
    fd: &OwnedFd,
    message: &SendMsg<'_, '_, Linux>,
    control: &[u8],
    flags: SendFlags,
) -> Result<usize> {
    let flags = send_bits(flags)?;
    let header = msghdr {
        msg_name: start(message.addr).cast_mut().cast(),
        msg_namelen: message.addr.len() as i32,
        msg_iov: message.parts.as_ptr().cast_mut().cast(),
        msg_iovlen: message.parts.len() as _,
        msg_control: start(control).cast_mut().cast(),
        msg_controllen: control.len() as _,
        msg_flags: 0,
    };
    // SAFETY: sendmsg(2) reads the header and what it points to, all of it borrowed: `IoSlice` is a
    // `struct iovec` that borrows its bytes.
    count(unsafe {
        syscall3_readonly(
            Nr::new(__NR_sendmsg),
            fd.arg(),
            Arg::from_ref(&header),
            Arg::uint(flags),
        )
    })
}

/// recv(2), which is recvfrom(2) without an address: how many bytes have been written.
///
/// # Safety
///
/// `room` must be memory of `len` bytes that may be written.
#[inline(always)]
pub(crate) unsafe fn recv(
    fd: &OwnedFd,
    room: Arg<'_>,
    len: usize,
    flags: RecvFlags,
) -> Result<usize> {
    let flags = recv_bits(flags)?;
    // SAFETY: recvfrom(2) writes at most `len` bytes to `room`, as the caller allows, and without
    // MSG_TRUNC returns how many.
    count(unsafe {
        syscall6(
            Nr::new(__NR_recvfrom),
            fd.arg(),
            room,
            Arg::word(len),
            Arg::uint(flags),
            Arg::null(),
            Arg::null(),
        )
    })
}

/// recvfrom(2) on a socket that keeps messages apart. With MSG_TRUNC the kernel returns the length
/// of the whole message, also of what did not fit.
#[inline(always)]
pub(crate) fn recv_from(
    fd: &OwnedFd,
    room: &mut [u8],
    flags: RecvFlags,
    addr: &mut [u8],
) -> Result<RecvFromReport> {
    let (flags, len) = (recv_bits(flags)?, room.len());
    let mut reported = AddrLen::of(addr);
    let (addr, addr_len) = reported.args(addr);
    // SAFETY: recvfrom(2) writes at most `len` bytes to `room`, and the address and its length to
    // memory that is borrowed mutably.
    let whole = count(unsafe {
        syscall6(
            Nr::new(__NR_recvfrom),
            fd.arg(),
            Arg::from_mut(room),
            Arg::word(len),
            Arg::uint(flags | MSG_TRUNC),
            addr,
            addr_len,
        )
    })?;
    Ok(RecvFromReport {
        len: whole.min(len),
        addr_len: reported.get(),
        truncated: whole > len,
        end_of_record: false,
    })
}

/// [`recv_from`] into memory that holds nothing yet, by recvmsg(2): what that returns has been
/// written, whatever the socket. With MSG_TRUNC it need not be: a TCP socket throws away what it
/// says that it has received, tcp(7).
#[inline(always)]
pub(crate) fn recv_from_uninit(
    fd: &OwnedFd,
    room: &mut [MaybeUninit<u8>],
    flags: RecvFlags,
    addr: &mut [u8],
) -> Result<RecvFromReport> {
    let flags = recv_bits(flags)?;
    let mut part = iovec {
        iov_base: room.as_mut_ptr().cast(),
        iov_len: room.len() as _,
    };
    let mut header = msghdr {
        msg_name: start_mut(addr).cast(),
        msg_namelen: addr.len() as i32,
        msg_iov: ptr::from_mut(&mut part).cast(),
        msg_iovlen: 1,
        msg_control: ptr::null_mut(),
        msg_controllen: 0,
        msg_flags: 0,
    };
    // SAFETY: recvmsg(2) writes to what the header points to, each borrowed mutably and with its
    // length.
    let len = count(unsafe {
        syscall3(
            Nr::new(__NR_recvmsg),
            fd.arg(),
            Arg::from_mut(&mut header),
            Arg::uint(flags),
        )
    })?;
    Ok(RecvFromReport {
        len,
        addr_len: header.msg_namelen as usize,
        truncated: header.msg_flags & MSG_TRUNC != 0,
        end_of_record: false,
    })
}

/// The first `len` bytes of `room`, which hold something.
///
/// # Safety
///
/// There must be as many, and they must have been written.
#[inline(always)]
pub(crate) unsafe fn assume_filled(room: &mut [MaybeUninit<u8>], len: usize) -> &mut [u8] {
    // SAFETY: the caller vouches that the slice is part of `room`, which is borrowed mutably, and that
    // its bytes have been written.
    unsafe { core::slice::from_raw_parts_mut(room.as_mut_ptr().cast(), len) }
}
