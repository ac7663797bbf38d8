//! How Linux starts and ends a program. Each architecture has
//!
//! - `__start!(enter)`: the body of `_start`. It marks the outermost frame (frame pointer and
//!   return address zero, where the ABI has them), aligns the stack to 16 bytes as all four ABIs
//!   ask, and goes to `enter` with the address of argc, the first stack pointer, as its argument;
//! - `__start!(enter, relocate)`: the same, but before `enter` it calls `relocate` with that
//!   address and the address of `_DYNAMIC`, both taken relative to the program counter. Weak,
//!   because a program at a fixed address has no such symbol;
//! - `exit(code)` and `mprotect(start, len, access)`: the system calls exit_group(2) and mprotect(2).

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

#[cfg_attr(target_arch = "x86_64", path = "x86_64/numbers.rs")]
#[cfg_attr(not(target_arch = "x86_64"), path = "generic/numbers.rs")]
mod numbers;

pub(crate) use target::*;
