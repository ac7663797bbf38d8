//! Receives into `heapless::Vec`.

use core::sync::atomic::Ordering;

use heapless::Vec;
use sock_core::{Backend, Blocking, Counted, Deadline, Error, UdpSocket, UnixStream};

use crate::support::{SHORT, SOON, counter, loopback4};

pub(crate) fn a_receive_appends<B: Backend>(backend: B) {
    let (a, b) = UnixStream::pair_in(backend).unwrap();
    let mut vec: Vec<u8, 16> = Vec::from_slice(b">> ").unwrap();
    a.send(b"hello").unwrap();
    assert_eq!(b.recv(&mut vec), Ok(5));
    assert_eq!(vec, b">> hello");
    a.send(b" and more than fits").unwrap();
    assert_eq!(b.recv_by(&mut vec, Deadline::NEVER), Ok(8));
    assert_eq!(vec, b">> hello and mor");
    vec.clear();
    assert_eq!(b.recv(&mut vec), Ok(11));
    assert_eq!(vec, b"e than fits");
    drop(a);
    assert_eq!(b.recv(&mut vec), Ok(0));
    assert_eq!(vec, b"e than fits");
}

pub(crate) fn a_failed_receive_leaves_the_vector<B: Backend>(backend: B) {
    let (_a, b) = UnixStream::pair_in(backend).unwrap();
    let mut vec: Vec<u8, 16> = Vec::from_slice(b"held").unwrap();
    assert_eq!(b.recv(&mut vec), Err(Error::WOULD_BLOCK));
    let late = b.recv_by(&mut vec, Deadline::after(SHORT));
    assert_eq!(late, Err(Error::DEADLINE));
    assert_eq!(vec, b"held");
}

pub(crate) fn a_full_vector_makes_no_call<B: Backend>(backend: B) {
    let calls = counter();
    let (a, b) = UnixStream::pair_in(Counted::new(backend, calls)).unwrap();
    a.send(b"x").unwrap();
    let mut vec: Vec<u8, 4> = Vec::from_slice(b"full").unwrap();
    calls.store(0, Ordering::Relaxed);
    assert_eq!(b.recv(&mut vec), Ok(0));
    assert_eq!(calls.load(Ordering::Relaxed), 0);
}

pub(crate) fn a_datagram_tells_that_it_was_cut<B: Backend>(backend: B) {
    let server = UdpSocket::bind_in(backend.clone(), &loopback4(0).into()).unwrap();
    let client = UdpSocket::bind_in(backend, &loopback4(0).into()).unwrap();
    let addr = server.local_addr().unwrap();
    client.send_to(b"too long", &addr).unwrap();
    let mut vec: Vec<u8, 8> = Vec::from_slice(b"1234").unwrap();
    let cut = server.recv_from_by(&mut vec, SOON).unwrap();
    assert!(cut.truncated && cut.bytes == 4);
    assert_eq!(cut.from, client.local_addr().unwrap());
    assert_eq!(vec, b"1234too ");
    vec.clear();
    client.send_to(b"short", &addr).unwrap();
    let whole = server.recv_from_by(&mut vec, SOON).unwrap();
    assert!(!whole.truncated);
    assert_eq!(vec, b"short");
}

pub(crate) fn a_blocking_receive_appends<B: Backend>(backend: B) {
    let (a, b) = UnixStream::pair_in(backend).unwrap();
    let mut b = Blocking::new(b);
    b.set_read_deadline(Deadline::after(SHORT));
    let mut vec: Vec<u8, 16> = Vec::new();
    assert_eq!(b.recv(&mut vec), Err(Error::DEADLINE));
    assert!(vec.is_empty());
    a.send(b"hello").unwrap();
    assert_eq!(b.recv(&mut vec), Ok(5));
    assert_eq!(vec, b"hello");
}
