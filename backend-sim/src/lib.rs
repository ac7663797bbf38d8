//! An in-memory kernel behind [`sock_core`], for tests: TCP, UDP and Unix sockets of several hosts,
//! with slow and bad links, injected faults, and a clock that moves only when everybody waits. A
//! seed replays a run exactly.
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
//! # Hosts and links
//!
//! A [`Sim`] is one host. [`Sim::host`] makes another one of the same simulation, [`Sim::set_link`]
//! says what lies between two ([`Link`]: latency, bandwidth, loss and more), and [`Sim::crash`]
//! takes one away without a word. Within a host everything arrives at once, unless it has a link to
//! itself.
//!
//! ```
//! use std::time::Duration;
//! use sock_core::{Deadline, UdpSocket};
//! use sock_sim::{Link, Sim};
//!
//! let near = Sim::with_seed(7);
//! near.assign([10, 0, 0, 1]);
//! let far = near.host([[10, 0, 0, 2]]);
//! near.set_link(&far, Link { latency: Duration::from_millis(20), loss: 0.5, ..Link::default() });
//!
//! let to = UdpSocket::bind_in(far, &"10.0.0.2:53".parse()?)?;
//! let from = UdpSocket::bind_in(near.clone(), &"10.0.0.1:0".parse()?)?;
//! let (mut tries, mut room) = (0, [0; 9]);
//! while tries == 0 || to.recv_from_by(&mut room, Deadline::after(Duration::from_secs(1))).is_err() {
//!     from.send_to(b"ping", &to.local_addr()?)?;
//!     tries += 1;
//! }
//! println!("it took {tries} tries");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Faults
//!
//! [`Sim::faults`] sets what goes wrong on a host: each [`Fault`] with a rate, or in one certain
//! call ([`Faults::script`]). None is one that no kernel could produce. [`Sim::hits`] counts them.
//!
//! ```
//! use sock_core::{Deadline, UnixStream};
//! use sock_sim::{Call, Fault, Sim};
//!
//! let sim = Sim::with_seed(7);
//! sim.faults().rate(Fault::Interrupted, 0.2).rate(Fault::Short, 0.2);
//! let (a, b) = UnixStream::pair_in(sim.clone())?;
//! let mut room = [0; 1000];
//! for _ in 0..100 {
//!     a.send_all(&[7; 1000], Deadline::NEVER)?;
//!     b.recv_exact(&mut room, Deadline::NEVER)?;
//! }
//! assert!(sim.hits().of(Fault::Short, Call::Recv) > 10);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Time
//!
//! A call takes no time. The clock moves when every party waits: then it jumps to the next moment
//! at which something happens, a wait ends or a packet arrives. When nothing can happen any more,
//! the last to wait fails with `EDEADLK`.
//!
//! # Parties
//!
//! Threads become parties by [`Sim::together`], [`Sim::parties`] or [`Sim::party`]. Only one of
//! them runs at a time: who has the baton keeps it until it waits, has made a hundred calls, or is
//! preempted ([`Sim::set_preemption`]), and then the seed says who is next. So a run depends on
//! nothing but the program and the seed. Whoever blocks on anything else than the simulation (a
//! lock, a channel, another thread) while it has the baton stops all others; what needs the others
//! must wait in the simulation.
//!
//! A program without parties is taken for one thread. A thread that is no party works, too, at any
//! time and beside a party; the clock does not stand still for it, and no seed replays what it
//! does.
//!
//! # Replay
//!
//! The same seed gives the same run, call by call; [`Sim::record`] and [`Sim::trace`] show it.
//! Faults, links and turns draw from random numbers of their own, so that a failure can be made
//! smaller: by [`Faults::only`] some of its faults, or without preemption.
//!
//! ```
//! use sock_core::Backend;
//! use sock_sim::{Fault, Sim};
//!
//! /// A program with two parties that fails with some seeds: one naps, and does not look whether that was cut short.
//! fn run(seed: u64) -> (bool, Vec<sock_sim::Record>) {
//!     let sim = Sim::with_seed(seed);
//!     sim.faults().rate(Fault::Interrupted, 0.3);
//!     sim.record();
//!     let nap = || sim.poll(&mut [], Some(&mut 1_000_000));
//!     let (one, other) = sim.together(nap, nap);
//!     (one.is_ok() && other.is_ok(), sim.trace())
//! }
//!
//! let seed = (0..).find(|seed| !run(*seed).0).unwrap_or(0);
//! println!("seed {seed} fails:");
//! for record in &run(seed).1 {
//!     println!("{record}"); // 1000.000421337 party 1 host 0 Poll = error 4 [Interrupted]
//! }
//! assert_eq!(run(seed), run(seed));
//! ```
//!
//! # What it does not have
//!
//! The error queue, urgent data of Unix sockets, `MSG_MORE` on UDP, credentials as control data,
//! multicast and broadcast beyond a host: the flag, option or address is refused. Of several
//! listeners that share a port the first takes all. TCP acknowledges everything at once and knows
//! no congestion; what a link loses arrives later, by the time that sending it again takes. Only
//! payload counts for bandwidth. A descriptor that lies in the queue of its own socket is never
//! closed.

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
mod retry;
mod shutdown;
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
