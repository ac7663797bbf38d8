//! The system calls of the crate `sc`: numbers in, a number out.

use std::mem::MaybeUninit;
use std::net::{SocketAddr, SocketAddrV4};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

use sc::syscall;

use super::{AcceptCalls, Calls, DatagramCalls, Errno, StreamCalls};
use crate::compare::Result;

/// A socket by `sc`. `FLAGS` are those of its sends and receives.
pub(crate) struct Sc<const FLAGS: i32>(OwnedFd);

impl<const FLAGS: i32> Sc<FLAGS> {
    #[inline(always)]
    fn fd(&self) -> usize {
        self.0.as_raw_fd() as usize
    }
}

/// The result as syscall(2) says: -4095 to -1 are errors.
#[inline(always)]
fn check(result: usize) -> Result<usize, Errno> {
    match result as isize {
        error @ -4095..=-1 => Err(Errno(-error as i32)),
        _ => Ok(result),
    }
}

impl<const FLAGS: i32> Calls for Sc<FLAGS> {
    type Error = Errno;

    fn over(fd: OwnedFd) -> Result<Self> {
        Ok(Sc(fd))
    }

    #[inline(always)]
    fn would_block(error: &Errno) -> bool {
        error.0 == libc::EAGAIN
    }
}

impl<const FLAGS: i32> StreamCalls for Sc<FLAGS> {
    #[inline(always)]
    fn send(&mut self, bytes: &[u8]) -> Result<usize, Errno> {
        // SAFETY: sendto(2) reads `bytes`, which are borrowed; it gets no address.
        check(unsafe {
            syscall!(
                SENDTO,
                self.fd(),
                bytes.as_ptr(),
                bytes.len(),
                FLAGS | libc::MSG_NOSIGNAL,
                0,
                0
            )
        })
    }

    #[inline(always)]
    fn recv(&mut self, room: &mut [u8]) -> Result<usize, Errno> {
        // SAFETY: recvfrom(2) writes at most `len` bytes to `room`, which is borrowed mutably; it
        // gets no room for an address.
        check(unsafe {
            syscall!(
                RECVFROM,
                self.fd(),
                room.as_mut_ptr(),
                room.len(),
                FLAGS,
                0,
                0
            )
        })
    }
}

impl<const FLAGS: i32> DatagramCalls for Sc<FLAGS> {
    type Addr = libc::sockaddr_in;

    fn addr(addr: SocketAddrV4) -> libc::sockaddr_in {
        super::sockaddr_in(addr)
    }

    #[inline(always)]
    fn send_to(&mut self, bytes: &[u8], addr: &libc::sockaddr_in) -> Result<usize, Errno> {
        // SAFETY: sendto(2) reads `bytes` and the address, which are borrowed.
        check(unsafe {
            syscall!(
                SENDTO,
                self.fd(),
                bytes.as_ptr(),
                bytes.len(),
                FLAGS | libc::MSG_NOSIGNAL,
                &raw const *addr,
                size_of_val(addr)
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
            syscall!(
                RECVFROM,
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

impl<const FLAGS: i32> AcceptCalls for Sc<FLAGS> {
    type Accepted = (OwnedFd, libc::sockaddr_in);

    #[inline(always)]
    fn accept(&mut self) -> Result<Self::Accepted, Errno> {
        let mut addr = MaybeUninit::<libc::sockaddr_in>::uninit();
        let mut len = size_of_val(&addr) as libc::socklen_t;
        // SAFETY: accept4(2) writes the address and its length, which are borrowed mutably.
        let fd = check(unsafe {
            syscall!(
                ACCEPT4,
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
