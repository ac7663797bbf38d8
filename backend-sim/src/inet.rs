//! Internet addresses and ports of the host, which has a loopback interface and no other.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use sock_core::abi::Kernel as Of;
use sock_core::option::{OnlyV6, ReuseAddr, ReusePort, Transparent};
use sock_core::{Abi, Error, Family, SocketAddr, SocketAddrV6, SocketKind};

use crate::host::HostId;
use crate::kernel::Kernel;
use crate::names::Name;
use crate::sim::Result;
use crate::socket::{Id, Socket};

/// The ports that the kernel picks from, `net.ipv4.ip_local_port_range`.
const FIRST: u16 = 32768;
const LAST: u16 = 60999;
const PAIRS: u16 = (LAST - FIRST).div_ceil(2);

/// What a port that is picked is, modulo 2, while there are any: as on Linux connects take even
/// ones and all else odd ones (`inet_csk_find_open_port` in net/ipv4/inet_connection_sock.c), so
/// that a connect to a port that somebody had hardly ever finds itself.
pub(crate) const CONNECT: u16 = 0;
pub(crate) const BIND: u16 = 1;

/// How long an address is kept after its connection, `TCP_TIMEWAIT_LEN`.
const TIME_WAIT: u64 = 60_000_000_000;

/// The pair of ports to pick from next, and addresses of TCP connections that have ended.
#[derive(Debug)]
pub(crate) struct Ports<A: Abi> {
    pair: u16,
    kept: Vec<Kept<A>>,
}

#[derive(Debug)]
struct Kept<A: Abi> {
    addr: SocketAddr<A>,
    reuse: bool,
    until: u64,
}

impl<A: Abi> Default for Ports<A> {
    fn default() -> Self {
        Ports {
            pair: 0,
            kept: Vec::new(),
        }
    }
}

impl<A: Abi> Ports<A> {
    pub(crate) fn keep(&mut self, addr: SocketAddr<A>, reuse: bool, now: u64) {
        self.kept.retain(|kept| kept.until > now);
        self.kept.push(Kept {
            addr,
            reuse,
            until: now.saturating_add(TIME_WAIT),
        });
    }

    fn pick(&mut self, parity: u16) -> u16 {
        let port = FIRST + 2 * self.pair + parity;
        self.pair = (self.pair + 1) % PAIRS;
        port
    }
}

impl<A: Abi> Socket<A> {
    /// The address of an internet socket.
    pub(crate) fn inet_local(&self) -> Option<&SocketAddr<A>> {
        match &self.local {
            Name::Inet(addr) => Some(addr),
            Name::Unix(_) => None,
        }
    }

    /// The connection has ended: on Linux others may have the port, unless it was asked for
    /// (`tcp_set_state` in net/ipv4/tcp.c, `SOCK_BINDPORT_LOCK`).
    pub(crate) fn let_port_go(&mut self) {
        let asked = matches!(self.bound, Some(Name::Inet(addr)) if addr.port() != 0);
        self.portless |= !asked && A::KERNEL == Of::Linux;
    }

    pub(crate) fn is_only_v6(&self) -> bool {
        self.options.flag::<A, _>(OnlyV6)
    }
}

/// Whether a socket at `local` receives what is sent to `ip`.
pub(crate) fn covers<A: Abi>(local: &SocketAddr<A>, only_v6: bool, ip: IpAddr) -> bool {
    match local.ip() {
        IpAddr::V4(any) if any.is_unspecified() => ip.is_ipv4(),
        IpAddr::V6(any) if any.is_unspecified() => ip.is_ipv6() || !only_v6,
        own => own.to_canonical() == ip,
    }
}

/// The address as a socket of the family writes it: IPv6 sockets meet IPv4 mapped, RFC 4291
/// section 2.5.5.2.
pub(crate) fn as_seen_by<A: Abi>(family: Family, addr: SocketAddr<A>) -> SocketAddr<A> {
    match addr.ip() {
        IpAddr::V4(ip) if family == Family::Inet6 => {
            SocketAddr::new_v6(ip.to_ipv6_mapped(), addr.port())
        }
        ip if family == Family::Inet => SocketAddr::new(ip.to_canonical(), addr.port()),
        _ => addr,
    }
}

