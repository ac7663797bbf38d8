//! `sockbox`: the sock library as a tool. A static program, without libc and without an allocator.

#![no_std]
#![no_main]
#![forbid(unsafe_code)]

mod address;
mod bound;
mod cat;
mod cli;
mod echo;
mod help;
mod kernel;
mod output;
mod peer;
mod tour;

use cli::{Addresses, Command};
use output::{Failure, Place, Words, complain};
use sock::program::{self, Stdio};
use sock_start::Args;

sock_start::entry!(main, relocatable);

/// What the program ends with: 0 all well, 1 something failed, 2 called wrongly.
fn main(args: Args) -> i32 {
    if let Err(error) = program::open_standard_streams() {
        complain(&format_args!("/dev/null: {}", Words(error)));
        return 1;
    }
    let mut addresses = Addresses::new();
    let command = match cli::parse(args, &mut addresses) {
        Ok(command) => command,
        Err(usage) => {
            complain(&usage);
            return usage.status();
        }
    };
    match command {
        Command::Help(text) => print(text),
        Command::Version => print(concat!("sockbox ", env!("CARGO_PKG_VERSION"), "\n")),
        Command::Echo(addresses) => status(echo::run(addresses)),
        Command::Cat(task) => status(cat::run(&task)),
        Command::Tour(format) => i32::from(!tour::run(format)),
    }
}

fn print(text: &str) -> i32 {
    let written = Stdio::Stdout.write_all(text.as_bytes());
    status(written.map_err(|error| Failure::new(Place::Stdout, error)))
}

fn status(outcome: Result<(), Failure<'_>>) -> i32 {
    match outcome {
        Ok(()) => 0,
        Err(failure) => {
            complain(&failure);
            1
        }
    }
}
