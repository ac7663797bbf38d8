//! shutdown(2), and how a TCP socket becomes a fresh one again.

use sock_core::abi::Kernel as Of;
use sock_core::{Abi, Error, Shutdown, SocketKind};

use crate::kernel::Kernel;
use crate::names::Name;
use crate::sim::Result;
use crate::socket::{Id, Stage, State};

impl<A: Abi> Kernel<A> {
    pub(crate) fn shutdown(&mut self, id: Id, how: Shutdown) -> Result<(), A> {
        let receive = how != Shutdown::Write;
        let send = how != Shutdown::Read;
        let socket = self.socket_mut(id)?;
        if socket.is_tcp() {
            return self.shutdown_tcp(id, receive, send);
        }
        socket.receive_closed |= receive;
        socket.send_closed |= send;
        if !socket.is_unix() {
            // inet_shutdown in net/ipv4/af_inet.c: it fails, and does it all the same.
            return match socket.peer() {
                Some(_) => Ok(()),
                None => Err(Error::NOT_CONNECTED),
            };
        }
        if socket.kind != SocketKind::Datagram
            && let Some(peer) = socket.peer_id()
            && let Ok(peer) = self.socket_mut(peer)
        {
            peer.receive_closed |= send;
            peer.send_closed |= receive;
        }
        Ok(())
    }

    /// `inet_shutdown` in net/ipv4/af_inet.c.
    fn shutdown_tcp(&mut self, id: Id, receive: bool, send: bool) -> Result<(), A> {
        let socket = self.socket_mut(id)?;
        let over = socket.is_over();
        match &socket.state {
            State::Listening(_) => {
                if receive {
                    let mut rest = Vec::new();
                    self.stop_listening(id, &mut rest);
                    rest.into_iter().for_each(|id| self.release(id));
                    self.socket_mut(id)?.let_port_go();
                    self.disconnect_tcp(id);
                }
                Ok(())
            }
            State::Connecting(_) => {
                socket.error = Some(Error::os(A::ECONNRESET));
                socket.let_port_go();
                self.disconnect_tcp(id);
                Ok(())
            }
            State::Connected(_) if !over => {
                if socket.stage == Stage::Connecting {
                    socket.stage = Stage::Connected;
                }
                socket.receive_closed |= receive;
                if send {
                    self.end_tcp(id)?;
                }
                Ok(())
            }
            // As with UDP, Linux fails, and does it all the same.
            _ if A::KERNEL == Of::Linux => {
                if socket.stage == Stage::Connecting {
                    socket.stage = Stage::Disconnecting;
                }
                socket.receive_closed |= receive;
                socket.send_closed |= send;
                Err(Error::NOT_CONNECTED)
            }
            _ => Err(Error::NOT_CONNECTED),
        }
    }

    /// The socket is as fresh as it was when it was bound (`tcp_disconnect` in net/ipv4/tcp.c); an
    /// error stays.
    pub(crate) fn disconnect_tcp(&mut self, id: Id) {
        let Ok(socket) = self.socket_mut(id) else {
            return;
        };
        let inbox = std::mem::take(&mut socket.inbox);
        socket.state = State::Fresh;
        socket.stage = Stage::Unconnected;
        socket.wire = None;
        socket.held.clear();
        socket.urgent = None;
        (socket.receive_closed, socket.send_closed) = (false, false);
        (socket.ended, socket.finished, socket.ended_first) = (false, false, false);
        if let Name::Inet(local) = socket.local {
            let mut name = socket.bound.unwrap_or(Name::none(socket.family));
            if let Name::Inet(addr) = &mut name {
                addr.set_port(local.port());
            }
            socket.local = name;
        }
        for message in inbox {
            self.credit(message.sender, message.charge);
        }
    }
}
