//! Hand-written system calls, as lean as can be: the bound for all others.
//!
//! Calls that write no memory of the program are `readonly`, and each passes only the arguments
//! that it has.

use std::arch::asm;
use std::mem::MaybeUninit;
use std::net::{SocketAddr, SocketAddrV4};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::ptr;
use std::time::Duration;

use super::{AcceptCalls, Calls, DatagramCalls, Errno, PollCalls, StreamCalls};
use crate::compare::Result;

/// A system call of four to six arguments; the `isize` that it returns.
///
/// The registers are those of syscall(2): on amd64 the System V ABI, appendix A.2.1, by which
/// rcx and r11 are lost and all others kept; on arm64 `el0_svc` in arch/arm64/kernel/entry.S keeps
/// all but the result's.
#[cfg(target_arch = "x86_64")]
macro_rules! call {
    ($number:expr, $a:expr, $b:expr, $c:expr, $d:expr $(, $e:expr $(, $f:expr)?)? $(; $option:ident)?) => {{
        let result: isize;
        asm!(
            "syscall",
            inlateout("rax") $number => result,
            in("rdi") $a,
            in("rsi") $b,
            in("rdx") $c,
            in("r10") $d,
            $(in("r8") $e, $(in("r9") $f,)?)?
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack $(, $option)?),
        );
        result
    }};
}

#[cfg(target_arch = "aarch64")]
macro_rules! call {
    ($number:expr, $a:expr, $b:expr, $c:expr, $d:expr $(, $e:expr $(, $f:expr)?)? $(; $option:ident)?) => {{
        let result: isize;
        asm!(
            "svc 0",
            in("x8") $number,
            inlateout("x0") $a => result,
            in("x1") $b,
            in("x2") $c,
            in("x3") $d,
            $(in("x4") $e, $(in("x5") $f,)?)?
            options(nostack, preserves_flags $(, $option)?),
        );
        result
    }};
}

/// The result of a call whose successes are counts and descriptors, never negative.
#[inline(always)]
fn check(result: isize) -> Result<usize, Errno> {
    if result < 0 {
        Err(Errno(-result as i32))
    } else {
        Ok(result as usize)
    }
}

/// A socket by hand. `FLAGS` are those of its sends and receives.
pub(crate) struct Asm<const FLAGS: i32>(OwnedFd);

impl<const FLAGS: i32> Asm<FLAGS> {
    #[inline(always)]
    fn fd(&self) -> isize {
        self.0.as_raw_fd() as isize
    }
}

impl<const FLAGS: i32> Calls for Asm<FLAGS> {
    type Error = Errno;

    fn over(fd: OwnedFd) -> Result<Self> {
        Ok(Asm(fd))
    }

    #[inline(always)]
    fn would_block(error: &Errno) -> bool {
        error.0 == libc::EAGAIN
    }
}

impl<const FLAGS: i32> StreamCalls for Asm<FLAGS> {
    #[inline(always)]
    fn send(&mut self, bytes: &[u8]) -> Result<usize, Errno> {
        // SAFETY: sendto(2) reads `bytes`, which are borrowed; it gets no address.
        check(unsafe {
            call!(
                libc::SYS_sendto, self.fd(), bytes.as_ptr(), bytes.len(),
                FLAGS | libc::MSG_NOSIGNAL, ptr::null::<u8>(), 0; readonly
            )
        })
    }

    #[inline(always)]
    fn recv(&mut self, room: &mut [u8]) -> Result<usize, Errno> {
        // SAFETY: recvfrom(2) writes at most `len` bytes to `room`, which is borrowed mutably; it
        // gets no room for an address.
        check(unsafe {
            call!(
                libc::SYS_recvfrom,
                self.fd(),
                room.as_mut_ptr(),
                room.len(),
                FLAGS,
                ptr::null::<u8>(),
                ptr::null::<u8>()
            )
        })
    }
}

impl<const FLAGS: i32> PollCalls for Asm<FLAGS> {
    #[inline(always)]
    fn poll(&mut self, limit: Option<Duration>) -> Result<(), Errno> {
        let mut fds = libc::pollfd {
            fd: self.0.as_raw_fd(),
            events: libc::POLLIN,
            revents: 0,
        };
        let mut limit = limit.map(|limit| libc::timespec {
            tv_sec: limit.as_secs() as libc::time_t,
            tv_nsec: libc::c_long::from(limit.subsec_nanos()),
        });
        let time_out = match &mut limit {
            Some(limit) => &raw mut *limit,
            None => ptr::null_mut(),
        };
        // SAFETY: ppoll(2) writes to one `struct pollfd` and to the time-out, if there is one, which
        // are borrowed; the size of a mask that is null is not looked at.
        let ready = check(unsafe {
            call!(
                libc::SYS_ppoll,
                &raw mut fds,
                1,
                time_out,
                ptr::null::<u8>(),
                0
            )
        })?;
        match ready {
            0 => Err(Errno(libc::ETIMEDOUT)),
            _ => Ok(()),
        }
    }
}

impl<const FLAGS: i32> DatagramCalls for Asm<FLAGS> {
    type Addr = libc::sockaddr_in;

    fn addr(addr: SocketAddrV4) -> libc::sockaddr_in {
        super::sockaddr_in(addr)
    }

    #[inline(always)]
    fn send_to(&mut self, bytes: &[u8], addr: &libc::sockaddr_in) -> Result<usize, Errno> {
        // SAFETY: sendto(2) reads `bytes` and the address, which are borrowed.
        check(unsafe {
            call!(
                libc::SYS_sendto, self.fd(), bytes.as_ptr(), bytes.len(),
                FLAGS | libc::MSG_NOSIGNAL, ptr::from_ref(addr), size_of_val(addr); readonly
            )
        })
    }

    #[inline(always)]
    fn recv_from(&mut self, room: &mut [u8]) -> Result<(usize, libc::sockaddr_in), Errno> {
        let mut addr = MaybeUninit::<libc::sockaddr_in>::uninit();
        let mut len = size_of_val(&addr) as libc::socklen_t;
        // SAFETY: recvfrom(2) writes at most `len` bytes to `room`, and the address and its length,
        // all borrowed mutably.
        let n = check(unsafe {
            call!(
                libc::SYS_recvfrom,
                self.fd(),
                room.as_mut_ptr(),
                room.len(),
                FLAGS,
                addr.as_mut_ptr(),
                &raw mut len
            )
        })?;
        let addr = super::received(addr, len).ok_or(Errno(libc::EAFNOSUPPORT))?;
        Ok((n, addr))
    }
}

impl<const FLAGS: i32> AcceptCalls for Asm<FLAGS> {
    type Accepted = (OwnedFd, libc::sockaddr_in);

    #[inline(always)]
    fn accept(&mut self) -> Result<Self::Accepted, Errno> {
        let mut addr = MaybeUninit::<libc::sockaddr_in>::uninit();
        let mut len = size_of_val(&addr) as libc::socklen_t;
        // SAFETY: accept4(2) writes the address and its length, which are borrowed mutably.
        let fd = check(unsafe {
            call!(
                libc::SYS_accept4,
                self.fd(),
                addr.as_mut_ptr(),
                &raw mut len,
                libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK
            )
        })?;
        // SAFETY: the kernel has just made the descriptor for this caller.
        let fd = unsafe { OwnedFd::from_raw_fd(fd as i32) };
        let addr = super::received(addr, len).ok_or(Errno(libc::EAFNOSUPPORT))?;
        Ok((fd, addr))
    }

    fn peer((_, addr): &Self::Accepted) -> Option<SocketAddr> {
        super::socket_addr(addr)
    }
}
