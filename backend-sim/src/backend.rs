//! The calls, as the core makes them.

use core::mem::MaybeUninit;
use core::num::NonZeroU32;
use sock_core::abi::Kernel as Of;
use sock_core::{
    Abi, Backend, Error, Family, Instant, MessageFlags, OptionName, RecvFlags, RecvFromReport,
    RecvMsg, RecvMsgReport, SendFlags, SendMsg, Shutdown, SocketKind, Unfilled,
};

use crate::gate::Direction;
use crate::sim::Result;
use crate::socket::{Delivery, Id, Socket};
use crate::{Call, Fd, IoSlice, IoSliceMut, PollFd, ReceivedControl, Sim};

/// The most parts of a message, `UIO_MAXIOV`.
const MOST_PARTS: usize = 1024;

/// The most descriptors in a message, `SCM_MAX_FD`.
const MOST_DESCRIPTORS: usize = 253;

impl<A: Abi> Backend for Sim<A> {
    type Abi = A;
    type Fd = Fd<A>;
    type IoSlice<'a> = IoSlice<'a>;
    type IoSliceMut<'a> = IoSliceMut<'a>;
    type PollFd<'a> = PollFd<'a, A>;
    type Control<'a> = ReceivedControl<A>;

    fn socket(&self, family: Family, kind: SocketKind, protocol: i32) -> Result<Fd<A>, A> {
        let id = self.call(Call::Socket, None, |kernel| {
            kernel.open(family, kind, protocol)
        })?;
        Ok(Fd::new(self, id))
    }

    fn socket_pair(&self, kind: SocketKind) -> Result<(Fd<A>, Fd<A>), A> {
        let (a, b) = self.call(Call::SocketPair, None, |kernel| kernel.pair(kind))?;
        Ok((Fd::new(self, a), Fd::new(self, b)))
    }

    fn bind(&self, fd: &Fd<A>, addr: &[u8]) -> Result<(), A> {
        self.call(Call::Bind, Some(fd), |kernel| kernel.bind(fd.id, addr))
    }

    fn listen(&self, fd: &Fd<A>, backlog: u32) -> Result<(), A> {
        self.call(Call::Listen, Some(fd), |kernel| {
            kernel.listen(fd.id, backlog)
        })
    }

    fn accept(&self, fd: &Fd<A>, addr: &mut [u8]) -> Result<(Fd<A>, usize), A> {
        let (id, peer) = self.call_on(
            Call::Accept,
            fd,
            Direction::Receive,
            false,
            |_| 0,
            |kernel, id| kernel.accept(id),
        )?;
        let len = peer.map_or(0, |peer| peer.write(addr));
        Ok((Fd::new(self, id), len))
    }

    fn connect(&self, fd: &Fd<A>, addr: &[u8]) -> Result<(), A> {
        let kernel = self.enter(Call::Connect, Some(fd))?;
        let (kernel, out) = self.connect_within(kernel, fd.id, addr);
        self.leave(kernel, out, |()| 0)
    }

    fn shutdown(&self, fd: &Fd<A>, how: Shutdown) -> Result<(), A> {
        self.call(Call::Shutdown, Some(fd), |kernel| {
            kernel.shutdown(fd.id, how)
        })
    }

    fn getsockname(&self, fd: &Fd<A>, addr: &mut [u8]) -> Result<usize, A> {
        self.call(Call::GetSockName, Some(fd), |kernel| {
            Ok(kernel.socket(fd.id)?.local.write(addr))
        })
    }

    fn getpeername(&self, fd: &Fd<A>, addr: &mut [u8]) -> Result<usize, A> {
        self.call(Call::GetPeerName, Some(fd), |kernel| {
            let socket = kernel.socket(fd.id)?;
            let peer = socket.peer().filter(|_| !socket.is_over());
            Ok(peer.ok_or(Error::NOT_CONNECTED)?.name.write(addr))
        })
    }

