//! The functions of libc, with errno read after a failure.

use std::io;
use std::mem::MaybeUninit;
use std::net::{SocketAddr, SocketAddrV4};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

use super::{AcceptCalls, Calls, DatagramCalls, StreamCalls};
use crate::compare::Result;

/// A socket by libc. `FLAGS` are those of its sends and receives.
pub(crate) struct Libc<const FLAGS: i32>(OwnedFd);

#[inline(always)]
fn check(result: isize) -> io::Result<usize> {
    if result < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(result as usize)
    }
}

impl<const FLAGS: i32> Calls for Libc<FLAGS> {
    type Error = io::Error;

    fn over(fd: OwnedFd) -> Result<Self> {
        Ok(Libc(fd))
    }

    #[inline(always)]
    fn would_block(error: &io::Error) -> bool {
        error.raw_os_error() == Some(libc::EAGAIN)
    }
}

impl<const FLAGS: i32> StreamCalls for Libc<FLAGS> {
    #[inline(always)]
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // SAFETY: send(2) reads `bytes`, which are borrowed.
        check(unsafe {
            libc::send(
                self.0.as_raw_fd(),
                bytes.as_ptr().cast(),
                bytes.len(),
                FLAGS | libc::MSG_NOSIGNAL,
            )
        })
    }

    #[inline(always)]
    fn recv(&mut self, room: &mut [u8]) -> io::Result<usize> {
        // SAFETY: recv(2) writes at most `len` bytes to `room`, which is borrowed mutably.
        check(unsafe {
            libc::recv(
                self.0.as_raw_fd(),
                room.as_mut_ptr().cast(),
                room.len(),
                FLAGS,
            )
        })
    }
}

impl<const FLAGS: i32> DatagramCalls for Libc<FLAGS> {
    type Addr = libc::sockaddr_in;

    fn addr(addr: SocketAddrV4) -> libc::sockaddr_in {
        super::sockaddr_in(addr)
    }

    #[inline(always)]
    fn send_to(&mut self, bytes: &[u8], addr: &libc::sockaddr_in) -> io::Result<usize> {
        // SAFETY: sendto(2) reads `bytes` and the address, which are borrowed.
        check(unsafe {
            libc::sendto(
                self.0.as_raw_fd(),
                bytes.as_ptr().cast(),
                bytes.len(),
                FLAGS | libc::MSG_NOSIGNAL,
                (&raw const *addr).cast(),
                size_of_val(addr) as libc::socklen_t,
            )
        })
    }

    #[inline(always)]
    fn recv_from(&mut self, room: &mut [u8]) -> io::Result<(usize, libc::sockaddr_in)> {
        let mut addr = MaybeUninit::<libc::sockaddr_in>::uninit();
        let mut len = size_of_val(&addr) as libc::socklen_t;
        // SAFETY: recvfrom(2) writes at most `len` bytes to `room`, and the address and its length,
        // all borrowed mutably.
        let n = check(unsafe {
            libc::recvfrom(
                self.0.as_raw_fd(),
                room.as_mut_ptr().cast(),
                room.len(),
                FLAGS,
                addr.as_mut_ptr().cast(),
                &raw mut len,
            )
        })?;
        let addr = super::received(addr, len).ok_or(io::ErrorKind::Unsupported)?;
        Ok((n, addr))
    }
}

impl<const FLAGS: i32> AcceptCalls for Libc<FLAGS> {
    type Accepted = (OwnedFd, libc::sockaddr_in);

    #[inline(always)]
    fn accept(&mut self) -> io::Result<Self::Accepted> {
        let mut addr = MaybeUninit::<libc::sockaddr_in>::uninit();
        let mut len = size_of_val(&addr) as libc::socklen_t;
        // SAFETY: accept4(2) writes the address and its length, which are borrowed mutably.
        let fd = check(unsafe {
            libc::accept4(
                self.0.as_raw_fd(),
                addr.as_mut_ptr().cast(),
                &raw mut len,
                libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK,
            )
        } as isize)?;
        // SAFETY: the kernel has just made the descriptor for this caller.
        let fd = unsafe { OwnedFd::from_raw_fd(fd as i32) };
        let addr = super::received(addr, len).ok_or(io::ErrorKind::Unsupported)?;
        Ok((fd, addr))
    }

    fn peer((_, addr): &Self::Accepted) -> Option<SocketAddr> {
        super::socket_addr(addr)
    }
}
