//! The hottest calls, one function each, for `cargo ci asm` to read what becomes of them.
//!
//! `ours` has the calls as a program writes them, `by_hand` the same in assembly, for Linux. The program
//! `agreement` shows that both do the same. `stubs` has system calls as the backends of FreeBSD and Darwin
//! make them, one for each number of arguments.

#![no_std]

#[cfg(target_os = "linux")]
pub mod by_hand;
#[cfg(any(target_os = "linux", target_os = "freebsd", target_os = "macos"))]
pub mod ours;
#[cfg(any(target_os = "freebsd", target_os = "macos"))]
pub mod stubs;
