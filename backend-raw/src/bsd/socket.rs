//! The calls that make, name and change sockets.

use core::mem::MaybeUninit;
use core::ptr;

use sock_core::{Abi, Family, OptionName, Shutdown, SocketKind};

use super::flags::check_events;
use super::numbers::{F_GETFL, FIONBIO, O_NONBLOCK, SHUT_RD, SHUT_RDWR, SHUT_WR};
use super::{Calls, System};
use crate::register::Arg;
use crate::{Error, OwnedFd, PollFd, Result};

/// socket(2).
///
/// # Errors
/// Those of [`Backend::socket`](sock_core::Backend::socket).
pub fn socket<S: System>(family: Family, kind: SocketKind, protocol: i32) -> Result<OwnedFd<S>, S> {
    // SAFETY: socket(2) makes a descriptor and touches no memory.
    let fd = unsafe {
        S::socket(
            Arg::int(i32::from(family.number::<S::Abi>())),
            Arg::int(kind.number::<S::Abi>() | S::BORN),
            Arg::int(protocol),
        )
        .descriptor::<S>()
    }?;
    S::born(fd)
}

/// socketpair(2).
///
/// # Errors
/// Those of [`Backend::socket_pair`](sock_core::Backend::socket_pair).
pub fn socket_pair<S: System>(kind: SocketKind) -> Result<(OwnedFd<S>, OwnedFd<S>), S> {
    let mut pair = [-1; 2];
    // SAFETY: socketpair(2) writes two numbers to `pair`, which is borrowed mutably.
    unsafe {
        S::socketpair(
            Arg::int(i32::from(S::Abi::AF_UNIX)),
            Arg::int(kind.number::<S::Abi>() | S::BORN),
            Arg::int(0),
            Arg::from_mut(&mut pair),
        )
    }
    .unit::<S>()?;
    let [a, b] = pair;
    // SAFETY: the kernel has just made both descriptors for this caller.
    let (a, b) = unsafe { OwnedFd::from_raw_fd(a).zip(OwnedFd::from_raw_fd(b)) }
        .ok_or(Error::<S>::UNEXPECTED_REPLY)?;
    Ok((S::born(a)?, S::born(b)?))
}

/// bind(2).
///
/// # Errors
/// Those of [`Backend::bind`](sock_core::Backend::bind).
pub fn bind<S: System>(fd: &OwnedFd<S>, addr: &[u8]) -> Result<(), S> {
    // SAFETY: bind(2) reads `addr`, which is borrowed.
    unsafe { S::bind(fd.arg(), Arg::from_ref(addr), Arg::word(addr.len())) }.unit::<S>()
}

/// listen(2).
///
/// # Errors
/// Those of [`Backend::listen`](sock_core::Backend::listen).
pub fn listen<S: System>(fd: &OwnedFd<S>, backlog: u32) -> Result<(), S> {
    // The kernels take an `int`, and one that is negative for the most that they allow; more than
    // it can mean is no less.
    let backlog = i32::try_from(backlog).unwrap_or(i32::MAX);
    // SAFETY: listen(2) touches no memory.
    unsafe { S::listen(fd.arg(), Arg::int(backlog)) }.unit::<S>()
}

/// accept(2).
///
/// # Errors
/// Those of [`Backend::accept`](sock_core::Backend::accept).
#[inline(always)]
pub fn accept<S: System>(fd: &OwnedFd<S>, addr: &mut [u8]) -> Result<(OwnedFd<S>, usize), S> {
    let mut len = addr.len() as u32;
    let (room, room_len) = if addr.is_empty() {
        (Arg::null(), Arg::null())
    } else {
        (Arg::from_mut(addr), Arg::from_mut(&mut len))
    };
    // SAFETY: accept(2) writes the address and its length to memory that is borrowed mutably; both
    // are null when no address is wanted.
    let accepted = unsafe { S::accept(fd, room, room_len) }?;
    Ok((accepted, len as usize))
}

/// connect(2).
///
/// # Errors
/// Those of [`Backend::connect`](sock_core::Backend::connect).
pub fn connect<S: System>(fd: &OwnedFd<S>, addr: &[u8]) -> Result<(), S> {
    // SAFETY: connect(2) reads `addr`, which is borrowed.
    unsafe { S::connect(fd.arg(), Arg::from_ref(addr), Arg::word(addr.len())) }.unit::<S>()
}

/// shutdown(2).
///
/// # Errors
/// Those of [`Backend::shutdown`](sock_core::Backend::shutdown).
pub fn shutdown<S: System>(fd: &OwnedFd<S>, how: Shutdown) -> Result<(), S> {
    let how = match how {
        Shutdown::Read => SHUT_RD,
        Shutdown::Write => SHUT_WR,
        Shutdown::Both => SHUT_RDWR,
    };
    // SAFETY: shutdown(2) touches no memory.
    unsafe { S::shutdown(fd.arg(), Arg::int(how)) }.unit::<S>()
}

/// getsockname(2).
///
/// # Errors
/// Those of [`Backend::getsockname`](sock_core::Backend::getsockname).
pub fn getsockname<S: System>(fd: &OwnedFd<S>, addr: &mut [u8]) -> Result<usize, S> {
    let mut len = addr.len() as u32;
    // SAFETY: getsockname(2) writes the address and its length to memory that is borrowed mutably.
    unsafe { S::getsockname(fd.arg(), Arg::from_mut(addr), Arg::from_mut(&mut len)) }
        .unit::<S>()?;
    Ok(len as usize)
}

