//! How FreeBSD starts and ends a program. Each architecture has the macro and the functions that
//! Linux's have, with exit(2) for exit_group(2).

#[cfg(target_arch = "aarch64")]
#[path = "aarch64.rs"]
mod target;
#[cfg(target_arch = "x86_64")]
#[path = "x86_64.rs"]
mod target;

mod note;
mod numbers;

pub use note::AbiTag;
pub(crate) use target::*;
