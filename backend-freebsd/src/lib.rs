//! Raw FreeBSD system calls behind [`sock_core`]: amd64 and arm64, without libc and without an
//! allocator. FreeBSD 12 and later.
//!
//! - [`FreeBsd`] is the [`Backend`](sock_core::Backend): each method one system call, but for
//!   [`poll`](sock_core::Backend::poll) under a time, which reads the clock before and after, and
//!   [`interface_index`](sock_core::Backend::interface_index).
//! - [`OwnedFd`] is its descriptor; [`OwnedFd::from_raw_fd`](sock_raw::OwnedFd::from_raw_fd) and the
//!   raw socket options are `unsafe`, because they can break what the types promise.
//! - [`arch`] are the system calls themselves, one assembly file for each architecture.
//! - [`clock`] is the monotonic clock.
//! - [`kqueue`] is kqueue(2).
//! - [`program`] is what a program without libc needs beside sockets: the standard streams and a
//!   little more.
//! - [`numbers`] and [`layout`] are what the kernel's headers say.
//!
//! What FreeBSD has in common with Darwin is written once, in [`sock_raw::bsd`]. Programs use this
//! crate through `sock`.

#![no_std]
// Elsewhere the crate is empty, and what its documentation names is not there.
#![cfg_attr(not(target_os = "freebsd"), allow(rustdoc::broken_intra_doc_links))]
#![cfg(all(
    any(target_os = "freebsd", test, doc),
    target_pointer_width = "64",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]

#[cfg(test)]
extern crate std;

pub mod arch;
pub mod clock;
mod interface;
pub mod layout;
pub mod numbers;
pub mod program;
mod system;

sock_raw::bsd_kqueue! { FreeBsd }

pub use sock_raw::{IoSlice, IoSliceMut, RawFd};
pub use system::FreeBsd;

/// An open descriptor, closed when dropped.
pub type OwnedFd = sock_raw::OwnedFd<FreeBsd>;

/// A descriptor to wait for, as `struct pollfd`.
pub type PollFd<'a> = sock_raw::PollFd<'a, FreeBsd>;

/// The control data of a received message, with its descriptors.
pub type ReceivedControl<'c> = sock_raw::bsd::ReceivedControl<'c, FreeBsd>;

/// An error of FreeBSD.
pub type Error = sock_core::Error<sock_core::abi::FreeBsd>;

/// What a call on FreeBSD returns.
pub type Result<T> = core::result::Result<T, Error>;
