//! The calls, as the core makes them.

use core::mem::MaybeUninit;
use core::num::NonZeroU32;
use std::collections::VecDeque;

use sock_core::abi::Kernel as Of;
use sock_core::{
    Abi, Backend, Error, Family, Instant, MessageFlags, OptionName, PollEvents, RecvFlags,
    RecvFromReport, RecvMsg, RecvMsgReport, SendFlags, SendMsg, Shutdown, SocketKind, Unfilled,
};

use crate::names::Name;
use crate::sim::{Direction, Result, Waited};
use crate::socket::{Delivery, Id};
use crate::{Fd, IoSlice, IoSliceMut, PollFd, ReceivedControl, Sim};

/// The most parts of a message, `UIO_MAXIOV`.
const MOST_PARTS: usize = 1024;

/// The most descriptors in a message, `SCM_MAX_FD`.
const MOST_DESCRIPTORS: usize = 253;

/// What control data takes beside descriptors, `struct cmsghdr`, and each descriptor in it.
const HEADER: usize = 16;
const DESCRIPTOR: usize = 4;

impl<A: Abi> Backend for Sim<A> {
    type Abi = A;
    type Fd = Fd<A>;
    type IoSlice<'a> = IoSlice<'a>;
    type IoSliceMut<'a> = IoSliceMut<'a>;
    type PollFd<'a> = PollFd<'a, A>;
    type Control<'a> = ReceivedControl<A>;

    fn socket(&self, family: Family, kind: SocketKind, protocol: i32) -> Result<Fd<A>, A> {
        let id = self.call(|kernel| kernel.open(family, kind, protocol))?;
        Ok(Fd::new(self, id))
    }

    fn socket_pair(&self, kind: SocketKind) -> Result<(Fd<A>, Fd<A>), A> {
        let (a, b) = self.call(|kernel| kernel.pair(kind));
        Ok((Fd::new(self, a), Fd::new(self, b)))
    }

    fn bind(&self, fd: &Fd<A>, addr: &[u8]) -> Result<(), A> {
        let id = self.id(fd)?;
        self.call(|kernel| kernel.bind(id, addr))
    }

    fn listen(&self, fd: &Fd<A>, backlog: u32) -> Result<(), A> {
        let id = self.id(fd)?;
        self.call(|kernel| kernel.listen(id, backlog))
    }

    fn accept(&self, fd: &Fd<A>, addr: &mut [u8]) -> Result<(Fd<A>, usize), A> {
        let (id, peer) = self.call_on(fd, Direction::Receive, false, |kernel, id| {
            kernel.accept(id)
        })?;
        Ok((Fd::new(self, id), peer.write(addr)))
    }

    fn connect(&self, fd: &Fd<A>, addr: &[u8]) -> Result<(), A> {
        let started = self.call_on(fd, Direction::Send, false, |kernel, id| {
            kernel.connect(id, addr)
        });
        if started != Err(Error::IN_PROGRESS) || fd.is_nonblocking() {
            return started;
        }
        match self.call_on(fd, Direction::Send, false, |kernel, id| {
            kernel.connect_outcome(id)
        }) {
            Err(error) if error == Error::WOULD_BLOCK => Err(Error::IN_PROGRESS),
            ended => ended,
        }
    }

    fn shutdown(&self, fd: &Fd<A>, how: Shutdown) -> Result<(), A> {
        let id = self.id(fd)?;
        self.call(|kernel| kernel.shutdown(id, how))
    }

    fn getsockname(&self, fd: &Fd<A>, addr: &mut [u8]) -> Result<usize, A> {
        let id = self.id(fd)?;
        let name = self.call(|kernel| kernel.socket(id).map(|socket| socket.local))?;
        Ok(name.write(addr))
    }

    fn getpeername(&self, fd: &Fd<A>, addr: &mut [u8]) -> Result<usize, A> {
        let id = self.id(fd)?;
        let name: Result<Name<A>, A> = self.call(|kernel| {
            let socket = kernel.socket(id)?;
            let peer = socket.peer().filter(|_| !socket.is_over());
            Ok(peer.ok_or(Error::NOT_CONNECTED)?.name)
        });
        Ok(name?.write(addr))
    }

