//! Deadlines and time-outs, and what ends a wait from another thread.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use sock::net::{TcpListener, TcpStream, UdpSocket, UnixDatagram, UnixStream};

/// Long enough that nothing that is not waited for happens to end in it.
const WHILE: Duration = Duration::from_millis(40);
/// Ample for anything that happens at once.
const AMPLE: Duration = Duration::from_secs(20);

fn tcp() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    (client, listener.accept().unwrap().0)
}

/// The error of a deadline that has passed, not before it.
fn passed<T: std::fmt::Debug>(deadline: Instant, result: io::Result<T>) {
    let now = Instant::now();
    let error = result.unwrap_err();
    assert_eq!(
        (error.kind(), error.raw_os_error()),
        (ErrorKind::TimedOut, None)
    );
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    assert_eq!(inner, Some(&sock::Error::DEADLINE));
    assert!(now >= deadline, "{:?} early", deadline - now);
    assert!(now < deadline + AMPLE);
}

/// The error of a time-out that has passed, not before it: std's.
fn timed_out<T: std::fmt::Debug>(since: Instant, time_out: Duration, result: io::Result<T>) {
    let now = Instant::now();
    let error = result.unwrap_err();
    assert_eq!(
        (error.kind(), error.raw_os_error()),
        (ErrorKind::WouldBlock, Some(11))
    );
    assert!(now >= since + time_out);
    assert!(now < since + time_out + AMPLE);
}

/// The first write that fails, and when it began.
fn until_full(mut write: impl FnMut() -> io::Result<usize>) -> (Instant, io::Result<usize>) {
    loop {
        let since = Instant::now();
        let written = write();
        if written.is_err() {
            return (since, written);
        }
    }
}

#[test]
fn a_deadline_holds_for_all_reads_until_it_is_taken_away() {
    let (mut client, mut server) = tcp();
    let deadline = Instant::now() + WHILE;
    client.set_read_deadline(Some(deadline));
    server.write_all(b"before").unwrap();
    client.read_exact(&mut [0; 6]).unwrap();
    passed(deadline, client.read(&mut [0; 4]));
    passed(deadline, client.peek(&mut [0; 4]));
    passed(deadline, (&client).read(&mut [0; 4]));
    // What is there is received all the same.
    server.write_all(b"after").unwrap();
    server.shutdown(Shutdown::Write).unwrap();
    thread::sleep(Duration::from_millis(1));
    client.set_read_deadline(None);
    let mut text = String::new();
    client.read_to_string(&mut text).unwrap();
    assert_eq!(text, "after");
}

#[test]
fn deadlines_near_and_far_are_kept() {
    let (mut client, _server) = tcp();
    // Below and above what is left to the kernel's coarse timer.
    for wait in [1, 20, 100, 250] {
        let deadline = Instant::now() + Duration::from_millis(wait);
        client.set_read_deadline(Some(deadline));
        passed(deadline, client.read(&mut [0; 4]));
    }
    let past = Instant::now();
    client.set_read_deadline(Some(past));
    passed(past, client.read(&mut [0; 4]));
}

#[test]
fn of_a_deadline_and_a_time_out_the_first_to_end_decides() {
    let (mut client, _server) = tcp();
    let deadline = Instant::now() + WHILE;
    client.set_read_deadline(Some(deadline));
    client.set_read_timeout(Some(AMPLE)).unwrap();
    passed(deadline, client.read(&mut [0; 4]));
    client.set_read_deadline(Some(Instant::now() + AMPLE));
    client.set_read_timeout(Some(WHILE)).unwrap();
    timed_out(Instant::now(), WHILE, client.read(&mut [0; 4]));
    client.set_read_deadline(None);
    timed_out(Instant::now(), WHILE, client.read(&mut [0; 4]));
}

