//! Where a receive waits: inside recv(2) only for the sole user of a socket that was born here, else in
//! ppoll(2). The kernel is asked in which call the thread sleeps (proc_pid_syscall(5)).

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::io::{self, Read, Write};
use std::os::fd::{AsFd, AsRawFd, FromRawFd, IntoRawFd, OwnedFd};
use std::sync::mpsc;
use std::thread::{self, Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

use sock::net::{TcpListener, TcpStream, UnixListener, UnixStream};

#[derive(Debug, PartialEq, Eq)]
enum Call {
    Recv,
    Poll,
}
use Call::{Poll, Recv};

/// In which call this thread sleeps, once it does.
fn asleep(thread: &str) -> Call {
    let end = Instant::now() + Duration::from_secs(20);
    while Instant::now() < end {
        let line = std::fs::read_to_string(format!("/proc/{thread}/syscall")).unwrap();
        let number = line.split(' ').next().and_then(|word| word.parse().ok());
        match number {
            Some(libc::SYS_recvfrom) => return Recv,
            Some(libc::SYS_ppoll) => return Poll,
            _ => thread::sleep(Duration::from_millis(1)),
        }
    }
    panic!("the receiver does not sleep");
}

/// A thread that reads one byte, and in which call it waits for it.
fn read<'s, 'e>(
    scope: &'s Scope<'s, 'e>,
    mut reader: impl Read + Send + 's,
) -> (Call, ScopedJoinHandle<'s, io::Result<()>>) {
    let (tell, told) = mpsc::channel();
    let receiver = scope.spawn(move || {
        let thread = std::fs::read_link("/proc/thread-self").unwrap();
        tell.send(thread.to_str().unwrap().to_owned()).unwrap();
        reader.read_exact(&mut [0; 1])
    });
    (asleep(&told.recv().unwrap()), receiver)
}

/// In which call a read of one byte waits, which is then sent through `writer`.
fn waits(reader: impl Read + Send, mut writer: impl Write) -> Call {
    thread::scope(|scope| {
        let (call, receiver) = read(scope, reader);
        writer.write_all(b"x").unwrap();
        receiver.join().unwrap().unwrap();
        call
    })
}

fn tcp() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    (client, listener.accept().unwrap().0)
}

#[test]
fn a_sole_user_waits_inside_the_receive() {
    let (mut client, mut server) = tcp();
    for _ in 0..40 {
        assert_eq!(waits(&client, &server), Recv);
        assert_eq!(waits(&server, &client), Recv);
    }
    assert_eq!(waits(&mut client, &server), Recv);
    assert_eq!(waits(&mut server, &client), Recv);
    let (mut a, b) = UnixStream::pair().unwrap();
    assert_eq!(waits(&a, &b), Recv);
    assert_eq!(waits(&mut a, &b), Recv);
    let folder = std::env::temp_dir().join(format!("sock-fast-{}", std::process::id()));
    let listener = UnixListener::bind(&folder).unwrap();
    let client = UnixStream::connect(&folder).unwrap();
    std::fs::remove_file(&folder).unwrap();
    let server = listener.accept().unwrap().0;
    assert_eq!(waits(&client, &server), Recv);
    assert_eq!(waits(&server, &client), Recv);
}

#[test]
fn under_a_time_out_that_is_far_it_does_so_too() {
    let (client, server) = tcp();
    client
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    server.set_read_deadline(Some(Instant::now() + Duration::from_secs(60)));
    assert_eq!(waits(&client, &server), Recv);
    assert_eq!(waits(&server, &client), Recv);
}

#[test]
fn who_writes_at_the_same_time_is_no_second_receiver() {
    let (client, server) = tcp();
    (&client).write_all(b"x").unwrap();
    assert_eq!(waits(&client, &server), Recv);
    client.set_nodelay(true).unwrap();
    client.peer_addr().unwrap();
    assert_eq!(format!("{client:?}").len().min(1), 1);
    assert_eq!(waits(&client, &server), Recv);
}

#[test]
fn clones_wait_by_poll() {
    let (mut client, server) = tcp();
    assert_eq!(waits(&client, &server), Recv);
    let clone = client.try_clone().unwrap();
    assert_eq!(waits(&client, &server), Poll);
    assert_eq!(waits(&mut client, &server), Poll);
    assert_eq!(waits(&clone, &server), Poll);
    // Where else the open file is known cannot be told any more.
    drop(clone);
    assert_eq!(waits(&client, &server), Poll);
    assert_eq!(waits(&server, &client), Recv);
}

#[test]
fn a_stream_whose_descriptor_was_lent_waits_by_poll() {
    let (client, server) = tcp();
    client.as_raw_fd();
    server.as_fd();
    assert_eq!(waits(&client, &server), Poll);
    assert_eq!(waits(&server, &client), Poll);
}

#[test]
fn an_adopted_stream_waits_by_poll() {
    let (client, server) = tcp();
    let client = TcpStream::from(OwnedFd::from(client));
    assert_eq!(waits(&client, &server), Poll);
    let client = TcpStream::try_from(std::net::TcpStream::from(client)).unwrap();
    assert_eq!(waits(&client, &server), Poll);
    // SAFETY: the number was given up on the same line.
    let client = unsafe { TcpStream::from_raw_fd(client.into_raw_fd()) };
    assert_eq!(waits(&client, &server), Poll);
    let client = TcpStream::from(sock::TcpStream::from(client));
    assert_eq!(waits(&client, &server), Poll);
    assert_eq!(waits(&server, &client), Recv);
}

#[test]
fn a_second_receiver_waits_by_poll_and_the_first_goes_on() {
    let (client, server) = tcp();
    thread::scope(|scope| {
        let (first, one) = read(scope, &client);
        let (second, two) = read(scope, &client);
        (&server).write_all(b"xy").unwrap();
        one.join().unwrap().unwrap();
        two.join().unwrap().unwrap();
        assert_eq!((first, second), (Recv, Poll));
    });
    // Alone again.
    assert_eq!(waits(&client, &server), Recv);
}

#[test]
fn a_clone_that_comes_during_a_wait_holds_from_the_next_one() {
    let (client, server) = tcp();
    thread::scope(|scope| {
        let (first, one) = read(scope, &client);
        let clone = client.try_clone().unwrap();
        let (second, two) = read(scope, clone);
        (&server).write_all(b"xy").unwrap();
        one.join().unwrap().unwrap();
        two.join().unwrap().unwrap();
        assert_eq!((first, second), (Recv, Poll));
    });
    assert_eq!(waits(&client, &server), Poll);
}

#[test]
fn what_a_wait_has_set_is_undone_when_it_is_over() {
    for nonblocking in [false, true] {
        let (client, server) = tcp();
        let minute = Some(Duration::from_secs(60));
        client.set_read_timeout(minute).unwrap();
        thread::scope(|scope| {
            let (call, one) = read(scope, &client);
            assert_eq!(call, Recv);
            client.as_raw_fd();
            client.set_nonblocking(nonblocking).unwrap();
            (&server).write_all(b"x").unwrap();
            one.join().unwrap().unwrap();
        });
        let duplicate = client.as_fd().try_clone_to_owned().unwrap();
        let std = std::net::TcpStream::from(duplicate.try_clone().unwrap());
        assert_eq!(std.read_timeout().unwrap(), None);
        let fd = sock::OwnedFd::from(duplicate);
        assert_eq!(fd.is_nonblocking().unwrap(), nonblocking);
    }
}
