//! What once went wrong on Linux, and cannot be told over every kernel.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sock_core::{
    Backend, Counted, Deadline, Error, PollEvents, RecvFlags, ScopedAddr, SendFlags, TcpListener,
    TcpStream, UdpSocket,
};
use sock_linux::Linux;

const SOON: Deadline = Deadline::after(Duration::from_secs(10));

fn tcp_pair() -> (TcpStream<Linux>, TcpStream<Linux>) {
    let listener = TcpListener::<Linux>::bind(&"127.0.0.1:0".parse().unwrap()).unwrap();
    let client = TcpStream::connect(&listener.local_addr().unwrap(), SOON).unwrap();
    let (server, _) = listener.accept_by(SOON).unwrap();
    (client, server)
}

/// A TCP socket throws away what a receive with MSG_TRUNC says that it has received, tcp(7). The
/// memory then held nothing, and safe code had it as bytes.
#[test]
fn a_receive_into_uninitialised_memory_has_written_what_it_says() {
    let (client, server) = tcp_pair();
    client.send_all(b"hello", SOON).unwrap();
    server.wait(PollEvents::IN, SOON).unwrap();
    let mut room = [MaybeUninit::new(0xaa); 16];
    let flags = RecvFlags::DONTWAIT;
    let (bytes, report) = Linux
        .recv_from_uninit(server.as_fd(), &mut room, flags, &mut [])
        .unwrap();
    assert_eq!(bytes, b"hello");
    assert_eq!((report.len, report.truncated), (5, false));
}

/// A bit without a name may be one that changes what a call does to memory: MSG_TRUNC (0x20),
/// MSG_ZEROCOPY (0x4000000).
#[test]
fn flags_without_a_name_are_refused() {
    let (client, server) = tcp_pair();
    let flags = SendFlags::from_bits_retain(0x400_0000);
    assert_eq!(client.send_with(b"x", flags), Err(Error::NOT_SUPPORTED));
    client.send_all(b"hello", SOON).unwrap();
    server.wait(PollEvents::IN, SOON).unwrap();
    let flags = RecvFlags::from_bits_retain(0x20);
    assert_eq!(
        server.recv_with(&mut [0; 8], flags),
        Err(Error::NOT_SUPPORTED)
    );
    let mut room = [MaybeUninit::uninit(); 8];
    assert_eq!(
        server.recv_with(&mut room, flags),
        Err(Error::NOT_SUPPORTED)
    );
    assert_eq!(server.recv(&mut [0; 8]), Ok(5));
}

/// With an error queue that nobody reads, poll says at once that there is an error, for ever.
#[test]
fn a_wait_over_an_error_queue_ends() {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let nobody = UdpSocket::<Linux>::bind(&"127.0.0.1:0".parse().unwrap()).unwrap();
    let addr = nobody.local_addr().unwrap();
    drop(nobody);
    let socket = UdpSocket::<Linux>::bind(&"127.0.0.1:0".parse().unwrap()).unwrap();
    let on = 1i32.to_ne_bytes();
    // SAFETY: the value of IP_RECVERR is an `int`, ip(7).
    unsafe { Linux.setsockopt_raw(socket.as_fd(), libc::IPPROTO_IP, libc::IP_RECVERR, &on) }
        .unwrap();
    socket.send_to(b"x", &addr).unwrap();
    socket.wait(PollEvents::IN, SOON).unwrap();
    // The error of the socket itself, which comes with the first that is queued.
    socket.take_error().unwrap();
    let socket = UdpSocket::from_fd(Counted::new(Linux, &CALLS), socket.into_fd()).unwrap();
    CALLS.store(0, Ordering::Relaxed);
    let received = socket.recv_from_by(&mut [0; 8], Deadline::after(Duration::from_secs(5)));
    assert_eq!(received.unwrap_err(), Error::ERROR_QUEUE);
    assert!(CALLS.load(Ordering::Relaxed) <= 6);
}

/// The kernel looks the name of an interface up without what follows a colon.
#[test]
fn the_name_of_an_interface_is_taken_whole() {
    let resolve = |text| ScopedAddr::parse(text).unwrap().resolve(&Linux);
    assert_eq!(
        resolve("[fe80::1%lo]:80")
            .unwrap()
            .as_v6()
            .unwrap()
            .scope_id(),
        1
    );
    for text in [
        "[fe80::1%lo:junk]:80",
        "[fe80::1%lo:]:80",
        "[fe80::1%../lo]:80",
        "[fe80::1%lo\0]:1",
    ] {
        assert_eq!(resolve(text), Err(Error::UNKNOWN_ZONE), "{text}");
    }
}