/// The nodes of a link, which every host is one of, RFC 4291 section 2.7.1.
const ALL_NODES: IpAddr = IpAddr::V6(Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1));

/// Whether all hosts of a network are meant: of any, or of the loopback.
pub(crate) fn is_broadcast<A: Abi>(addr: &SocketAddr<A>) -> bool {
    let all = [Ipv4Addr::BROADCAST, Ipv4Addr::new(127, 255, 255, 255)];
    matches!(addr.ip().to_canonical(), IpAddr::V4(ip) if all.contains(&ip))
}

/// The address as the kernel keeps it: without flow information, and with a scope where one
/// belongs, for which there must be one.
fn scoped<A: Abi>(addr: SocketAddr<A>) -> Result<SocketAddr<A>, A> {
    let Some(v6) = addr.as_v6() else {
        return Ok(addr);
    };
    let ip = v6.ip();
    let local = ip.is_unicast_link_local() || ip.segments().first() == Some(&0xff02);
    match v6.scope_id() {
        _ if !local => Ok(SocketAddr::new_v6(ip, v6.port())),
        0 => Err(Error::INVALID),
        scope => Ok(SocketAddrV6::new(ip, v6.port(), 0, scope).into()),
    }
}

impl<A: Abi> Kernel<A> {
    /// Whether the host has the address.
    fn has(&self, host: HostId, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        ip.is_loopback() || self.host(host).addrs.contains(&ip)
    }

    /// The host that gets what one sends to an address.
    pub(crate) fn host_at(&self, from: HostId, ip: IpAddr) -> Option<HostId> {
        let ip = ip.to_canonical();
        if self.has(from, ip) {
            return Some(from);
        }
        self.host_ids()
            .find(|host| self.host(*host).addrs.contains(&ip))
    }

    pub(crate) fn bind_inet(&mut self, id: Id, addr: SocketAddr<A>) -> Result<Name<A>, A> {
        let socket = self.socket(id)?;
        let has_port = |local: &SocketAddr<A>| local.port() != 0 && !socket.portless;
        if socket.inet_local().is_none_or(has_port) || socket.is_listening() {
            return Err(Error::INVALID);
        }
        let host = socket.host;
        let mut addr = scoped(addr)?;
        let ip = addr.ip().to_canonical();
        let transparent = socket.options.is_on(Transparent);
        if !(ip.is_unspecified() || self.has(host, ip) || ip == ALL_NODES || transparent) {
            return Err(Error::os(A::EADDRNOTAVAIL));
        }
        if addr.port() == 0 {
            let port = self.free_port(id, &addr, BIND);
            addr.set_port(port.ok_or(Error::os(A::EADDRINUSE))?);
        } else if self.is_taken(id, &addr) {
            return Err(Error::os(A::EADDRINUSE));
        }
        Ok(Name::Inet(addr))
    }

    /// Gives an internet socket a port when it has none, at the address that it has.
    pub(crate) fn bind_any_port(&mut self, id: Id, parity: u16) -> Result<(), A> {
        let socket = self.socket(id)?;
        let Some(addr) = socket.inet_local().copied() else {
            return Ok(());
        };
        if addr.port() == 0 || socket.portless {
            let port = self
                .free_port(id, &addr, parity)
                .ok_or(Error::os(A::EADDRNOTAVAIL))?;
            let socket = self.socket_mut(id)?;
            socket.portless = false;
            if let Name::Inet(addr) = &mut socket.local {
                addr.set_port(port);
            }
        }
        Ok(())
    }

    /// Gives a socket that connects the address that it sends from.
    pub(crate) fn bind_source(&mut self, id: Id, from: SocketAddr<A>) -> Result<(), A> {
        self.bind_any_port(id, CONNECT)?;
        let socket = self.socket_mut(id)?;
        if let Name::Inet(local) = &mut socket.local
            && local.ip().to_canonical().is_unspecified()
        {
            let port = local.port();
            *local = from;
            local.set_port(port);
        }
        Ok(())
    }

