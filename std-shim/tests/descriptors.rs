//! Descriptors from and to std, what they are set to, and both levels of the library in one program.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::io::{ErrorKind, Read, Write};
use std::os::fd::{AsFd, AsRawFd, FromRawFd, IntoRawFd, OwnedFd};
use std::time::{Duration, Instant};

use sock::net::unix::SocketAddr;
use sock::net::{TcpListener, TcpStream, UdpSocket, UnixDatagram, UnixListener, UnixStream};

const WHILE: Option<Duration> = Some(Duration::from_millis(40));
const SECOND: Option<Duration> = Some(Duration::from_secs(1));

fn tcp() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    (client, listener.accept().unwrap().0)
}

/// Whether the open file is non-blocking, asked through a duplicate.
fn is_nonblocking(socket: &impl AsFd) -> bool {
    let duplicate = socket.as_fd().try_clone_to_owned().unwrap();
    sock::OwnedFd::from(duplicate).is_nonblocking().unwrap()
}

#[test]
fn every_type_goes_to_std_and_back() {
    macro_rules! trip {
        ($ours:ty, $std:ty, $make:expr) => {{
            let socket: $ours = $make;
            let number = socket.as_raw_fd();
            let std = <$std>::from(socket);
            assert_eq!(std.as_raw_fd(), number);
            let socket = <$ours>::try_from(std).unwrap();
            let number = socket.as_fd().as_raw_fd();
            let socket = <$ours>::from(OwnedFd::from(socket));
            assert_eq!(socket.as_raw_fd(), number);
            let number = socket.into_raw_fd();
            // SAFETY: the number was given up on the line before.
            let socket = unsafe { <$ours>::from_raw_fd(number) };
            assert_eq!(socket.as_raw_fd(), number);
            socket
        }};
    }
    let listener = trip!(
        TcpListener,
        std::net::TcpListener,
        TcpListener::bind("[::1]:0").unwrap()
    );
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let mut client = trip!(TcpStream, std::net::TcpStream, client);
    let mut server = listener.accept().unwrap().0;
    client.write_all(b"x").unwrap();
    assert_eq!(server.read(&mut [0; 4]).unwrap(), 1);
    for addr in ["127.0.0.1:0", "[::1]:0"] {
        let udp = trip!(
            UdpSocket,
            std::net::UdpSocket,
            UdpSocket::bind(addr).unwrap()
        );
        let sent = udp.send_to(b"to itself", udp.local_addr().unwrap());
        assert_eq!(sent.unwrap(), 9);
        assert_eq!(udp.recv(&mut [0; 16]).unwrap(), 9);
    }
    let (mut a, b) = UnixStream::pair().unwrap();
    let mut b = trip!(UnixStream, std::os::unix::net::UnixStream, b);
    a.write_all(b"x").unwrap();
    assert_eq!(b.read(&mut [0; 4]).unwrap(), 1);
    let (a, b) = UnixDatagram::pair().unwrap();
    let b = trip!(UnixDatagram, std::os::unix::net::UnixDatagram, b);
    a.send(b"x").unwrap();
    assert_eq!(b.recv(&mut [0; 4]).unwrap(), 1);
    let nameless = SocketAddr::from_pathname("").unwrap();
    let listener = UnixListener::bind_addr(&nameless).unwrap();
    let listener = trip!(UnixListener, std::os::unix::net::UnixListener, listener);
    let client = UnixStream::connect_addr(&listener.local_addr().unwrap());
    assert!(listener.accept().unwrap().1.is_unnamed());
    drop(client);
}

