//! Connections that are accepted only when data has come, `TCP_DEFER_ACCEPT` of tcp(7).

use sock_core::option::DeferAccept;
use sock_core::{Abi, abi};

use crate::kernel::Kernel;
use crate::network::Event;
use crate::sim::Result;
use crate::socket::Id;
use crate::wire::SECOND;

impl<A: Abi> Kernel<A> {
    /// A connection is complete: it can be accepted, at once or later.
    pub(crate) fn complete(&mut self, listener: Id, connection: Id) -> Result<(), A> {
        let defers = self
            .socket(listener)?
            .options
            .number::<abi::Linux, _>(DeferAccept);
        let seconds = defers
            .and_then(|seconds| u64::try_from(seconds).ok())
            .unwrap_or(0);
        if seconds == 0 || !self.socket(connection)?.inbox.is_empty() {
            return self.enqueue(listener, connection);
        }
        self.socket_mut(connection)?.deferred = Some(listener);
        let at = self.clock.now().saturating_add(seconds * SECOND);
        self.events.at(at, Event::Undefer { connection });
        Ok(())
    }

    /// What a connection was to wait for has come, or enough time has passed.
    pub(crate) fn undefer(&mut self, connection: Id) {
        let Ok(socket) = self.socket_mut(connection) else {
            return;
        };
        if let Some(listener) = socket.deferred.take()
            && self.enqueue(listener, connection).is_err()
        {
            self.release(connection);
        }
    }
}
