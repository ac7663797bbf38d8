//! socket2: libc behind methods. Its accept makes no non-blocking connection in one call; it is
//! spared the second one.

use std::io;
use std::mem::MaybeUninit;
use std::net::{SocketAddr, SocketAddrV4};
use std::os::fd::OwnedFd;

use socket2::{SockAddr, Socket};

use super::{AcceptCalls, Calls, DatagramCalls, StreamCalls};
use crate::compare::Result;

/// A socket by socket2. `FLAGS` are those of its sends and receives.
pub(crate) struct Socket2<const FLAGS: i32>(Socket);

/// Room as socket2 takes it.
#[inline(always)]
fn uninit(room: &mut [u8]) -> &mut [MaybeUninit<u8>] {
    // SAFETY: `MaybeUninit<u8>` has the layout of `u8`, and socket2 promises to write no
    // uninitialised bytes into it (its documentation of `recv`).
    unsafe { &mut *(&raw mut *room as *mut [MaybeUninit<u8>]) }
}

impl<const FLAGS: i32> Calls for Socket2<FLAGS> {
    type Error = io::Error;

    fn over(fd: OwnedFd) -> Result<Self> {
        Ok(Socket2(Socket::from(fd)))
    }

    #[inline(always)]
    fn would_block(error: &io::Error) -> bool {
        error.raw_os_error() == Some(libc::EAGAIN)
    }
}

impl<const FLAGS: i32> StreamCalls for Socket2<FLAGS> {
    #[inline(always)]
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.send_with_flags(bytes, FLAGS | libc::MSG_NOSIGNAL)
    }

    #[inline(always)]
    fn recv(&mut self, room: &mut [u8]) -> io::Result<usize> {
        self.0.recv_with_flags(uninit(room), FLAGS)
    }
}

impl<const FLAGS: i32> DatagramCalls for Socket2<FLAGS> {
    type Addr = SockAddr;

    fn addr(addr: SocketAddrV4) -> SockAddr {
        addr.into()
    }

    #[inline(always)]
    fn send_to(&mut self, bytes: &[u8], addr: &SockAddr) -> io::Result<usize> {
        self.0
            .send_to_with_flags(bytes, addr, FLAGS | libc::MSG_NOSIGNAL)
    }

    #[inline(always)]
    fn recv_from(&mut self, room: &mut [u8]) -> io::Result<(usize, SockAddr)> {
        self.0.recv_from_with_flags(uninit(room), FLAGS)
    }
}

impl<const FLAGS: i32> AcceptCalls for Socket2<FLAGS> {
    type Accepted = (Socket, SockAddr);

    #[inline(always)]
    fn accept(&mut self) -> io::Result<Self::Accepted> {
        self.0.accept()
    }

    fn peer((_, addr): &Self::Accepted) -> Option<SocketAddr> {
        addr.as_socket()
    }
}