    fn getsockopt(&self, fd: &Fd<A>, option: OptionName, value: &mut [u8]) -> Result<usize, A> {
        let id = self.id(fd)?;
        self.call(|kernel| kernel.get_option(id, option, value))
    }

    fn setsockopt(&self, fd: &Fd<A>, option: OptionName, value: &[u8]) -> Result<(), A> {
        let id = self.id(fd)?;
        self.call(|kernel| kernel.set_option(id, option, value))
    }

    fn set_nonblocking(&self, fd: &Fd<A>, nonblocking: bool) -> Result<(), A> {
        let id = self.id(fd)?;
        self.call(|kernel| {
            kernel.socket_mut(id)?.nonblocking = nonblocking;
            Ok(())
        })
    }

    fn send(&self, fd: &Fd<A>, bytes: &[u8], flags: SendFlags) -> Result<usize, A> {
        self.transmit(fd, bytes, None, &[], flags)
    }

    fn send_to(&self, fd: &Fd<A>, bytes: &[u8], flags: SendFlags, addr: &[u8]) -> Result<usize, A> {
        self.transmit(fd, bytes, Some(addr), &[], flags)
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
        self.transmit(fd, &bytes, addr, &rights, flags)
    }

    fn recv(&self, fd: &Fd<A>, room: &mut [u8], flags: RecvFlags) -> Result<usize, A> {
        let delivery = self.receive_bytes(fd, room.len(), flags)?;
        Ok(copy(&delivery.bytes, room))
    }

