//! UDP, and how a datagram socket loses its peer.

use sock_core::option::{Broadcast, Gro, Segment};
use sock_core::{Abi, Error, SocketAddr, SocketKind, abi};

use crate::Fault;
use crate::datagram::OVERHEAD;
use crate::host::HostId;
use crate::inet::{as_seen_by, covers, is_broadcast};
use crate::kernel::Kernel;
use crate::names::Name;
use crate::network::{Event, OVERTAKEN};
use crate::sim::Result;
use crate::socket::{Id, Message, Peer, State};

/// The largest datagrams: what a packet of 65,535 bytes has room for, behind 20 bytes of IPv4 and 8
/// of UDP; an IPv6 packet does not count its header.
const LARGEST_V4: usize = 65_507;
const LARGEST_V6: usize = 65_527;

/// The most datagrams that one send is cut into, `UDP_MAX_SEGMENTS`.
const SEGMENTS: usize = 128;

impl<A: Abi> Kernel<A> {
    pub(crate) fn connect_udp(&mut self, id: Id, to: SocketAddr<A>) -> Result<(), A> {
        self.allow_broadcast(id, &to)?;
        let (to, from) = self.route(id, to)?;
        self.bind_source(id, from)?;
        self.socket_mut(id)?.state = State::Connected(Peer {
            id: None,
            name: Name::Inet(to),
        });
        Ok(())
    }

    /// Takes the peer of a datagram socket away. What bind gave stays, what connect gave goes.
    pub(crate) fn disconnect(&mut self, id: Id) -> Result<(), A> {
        let socket = self.socket_mut(id)?;
        if socket.is_unix() {
            self.leave_peer(id);
        } else {
            socket.state = State::Fresh;
            socket.local = socket.bound.unwrap_or(Name::none(socket.family));
        }
        Ok(())
    }

    pub(crate) fn send_udp(
        &mut self,
        id: Id,
        bytes: &[u8],
        to: Option<Name<A>>,
    ) -> Result<usize, A> {
        let peer = self.socket(id)?.peer().map(|peer| peer.name);
        let Some(Name::Inet(to)) = to.or(peer) else {
            return Err(Error::os(A::EDESTADDRREQ));
        };
        if to.port() == 0 {
            return Err(Error::INVALID);
        }
        self.allow_broadcast(id, &to)?;
        let (to, from) = self.route(id, to)?;
        let segment = self.socket(id)?.options.number::<abi::Linux, _>(Segment);
        let segment = segment.filter(|len| *len > 0).map(|len| len as usize);
        let largest = match to.ip().to_canonical().is_ipv4() {
            true => LARGEST_V4,
            false => LARGEST_V6,
        };
        if bytes.len() > largest {
            return Err(Error::os(A::EMSGSIZE));
        }
        // In Linux's order, `udp_sendmsg` and `sock_alloc_send_pskb`.
        let socket = self.socket_mut(id)?;
        socket.fail_pending()?;
        if socket.send_closed {
            return Err(Error::os(A::EPIPE));
        }
        let from = self.source(id, from)?;
        match segment {
            Some(segment) if bytes.len() > segment * SEGMENTS => return Err(Error::INVALID),
            Some(segment) if bytes.len() > segment => {
                self.send_segments(id, from, to, bytes, segment);
            }
            _ => self.send_datagram(id, from, to, bytes),
        }
        Ok(bytes.len())
    }

    /// One datagram for each part; a receiver on this host that wants them joined gets them so.
    fn send_segments(
        &mut self,
        id: Id,
        from: SocketAddr<A>,
        to: SocketAddr<A>,
        bytes: &[u8],
        segment: usize,
    ) {
        let joins = |kernel: &Self| {
            let host = kernel.socket(id).ok()?.host;
            let here = kernel.host_at(host, to.ip()) == Some(host);
            let receiver = kernel.receiver_of(host, &from, &to).filter(|_| here)?;
            let joins = kernel.socket(receiver).ok()?.options.is_on(Gro);
            (joins && kernel.network.link(host, host).is_none()).then_some(())
        };
        match joins(self) {
            Some(()) => self.send_datagram(id, from, to, bytes),
            None => bytes
                .chunks(segment)
                .for_each(|part| self.send_datagram(id, from, to, part)),
        }
    }

