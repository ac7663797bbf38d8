//! The kernel: its sockets, its names and its clock.

use std::collections::BTreeMap;

use fastrand::Rng;
use sock_core::abi::Kernel as Of;
use sock_core::{Abi, Error, Family, SendFlags, SocketKind};

use crate::baton::Baton;
use crate::clock::Clock;
use crate::event::Events;
use crate::gate::{Current, Direction};
use crate::host::{Host, HostId};
use crate::inet::{BIND, CONNECT};
use crate::names::{Name, is_unspecified};
use crate::network::{Event, Network};
use crate::plan::Plan;
use crate::sim::Result;
use crate::socket::{Delivery, Id, Message, Peer, Socket, State};
use crate::{Hits, Record};

/// All that a simulation knows. Nothing in here waits.
#[derive(Debug)]
pub(crate) struct Kernel<A: Abi> {
    pub(crate) clock: Clock,
    pub(crate) baton: Baton,
    pub(crate) events: Events<Event<A>>,
    pub(crate) sockets: BTreeMap<Id, Box<Socket<A>>>,
    first: Host<A>,
    others: Vec<Host<A>>,
    pub(crate) network: Network,
    pub(crate) plan: Plan,
    pub(crate) hits: Hits,
    pub(crate) calls: u64,
    /// The calls that there may be.
    pub(crate) limit: Option<u64>,
    pub(crate) trace: Option<Vec<Record>>,
    pub(crate) current: Current,
    next: Id,
}

impl<A: Abi> Kernel<A> {
    pub(crate) fn new(seed: u64) -> Self {
        // Each purpose has random numbers of its own, so that more of one kind shift no other.
        let mut seeds = Rng::with_seed(seed);
        Kernel {
            clock: Clock::new(),
            baton: Baton::new(seeds.u64(..)),
            events: Events::new(),
            sockets: BTreeMap::new(),
            first: Host::new(),
            others: Vec::new(),
            network: Network::new(seeds.u64(..)),
            plan: Plan::new(seeds.u64(..)),
            hits: Hits::new(),
            calls: 0,
            limit: None,
            trace: None,
            current: Current::NONE,
            next: Id::FIRST,
        }
    }

    pub(crate) fn socket(&self, id: Id) -> Result<&Socket<A>, A> {
        let socket = self.sockets.get(&id).map(Box::as_ref);
        socket.ok_or(Error::os(A::EBADF))
    }

    pub(crate) fn socket_mut(&mut self, id: Id) -> Result<&mut Socket<A>, A> {
        let socket = self.sockets.get_mut(&id).map(Box::as_mut);
        socket.ok_or(Error::os(A::EBADF))
    }

    pub(crate) fn host(&self, id: HostId) -> &Host<A> {
        let other = id.index().checked_sub(1);
        other
            .and_then(|other| self.others.get(other))
            .unwrap_or(&self.first)
    }

    pub(crate) fn host_mut(&mut self, id: HostId) -> &mut Host<A> {
        let other = id.index().checked_sub(1);
        let other = other.and_then(|other| self.others.get_mut(other));
        other.unwrap_or(&mut self.first)
    }

    pub(crate) fn add_host(&mut self, host: Host<A>) -> HostId {
        self.others.push(host);
        HostId::other(self.others.len())
    }

    pub(crate) fn host_ids(&self) -> impl Iterator<Item = HostId> {
        (0..=self.others.len()).map(HostId::other)
    }

    pub(crate) fn add(&mut self, mut socket: Socket<A>) -> Id {
        let id = self.next;
        self.next = id.next();
        let host = self.host_mut(socket.host);
        socket.nth = host.made;
        host.made += 1;
        self.sockets.insert(id, Box::new(socket));
        id
    }

    /// Which socket comes next.
    pub(crate) fn next_id(&self) -> Id {
        self.next
    }

    /// Whether `count` more descriptors may be opened on the present host.
    pub(crate) fn may_open(&self, count: usize) -> Result<(), A> {
        let host = self.host(self.current.host);
        if host.down {
            return Err(Error::os(A::ENETDOWN));
        }
        match host.limit.saturating_sub(host.descriptors) < count {
            true => Err(Error::os(A::EMFILE)),
            false => Ok(()),
        }
    }

