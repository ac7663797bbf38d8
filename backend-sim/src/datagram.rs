//! Sockets that keep messages apart: Unix datagrams, seqpacket connections, and how any message is
//! received.

use sock_core::{Abi, Error, SocketKind, abi};

use crate::kernel::Kernel;
use crate::names::Name;
use crate::sim::Result;
use crate::socket::{Delivery, Id, Message, Socket, State};
use crate::stream::copy_front;

/// What a message takes in a buffer beside its bytes: what Linux takes for the least one.
pub(crate) const OVERHEAD: usize = 768;

/// What a Unix message must leave of the send buffer (`unix_dgram_sendmsg`).
const SLACK: usize = 32;

/// The messages that a Unix socket queues, `net.unix.max_dgram_qlen`.
const QUEUE: usize = 10;

impl<A: Abi> Socket<A> {
    /// Whether a sender that is not its peer has to wait until it receives.
    pub(crate) fn is_full_for(&self, sender: Id) -> bool {
        self.peer_id() != Some(sender) && self.inbox.len() > QUEUE
    }
}

impl<A: Abi> Kernel<A> {
    pub(crate) fn send_unix_datagram(
        &mut self,
        id: Id,
        bytes: &[u8],
        to: Option<Name<A>>,
        rights: &[Id],
    ) -> Result<usize, A> {
        self.name_for_credentials(id)?;
        self.may_take(id, bytes)?;
        let socket = self.socket(id)?;
        let to = match (to, &socket.state) {
            (Some(Name::Unix(addr)), _) => {
                self.unix_socket_at(socket.host, &addr, SocketKind::Datagram)?
            }
            (_, State::Connected(peer)) => match peer.id {
                Some(peer) if self.sockets.contains_key(&peer) => peer,
                _ => {
                    self.leave_peer(id);
                    return Err(Error::os(match A::KERNEL {
                        abi::Kernel::Linux => A::ECONNREFUSED,
                        _ => A::ECONNRESET,
                    }));
                }
            },
            _ => return Err(Error::NOT_CONNECTED),
        };
        self.may_send(id, to)?;
        self.send_message(id, to, bytes, rights)
    }

    pub(crate) fn send_seqpacket(
        &mut self,
        id: Id,
        bytes: &[u8],
        rights: &[Id],
    ) -> Result<usize, A> {
        let socket = self.socket_mut(id)?;
        socket.fail_pending()?;
        if socket.peer().is_none() {
            return Err(Error::NOT_CONNECTED);
        }
        let to = socket.peer_id().unwrap_or(id);
        self.may_take(id, bytes)?;
        self.send_message(id, to, bytes, rights)
    }

    /// A socket with a peer takes messages of that one alone (`unix_may_send`).
    pub(crate) fn may_send(&self, id: Id, to: Id) -> Result<(), A> {
        match self.socket(to)?.peer_id() {
            Some(peer) if peer != id => Err(Error::os(A::EPERM)),
            _ => Ok(()),
        }
    }

    /// What the sender's own side may have against a message, which Linux looks at first
    /// (`unix_dgram_sendmsg`, `sock_alloc_send_pskb`).
    fn may_take(&mut self, id: Id, bytes: &[u8]) -> Result<(), A> {
        let socket = self.socket_mut(id)?;
        if bytes.len() > socket.send_buffer().saturating_sub(SLACK) {
            return Err(Error::os(A::EMSGSIZE));
        }
        socket.fail_pending()?;
        if socket.send_closed {
            return Err(Error::os(A::EPIPE));
        }
        // It looks at what there is before the message, not with it.
        match socket.charged >= socket.send_buffer() {
            true => Err(Error::WOULD_BLOCK),
            false => Ok(()),
        }
    }

    fn send_message(&mut self, id: Id, to: Id, bytes: &[u8], rights: &[Id]) -> Result<usize, A> {
        let message = Message {
            bytes: bytes.to_vec().into(),
            from: self.socket(id)?.local,
            sender: Some(id),
            charge: bytes.len() + OVERHEAD,
            rights: rights.to_vec(),
            urgent: false,
        };
        let receiver = self.socket(to)?;
        if receiver.receive_closed {
            return Err(Error::os(A::EPIPE));
        }
        if receiver.is_full_for(id) {
            // The BSDs do not wait for a receiver of datagrams (`uipc_sosend_dgram`).
            return Err(match A::KERNEL {
                abi::Kernel::Linux => Error::WOULD_BLOCK,
                _ if receiver.kind == SocketKind::Datagram => Error::os(A::ENOBUFS),
                _ => Error::WOULD_BLOCK,
            });
        }
        self.deliver(to, message)?;
        Ok(bytes.len())
    }

    pub(crate) fn receive_message(
        &mut self,
        id: Id,
        room: usize,
        peek: bool,
    ) -> Result<Delivery<A>, A> {
        let socket = self.socket_mut(id)?;
        let connection = socket.kind == SocketKind::Seqpacket;
        if connection && socket.peer().is_none() {
            return Err(Error::NOT_CONNECTED);
        }
        socket.fail_pending()?;
        let Some(message) = socket.inbox.front() else {
            // On the BSDs a closed direction has an end for datagrams, too (`soreceive_dgram`).
            let ends = connection || A::KERNEL != abi::Kernel::Linux;
            return match ends && socket.receive_closed {
                true => Ok(Delivery::empty()),
                false => Err(Error::WOULD_BLOCK),
            };
        };
        let mut bytes = Vec::new();
        copy_front(&message.bytes, room, &mut bytes);
        let delivery = Delivery {
            bytes,
            whole: message.bytes.len(),
            from: message.from.is_given().then_some(message.from),
            rights: message.rights.clone(),
            cut: false,
        };
        if !peek && let Some(message) = socket.inbox.pop_front() {
            self.credit(message.sender, message.charge);
        }
        Ok(delivery)
    }
}

impl<A: Abi> Delivery<A> {
    /// The end.
    pub(crate) fn empty() -> Self {
        Delivery {
            bytes: Vec::new(),
            whole: 0,
            from: None,
            rights: Vec::new(),
            cut: false,
        }
    }
}

impl<A: Abi> Name<A> {
    /// Whether a receiver is told it: Linux leaves the length at 0 for a sender without a name. The BSDs
    /// tell an address without a path.
    pub(crate) fn is_given(&self) -> bool {
        A::KERNEL != abi::Kernel::Linux || !matches!(self, Name::Unix(addr) if addr.is_unnamed())
    }
}
