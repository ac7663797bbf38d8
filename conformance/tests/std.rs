//! Our sockets and those of std talk to each other: names, ports and addresses mean the same on both
//! sides.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::io::{Read, Write};
use std::net::{Shutdown, UdpSocket as StdUdpSocket};
use std::net::{SocketAddr, TcpListener as StdTcpListener, TcpStream as StdTcpStream};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr as StdUnixAddr, UnixDatagram as StdUnixDatagram};
use std::os::unix::net::{UnixListener as StdUnixListener, UnixStream as StdUnixStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sock_core::{Deadline, UnixName};
use sock_linux::Linux;

type Addr = sock_core::SocketAddr<sock_core::abi::Linux>;
type UnixAddr = sock_core::UnixAddr<sock_core::abi::Linux>;
type TcpListener = sock_core::TcpListener<Linux>;
type TcpStream = sock_core::TcpStream<Linux>;
type UdpSocket = sock_core::UdpSocket<Linux>;
type UnixDatagram = sock_core::UnixDatagram<Linux>;
type UnixListener = sock_core::UnixListener<Linux>;
type UnixStream = sock_core::UnixStream<Linux>;
type UnixStreamSocket = sock_core::UnixStreamSocket<Linux>;

const SOON: Deadline = Deadline::after(Duration::from_secs(10));

/// A name that nobody else has.
fn unique() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("sock-std-{}-{number}", std::process::id())
}

/// A path that is removed in the end.
struct Path(PathBuf);

impl Path {
    fn new() -> Self {
        Path(std::env::temp_dir().join(unique()))
    }

    fn addr(&self) -> UnixAddr {
        UnixAddr::path(self.0.as_os_str().as_encoded_bytes()).unwrap()
    }
}

