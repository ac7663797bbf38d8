//! Streams of bytes, TCP and Unix.

use std::collections::VecDeque;

use sock_core::{Abi, Error, SendFlags};

use crate::Fault;
use crate::kernel::Kernel;
use crate::sim::Result;
use crate::socket::{Delivery, Id, Message, Socket, State};

impl<A: Abi> Kernel<A> {
    /// How many bytes a stream takes: for TCP what both sides buffer, for Unix the sender alone.
    pub(crate) fn room_to_send(&self, id: Id) -> usize {
        let Ok(socket) = self.socket(id) else {
            return 0;
        };
        if let Some(wire) = &socket.wire {
            let taken = wire.buffered() + socket.charged + socket.held.len();
            return socket.send_buffer().saturating_sub(taken);
        }
        let peer = socket.peer_id().and_then(|peer| self.sockets.get(&peer));
        let beyond = match peer {
            Some(peer) if socket.is_tcp() => peer.receive_buffer(),
            _ => 0,
        };
        (socket.send_buffer() + beyond).saturating_sub(socket.charged + socket.held.len())
    }

    pub(crate) fn send_stream(
        &mut self,
        id: Id,
        bytes: &[u8],
        rights: &[Id],
        flags: SendFlags,
    ) -> Result<usize, A> {
        self.break_off(id);
        let socket = self.socket_mut(id)?;
        let tcp = socket.is_tcp();
        if tcp {
            socket.fail_pending()?;
        }
        let (peer, from) = match &socket.state {
            State::Connecting(_) => return Err(Error::WOULD_BLOCK),
            State::Connected(peer) if !socket.send_closed => (peer.id, socket.local),
            State::Connected(_) => return Err(Error::os(A::EPIPE)),
            _ if tcp => return Err(Error::os(A::EPIPE)),
            _ => return Err(Error::NOT_CONNECTED),
        };
        if bytes.is_empty() {
            return Ok(0);
        }
        let wired = self.socket(id)?.wire.is_some();
        let Some(peer) = peer.filter(|peer| wired || self.sockets.contains_key(peer)) else {
            // The peer has closed both directions: it answers data with a reset.
            self.reset_tcp(id);
            return Ok(bytes.len());
        };
        let part = match bytes.split_at_checked(self.room_to_send(id)) {
            Some((part, _)) => part,
            None => bytes,
        };
        if part.is_empty() {
            return Err(Error::WOULD_BLOCK);
        }
        if !tcp && self.socket(peer)?.receive_closed {
            return Err(Error::os(A::EPIPE));
        }
        let part = part.get(..self.shorten(part.len())).unwrap_or(part);
        if tcp {
            self.push(id, part, flags);
            return Ok(part.len());
        }
        let message = Message {
            bytes: part.to_vec().into(),
            from,
            sender: Some(id),
            charge: part.len(),
            rights: rights.to_vec(),
            urgent: false,
        };
        self.deliver(peer, message)?;
        Ok(part.len())
    }

    /// Sends bytes of a TCP stream.
    pub(crate) fn put(&mut self, id: Id, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        if let Some(wire) = self.wire_mut(id) {
            wire.push(bytes);
            self.pump(id);
            return;
        }
        let Ok(socket) = self.socket(id) else {
            return;
        };
        let (peer, from) = (socket.peer_id(), socket.local);
        let message = Message {
            bytes: bytes.to_vec().into(),
            from,
            sender: Some(id),
            charge: bytes.len(),
            rights: Vec::new(),
            urgent: false,
        };
        let peer = peer.filter(|peer| self.sockets.contains_key(peer));
        if let Some(peer) = peer
            && self.socket(peer).is_ok_and(Socket::is_deaf)
        {
            self.reset_tcp(peer);
            self.reset_tcp(id);
            return;
        }
        match peer.map(|peer| (peer, self.deliver(peer, message))) {
            Some((peer, _)) => self.undefer(peer),
            // The peer has closed both directions: it answers data with a reset.
            None => self.reset_tcp(id),
        }
    }

