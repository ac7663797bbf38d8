//! The system calls of sockets, one method each.

use core::mem::MaybeUninit;
use core::num::NonZeroU32;
use core::ptr;

use linux_raw_sys::general::{
    __NR_accept4, __NR_bind, __NR_connect, __NR_getpeername, __NR_getsockname, __NR_ioctl,
    __NR_listen, __NR_ppoll, __NR_recvmsg, __NR_shutdown, __NR_socket, __NR_socketpair, O_CLOEXEC,
    O_NONBLOCK,
};
use linux_raw_sys::ioctl::FIONBIO;
use linux_raw_sys::net::{AF_UNIX, MSG_CMSG_CLOEXEC, SHUT_RD, SHUT_RDWR, SHUT_WR, msghdr};
use sock_core::abi;
use sock_core::{
    Backend, Family, Instant, MessageFlags, OptionName, RecvFlags, RecvFromReport, RecvMsg,
    RecvMsgReport, SendFlags, SendMsg, Shutdown, SocketKind, Unfilled,
};

use crate::arch::syscall5;
use crate::arch::{Arg, Nr, Ret};
use crate::arch::{syscall2_readonly, syscall3, syscall3_readonly, syscall4};
use crate::call::{count, descriptor, unit};
use crate::control::{ReceivedControl, Rights};
use crate::room::{AddrLen, start_mut};
use crate::transfer::{self, assume_filled, recv_bits};
use crate::{Error, IoSlice, IoSliceMut, OwnedFd, PollFd, Result, clock, interface};

/// The running Linux kernel, by raw system calls.
///
/// A value without content: copies are free, and `Linux` can be written wherever a backend is
/// asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Linux;

/// Descriptors are born so: `SOCK_NONBLOCK` and `SOCK_CLOEXEC` are these bits (include/linux/net.h).
const BORN: u32 = O_NONBLOCK | O_CLOEXEC;

impl Backend for Linux {
    type Abi = abi::Linux;
    type Fd = OwnedFd;
    type IoSlice<'a> = IoSlice<'a>;
    type IoSliceMut<'a> = IoSliceMut<'a>;
    type PollFd<'a> = PollFd<'a>;
    type Control<'a> = ReceivedControl<'a>;

    fn socket(&self, family: Family, kind: SocketKind, protocol: i32) -> Result<OwnedFd> {
        // SAFETY: socket(2) makes a descriptor and touches no memory.
        unsafe {
            descriptor(syscall3_readonly(
                Nr::new(__NR_socket),
                Arg::uint(u32::from(family.number::<abi::Linux>())),
                Arg::uint(kind.number::<abi::Linux>().cast_unsigned() | BORN),
                Arg::int(protocol),
            ))
        }
    }

    fn socket_pair(&self, kind: SocketKind) -> Result<(OwnedFd, OwnedFd)> {
        let mut pair = [-1; 2];
        // SAFETY: socketpair(2) writes two numbers to `pair`, which is borrowed mutably.
        unit(unsafe {
            syscall4(
                Nr::new(__NR_socketpair),
                Arg::uint(AF_UNIX),
                Arg::uint(kind.number::<abi::Linux>().cast_unsigned() | BORN),
                Arg::int(0),
                Arg::from_mut(&mut pair),
            )
        })?;
        let [a, b] = pair;
        // SAFETY: the kernel has just made both descriptors for this caller.
        unsafe { OwnedFd::from_raw_fd(a).zip(OwnedFd::from_raw_fd(b)) }
            .ok_or(Error::UNEXPECTED_REPLY)
    }

    fn bind(&self, fd: &OwnedFd, addr: &[u8]) -> Result<()> {
        // SAFETY: bind(2) reads `addr`, which is borrowed.
        unit(unsafe {
            syscall3_readonly(Nr::new(__NR_bind), fd.arg(), Arg::from_ref(addr), len(addr))
        })
    }

    fn listen(&self, fd: &OwnedFd, backlog: u32) -> Result<()> {
        // The kernel takes an `int`, as an unsigned one; more than it can mean is no less.
        let backlog = backlog.min(i32::MAX.cast_unsigned());
        // SAFETY: listen(2) touches no memory.
        unit(unsafe { syscall2_readonly(Nr::new(__NR_listen), fd.arg(), Arg::uint(backlog)) })
    }

    #[inline(always)]
    fn accept(&self, fd: &OwnedFd, addr: &mut [u8]) -> Result<(OwnedFd, usize)> {
        let mut reported = AddrLen::of(addr);
        let (addr, len) = reported.args(addr);
        // SAFETY: accept4(2) writes the address and its length to memory that is borrowed mutably,
        // and makes a descriptor.
        let accepted = unsafe {
            descriptor(syscall4(
                Nr::new(__NR_accept4),
                fd.arg(),
                addr,
                len,
                Arg::uint(BORN),
            ))
        }?;
        Ok((accepted, reported.get()))
    }

