//! Unix sockets: each call on std's type and on ours comes to the same.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::linux::net::SocketAddrExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use common::same_as_std;

const SOON: Option<Duration> = Some(Duration::from_millis(30));

/// A folder that goes with its value.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let n = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("sock-std-{}-{n}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).unwrap();
        Folder(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// A text with the folder left out.
    fn masked(&self, text: String) -> String {
        text.replace(self.0.to_str().unwrap(), "FOLDER")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn abstract_name(what: &str) -> sock::net::unix::SocketAddr {
    static MADE: AtomicUsize = AtomicUsize::new(0);
    let n = MADE.fetch_add(1, Ordering::Relaxed);
    let name = format!("sock-std-{what}-{}-{n}", std::process::id());
    sock::net::unix::SocketAddr::from_abstract_name(name).unwrap()
}

same_as_std!(paths, std::os::unix::net, sock::net::unix, net, log, {
    let folder = Folder::new();
    let path = folder.path("s");
    log.call("nothing there", net::UnixStream::connect(&path).map(drop));
    let listener = net::UnixListener::bind(&path).unwrap();
    log.note(
        "bound",
        listener.local_addr().unwrap().as_pathname() == Some(&path),
    );
    log.call("taken", net::UnixListener::bind(&path).map(drop));
    let mut client = net::UnixStream::connect(&path).unwrap();
    let (mut server, peer) = listener.accept().unwrap();
    log.note("nameless", peer.is_unnamed());
    log.note(
        "to",
        client.peer_addr().unwrap().as_pathname() == Some(&path),
    );
    client.write_all(b"hello").unwrap();
    log.call("shutdown", client.shutdown(Shutdown::Write));
    let mut text = String::new();
    log.call("read", server.read_to_string(&mut text));
    let fd = |text: String| text.split_once("local").map(|(_, rest)| rest.to_string());
    log.note("debug", folder.masked(fd(format!("{client:?}")).unwrap()));
    log.note("debug", folder.masked(fd(format!("{listener:?}")).unwrap()));
    drop(listener);
    log.call("closed", net::UnixStream::connect(&path).map(drop));
    std::fs::write(folder.path("file"), "").unwrap();
    log.call(
        "a file",
        net::UnixStream::connect(folder.path("file")).map(drop),
    );
    log.call(
        "in a file",
        net::UnixListener::bind(folder.path("file/s")).map(drop),
    );
    log.call(
        "no folder",
        net::UnixListener::bind(folder.path("no/s")).map(drop),
    );
});

same_as_std!(no_paths, std::os::unix::net, sock::net::unix, net, log, {
    for path in ["a\0b", &"x".repeat(108), "\0abstract"] {
        log.call("bind", net::UnixListener::bind(path).map(drop));
        log.call("connect", net::UnixStream::connect(path).map(drop));
        log.call("datagrams", net::UnixDatagram::bind(path).map(drop));
        let socket = net::UnixDatagram::unbound().unwrap();
        log.call("peer", socket.connect(path));
        log.call("send", socket.send_to(b"x", path));
    }
    log.call("connect to no name", net::UnixStream::connect("").map(drop));
    let named = net::UnixListener::bind("").unwrap().local_addr().unwrap();
    log.note(
        "the kernel picks",
        named.as_abstract_name().map(<[u8]>::len),
    );
});

same_as_std!(
    abstract_names,
    std::os::unix::net,
    sock::net::unix,
    net,
    log,
    {
        let addr = abstract_name("stream");
        let listener = net::UnixListener::bind_addr(&addr).unwrap();
        let name = listener.local_addr().unwrap();
        log.note("bound", name.as_abstract_name() == addr.as_abstract_name());
        log.call("taken", net::UnixListener::bind_addr(&addr).map(drop));
        let client = net::UnixStream::connect_addr(&addr).unwrap();
        let name = client.peer_addr().unwrap();
        log.note("to", name.as_abstract_name() == addr.as_abstract_name());
        log.note("one", listener.incoming().next().unwrap().is_ok());
        let _second = net::UnixStream::connect_addr(&addr).unwrap();
        let mut streams = (&listener).into_iter();
        log.note("loop", streams.next().unwrap().is_ok());
        log.note("hint", listener.incoming().size_hint());
        drop(listener);
        log.call("gone", net::UnixStream::connect_addr(&addr).map(drop));
        let nameless = net::SocketAddr::from_pathname("").unwrap();
        log.call(
            "no name",
            net::UnixStream::connect_addr(&nameless).map(drop),
        );
    }
);

same_as_std!(pairs, std::os::unix::net, sock::net::unix, net, log, {
    let (mut a, mut b) = net::UnixStream::pair().unwrap();
    log.note("names", (a.local_addr().unwrap(), a.peer_addr().unwrap()));
    log.call("zero", a.set_read_timeout(Some(Duration::ZERO)));
    log.call("set", a.set_read_timeout(SOON));
    log.call("read", a.read(&mut [0; 4]));
    log.call("set", a.set_nonblocking(true));
    log.call("read", a.read(&mut [0; 4]));
    log.call("clone", a.try_clone().unwrap().read(&mut [0; 4]));
    log.call("take_error", a.take_error().map(|error| error.is_none()));
    let filled = std::iter::repeat_with(|| a.write(&[0; 1024]))
        .take_while(Result::is_ok)
        .count();
    log.note("room", filled);
    log.call("full", a.write(b"x"));
    b.read_exact(&mut [0; 16]).unwrap();
    drop(b);
    log.call("unread", a.read(&mut [0; 4]));
    log.call("gone", a.write(b"x"));
});

same_as_std!(datagrams, std::os::unix::net, sock::net::unix, net, log, {
    let folder = Folder::new();
    let (here, there) = (folder.path("a"), folder.path("b"));
    let a = net::UnixDatagram::bind(&here).unwrap();
    let mut buffer = [0; 4];
    log.call("nobody", a.send_to(b"x", &there));
    log.call("no peer", a.send(b"x"));
    log.call("no peer", a.peer_addr().map(drop));
    log.call("nobody to connect to", a.connect(&there));
    let b = net::UnixDatagram::bind(&there).unwrap();
    log.call("taken", net::UnixDatagram::bind(&there).map(drop));
    log.call("send", a.send_to(b"abc", &there));
    let (n, from) = b.recv_from(&mut buffer).unwrap();
    log.note("from", (n, buffer, from.as_pathname() == Some(&here)));
    log.call("long", a.send_to(b"abcdefgh", &there));
    log.call("cut", b.recv(&mut buffer));
    log.call("connect", a.connect(&there));
    log.note("peer", a.peer_addr().unwrap().as_pathname() == Some(&there));
    log.call("send", a.send(b"to"));
    log.call("recv", b.recv(&mut buffer));
    log.call("empty", a.send(b""));
    log.call("recv", b.recv_from(&mut buffer).map(|(n, _)| n));
    let nameless = net::UnixDatagram::unbound().unwrap();
    log.call("nameless", nameless.send_to(b"y", &there));
    log.note("nameless", b.recv_from(&mut buffer).unwrap().1.is_unnamed());
    log.call("too long", a.send(&vec![0; 4 << 20]));
    let text = format!("{a:?}");
    log.note(
        "debug",
        folder.masked(text.split_once("local").unwrap().1.to_string()),
    );
    drop(b);
    log.call("gone", a.send(b"x"));
    log.call("gone", a.send(b"x"));
});

same_as_std!(
    datagram_waits,
    std::os::unix::net,
    sock::net::unix,
    net,
    log,
    {
        let addr = abstract_name("datagrams");
        let b = net::UnixDatagram::bind_addr(&addr).unwrap();
        let a = net::UnixDatagram::unbound().unwrap();
        a.set_write_timeout(SOON).unwrap();
        let sent = std::iter::repeat_with(|| a.send_to_addr(b"x", &addr))
            .take_while(Result::is_ok)
            .count();
        log.note("the queue of the receiver", sent);
        log.call("full", a.send_to_addr(b"x", &addr));
        log.call("connect", a.connect_addr(&addr));
        log.call("full", a.send(b"x"));
        a.set_nonblocking(true).unwrap();
        log.call("full", a.send(b"x"));
        for _ in 0..sent {
            b.recv(&mut [0; 2]).unwrap();
        }
        b.set_read_timeout(SOON).unwrap();
        log.call("recv", b.recv(&mut [0; 2]));
        log.call("recv_from", b.recv_from(&mut [0; 2]).map(drop));
        log.call("get", b.read_timeout().map(|time| time.is_some()));
        b.set_nonblocking(true).unwrap();
        log.call("recv", b.recv(&mut [0; 2]));
    }
);

same_as_std!(
    datagram_pairs,
    std::os::unix::net,
    sock::net::unix,
    net,
    log,
    {
        let (a, b) = net::UnixDatagram::pair().unwrap();
        log.call("send", a.send(b"one"));
        log.call("recv", b.recv(&mut [0; 4]));
        log.call("clone", b.try_clone().unwrap().send(b"back"));
        log.call("recv", a.recv(&mut [0; 4]));
        log.call("shutdown", a.shutdown(Shutdown::Both));
        log.call("send", a.send(b"x"));
        log.call("the other", b.send(b"x"));
        // A wait that is over before it begins.
        log.call("recv", a.recv(&mut [0; 4]));
        log.note(
            "recv_from",
            a.recv_from(&mut [0; 4])
                .map(|(n, from)| (n, from.is_unnamed()))
                .unwrap(),
        );
    }
);

#[test]
fn a_connect_waits_for_room_in_the_backlog_until_its_deadline() {
    use std::time::Instant;
    let addr = abstract_name("backlog");
    let listener = sock::generic::UnixStreamSocket::<sock::System>::new().unwrap();
    let name = addr.as_abstract_name().unwrap();
    listener
        .bind(&sock::UnixAddr::abstract_name(name).unwrap())
        .unwrap();
    let listener = listener.listen(0).unwrap();
    let first = sock::net::UnixStream::connect_addr(&addr).unwrap();
    let end = Instant::now() + Duration::from_millis(80);
    let error = sock::net::UnixStream::connect_deadline(&addr, end).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
    assert!(Instant::now() >= end);
    listener.accept().unwrap();
    sock::net::UnixStream::connect_addr(&addr).unwrap();
    drop(first);
}
