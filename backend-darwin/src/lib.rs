//! Darwin's (macOS) system calls behind [`sock_core`]: arm64 and amd64, raw or by way of libSystem,
//! without an allocator.
//!
//! - [`Darwin`] is the [`Backend`](sock_core::Backend).
//! - [`OwnedFd`] is its descriptor; [`from_raw_fd`](OwnedFd::from_raw_fd) and the raw socket options
//!   are `unsafe`, because they can break what the types promise.
//! - [`connectx`] is what only Darwin has: a connect with data in its SYN.
//! - [`kqueue`] is kqueue(2).
//! - [`arch`] are the system calls themselves, one assembly file for each architecture.
//! - [`clock`] is the monotonic clock, read without a system call.
//! - [`program`] is what a program without libc needs beside sockets: the standard streams and a
//!   little more.
//!
//! Numbers and structures stand in [`numbers`] and [`layout`], those that FreeBSD shares in `sock-raw`.
//! Programs use this crate through `sock`.
//!
//! # Raw, or through libSystem
//!
//! By default every call is a trap into the kernel. Apple promises nothing about that: "Apple does not
//! support statically linked binaries on Mac OS X", since the interface of the kernel "may change"
//! (Technical Q&A QA1118). Numbers and meanings of the socket calls have not changed in any kernel since
//! 2009, but of another call they have: Go made raw system calls until macOS 10.12 gave gettimeofday a
//! third argument and programs crashed (golang/go#16570), and goes through libSystem since Go 1.12
//! (golang/go#17490).
//!
//! So a program that goes to other people's Macs takes libSystem, which every executable is
//! linked with anyway:
//!
//! ```text
//! RUSTFLAGS="--cfg sock_libsystem" cargo build --target aarch64-apple-darwin
//! ```
//!
//! It is a flag and no feature of the crate because the program chooses, not a crate that it
//! depends on. Each call then is a call of the C function of that name, and its error the thread's
//! `errno`; nothing else differs. The raw way is for kernels that one knows: one's own machines, tools,
//! tests, and where the cost of a call counts.
//!
//! # What Darwin lacks, and what is done about it
//!
//! - **No descriptor is born close-on-exec or non-blocking.** socket(2), socketpair(2) and accept(2)
//!   have no such flags, recvmsg(2) neither. Both are set by calls right after, and so is
//!   `SO_NOSIGPIPE`. In between is a gap: a program that another thread starts meanwhile, by fork(2)
//!   and execve(2), inherits the descriptor. Whoever starts programs from several threads uses
//!   posix_spawn(2) with `POSIX_SPAWN_CLOEXEC_DEFAULT`, which has no such gap.
//! - **poll(2) counts milliseconds.** What is less than one is waited for in kevent(2). See
//!   [`Darwin`'s poll](Darwin#waiting).
//! - **No SIGPIPE**: `SO_NOSIGPIPE` on each socket, and `MSG_NOSIGNAL` with each send, which kernels know
//!   since macOS 11 and ignore before. accept(2) hands `SO_NOSIGPIPE` on from the listener. So only
//!   before macOS 11 can a send raise a signal, and only on a socket that some other code made without
//!   the option and this one adopted (`from_raw_fd`, a descriptor that came in a message), or on a
//!   connection from such a listener whose peer was gone when it was accepted.
//! - **No option can be set on a socket whose directions are both closed**, `EINVAL`, unless it was made
//!   here, or accepted from a listener that was: those have `SO_NP_EXTENSIONS`.
//! - **A send waits for room in spite of `MSG_DONTWAIT`**, when the descriptor is blocking. So sends take
//!   `MSG_NBIO` with it, which headers of Apple's do not name but all kernels know.
//! - **Descriptors that a peer passes are opened even when there is no room to tell them.** So each
//!   receive is a recvmsg(2) with room for them all, and those that nobody asked for are closed.
//! - **No `SOCK_SEQPACKET`** among Unix sockets, no names without a path.

#![no_std]
// Elsewhere the crate is empty, and what its documentation names is not there.
#![cfg_attr(not(target_os = "macos"), allow(rustdoc::broken_intra_doc_links))]
#![cfg(all(
    any(target_os = "macos", test),
    target_pointer_width = "64",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]

#[cfg(not(sock_libsystem))]
pub mod arch;
mod call;
pub mod clock;
pub mod connectx;
mod interface;
pub mod layout;
pub mod numbers;
mod poll;
pub mod program;
mod system;
mod wait;

sock_raw::bsd_kqueue! { Darwin }

pub use sock_raw::{IoSlice, IoSliceMut, RawFd};
pub use system::Darwin;

/// An open descriptor, closed when dropped.
pub type OwnedFd = sock_raw::OwnedFd<Darwin>;

/// A descriptor to wait for, as `struct pollfd`.
pub type PollFd<'a> = sock_raw::PollFd<'a, Darwin>;

/// The control data of a received message, with its descriptors; those that nobody takes are
/// closed when it is dropped.
pub type ReceivedControl<'c> = sock_raw::bsd::ReceivedControl<'c, Darwin>;

/// An error of Darwin.
pub type Error = sock_core::Error<sock_core::abi::Darwin>;

/// What a call on Darwin returns.
pub type Result<T> = core::result::Result<T, Error>;
