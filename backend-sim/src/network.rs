//! The links between hosts.

use std::collections::BTreeMap;

use fastrand::Rng;
use sock_core::Abi;

use crate::Link;
use crate::host::HostId;
use crate::kernel::Kernel;

/// What happens at a moment to come.
#[derive(Debug)]
pub(crate) enum Event<A: Abi> {
    /// Nothing but the moment.
    Never(core::convert::Infallible, A),
}

/// A direction between two hosts.
type Way = (HostId, HostId);

#[derive(Debug)]
pub(crate) struct Network {
    links: BTreeMap<Way, Link>,
    random: Rng,
}

impl Network {
    pub(crate) fn new(seed: u64) -> Self {
        Network {
            links: BTreeMap::new(),
            random: Rng::with_seed(seed),
        }
    }
}

impl<A: Abi> Kernel<A> {
    pub(crate) fn set_link(&mut self, from: HostId, to: HostId, link: Link) {
        self.network.links.insert((from, to), link);
    }

    /// What the clock has come to happens.
    pub(crate) fn run_due(&mut self) {
        while let Some(event) = self.events.take_due(self.clock.now()) {
            match event {
                Event::Never(never, _) => match never {},
            }
        }
    }
}