#[test]
fn what_is_given_away_is_set_as_stds() {
    for nonblocking in [false, true] {
        let (mut client, mut server) = tcp();
        // A wait of its own has been set, and is undone.
        client.set_read_timeout(SECOND).unwrap();
        server.write_all(b"x").unwrap();
        client.read_exact(&mut [0; 1]).unwrap();
        client.set_read_timeout(WHILE).unwrap();
        client.read(&mut [0; 1]).unwrap_err();
        client.set_write_timeout(SECOND).unwrap();
        client.set_nonblocking(nonblocking).unwrap();
        let mut std = std::net::TcpStream::from(client);
        assert_eq!(is_nonblocking(&std), nonblocking);
        assert!(std.read_timeout().unwrap() >= WHILE);
        assert!(std.read_timeout().unwrap() < SECOND);
        assert_eq!(std.write_timeout().unwrap(), SECOND);
        assert_eq!(
            std.read(&mut [0; 1]).unwrap_err().kind(),
            ErrorKind::WouldBlock
        );
    }
    let listener = std::net::TcpListener::from(TcpListener::bind("127.0.0.1:0").unwrap());
    assert!(!is_nonblocking(&listener));
    let udp = std::net::UdpSocket::from(UdpSocket::bind("127.0.0.1:0").unwrap());
    assert!(!is_nonblocking(&udp));
    assert_eq!(udp.read_timeout().unwrap(), None);
}

#[test]
fn what_is_adopted_keeps_what_it_was_set_to() {
    let (a, b) = std::os::unix::net::UnixStream::pair().unwrap();
    a.set_nonblocking(true).unwrap();
    b.set_read_timeout(WHILE).unwrap();
    b.set_write_timeout(SECOND).unwrap();
    let (kept, mut a) = (a.try_clone().unwrap(), UnixStream::try_from(a).unwrap());
    let mut b = UnixStream::from(OwnedFd::from(b));
    assert_eq!(
        a.read(&mut [0; 1]).unwrap_err().kind(),
        ErrorKind::WouldBlock
    );
    assert!(b.read_timeout().unwrap() >= WHILE);
    assert_eq!(b.write_timeout().unwrap(), SECOND);
    assert_eq!(
        b.read(&mut [0; 1]).unwrap_err().kind(),
        ErrorKind::WouldBlock
    );
    // The other holder sees what is set from now on.
    a.set_nonblocking(false).unwrap();
    assert!(!is_nonblocking(&kept));
    b.set_read_timeout(None).unwrap();
    let b = std::os::unix::net::UnixStream::from(b);
    assert_eq!(b.read_timeout().unwrap(), None);
}

#[test]
fn what_is_lent_is_set_as_stds() {
    let (client, server) = tcp();
    assert!(!is_nonblocking(&client));
    client.set_nonblocking(true).unwrap();
    assert!(is_nonblocking(&client));
    server.set_nonblocking(true).unwrap();
    assert!(is_nonblocking(&server));
    let clone = client.try_clone().unwrap();
    clone.set_nonblocking(false).unwrap();
    assert!(!is_nonblocking(&client));
    let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
    assert!(!is_nonblocking(&udp));
    udp.set_nonblocking(true).unwrap();
    assert!(is_nonblocking(&udp));
    // Of a listener it would make accept4(2) wait.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    assert!(is_nonblocking(&listener));
}

#[test]
fn clones_of_what_is_given_away_go_on() {
    let (client, _server) = tcp();
    let mut clone = client.try_clone().unwrap();
    let std = std::net::TcpStream::from(client);
    assert!(!is_nonblocking(&std));
    clone.set_read_deadline(Some(Instant::now()));
    assert_eq!(
        clone.read(&mut [0; 4]).unwrap_err().kind(),
        ErrorKind::TimedOut
    );
    clone.set_nonblocking(true).unwrap();
    assert!(is_nonblocking(&std));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let clone = listener.try_clone().unwrap();
    let _std = std::net::TcpListener::from(listener);
    clone.set_accept_deadline(Some(Instant::now()));
    assert_eq!(clone.accept().unwrap_err().kind(), ErrorKind::TimedOut);
    assert!(!is_nonblocking(&std::net::TcpListener::from(clone)));
}

