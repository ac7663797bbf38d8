//! TCP: how connections begin and end. On one host every segment arrives at once.

use sock_core::abi::Kernel as Of;
use sock_core::option::ReuseAddr;
use sock_core::{Abi, Error, SocketAddr, SocketKind};

use crate::Fault;
use crate::host::HostId;
use crate::inet::{as_seen_by, covers, is_broadcast};
use crate::kernel::Kernel;
use crate::names::Name;
use crate::sim::Result;
use crate::socket::{Id, Peer, Socket, Stage, State};

impl<A: Abi> Socket<A> {
    /// Whether both directions of a TCP connection have ended: the kernel has forgotten it.
    pub(crate) fn is_over(&self) -> bool {
        self.is_tcp() && self.finished && self.ended
    }

    /// The end of the peer's stream comes.
    pub(crate) fn hear_end(&mut self) {
        self.ended = true;
        self.receive_closed = true;
        if self.finished {
            self.let_port_go();
        }
    }

    /// Whether it answers data with a reset, since nobody can receive it: Linux does that as soon as
    /// both directions are shut down (`tcp_rcv_state_process` in net/ipv4/tcp_input.c).
    pub(crate) fn is_deaf(&self) -> bool {
        let deaf = self.finished && self.receive_closed && !self.ended;
        deaf && self.peer().is_some() && A::KERNEL == Of::Linux
    }
}

/// What a connect says of the one before, unless that has failed.
#[derive(PartialEq, Eq)]
enum Told {
    Nothing,
    Connected,
}

impl<A: Abi> Kernel<A> {
    /// Starts to connect. As on Linux the call itself never says how it ended, not even when it
    /// already has.
    pub(crate) fn connect_tcp(&mut self, id: Id, to: SocketAddr<A>) -> Result<(), A> {
        if self.tell_of_connect(id)? == Told::Connected {
            return Ok(());
        }
        match self.socket(id)?.state {
            State::Fresh => {}
            State::Connecting(_) => return Err(Error::os(A::EALREADY)),
            _ => return Err(Error::os(A::EISCONN)),
        }
        let (to, from) = self.route(id, to)?;
        if is_broadcast(&to) {
            return Err(Error::os(A::ENETUNREACH));
        }
        self.bind_source(id, from)?;
        let socket = self.socket_mut(id)?;
        let host = socket.host;
        socket.state = State::Connecting(to);
        if A::KERNEL == Of::Linux {
            socket.stage = Stage::Connecting;
        }
        if self.strike(Fault::Refused).is_some() {
            self.refuse(id);
            return Err(Error::IN_PROGRESS);
        }
        let here = self.host_at(host, to.ip()) == Some(host);
        let black_hole = self.will_strike(Fault::BlackHole);
        // A socket that connects to itself is its own peer, RFC 9293 section 3.5.
        if self.socket(id)?.local == Name::Inet(to) && self.listener_at(host, &to).is_none() {
            self.socket_mut(id)?.state = State::Connected(Peer {
                id: Some(id),
                name: Name::Inet(to),
            });
            self.end_what_was_shut_down(id)?;
            return Err(Error::IN_PROGRESS);
        }
        if !here || black_hole || self.network.link(host, host).is_some() {
            self.connect_over_link(id, to);
            return Err(Error::IN_PROGRESS);
        }
        match self.listener_at(host, &to) {
            None => self.refuse(id),
            Some(listener) => self.admit(listener)?,
        }
        Err(Error::IN_PROGRESS)
    }

    /// What a connect says of the one before, which on Linux it does once (`__inet_stream_connect`
    /// in net/ipv4/af_inet.c).
    fn tell_of_connect(&mut self, id: Id) -> Result<Told, A> {
        let socket = self.socket_mut(id)?;
        match socket.stage {
            Stage::Unconnected => return Ok(Told::Nothing),
            Stage::Connected => return Err(Error::os(A::EISCONN)),
            Stage::Disconnecting => return Err(Error::INVALID),
            Stage::Connecting => {}
        }
        let over = socket.is_over();
        match socket.state {
            State::Connecting(_) => Err(Error::os(A::EALREADY)),
            State::Connected(_) if !over => {
                socket.stage = Stage::Connected;
                Ok(Told::Connected)
            }
            _ => {
                let error = socket.error.take().unwrap_or(Error::os(A::ECONNABORTED));
                self.disconnect_tcp(id);
                Err(error)
            }
        }
    }

    /// How a connect that waits has ended, which takes its error.
    pub(crate) fn connect_outcome(&mut self, id: Id) -> Result<(), A> {
        let socket = self.socket_mut(id)?;
        if A::KERNEL != Of::Linux {
            socket.fail_pending()?;
        }
        match socket.state {
            State::Connecting(_) => Err(Error::WOULD_BLOCK),
            _ => self.tell_of_connect(id).map(drop),
        }
    }

    fn refuse(&mut self, id: Id) {
        self.fail_connect(id, Error::os(A::ECONNREFUSED));
    }

    /// Refuses the connects whose listener is gone.
    pub(crate) fn refuse_stranded(&mut self) {
        let connecting = self
            .sockets
            .iter()
            .filter_map(|(id, socket)| match socket.state {
                State::Connecting(to) if socket.wire.is_none() => Some((*id, socket.host, to)),
                _ => None,
            });
        let stranded: Vec<Id> = connecting
            .filter(|(_, host, to)| self.listener_at(*host, to).is_none())
            .map(|(id, ..)| id)
            .collect();
        for id in stranded {
            self.refuse(id);
        }
    }