    fn getsockopt(&self, fd: &Fd<A>, option: OptionName, value: &mut [u8]) -> Result<usize, A> {
        self.call(Call::GetSockOpt, Some(fd), |kernel| {
            kernel.get_option(fd.id, option, value)
        })
    }

    fn setsockopt(&self, fd: &Fd<A>, option: OptionName, value: &[u8]) -> Result<(), A> {
        self.call(Call::SetSockOpt, Some(fd), |kernel| {
            kernel.set_option(fd.id, option, value)
        })
    }

    fn set_nonblocking(&self, fd: &Fd<A>, nonblocking: bool) -> Result<(), A> {
        self.call(Call::SetNonblocking, Some(fd), |kernel| {
            kernel.socket_mut(fd.id)?.nonblocking = nonblocking;
            Ok(())
        })
    }

    fn send(&self, fd: &Fd<A>, bytes: &[u8], flags: SendFlags) -> Result<usize, A> {
        self.transmit(Call::Send, fd, bytes, None, &[], flags)
    }

    fn send_to(&self, fd: &Fd<A>, bytes: &[u8], flags: SendFlags, addr: &[u8]) -> Result<usize, A> {
        self.transmit(Call::SendTo, fd, bytes, Some(addr), &[], flags)
    }

    fn send_msg(
        &self,
        fd: &Fd<A>,
        message: &SendMsg<'_, '_, Self>,
        flags: SendFlags,
    ) -> Result<usize, A> {
        if message.parts.len() > MOST_PARTS {
            return Err(Error::os(A::EMSGSIZE));
        }
        if message.descriptors.len() > MOST_DESCRIPTORS {
            return Err(Error::TOO_MANY_DESCRIPTORS);
        }
        let parts = message.parts.iter().map(sock_core::IoSlice::as_slice);
        let bytes = parts.collect::<Vec<&[u8]>>().concat();
        let rights = message.descriptors.iter().map(|fd| self.id(fd));
        let rights = rights.collect::<Result<Vec<Id>, A>>()?;
        let addr = Some(message.addr).filter(|addr| !addr.is_empty());
        self.transmit(Call::SendMsg, fd, &bytes, addr, &rights, flags)
    }

    fn recv(&self, fd: &Fd<A>, room: &mut [u8], flags: RecvFlags) -> Result<usize, A> {
        let delivery = self.receive_bytes(Call::Recv, fd, room.len(), flags)?;
        Ok(copy(&delivery.bytes, room))
    }

