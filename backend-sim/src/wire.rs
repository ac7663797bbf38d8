//! TCP over a link: what is sent takes its time, and is kept until it is acknowledged.
//!
//! A segment that a link loses is there all the same, only later, by the time that sending it again
//! takes. What can pass nowhere is tried again and again, until the connection times out.

use std::collections::VecDeque;

use sock_core::Abi;
use sock_core::option::NoDelay;

use crate::host::HostId;
use crate::kernel::Kernel;
use crate::network::Event;
use crate::retry::{MOST_TRIES, back_off};
use crate::socket::{Id, Message, Socket, State};
use crate::stream::copy_front;

pub(crate) const SECOND: u64 = 1_000_000_000;

/// The bytes in a segment: of Ethernet; and as many as there are where a link takes any number at
/// once.
pub(crate) const SEGMENT: usize = 1460;
const LARGE: usize = 65_536;

/// What a side of a connection sends to the other.
#[derive(Debug)]
pub(crate) enum Segment {
    Data(Vec<u8>),
    /// A byte of urgent data.
    Urgent(u8),
    /// The end of the stream.
    Fin,
    Reset,
    /// So many more bytes have come.
    Ack(usize),
    /// So many more bytes have been received.
    Window(usize),
}

/// A side of a connection that goes over a link.
#[derive(Debug)]
pub(crate) struct Wire {
    /// Where the other side is; nowhere, if nobody has the address.
    pub(crate) far: Option<HostId>,
    /// Nothing passes any more.
    pub(crate) cut: bool,
    /// Taken from the program and not sent yet.
    queue: VecDeque<u8>,
    /// Where in it the urgent byte is.
    urgent: Option<usize>,
    /// Sent, and not acknowledged.
    pub(crate) unacked: usize,
    /// Sent, and not received by the other program, as far as is known here.
    pub(crate) unread: usize,
    /// Acknowledged and received, but what told so was lost.
    pub(crate) untold: (usize, usize),
    fin: Fin,
    /// When the last segment arrives.
    pub(crate) arrives: u64,
    /// It waits to try again.
    pub(crate) waits: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fin {
    None,
    Queued,
    Sent,
}

impl Wire {
    pub(crate) fn new(far: Option<HostId>) -> Self {
        Wire {
            far,
            cut: false,
            queue: VecDeque::new(),
            urgent: None,
            unacked: 0,
            unread: 0,
            untold: (0, 0),
            fin: Fin::None,
            arrives: 0,
            waits: false,
        }
    }

    /// What takes room in the send buffer.
    pub(crate) fn buffered(&self) -> usize {
        self.queue.len() + self.unacked
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.queue.extend(bytes);
    }

    pub(crate) fn push_urgent(&mut self, byte: u8) {
        self.urgent = Some(self.queue.len());
        self.queue.push_back(byte);
    }

    /// The next so many bytes, which the urgent one is not among, or the urgent one.
    fn pop(&mut self, len: usize) -> Segment {
        let mut bytes = Vec::with_capacity(len);
        copy_front(&self.queue, len, &mut bytes);
        self.queue.drain(..len);
        match (self.urgent, bytes.as_slice()) {
            (Some(0), [byte]) => {
                self.urgent = None;
                Segment::Urgent(*byte)
            }
            (urgent, _) => {
                self.urgent = urgent.map(|at| at - len);
                Segment::Data(bytes)
            }
        }
    }

    /// How many bytes it has taken that the other program has not received.
    pub(crate) fn outstanding(&self) -> usize {
        self.queue.len() + self.unread
    }

    /// Whether there is nothing left to send.
    fn is_done(&self) -> bool {
        self.queue.is_empty() && self.fin != Fin::Queued
    }
}

impl<A: Abi> Socket<A> {
    /// Where a link leads, unless nothing passes it any more.
    pub(crate) fn far(&self) -> Option<HostId> {
        let wire = self.wire.as_deref().filter(|wire| !wire.cut)?;
        wire.far
    }
}

impl<A: Abi> Kernel<A> {
    pub(crate) fn wire_mut(&mut self, id: Id) -> Option<&mut Wire> {
        self.sockets.get_mut(&id)?.wire.as_deref_mut()
    }