    /// Lets the connects that wait for room into the backlog of a listener.
    pub(crate) fn admit(&mut self, listener: Id) -> Result<(), A> {
        loop {
            match &self.socket(listener)?.state {
                State::Listening(backlog) if !backlog.is_full() => {}
                _ => return Ok(()),
            }
            let next = self
                .sockets
                .iter()
                .find_map(|(id, socket)| match socket.state {
                    State::Connecting(to)
                        if socket.wire.is_none()
                            && self.listener_at(socket.host, &to) == Some(listener) =>
                    {
                        Some((*id, to))
                    }
                    _ => None,
                });
            let Some((client, to)) = next else {
                return Ok(());
            };
            self.establish(client, to, listener)?;
        }
    }

    /// On one host: both sides have the connection at once.
    fn establish(&mut self, client: Id, to: SocketAddr<A>, listener: Id) -> Result<(), A> {
        let connection = self.open_connection(client, to, listener)?;
        self.complete(listener, connection)?;
        let client = self.socket_mut(client)?;
        client.heard = true;
        client.state = State::Connected(Peer {
            id: Some(connection),
            name: Name::Inet(to),
        });
        self.end_what_was_shut_down(connection)
    }

    /// Who has received a SYN and was shut down before ends as soon as it is connected (`TCP_SYN_RECV`
    /// in `tcp_rcv_state_process`, net/ipv4/tcp_input.c).
    pub(crate) fn end_what_was_shut_down(&mut self, id: Id) -> Result<(), A> {
        match self.socket(id)?.send_closed {
            true => self.end_tcp(id),
            false => Ok(()),
        }
    }

    /// The server's side of a connection.
    pub(crate) fn open_connection(
        &mut self,
        client: Id,
        to: SocketAddr<A>,
        listener: Id,
    ) -> Result<Id, A> {
        let Name::Inet(from) = self.socket(client)?.local else {
            return Err(Error::INVALID);
        };
        let listening = self.socket(listener)?;
        let family = listening.family;
        let mut connection = Socket::new(listening.host, family, SocketKind::Stream);
        connection.options = listening.options.clone();
        // Shut down before it listened, which Linux clones as well (`inet_csk_clone_lock`).
        connection.receive_closed = listening.receive_closed;
        connection.send_closed = listening.send_closed;
        connection.heard = true;
        if A::KERNEL == Of::Linux {
            connection.stage = Stage::Connected;
        }
        connection.local = Name::Inet(as_seen_by(family, to));
        connection.state = State::Connected(Peer {
            id: Some(client),
            name: Name::Inet(as_seen_by(family, from)),
        });
        Ok(self.add(connection))
    }

    /// The socket of the host that listens there: one on that very address before one on any.
    pub(crate) fn listener_at(&self, host: HostId, to: &SocketAddr<A>) -> Option<Id> {
        let ip = to.ip().to_canonical();
        let listeners = self.sockets.iter().filter_map(|(id, socket)| {
            let local = socket.inet_local()?;
            let there = socket.host == host
                && socket.is_tcp()
                && socket.is_listening()
                && local.port() == to.port()
                && covers(local, socket.is_only_v6(), ip);
            there.then_some((*id, local.ip().is_unspecified()))
        });
        let first = listeners.min_by_key(|(id, any)| (*any, *id));
        first.map(|(id, _)| id)
    }

    /// Ends the sending direction: the peer receives the end of the stream.
    pub(crate) fn end_tcp(&mut self, id: Id) -> Result<(), A> {
        let socket = self.socket_mut(id)?;
        if socket.finished {
            return Ok(());
        }
        self.flush(id);
        let socket = self.socket_mut(id)?;
        socket.send_closed = true;
        socket.finished = true;
        socket.ended_first = !socket.ended;
        if socket.ended {
            socket.let_port_go();
        }
        if socket.wire.is_some() {
            self.send_fin(id);
            return Ok(());
        }
        let peer = socket.peer_id();
        if let Some(id) = peer
            && let Ok(peer) = self.socket_mut(id)
        {
            peer.hear_end();
            self.undefer(id);
        }
        Ok(())
    }

    /// Closes in order. The side that ended first keeps its address for a while (`TIME_WAIT`).
    pub(crate) fn close_tcp(&mut self, id: Id) {
        let ended = self.end_tcp(id).and_then(|()| self.socket(id));
        if let Ok(socket) = ended
            && socket.ended_first
            && let Some(local) = socket.inet_local()
        {
            let (host, local) = (socket.host, *local);
            let reuse = socket.options.flag::<A, _>(ReuseAddr);
            let now = self.clock.now();
            self.host_mut(host).ports.keep(local, reuse, now);
        }
    }

    /// A reset arrives (`tcp_reset` in net/ipv4/tcp_input.c). What has come before can still be
    /// received.
    pub(crate) fn reset_tcp(&mut self, id: Id) {
        let Ok(socket) = self.socket(id) else {
            return;
        };
        let ended = socket.ended;
        let errno = if ended { A::EPIPE } else { A::ECONNRESET };
        self.end_connection(id, Error::os(errno));
    }

    /// A connection ends with an error.
    pub(crate) fn end_connection(&mut self, id: Id, error: Error<A>) {
        let Ok(socket) = self.socket_mut(id) else {
            return;
        };
        if socket.references == 0 {
            self.sockets.remove(&id);
            return;
        }
        if socket.deferred.take().is_some() {
            self.release(id);
            return;
        }
        if let State::Connected(peer) = &socket.state {
            socket.state = State::Reset(peer.name);
        }
        socket.error = Some(error);
        socket.wire = None;
        socket.let_port_go();
        socket.receive_closed = true;
        socket.send_closed = true;
        socket.finished = true;
    }
}
