//! No operation allocates: a counting allocator sees no call of the thread in which connected sockets
//! work. (The test harness has threads of its own.)

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::io::{IoSlice, IoSliceMut, Read, Write};
use std::time::{Duration, Instant};

use sock::net::{TcpListener, TcpStream, UdpSocket, UnixDatagram};

struct Counting;

thread_local! {
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
fn connected_sockets_do_not_allocate() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (mut server, _) = listener.accept().unwrap();
    let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
    let addr = udp.local_addr().unwrap();
    let (a, b) = UnixDatagram::pair().unwrap();
    let time_out = Some(Duration::from_millis(2));
    let mut room = [0; 64];

    let before = ALLOCATIONS.get();
    assert_ne!(before, 0);
    for shared in [false, true] {
        for _ in 0..50 {
            client.write_all(b"request").unwrap();
            server.read_exact(&mut room[..7]).unwrap();
            let parts = [IoSlice::new(b"an"), IoSlice::new(b"swer")];
            assert_eq!(server.write_vectored(&parts).unwrap(), 6);
            let (left, right) = room.split_at_mut(3);
            let mut parts = [IoSliceMut::new(left), IoSliceMut::new(right)];
            assert_eq!(client.read_vectored(&mut parts).unwrap(), 6);
            udp.send_to(b"x", addr).unwrap();
            udp.recv_from(&mut room).unwrap();
            a.send(b"x").unwrap();
            b.recv(&mut room).unwrap();
        }
        client.set_read_timeout(time_out).unwrap();
        client.read(&mut room).unwrap_err();
        (&client).read(&mut room).unwrap_err();
        client.set_read_timeout(None).unwrap();
        client.set_read_deadline(Some(Instant::now() + Duration::from_secs(9)));
        client.set_nonblocking(shared).unwrap();
        if !shared {
            std::os::fd::AsRawFd::as_raw_fd(&client);
        }
    }
    assert_eq!(ALLOCATIONS.get(), before);
}