    /// When a segment arrives: if it is lost, it is sent again.
    pub(crate) fn segment_arrival(&mut self, from: HostId, to: HostId, len: usize) -> Option<u64> {
        let at = self.arrival(from, to, len)?;
        let Some(loss) = self.network.link(from, to).map(|link| link.loss) else {
            return Some(at);
        };
        let (mut late, mut tries) = (0u64, 0);
        while self.network.chance(loss) {
            if tries == MOST_TRIES {
                return None;
            }
            late = late.saturating_add(back_off(tries));
            tries += 1;
        }
        Some(at.saturating_add(late))
    }

    /// Sends what can be sent.
    pub(crate) fn pump(&mut self, id: Id) {
        loop {
            let Ok(socket) = self.socket(id) else {
                return;
            };
            let (Some(peer), Some(wire)) = (socket.peer_id(), socket.wire.as_deref()) else {
                return;
            };
            if wire.waits || wire.is_done() {
                return;
            }
            let (host, far) = (socket.host, socket.far());
            let window = self.socket(peer).map_or(SEGMENT, Socket::receive_buffer);
            let limited = |far| {
                let link = self.network.link(host, far);
                link.is_some_and(|link| link.bandwidth.is_some())
            };
            let full = socket.segment(SEGMENT);
            let most = if far.is_some_and(limited) {
                full
            } else {
                LARGE
            };
            let len = wire
                .queue
                .len()
                .min(most)
                .min(window.saturating_sub(wire.unread));
            let len = match wire.urgent {
                Some(at) => len.min(at.max(1)),
                None => len,
            };
            if len == 0 && !wire.queue.is_empty() {
                self.probe_window(id);
                return;
            }
            // A small segment waits for what is under way, RFC 9293 section 3.7.4.
            let small = wire.urgent.is_none() && (1..full).contains(&len) && wire.fin == Fin::None;
            if small && wire.unacked > 0 && !socket.options.flag::<A, _>(NoDelay) {
                return;
            }
            let at = far.and_then(|far| self.segment_arrival(host, far, len));
            let (Some(far), Some(at)) = (far, at) else {
                self.wait_to_try(id);
                return;
            };
            let Some(wire) = self.wire_mut(id) else {
                return;
            };
            wire.arrives = wire.arrives.max(at);
            let at = wire.arrives;
            let segment = match len {
                0 => {
                    wire.fin = Fin::Sent;
                    Segment::Fin
                }
                len => {
                    wire.unacked += len;
                    wire.unread += len;
                    wire.pop(len)
                }
            };
            let (from, to) = (id, peer);
            self.events.at(
                at,
                Event::Segment {
                    from,
                    to,
                    far,
                    segment,
                },
            );
        }
    }

    /// A closed socket goes when it has sent all.
    pub(crate) fn bury(&mut self, id: Id) {
        let done = |socket: &Socket<A>| {
            socket.references == 0 && socket.wire.as_deref().is_none_or(Wire::is_done)
        };
        if self.socket(id).is_ok_and(done) {
            self.sockets.remove(&id);
        }
    }

    /// Whether a socket that nobody holds any more has something left to send.
    pub(crate) fn lives_on(&self, id: Id) -> bool {
        let wire = |socket: &Socket<A>| socket.wire.as_deref().is_some_and(|wire| !wire.is_done());
        self.socket(id).is_ok_and(wire)
    }

    /// Sends the end of the stream after all that is queued.
    pub(crate) fn send_fin(&mut self, id: Id) {
        if let Some(wire) = self.wire_mut(id) {
            wire.fin = Fin::Queued;
            self.pump(id);
        }
    }

