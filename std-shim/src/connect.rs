//! A connect to one of several addresses.

use std::io;
use std::net::SocketAddr;

use sock_core::{Backend, Deadline, TcpStream};

use crate::addresses::first;

/// Connects to the first of `addrs` that answers, until the deadline.
pub(crate) fn race<B: Backend>(
    backend: &B,
    addrs: impl IntoIterator<Item = SocketAddr>,
    deadline: Deadline,
) -> io::Result<TcpStream<B>> {
    first(addrs, |addr| {
        Ok(TcpStream::connect_in(
            backend.clone(),
            &addr.into(),
            deadline,
        )?)
    })
}
