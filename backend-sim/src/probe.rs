//! Keep-alive probes, RFC 9293 section 3.8.4: who says nothing and hears nothing learns that nobody
//! is there.
//!
//! Only a connection that is broken is probed, since a probe that is answered changes nothing.

use sock_core::Abi;
use sock_core::option::{KeepAlive, KeepCount, KeepIdle, KeepInterval, SocketOption};

use crate::kernel::Kernel;
use crate::network::Event;
use crate::socket::{Id, Socket};
use crate::wire::SECOND;

impl<A: Abi> Kernel<A> {
    /// Connections that are to be probed begin to notice that nobody answers.
    pub(crate) fn probe_broken(&mut self) {
        let broken: Vec<(Id, u64)> = self
            .sockets
            .iter()
            .filter(|(id, socket)| {
                socket.wire.is_some()
                    && socket.options.flag::<A, _>(KeepAlive)
                    && socket.peer().is_some()
                    && self.is_broken(**id)
            })
            .map(|(id, socket)| (*id, socket.seconds(KeepIdle, 7200)))
            .collect();
        for (id, idle) in broken {
            let at = self.clock.now().saturating_add(idle);
            self.events.at(at, Event::Probe { id, failed: 0 });
        }
    }

    pub(crate) fn probe(&mut self, id: Id, failed: u32) {
        let Ok(socket) = self.socket(id) else {
            return;
        };
        if socket.peer().is_none() || !self.is_broken(id) {
            return;
        }
        let most = socket.options.number::<A, _>(KeepCount).unwrap_or(9);
        let interval = socket.seconds(KeepInterval, 75);
        if failed >= most as u32 {
            self.time_out(id);
        } else {
            let at = self.clock.now().saturating_add(interval);
            let failed = failed + 1;
            self.events.at(at, Event::Probe { id, failed });
        }
    }
}

impl<A: Abi> Socket<A> {
    /// An option of whole seconds, in nanoseconds.
    fn seconds<O: SocketOption<A>>(&self, option: O, initial: u64) -> u64 {
        let set = self.options.number::<A, O>(option);
        let seconds = set.and_then(|seconds| u64::try_from(seconds).ok());
        seconds.unwrap_or(initial).saturating_mul(SECOND)
    }
}
