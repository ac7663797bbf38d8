//! rustix on its own system calls (its `linux_raw` backend, the default).

use std::net::{SocketAddr, SocketAddrV4};
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, SocketAddrAny, SocketFlags};

use super::{AcceptCalls, Calls, DatagramCalls, PollCalls, StreamCalls};
use crate::compare::Result;

/// A socket by rustix. `FLAGS` are those of its sends and receives.
pub(crate) struct Rustix<const FLAGS: i32>(OwnedFd);

impl<const FLAGS: i32> Rustix<FLAGS> {
    const RECV: RecvFlags = RecvFlags::from_bits_retain(FLAGS as u32);
    const SEND: SendFlags = SendFlags::from_bits_retain(FLAGS as u32).union(SendFlags::NOSIGNAL);
}

impl<const FLAGS: i32> Calls for Rustix<FLAGS> {
    type Error = Errno;

    fn over(fd: OwnedFd) -> Result<Self> {
        Ok(Rustix(fd))
    }

    #[inline(always)]
    fn would_block(error: &Errno) -> bool {
        *error == Errno::WOULDBLOCK
    }
}

impl<const FLAGS: i32> StreamCalls for Rustix<FLAGS> {
    #[inline(always)]
    fn send(&mut self, bytes: &[u8]) -> Result<usize, Errno> {
        rustix::net::send(&self.0, bytes, Self::SEND)
    }

    #[inline(always)]
    fn recv(&mut self, room: &mut [u8]) -> Result<usize, Errno> {
        let (_, n) = rustix::net::recv(&self.0, room, Self::RECV)?;
        Ok(n)
    }
}

impl<const FLAGS: i32> PollCalls for Rustix<FLAGS> {
    #[inline(always)]
    fn poll(&mut self, limit: Option<Duration>) -> Result<(), Errno> {
        let limit = limit.map(|limit| Timespec {
            tv_sec: limit.as_secs() as i64,
            tv_nsec: limit.subsec_nanos().into(),
        });
        let mut fds = [PollFd::new(&self.0, PollFlags::IN)];
        match poll(&mut fds, limit.as_ref())? {
            0 => Err(Errno::TIMEDOUT),
            _ => Ok(()),
        }
    }
}

impl<const FLAGS: i32> DatagramCalls for Rustix<FLAGS> {
    type Addr = SocketAddrAny;

    fn addr(addr: SocketAddrV4) -> SocketAddrAny {
        addr.into()
    }

    #[inline(always)]
    fn send_to(&mut self, bytes: &[u8], addr: &SocketAddrAny) -> Result<usize, Errno> {
        rustix::net::sendto(&self.0, bytes, Self::SEND, addr)
    }

    #[inline(always)]
    fn recv_from(&mut self, room: &mut [u8]) -> Result<(usize, SocketAddrAny), Errno> {
        let (_, n, addr) = rustix::net::recvfrom(&self.0, room, Self::RECV)?;
        Ok((n, addr.ok_or(Errno::AFNOSUPPORT)?))
    }
}

impl<const FLAGS: i32> AcceptCalls for Rustix<FLAGS> {
    type Accepted = (OwnedFd, SocketAddrAny);

    #[inline(always)]
    fn accept(&mut self) -> Result<Self::Accepted, Errno> {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let (fd, addr) = rustix::net::acceptfrom_with(&self.0, flags)?;
        Ok((fd, addr.ok_or(Errno::AFNOSUPPORT)?))
    }

    fn peer((_, addr): &Self::Accepted) -> Option<SocketAddr> {
        SocketAddr::try_from(addr.clone()).ok()
    }
}
