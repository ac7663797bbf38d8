//! `connect-with-deadline ADDRESS:PORT MILLISECONDS`: connects in time, or says why not.

#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use core::fmt::Write;
use core::time::Duration;

use sock::program::{self, Stdio};
use sock::{Deadline, Error, TcpStream};

sock_start::entry!(main);

fn main(args: sock_start::Args) -> i32 {
    // Standard output may be closed; no socket may get its number.
    if program::open_standard_streams().is_err() {
        return 1;
    }
    let mut words = args
        .args()
        .skip(1)
        .map(|arg| arg.to_str().unwrap_or_default());
    let (Some(addr), Some(time), None) = (words.next(), words.next(), words.next()) else {
        return usage();
    };
    let (Ok(addr), Ok(time)) = (addr.parse(), time.parse()) else {
        return usage();
    };
    // One deadline over all that the connect takes.
    match TcpStream::connect(&addr, Deadline::after(Duration::from_millis(time))) {
        Ok(_stream) => say(Stdio::Stdout, format_args!("{addr}: connected\n"), 0),
        Err(Error::DEADLINE) => say(
            Stdio::Stderr,
            format_args!("{addr}: no answer within {time} ms\n"),
            1,
        ),
        Err(error) => say(Stdio::Stderr, format_args!("{addr}: {error}\n"), 1),
    }
}

fn usage() -> i32 {
    say(
        Stdio::Stderr,
        format_args!("usage: connect-with-deadline ADDRESS:PORT MILLISECONDS\n"),
        2,
    )
}

/// Prints, and returns the exit status, which is another where nobody reads.
fn say(mut to: Stdio, what: core::fmt::Arguments<'_>, status: i32) -> i32 {
    to.write_fmt(what).map_or(1, |()| status)
}
