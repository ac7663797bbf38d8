//! Raw Linux system calls behind [`sock_core`]: amd64, arm64, riscv64 and loong64, without libc
//! and without an allocator.
//!
//! - [`Linux`] is the [`Backend`](sock_core::Backend): each method one system call.
//! - [`OwnedFd`] is its descriptor; [`OwnedFd::from_raw_fd`](sock_raw::OwnedFd::from_raw_fd) and the raw socket options are `unsafe`,
//!   because they can break what the types promise.
//! - [`arch`] are the system calls themselves, one assembly file for each architecture.
//! - [`clock`] is the monotonic clock, through the vDSO where there is one.
//! - [`program`] is what a program without libc needs beside sockets: the standard streams and a
//!   little more.
//!
//! Numbers and structures come from `linux-raw-sys`, which is generated from the kernel's headers.
//! Programs use this crate through `sock`.

#![no_std]
#![cfg(all(
    target_os = "linux",
    target_pointer_width = "64",
    any(
        target_arch = "x86_64",
        target_arch = "aarch64",
        target_arch = "riscv64",
        target_arch = "loongarch64"
    )
))]

pub mod arch;
pub mod clock;

mod backend;
mod call;
mod control;
mod fd;
mod interface;
mod option;
pub mod program;
mod room;
mod transfer;

#[cfg(test)]
mod numbers;

pub use backend::Linux;
pub use control::ReceivedControl;
pub use fd::{IoSlice, IoSliceMut, OwnedFd, PollFd, RawFd};

/// An error of Linux.
pub type Error = sock_core::Error<sock_core::abi::Linux>;

/// What a call on Linux returns.
pub type Result<T> = core::result::Result<T, Error>;