    fn connect(&self, fd: &OwnedFd, addr: &[u8]) -> Result<()> {
        // SAFETY: connect(2) reads `addr`, which is borrowed.
        unit(unsafe {
            syscall3_readonly(
                Nr::new(__NR_connect),
                fd.arg(),
                Arg::from_ref(addr),
                len(addr),
            )
        })
    }

    fn shutdown(&self, fd: &OwnedFd, how: Shutdown) -> Result<()> {
        let how = match how {
            Shutdown::Read => SHUT_RD,
            Shutdown::Write => SHUT_WR,
            Shutdown::Both => SHUT_RDWR,
        };
        // SAFETY: shutdown(2) touches no memory.
        unit(unsafe { syscall2_readonly(Nr::new(__NR_shutdown), fd.arg(), Arg::uint(how)) })
    }

    fn getsockname(&self, fd: &OwnedFd, addr: &mut [u8]) -> Result<usize> {
        name(Nr::new(__NR_getsockname), fd, addr)
    }

    fn getpeername(&self, fd: &OwnedFd, addr: &mut [u8]) -> Result<usize> {
        name(Nr::new(__NR_getpeername), fd, addr)
    }

    fn getsockopt(&self, fd: &OwnedFd, option: OptionName, value: &mut [u8]) -> Result<usize> {
        // SAFETY: `MaybeUninit<u8>` has the layout of `u8`, and the kernel only ever writes bytes.
        let value = unsafe { &mut *(ptr::from_mut(value) as *mut [MaybeUninit<u8>]) };
        // SAFETY: the core makes an `OptionName` only for options whose values hold no address.
        unsafe { self.getsockopt_raw(fd, option.level(), option.number(), value) }
    }

    fn setsockopt(&self, fd: &OwnedFd, option: OptionName, value: &[u8]) -> Result<()> {
        // SAFETY: the core makes an `OptionName` only for options whose values hold no address.
        unsafe { self.setsockopt_raw(fd, option.level(), option.number(), value) }
    }

    fn set_nonblocking(&self, fd: &OwnedFd, nonblocking: bool) -> Result<()> {
        let mut on = i32::from(nonblocking);
        // SAFETY: FIONBIO reads an `int`, which is borrowed, ioctl_tty(2) and fs/ioctl.c.
        unit(unsafe {
            syscall3(
                Nr::new(__NR_ioctl),
                fd.arg(),
                Arg::uint(FIONBIO),
                Arg::from_mut(&mut on),
            )
        })
    }

    #[inline(always)]
    fn send(&self, fd: &OwnedFd, bytes: &[u8], flags: SendFlags) -> Result<usize> {
        transfer::send_to(fd, bytes, flags, Arg::null(), Arg::word(0))
    }

    #[inline(always)]
    fn send_to(&self, fd: &OwnedFd, bytes: &[u8], flags: SendFlags, addr: &[u8]) -> Result<usize> {
        transfer::send_to(fd, bytes, flags, Arg::from_ref(addr), len(addr))
    }

    fn send_msg(
        &self,
        fd: &OwnedFd,
        message: &SendMsg<'_, '_, Self>,
        flags: SendFlags,
    ) -> Result<usize> {
        if message.descriptors.is_empty() {
            return transfer::send_msg(fd, message, &[], flags);
        }
        let rights = Rights::new(message.descriptors)?;
        transfer::send_msg(fd, message, rights.as_slice(), flags)
    }

    #[inline(always)]
    fn recv(&self, fd: &OwnedFd, room: &mut [u8], flags: RecvFlags) -> Result<usize> {
        let len = room.len();
        // SAFETY: `recv` writes at most `len` bytes to `room`, which is borrowed mutably.
        unsafe { transfer::recv(fd, Arg::from_mut(room), len, flags) }
    }

