//! Where the kernel keeps the clock of amd64 for programs.
//!
//! The commpage is a page that the kernel maps into each process at an address that never changes;
//! its layout is libSystem's and the kernel's own affair. Source: osfmk/i386/cpu_capabilities.h of xnu.

#![allow(missing_docs)]

pub const _COMM_PAGE64_BASE_ADDRESS: usize = 0x0000_7fff_ffe0_0000;
pub const _COMM_PAGE_TIME_DATA_START: usize = 0x050;
pub const _NT_TSC_BASE: usize = 0;
pub const _NT_SCALE: usize = 8;
pub const _NT_SHIFT: usize = 12;
pub const _NT_NS_BASE: usize = 16;
pub const _NT_GENERATION: usize = 24;
