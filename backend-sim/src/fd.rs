//! Descriptors.

use std::fmt;

use sock_core::{Abi, abi};

use crate::Sim;
use crate::socket::{Id, Socket};

/// An open descriptor of a simulated kernel; closes when dropped.
pub struct Fd<A: Abi = abi::Linux> {
    pub(crate) sim: Sim<A>,
    pub(crate) id: Id,
}

impl<A: Abi> Fd<A> {
    /// A descriptor that takes over one reference to the socket, and has been counted.
    pub(crate) fn new(sim: &Sim<A>, id: Id) -> Self {
        let sim = sim.clone();
        Fd { sim, id }
    }

    /// A second descriptor of the same open file, dup(2).
    pub fn duplicate(&self) -> Self {
        self.sim.quietly(|kernel| {
            kernel.refer(self.id);
            let host = kernel.host_mut(self.sim.host);
            host.descriptors += usize::from(self.id >= host.since);
        });
        Self::new(&self.sim, self.id)
    }

    /// Whether the open file is non-blocking.
    pub fn is_nonblocking(&self) -> bool {
        self.is(|socket| socket.nonblocking)
    }

    fn is(&self, what: impl FnOnce(&Socket<A>) -> bool) -> bool {
        self.sim.lock().socket(self.id).is_ok_and(what)
    }
}

impl<A: Abi> Drop for Fd<A> {
    fn drop(&mut self) {
        self.sim.quietly(|kernel| {
            let host = kernel.host_mut(self.sim.host);
            host.descriptors -= usize::from(self.id >= host.since);
            kernel.release(self.id);
        });
    }
}

impl<A: Abi> fmt::Debug for Fd<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Fd").field(&self.id.number()).finish()
    }
}