    #[inline(always)]
    fn recv_uninit<'r>(
        &self,
        fd: &OwnedFd,
        room: &'r mut [MaybeUninit<u8>],
        flags: RecvFlags,
    ) -> core::result::Result<&'r mut [u8], Unfilled<'r, abi::Linux>> {
        let len = room.len();
        // SAFETY: `recv` writes at most `len` bytes to `room`, which is borrowed mutably.
        match unsafe { transfer::recv(fd, Arg::from_mut(room), len, flags) } {
            // SAFETY: without MSG_TRUNC, which has no name in `RecvFlags` and is refused, recvfrom(2)
            // returns how many bytes it has written, and it writes no more than `len`.
            Ok(filled) => Ok(unsafe { assume_filled(room, filled) }),
            Err(error) => Err(Unfilled { error, room }),
        }
    }

    #[inline(always)]
    fn recv_from(
        &self,
        fd: &OwnedFd,
        room: &mut [u8],
        flags: RecvFlags,
        addr: &mut [u8],
    ) -> Result<RecvFromReport> {
        transfer::recv_from(fd, room, flags, addr)
    }

    #[inline(always)]
    fn recv_from_uninit<'r>(
        &self,
        fd: &OwnedFd,
        room: &'r mut [MaybeUninit<u8>],
        flags: RecvFlags,
        addr: &mut [u8],
    ) -> core::result::Result<(&'r mut [u8], RecvFromReport), Unfilled<'r, abi::Linux>> {
        match transfer::recv_from_uninit(fd, room, flags, addr) {
            // SAFETY: the report says how many bytes recvmsg(2) has written, which are no more than the
            // room that its `struct iovec` has.
            Ok(report) => Ok((unsafe { assume_filled(room, report.len) }, report)),
            Err(error) => Err(Unfilled { error, room }),
        }
    }

    fn recv_msg<'c>(
        &self,
        fd: &OwnedFd,
        message: RecvMsg<'_, '_, 'c, Self>,
        flags: RecvFlags,
    ) -> Result<RecvMsgReport<'c, Self>> {
        let mut header = msghdr {
            msg_name: start_mut(message.addr).cast(),
            msg_namelen: message.addr.len() as i32,
            msg_iov: message.parts.as_mut_ptr().cast(),
            msg_iovlen: message.parts.len() as _,
            msg_control: start_mut(message.control).cast(),
            msg_controllen: message.control.len() as _,
            msg_flags: 0,
        };
        let flags = recv_bits(flags)? | MSG_CMSG_CLOEXEC;
        // SAFETY: recvmsg(2) writes to what the header points to, each borrowed mutably and with its
        // length: `IoSliceMut` is a `struct iovec` that borrows its memory mutably.
        let len = count(unsafe {
            syscall3(
                Nr::new(__NR_recvmsg),
                fd.arg(),
                Arg::from_mut(&mut header),
                Arg::uint(flags),
            )
        })?;
        let control: &'c [u8] = message.control;
        let control = control.get(..header.msg_controllen).unwrap_or_default();
        Ok(RecvMsgReport {
            len,
            addr_len: header.msg_namelen as usize,
            flags: MessageFlags::from_bits_truncate(header.msg_flags),
            // SAFETY: these are the bytes that recvmsg(2) has just written, and the caller's borrow of
            // them has gone into this value.
            control: unsafe { ReceivedControl::new(control) },
        })
    }

    fn poll(&self, fds: &mut [PollFd<'_>], left: Option<&mut u64>) -> Result<usize> {
        let (fds_len, fds) = (Arg::word(fds.len()), Arg::from_mut(fds));
        let Some(left) = left else {
            // SAFETY: ppoll(2) writes to `fds`, a slice of `struct pollfd` that is borrowed mutably;
            // without a time-out and a signal mask.
            return count(unsafe { ppoll(fds, fds_len, Arg::null()) });
        };
        let mut time_out = clock::timespec(*left);
        // SAFETY: as above; and to the time-out, which is borrowed mutably.
        let ready = count(unsafe { ppoll(fds, fds_len, Arg::from_mut(&mut time_out)) });
        *left = clock::nanoseconds(&time_out);
        ready
    }

    #[inline]
    fn now(&self) -> Instant {
        Instant::from_nanos(clock::monotonic())
    }

    fn interface_index(&self, name: &[u8]) -> Result<NonZeroU32> {
        interface::index(name)
    }
}

/// The length of an address as an argument.
#[inline(always)]
fn len(addr: &[u8]) -> Arg<'static> {
    Arg::word(addr.len())
}

/// getsockname(2) or getpeername(2).
fn name(number: Nr, fd: &OwnedFd, addr: &mut [u8]) -> Result<usize> {
    let mut len = addr.len() as i32;
    // SAFETY: both calls write the address and its length to memory that is borrowed mutably.
    unit(unsafe {
        syscall3(
            number,
            fd.arg(),
            Arg::from_mut(addr),
            Arg::from_mut(&mut len),
        )
    })?;
    Ok(len as usize)
}

/// ppoll(2) without a signal mask.
///
/// # Safety
///
/// `fds` must be `len` times `struct pollfd` and `time_out` null or a `struct timespec`, both of
/// which may be written.
#[inline(always)]
unsafe fn ppoll(fds: Arg<'_>, len: Arg<'_>, time_out: Arg<'_>) -> Ret {
    // SAFETY: ppoll(2) writes what the caller allows. The last argument is not looked at without a
    // mask.
    unsafe {
        syscall5(
            Nr::new(__NR_ppoll),
            fds,
            len,
            time_out,
            Arg::null(),
            Arg::word(0),
        )
    }
}
