//! What differs from one architecture to the next. Each file has
//!
//! - `__start!(enter)`: the body of `_start`. It marks the outermost frame (frame pointer and
//!   return address zero, where the ABI has them), aligns the stack to 16 bytes as all four ABIs
//!   ask, and goes to `enter` with the first stack pointer as its argument;
//! - `__start!(enter, relocate)`: the same, but before `enter` it calls `relocate` with that stack
//!   pointer and the address of `_DYNAMIC`, both taken relative to the program counter. Weak,
//!   because a program at a fixed address has no such symbol;
//! - `exit_group(code)` and `mprotect(start, len, access)`: the system calls of those names;
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