impl Drop for Path {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Both directions, and the end of one of them.
macro_rules! converse {
    ($ours:expr, $theirs:expr) => {{
        let (ours, theirs) = (&$ours, &mut $theirs);
        theirs
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        ours.send_all(b"question", SOON).unwrap();
        ours.shutdown(sock_core::Shutdown::Write).unwrap();
        let mut text = String::new();
        theirs.read_to_string(&mut text).unwrap();
        assert_eq!(text, "question");
        theirs.write_all(b"answer").unwrap();
        theirs.shutdown(Shutdown::Write).unwrap();
        let mut room = [0; 6];
        ours.recv_exact(&mut room, SOON).unwrap();
        assert_eq!(&room, b"answer");
        assert_eq!(ours.recv_by(&mut [0; 1], SOON), Ok(0));
    }};
}

#[test]
fn tcp_with_std_as_the_server() {
    for any in ["127.0.0.1:0", "[::1]:0"] {
        let listener = StdTcpListener::bind(any).unwrap();
        let addr = listener.local_addr().unwrap();
        let ours = TcpStream::connect(&Addr::from(addr), SOON).unwrap();
        let (mut theirs, peer) = listener.accept().unwrap();
        assert_eq!(SocketAddr::from(ours.local_addr().unwrap()), peer);
        assert_eq!(SocketAddr::from(ours.peer_addr().unwrap()), addr);
        assert_eq!(theirs.local_addr().unwrap(), addr);
        converse!(ours, theirs);
    }
}

#[test]
fn tcp_with_std_as_the_client() {
    for any in ["127.0.0.1:0", "[::1]:0"] {
        let listener = TcpListener::bind(&any.parse().unwrap()).unwrap();
        let addr = SocketAddr::from(listener.local_addr().unwrap());
        let mut theirs = StdTcpStream::connect(addr).unwrap();
        let (ours, peer) = listener.accept_by(SOON).unwrap();
        assert_eq!(SocketAddr::from(peer), theirs.local_addr().unwrap());
        assert_eq!(theirs.peer_addr().unwrap(), addr);
        converse!(ours, theirs);
    }
}

#[test]
fn udp_with_std() {
    for any in ["127.0.0.1:0", "[::1]:0"] {
        let ours = UdpSocket::bind(&any.parse().unwrap()).unwrap();
        let theirs = StdUdpSocket::bind(any).unwrap();
        theirs
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        let at_ours = SocketAddr::from(ours.local_addr().unwrap());
        let at_theirs = theirs.local_addr().unwrap();
        theirs.send_to(b"question", at_ours).unwrap();
        let mut room = [0; 16];
        let received = ours.recv_from_by(&mut room, SOON).unwrap();
        assert_eq!((received.bytes, received.truncated), (8, false));
        assert_eq!(SocketAddr::from(received.from), at_theirs);
        ours.send_to(b"answer", &received.from).unwrap();
        assert_eq!(theirs.recv_from(&mut room).unwrap(), (6, at_ours));
    }
}

/// std gives an abstract name its exact length, too; a NUL more would be another name.
#[test]
fn abstract_names_mean_the_same() {
    let name = unique();
    let (ours_name, theirs_name) = (
        UnixAddr::abstract_name(name.as_bytes()).unwrap(),
        StdUnixAddr::from_abstract_name(&name).unwrap(),
    );
    let listener = StdUnixListener::bind_addr(&theirs_name).unwrap();
    let ours = UnixStream::connect(&ours_name, SOON).unwrap();
    let (mut theirs, _) = listener.accept().unwrap();
    assert_eq!(
        ours.peer_addr().unwrap().name(),
        UnixName::Abstract(name.as_bytes())
    );
    converse!(ours, theirs);
    drop(listener);

    let listener = UnixListener::bind(&ours_name).unwrap();
    let mut theirs = StdUnixStream::connect_addr(&theirs_name).unwrap();
    let told = theirs.peer_addr().unwrap();
    assert_eq!(told.as_abstract_name(), Some(name.as_bytes()));
    let (ours, _) = listener.accept_by(SOON).unwrap();
    converse!(ours, theirs);
    // The kernel shows a NUL in a name as `@`, also one at the end.
    let table = std::fs::read_to_string("/proc/net/unix").unwrap();
    assert!(
        table
            .lines()
            .any(|line| line.ends_with(&format!(" @{name}")))
    );
}

#[test]
fn abstract_client_names_are_told() {
    let (server, client) = (unique(), unique());
    let listener =
        StdUnixListener::bind_addr(&StdUnixAddr::from_abstract_name(&server).unwrap()).unwrap();
    let socket = UnixStreamSocket::new().unwrap();
    socket
        .bind(&UnixAddr::abstract_name(client.as_bytes()).unwrap())
        .unwrap();
    let addr = UnixAddr::abstract_name(server.as_bytes()).unwrap();
    let _ours = socket.connect(&addr).unwrap();
    let (_theirs, peer) = listener.accept().unwrap();
    assert_eq!(peer.as_abstract_name(), Some(client.as_bytes()));
}

#[test]
fn paths_mean_the_same() {
    let path = Path::new();
    let listener = StdUnixListener::bind(&path.0).unwrap();
    let ours = UnixStream::connect(&path.addr(), SOON).unwrap();
    let (mut theirs, peer) = listener.accept().unwrap();
    assert!(peer.is_unnamed());
    assert_eq!(ours.peer_addr().unwrap(), path.addr());
    converse!(ours, theirs);

    let path = Path::new();
    let listener = UnixListener::bind(&path.addr()).unwrap();
    let mut theirs = StdUnixStream::connect(&path.0).unwrap();
    assert_eq!(
        theirs.peer_addr().unwrap().as_pathname(),
        Some(path.0.as_path())
    );
    let (ours, peer) = listener.accept_by(SOON).unwrap();
    assert!(peer.is_unnamed());
    converse!(ours, theirs);
}

#[test]
fn datagrams_between_paths() {
    let (one, two) = (Path::new(), Path::new());
    let ours = UnixDatagram::bind(&one.addr()).unwrap();
    let theirs = StdUnixDatagram::bind(&two.0).unwrap();
    theirs
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    theirs.send_to(b"question", &one.0).unwrap();
    let mut room = [0; 16];
    let received = ours.recv_from_by(&mut room, SOON).unwrap();
    assert_eq!((received.bytes, received.from), (8, two.addr()));
    ours.send_to(b"answer", &received.from).unwrap();
    let (n, from) = theirs.recv_from(&mut room).unwrap();
    assert_eq!((n, from.as_pathname()), (6, Some(one.0.as_path())));
}

/// A program may fill `sun_path` without a NUL; the kernel then counts one byte more than the structure
/// has (unix(7), "BUGS"), and the path is told whole.
#[test]
fn a_path_without_room_for_its_nul() {
    let mut path = std::env::temp_dir()
        .join(unique())
        .into_os_string()
        .into_encoded_bytes();
    path.resize(108, b'x');
    let file = Path(PathBuf::from(std::str::from_utf8(&path).unwrap()));
    // SAFETY: a socket of this function alone; bind and sendto read `addr`, of its own length, and
    // a zeroed one is a valid value.
    unsafe {
        let fd = libc::socket(libc::AF_UNIX, libc::SOCK_DGRAM | libc::SOCK_CLOEXEC, 0);
        assert!(fd >= 0);
        let mut addr: libc::sockaddr_un = std::mem::zeroed();
        addr.sun_family = libc::AF_UNIX as u16;
        for (place, byte) in addr.sun_path.iter_mut().zip(&path) {
            *place = *byte as libc::c_char;
        }
        let len = size_of_val(&addr) as libc::socklen_t;
        assert_eq!(libc::bind(fd, (&raw const addr).cast(), len), 0);
        let receiver = Path::new();
        let ours = UnixDatagram::bind(&receiver.addr()).unwrap();
        let mut to: libc::sockaddr_un = std::mem::zeroed();
        to.sun_family = libc::AF_UNIX as u16;
        for (place, byte) in to
            .sun_path
            .iter_mut()
            .zip(receiver.0.as_os_str().as_encoded_bytes())
        {
            *place = *byte as libc::c_char;
        }
        let sent = libc::sendto(fd, c"x".as_ptr().cast(), 1, 0, (&raw const to).cast(), len);
        assert_eq!(sent, 1);
        let received = ours.recv_from_by(&mut [0; 8], SOON).unwrap();
        assert_eq!(received.from.as_path(), Some(path.as_slice()));
        assert_eq!(ours.send_to(b"answer", &received.from), Ok(6));
        assert_eq!(libc::close(fd), 0);
    }
    drop(file);
}