    /// Tells the other side something that takes no room: it may be lost.
    fn tell(&mut self, id: Id, segment: Segment) {
        let Ok(socket) = self.socket(id) else {
            return;
        };
        let (host, far, to) = (socket.host, socket.far(), socket.peer_id());
        if let Some(to) = to {
            self.tell_from(host, far, id, to, segment);
        }
    }

    fn tell_from(&mut self, host: HostId, far: Option<HostId>, from: Id, to: Id, segment: Segment) {
        // A reset comes after what was sent before it.
        let before = match (&segment, self.wire_mut(from)) {
            (Segment::Reset, Some(wire)) => wire.arrives,
            _ => 0,
        };
        match far.and_then(|far| Some((far, self.segment_arrival(host, far, 0)?))) {
            Some((far, at)) => self.events.at(
                at.max(before),
                Event::Segment {
                    from,
                    to,
                    far,
                    segment,
                },
            ),
            None => {
                if let Some(wire) = self.wire_mut(to) {
                    match segment {
                        Segment::Ack(n) => {
                            wire.untold.0 += n;
                            self.wait_to_try(to);
                        }
                        Segment::Window(n) => {
                            wire.untold.1 += n;
                            self.probe_window(to);
                        }
                        _ => {}
                    }
                }
            }
        }
    }

    pub(crate) fn send_reset(&mut self, id: Id) {
        self.tell(id, Segment::Reset);
    }

    /// The program has received so many bytes.
    pub(crate) fn open_window(&mut self, id: Id, n: usize) {
        self.tell(id, Segment::Window(n));
    }

    pub(crate) fn segment_arrives(&mut self, from: Id, to: Id, far: HostId, segment: Segment) {
        let closed = |socket: &Socket<A>| {
            socket.references == 0 || matches!(socket.state, State::Reset(_) | State::Fresh)
        };
        let gone = self.socket(to).map_or(true, closed);
        let deaf = self.socket(to).is_ok_and(Socket::is_deaf);
        match segment {
            Segment::Data(_) | Segment::Urgent(_) if self.host(far).down => self.wait_to_try(from),
            Segment::Data(_) | Segment::Urgent(_) if gone || deaf => {
                // It is answered by a reset, RFC 9293 section 3.10.7.1.
                let back = self.socket(from).map(|socket| socket.host).ok();
                self.tell_from(far, back, to, from, Segment::Reset);
                if self.socket(to).is_ok_and(|socket| socket.references == 0) {
                    self.sockets.remove(&to);
                } else if deaf {
                    self.reset_tcp(to);
                }
            }
            Segment::Data(bytes) => {
                let n = bytes.len();
                let name = self.socket(to).map(|socket| socket.local);
                if let (Ok(from), Ok(socket)) = (name, self.socket_mut(to)) {
                    socket.inbox.push_back(Message {
                        charge: n,
                        bytes: bytes.into(),
                        from,
                        sender: None,
                        rights: Vec::new(),
                        urgent: false,
                    });
                }
                self.undefer(to);
                self.tell(to, Segment::Ack(n));
            }
            Segment::Urgent(byte) => {
                if let Ok(name) = self.socket(to).map(|socket| socket.local) {
                    self.urgent_arrives(to, name, None, byte);
                }
                self.undefer(to);
                self.tell(to, Segment::Ack(1));
            }
            Segment::Fin => {
                if let Ok(socket) = self.socket_mut(to) {
                    socket.hear_end();
                }
                self.undefer(to);
            }
            Segment::Reset => self.reset_tcp(to),
            Segment::Ack(n) => {
                if let Some(wire) = self.wire_mut(to) {
                    wire.unacked = wire.unacked.saturating_sub(n);
                    self.pump(to);
                }
            }
            Segment::Window(n) => {
                if let Some(wire) = self.wire_mut(to) {
                    wire.unread = wire.unread.saturating_sub(n);
                    self.pump(to);
                }
            }
        }
    }
}
