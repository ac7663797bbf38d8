//! `hello serve ADDRESS:PORT` sends a line to whoever connects; `hello ask ADDRESS:PORT` prints it.

#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use core::fmt::{Arguments, Write};
use core::time::Duration;

use sock::program::{self, Stdio};
use sock::{Deadline, Result, SocketAddr, TcpListener, TcpStream};

sock_start::entry!(main);

const PATIENCE: Duration = Duration::from_secs(5); // with a peer

/// What it returns becomes the exit status.
fn main(args: sock_start::Args) -> i32 {
    let mut words = args.args().skip(1).map_while(|word| word.to_str().ok());
    let (verb, addr, more) = (words.next(), words.next(), words.next());
    let outcome = match (verb, addr.map(str::parse), more) {
        (Some("serve"), Some(Ok(addr)), None) => serve(&addr),
        (Some("ask"), Some(Ok(addr)), None) => ask(&addr),
        _ => return fail(2, format_args!("usage: hello serve|ask ADDRESS:PORT\n")),
    };
    match outcome {
        Ok(()) => 0,
        Err(error) => fail(1, format_args!("hello: {error}\n")),
    }
}

/// Says why, where somebody reads it.
fn fail(status: i32, why: Arguments<'_>) -> i32 {
    let _ = Stdio::Stderr.write_fmt(why);
    status
}

fn serve(addr: &SocketAddr) -> Result<()> {
    let listener = TcpListener::bind(addr)?;
    let addr = listener.local_addr()?; // the kernel chose the port if it was 0
    let _ = writeln!(Stdio::Stdout, "listening {addr}");
    loop {
        match listener.accept_by(Deadline::NEVER) {
            Ok((stream, _peer)) => drop(stream.send_all(b"hello\n", Deadline::after(PATIENCE))),
            // Out of descriptors or memory, most likely: it may pass.
            Err(_) => program::sleep(Duration::from_millis(100)),
        }
    }
}

fn ask(addr: &SocketAddr) -> Result<()> {
    let deadline = Deadline::after(PATIENCE);
    let stream = TcpStream::connect(addr, deadline)?;
    let mut room = [0; 64];
    while let n @ 1.. = stream.recv_by(&mut room, deadline)? {
        Stdio::Stdout.write_all(room.get(..n).unwrap_or_default())?;
    }
    Ok(())
}
