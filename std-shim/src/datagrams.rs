//! A datagram socket as std has it, over any kernel: UDP or Unix, with or without a peer.

use std::io;
use std::sync::Arc;

use sock_core::abi::Kernel;
use sock_core::{Abi, Address, Backend, DatagramSocket, Error, Family, PollEvents, Protocol};
use sock_core::{RecvFlags, SendFlags, Shutdown};

use crate::alarm::{Futile, Known};
use crate::settings::Settings;

/// The longest address, that of a Unix socket.
const ADDRESS: usize = 112;

#[derive(Debug)]
pub(crate) struct Datagrams<B: Backend, P: Protocol> {
    socket: DatagramSocket<B, P>,
    settings: Arc<Settings<B>>,
}

impl<B: Backend, P: Known> Datagrams<B, P> {
    pub(crate) fn new(socket: DatagramSocket<B, P>, settings: Arc<Settings<B>>) -> Self {
        Datagrams { socket, settings }
    }

    pub(crate) fn core(&self) -> &DatagramSocket<B, P> {
        &self.socket
    }

    pub(crate) fn settings(&self) -> &Arc<Settings<B>> {
        &self.settings
    }

    /// connect(2): a peer, or another one than before. What does not fit the family is the kernel's to
    /// refuse.
    pub(crate) fn connect(&self, addr: &P::Addr<B::Abi>) -> io::Result<()> {
        Ok(self
            .socket
            .call(|backend, fd| backend.connect(fd, addr.as_bytes()))?)
    }

    /// The peer, getpeername(2).
    pub(crate) fn peer_addr(&self) -> io::Result<P::Addr<B::Abi>> {
        let mut room = [0; ADDRESS];
        let len = self
            .socket
            .call(|backend, fd| backend.getpeername(fd, &mut room))?;
        let addr = room.get(..len).and_then(P::Addr::from_bytes);
        Ok(addr.ok_or(Error::<B::Abi>::UNEXPECTED_REPLY)?)
    }

    pub(crate) fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.socket.call(|backend, fd| backend.shutdown(fd, how))?;
        if how != Shutdown::Read {
            self.settings.alarm.ring();
        }
        Ok(())
    }

    /// Sends to the peer: send(2), ppoll(2).
    #[inline]
    pub(crate) fn send(&self, bytes: &[u8]) -> io::Result<usize> {
        match self.try_send(bytes) {
            Err(error) if error == Error::WOULD_BLOCK && !self.settings.is_nonblocking() => {
                self.send_waiting(bytes)
            }
            sent => Ok(sent?),
        }
    }

    fn try_send(&self, bytes: &[u8]) -> sock_core::Result<usize, B> {
        self.socket
            .call(|backend, fd| backend.send(fd, bytes, SendFlags::DONTWAIT))
    }

    #[cold]
    fn send_waiting(&self, bytes: &[u8]) -> io::Result<usize> {
        let (backend, fd) = (self.socket.backend(), self.socket.as_fd());
        let patience = self.settings.to_write(backend).anchored(backend);
        let (alarm, mut futile) = (&self.settings.alarm, Futile::default());
        loop {
            let events = alarm
                .wait_for_room::<P>(backend, fd, patience.deadline)
                .map_err(|error| patience.error(error))?;
            match self.try_send(bytes) {
                Err(error) if error == Error::WOULD_BLOCK => futile.again::<B::Abi>(events)?,
                sent => return Ok(sent?),
            }
        }
    }

    /// Sends to `addr`: sendto(2), ppoll(2). An address of another family goes to the kernel as it is:
    /// Linux sends to an IPv4 address through an IPv6 socket.
    pub(crate) fn send_to(&self, bytes: &[u8], addr: &P::Addr<B::Abi>) -> io::Result<usize> {
        let patience = self.settings.to_write(self.socket.backend());
        // On the BSDs a full Unix receiver is an error to std, ENOBUFS, in every mode, as in `send`.
        let never_waits = addr.family() == Family::Unix && !matches!(B::Abi::KERNEL, Kernel::Linux);
        let sent = if addr.family() == self.socket.family() && !never_waits {
            self.socket.send_to_by(bytes, addr, patience.deadline)
        } else {
            self.socket
                .call_by(PollEvents::OUT, patience.deadline, |backend, fd| {
                    backend.send_to(fd, bytes, SendFlags::DONTWAIT, addr.as_bytes())
                })
        };
        sent.map_err(|error| patience.error(error))
    }

    /// Receives without asking who sent it: recvfrom(2), ppoll(2).
    #[inline]
    pub(crate) fn recv(&self, room: &mut [u8], flags: RecvFlags) -> io::Result<usize> {
        let patience = self.settings.to_read(self.socket.backend());
        let received = self.socket.call_by(
            PollEvents::to_receive::<B::Abi>(),
            patience.deadline,
            |backend, fd| backend.recv_from(fd, room, flags | RecvFlags::DONTWAIT, &mut []),
        );
        end_of_socket(received.map(|report| report.len)).map_err(|error| patience.error(error))
    }

    /// Receives, and says who sent it; nobody when the socket has shut its receiving direction down.
    pub(crate) fn recv_from(
        &self,
        room: &mut [u8],
        flags: RecvFlags,
    ) -> io::Result<(usize, Option<P::Addr<B::Abi>>)> {
        let patience = self.settings.to_read(self.socket.backend());
        let received = if flags.contains(RecvFlags::PEEK) {
            self.socket.peek_from_by(room, patience.deadline)
        } else {
            self.socket.recv_from_by(room, patience.deadline)
        };
        match received {
            Ok(received) => Ok((received.bytes, Some(received.from))),
            Err(error) if error == Error::UNEXPECTED_END => Ok((0, None)),
            Err(error) => Err(patience.error(error)),
        }
    }

    pub(crate) fn set_nonblocking(&self, nonblocking: bool) -> io::Result<()> {
        let (backend, fd) = (self.socket.backend(), self.socket.as_fd());
        Ok(self.settings.set_nonblocking(nonblocking, backend, fd)?)
    }

    /// Somebody else may use the open file from now on.
    pub(crate) fn lend(&self) {
        self.settings
            .lend(self.socket.backend(), self.socket.as_fd());
    }

    pub(crate) fn into_parts(self) -> (DatagramSocket<B, P>, Arc<Settings<B>>) {
        (self.socket, self.settings)
    }
}

/// A wait on a socket that has shut its receiving direction down is over at once; a receive that waits
/// inside the kernel then gives 0 (`__skb_wait_for_more_packets` in net/core/datagram.c).
fn end_of_socket<A: sock_core::Abi>(
    received: core::result::Result<usize, Error<A>>,
) -> core::result::Result<usize, Error<A>> {
    match received {
        Err(error) if error == Error::UNEXPECTED_END => Ok(0),
        received => received,
    }
}