    fn recv_uninit<'r>(
        &self,
        fd: &Fd<A>,
        room: &'r mut [MaybeUninit<u8>],
        flags: RecvFlags,
    ) -> core::result::Result<&'r mut [u8], Unfilled<'r, A>> {
        match self.receive_bytes(Call::Recv, fd, room.len(), flags) {
            Ok(delivery) => Ok(fill(room, &delivery.bytes)),
            Err(error) => Err(Unfilled { error, room }),
        }
    }

    fn recv_from(
        &self,
        fd: &Fd<A>,
        room: &mut [u8],
        flags: RecvFlags,
        addr: &mut [u8],
    ) -> Result<RecvFromReport, A> {
        let delivery = self.receive_bytes(Call::RecvFrom, fd, room.len(), flags)?;
        let discards = |socket: &Socket<A>| socket.is_tcp() && A::KERNEL == Of::Linux;
        if !self.lock().socket(fd.id).is_ok_and(discards) {
            copy(&delivery.bytes, room);
        }
        Ok(report(&delivery, addr))
    }

    fn recv_from_uninit<'r>(
        &self,
        fd: &Fd<A>,
        room: &'r mut [MaybeUninit<u8>],
        flags: RecvFlags,
        addr: &mut [u8],
    ) -> core::result::Result<(&'r mut [u8], RecvFromReport), Unfilled<'r, A>> {
        match self.receive_bytes(Call::RecvFrom, fd, room.len(), flags) {
            Ok(delivery) => Ok((fill(room, &delivery.bytes), report(&delivery, addr))),
            Err(error) => Err(Unfilled { error, room }),
        }
    }

    fn recv_msg<'c>(
        &self,
        fd: &Fd<A>,
        message: RecvMsg<'_, '_, 'c, Self>,
        flags: RecvFlags,
    ) -> Result<RecvMsgReport<'c, Self>, A> {
        if message.parts.len() > MOST_PARTS {
            return Err(Error::os(A::EMSGSIZE));
        }
        let room = message
            .parts
            .iter()
            .map(|part| sock_core::IoSliceMut::as_slice(part).len());
        let mut delivery =
            self.receive(Call::RecvMsg, fd, room.sum(), flags, message.control.len())?;
        let mut rest = delivery.bytes.as_slice();
        for part in message.parts {
            let n = copy(rest, sock_core::IoSliceMut::as_mut_slice(part));
            rest = rest.get(n..).unwrap_or_default();
        }
        let rights = std::mem::take(&mut delivery.rights);
        let descriptors = rights.into_iter().map(|id| Fd::new(self, id)).collect();
        let RecvFromReport {
            len,
            addr_len,
            truncated,
            ..
        } = report(&delivery, message.addr);
        let mut flags = MessageFlags::empty();
        flags.set(MessageFlags::TRUNC, truncated);
        flags.set(MessageFlags::CTRUNC, delivery.cut);
        Ok(RecvMsgReport {
            len,
            addr_len,
            flags,
            control: ReceivedControl(descriptors),
        })
    }

    fn poll(&self, fds: &mut [PollFd<'_, A>], left: Option<&mut u64>) -> Result<usize, A> {
        let kernel = self.enter(Call::Poll, None)?;
        let length = left.as_deref().copied();
        let end = length.map(|length| kernel.clock.now().saturating_add(length));
        let (kernel, out) = self.poll_within(kernel, fds, end);
        if let (Some(left), Some(end)) = (left, end) {
            *left = end.saturating_sub(kernel.clock.now());
        }
        self.leave(kernel, out, |ready| *ready)
    }

    fn now(&self) -> Instant {
        match self.call(Call::Now, None, |kernel| Ok(kernel.tell_time())) {
            Ok(now) => now,
            Err(_) => Sim::now(self),
        }
    }

    fn interface_index(&self, name: &[u8]) -> Result<NonZeroU32, A> {
        match name {
            b"lo" => Ok(NonZeroU32::MIN),
            _ => Err(Error::UNKNOWN_ZONE),
        }
    }
}

/// Copies what fits, and says how much that was.
fn copy(bytes: &[u8], room: &mut [u8]) -> usize {
    let n = bytes.len().min(room.len());
    if let (Some(room), Some(bytes)) = (room.get_mut(..n), bytes.get(..n)) {
        room.copy_from_slice(bytes);
    }
    n
}

/// The part of `room` that now holds `bytes`.
fn fill<'r>(room: &'r mut [MaybeUninit<u8>], bytes: &[u8]) -> &'r mut [u8] {
    let n = bytes.len().min(room.len());
    match (room.get_mut(..n), bytes.get(..n)) {
        (Some(room), Some(bytes)) => room.write_copy_of_slice(bytes),
        _ => &mut [],
    }
}

/// Writes the address of the sender, and says what came.
fn report<A: Abi>(delivery: &Delivery<A>, addr: &mut [u8]) -> RecvFromReport {
    RecvFromReport {
        len: delivery.bytes.len(),
        addr_len: delivery.from.map_or(0, |from| from.write(addr)),
        truncated: delivery.whole > delivery.bytes.len(),
        // Messages are kept whole here; FreeBSD marks the end of each.
        end_of_record: A::KERNEL == sock_core::abi::Kernel::FreeBsd,
    }
}
