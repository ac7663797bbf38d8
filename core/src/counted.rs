//! A backend that counts the system calls of another.

use core::mem::MaybeUninit;
use core::num::NonZeroU32;
use core::sync::atomic::{AtomicUsize, Ordering};

use crate::{Backend, Family, Instant, OptionName, RecvFlags, RecvFromReport, RecvMsg};
use crate::{RecvMsgReport, Result, SendFlags, SendMsg, Shutdown, SocketKind, Unfilled};

/// The backend `B`, counting its system calls.
///
/// Every method of [`Backend`] counts as one, but for [`now`](Backend::now), which need not enter
/// the kernel. Closing, which a descriptor does by itself when dropped, is not counted.
///
/// ```
/// use core::sync::atomic::{AtomicUsize, Ordering};
/// use sock_core::{Backend, Counted, Deadline, Result, TcpStream};
///
/// static CALLS: AtomicUsize = AtomicUsize::new(0);
///
/// fn calls_of_a_send<B: Backend>(backend: B, fd: B::Fd) -> Result<usize, B> {
///     let stream = TcpStream::from_fd(Counted::new(backend, &CALLS), fd)?;
///     CALLS.store(0, Ordering::Relaxed);
///     stream.send(b"x")?;
///     Ok(CALLS.load(Ordering::Relaxed))
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Counted<B> {
    backend: B,
    calls: &'static AtomicUsize,
}

impl<B: Backend> Counted<B> {
    /// Counts the calls of `backend` in `calls`.
    pub const fn new(backend: B, calls: &'static AtomicUsize) -> Self {
        Counted { backend, calls }
    }

    #[inline]
    fn count(&self) -> &B {
        self.calls.fetch_add(1, Ordering::Relaxed);
        &self.backend
    }
}

impl<B: Backend> Backend for Counted<B> {
    type Abi = B::Abi;
    type Fd = B::Fd;
    type IoSlice<'a> = B::IoSlice<'a>;
    type IoSliceMut<'a> = B::IoSliceMut<'a>;
    type PollFd<'a> = B::PollFd<'a>;
    type Control<'a> = B::Control<'a>;

    fn socket(&self, family: Family, kind: SocketKind, protocol: i32) -> Result<B::Fd, Self> {
        self.count().socket(family, kind, protocol)
    }

    fn socket_pair(&self, kind: SocketKind) -> Result<(B::Fd, B::Fd), Self> {
        self.count().socket_pair(kind)
    }

    fn bind(&self, fd: &B::Fd, addr: &[u8]) -> Result<(), Self> {
        self.count().bind(fd, addr)
    }

    fn listen(&self, fd: &B::Fd, backlog: u32) -> Result<(), Self> {
        self.count().listen(fd, backlog)
    }

    fn accept(&self, fd: &B::Fd, addr: &mut [u8]) -> Result<(B::Fd, usize), Self> {
        self.count().accept(fd, addr)
    }

    fn connect(&self, fd: &B::Fd, addr: &[u8]) -> Result<(), Self> {
        self.count().connect(fd, addr)
    }

    fn shutdown(&self, fd: &B::Fd, how: Shutdown) -> Result<(), Self> {
        self.count().shutdown(fd, how)
    }

    fn getsockname(&self, fd: &B::Fd, addr: &mut [u8]) -> Result<usize, Self> {
        self.count().getsockname(fd, addr)
    }

    fn getpeername(&self, fd: &B::Fd, addr: &mut [u8]) -> Result<usize, Self> {
        self.count().getpeername(fd, addr)
    }

    fn getsockopt(&self, fd: &B::Fd, option: OptionName, value: &mut [u8]) -> Result<usize, Self> {
        self.count().getsockopt(fd, option, value)
    }

    fn setsockopt(&self, fd: &B::Fd, option: OptionName, value: &[u8]) -> Result<(), Self> {
        self.count().setsockopt(fd, option, value)
    }

    fn set_nonblocking(&self, fd: &B::Fd, nonblocking: bool) -> Result<(), Self> {
        self.count().set_nonblocking(fd, nonblocking)
    }

    #[inline]
    fn send(&self, fd: &B::Fd, bytes: &[u8], flags: SendFlags) -> Result<usize, Self> {
        self.count().send(fd, bytes, flags)
    }

    #[inline]
    fn send_to(
        &self,
        fd: &B::Fd,
        bytes: &[u8],
        flags: SendFlags,
        addr: &[u8],
    ) -> Result<usize, Self> {
        self.count().send_to(fd, bytes, flags, addr)
    }

    fn send_msg(
        &self,
        fd: &B::Fd,
        message: &SendMsg<'_, '_, Self>,
        flags: SendFlags,
    ) -> Result<usize, Self> {
        let SendMsg {
            parts,
            addr,
            descriptors,
        } = *message;
        self.count().send_msg(
            fd,
            &SendMsg {
                parts,
                addr,
                descriptors,
            },
            flags,
        )
    }

    #[inline]
    fn recv(&self, fd: &B::Fd, room: &mut [u8], flags: RecvFlags) -> Result<usize, Self> {
        self.count().recv(fd, room, flags)
    }

    #[inline]
    fn recv_uninit<'r>(
        &self,
        fd: &B::Fd,
        room: &'r mut [MaybeUninit<u8>],
        flags: RecvFlags,
    ) -> core::result::Result<&'r mut [u8], Unfilled<'r, B::Abi>> {
        self.count().recv_uninit(fd, room, flags)
    }

    #[inline]
    fn recv_from(
        &self,
        fd: &B::Fd,
        room: &mut [u8],
        flags: RecvFlags,
        addr: &mut [u8],
    ) -> Result<RecvFromReport, Self> {
        self.count().recv_from(fd, room, flags, addr)
    }

    #[inline]
    fn recv_from_uninit<'r>(
        &self,
        fd: &B::Fd,
        room: &'r mut [MaybeUninit<u8>],
        flags: RecvFlags,
        addr: &mut [u8],
    ) -> core::result::Result<(&'r mut [u8], RecvFromReport), Unfilled<'r, B::Abi>> {
        self.count().recv_from_uninit(fd, room, flags, addr)
    }

    fn recv_msg<'c>(
        &self,
        fd: &B::Fd,
        message: RecvMsg<'_, '_, 'c, Self>,
        flags: RecvFlags,
    ) -> Result<RecvMsgReport<'c, Self>, Self> {
        let RecvMsg {
            parts,
            addr,
            control,
        } = message;
        let report = self.count().recv_msg(
            fd,
            RecvMsg {
                parts,
                addr,
                control,
            },
            flags,
        )?;
        let RecvMsgReport {
            len,
            addr_len,
            flags,
            control,
        } = report;
        Ok(RecvMsgReport {
            len,
            addr_len,
            flags,
            control,
        })
    }

    fn poll(&self, fds: &mut [B::PollFd<'_>], left: Option<&mut u64>) -> Result<usize, Self> {
        self.count().poll(fds, left)
    }

    fn now(&self) -> Instant {
        self.backend.now()
    }

    fn interface_index(&self, name: &[u8]) -> Result<NonZeroU32, Self> {
        self.count().interface_index(name)
    }
}
