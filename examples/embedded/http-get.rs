//! `http-get ADDRESS:PORT PATH`: prints what an HTTP server answers.

#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use core::fmt::Write;

use sock::embedded::Stack;
use sock::program::{self, Stdio};
use sock_embedded_examples::http;

sock_start::entry!(main);

fn main(args: sock_start::Args) -> i32 {
    // Standard output may be closed; no socket may get its number.
    if program::open_standard_streams().is_err() {
        return 1;
    }
    let mut words = args
        .args()
        .skip(1)
        .map(|word| word.to_str().unwrap_or_default());
    let (Some(Ok(server)), Some(path)) = (words.next().map(str::parse), words.next()) else {
        let _ = writeln!(Stdio::Stderr, "usage: http-get ADDRESS:PORT PATH");
        return 2;
    };
    let mut written = Ok(());
    let got = http::get(&mut Stack::default(), server, path, |piece| {
        written = written.and_then(|()| Stdio::Stdout.write_all(piece));
    });
    match (got, written) {
        (Ok(()), Ok(())) => 0,
        (Err(error), _) => {
            let _ = writeln!(Stdio::Stderr, "{server}: {error}");
            1
        }
        (_, Err(_)) => 1,
    }
}
