//! The links between hosts, and what travels on them.

use std::collections::BTreeMap;

use fastrand::Rng;
use sock_core::{Abi, Error, SocketAddr};

use crate::Link;
use crate::host::HostId;
use crate::kernel::Kernel;
use crate::socket::Id;
use crate::wire::Segment;

/// How late a packet is that others overtake.
pub(crate) const OVERTAKEN: u64 = 1_000_000;

/// What happens at a moment to come.
#[derive(Debug)]
pub(crate) enum Event<A: Abi> {
    /// A SYN arrives at a host.
    Syn {
        client: Id,
        to: SocketAddr<A>,
        far: HostId,
        tries: u32,
    },
    /// A connect has not been answered: its SYN is sent once more.
    SynAgain {
        client: Id,
        to: SocketAddr<A>,
        tries: u32,
    },
    /// A SYN-ACK arrives at the client.
    SynAck { client: Id, connection: Id },
    /// The ACK of a SYN-ACK is sent.
    SendAck { connection: Id, tries: u32 },
    /// The ACK of a SYN-ACK arrives at the server.
    Ack { connection: Id },
    /// A RST arrives that answers a SYN.
    Refuse { client: Id },
    /// A segment of a connection arrives.
    Segment {
        from: Id,
        to: Id,
        far: HostId,
        segment: Segment,
    },
    /// A side of a connection tries once more what nobody has acknowledged.
    Again { id: Id, tries: u32 },
    /// A side of an idle connection asks whether the other one is there.
    Probe { id: Id, failed: u32 },
    /// A datagram arrives at a host.
    Datagram {
        /// From which host to which.
        way: (HostId, HostId),
        from: SocketAddr<A>,
        to: SocketAddr<A>,
        bytes: Vec<u8>,
    },
    /// What a stream holds back since then it sends.
    Flush { id: Id, since: u64 },
    /// A connection has waited long enough for data.
    Undefer { connection: Id },
    /// An ICMP message that nobody has the port arrives.
    Unreachable {
        near: HostId,
        from: SocketAddr<A>,
        to: SocketAddr<A>,
    },
}

/// A direction between two hosts.
#[derive(Debug)]
struct Way {
    link: Link,
    /// Until when it is taken by what was sent before.
    busy: u64,
}

#[derive(Debug)]
pub(crate) struct Network {
    ways: BTreeMap<(HostId, HostId), Way>,
    random: Rng,
}

impl Network {
    pub(crate) fn new(seed: u64) -> Self {
        Network {
            ways: BTreeMap::new(),
            random: Rng::with_seed(seed),
        }
    }

    /// The link from one host to another, when it is not a perfect one.
    pub(crate) fn link(&self, from: HostId, to: HostId) -> Option<&Link> {
        self.ways.get(&(from, to)).map(|way| &way.link)
    }

    /// Whether something happens that happens at this rate.
    pub(crate) fn chance(&mut self, rate: f64) -> bool {
        rate > 0.0 && self.random.f64() < rate
    }
}

impl<A: Abi> Kernel<A> {
    pub(crate) fn set_link(&mut self, from: HostId, to: HostId, link: Link) {
        let busy = self.network.ways.get(&(from, to)).map_or(0, |way| way.busy);
        self.network.ways.insert((from, to), Way { link, busy });
        self.probe_broken();
    }

    /// Whether what one host sends to another gets there.
    pub(crate) fn passes(&self, from: HostId, to: HostId) -> bool {
        let down = self.network.link(from, to).is_some_and(|link| link.down);
        !down && !self.host(to).down
    }

    /// When so many bytes arrive that are sent now; `None` for never.
    pub(crate) fn arrival(&mut self, from: HostId, to: HostId, bytes: usize) -> Option<u64> {
        if !self.passes(from, to) {
            return None;
        }
        let now = self.clock.now();
        let Network { ways, random } = &mut self.network;
        let Some(Way { link, busy }) = ways.get_mut(&(from, to)) else {
            return Some(now);
        };
        let mut at = now;
        if let Some(bandwidth) = link.bandwidth {
            let takes = bytes as u128 * 1_000_000_000 / u128::from(bandwidth.max(1));
            let takes = u64::try_from(takes).unwrap_or(u64::MAX);
            *busy = now.max(*busy).saturating_add(takes);
            at = *busy;
        }
        let jitter = nanos(link.jitter);
        let jitter = if jitter == 0 {
            0
        } else {
            random.u64(..=jitter)
        };
        Some(
            at.saturating_add(nanos(link.latency))
                .saturating_add(jitter),
        )
    }

    /// What the clock has come to happens. Whether there was anything.
    pub(crate) fn run_due(&mut self) -> bool {
        let mut any = false;
        while let Some(event) = self.events.take_due(self.clock.now()) {
            any = true;
            self.happen(event);
        }
        any
    }

    fn happen(&mut self, event: Event<A>) {
        match event {
            Event::Syn {
                client,
                to,
                far,
                tries,
            } => self.syn_arrives(client, to, far, tries),
            Event::SynAgain { client, to, tries } => self.send_syn(client, to, tries),
            Event::SynAck { client, connection } => self.syn_ack_arrives(client, connection),
            Event::SendAck { connection, tries } => self.send_ack(connection, tries),
            Event::Ack { connection } => self.ack_arrives(connection),
            Event::Refuse { client } => {
                self.fail_connect(client, Error::os(A::ECONNREFUSED));
            }
            Event::Segment {
                from,
                to,
                far,
                segment,
            } => {
                self.segment_arrives(from, to, far, segment);
                self.bury(to);
            }
            Event::Again { id, tries } => {
                self.try_again(id, tries);
                self.bury(id);
            }
            Event::Probe { id, failed } => self.probe(id, failed),
            Event::Datagram {
                way,
                from,
                to,
                bytes,
            } => self.datagram_arrives(way, from, to, &bytes),
            Event::Flush { id, since } => self.hold_no_longer(id, since),
            Event::Undefer { connection } => self.undefer(connection),
            Event::Unreachable { near, from, to } => self.port_is_unreachable(near, from, to),
        }
    }
}

pub(crate) fn nanos(span: std::time::Duration) -> u64 {
    u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)
}
