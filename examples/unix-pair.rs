//! `unix-pair`: two streams connected to each other; what goes in at one comes out at the other.

#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use sock::program::{self, Stdio};
use sock::{Deadline, Shutdown, UnixStream};

sock_start::entry!(main);

fn main(_: sock_start::Args) -> i32 {
    // Standard output may be closed; no socket may get its number.
    match program::open_standard_streams().and_then(|()| greet()) {
        Ok(()) => 0,
        Err(_) => 1,
    }
}

fn greet() -> sock::Result<()> {
    let (here, there) = UnixStream::pair()?;
    here.send_all(b"hello from the other end\n", Deadline::NEVER)?;
    here.shutdown(Shutdown::Write)?;
    let mut room = [0; 64];
    loop {
        match there.recv_by(&mut room, Deadline::NEVER)? {
            0 => return Ok(()),
            n => Stdio::Stdout.write_all(room.get(..n).unwrap_or_default())?,
        }
    }
}
