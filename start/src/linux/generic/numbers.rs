//! System calls of Linux on arm64, riscv64 and loong64. Source: asm-generic/unistd.h.

#![allow(missing_docs, non_upper_case_globals, unreachable_pub)]

pub const __NR_exit_group: usize = 94;
pub const __NR_mprotect: usize = 226;
