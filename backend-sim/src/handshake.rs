//! How a TCP connection begins over a link, RFC 9293 section 3.5.

use sock_core::abi::Kernel as Of;
use sock_core::option::SynCount;
use sock_core::{Abi, Error, SocketAddr, abi};

use crate::Fault;
use crate::host::HostId;
use crate::kernel::Kernel;
use crate::names::Name;
use crate::network::Event;
use crate::socket::{Id, Peer, Socket, State};
use crate::wire::{SECOND, Wire};

/// How often a server repeats its SYN-ACK, `net.ipv4.tcp_synack_retries`.
const SYN_ACKS: u32 = 5;

impl<A: Abi> Kernel<A> {
    /// Starts to connect to what a link leads to, or to nothing.
    pub(crate) fn connect_over_link(&mut self, id: Id, to: SocketAddr<A>) {
        let lost = self.strike(Fault::BlackHole).is_some();
        let Ok(socket) = self.socket(id) else {
            return;
        };
        let far = self.host_at(socket.host, to.ip());
        if let Ok(socket) = self.socket_mut(id) {
            let mut wire = Wire::new(far);
            wire.cut = lost;
            socket.wire = Some(Box::new(wire));
        }
        self.send_syn(id, to, 0);
    }

    pub(crate) fn send_syn(&mut self, client: Id, to: SocketAddr<A>, tries: u32) {
        let Ok(socket) = self.socket(client) else {
            return;
        };
        if !matches!(socket.state, State::Connecting(connecting) if connecting == to) {
            return;
        }
        if tries > socket.most_syns() {
            self.fail_connect(client, Error::os(A::ETIMEDOUT));
            return;
        }
        let (host, far) = (socket.host, socket.far());
        let sent = far.and_then(|far| Some((far, self.segment_arrival(host, far, 0)?)));
        match sent {
            Some((far, at)) => self.events.at(
                at,
                Event::Syn {
                    client,
                    to,
                    far,
                    tries,
                },
            ),
            None => self.syn_is_lost(client, to, tries),
        }
    }

    /// The client sends its SYN again after 1, 2, 4, … seconds, RFC 6298 section 2.
    fn syn_is_lost(&mut self, client: Id, to: SocketAddr<A>, tries: u32) {
        let after = SECOND.saturating_mul(1u64.checked_shl(tries).unwrap_or(u64::MAX));
        let at = self.clock.now().saturating_add(after);
        let tries = tries + 1;
        self.events.at(at, Event::SynAgain { client, to, tries });
    }

    pub(crate) fn syn_arrives(&mut self, client: Id, to: SocketAddr<A>, far: HostId, tries: u32) {
        let Ok(socket) = self.socket(client) else {
            return;
        };
        let host = socket.host;
        let back = self.segment_arrival(far, host, 0);
        let full = |listener: &Socket<A>| matches!(&listener.state, State::Listening(backlog) if backlog.is_full());
        let (listener, Some(back)) = (self.listener_at(far, &to), back) else {
            self.syn_is_lost(client, to, tries);
            return;
        };
        match listener {
            None => self.events.at(back, Event::Refuse { client }),
            Some(listener) if self.socket(listener).is_ok_and(full) => {
                self.syn_is_lost(client, to, tries);
            }
            Some(listener) => {
                if let Ok(connection) = self.open_connection(client, to, listener) {
                    if let Ok(socket) = self.socket_mut(connection) {
                        socket.wire = Some(Box::new(Wire::new(Some(host))));
                    }
                    self.events.at(back, Event::SynAck { client, connection });
                }
            }
        }
    }

    pub(crate) fn syn_ack_arrives(&mut self, client: Id, connection: Id) {
        let there = self.sockets.contains_key(&connection);
        let Some(socket) = self.sockets.get_mut(&client).filter(|_| there) else {
            self.forget(connection);
            return;
        };
        let State::Connecting(to) = socket.state else {
            self.forget(connection);
            return;
        };
        socket.heard = true;
        socket.state = State::Connected(Peer {
            id: Some(connection),
            name: Name::Inet(to),
        });
        self.send_ack(connection, 0);
    }

    pub(crate) fn send_ack(&mut self, connection: Id, tries: u32) {
        let Ok(server) = self.socket(connection) else {
            return;
        };
        let (Some(client), host) = (server.peer_id(), server.host) else {
            return;
        };
        let from = self.socket(client).map(|client| client.host);
        let at = from
            .ok()
            .and_then(|from| self.segment_arrival(from, host, 0));
        match at {
            Some(at) => {
                if let Some(wire) = self.wire_mut(client) {
                    wire.arrives = at;
                }
                self.events.at(at, Event::Ack { connection });
            }
            None if tries < SYN_ACKS => {
                let at = self.clock.now().saturating_add(SECOND << tries);
                let tries = tries + 1;
                self.events.at(at, Event::SendAck { connection, tries });
            }
            None => self.forget(connection),
        }
    }

    /// A connection that was not complete goes without a word.
    fn forget(&mut self, connection: Id) {
        if let Ok(socket) = self.socket_mut(connection) {
            socket.state = State::Fresh;
            self.release(connection);
        }
    }

    /// The server has the connection: it can be accepted.
    pub(crate) fn ack_arrives(&mut self, connection: Id) {
        let Ok(socket) = self.socket(connection) else {
            return;
        };
        let listener = match socket.local {
            Name::Inet(local) => self.listener_at(socket.host, &local),
            Name::Unix(_) => None,
        };
        let queued = listener.map(|listener| {
            self.complete(listener, connection)?;
            self.end_what_was_shut_down(connection)
        });
        if queued.is_none() {
            if let Ok(socket) = self.socket_mut(connection) {
                socket.aborted = true;
            }
            self.release(connection);
        }
    }

    pub(crate) fn fail_connect(&mut self, id: Id, error: Error<A>) {
        if let Ok(socket) = self.socket_mut(id)
            && matches!(socket.state, State::Connecting(_))
        {
            socket.state = State::Fresh;
            socket.error = Some(error);
            socket.wire = None;
            if A::KERNEL == Of::Linux {
                // tcp_done in net/ipv4/tcp.c.
                socket.let_port_go();
                (socket.receive_closed, socket.send_closed) = (true, true);
            }
        }
    }
}

impl<A: Abi> Socket<A> {
    /// How often a SYN is repeated, `TCP_SYNCNT` or `net.ipv4.tcp_syn_retries`.
    fn most_syns(&self) -> u32 {
        let set = self.options.number::<abi::Linux, _>(SynCount);
        set.and_then(|count| u32::try_from(count).ok()).unwrap_or(6)
    }
}
