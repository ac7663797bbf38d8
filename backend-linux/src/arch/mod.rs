//! Raw system calls: the lowest layer, and the only place where the processor's trap is written.
//!
//! Each architecture's file states the facts of its system-call ABI once: the trap instruction, the
//! registers of number, result and arguments, and what the kernel leaves changed. From that the
//! macro in `calls.rs` makes the same functions for all of them:
//!
//! - `syscall0` … `syscall6`: the kernel may write the caller's memory;
//! - `syscall0_readonly` … `syscall6_readonly`: it writes none, so the compiler may keep what it has
//!   loaded;
//! - `syscall1_noreturn`: it does not come back.
//!
//! Numbers, arguments and results are types that cost nothing ([`Nr`], [`Arg`], [`Ret`]): a pointer
//! stays a pointer all the way into its register, and a buffer stays borrowed until the call is over.
//!
//! # Safety
//!
//! A system call can do anything to the process, so each of these functions is `unsafe`, with one
//! contract. The caller vouches that
//!
//! - the number and the arguments are those of a call whose effects the program allows;
//! - every pointer that the kernel follows is valid for what it does there, in length, alignment and
//!   access, and for as long as it does it, which for some calls is longer than the call itself;
//! - memory behind a shared reference is not written;
//! - ownership is kept: a closed descriptor or an unmapped page is not used again by whoever holds it.
//!
//! The `readonly` forms add: the kernel writes no memory that the program can read (no out
//! parameter, no change of mappings as by munmap), and the call is not what orders the caller's
//! loads after another thread's or process's stores (no wait on shared memory).

#[macro_use]
mod calls;
mod register;

#[cfg_attr(target_arch = "x86_64", path = "x86_64.rs")]
#[cfg_attr(target_arch = "aarch64", path = "aarch64.rs")]
#[cfg_attr(target_arch = "riscv64", path = "riscv64.rs")]
#[cfg_attr(target_arch = "loongarch64", path = "loongarch64.rs")]
mod current;

#[cfg(test)]
mod tests;

pub use current::*;
pub use register::Ret;
pub use sock_raw::register::{Arg, Errno, Nr};
