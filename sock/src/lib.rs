//! Sockets without libc, allocator or runtime, for the system that the program is built for.
//!
//! ```
//! use core::time::Duration;
//! use sock::{Deadline, TcpListener, TcpStream};
//!
//! let listener = TcpListener::bind(&"127.0.0.1:0".parse()?)?;
//! let client = TcpStream::connect(&listener.local_addr()?, Deadline::NEVER)?;
//! let (server, peer) = listener.accept_by(Deadline::after(Duration::from_secs(1)))?;
//! client.send_all(b"hello", Deadline::NEVER)?;
//!
//! let mut buffer = [0; 5];
//! server.recv_exact(&mut buffer, Deadline::NEVER)?;
//! assert_eq!(&buffer, b"hello");
//! assert_eq!(peer, client.local_addr()?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The names here are those of `sock-core` with the backend of the target filled in:
//! [`TcpStream`] is `sock_core::TcpStream<Linux>`. On a target without a backend, only what needs
//! none is here.
//!
//! # How it behaves
//!
//! - A method without a deadline never waits; it fails with [`Error::WOULD_BLOCK`]. A send, a
//!   receive or an accept is one system call; what makes a socket in one go (`bind`) makes one for
//!   each step, and `TcpConnecting::finish` up to three. A method whose name ends in `_by`, or that
//!   always may wait, takes a [`Deadline`], and the kernel does the waiting.
//! - One state of a socket is one type: [`TcpSocket`], [`TcpListener`], [`TcpConnecting`],
//!   [`TcpStream`]. What a state cannot do is not there.
//! - Descriptors are close-on-exec and non-blocking from birth, and closed when dropped. No call
//!   raises SIGPIPE (macOS before 11: on sockets that were made here).
//! - Nothing allocates.
//! - What only some kernels have is in modules that are there for them: `kqueue` on FreeBSD and macOS,
//!   `connectx` (a connect with data in its SYN) on macOS.
//!
//! # Features
//!
//! | feature | default | what it adds, and the crate whose traits they are |
//! |---|---|---|
//! | `std` | off | `net`: `std::net` and `std::os::unix::net` by name and shape; errors and descriptors from and to std's |
//! | `embedded-io` | off | `embedded_io::{Read, Write, ReadReady, WriteReady}` for [`Blocking`], its `Error` for ours; `embedded-io` 0.7 |
//! | `embedded-io-async` | off | `embedded::Yielding`: the same as futures that yield; `embedded-io-async` 0.7 |
//! | `embedded-nal` | off | `embedded::Stack`: TCP and UDP, clients and servers; `embedded-nal` 0.9 |
//! | `embedded-nal-async` | off | `embedded::YieldingStack`: the same as futures that yield; `embedded-nal-async` 0.9 |
//! | `defmt` | off | `defmt::Format` for every value, and that of the traits' crates; `defmt` 1 |
//! | `heapless` | off | `&mut heapless::Vec<u8, N>` is a [`Buffer`]; `heapless` 0.9 |
//!
//! The crate is complete without features. Each adds, and changes nothing that is there without it;
//! all but `std` are `no_std`, and none of those allocates.

#![no_std]
#![forbid(unsafe_code)]

pub use sock_core::{
    Abi, AddrError, Address, Backend, Blocking, Buffer, ConnectionProtocol, Control, ControlBuffer,
    Counted, Deadline, ErrorKind, Family, Habit, Inet, Instant, Local, MessageFlags, PollEvents,
    Protocol, Received, RecvFlags, SendFlags, Shutdown, SocketKind, Tcp, Udp, UnixDatagrams,
    UnixName, UnixSeqpackets, UnixStreams, abi, option,
};

/// The same types generic over the backend: for code that is to run over any, and for a backend of
/// one's own.
pub use sock_core as generic;

#[cfg(all(
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
mod types;

#[cfg(all(
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
pub use types::*;

/// Empty where there is no backend.
#[cfg(feature = "std")]
pub use sock_std as net;

/// The programs of the README, which must compile and run.
#[cfg(all(doctest, feature = "std", feature = "embedded-io"))]
#[doc = include_str!("../../README.md")]
struct Readme;
