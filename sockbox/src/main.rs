//! `sockbox`: the sock library as a tool. A static program, without libc and without an allocator.

#![no_std]
#![no_main]
#![forbid(unsafe_code)]

mod cli;
mod tour;

use core::fmt::Write;

use cli::{Command, Usage};
use sock::program::{self, Stdio};
use sock_start::Args;

sock_start::entry!(main, relocatable);

/// What the program ends with: 0 all well, 1 something failed, 2 called wrongly.
fn main(args: Args) -> i32 {
    if let Err(error) = program::open_standard_streams() {
        let _ = writeln!(Stdio::Stderr, "sockbox: /dev/null: {error}");
        return 1;
    }
    match cli::parse(args) {
        Ok(Command::Help(text)) => status(Stdio::Stdout.write_str(text).is_ok()),
        Ok(Command::Version) => status(
            Stdio::Stdout
                .write_str(concat!("sockbox ", env!("CARGO_PKG_VERSION"), "\n"))
                .is_ok(),
        ),
        Ok(Command::Tour(format)) => status(tour::run(format)),
        Err(usage) => wrong_usage(&usage),
    }
}

fn status(good: bool) -> i32 {
    if good { 0 } else { 1 }
}

/// One line on standard error; where that is closed, the status must do.
fn wrong_usage(usage: &Usage<'_>) -> i32 {
    let _ = writeln!(Stdio::Stderr, "sockbox: {usage}; see 'sockbox --help'");
    2
}
