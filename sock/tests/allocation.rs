//! Nothing allocates: a counting allocator sees no call while sockets work.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Duration;

use sock::{Blocking, Deadline, PollEvents, SocketAddr, TcpListener, TcpStream, UdpSocket};
use sock::{UnixAddr, UnixDatagram, UnixListener, UnixSeqpacket, UnixStream, poll};

struct Counting;

thread_local! {
    /// Of this thread: the one that runs the tests allocates when it likes.
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller's contract is that of the system's allocator.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn sockets_do_not_allocate() {
    let soon = Deadline::after(Duration::from_secs(10));
    let before = ALLOCATIONS.get();

    let addr: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let listener = TcpListener::bind(&addr).unwrap();
    let client = TcpStream::connect(&listener.local_addr().unwrap(), soon).unwrap();
    let (server, _) = listener.accept_by(soon).unwrap();
    let mut room = [0; 64];
    for _ in 0..100 {
        client.send_all(b"request", soon).unwrap();
        server.recv_exact(&mut room[..7], soon).unwrap();
        server.send(b"answer").unwrap();
        client.recv_by(&mut room, soon).unwrap();
    }
    client
        .recv_by(&mut room, Deadline::after(Duration::from_millis(1)))
        .unwrap_err();
    let mut blocking = Blocking::new(client);
    server.send(b"x").unwrap();
    blocking.recv(&mut room).unwrap();

    let a = UdpSocket::bind(&addr).unwrap();
    let b = UdpSocket::bind(&addr).unwrap();
    for _ in 0..100 {
        a.send_to(b"datagram", &b.local_addr().unwrap()).unwrap();
        assert_eq!(b.recv_from_by(&mut room, soon).unwrap().bytes, 8);
    }

    let listener = UnixListener::bind(&UnixAddr::UNNAMED).unwrap();
    let a = UnixStream::connect(&listener.local_addr().unwrap(), soon).unwrap();
    let (b, _) = listener.accept_by(soon).unwrap();
    a.send(b"x").unwrap();
    assert_eq!(poll(&mut [b.poll_fd(PollEvents::IN)], soon), Ok(1));
    let datagram = UnixDatagram::bind(&UnixAddr::UNNAMED).unwrap();
    datagram
        .send_to_by(b"x", &datagram.local_addr().unwrap(), soon)
        .unwrap();
    assert_eq!(datagram.recv_from(&mut room).unwrap().bytes, 1);
    let (a, b) = UnixSeqpacket::pair().unwrap();
    a.send(b"x").unwrap();
    assert_eq!(b.recv(&mut room).unwrap().bytes, 1);

    assert_eq!(ALLOCATIONS.get(), before);
    // The allocator does count.
    drop(std::hint::black_box(Box::new(0)));
    assert_eq!(ALLOCATIONS.get(), before + 1);
}
