//! `std::net` and `std::os::unix::net` by name and shape, over [`sock_core`]: `sock::net`, with the
//! feature `std` of `sock`.
//!
//! A program moves over by its `use` lines: `std::net` becomes `sock::net`, `std::os::unix::net`
//! becomes `sock::net::unix`. What is just data (addresses, [`Shutdown`], [`ToSocketAddrs`]) is std's
//! own.
//!
//! ```
//! use sock::net::{TcpListener, TcpStream};
//! use std::io::{BufRead, BufReader, Write};
//! use std::time::{Duration, Instant};
//!
//! let listener = TcpListener::bind("localhost:0")?;
//! let addr = listener.local_addr()?;
//! let server = std::thread::spawn(move || -> std::io::Result<()> {
//!     let (stream, _peer) = listener.accept()?;
//!     stream.set_read_deadline(Some(Instant::now() + Duration::from_secs(5))); // all that is read
//!     for line in BufReader::new(&stream).lines() {
//!         writeln!(&stream, "you said {}", line?)?;
//!     }
//!     Ok(())
//! });
//!
//! let mut client = TcpStream::connect(addr)?;
//! client.write_all(b"hello\n")?;
//! let mut answer = String::new();
//! BufReader::new(&client).read_line(&mut answer)?;
//! assert_eq!(answer, "you said hello\n");
//! # drop(client);
//! # server.join().unwrap()?;
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # As in std
//!
//! Every stable method and trait of the types of both modules is here, but the deprecated `only_v6` of
//! listeners, with the same errors: kinds, numbers, and `WouldBlock` for a time-out that passes. Sockets block until told otherwise. Modes and
//! time-outs belong to the open file, and so to all clones.
//!
//! # Beyond std
//!
//! - **Deadlines**: `set_read_deadline`, `set_write_deadline` and `set_accept_deadline` take an
//!   [`Instant`](std::time::Instant) until which everything may wait, however many calls that takes;
//!   `connect_deadline` holds for all addresses of a name. The error is of kind `TimedOut` and carries
//!   [`Error::DEADLINE`](sock_core::Error::DEADLINE); the kernel's own `ETIMEDOUT` has its number.
//! - **Time-outs that are kept** to the millisecond, where those of the kernel come late.
//! - **`connect` tries the addresses of a name beside each other** (RFC 8305), not one after the other.
//! - **Options**: `option` and `set_option` take every one of [`sock_core::option`].
//! - `linger`, `into_incoming`, `peek` of Unix sockets and `UnixDatagram::peek_from`, which std has not
//!   made stable; `set_quickack` without a trait.
//! - `From` the types at the root of `sock`, and back; `TryFrom` std's, which looks at the descriptor.
//!
//! # What differs
//!
//! - A call that a signal interrupts is made again: nothing here is `ErrorKind::Interrupted`.
//! - A read into an empty buffer, and a write of an empty one, is `Ok(0)` at once; std waits until there is
//!   something to read, and looks whether the direction is open.
//! - A Unix socket that has waited for room to send holds two descriptors more, by which a `shutdown` ends such
//!   waits. `UnixDatagram::send_to` takes one while it waits, and fails when none is left.
//! - The open file is non-blocking as long as nobody else can see it. Lent (`as_fd`, `as_raw_fd`) it is
//!   what std's would be, but that `SO_RCVTIMEO` and `SO_SNDTIMEO` are not set: a time-out holds for
//!   calls made here. A receive that waits, or is about to, in another thread at that moment may leave the former, and
//!   O_NONBLOCK cleared, until it ends. Given away (`into_raw_fd`, `From`) it is std's in these as well. What another
//!   holder of the open file sets later is not seen here.
//! - A listener that is lent or cloned stays non-blocking, since accept4(2) cannot be told otherwise; so does
//!   one that is given away while a clone is still here, and after that.
//! - A time-out is kept as it was set; std reads back what the kernel made of it, in ticks.
//! - `set_linger` refuses a time that is not in whole seconds; std cuts it.
//! - The backlog of listeners is 4096, that of std 128; the kernel allows what it allows.
//! - Options that the core does not have yet (`ttl`, multicast) are set through std on a duplicate of
//!   the descriptor: three calls, and an error when no descriptor is left.
//! - A Unix address whose path fills all 108 bytes cannot be told as std's type: `accept` and
//!   `recv_from` then say that the peer has no name, `local_addr` and `peer_addr` fail.
//! - `is_read_vectored` and `is_write_vectored` are not stable, and so say no; vectored calls are made
//!   all the same, with up to 64 slices each.
//! - On Linux, the traits of `std::os::linux::net` (`TcpStreamExt`) are sealed, and not implemented.
//! - `Debug` of Unix sockets shows the descriptor as a number.
//! - Making a socket allocates once, for what its clones share. No operation allocates.
//!
//! # How it waits
//!
//! A receive that has to wait costs one system call, as in std, and not three, when this is the only
//! receiver of a stream that was connected or accepted here and never cloned, adopted or lent: the
//! kernel then waits inside recv(2). Otherwise, and for accepts, datagrams, vectored reads and sends,
//! it waits in ppoll(2). See [`Blocking`](sock_core::Blocking) for the reasons.
//!
//! `shutdown` from another thread ends a wait at once. A mode, time-out or deadline that another
//! thread sets holds from the next wait on.
//!
//! # Systems
//!
//! Those that there is a backend for: Linux, FreeBSD, macOS. Where std has something on one of them only
//! (abstract names and `quickack` on Linux), so has this. On the BSDs a Unix datagram to a full receiver is the
//! error `ENOBUFS` here as in std; sockets of the core wait for room.

#![deny(unsafe_code)]
#![cfg(all(
    target_pointer_width = "64",
    any(
        all(
            target_os = "linux",
            any(target_arch = "riscv64", target_arch = "loongarch64")
        ),
        all(
            any(target_os = "linux", target_os = "freebsd", target_os = "macos"),
            any(target_arch = "x86_64", target_arch = "aarch64")
        )
    )
))]

mod acceptor;
mod addresses;
mod alarm;
mod connect;
mod connection;
mod datagrams;
mod descriptor;
mod parts;
mod settings;
mod shape;
mod system;
mod tcp;
mod turn;
mod udp;
pub mod unix;

/// A model of [`turn`] puts its own atomics here.
mod atomic {
    pub(crate) use core::sync::atomic::{AtomicU8, AtomicU64, Ordering};
}

pub use std::net::{
    AddrParseError, IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, SocketAddrV4, SocketAddrV6,
    ToSocketAddrs,
};

pub use tcp::{Incoming, IntoIncoming, TcpListener, TcpStream};
pub use udp::UdpSocket;
pub use unix::{UnixDatagram, UnixListener, UnixStream};
