//! Numbers of FreeBSD, amd64 and arm64.
//!
//! Source: sys/sys/syscall.h, sys/sys/elf_common.h. Each name is the header's own.

#![allow(missing_docs, non_upper_case_globals, unreachable_pub)]

pub const SYS_exit: usize = 1;
pub const SYS_mprotect: usize = 74;

/// The type of the note that says what release a program was made for.
pub const NT_FREEBSD_ABI_TAG: u32 = 1;

/// The type of the note that says which features of the kernel a program does without.
pub const NT_FREEBSD_FEATURE_CTL: u32 = 4;