#[test]
fn writes_have_their_own() {
    let (mut client, server) = tcp();
    let deadline = Instant::now() + WHILE;
    client.set_write_deadline(Some(deadline));
    let megabytes = vec![0; 64 << 20];
    let part = client.write(&megabytes).unwrap();
    assert!(part < megabytes.len() && Instant::now() >= deadline);
    // The kernel may find more room as time goes by.
    passed(deadline, until_full(|| client.write(&megabytes)).1);
    let parts = [io::IoSlice::new(&megabytes)];
    passed(deadline, until_full(|| client.write_vectored(&parts)).1);
    passed(deadline, client.write_all(&megabytes));
    client.set_write_deadline(None);
    client.set_write_timeout(Some(WHILE)).unwrap();
    let (since, full) = until_full(|| client.write(&megabytes));
    timed_out(since, WHILE, full);
    // Reads know nothing of it.
    (&server).write_all(b"x").unwrap();
    assert_eq!(client.read(&mut [0; 4]).unwrap(), 1);
}

#[test]
fn the_time_out_of_a_write_is_for_all_of_it() {
    let (mut client, server) = tcp();
    client
        .set_write_timeout(Some(Duration::from_millis(300)))
        .unwrap();
    // A reader that goes on making room: each wait for it is short, and all of them long.
    let (stop, stopped) = mpsc::channel::<()>();
    let reader = thread::spawn(move || {
        let mut room = vec![0; 1 << 20];
        while stopped.recv_timeout(Duration::from_millis(20)).is_err() {
            if (&server).read(&mut room).unwrap() == 0 {
                break;
            }
        }
    });
    let begun = Instant::now();
    let part = client.write(&vec![0; 256 << 20]).unwrap();
    let took = begun.elapsed();
    assert!(part < 256 << 20);
    assert!(took >= Duration::from_millis(300), "{took:?}");
    assert!(took < AMPLE, "{took:?}");
    drop((client, stop));
    let _ = reader.join();
}

#[test]
fn accept_has_a_deadline() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let deadline = Instant::now() + WHILE;
    listener.set_accept_deadline(Some(deadline));
    passed(deadline, listener.accept());
    passed(deadline, listener.try_clone().unwrap().accept());
    let _client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    listener.accept().unwrap();
    listener.set_accept_deadline(None);
    listener.set_nonblocking(true).unwrap();
    assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[test]
fn datagrams_have_deadlines() {
    let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
    let deadline = Instant::now() + WHILE;
    udp.set_read_deadline(Some(deadline));
    passed(deadline, udp.recv(&mut [0; 4]));
    passed(deadline, udp.recv_from(&mut [0; 4]));
    passed(deadline, udp.peek(&mut [0; 4]));
    passed(deadline, udp.peek_from(&mut [0; 4]));
    let (a, _b) = UnixDatagram::pair().unwrap();
    let deadline = Instant::now() + WHILE;
    a.set_write_deadline(Some(deadline));
    let full = std::iter::repeat_with(|| a.send(b"x")).find(Result::is_err);
    passed(deadline, full.unwrap());
}

