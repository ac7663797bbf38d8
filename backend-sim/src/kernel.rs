//! The kernel: its sockets, its names and its clock.

use std::collections::BTreeMap;

use sock_core::abi::Kernel as Of;
use sock_core::{Abi, Error, Family, SocketKind};

use crate::clock::Clock;
use crate::inet::Ports;
use crate::local::Names;
use crate::names::{Name, is_unspecified};
use crate::sim::{Direction, Result};
use crate::socket::{Delivery, Id, Message, Peer, Socket, State};

/// All that a simulation knows. Nothing in here waits.
#[derive(Debug)]
pub(crate) struct Kernel<A: Abi> {
    pub(crate) clock: Clock,
    pub(crate) sockets: BTreeMap<Id, Socket<A>>,
    pub(crate) ports: Ports<A>,
    pub(crate) names: Names<A>,
    /// How many are open.
    pub(crate) descriptors: usize,
    next: Id,
}

impl<A: Abi> Kernel<A> {
    pub(crate) fn new() -> Self {
        Kernel {
            clock: Clock::new(),
            sockets: BTreeMap::new(),
            ports: Ports::default(),
            names: Names::default(),
            descriptors: 0,
            next: Id::FIRST,
        }
    }

    pub(crate) fn socket(&self, id: Id) -> Result<&Socket<A>, A> {
        self.sockets.get(&id).ok_or(Error::os(A::EBADF))
    }

    pub(crate) fn socket_mut(&mut self, id: Id) -> Result<&mut Socket<A>, A> {
        self.sockets.get_mut(&id).ok_or(Error::os(A::EBADF))
    }

    pub(crate) fn add(&mut self, socket: Socket<A>) -> Id {
        let id = self.next;
        self.next = id.next();
        self.sockets.insert(id, socket);
        id
    }

    pub(crate) fn open(
        &mut self,
        family: Family,
        kind: SocketKind,
        protocol: i32,
    ) -> Result<Id, A> {
        let own = match (family, kind) {
            (Family::Unix, _) => 0,
            (_, SocketKind::Stream) => A::IPPROTO_TCP,
            (_, SocketKind::Datagram) => A::IPPROTO_UDP,
            _ => return Err(Error::os(A::ESOCKTNOSUPPORT)),
        };
        if protocol != 0 && protocol != own {
            return Err(Error::os(A::EPROTONOSUPPORT));
        }
        Ok(self.add(Socket::new(family, kind)))
    }

    pub(crate) fn pair(&mut self, kind: SocketKind) -> (Id, Id) {
        let a = self.add(Socket::new(Family::Unix, kind));
        let b = self.add(Socket::new(Family::Unix, kind));
        for (id, peer) in [(a, b), (b, a)] {
            if let Ok(socket) = self.socket_mut(id) {
                let name = Name::none(Family::Unix);
                socket.state = State::Connected(Peer {
                    id: Some(peer),
                    name,
                });
            }
        }
        (a, b)
    }

    /// One more reference.
    pub(crate) fn refer(&mut self, id: Id) {
        if let Ok(socket) = self.socket_mut(id) {
            socket.references += 1;
        }
    }

    /// One reference less; the last one closes the socket, and what it held.
    pub(crate) fn release(&mut self, id: Id) {
        let mut rest = vec![id];
        while let Some(id) = rest.pop() {
            let Ok(socket) = self.socket_mut(id) else {
                continue;
            };
            socket.references -= 1;
            if socket.references > 0 {
                continue;
            }
            self.hang_up(id, &mut rest);
            let Some(socket) = self.sockets.remove(&id) else {
                continue;
            };
            for message in socket.inbox {
                self.credit(message.sender, message.charge);
                rest.extend(message.rights);
            }
            if let Name::Unix(name) = &socket.local {
                self.names.close(name, id);
            }
        }
    }

    /// Bytes of a sender have left the queue that they were in.
    pub(crate) fn credit(&mut self, sender: Option<Id>, charge: usize) {
        if let Some(sender) = sender.and_then(|sender| self.sockets.get_mut(&sender)) {
            sender.charged -= charge;
        }
    }

