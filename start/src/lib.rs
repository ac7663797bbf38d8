//! Program start and memory functions for programs without a libc: on Linux (amd64, arm64, riscv64,
//! loong64) and FreeBSD (amd64, arm64). On Darwin, where each program must have libSystem, the start
//! alone.
//!
//! A C program is started by its libc, which also brings the `memcpy` that compilers call behind
//! one's back. A program without a libc needs both from somewhere. [`entry!`] puts them into the
//! program that asks, and only there: a program with std may depend on this crate and gets nothing.
//!
//! ```ignore (a program of its own, not part of a test)
//! #![no_std]
//! #![no_main]
//!
//! sock_start::entry!(main);
//!
//! fn main(args: sock_start::Args) -> i32 {
//!     if args.args().count() == 1 { 0 } else { 2 }
//! }
//! ```
//!
//! The program is linked without start files and libraries, at a fixed address, which is for its
//! build script to say. These are the words, understood by `cc` and by `ld.lld` alike:
//!
//! ```text
//! cargo::rustc-link-arg-bins=-nostdlib
//! cargo::rustc-link-arg-bins=-static
//! cargo::rustc-link-arg-bins=-no-pie
//! ```
//!
//! It also needs `panic = "abort"` in the profiles it is built with.
//!
//! A program that begins with `entry!(main, relocatable)` may be linked at a variable address, as a
//! static PIE, instead. For that, `cc` and `ld.lld` have different words:
//!
//! | linker | words |
//! |---|---|
//! | `cc` | `-nostdlib`, `-static-pie` |
//! | `ld.lld` | `-nostdlib`, `-static`, `-pie`, `--no-dynamic-linker`, `-ztext` |
//!
//! `-Tno-unwind.ld` in addition, a linker script that comes with this crate, leaves out the tables for
//! an unwinder, which are a fifth of a program over `core`.
//!
//! # FreeBSD
//!
//! The same words, and `-Tsmall.ld` if the program is to be small; it keeps the note by which the program is
//! one of FreeBSD's, which [`entry!`] puts into it. On FreeBSD `cargo build` does the rest. From elsewhere
//! the linker that comes with rustc makes the program:
//!
//! ```text
//! RUSTFLAGS="-Clinker=rust-lld -Clinker-flavor=ld.lld -Crelocation-model=static" \
//!     cargo build --release --target x86_64-unknown-freebsd
//! ```
//!
//! # Darwin
//!
//! The kernel starts no static program: dyld starts them all and calls `main` (`LC_MAIN`). [`entry!`]
//! defines that and the panic handler, and is the same to write; the program is linked with libSystem
//! and nothing else, by the words `-nodefaultlibs`, `-lSystem`.
//!
//! What such a program does not have: thread-local storage, an unwinder and an allocator.
#![no_std]

/// Linux on four architectures and FreeBSD on two, where a program is static; Darwin, where it is not.
/// Elsewhere the crate is empty, so that a workspace holding it still builds.
macro_rules! in_static_programs {
    ($($item:item)*) => {$(
        #[cfg(all(
            target_pointer_width = "64",
            any(
                all(
                    target_os = "linux",
                    any(
                        target_arch = "x86_64",
                        target_arch = "aarch64",
                        target_arch = "riscv64",
                        target_arch = "loongarch64",
                    ),
                ),
                all(
                    target_os = "freebsd",
                    any(target_arch = "x86_64", target_arch = "aarch64"),
                ),
            ),
        ))]
        $item
    )*};
}

in_static_programs! {
    mod arch;
    mod args;
    mod entry;
    pub mod memory;
    mod numbers;
    mod relocate;
    #[cfg_attr(target_os = "linux", path = "linux/mod.rs")]
    #[cfg_attr(target_os = "freebsd", path = "freebsd/mod.rs")]
    mod system;

    pub use args::{Args, Auxv, Strings};
    pub use entry::exit;
    pub use relocate::relocate;
    #[cfg(target_os = "freebsd")]
    pub use system::AbiTag;
}

#[cfg(target_vendor = "apple")]
mod args;
#[cfg(target_vendor = "apple")]
mod darwin;

#[cfg(target_vendor = "apple")]
pub use args::{Args, Strings};
#[cfg(target_vendor = "apple")]
pub use darwin::exit;
