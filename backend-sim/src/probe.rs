//! Probes, which tell that nobody is there: of keep-alive, RFC 9293 section 3.8.4, by who says nothing
//! and hears nothing; and of a window that is closed, section 3.8.6.1, by who would send and may not.
//!
//! Only a connection that is broken is probed, since a probe that is answered changes nothing.

use sock_core::Abi;
use sock_core::option::{KeepAlive, KeepCount, KeepIdle, KeepInterval, SocketOption};

use crate::kernel::Kernel;
use crate::network::Event;
use crate::socket::{Id, Socket};
use crate::wire::SECOND;

impl<A: Abi> Kernel<A> {
    /// Whoever waits for room at the other side asks for it again and again where the answer is an
    /// error, none, or news; and gives up as with data that is not acknowledged (`tcp_probe_timer` in
    /// net/ipv4/tcp_timer.c).
    pub(crate) fn probe_window(&mut self, id: Id) {
        let Ok(socket) = self.socket(id) else {
            return;
        };
        let (Some(peer), Some(wire)) = (socket.peer_id(), socket.wire.as_deref()) else {
            return;
        };
        let peer = self.socket(peer);
        let window = peer.map_or(0, Socket::receive_buffer);
        // What was charged was sent before there was a wire.
        let stuck = wire.outstanding() + socket.charged > window;
        let news = wire.untold != (0, 0) || peer.is_err();
        if stuck && (news || self.is_broken(id)) {
            self.wait_to_try(id);
        }
    }

    /// Connections that are to be probed begin to notice that nobody answers.
    pub(crate) fn probe_broken(&mut self) {
        let wired = self
            .sockets
            .iter()
            .filter(|(_, socket)| socket.wire.is_some());
        let wired: Vec<Id> = wired.map(|(id, _)| *id).collect();
        wired.into_iter().for_each(|id| self.probe_window(id));
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
