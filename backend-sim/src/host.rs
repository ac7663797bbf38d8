//! Hosts: what each has of its own, and what is between them.

use std::net::IpAddr;

use sock_core::Abi;

use crate::inet::Ports;
use crate::kernel::Kernel;
use crate::local::Names;
use crate::socket::Id;
use crate::{Link, Sim};

/// Which host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct HostId(usize);

impl HostId {
    pub(crate) const FIRST: HostId = HostId(0);

    /// The nth host, from 0.
    pub(crate) fn other(n: usize) -> Self {
        HostId(n)
    }

    pub(crate) fn index(self) -> usize {
        self.0
    }
}

/// What a host has of its own.
#[derive(Debug)]
pub(crate) struct Host<A: Abi> {
    /// Its addresses beside those of its loopback.
    pub(crate) addrs: Vec<IpAddr>,
    pub(crate) ports: Ports<A>,
    pub(crate) names: Names<A>,
    /// How many are open, and how many may be.
    pub(crate) descriptors: usize,
    pub(crate) limit: usize,
    /// The first socket since the last crash, which has closed all descriptors of those before.
    pub(crate) since: Id,
    /// How many sockets it has made.
    pub(crate) made: u64,
    /// It has crashed.
    pub(crate) down: bool,
    /// The last time that its clock has told.
    pub(crate) told: u64,
}

impl<A: Abi> Host<A> {
    pub(crate) fn new() -> Self {
        Host {
            addrs: Vec::new(),
            ports: Ports::default(),
            names: Names::default(),
            descriptors: 0,
            limit: usize::MAX,
            since: Id::FIRST,
            made: 0,
            down: false,
            told: 0,
        }
    }
}

impl<A: Abi> Sim<A> {
    /// One more host in the simulation, with these addresses, its loopback, and ports, Unix names,
    /// descriptors and faults of its own. The clock, the seed and the parties are those of all.
    /// Hosts are perfectly linked until [`set_link`](Self::set_link).
    ///
    /// What is sent to an address that no host has vanishes without a word, unless the
    /// sender has no address of the family but its loopback: then the network is unreachable.
    pub fn host(&self, addrs: impl IntoIterator<Item = impl Into<IpAddr>>) -> Sim<A> {
        let addrs = addrs.into_iter().map(Into::into).collect();
        self.quietly(|kernel| {
            let id = kernel.add_host(Host {
                addrs,
                ..Host::new()
            });
            self.on(id)
        })
    }

    /// Gives this host one more address.
    pub fn assign(&self, addr: impl Into<IpAddr>) {
        let addr = addr.into();
        self.quietly(|kernel| kernel.host_mut(self.host).addrs.push(addr));
    }

    /// Sets both directions between this host and another one; with itself, its loopback. Unix
    /// sockets know no link. A TCP connection of a host with itself goes by the link that there was
    /// when it began.
    pub fn set_link(&self, far: &Sim<A>, link: Link) {
        self.set_link_to(far, link);
        far.set_link_to(self, link);
    }

    /// Sets the direction from this host to another one.
    pub fn set_link_to(&self, far: &Sim<A>, link: Link) {
        self.quietly(|kernel| kernel.set_link(self.host, far.host, link));
    }

    /// The host loses its power: its sockets are gone and nobody is told, what is sent to it
    /// vanishes, every call on its descriptors is `EBADF` (poll says `NVAL`), also one that waits, and
    /// no others can be opened, which is `ENETDOWN`, until [`restart`](Self::restart).
    pub fn crash(&self) {
        self.quietly(|kernel| kernel.crash(self.host));
    }

    /// The host is back, with nothing of what it had. It answers what belongs to old connections by
    /// a reset.
    pub fn restart(&self) {
        self.quietly(|kernel| kernel.host_mut(self.host).down = false);
    }
}

impl<A: Abi> Kernel<A> {
    fn crash(&mut self, id: HostId) {
        self.sockets.retain(|_, socket| socket.host != id);
        let since = self.next_id();
        let host = self.host_mut(id);
        let (addrs, limit, made) = (std::mem::take(&mut host.addrs), host.limit, host.made);
        *host = Host {
            addrs,
            limit,
            since,
            made,
            down: true,
            ..Host::new()
        };
        self.probe_broken();
    }
}
