//! `udp-echo ADDRESS:PORT`: sends each datagram back to where it came from, empty ones too.

#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use core::{mem::MaybeUninit, time::Duration};

use sock::{Deadline, UdpSocket, program};

sock_start::entry!(main);

fn main(args: sock_start::Args) -> i32 {
    let addr = args.args().nth(1).and_then(|arg| arg.to_str().ok());
    let Some(Ok(addr)) = addr.map(str::parse) else {
        return 2;
    };
    let Ok(socket) = UdpSocket::bind(&addr) else {
        return 1;
    };
    // As long as a datagram can be: nothing is cut.
    let mut room = [MaybeUninit::uninit(); 65_535];
    loop {
        match socket.recv_from_by(&mut room, Deadline::NEVER) {
            // What cannot be sent at once is dropped, as on any network.
            Ok(received) => drop(socket.send_to(received.bytes, &received.from)),
            // Out of memory, most likely: it may pass.
            Err(_) => program::sleep(Duration::from_millis(100)),
        }
    }
}
