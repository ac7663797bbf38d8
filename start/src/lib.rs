//! Program start and memory functions for Linux programs without a libc: amd64, arm64, riscv64, loong64.
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
//! What such a program does not have: thread-local storage, an unwinder and an allocator.
#![no_std]

/// The four architectures are written for; elsewhere the crate is empty, so that a workspace
/// holding it still builds.
macro_rules! on_linux {
    ($($item:item)*) => {$(
        #[cfg(all(
            target_os = "linux",
            target_pointer_width = "64",
            any(
                target_arch = "x86_64",
                target_arch = "aarch64",
                target_arch = "riscv64",
                target_arch = "loongarch64",
            ),
        ))]
        $item
    )*};
}

on_linux! {
    mod arch;
    mod args;
    mod entry;
    pub mod memory;
    mod relocate;

    pub use args::{Args, Auxv, Strings};
    pub use entry::exit;
    pub use relocate::relocate;
}