    fn recv_uninit<'r>(
        &self,
        fd: &Fd<A>,
        room: &'r mut [MaybeUninit<u8>],
        flags: RecvFlags,
    ) -> core::result::Result<&'r mut [u8], Unfilled<'r, A>> {
        match self.receive_bytes(fd, room.len(), flags) {
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
        let delivery = self.receive_bytes(fd, room.len(), flags)?;
        copy(&delivery.bytes, room);
        Ok(report(&delivery, addr))
    }

    fn recv_from_uninit<'r>(
        &self,
        fd: &Fd<A>,
        room: &'r mut [MaybeUninit<u8>],
        flags: RecvFlags,
        addr: &mut [u8],
    ) -> core::result::Result<(&'r mut [u8], RecvFromReport), Unfilled<'r, A>> {
        match self.receive_bytes(fd, room.len(), flags) {
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
        let mut delivery = self.receive(fd, room.sum(), flags)?;
        let mut rest = delivery.bytes.as_slice();
        for part in message.parts {
            let n = copy(rest, sock_core::IoSliceMut::as_mut_slice(part));
            rest = rest.get(n..).unwrap_or_default();
        }
        let fits = message.control.len().saturating_sub(HEADER) / DESCRIPTOR;
        let rights = std::mem::take(&mut delivery.rights);
        let mut descriptors: VecDeque<Fd<A>> =
            rights.into_iter().map(|id| Fd::new(self, id)).collect();
        let RecvFromReport {
            len,
            addr_len,
            truncated,
        } = report(&delivery, message.addr);
        let mut flags = MessageFlags::empty();
        flags.set(MessageFlags::TRUNC, truncated);
        flags.set(MessageFlags::CTRUNC, descriptors.len() > fits);
        descriptors.truncate(fits);
        Ok(RecvMsgReport {
            len,
            addr_len,
            flags,
            control: ReceivedControl(descriptors),
        })
    }

    fn poll(&self, fds: &mut [PollFd<'_, A>], left: Option<&mut u64>) -> Result<usize, A> {
        let length = left.as_deref().copied();
        let mut end = None;
        let waited = self.wait(
            |kernel| {
                end = length.map(|length| kernel.clock.now().saturating_add(length));
                end
            },
            |kernel| {
                let mut ready = 0;
                for fd in fds.iter_mut() {
                    let events = match self.id(fd.fd) {
                        Ok(id) => kernel.ready(id),
                        Err(_) => PollEvents::NVAL,
                    };
                    let always = PollEvents::ERR | PollEvents::HUP | PollEvents::NVAL;
                    fd.revents = events & (fd.events | always);
                    ready += usize::from(!fd.revents.is_empty());
                }
                (ready > 0).then_some(ready)
            },
        );
        if let (Some(left), Some(end)) = (left, end) {
            *left = end.saturating_sub(self.now().as_nanos());
        }
        match waited {
            Waited::Done(ready) => Ok(ready),
            Waited::TimedOut => Ok(0),
            Waited::Interrupted => Err(Error::INTERRUPTED),
            Waited::Stuck => Err(Error::os(A::EDEADLK)),
        }
    }

    fn now(&self) -> Instant {
        Sim::now(self)
    }

    fn interface_index(&self, name: &[u8]) -> Result<NonZeroU32, A> {
        match name {
            b"lo" => Ok(NonZeroU32::MIN),
            _ => Err(Error::UNKNOWN_ZONE),
        }
    }
}

impl<A: Abi> Sim<A> {
    fn transmit(
        &self,
        fd: &Fd<A>,
        bytes: &[u8],
        to: Option<&[u8]>,
        rights: &[Id],
        flags: SendFlags,
    ) -> Result<usize, A> {
        let linux_only = SendFlags::CONFIRM | SendFlags::MORE;
        if flags.contains(SendFlags::OOB)
            || (A::KERNEL != Of::Linux && flags.intersects(linux_only))
        {
            return Err(Error::NOT_SUPPORTED);
        }
        let dont_wait = flags.contains(SendFlags::DONTWAIT);
        let (mut done, mut rights) = (0, rights);
        loop {
            let rest = bytes.get(done..).unwrap_or_default();
            let sent = self.call_on(fd, Direction::Send, dont_wait, |kernel, id| {
                // Unix sockets take it for nothing, as on Linux.
                if flags.contains(SendFlags::MORE) && !kernel.socket(id)?.is_unix() {
                    return Err(Error::NOT_SUPPORTED);
                }
                kernel.send(id, rest, to, rights)
            });
            // A stream that may wait takes all.
            match sent {
                Ok(n) => done += n,
                Err(_) if done > 0 => return Ok(done),
                Err(error) => return Err(error),
            }
            if done >= bytes.len() || dont_wait || fd.is_nonblocking() {
                return Ok(done);
            }
            rights = &[];
        }
    }

    fn receive(&self, fd: &Fd<A>, room: usize, flags: RecvFlags) -> Result<Delivery<A>, A> {
        if flags.intersects(RecvFlags::OOB | RecvFlags::ERRQUEUE) {
            return Err(Error::NOT_SUPPORTED);
        }
        let dont_wait = flags.contains(RecvFlags::DONTWAIT);
        let peek = flags.contains(RecvFlags::PEEK);
        let mut delivery = self.call_on(fd, Direction::Receive, dont_wait, |kernel, id| {
            kernel.receive(id, room, peek)
        })?;
        if peek || dont_wait || !flags.contains(RecvFlags::WAITALL) || !fd.is_stream() {
            return Ok(delivery);
        }
        while (1..room).contains(&delivery.bytes.len()) && delivery.rights.is_empty() {
            let rest = room - delivery.bytes.len();
            let more = self.call_on(fd, Direction::Receive, false, |kernel, id| {
                kernel.receive(id, rest, false)
            });
            match more {
                Ok(more) if !more.bytes.is_empty() => {
                    delivery.bytes.extend(more.bytes);
                    delivery.whole = delivery.bytes.len();
                    delivery.rights = more.rights;
                }
                _ => break,
            }
        }
        Ok(delivery)
    }

    /// [`receive`](Self::receive) for a call without room for descriptors: they are closed.
    fn receive_bytes(&self, fd: &Fd<A>, room: usize, flags: RecvFlags) -> Result<Delivery<A>, A> {
        let mut delivery = self.receive(fd, room, flags)?;
        let rights = std::mem::take(&mut delivery.rights);
        if !rights.is_empty() {
            self.call(|kernel| rights.into_iter().for_each(|id| kernel.release(id)));
        }
        Ok(delivery)
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
    }
}