    /// The present host has opened descriptors.
    pub(crate) fn opened(&mut self, count: usize) {
        self.host_mut(self.current.host).descriptors += count;
    }

    /// Darwin keeps no messages apart on a connection (bsd/kern/uipc_proto.c).
    fn may_have(&self, kind: SocketKind) -> Result<(), A> {
        match A::KERNEL == Of::Darwin && kind == SocketKind::Seqpacket {
            true => Err(Error::os(A::EPROTONOSUPPORT)),
            false => Ok(()),
        }
    }

    pub(crate) fn open(
        &mut self,
        family: Family,
        kind: SocketKind,
        protocol: i32,
    ) -> Result<Id, A> {
        self.may_have(kind)?;
        let own = match (family, kind) {
            (Family::Unix, _) => 0,
            (_, SocketKind::Stream) => A::IPPROTO_TCP,
            (_, SocketKind::Datagram) => A::IPPROTO_UDP,
            _ => return Err(Error::os(A::ESOCKTNOSUPPORT)),
        };
        if protocol != 0 && protocol != own {
            return Err(Error::os(A::EPROTONOSUPPORT));
        }
        self.may_open(1)?;
        self.opened(1);
        Ok(self.add(Socket::new(self.current.host, family, kind)))
    }

    pub(crate) fn pair(&mut self, kind: SocketKind) -> Result<(Id, Id), A> {
        self.may_have(kind)?;
        self.may_open(2)?;
        self.opened(2);
        let a = self.add(Socket::new(self.current.host, Family::Unix, kind));
        let b = self.add(Socket::new(self.current.host, Family::Unix, kind));
        for (id, peer) in [(a, b), (b, a)] {
            if let Ok(socket) = self.socket_mut(id) {
                let name = Name::none(Family::Unix);
                socket.state = State::Connected(Peer {
                    id: Some(peer),
                    name,
                });
            }
        }
        Ok((a, b))
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
            if self.lives_on(id) {
                continue;
            }
            let Some(socket) = self.sockets.remove(&id) else {
                continue;
            };
            for message in socket.inbox {
                self.credit(message.sender, message.charge);
                rest.extend(message.rights);
            }
            if let Name::Unix(name) = &socket.local {
                self.host_mut(socket.host).names.close(name, id);
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
        self.rename(id, name);
        let socket = self.socket_mut(id)?;
        socket.local = name;
        socket.bound = Some(bound);
        socket.portless = false;
        Ok(())
    }

    pub(crate) fn connect(&mut self, id: Id, addr: &[u8]) -> Result<(), A> {
        let socket = self.socket(id)?;
        let kind = socket.kind;
        if kind == SocketKind::Datagram && is_unspecified::<A>(addr) {
            return self.disconnect(id);
        }
        if kind == SocketKind::Datagram {
            // It has a port then, whatever comes of it (`inet_dgram_connect` in net/ipv4/af_inet.c).
            self.bind_any_port(id, CONNECT)?;
        }
        let socket = self.socket(id)?;
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
        flags: SendFlags,
    ) -> Result<usize, A> {
        let socket = self.socket(id)?;
        if flags.contains(SendFlags::OOB) && !socket.is_tcp() {
            return Err(Error::NOT_SUPPORTED);
        }
        if !rights.is_empty() && !socket.is_unix() {
            return Err(Error::INVALID);
        }
        let to = to.map(|to| Name::decode(socket.family, to));
        let (kind, unix) = (socket.kind, socket.is_unix());
        match (kind, unix) {
            (SocketKind::Stream, true) if to.is_some() => Err(match socket.state {
                State::Connected(_) => Error::os(A::EISCONN),
                _ => Error::NOT_SUPPORTED,
            }),
            (SocketKind::Stream, _) => self.send_stream(id, bytes, rights, flags),
            (SocketKind::Seqpacket, _) => self.send_seqpacket(id, bytes, rights),
            (_, true) => self.send_unix_datagram(id, bytes, to.transpose()?, rights),
            (_, false) => {
                // It has a port then, whatever comes of it (`inet_send_prepare` in
                // net/ipv4/af_inet.c).
                self.bind_any_port(id, BIND)?;
                self.send_udp(id, bytes, to.transpose()?)
            }
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