#[test]
fn a_connect_has_a_deadline_for_all_addresses() {
    // A listener whose backlog is full: the SYN of another connect is dropped.
    let socket = sock::TcpSocket::v4().unwrap();
    socket.bind(&"127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(0).unwrap();
    let addr = std::net::SocketAddr::from(listener.local_addr().unwrap());
    let _first = TcpStream::connect(addr).unwrap();
    let deadline = Instant::now() + WHILE;
    let addrs = [addr, addr];
    passed(deadline, TcpStream::connect_deadline(&addrs[..], deadline));
    let begun = Instant::now();
    let error = TcpStream::connect_timeout(&addr, WHILE).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert!(begun.elapsed() >= WHILE);
}

/// A thread that says that it is about to do `work`, and what came of it.
fn beside<T: Send>(work: impl FnOnce() -> T + Send, meanwhile: impl FnOnce()) -> T {
    thread::scope(|scope| {
        let (tell, told) = mpsc::channel();
        let thread = scope.spawn(move || {
            tell.send(()).unwrap();
            work()
        });
        told.recv().unwrap();
        // The wait has most probably begun; should it not have, what it meets is the same.
        thread::sleep(WHILE);
        meanwhile();
        thread.join().unwrap()
    })
}

#[test]
fn shutdown_ends_a_read_that_waits() {
    for shared in [false, true] {
        for how in [Shutdown::Read, Shutdown::Both] {
            let (client, _server) = tcp();
            let _clone = shared.then(|| client.try_clone().unwrap());
            let read = || (&client).read(&mut [0; 4]);
            let ended = beside(read, || client.shutdown(how).unwrap());
            assert_eq!(ended.unwrap(), 0);
            let (a, _b) = UnixStream::pair().unwrap();
            let read = || (&a).read(&mut [0; 4]);
            assert_eq!(beside(read, || a.shutdown(how).unwrap()).unwrap(), 0);
        }
    }
}

#[test]
fn shutdown_ends_a_write_that_waits() {
    let (client, _server) = tcp();
    let write = || (&client).write_all(&vec![0; 64 << 20]);
    let ended = beside(write, || client.shutdown(Shutdown::Both).unwrap());
    assert_eq!(ended.unwrap_err().kind(), ErrorKind::BrokenPipe);
}

/// The kernel ends no poll for room of a Unix socket whose sending direction alone is shut down.
#[test]
fn shutdown_ends_a_write_that_waits_on_a_unix_socket() {
    for how in [Shutdown::Write, Shutdown::Both] {
        for shared in [false, true] {
            let (stream, _peer) = UnixStream::pair().unwrap();
            let clone = shared.then(|| stream.try_clone().unwrap());
            let write = || (&stream).write_all(&vec![0; 64 << 20]);
            let other = clone.as_ref().unwrap_or(&stream);
            let ended = beside(write, || other.shutdown(how).unwrap());
            assert_eq!(ended.unwrap_err().kind(), ErrorKind::BrokenPipe);
            let again = (&stream).write(b"x");
            assert_eq!(again.unwrap_err().kind(), ErrorKind::BrokenPipe);
        }
        let (socket, _peer) = UnixDatagram::pair().unwrap();
        let send = || loop {
            if let Err(error) = socket.send(&[0; 4096]) {
                break error;
            }
        };
        let ended = beside(send, || socket.shutdown(how).unwrap());
        assert_eq!(ended.kind(), ErrorKind::BrokenPipe);
    }
}

#[test]
fn shutdown_ends_a_wait_for_a_datagram() {
    let (a, _b) = UnixDatagram::pair().unwrap();
    let recv = || a.recv(&mut [0; 4]);
    assert_eq!(
        beside(recv, || a.shutdown(Shutdown::Read).unwrap()).unwrap(),
        0
    );
}

#[test]
fn what_another_thread_sets_holds_from_the_next_wait_on() {
    let (client, server) = tcp();
    let deadline = Instant::now() + 2 * WHILE;
    let reads = || {
        let first = (&client).read(&mut [0; 4]);
        (first, (&client).read(&mut [0; 4]))
    };
    let (first, second) = beside(reads, || {
        client.set_read_deadline(Some(deadline));
        // The read that waits already has no end: it gets what comes, however late.
        thread::sleep(2 * WHILE);
        (&server).write_all(b"late").unwrap();
    });
    assert_eq!(first.unwrap(), 4);
    passed(deadline, second);
    client.set_read_deadline(None);
    let reads = || {
        let first = (&client).read(&mut [0; 4]);
        (first, (&client).read(&mut [0; 4]))
    };
    let (first, second) = beside(reads, || {
        client.set_nonblocking(true).unwrap();
        (&server).write_all(b"more").unwrap();
    });
    assert_eq!(first.unwrap(), 4);
    assert_eq!(second.unwrap_err().kind(), ErrorKind::WouldBlock);
}
