//! Connecting to one of several addresses on the loopback interface of this kernel, beside std.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use sock::net::{TcpListener, TcpStream};
use sock::{Deadline, TcpSocket};

/// How much longer than it should something may take: machines are busy.
const PATIENCE: Duration = Duration::from_secs(20);

/// RFC 8305 section 8.
const DELAY: Duration = Duration::from_millis(250);

/// A socket that is bound, so that nobody else gets the port, and does not listen.
struct Refusing {
    addr: SocketAddr,
    _socket: TcpSocket,
}

impl Refusing {
    fn new() -> Self {
        let socket = TcpSocket::v4().unwrap();
        socket.bind(&"127.0.0.1:0".parse().unwrap()).unwrap();
        Refusing {
            addr: socket.local_addr().unwrap().into(),
            _socket: socket,
        }
    }
}

/// A listener whose backlog is full: it answers no connect.
struct BlackHole {
    addr: SocketAddr,
    _listener: sock::TcpListener,
    _backlog: Vec<sock::TcpStream>,
}

impl BlackHole {
    fn new() -> Self {
        let socket = TcpSocket::v4().unwrap();
        socket.bind(&"127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = socket.listen(0).unwrap();
        let addr = listener.local_addr().unwrap();
        let soon = Deadline::after(Duration::from_millis(100));
        let mut backlog = Vec::new();
        while let Ok(stream) = sock::TcpStream::connect(&addr, soon) {
            backlog.push(stream);
        }
        BlackHole {
            addr: addr.into(),
            _listener: listener,
            _backlog: backlog,
        }
    }
}

/// What `run` returns, if it took at least so long.
fn at_least<T>(least: Duration, run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let out = run();
    let took = start.elapsed();
    assert!(took >= least && took < least + PATIENCE, "{took:?}");
    out
}

#[test]
fn the_first_that_answers_is_connected() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let there = listener.local_addr().unwrap();
    let refusing = Refusing::new();
    for list in [
        &[there][..],
        &[refusing.addr, there],
        &[there, refusing.addr],
    ] {
        let mut ours = TcpStream::connect(list).unwrap();
        let theirs = std::net::TcpStream::connect(list).unwrap();
        assert_eq!(ours.peer_addr().unwrap(), theirs.peer_addr().unwrap());
        let (mut server, from) = listener.accept().unwrap();
        assert_eq!(from, ours.local_addr().unwrap());
        listener.accept().unwrap();
        ours.write_all(b"hello").unwrap();
        let mut buffer = [0; 5];
        server.read_exact(&mut buffer).unwrap();
        assert_eq!(&buffer, b"hello");
    }
}

#[test]
fn a_name_is_resolved() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let there = listener.local_addr().unwrap();
    let stream = TcpStream::connect(("localhost", there.port())).unwrap();
    assert_eq!(stream.peer_addr().unwrap(), there);
}

#[test]
fn an_address_without_an_answer_costs_the_delay_and_no_more() {
    let hole = BlackHole::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let there = listener.local_addr().unwrap();
    let list = [hole.addr, there];
    let stream = at_least(DELAY, || TcpStream::connect(&list[..])).unwrap();
    assert_eq!(stream.peer_addr().unwrap(), there);
    // A kernel tries to connect for two minutes; the deadline shows that nobody waits for that.
    let deadline = Instant::now() + PATIENCE;
    let refusing = Refusing::new();
    let list = [refusing.addr, hole.addr, refusing.addr, there];
    let stream = at_least(DELAY, || TcpStream::connect_deadline(&list[..], deadline)).unwrap();
    assert_eq!(stream.peer_addr().unwrap(), there);
}

#[test]
fn one_deadline_holds_for_all() {
    let holes = [BlackHole::new(), BlackHole::new()];
    let refusing = Refusing::new();
    let list = [holes[0].addr, refusing.addr, holes[1].addr];
    for limit in [Duration::from_millis(100), Duration::from_millis(700)] {
        let deadline = Instant::now() + limit;
        let error = at_least(limit, || TcpStream::connect_deadline(&list[..], deadline));
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        // The kernel's own ETIMEDOUT has a number.
        assert_eq!(error.raw_os_error(), None);
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
        assert_eq!(inner, Some(&sock::Error::DEADLINE));
    }
}

#[test]
fn a_time_out_is_that_of_std() {
    let hole = BlackHole::new();
    let limit = Duration::from_millis(100);
    let ours = at_least(limit, || TcpStream::connect_timeout(&hole.addr, limit));
    let theirs = std::net::TcpStream::connect_timeout(&hole.addr, limit);
    assert_eq!(ours.unwrap_err().kind(), theirs.unwrap_err().kind());
    let ours = TcpStream::connect_timeout(&hole.addr, Duration::ZERO).unwrap_err();
    let theirs = std::net::TcpStream::connect_timeout(&hole.addr, Duration::ZERO).unwrap_err();
    assert_eq!(ours.kind(), theirs.kind());
    assert_eq!(ours.to_string(), theirs.to_string());
}

#[test]
fn failures_are_those_of_std() {
    let unresolvable = "an address without a port";
    let outcomes = |list: &[SocketAddr]| {
        let ours = TcpStream::connect(list).unwrap_err();
        let theirs = std::net::TcpStream::connect(list).unwrap_err();
        [ours, theirs].map(|error| (error.kind(), error.raw_os_error(), error.to_string()))
    };
    let refusing = Refusing::new();
    for list in [&[][..], &[refusing.addr], &[refusing.addr; 2]] {
        let [ours, theirs] = outcomes(list);
        assert_eq!(ours, theirs);
    }
    let ours = TcpStream::connect(unresolvable).unwrap_err();
    let theirs = std::net::TcpStream::connect(unresolvable).unwrap_err();
    assert_eq!(ours.kind(), theirs.kind());
}
