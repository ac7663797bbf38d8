//! A listener as std has it, over any kernel: TCP or Unix.

use std::io;
use std::sync::Arc;

use sock_core::{Backend, ConnectionProtocol, Listener, Stream};

use crate::alarm::Known;
use crate::connection::Connection;
use crate::settings::Settings;

#[derive(Debug)]
pub(crate) struct Acceptor<B: Backend, P: ConnectionProtocol> {
    listener: Listener<B, P>,
    settings: Arc<Settings<B>>,
}

impl<B: Backend, P: Known + ConnectionProtocol<Connection<B> = Stream<B, P>>> Acceptor<B, P> {
    pub(crate) fn new(listener: Listener<B, P>, settings: Arc<Settings<B>>) -> Self {
        Acceptor { listener, settings }
    }

    pub(crate) fn core(&self) -> &Listener<B, P> {
        &self.listener
    }

    pub(crate) fn settings(&self) -> &Arc<Settings<B>> {
        &self.settings
    }

    /// Takes a connection, and waits for one: accept4(2), ppoll(2).
    pub(crate) fn accept(&self) -> io::Result<(Connection<B, P>, P::Addr<B::Abi>)> {
        let patience = self.settings.to_read(self.listener.backend());
        let (stream, peer) = self
            .listener
            .accept_by(patience.deadline)
            .map_err(|error| patience.error(error))?;
        Ok((Connection::new(stream), peer))
    }

    pub(crate) fn into_parts(self) -> (Listener<B, P>, Arc<Settings<B>>) {
        (self.listener, self.settings)
    }
}
