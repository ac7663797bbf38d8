//! What differs from one architecture to the next, whatever the system. Each file has
//!
//! - `RELATIVE`: the number of the relocation that adds the load bias to an addend, `R_…_RELATIVE`;
//! - `UNALIGNED`: whether loads and stores of a word at any address are as good as aligned ones;
//! - `copy_word(to, from)`: one load and one store of eight bytes, in assembly because the addresses need
//!   not be aligned, and so that no optimiser makes a call of `memcpy` out of a loop of it.
//!
//! amd64 also has `copy_up` and `fill`, its string instructions, in place of the loops in `memory`.

#[cfg(target_arch = "aarch64")]
#[path = "aarch64.rs"]
mod target;
#[cfg(target_arch = "loongarch64")]
#[path = "loongarch64.rs"]
mod target;
#[cfg(target_arch = "riscv64")]
#[path = "riscv64.rs"]
mod target;
#[cfg(target_arch = "x86_64")]
#[path = "x86_64.rs"]
mod target;

pub(crate) use target::*;
