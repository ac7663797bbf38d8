//! An in-memory kernel behind [`sock_core`]: TCP, UDP and Unix sockets of one host, its loopback
//! only, with a clock that stands still while anybody works.
//!
//! A program that is generic over [`Backend`](sock_core::Backend) runs over it unchanged, without
//! a descriptor of the real system, and a wait of an hour is over at once. The numbers and layouts
//! are those of any kernel that the core knows.
//!
//! ```
//! use core::{net::Ipv4Addr, time::Duration};
//! use sock_core::{Backend, Deadline, Error, Result, SocketAddr, TcpListener, TcpStream};
//! use sock_sim::Sim;
//!
//! /// The protocol under test: a line is answered by its length, within a second.
//! fn ask<B: Backend>(stream: &TcpStream<B>, line: &[u8]) -> Result<u8, B> {
//!     let (mut answer, deadline) = ([0], Deadline::after(Duration::from_secs(1)));
//!     stream.send_all(line, deadline)?;
//!     stream.recv_exact(&mut answer, deadline)?;
//!     Ok(answer[0])
//! }
//!
//! let sim = Sim::new();
//! let listener = TcpListener::bind_in(sim.clone(), &SocketAddr::new_v4(Ipv4Addr::LOCALHOST, 0))?;
//! let client = TcpStream::connect_in(sim.clone(), &listener.local_addr()?, Deadline::NEVER)?;
//! let (server, _) = listener.accept()?;
//!
//! // Two parties: time passes when both wait.
//! let (served, answer) = sim.together(
//!     || {
//!         let n = server.recv_by(&mut [0; 80], Deadline::NEVER)?;
//!         server.send_by(&[n as u8], Deadline::NEVER)
//!     },
//!     || ask(&client, b"hello\n"),
//! );
//! served?;
//! assert_eq!(answer?, 6);
//!
//! // A server that says nothing: the second passes at once.
//! let asked = sim.now();
//! assert_eq!(ask(&client, b"hello\n"), Err(Error::DEADLINE));
//! assert_eq!(sim.now(), asked.saturating_add(Duration::from_secs(1)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Time
//!
//! A call takes no time. The clock moves when every party waits: then it jumps to the first end of
//! a wait. Threads become parties by [`Sim::together`] or [`Sim::party`]; a program that has none
//! is taken for one thread. When every party waits and no wait has an end, the last to wait
//! fails with `EDEADLK`, since nothing can happen any more.
//!
//! # What it does not have
//!
//! Urgent data, the error queue, `MSG_MORE` on TCP and UDP, `TCP_CORK`, segmentation offload,
//! credentials, other hosts, multicast and broadcast: the flag, option or address is refused. Of
//! several listeners that share a port the first takes all. A descriptor that lies in the queue of
//! its own socket is never closed.

#![forbid(unsafe_code)]

mod backend;
mod baton;
mod clock;
mod connection;
mod datagram;
mod defer;
mod event;
mod fault;
mod faults;
mod fd;
mod gate;
mod handshake;
mod hits;
mod hold;
mod host;
mod inet;
mod io;
mod kernel;
mod link;
mod local;
mod names;
mod network;
mod option;
mod party;
mod plan;
mod probe;
mod ready;
mod sim;
mod socket;
mod stream;
mod tcp;
mod trace;
mod transfer;
mod udp;
mod urgent;
mod wire;

#[cfg(test)]
mod tests;

pub use fault::{Call, Fault};
pub use faults::Faults;
pub use fd::Fd;
pub use hits::Hits;
pub use io::{IoSlice, IoSliceMut, PollFd, ReceivedControl};
pub use link::Link;
pub use party::Party;
pub use plan::Target;
pub use sim::Sim;
pub use trace::Record;
