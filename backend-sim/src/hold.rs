//! Bytes that TCP holds back until more follow: `MSG_MORE` of send(2), `TCP_CORK` of tcp(7).

use sock_core::option::Cork;
use sock_core::{Abi, SendFlags};

use crate::kernel::Kernel;
use crate::network::Event;
use crate::socket::Id;
use crate::wire::SEGMENT;

/// The longest time that something is held back.
const LONGEST: u64 = 200_000_000;

/// The bytes in a segment on a loopback, whose packets may have 65,536: less 40 of headers and 12
/// of time stamps.
const LOOPBACK: usize = 65_484;

impl<A: Abi> Kernel<A> {
    /// A stream of TCP takes these bytes: now or later they are sent.
    pub(crate) fn push(&mut self, id: Id, bytes: &[u8], flags: SendFlags) {
        let now = self.clock.now();
        let Ok(socket) = self.socket_mut(id) else {
            return;
        };
        let more = flags.contains(SendFlags::MORE) || socket.options.is_on(Cork);
        if flags.contains(SendFlags::OOB) {
            self.flush(id);
            self.put_urgent(id, bytes);
        } else if !more && socket.held.is_empty() {
            self.put(id, bytes);
        } else if !more {
            socket.held.extend_from_slice(bytes);
            self.flush(id);
        } else {
            let fresh = socket.held.is_empty();
            socket.held.extend_from_slice(bytes);
            let usual = if socket.wire.is_some() {
                SEGMENT
            } else {
                LOOPBACK
            };
            let segment = socket.segment(usual);
            let full = socket.held.len() - socket.held.len() % segment;
            let part: Vec<u8> = socket.held.drain(..full).collect();
            if fresh || full > 0 {
                socket.held_since = now;
                let at = now.saturating_add(LONGEST);
                self.events.at(at, Event::Flush { id, since: now });
            }
            if full > 0 {
                self.put(id, &part);
            }
        }
    }

    /// Sends what is held back.
    pub(crate) fn flush(&mut self, id: Id) {
        let held = self
            .socket_mut(id)
            .map(|socket| std::mem::take(&mut socket.held));
        if let Ok(held) = held
            && !held.is_empty()
        {
            self.put(id, &held);
        }
    }

    /// What has been held back since then was held back for long enough.
    pub(crate) fn hold_no_longer(&mut self, id: Id, since: u64) {
        if self
            .socket(id)
            .is_ok_and(|socket| socket.held_since == since)
        {
            self.flush(id);
        }
    }
}