    /// Puts a message into the inbox of another socket, at the cost of the sender.
    pub(crate) fn deliver(&mut self, to: Id, message: Message<A>) -> Result<(), A> {
        if let Some(sender) = message.sender {
            self.socket_mut(sender)?.charged += message.charge;
        }
        for id in &message.rights {
            self.refer(*id);
        }
        self.socket_mut(to)?.inbox.push_back(message);
        Ok(())
    }

    /// When a call has waited long enough: at once, unless the descriptor blocks and the call may
    /// wait; `None` for never.
    pub(crate) fn end_of_wait(&self, id: Id, direction: Direction, dont_wait: bool) -> Option<u64> {
        let now = self.clock.now();
        match self.socket(id) {
            Ok(socket) if !socket.nonblocking && !dont_wait => {
                let time_out = socket.options.time_out::<A>(direction)?;
                Some(now.saturating_add(time_out))
            }
            _ => Some(now),
        }
    }

    pub(crate) fn bind(&mut self, id: Id, addr: &[u8]) -> Result<(), A> {
        let socket = self.socket(id)?;
        let asked = Name::decode(socket.family, addr)?;
        let name = match asked {
            Name::Inet(addr) => self.bind_inet(id, addr)?,
            Name::Unix(addr) => self.bind_unix(id, addr)?,
        };
        let mut bound = name;
        // Linux forgets a port that it picked (`__udp_disconnect` in net/ipv4/udp.c).
        if let (Of::Linux, Name::Inet(asked), Name::Inet(bound)) = (A::KERNEL, asked, &mut bound) {
            bound.set_port(asked.port());
        }
        let socket = self.socket_mut(id)?;
        socket.local = name;
        socket.bound = Some(bound);
        Ok(())
    }

    pub(crate) fn connect(&mut self, id: Id, addr: &[u8]) -> Result<(), A> {
        let socket = self.socket(id)?;
        let kind = socket.kind;
        if kind == SocketKind::Datagram && is_unspecified::<A>(addr) {
            return self.disconnect(id);
        }
        match (Name::decode(socket.family, addr)?, kind) {
            (Name::Inet(addr), SocketKind::Datagram) => self.connect_udp(id, addr),
            (Name::Inet(addr), _) => self.connect_tcp(id, addr),
            (Name::Unix(addr), SocketKind::Datagram) => self.connect_unix_datagram(id, addr),
            (Name::Unix(addr), _) => self.connect_unix(id, addr),
        }
    }

    pub(crate) fn send(
        &mut self,
        id: Id,
        bytes: &[u8],
        to: Option<&[u8]>,
        rights: &[Id],
    ) -> Result<usize, A> {
        let socket = self.socket(id)?;
        if !rights.is_empty() && !socket.is_unix() {
            return Err(Error::INVALID);
        }
        let to = to.map(|to| Name::decode(socket.family, to));
        match (socket.kind, socket.is_unix()) {
            (SocketKind::Stream, true) if to.is_some() => Err(match socket.state {
                State::Connected(_) => Error::os(A::EISCONN),
                _ => Error::NOT_SUPPORTED,
            }),
            (SocketKind::Stream, _) => self.send_stream(id, bytes, rights),
            (SocketKind::Seqpacket, _) => self.send_seqpacket(id, bytes, rights),
            (_, true) => self.send_unix_datagram(id, bytes, to.transpose()?, rights),
            (_, false) => self.send_udp(id, bytes, to.transpose()?),
        }
    }

    pub(crate) fn receive(&mut self, id: Id, room: usize, peek: bool) -> Result<Delivery<A>, A> {
        let delivery = match self.socket(id)?.kind {
            SocketKind::Stream => self.receive_stream(id, room, peek),
            _ => self.receive_message(id, room, peek),
        }?;
        if peek {
            for id in &delivery.rights {
                self.refer(*id);
            }
        }
        Ok(delivery)
    }
}
