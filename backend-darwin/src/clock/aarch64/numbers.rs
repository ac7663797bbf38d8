//! Where the kernel keeps the clock of arm64 for programs, and the traps that read it otherwise.
//!
//! The commpage is a page that the kernel maps into each process at an address that never changes;
//! its layout is libSystem's and the kernel's own affair. Sources: osfmk/arm/cpu_capabilities.h,
//! osfmk/mach/arm/traps.h and osfmk/mach/syscall_sw.h of xnu.

#![allow(missing_docs, non_upper_case_globals)]

// The commpage.
pub const _COMM_PAGE64_BASE_ADDRESS: usize = 0x0000_000f_ffff_c000;
pub const _COMM_PAGE_TIMEBASE_OFFSET: usize = 0x088;
pub const _COMM_PAGE_USER_TIMEBASE: usize = 0x090;
pub const USER_TIMEBASE_SPEC: u8 = 1;
pub const USER_TIMEBASE_NOSPEC: u8 = 2;
pub const USER_TIMEBASE_NOSPEC_APPLE: u8 = 3;

// Mach traps.
pub const MACH_ARM_TRAP_ABSTIME: i32 = -3;
pub const mach_timebase_info_trap: i32 = -89;