#[test]
fn another_kind_of_socket_is_refused() {
    fn refused<T: std::fmt::Debug>(result: std::io::Result<T>, why: sock::Error) {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
        assert_eq!(inner, Some(&why));
    }
    let fd = || OwnedFd::from(std::net::TcpListener::bind("127.0.0.1:0").unwrap());
    let listener = std::net::TcpStream::from(fd());
    refused(TcpStream::try_from(listener), sock::Error::WRONG_KIND);
    let listener = std::net::UdpSocket::from(fd());
    refused(UdpSocket::try_from(listener), sock::Error::WRONG_KIND);
    let (a, b) = std::os::unix::net::UnixStream::pair().unwrap();
    let stream = std::net::TcpListener::from(OwnedFd::from(a));
    refused(TcpListener::try_from(stream), sock::Error::WRONG_KIND);
    let stream = std::net::TcpStream::from(OwnedFd::from(b));
    refused(TcpStream::try_from(stream), sock::Error::WRONG_FAMILY);
    let (a, _b) = std::os::unix::net::UnixDatagram::pair().unwrap();
    let datagrams = std::os::unix::net::UnixStream::from(OwnedFd::from(a));
    refused(UnixStream::try_from(datagrams), sock::Error::WRONG_KIND);
    let file = std::fs::File::open("/dev/null").unwrap();
    let file = std::net::TcpStream::from(OwnedFd::from(file));
    let error = TcpStream::try_from(file).unwrap_err();
    assert_eq!(error.raw_os_error(), Some(libc::ENOTSOCK));
}

#[test]
fn what_is_no_socket_tells_so_at_the_first_call() {
    let file = std::fs::File::open("/dev/null").unwrap();
    let mut stream = TcpStream::from(OwnedFd::from(file));
    let error = stream.read(&mut [0; 4]).unwrap_err();
    assert_eq!(error.raw_os_error(), Some(libc::ENOTSOCK));
}

#[test]
fn both_levels_mix() {
    let soon = sock::Deadline::after(Duration::from_secs(20));
    let listener = sock::TcpListener::bind(&"127.0.0.1:0".parse().unwrap()).unwrap();
    let addr = std::net::SocketAddr::from(listener.local_addr().unwrap());
    let client = TcpStream::connect(addr).unwrap();
    let (server, _) = listener.accept_by(soon).unwrap();
    let mut server = TcpStream::from(server);
    assert_eq!(server.read_timeout().unwrap(), None);
    for lent in [false, true] {
        let client = TcpStream::connect(addr).unwrap();
        client
            .set_read_timeout(Some(Duration::from_millis(100)))
            .unwrap();
        (&client).read(&mut [0; 4]).unwrap_err();
        if lent {
            client.as_raw_fd();
        }
        // Without the wait of its own, and without a time-out.
        let client = sock::TcpStream::from(client);
        assert!(client.as_fd().is_nonblocking().unwrap());
        let std = std::net::TcpStream::from(OwnedFd::from(client.into_fd()));
        assert_eq!(std.read_timeout().unwrap(), None);
    }
    let client = sock::TcpStream::from(client);
    client.send_all(b"from below", soon).unwrap();
    let mut buffer = [0; 10];
    server.read_exact(&mut buffer).unwrap();
    assert_eq!(&buffer, b"from below");
    let listener = TcpListener::from(listener);
    let _client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    listener.accept().unwrap();
    let udp = UdpSocket::from(sock::UdpSocket::bind(&"[::1]:0".parse().unwrap()).unwrap());
    udp.send_to(b"x", udp.local_addr().unwrap()).unwrap();
    assert_eq!(
        sock::UdpSocket::from(udp)
            .recv_from(&mut [0; 4])
            .unwrap()
            .bytes,
        1
    );
}

/// A receive that waits while the descriptor is lent ends, and leaves O_NONBLOCK alone at every moment.
#[test]
fn a_lent_descriptor_never_shows_how_it_is_used_here() {
    for _ in 0..1000 {
        let (a, b) = UnixStream::pair().unwrap();
        std::thread::scope(|scope| {
            let reader = scope.spawn(|| (&a).read(&mut [0; 1]).unwrap());
            std::thread::sleep(Duration::from_micros(100));
            let twin = sock::OwnedFd::from(a.as_fd().try_clone_to_owned().unwrap());
            let watcher = scope.spawn(move || {
                let mut seen = false;
                while !reader.is_finished() {
                    seen |= twin.is_nonblocking().unwrap();
                }
                seen
            });
            (&b).write_all(b"x").unwrap();
            assert!(!watcher.join().unwrap());
        });
    }
}