/// getpeername(2).
///
/// # Errors
/// Those of [`Backend::getpeername`](sock_core::Backend::getpeername).
pub fn getpeername<S: System>(fd: &OwnedFd<S>, addr: &mut [u8]) -> Result<usize, S> {
    let mut len = addr.len() as u32;
    // SAFETY: getpeername(2) writes the address and its length to memory that is borrowed mutably.
    let told = unsafe { S::getpeername(fd.arg(), Arg::from_mut(addr), Arg::from_mut(&mut len)) };
    match told.unit::<S>() {
        // The peer has gone: a connect was refused, or both directions are closed (`getpeername` in
        // Darwin's bsd/kern/uipc_syscalls.c). Nothing else is `EINVAL` here.
        Err(error) if error == Error::<S>::INVALID => Err(Error::<S>::os(S::Abi::ENOTCONN)),
        told => told.map(|()| len as usize),
    }
}

/// getsockopt(2) of an option that the core knows.
///
/// # Errors
/// Those of [`Backend::getsockopt`](sock_core::Backend::getsockopt).
pub fn getsockopt<S: System>(
    fd: &OwnedFd<S>,
    option: OptionName,
    value: &mut [u8],
) -> Result<usize, S> {
    // SAFETY: `MaybeUninit<u8>` has the layout of `u8`, and the kernel only ever writes bytes.
    let value = unsafe { &mut *(ptr::from_mut(value) as *mut [MaybeUninit<u8>]) };
    // SAFETY: the core makes an `OptionName` only for options whose values hold no address.
    unsafe { getsockopt_raw(fd, option.level(), option.number(), value) }
}

/// setsockopt(2) of an option that the core knows.
///
/// # Errors
/// Those of [`Backend::setsockopt`](sock_core::Backend::setsockopt).
pub fn setsockopt<S: System>(fd: &OwnedFd<S>, option: OptionName, value: &[u8]) -> Result<(), S> {
    // SAFETY: the core makes an `OptionName` only for options whose values hold no address.
    unsafe { setsockopt_raw(fd, option.level(), option.number(), value) }
}

/// getsockopt(2) of any option.
///
/// # Errors
/// Those of [`Backend::getsockopt`](sock_core::Backend::getsockopt).
///
/// # Safety
///
/// The kernel follows addresses in the value of some options. The caller vouches that what it does
/// with this option and these bytes is allowed.
#[inline]
pub unsafe fn getsockopt_raw<S: System>(
    fd: &OwnedFd<S>,
    level: i32,
    number: i32,
    value: &mut [MaybeUninit<u8>],
) -> Result<usize, S> {
    let mut len = value.len() as u32;
    // SAFETY: getsockopt(2) writes at most `len` bytes to `value` and the length to `len`, both
    // borrowed mutably; the caller vouches for what else the option does.
    unsafe {
        S::getsockopt(
            fd.arg(),
            Arg::int(level),
            Arg::int(number),
            Arg::from_mut(value),
            Arg::from_mut(&mut len),
        )
    }
    .unit::<S>()?;
    Ok((len as usize).min(value.len()))
}

/// setsockopt(2) of any option.
///
/// # Errors
/// Those of [`Backend::setsockopt`](sock_core::Backend::setsockopt).
///
/// # Safety
///
/// As for [`getsockopt_raw`].
#[inline]
pub unsafe fn setsockopt_raw<S: System>(
    fd: &OwnedFd<S>,
    level: i32,
    number: i32,
    value: &[u8],
) -> Result<(), S> {
    // SAFETY: setsockopt(2) reads `value`, which is borrowed; the caller vouches for what else the
    // option does.
    unsafe {
        S::setsockopt(
            fd.arg(),
            Arg::int(level),
            Arg::int(number),
            Arg::from_ref(value),
            Arg::word(value.len()),
        )
    }
    .unit::<S>()
}

/// ioctl(2) `FIONBIO`.
///
/// # Errors
/// Those of [`Backend::set_nonblocking`](sock_core::Backend::set_nonblocking).
pub fn set_nonblocking<S: System>(fd: &OwnedFd<S>, nonblocking: bool) -> Result<(), S> {
    let mut on = i32::from(nonblocking);
    // SAFETY: FIONBIO reads an `int`, which is borrowed (`_IOW('f', 126, int)` in sys/filio.h).
    unsafe { S::ioctl(fd.arg(), Arg::uint(FIONBIO), Arg::from_mut(&mut on)) }.unit::<S>()
}

/// fcntl(2) `F_GETFL`: whether the open file is non-blocking.
///
/// # Errors
/// None that is to be expected.
pub fn is_nonblocking<S: System>(fd: &OwnedFd<S>) -> Result<bool, S> {
    // SAFETY: F_GETFL takes no further argument and touches no memory.
    let flags = unsafe { S::fcntl(fd.arg(), Arg::int(F_GETFL), Arg::word(0)) }.count::<S>()?;
    Ok(flags as i32 & O_NONBLOCK != 0)
}

/// close(2), [`Kernel::close`](crate::Kernel::close).
///
/// # Safety
///
/// As there.
#[inline(always)]
pub unsafe fn close<S: System>(fd: crate::RawFd) {
    // SAFETY: close(2) touches no memory; the caller owns the descriptor and uses it no more.
    let _ = unsafe { <S as Calls>::close(Arg::fd(fd)) };
}

/// poll(2).
///
/// # Errors
/// Those of [`Backend::poll`](sock_core::Backend::poll). `NOT_SUPPORTED`: a descriptor asks for
/// `RDHUP`, which the kernel does not have.
#[inline]
pub fn poll<S: System>(fds: &mut [PollFd<'_, S>], left: Option<&mut u64>) -> Result<usize, S> {
    check_events(fds)?;
    S::poll(fds, left)
}
