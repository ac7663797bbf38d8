//! `cargo ci abi`: each number and layout that our sources have of a kernel, against the kernel's own
//! headers for each target, and against the crates of others.
//!
//! [`source`] finds what is there, by the modules of the crates that know a kernel: constants in files of
//! numbers, structures in files of layouts, names taken from linux-raw-sys, and numbers in code, where
//! there should be none. [`probe`] compiles a C text for each target and reads values from the object file:
//! nothing is run, and nothing is believed that was not compiled in this run (zig keeps its results by the
//! text that they come from). [`witness`] asks the crate libc in the same way. What no header says stands
//! in tables of facts.

pub mod bytes;
pub mod check;
pub mod compiler;
pub mod dump;
pub mod exceptions;
mod expected;
pub mod facts;
pub mod flip;
mod headers;
pub mod oracle;
pub mod probe;
mod raw_sys;
pub mod report;
pub mod since;
pub mod source;
pub mod take;
pub mod target;
pub mod witness;
