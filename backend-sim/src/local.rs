//! Unix sockets: their names and how they connect.

use std::collections::BTreeMap;
use std::mem;

use sock_core::abi::Kernel as Of;
use sock_core::option::PassCredentials;
use sock_core::{Abi, Error, SocketKind, UnixAddr, UnixName};

use crate::Fault;
use crate::host::HostId;
use crate::kernel::Kernel;
use crate::names::Name;
use crate::sim::Result;
use crate::socket::{Id, Message, Peer, Socket, State};

/// The directories that there are; the empty one is the working directory, or the root.
const DIRECTORIES: [&[u8]; 2] = [b"", b"/tmp"];

/// Which socket has which name. A path stays when its socket is gone.
#[derive(Debug)]
pub(crate) struct Names<A: Abi> {
    sockets: BTreeMap<UnixAddr<A>, Option<Id>>,
    next: u32,
}

impl<A: Abi> Default for Names<A> {
    fn default() -> Self {
        Names {
            sockets: BTreeMap::new(),
            next: 0,
        }
    }
}

impl<A: Abi> Names<A> {
    pub(crate) fn close(&mut self, name: &UnixAddr<A>, id: Id) {
        if self.sockets.get(name) != Some(&Some(id)) {
            return;
        }
        if name.as_path().is_some() {
            self.sockets.insert(*name, None);
        } else {
            self.sockets.remove(name);
        }
    }

    fn is_taken(&self, name: &UnixAddr<A>) -> bool {
        let path = name.as_path().unwrap_or(b"-");
        let path = path.strip_suffix(b"/").unwrap_or(path);
        DIRECTORIES.contains(&path) || self.sockets.contains_key(name)
    }

    /// Whether a file can have the path.
    fn check_directory(&self, path: &[u8]) -> Result<(), A> {
        let directory = match path.iter().rposition(|byte| *byte == b'/') {
            Some(slash) => path.get(..slash).unwrap_or_default(),
            None => b"",
        };
        if DIRECTORIES.contains(&directory) {
            return Ok(());
        }
        let file = UnixAddr::path(directory).is_ok_and(|path| self.sockets.contains_key(&path));
        Err(Error::os(if file { A::ENOTDIR } else { A::ENOENT }))
    }

    /// A name that nobody has: five digits, as unix(7) says of autobind.
    fn pick(&mut self) -> Option<UnixAddr<A>> {
        (0..0x10_0000).find_map(|_| {
            let digits = format!("{:05x}", self.next);
            self.next = (self.next + 1) % 0x10_0000;
            let name = UnixAddr::abstract_name(digits.as_bytes()).ok()?;
            (!self.sockets.contains_key(&name)).then_some(name)
        })
    }
}

impl<A: Abi> Kernel<A> {
    pub(crate) fn unlink(&mut self, host: HostId, path: &UnixAddr<A>) -> bool {
        self.host_mut(host).names.sockets.remove(path).is_some()
    }

    pub(crate) fn bind_unix(&mut self, id: Id, addr: UnixAddr<A>) -> Result<Name<A>, A> {
        let socket = self.socket(id)?;
        let (bound, host) = (socket.bound, socket.host);
        let names = &mut self.host_mut(host).names;
        let name = match (addr.name(), bound) {
            // Linux takes a second autobind for done.
            (UnixName::Unnamed, Some(name)) if A::ABSTRACT_NAMES => return Ok(name),
            (_, Some(_)) => return Err(Error::INVALID),
            (UnixName::Unnamed, None) if A::ABSTRACT_NAMES => {
                names.pick().ok_or(Error::os(A::ENOSPC))?
            }
            (UnixName::Unnamed, None) => return Err(Error::INVALID),
            (UnixName::Path(path), None) => {
                names.check_directory(path)?;
                addr
            }
            (UnixName::Abstract(_), None) => addr,
        };
        // The BSDs look first whether they may make a file of that name (`namei`).
        if A::KERNEL != Of::Linux && name.as_path() == Some(b"/") {
            return Err(Error::os(A::EISDIR));
        }
        if names.is_taken(&name) {
            return Err(Error::os(A::EADDRINUSE));
        }
        names.sockets.insert(name, Some(id));
        Ok(Name::Unix(name))
    }

    /// The socket of that name on the host, which must be of the kind.
    pub(crate) fn unix_socket_at(
        &self,
        host: HostId,
        addr: &UnixAddr<A>,
        kind: SocketKind,
    ) -> Result<Id, A> {
        let names = &self.host(host).names;
        let refused = Error::os(A::ECONNREFUSED);
        let id = match (addr.name(), names.sockets.get(addr)) {
            (UnixName::Unnamed, _) => return Err(Error::INVALID),
            (UnixName::Path(path), None) => {
                names.check_directory(path)?;
                return Err(Error::os(A::ENOENT));
            }
            (_, found) => found.copied().flatten().ok_or(refused)?,
        };
        if self.socket(id)?.kind != kind {
            return Err(Error::os(A::EPROTOTYPE));
        }
        Ok(id)
    }

