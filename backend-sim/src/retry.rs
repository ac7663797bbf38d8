//! What nobody acknowledges is sent again, RFC 6298, and in the end the connection times out.

use sock_core::option::UserTimeout;
use sock_core::{Abi, Error, abi};

use crate::kernel::Kernel;
use crate::network::Event;
use crate::socket::Id;
use crate::wire::{SECOND, Wire};

/// The first and the longest time before something is sent again, `TCP_RTO_MIN` and `TCP_RTO_MAX`.
const SOONEST: u64 = SECOND / 5;
const LATEST: u64 = 120 * SECOND;

/// How often it is, `net.ipv4.tcp_retries2`.
pub(crate) const MOST_TRIES: u32 = 15;

impl<A: Abi> Kernel<A> {
    pub(crate) fn wait_to_try(&mut self, id: Id) {
        let now = self.clock.now();
        if let Some(wire) = self.wire_mut(id)
            && !wire.waits
        {
            wire.waits = true;
            let at = now.saturating_add(SOONEST);
            self.events.at(at, Event::Again { id, tries: 1 });
        }
    }

    pub(crate) fn try_again(&mut self, id: Id, tries: u32) {
        let Ok(socket) = self.socket(id) else {
            return;
        };
        if socket.wire.as_deref().is_none_or(|wire| !wire.waits) {
            return;
        }
        let spent: u64 = (0..tries).map(back_off).sum();
        let most = socket.options.number::<abi::Linux, _>(UserTimeout);
        let most = most
            .filter(|millis| *millis > 0)
            .map(|millis| millis as u64 * 1_000_000);
        if most.map_or(tries > MOST_TRIES, |most| spent >= most) {
            self.time_out(id);
        } else if self.is_broken(id) {
            let at = self.clock.now().saturating_add(back_off(tries));
            let tries = tries + 1;
            self.events.at(at, Event::Again { id, tries });
        } else {
            self.go_on(id);
        }
    }

    /// What was sent in vain passes again.
    fn go_on(&mut self, id: Id) {
        let Ok(socket) = self.socket(id) else {
            return;
        };
        let peer = socket
            .peer_id()
            .filter(|peer| self.sockets.contains_key(peer));
        if let Some(wire) = self.wire_mut(id) {
            let (acked, read) = std::mem::take(&mut wire.untold);
            wire.waits = false;
            wire.unacked = wire.unacked.saturating_sub(acked);
            wire.unread = wire.unread.saturating_sub(read);
        }
        match peer {
            Some(_) => self.pump(id),
            None => self.reset_tcp(id),
        }
    }

    /// Whether a side can tell the other nothing, or the other way round.
    pub(crate) fn is_broken(&self, id: Id) -> bool {
        let Ok(socket) = self.socket(id) else {
            return true;
        };
        let passes = |far| self.passes(socket.host, far) && self.passes(far, socket.host);
        !socket.far().is_some_and(passes)
    }

    /// Nothing passes this connection any more.
    pub(crate) fn cut(&mut self, id: Id) {
        let Ok(socket) = self.socket(id) else {
            return;
        };
        let sides = [Some(id), socket.peer_id()];
        for side in sides.into_iter().flatten() {
            let far = self.socket(side).map(|socket| socket.host);
            if let (Ok(far), Ok(socket)) = (far, self.socket_mut(side)) {
                let wire = socket
                    .wire
                    .get_or_insert_with(|| Box::new(Wire::new(Some(far))));
                wire.cut = true;
            }
        }
        self.probe_broken();
    }

    /// Nobody has acknowledged anything for too long.
    pub(crate) fn time_out(&mut self, id: Id) {
        self.end_connection(id, Error::os(A::ETIMEDOUT));
    }
}

/// How long the nth wait is, from 0.
pub(crate) fn back_off(tries: u32) -> u64 {
    SOONEST
        .saturating_mul(1u64.checked_shl(tries).unwrap_or(u64::MAX))
        .min(LATEST)
}
