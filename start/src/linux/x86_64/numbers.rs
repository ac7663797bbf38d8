//! System calls of Linux on amd64. Source: asm/unistd_64.h.

#![allow(missing_docs, non_upper_case_globals, unreachable_pub)]

pub const __NR_exit_group: usize = 231;
pub const __NR_mprotect: usize = 10;