    pub(crate) fn receive_stream(
        &mut self,
        id: Id,
        room: usize,
        peek: bool,
    ) -> Result<Delivery<A>, A> {
        self.break_off(id);
        let socket = self.socket_mut(id)?;
        let tcp = socket.is_tcp();
        match socket.state {
            State::Connected(_) | State::Reset(_) | State::Connecting(_) => {}
            State::Listening(_) if tcp => return Err(Error::NOT_CONNECTED),
            _ if tcp => {
                socket.fail_pending()?;
                return match socket.receive_closed {
                    true => Ok(Delivery::empty()),
                    false => Err(Error::NOT_CONNECTED),
                };
            }
            _ => return Err(Error::INVALID),
        }
        if room > 0 {
            self.pass_urgent(id)?;
        }
        let socket = self.socket_mut(id)?;
        if socket.inbox.is_empty() {
            if !socket.ended {
                socket.fail_pending()?;
            }
            return match socket.receive_closed {
                true => Ok(Delivery::empty()),
                false => Err(Error::WOULD_BLOCK),
            };
        }
        let there: usize = socket.inbox.iter().map(|message| message.bytes.len()).sum();
        let room = match there.min(room) {
            most @ 2.. if self.will_strike(Fault::Short) => self.shorten(most),
            _ => room,
        };
        match peek {
            true => self.peek(id, room),
            false => self.take(id, room),
        }
    }

    /// How many of `most` bytes go: all, unless the call is cut short.
    fn shorten(&mut self, most: usize) -> usize {
        if most < 2 {
            return most;
        }
        match self.strike(Fault::Short) {
            None => most,
            Some(None) => 1,
            Some(Some(mut random)) => random.usize(1..most),
        }
    }

    /// The connection may be about to break.
    fn break_off(&mut self, id: Id) {
        let alive = |socket: &Socket<A>| {
            socket.is_tcp() && matches!(socket.state, State::Connected(_)) && !socket.is_over()
        };
        if !self.socket(id).is_ok_and(alive) {
            return;
        }
        if self.strike(Fault::Reset).is_some() {
            let peer = self.socket(id).ok().and_then(Socket::peer_id);
            self.reset_tcp(id);
            if let Some(peer) = peer {
                self.reset_tcp(peer);
            }
        } else if self.strike(Fault::HalfOpen).is_some() {
            self.cut(id);
        }
    }

    /// Takes bytes out. Descriptors come with the first byte of their message, and end a receive
    /// (unix(7), SCM_RIGHTS).
    fn take(&mut self, id: Id, room: usize) -> Result<Delivery<A>, A> {
        let mut taken = Delivery::empty();
        loop {
            let socket = self.socket_mut(id)?;
            let tcp = socket.is_tcp();
            let Some(message) = socket.inbox.front_mut() else {
                break;
            };
            if (message.urgent || !message.rights.is_empty()) && !taken.bytes.is_empty() {
                break;
            }
            let n = message.bytes.len().min(room - taken.bytes.len());
            copy_front(&message.bytes, n, &mut taken.bytes);
            message.bytes.drain(..n);
            message.charge -= n;
            taken.rights = std::mem::take(&mut message.rights);
            taken.from = (!tcp && message.from.is_given()).then_some(message.from);
            let sender = message.sender;
            if message.bytes.is_empty() {
                socket.inbox.pop_front();
            }
            self.credit(sender, n);
            if !taken.rights.is_empty() || taken.bytes.len() == room {
                break;
            }
        }
        taken.whole = taken.bytes.len();
        if self.socket(id)?.wire.is_some() {
            self.open_window(id, taken.whole);
        }
        Ok(taken)
    }

    fn peek(&self, id: Id, room: usize) -> Result<Delivery<A>, A> {
        let mut seen = Delivery::empty();
        for message in &self.socket(id)?.inbox {
            if (message.urgent || !message.rights.is_empty()) && !seen.bytes.is_empty() {
                break;
            }
            let rest = room - seen.bytes.len();
            copy_front(&message.bytes, rest, &mut seen.bytes);
            seen.rights.clone_from(&message.rights);
            if !seen.rights.is_empty() || seen.bytes.len() == room {
                break;
            }
        }
        seen.whole = seen.bytes.len();
        Ok(seen)
    }
}

/// Copies the first `n` bytes of a queue, or all that it has.
pub(crate) fn copy_front(queue: &VecDeque<u8>, n: usize, to: &mut Vec<u8>) {
    let (first, second) = queue.as_slices();
    let part = first.get(..n).unwrap_or(first);
    let rest = n - part.len();
    to.extend_from_slice(part);
    to.extend_from_slice(second.get(..rest).unwrap_or(second));
}
