//! A socket as the kernel keeps it.

use std::collections::VecDeque;

use sock_core::{Abi, Error, Family, SocketAddr, SocketKind};

use crate::host::HostId;
use crate::names::Name;
use crate::option::Options;
use crate::wire::Wire;

/// Which socket: a number that is never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Id(u64);

impl Id {
    pub(crate) const FIRST: Id = Id(0);

    pub(crate) fn next(self) -> Id {
        Id(self.0 + 1)
    }

    pub(crate) fn number(self) -> u64 {
        self.0
    }
}

/// An open socket.
#[derive(Debug)]
pub(crate) struct Socket<A: Abi> {
    pub(crate) host: HostId,
    /// Which one its host has made, from 0.
    pub(crate) nth: u64,
    pub(crate) family: Family,
    pub(crate) kind: SocketKind,
    /// Its descriptors, those in messages, and the backlog that it lies in.
    pub(crate) references: usize,
    pub(crate) nonblocking: bool,
    pub(crate) options: Options,
    pub(crate) local: Name<A>,
    /// What bind has made of it, which a disconnect goes back to.
    pub(crate) bound: Option<Name<A>>,
    pub(crate) state: State<A>,
    pub(crate) error: Option<Error<A>>,
    pub(crate) inbox: VecDeque<Message<A>>,
    /// What this socket has sent and nobody has received yet.
    pub(crate) charged: usize,
    /// Nothing more is waited for: shut down here, or ended by the peer.
    pub(crate) receive_closed: bool,
    pub(crate) send_closed: bool,
    /// The peer's end of a TCP stream has come.
    pub(crate) ended: bool,
    /// TCP: the end of what this side sends has been sent.
    pub(crate) finished: bool,
    /// TCP: what the calls have made of it.
    pub(crate) stage: Stage,
    /// TCP: others may have the port that it had, and that its address still tells.
    pub(crate) portless: bool,
    /// This side of a TCP connection was the first to end, and its address is kept a while.
    pub(crate) ended_first: bool,
    /// TCP: what is held back until more follows, and since when.
    pub(crate) held: Vec<u8>,
    pub(crate) held_since: u64,
    /// TCP: the urgent byte that has come and is not received.
    pub(crate) urgent: Option<u8>,
    /// TCP: it lies in no backlog yet, but is to in that of this listener.
    pub(crate) deferred: Option<Id>,
    /// Something has come over the network.
    pub(crate) heard: bool,
    /// TCP over a link: what is under way.
    pub(crate) wire: Option<Box<Wire>>,
    /// Closing it resets the connection, whatever lies in it.
    pub(crate) aborted: bool,
}

#[derive(Debug)]
pub(crate) enum State<A: Abi> {
    Fresh,
    Listening(Backlog),
    /// TCP: the backlog of the listener there has no room yet.
    Connecting(SocketAddr<A>),
    Connected(Peer<A>),
    /// TCP: reset by the peer that had this name.
    Reset(Name<A>),
}

/// How far connect(2) has come, as Linux keeps it beside the state of the connection itself
/// (`socket_state` in include/uapi/linux/net.h). The other kernels do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Unconnected,
    /// No connect has told yet how the last one ended.
    Connecting,
    Connected,
    /// Shut down before anybody was told.
    Disconnecting,
}

/// Connections that wait to be accepted.
#[derive(Debug)]
pub(crate) struct Backlog {
    pub(crate) limit: usize,
    pub(crate) connections: VecDeque<Id>,
}

/// The other side.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer<A: Abi> {
    /// The socket, which may be gone; none for UDP.
    pub(crate) id: Option<Id>,
    pub(crate) name: Name<A>,
}

/// Bytes on their way, with all that goes with them.
#[derive(Debug)]
pub(crate) struct Message<A: Abi> {
    pub(crate) bytes: VecDeque<u8>,
    pub(crate) from: Name<A>,
    /// Whose buffer it takes room of; nobody's with UDP, where it lies with the receiver alone.
    pub(crate) sender: Option<Id>,
    pub(crate) charge: usize,
    /// Sockets whose descriptors are passed.
    pub(crate) rights: Vec<Id>,
    /// The urgent byte of a TCP stream.
    pub(crate) urgent: bool,
}

/// What a receive takes out.
#[derive(Debug)]
pub(crate) struct Delivery<A: Abi> {
    pub(crate) bytes: Vec<u8>,
    /// The length of the whole message.
    pub(crate) whole: usize,
    pub(crate) from: Option<Name<A>>,
    /// References of their own.
    pub(crate) rights: Vec<Id>,
    /// Not all descriptors that came were given.
    pub(crate) cut: bool,
}

impl<A: Abi> Socket<A> {
    pub(crate) fn new(host: HostId, family: Family, kind: SocketKind) -> Self {
        Socket {
            host,
            nth: 0,
            family,
            kind,
            references: 1,
            nonblocking: true,
            options: Options::default(),
            local: Name::none(family),
            bound: None,
            state: State::Fresh,
            error: None,
            inbox: VecDeque::new(),
            charged: 0,
            receive_closed: false,
            send_closed: false,
            ended: false,
            finished: false,
            stage: Stage::Unconnected,
            portless: false,
            ended_first: false,
            held: Vec::new(),
            held_since: 0,
            urgent: None,
            deferred: None,
            heard: false,
            wire: None,
            aborted: false,
        }
    }

    pub(crate) fn is_unix(&self) -> bool {
        self.family == Family::Unix
    }

    pub(crate) fn is_stream(&self) -> bool {
        self.kind == SocketKind::Stream
    }

    pub(crate) fn is_tcp(&self) -> bool {
        self.kind == SocketKind::Stream && !self.is_unix()
    }

    pub(crate) fn is_listening(&self) -> bool {
        matches!(self.state, State::Listening(_))
    }

    pub(crate) fn peer(&self) -> Option<&Peer<A>> {
        match &self.state {
            State::Connected(peer) => Some(peer),
            _ => None,
        }
    }

    pub(crate) fn peer_id(&self) -> Option<Id> {
        self.peer().and_then(|peer| peer.id)
    }

    /// Fails with the pending error, which is then no longer pending.
    pub(crate) fn fail_pending(&mut self) -> Result<(), Error<A>> {
        self.error.take().map_or(Ok(()), Err)
    }
}
