//! The hottest calls, one function each, for `cargo ci asm` to read what becomes of them.
//!
//! [`ours`] has the calls as a program writes them, [`by_hand`] the same in assembly. The program
//! `agreement` shows that both do the same.

#![no_std]
#![cfg(target_os = "linux")]

pub mod by_hand;
pub mod ours;