    /// Puts a datagram on its way, which may lose it.
    fn send_datagram(&mut self, id: Id, from: SocketAddr<A>, to: SocketAddr<A>, bytes: &[u8]) {
        let Ok(socket) = self.socket(id) else {
            return;
        };
        let host = socket.host;
        let Some(far) = self.host_at(host, to.ip()) else {
            return;
        };
        let link = self.network.link(host, far).copied().unwrap_or_default();
        let on_link = |kernel: &mut Self, fault, rate| {
            kernel.strike(fault).is_some()
                || (kernel.network.chance(rate) && kernel.plan.inject().is_some() && {
                    kernel.took_effect(fault);
                    true
                })
        };
        if on_link(self, Fault::Lost, link.loss) {
            return;
        }
        let twice = on_link(self, Fault::Duplicated, link.duplicate);
        let late = match on_link(self, Fault::Reordered, link.reorder) {
            true => OVERTAKEN,
            false => 0,
        };
        for _ in 0..1 + usize::from(twice) {
            let Some(at) = self.arrival(host, far, bytes.len()) else {
                return;
            };
            let at = at.saturating_add(late);
            if at <= self.clock.now() {
                self.datagram_arrives((host, far), from, to, bytes);
                continue;
            }
            self.events.at(
                at,
                Event::Datagram {
                    way: (host, far),
                    from,
                    to,
                    bytes: bytes.to_vec(),
                },
            );
        }
    }

    pub(crate) fn datagram_arrives(
        &mut self,
        (near, far): (HostId, HostId),
        from: SocketAddr<A>,
        to: SocketAddr<A>,
        bytes: &[u8],
    ) {
        if self.host(far).down {
            return;
        }
        if is_broadcast(&to) {
            let all: Vec<Id> = self
                .receivers_of(far, &from, &to)
                .map(|(.., id)| id)
                .collect();
            all.into_iter()
                .for_each(|id| self.drop_or_deliver(id, from, bytes));
            return;
        }
        if let Some(receiver) = self.receiver_of(far, &from, &to) {
            self.drop_or_deliver(receiver, from, bytes);
            return;
        }
        // The host answers that nobody has the port (ICMP).
        match self.arrival(far, near, 0) {
            Some(at) if at <= self.clock.now() => self.port_is_unreachable(near, from, to),
            Some(at) => self.events.at(at, Event::Unreachable { near, from, to }),
            None => {}
        }
    }

    /// Only a socket whose peer is where the datagram went is told, by its next call, whoever sent it
    /// (`__udp4_lib_err` in net/ipv4/udp.c).
    pub(crate) fn port_is_unreachable(
        &mut self,
        near: HostId,
        from: SocketAddr<A>,
        to: SocketAddr<A>,
    ) {
        if let Some(id) = self.receiver_of(near, &to, &from)
            && let Ok(socket) = self.socket_mut(id)
            && socket.peer().is_some()
        {
            socket.error = Some(Error::os(A::ECONNREFUSED));
        }
    }

    fn allow_broadcast(&self, id: Id, to: &SocketAddr<A>) -> Result<(), A> {
        if is_broadcast(to) && !self.socket(id)?.options.flag::<A, _>(Broadcast) {
            return Err(Error::os(A::EACCES));
        }
        Ok(())
    }

    /// The address that a datagram is sent from: the socket's own, or `from` when that is any.
    fn source(&self, id: Id, from: SocketAddr<A>) -> Result<SocketAddr<A>, A> {
        let local = self.socket(id)?.inet_local().copied().unwrap_or(from);
        if !local.ip().to_canonical().is_unspecified() {
            return Ok(local);
        }
        let mut from = from;
        from.set_port(local.port());
        Ok(from)
    }

    /// Who receives a datagram: a socket with that peer first, then one at that very address, then
    /// the last that was made.
    fn receiver_of(&self, host: HostId, from: &SocketAddr<A>, to: &SocketAddr<A>) -> Option<Id> {
        self.receivers_of(host, from, to).max().map(|(_, _, id)| id)
    }

    /// Who may receive a datagram: whether its peer is the sender, whether its address is the very
    /// one.
    fn receivers_of(
        &self,
        host: HostId,
        from: &SocketAddr<A>,
        to: &SocketAddr<A>,
    ) -> impl Iterator<Item = (bool, bool, Id)> {
        let ip = to.ip().to_canonical();
        self.sockets.iter().filter_map(move |(id, socket)| {
            let local = socket.inet_local()?;
            let peer = match socket.peer() {
                None => false,
                Some(peer) if peer.name == Name::Inet(as_seen_by(socket.family, *from)) => true,
                Some(_) => return None,
            };
            let there = socket.host == host
                && socket.kind == SocketKind::Datagram
                && local.port() == to.port()
                && covers(local, socket.is_only_v6(), ip);
            there.then_some((peer, !local.ip().is_unspecified(), *id))
        })
    }

    /// A datagram that finds the buffer of its receiver full is lost.
    fn drop_or_deliver(&mut self, to: Id, from: SocketAddr<A>, bytes: &[u8]) {
        let Ok(receiver) = self.socket_mut(to) else {
            return;
        };
        let used: usize = receiver.inbox.iter().map(|message| message.charge).sum();
        if used > receiver.receive_buffer() {
            return;
        }
        receiver.heard = true;
        receiver.inbox.push_back(Message {
            bytes: bytes.to_vec().into(),
            from: Name::Inet(as_seen_by(receiver.family, from)),
            sender: None,
            charge: bytes.len() + OVERHEAD,
            rights: Vec::new(),
            urgent: false,
        });
    }
}
