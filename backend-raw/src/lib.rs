//! What the raw backends of [`sock_core`] share: everything but the trap into the kernel and the
//! numbers.
//!
//! - [`register`]: an argument of a system call, as a type of one word.
//! - [`OwnedFd`]: a descriptor that closes once, for any [`Kernel`].
//! - [`IoSlice`], [`IoSliceMut`], [`PollFd`]: slices and descriptors in the layout that vectored
//!   calls and poll(2) take.
//! - [`bsd`]: the calls of FreeBSD and Darwin, written once.
//!
//! Nothing here makes a system call by itself, so all of it compiles, and is tested, on any 64-bit
//! host. Programs use it through `sock`.

#![no_std]
#![cfg(target_pointer_width = "64")]

#[cfg(any(feature = "std", test))]
extern crate std;

pub mod bsd;
mod fd;
#[cfg(feature = "std")]
mod fd_std;
mod io;
mod kernel;
pub mod layout;
pub mod register;

pub use fd::{OwnedFd, RawFd};
pub use io::{IoSlice, IoSliceMut, PollFd};
pub use kernel::Kernel;

/// An error of the kernel `K`.
pub type Error<K> = sock_core::Error<<K as Kernel>::Abi>;

/// What a call of the kernel `K` returns.
pub type Result<T, K> = core::result::Result<T, Error<K>>;

#[doc(hidden)]
pub use sock_core as __core;
