//! `tcp-echo ADDRESS:PORT` (IPv4): sends back what comes, one connection after the other.

#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use core::{mem::MaybeUninit, net::Ipv4Addr, time::Duration};

use sock::{Deadline, SocketAddr, TcpListener, TcpStream, program};

sock_start::entry!(main);

fn main(args: sock_start::Args) -> i32 {
    let addr = args.args().nth(1).and_then(|arg| parse(arg.to_bytes()));
    let Some(addr) = addr else { return 2 };
    let Ok(listener) = TcpListener::bind(&addr) else {
        return 1;
    };
    loop {
        match listener.accept_by(Deadline::NEVER) {
            Ok((stream, _peer)) => echo(&stream),
            // Out of descriptors or memory, most likely: it may pass.
            Err(_) => program::sleep(Duration::from_millis(100)),
        }
    }
}

/// Sends back what comes, until the peer has sent all or is gone.
fn echo(stream: &TcpStream) {
    let mut room = [MaybeUninit::uninit(); 4096];
    while let Ok(bytes @ [_, ..]) = stream.recv_by(&mut room, Deadline::NEVER) {
        if stream.send_all(bytes, Deadline::NEVER).is_err() {
            break;
        }
    }
}

/// `192.0.2.1:80`. (`str::parse` also knows IPv6, and is larger than this program.)
fn parse(text: &[u8]) -> Option<SocketAddr> {
    let (mut octets, mut separators, mut number) = ([0; 4], b"...:".iter(), None);
    for &byte in text {
        if let digit @ 0..10 = byte.wrapping_sub(b'0') {
            let tens = number.unwrap_or(0u16).checked_mul(10)?;
            number = Some(tens.checked_add(digit.into())?);
        } else if separators.next() == Some(&byte) {
            let [_, b, c, d] = octets;
            octets = [b, c, d, number.take()?.try_into().ok()?];
        } else {
            return None;
        }
    }
    let port = number.filter(|_| separators.len() == 0)?;
    Some(SocketAddr::new_v4(Ipv4Addr::from_octets(octets), port))
}
