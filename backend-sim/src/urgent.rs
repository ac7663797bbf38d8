//! Urgent data of TCP: one byte that overtakes the stream, tcp(7), RFC 6093.

use sock_core::option::OobInline;
use sock_core::{Abi, Error};

use crate::kernel::Kernel;
use crate::names::Name;
use crate::sim::Result;
use crate::socket::{Delivery, Id, Message, Socket, State};

impl<A: Abi> Socket<A> {
    pub(crate) fn is_inline(&self) -> bool {
        self.options.flag::<A, _>(OobInline)
    }
}

impl<A: Abi> Kernel<A> {
    /// The last byte of what is sent is urgent.
    pub(crate) fn put_urgent(&mut self, id: Id, bytes: &[u8]) {
        let Some((urgent, before)) = bytes.split_last() else {
            return;
        };
        self.put(id, before);
        if let Some(wire) = self.wire_mut(id) {
            wire.push_urgent(*urgent);
            self.pump(id);
            return;
        }
        let Ok(socket) = self.socket(id) else {
            return;
        };
        if let (Some(peer), from) = (socket.peer_id(), socket.local) {
            self.urgent_arrives(peer, from, Some(id), *urgent);
        }
    }

    /// A byte that was urgent before is one of the stream now.
    pub(crate) fn urgent_arrives(&mut self, to: Id, from: Name<A>, sender: Option<Id>, byte: u8) {
        let Ok(socket) = self.socket_mut(to) else {
            return;
        };
        for message in &mut socket.inbox {
            message.urgent = false;
        }
        socket.urgent = Some(byte);
        let message = Message {
            bytes: vec![byte].into(),
            from,
            sender,
            charge: 1,
            rights: Vec::new(),
            urgent: true,
        };
        // A peer that is there takes it.
        let _ = self.deliver(to, message);
    }

    /// recv(2) with `MSG_OOB` (`tcp_recv_urg` in net/ipv4/tcp.c).
    pub(crate) fn receive_urgent(
        &mut self,
        id: Id,
        room: usize,
        peek: bool,
    ) -> Result<Delivery<A>, A> {
        let socket = self.socket_mut(id)?;
        if !socket.is_tcp() {
            return Err(Error::NOT_SUPPORTED);
        }
        if !matches!(socket.state, State::Connected(_)) {
            return Err(Error::NOT_CONNECTED);
        }
        let byte = socket.urgent.filter(|_| !socket.is_inline());
        let byte = byte.ok_or(Error::INVALID)?;
        if !peek {
            socket.urgent = None;
        }
        let mut delivery = Delivery::empty();
        delivery.bytes = [byte].into_iter().take(room).collect();
        delivery.whole = 1;
        Ok(delivery)
    }

    /// A receive that comes to the urgent byte passes it, unless it stands in the stream; either
    /// way it is no longer urgent.
    pub(crate) fn pass_urgent(&mut self, id: Id) -> Result<(), A> {
        let socket = self.socket_mut(id)?;
        let first = socket.inbox.front_mut().filter(|message| message.urgent);
        let Some(message) = first else {
            return Ok(());
        };
        message.urgent = false;
        socket.urgent = None;
        if !socket.is_inline()
            && let Some(passed) = socket.inbox.pop_front()
        {
            let wired = socket.wire.is_some();
            self.credit(passed.sender, passed.charge);
            if wired {
                self.open_window(id, passed.charge);
            }
        }
        Ok(())
    }
}
