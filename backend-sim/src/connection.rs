//! What connections have in common: backlogs, and how each side ends.

use std::collections::VecDeque;
use std::mem;

use sock_core::option::{Linger, ReusePort};
use sock_core::{Abi, Error, SocketKind};

use crate::Fault;
use crate::inet::BIND;
use crate::kernel::Kernel;
use crate::names::Name;
use crate::sim::Result;
use crate::socket::{Backlog, Id, Socket, Stage, State};

/// The most that a backlog may be, `net.core.somaxconn`.
const MOST: u32 = 4096;

impl Backlog {
    /// Linux takes one more than it was told (`sk_acceptq_is_full` in include/net/sock.h).
    pub(crate) fn is_full(&self) -> bool {
        self.connections.len() > self.limit
    }
}

impl<A: Abi> Kernel<A> {
    pub(crate) fn listen(&mut self, id: Id, backlog: u32) -> Result<(), A> {
        let socket = self.socket(id)?;
        if socket.kind == SocketKind::Datagram {
            return Err(Error::NOT_SUPPORTED);
        }
        if socket.stage != Stage::Unconnected {
            return Err(Error::INVALID);
        }
        match (&socket.state, socket.local) {
            (State::Fresh | State::Listening(_), Name::Inet(addr)) => {
                if addr.port() == 0 || socket.portless {
                    self.bind_any_port(id, BIND)?;
                } else if self.someone_listens(id, &addr) {
                    return Err(Error::os(A::EADDRINUSE));
                }
            }
            (State::Fresh | State::Listening(_), Name::Unix(addr)) if !addr.is_unnamed() => {}
            _ => return Err(Error::INVALID),
        }
        let limit = backlog.min(MOST) as usize;
        let socket = self.socket_mut(id)?;
        match &mut socket.state {
            State::Listening(backlog) => backlog.limit = limit,
            state => {
                *state = State::Listening(Backlog {
                    limit,
                    connections: VecDeque::new(),
                });
            }
        }
        self.admit(id)
    }

    fn someone_listens(&self, id: Id, addr: &sock_core::SocketAddr<A>) -> bool {
        let shares = |id| {
            self.socket(id)
                .is_ok_and(|socket: &Socket<A>| socket.options.flag::<A, _>(ReusePort))
        };
        self.overlapping(id, addr).any(|other| {
            self.socket(other).is_ok_and(Socket::is_listening) && !(shares(id) && shares(other))
        })
    }

    /// The next connection of a backlog, whose reference goes to the caller, and its peer, when
    /// that is told.
    pub(crate) fn accept(&mut self, id: Id) -> Result<(Id, Option<Name<A>>), A> {
        self.socket(id)?;
        // Linux makes sure of a descriptor before it looks for a connection (`do_accept` in
        // net/socket.c).
        self.may_open(1)?;
        let socket = self.socket_mut(id)?;
        if socket.kind == SocketKind::Datagram {
            return Err(Error::NOT_SUPPORTED);
        }
        let State::Listening(backlog) = &mut socket.state else {
            return Err(Error::INVALID);
        };
        let accepted = backlog.connections.pop_front();
        let accepted = accepted.ok_or(Error::WOULD_BLOCK)?;
        self.admit(id)?;
        let tcp = self.socket(id)?.is_tcp();
        if tcp && self.strike(Fault::Aborted).is_some() {
            self.socket_mut(accepted)?.aborted = true;
            self.release(accepted);
            return Err(Error::os(A::ECONNABORTED));
        }
        let connection = self.socket(accepted)?;
        let peer = match &connection.state {
            State::Connected(peer) => peer.name,
            State::Reset(name) => *name,
            _ => Name::none(connection.family),
        };
        self.opened(1);
        let untold = tcp && self.strike(Fault::PeerUntold).is_some();
        Ok((accepted, (!untold).then_some(peer)))
    }

    /// Puts a connection at the end of the backlog.
    pub(crate) fn enqueue(&mut self, listener: Id, connection: Id) -> Result<(), A> {
        match &mut self.socket_mut(listener)?.state {
            State::Listening(backlog) => backlog.connections.push_back(connection),
            _ => return Err(Error::INVALID),
        }
        Ok(())
    }

    /// The last descriptor of a socket is gone: tells the other side. `rest` takes what has to be
    /// released with it.
    pub(crate) fn hang_up(&mut self, id: Id, rest: &mut Vec<Id>) {
        let Ok(socket) = self.socket_mut(id) else {
            return;
        };
        let lingers_zero = socket.options.linger::<A>(Linger) == Some(0);
        let (tcp, unix) = (socket.is_tcp(), socket.is_unix());
        let reset = socket.aborted || !socket.inbox.is_empty() || (tcp && lingers_zero);
        // What is over can no longer be reset.
        let reset = reset && !socket.is_over();
        match &socket.state {
            State::Listening(_) => self.stop_listening(id, rest),
            State::Connected(peer) if socket.kind != SocketKind::Datagram => {
                let peer = peer.id;
                if unix {
                    self.hang_up_unix(peer, reset);
                } else if reset && socket.wire.is_some() {
                    self.send_reset(id);
                    if let Ok(socket) = self.socket_mut(id) {
                        socket.wire = None;
                    }
                } else if !reset {
                    self.close_tcp(id);
                } else if let Some(peer) = peer {
                    self.reset_tcp(peer);
                }
            }
            _ => {}
        }
    }

    /// Nobody can connect any more, and who has connected and was not accepted is reset (`rest`).
    pub(crate) fn stop_listening(&mut self, id: Id, rest: &mut Vec<Id>) {
        let Ok(socket) = self.socket_mut(id) else {
            return;
        };
        let State::Listening(backlog) = mem::replace(&mut socket.state, State::Fresh) else {
            return;
        };
        for connection in backlog.connections {
            if let Ok(connection) = self.socket_mut(connection) {
                connection.aborted = true;
            }
            rest.push(connection);
        }
        for (connection, deferred) in &mut self.sockets {
            if deferred
                .deferred
                .take_if(|listener| *listener == id)
                .is_some()
            {
                deferred.aborted = true;
                rest.push(*connection);
            }
        }
        self.refuse_stranded();
    }

    /// `unix_release_sock` in net/unix/af_unix.c.
    fn hang_up_unix(&mut self, peer: Option<Id>, reset: bool) {
        if let Some(peer) = peer.and_then(|peer| self.sockets.get_mut(&peer)) {
            peer.receive_closed = true;
            peer.send_closed = true;
            if reset {
                peer.error = Some(Error::os(A::ECONNRESET));
            }
        }
    }
}