    /// A socket that asks for credentials has a name when it sends (`unix_autobind` in
    /// net/unix/af_unix.c).
    pub(crate) fn name_for_credentials(&mut self, id: Id) -> Result<(), A> {
        let socket = self.socket(id)?;
        if socket.options.is_on(PassCredentials) && !socket.local.is_given() {
            let name = self.bind_unix(id, UnixAddr::UNNAMED)?;
            self.rename(id, name);
            let socket = self.socket_mut(id)?;
            (socket.local, socket.bound) = (name, Some(name));
        }
        Ok(())
    }

    /// A Unix socket has got a name: its peers, and who receives what it has sent, are told that one
    /// (`unix_getname`, `unix_copy_addr`).
    pub(crate) fn rename(&mut self, id: Id, name: Name<A>) {
        if !matches!(name, Name::Unix(_)) {
            return;
        }
        for socket in self.sockets.values_mut() {
            if let State::Connected(peer) = &mut socket.state
                && peer.id == Some(id)
            {
                peer.name = name;
            }
            let sent = |message: &&mut Message<A>| message.sender == Some(id);
            let messages = socket.inbox.iter_mut().filter(sent);
            messages.for_each(|message| message.from = name);
        }
    }

    /// Connects at once or not at all: `EAGAIN` while the backlog is full.
    pub(crate) fn connect_unix(&mut self, id: Id, addr: UnixAddr<A>) -> Result<(), A> {
        self.name_for_credentials(id)?;
        let socket = self.socket(id)?;
        let (host, kind, from) = (socket.host, socket.kind, socket.local);
        let listener = self.unix_socket_at(host, &addr, kind)?;
        // In the order of `unix_stream_connect` in net/unix/af_unix.c.
        let listening = self.socket(listener)?;
        let name = listening.local;
        match &listening.state {
            State::Listening(_) if listening.receive_closed => {
                return Err(Error::os(A::ECONNREFUSED));
            }
            State::Listening(backlog) if backlog.is_full() => return Err(Error::WOULD_BLOCK),
            State::Listening(_) => {}
            _ => return Err(Error::os(A::ECONNREFUSED)),
        }
        match self.socket(id)?.state {
            State::Fresh => {}
            State::Connected(_) => return Err(Error::os(A::EISCONN)),
            _ => return Err(Error::INVALID),
        }
        if self.strike(Fault::Refused).is_some() {
            return Err(Error::os(A::ECONNREFUSED));
        }
        let mut connection = Socket::new(host, sock_core::Family::Unix, kind);
        connection.local = name;
        connection.bound = Some(name);
        connection.state = State::Connected(Peer {
            id: Some(id),
            name: from,
        });
        let connection = self.add(connection);
        self.enqueue(listener, connection)?;
        self.socket_mut(id)?.state = State::Connected(Peer {
            id: Some(connection),
            name,
        });
        Ok(())
    }

    pub(crate) fn connect_unix_datagram(&mut self, id: Id, addr: UnixAddr<A>) -> Result<(), A> {
        self.name_for_credentials(id)?;
        let host = self.socket(id)?.host;
        let to = self.unix_socket_at(host, &addr, SocketKind::Datagram)?;
        self.may_send(id, to)?;
        if self.socket(id)?.peer_id() != Some(to) {
            self.leave_peer(id);
        }
        self.socket_mut(id)?.state = State::Connected(Peer {
            id: Some(to),
            name: Name::Unix(addr),
        });
        Ok(())
    }

    /// A Unix datagram socket loses its peer, and with it what has come and is not received, which a
    /// peer that has it for its own is told (`unix_dgram_disconnected` in net/unix/af_unix.c).
    pub(crate) fn leave_peer(&mut self, id: Id) {
        let Ok(socket) = self.socket_mut(id) else {
            return;
        };
        let State::Connected(peer) = mem::replace(&mut socket.state, State::Fresh) else {
            return;
        };
        let lost = mem::take(&mut socket.inbox);
        if let Some(peer) = peer.id.and_then(|peer| self.sockets.get_mut(&peer))
            && !lost.is_empty()
            && peer.peer_id() == Some(id)
        {
            peer.error = Some(Error::os(A::ECONNRESET));
        }
        for message in lost {
            self.credit(message.sender, message.charge);
            message.rights.into_iter().for_each(|id| self.release(id));
        }
    }
}
