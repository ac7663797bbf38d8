//! Descriptors.

use std::fmt;

use sock_core::{Abi, SocketKind, abi};

use crate::Sim;
use crate::socket::{Id, Socket};

/// An open descriptor of a simulated kernel; closes when dropped.
pub struct Fd<A: Abi = abi::Linux> {
    pub(crate) sim: Sim<A>,
    pub(crate) id: Id,
}

impl<A: Abi> Fd<A> {
    /// A descriptor that takes over one reference to the socket.
    pub(crate) fn new(sim: &Sim<A>, id: Id) -> Self {
        let sim = sim.clone();
        sim.call(|kernel| kernel.descriptors += 1);
        Fd { sim, id }
    }

    /// A second descriptor of the same open file, dup(2).
    pub fn duplicate(&self) -> Self {
        self.sim.call(|kernel| kernel.refer(self.id));
        Self::new(&self.sim, self.id)
    }

    /// Whether the open file is non-blocking.
    pub fn is_nonblocking(&self) -> bool {
        self.is(|socket| socket.nonblocking)
    }

    /// Whether the socket is a stream of bytes.
    pub(crate) fn is_stream(&self) -> bool {
        self.is(|socket| socket.kind == SocketKind::Stream)
    }

    fn is(&self, what: impl FnOnce(&Socket<A>) -> bool) -> bool {
        self.sim.lock().socket(self.id).is_ok_and(what)
    }
}

impl<A: Abi> Drop for Fd<A> {
    fn drop(&mut self) {
        self.sim.call(|kernel| {
            kernel.descriptors -= 1;
            kernel.release(self.id);
        });
    }
}

impl<A: Abi> fmt::Debug for Fd<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Fd").field(&self.id.number()).finish()
    }
}
