//! What a socket is ready for, poll(2).

use sock_core::abi::Kernel as Of;
use sock_core::{Abi, PollEvents, SocketKind};

use crate::kernel::Kernel;
use crate::socket::{Id, Socket, State};

impl<A: Abi> Kernel<A> {
    /// What is so of the socket, of all that poll can tell.
    pub(crate) fn ready(&self, id: Id) -> PollEvents {
        let mut events = self.ready_but_for_errors(id);
        if self.socket(id).is_ok_and(|socket| socket.error.is_some()) {
            // The BSDs have no event of its own for an error (`sopoll_generic` in
            // sys/kern/uipc_socket.c).
            events |= match A::KERNEL {
                Of::Linux => PollEvents::ERR,
                _ => PollEvents::IN | PollEvents::OUT,
            };
        }
        events
    }

    fn ready_but_for_errors(&self, id: Id) -> PollEvents {
        let Ok(socket) = self.socket(id) else {
            return PollEvents::NVAL;
        };
        let mut events = PollEvents::empty();
        let closed = socket.receive_closed;
        match &socket.state {
            State::Listening(backlog) => {
                // Of TCP it tells of nothing else (`tcp_poll`), of Unix also what was shut down
                // (`unix_poll`).
                let closed = closed && socket.is_unix();
                events.set(PollEvents::IN, !backlog.connections.is_empty() || closed);
                events.set(PollEvents::RDHUP, closed);
                events.set(PollEvents::HUP, closed && socket.send_closed);
                return events;
            }
            State::Connecting(_) => {
                events.set(PollEvents::IN | PollEvents::RDHUP, closed);
                events.set(PollEvents::HUP, socket.hangs());
                return events;
            }
            _ => {}
        }
        events.set(PollEvents::IN, socket.is_readable() || closed);
        events.set(PollEvents::PRI, socket.urgent.is_some());
        events.set(PollEvents::RDHUP, closed);
        events.set(PollEvents::HUP, socket.hangs());
        events.set(
            PollEvents::OUT,
            socket.send_closed || self.has_room(id, socket),
        );
        events
    }

    /// Whether it is worth sending.
    fn has_room(&self, id: Id, socket: &Socket<A>) -> bool {
        match (socket.kind, socket.is_unix()) {
            (SocketKind::Stream, false) => self.room_to_send(id) > 0,
            (_, false) => true,
            // Three quarters must be free (`unix_writable` in net/unix/af_unix.c).
            (_, true) if socket.charged * 4 > socket.send_buffer() => false,
            (SocketKind::Stream, true) => true,
            (_, true) => {
                let peer = socket.peer_id().and_then(|peer| self.sockets.get(&peer));
                peer.is_none_or(|peer| !peer.is_full_for(id))
            }
        }
    }
}

impl<A: Abi> Socket<A> {
    /// Whether something has come; of a TCP stream, enough of it.
    fn is_readable(&self) -> bool {
        if !self.is_tcp() {
            return !self.inbox.is_empty();
        }
        let (least, inline) = (self.low_water(), self.is_inline());
        let came = self
            .inbox
            .iter()
            .filter(|message| inline || !message.urgent);
        let mut came = came.map(|message| message.bytes.len());
        match least {
            1 => came.next().is_some(),
            least => came.sum::<usize>() >= least,
        }
    }

    /// Whether both directions are closed, which a connection that is none yet counts as.
    fn hangs(&self) -> bool {
        let connection = self.kind != SocketKind::Datagram;
        let none = matches!(self.state, State::Fresh | State::Reset(_));
        (connection && none) || (self.receive_closed && self.send_closed)
    }
}
