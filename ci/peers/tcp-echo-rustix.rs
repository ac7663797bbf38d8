//! `tcp-echo-rustix ADDRESS:PORT`: what `examples/tcp-echo.rs` does, over rustix and calls that block.

#![no_std]
#![no_main]
#![forbid(unsafe_code)]

mod parse;

use core::mem::MaybeUninit;
use core::net::{Ipv4Addr, SocketAddrV4};

use rustix::fd::OwnedFd;
use rustix::io::{Errno, Result, retry_on_intr};
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, accept_with, bind, ipproto,
    listen, recv, send, socket_with, sockopt,
};
use rustix::thread::{Timespec, nanosleep};

sock_start::entry!(main);

fn main(args: sock_start::Args) -> i32 {
    let addr = args.args().nth(1);
    let Some((octets, port)) = addr.and_then(|addr| parse::parse(addr.to_bytes())) else {
        return 2;
    };
    let Ok(listener) = listener(&SocketAddrV4::new(Ipv4Addr::from_octets(octets), port)) else {
        return 1;
    };
    loop {
        match retry_on_intr(|| accept_with(&listener, SocketFlags::CLOEXEC)) {
            Ok(stream) => echo(&stream),
            Err(_) => {
                let _ = nanosleep(&Timespec {
                    tv_sec: 0,
                    tv_nsec: 100_000_000,
                });
            }
        }
    }
}

fn listener(addr: &SocketAddrV4) -> Result<OwnedFd> {
    let fd = socket_with(
        AddressFamily::INET,
        SocketType::STREAM,
        SocketFlags::CLOEXEC,
        Some(ipproto::TCP),
    )?;
    sockopt::set_socket_reuseaddr(&fd, true)?;
    bind(&fd, addr)?;
    listen(&fd, 4096)?;
    Ok(fd)
}

/// Sends back what comes, until the peer has sent all or is gone.
fn echo(stream: &OwnedFd) {
    let mut room = [MaybeUninit::uninit(); 4096];
    loop {
        let mut rest: &[u8] = match recv(stream, &mut room, RecvFlags::empty()) {
            Ok(((bytes @ [_, ..], _), _)) => bytes,
            Err(Errno::INTR) => continue,
            _ => return,
        };
        while !rest.is_empty() {
            match retry_on_intr(|| send(stream, rest, SendFlags::NOSIGNAL)) {
                Ok(n) => rest = rest.get(n..).unwrap_or_default(),
                Err(_) => return,
            }
        }
    }
}
