//! Numbers of the ELF format, the same on Linux and FreeBSD.
//!
//! Source: System V ABI and its supplements for each architecture; sys/mman.h for `PROT_READ`.
//! Each name is that of the header `elf.h`.

#![allow(missing_docs, unreachable_pub)]
// Of the relocations, one is the architecture's own.
#![allow(dead_code)]

// The auxiliary vector.
pub const AT_NULL: usize = 0;
pub const AT_PHDR: usize = 3;
pub const AT_PHNUM: usize = 5;
pub const AT_PAGESZ: usize = 6;

// Program headers.
pub const PT_DYNAMIC: u32 = 2;
pub const PT_GNU_RELRO: u32 = 0x6474_e552;

// The dynamic array.
pub const DT_NULL: usize = 0;
pub const DT_PLTRELSZ: usize = 2;
pub const DT_RELA: usize = 7;
pub const DT_RELASZ: usize = 8;
pub const DT_RELSZ: usize = 18;
pub const DT_RELRSZ: usize = 35;
pub const DT_RELR: usize = 36;

// Relocations that add the load bias to an addend.
pub const R_X86_64_RELATIVE: usize = 8;
pub const R_AARCH64_RELATIVE: usize = 1027;
pub const R_RISCV_RELATIVE: usize = 3;
pub const R_LARCH_RELATIVE: usize = 3;

// The protection of pages.
pub const PROT_READ: usize = 1;