    fn free_port(&mut self, id: Id, addr: &SocketAddr<A>, parity: u16) -> Option<u16> {
        let host = self.socket(id).ok()?.host;
        let parities = [parity, 1 - parity].into_iter();
        let mut tries = parities.flat_map(|parity| (0..PAIRS).map(move |_| parity));
        tries.find_map(|parity| {
            let port = self.host_mut(host).ports.pick(parity);
            let mut addr = *addr;
            addr.set_port(port);
            let free =
                self.overlapping(id, &addr).next().is_none() && !self.is_kept(host, &addr, false);
            free.then_some(port)
        })
    }

    /// The other sockets of the kind and host that have the port, at an address that overlaps.
    pub(crate) fn overlapping(&self, id: Id, addr: &SocketAddr<A>) -> impl Iterator<Item = Id> {
        let me = self.socket(id).ok();
        let kind = me.map(|me| (me.host, me.kind));
        let only_v6 = me.is_some_and(Socket::is_only_v6);
        self.sockets.iter().filter_map(move |(other_id, other)| {
            let local = other.inet_local()?;
            let overlaps = *other_id != id
                && Some((other.host, other.kind)) == kind
                && (!other.portless || other.ended_first)
                && local.port() == addr.port()
                && (covers(local, other.is_only_v6(), addr.ip().to_canonical())
                    || covers(addr, only_v6, local.ip().to_canonical()));
            overlaps.then_some(*other_id)
        })
    }

    /// `inet_bind_conflict` in net/ipv4/inet_connection_sock.c.
    fn is_taken(&self, id: Id, addr: &SocketAddr<A>) -> bool {
        let Ok(me) = self.socket(id) else {
            return false;
        };
        let both = |other: &Socket<A>| {
            let reuse = me.options.flag::<A, _>(ReuseAddr) && other.options.flag::<A, _>(ReuseAddr);
            let share = me.options.flag::<A, _>(ReusePort) && other.options.flag::<A, _>(ReusePort);
            share || (reuse && !other.is_listening())
        };
        let taken = self
            .overlapping(id, addr)
            .any(|other| self.socket(other).is_ok_and(|other| !both(other)));
        let reuse = me.options.flag::<A, _>(ReuseAddr);
        taken || (me.kind == SocketKind::Stream && self.is_kept(me.host, addr, reuse))
    }

    fn is_kept(&self, host: HostId, addr: &SocketAddr<A>, reuse: bool) -> bool {
        let now = self.clock.now();
        self.host(host).ports.kept.iter().any(|kept| {
            kept.until > now
                && kept.addr.port() == addr.port()
                && covers(addr, false, kept.addr.ip().to_canonical())
                && !(reuse && kept.reuse)
        })
    }

    /// Where a socket gets when it sends to `to`, and which address it sends from.
    pub(crate) fn route(
        &self,
        id: Id,
        to: SocketAddr<A>,
    ) -> Result<(SocketAddr<A>, SocketAddr<A>), A> {
        let socket = self.socket(id)?;
        let loopback = match to.ip().to_canonical() {
            IpAddr::V4(_) => IpAddr::from([127, 0, 0, 1]),
            IpAddr::V6(_) => IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]),
        };
        let here = |ip, port| as_seen_by(socket.family, SocketAddr::new(ip, port));
        // The unspecified address is this host.
        if to.ip().to_canonical().is_unspecified() {
            return Ok((here(loopback, to.port()), here(loopback, 0)));
        }
        let mapped = to.is_ipv6() && to.ip().to_canonical().is_ipv4();
        let to = scoped(to)?;
        let ip = to.ip().to_canonical();
        let from = match () {
            () if ip.is_loopback() => Some(loopback),
            // A host speaks to itself from the address that it speaks to.
            () if self.has(socket.host, ip) => Some(ip),
            () => {
                let mut addrs = self.host(socket.host).addrs.iter();
                addrs.find(|addr| addr.is_ipv4() == ip.is_ipv4()).copied()
            }
        };
        match from {
            Some(from) if !(mapped && socket.is_only_v6()) => Ok((to, here(from, 0))),
            _ => Err(Error::os(A::ENETUNREACH)),
        }
    }
}
