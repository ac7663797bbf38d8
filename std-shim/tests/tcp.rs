//! TCP: each call on std's type and on ours comes to the same.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::same_as_std;
use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::net::Shutdown;
use std::time::Duration;

const SOON: Option<Duration> = Some(Duration::from_millis(30));

/// A connection: the listener, the side that connected, the side that was accepted.
macro_rules! connected {
    ($net:ident) => {{
        let listener = $net::TcpListener::bind("127.0.0.1:0").unwrap();
        let client = $net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (server, peer) = listener.accept().unwrap();
        assert_eq!(peer, client.local_addr().unwrap());
        (listener, client, server)
    }};
}

same_as_std!(addresses, std::net, sock::net, net, log, {
    for addr in ["127.0.0.1:0", "[::1]:0"] {
        let listener = net::TcpListener::bind(addr).unwrap();
        let name = listener.local_addr().unwrap();
        log.note("ip", name.ip());
        let client = net::TcpStream::connect(name).unwrap();
        let (server, peer) = listener.accept().unwrap();
        log.note("peer", peer == client.local_addr().unwrap());
        log.note("peer_addr", client.peer_addr().unwrap() == name);
        log.note("local_addr", server.local_addr().unwrap() == name);
    }
});

same_as_std!(refused_addresses, std::net, sock::net, net, log, {
    let none: &[net::SocketAddr] = &[];
    log.call("bind none", net::TcpListener::bind(none).map(drop));
    log.call("connect none", net::TcpStream::connect(none).map(drop));
    log.call("no address", net::TcpListener::bind("nonsense").map(drop));
    log.call("not ours", net::TcpListener::bind("192.0.2.1:0").map(drop));
    let listener = net::TcpListener::bind("127.0.0.1:0").unwrap();
    let name = listener.local_addr().unwrap();
    log.call("taken", net::TcpListener::bind(name).map(drop));
    let both: &[net::SocketAddr] = &[name, "127.0.0.1:0".parse().unwrap()];
    log.call("the second", net::TcpListener::bind(both).map(drop));
    drop(listener);
    log.call("refused", net::TcpStream::connect(name).map(drop));
    log.call(
        "refused in time",
        net::TcpStream::connect_timeout(&name, Duration::from_secs(5)).map(drop),
    );
    log.call(
        "no time",
        net::TcpStream::connect_timeout(&name, Duration::ZERO).map(drop),
    );
});

same_as_std!(reads_and_writes, std::net, sock::net, net, log, {
    let (_listener, mut client, mut server) = connected!(net);
    let mut buffer = [0; 8];
    log.call("nothing", client.write(&[]));
    log.call("write", client.write(b"abc"));
    log.call("peek", server.peek(&mut buffer));
    log.call("no room", server.read(&mut []));
    log.call("read", server.read(&mut buffer));
    log.note("bytes", buffer);
    log.call(
        "gather",
        client.write_vectored(&[
            IoSlice::new(b"one"),
            IoSlice::new(b""),
            IoSlice::new(b"three"),
        ]),
    );
    let (mut a, mut b) = ([0; 2], [0; 6]);
    server.peek(&mut [0; 8]).unwrap();
    log.call(
        "scatter",
        server.read_vectored(&mut [
            IoSliceMut::new(&mut a),
            IoSliceMut::new(&mut []),
            IoSliceMut::new(&mut b),
        ]),
    );
    log.note("scattered", (a, b));
    log.call("scatter to nowhere", server.read_vectored(&mut []));
    log.call("gather from nowhere", client.write_vectored(&[]));
    log.call("flush", client.flush());
    (&client).write_all(b"by reference").unwrap();
    let mut buffer = [0; 12];
    log.call("exactly", (&server).read_exact(&mut buffer));
    drop(client);
    log.call("end", server.read(&mut buffer));
    log.call("end again", server.peek(&mut buffer));
});

same_as_std!(shutdowns, std::net, sock::net, net, log, {
    let (_listener, mut client, mut server) = connected!(net);
    log.call("write", client.shutdown(Shutdown::Write));
    log.call("write again", client.shutdown(Shutdown::Write));
    log.call("a write", client.write(b"x"));
    log.call("the other's read", server.read(&mut [0; 4]));
    log.call("the other's write", server.write(b"y"));
    client.peek(&mut [0; 4]).unwrap();
    log.call("read", client.shutdown(Shutdown::Read));
    log.call("what had come", client.read(&mut [0; 4]));
    log.call("the end", client.read(&mut [0; 4]));
    drop(server);
    let mut end = Vec::new();
    log.call("all of it", client.read_to_end(&mut end));
    log.call("both", client.shutdown(Shutdown::Both));
});

same_as_std!(one_direction, std::net, sock::net, net, log, {
    let (_listener, mut client, mut server) = connected!(net);
    log.call("read", client.shutdown(Shutdown::Read));
    log.call("its end", client.read(&mut [0; 4]));
    log.call("the other goes on", client.write(b"x"));
    log.call("and arrives", server.read(&mut [0; 4]));
});

same_as_std!(the_first_address_is_taken, std::net, sock::net, net, log, {
    let all: Vec<net::SocketAddr> = ["127.0.0.1:0", "127.0.0.2:0"]
        .map(|a| a.parse().unwrap())
        .into();
    let listener = net::TcpListener::bind(&all[..]).unwrap();
    log.note("ip", listener.local_addr().unwrap().ip());
});

same_as_std!(many_empty_parts, std::net, sock::net, net, log, {
    let (_listener, mut client, mut server) = connected!(net);
    let mut to_send: Vec<_> = (0..100).map(|_| IoSlice::new(b"")).collect();
    to_send.push(IoSlice::new(b"abc"));
    log.call("gather", client.write_vectored(&to_send));
    let mut room = [0; 3];
    let mut to_fill: Vec<_> = (0..100).map(|_| IoSliceMut::new(&mut [])).collect();
    to_fill.push(IoSliceMut::new(&mut room));
    log.call("scatter", server.read_vectored(&mut to_fill));
});

same_as_std!(resets, std::net, sock::net, net, log, {
    let (_listener, mut client, server) = connected!(net);
    client.write_all(b"unread").unwrap();
    server.peek(&mut [0; 8]).unwrap();
    drop(server);
    log.call("read", client.read(&mut [0; 4]));
    log.call("read again", client.read(&mut [0; 4]));
    log.call("write", client.write(b"x"));
    log.call(
        "take_error",
        client.take_error().map(|error| error.is_none()),
    );
    log.call("peer_addr", client.peer_addr());
    log.call("shutdown", client.shutdown(Shutdown::Both));
});

same_as_std!(time_outs, std::net, sock::net, net, log, {
    let (_listener, mut client, _server) = connected!(net);
    log.call("at first", client.read_timeout());
    log.call("at first", client.write_timeout());
    log.call("zero", client.set_read_timeout(Some(Duration::ZERO)));
    log.call("zero", client.set_write_timeout(Some(Duration::ZERO)));
    let second = Some(Duration::from_secs(1));
    log.call("set", client.set_write_timeout(second));
    log.call("get", client.write_timeout());
    log.call("set", client.set_read_timeout(SOON));
    log.call("read", client.read(&mut [0; 4]));
    log.call("peek", client.peek(&mut [0; 4]));
    let (mut a, mut b) = ([0; 2], [0; 2]);
    let mut parts = [IoSliceMut::new(&mut a), IoSliceMut::new(&mut b)];
    log.call("scatter", client.read_vectored(&mut parts));
    let text = client.read(&mut [0; 4]).unwrap_err().to_string();
    log.note("text", text);
    log.call("exactly", client.read_exact(&mut [0; 4]));
    log.call("none", client.set_read_timeout(None));
    log.call("none", client.read_timeout());
});

same_as_std!(a_full_buffer, std::net, sock::net, net, log, {
    let (_listener, mut client, mut server) = connected!(net);
    client.set_write_timeout(SOON).unwrap();
    let megabytes = vec![7; 64 << 20];
    let mut written = client.write(&megabytes).unwrap();
    log.note("part of it", written > 0 && written < megabytes.len());
    // The kernel may find more room as time goes by.
    let mut until_full = |what, write: &mut dyn FnMut() -> io::Result<usize>| loop {
        match write() {
            Ok(n) => written += n,
            full => break log.call(what, full),
        }
    };
    until_full("full", &mut || client.write(&megabytes));
    client.set_nonblocking(true).unwrap();
    until_full("full at once", &mut || client.write(&megabytes));
    let parts = [IoSlice::new(&megabytes), IoSlice::new(b"x")];
    until_full("full of parts", &mut || client.write_vectored(&parts));
    drop(client);
    let mut all = Vec::new();
    server.read_to_end(&mut all).unwrap();
    log.note("what was told is what came", all.len() == written);
});

same_as_std!(a_write_takes_it_all, std::net, sock::net, net, log, {
    let (_listener, mut client, mut server) = connected!(net);
    let reader = std::thread::spawn(move || {
        let mut all = Vec::new();
        server
            .read_to_end(&mut all)
            .map(|n| (n, all[0], all[n - 1]))
    });
    let mut megabytes = vec![7; 16 << 20];
    *megabytes.last_mut().unwrap() = 8;
    log.call("one call", client.write(&megabytes));
    let slices: Vec<_> = megabytes.chunks(100_000).map(IoSlice::new).collect();
    log.call("gathered", client.write_vectored(&slices));
    drop(client);
    log.call("all came", reader.join().unwrap());
});

same_as_std!(a_reset_during_a_write, std::net, sock::net, net, log, {
    let (_listener, mut client, server) = connected!(net);
    let megabytes = vec![7; 64 << 20];
    let reset = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        drop(server);
    });
    // What went is told first, then why no more.
    let part = client.write(&megabytes);
    log.note("part", part.is_ok_and(|n| n > 0 && n < megabytes.len()));
    log.call("why", client.write(b"x"));
    log.call("from then on", client.write(b"x"));
    reset.join().unwrap();
});

same_as_std!(without_waiting, std::net, sock::net, net, log, {
    let (listener, mut client, server) = connected!(net);
    log.call("set", client.set_nonblocking(true));
    log.call("read", client.read(&mut [0; 4]));
    log.call("peek", client.peek(&mut [0; 4]));
    log.call("set", listener.set_nonblocking(true));
    log.call("accept", listener.accept().map(drop));
    log.call("incoming", listener.incoming().next().unwrap().map(drop));
    // A mode is that of all clones.
    let mut clone = client.try_clone().unwrap();
    log.call("the clone's", clone.read(&mut [0; 4]));
    clone.set_nonblocking(false).unwrap();
    clone.set_read_timeout(SOON).unwrap();
    log.call("waited", client.read(&mut [0; 4]));
    log.call("time-out", client.read_timeout().map(|time| time.is_some()));
    listener
        .try_clone()
        .unwrap()
        .set_nonblocking(false)
        .unwrap();
    drop((client, clone, server));
});

same_as_std!(clones, std::net, sock::net, net, log, {
    let (listener, mut client, mut server) = connected!(net);
    let mut clone = client.try_clone().unwrap();
    log.note(
        "same",
        clone.local_addr().unwrap() == client.local_addr().unwrap(),
    );
    client.write_all(b"one ").unwrap();
    clone.write_all(b"two").unwrap();
    drop(client);
    server.write_all(b"still open").unwrap();
    let mut buffer = [0; 10];
    log.call("read", clone.read_exact(&mut buffer));
    drop(clone);
    let mut text = String::new();
    log.call("both wrote", server.read_to_string(&mut text));
    log.note("text", text);
    let other = listener.try_clone().unwrap();
    drop(listener);
    let late = net::TcpStream::connect(other.local_addr().unwrap()).unwrap();
    log.note(
        "accepts",
        other.accept().unwrap().1 == late.local_addr().unwrap(),
    );
});

same_as_std!(options, std::net, sock::net, net, log, {
    let (listener, client, _server) = connected!(net);
    log.call("nodelay", client.nodelay());
    log.call("set", client.set_nodelay(true));
    log.call("nodelay", client.nodelay());
    log.call("ttl", client.ttl());
    log.call("set", client.set_ttl(42));
    log.call("ttl", client.ttl());
    log.call("too large", client.set_ttl(256));
    log.call("listener", listener.set_ttl(43));
    log.call("listener", listener.ttl());
    log.call(
        "take_error",
        client.take_error().map(|error| error.is_none()),
    );
    log.call(
        "take_error",
        listener.take_error().map(|error| error.is_none()),
    );
});

same_as_std!(texts, std::net, sock::net, net, log, {
    use std::os::fd::AsRawFd;
    let (listener, client, _server) = connected!(net);
    let here = listener.local_addr().unwrap().to_string();
    let there = client.local_addr().unwrap().to_string();
    for (text, fd) in [
        (format!("{listener:?}"), listener.as_raw_fd()),
        (format!("{client:?}"), client.as_raw_fd()),
        (format!("{:?}", listener.incoming()), listener.as_raw_fd()),
    ] {
        let text = text.replace(&here, "HERE").replace(&there, "THERE");
        log.note("debug", text.replace(&format!("fd: {fd}"), "fd: N"));
    }
});

#[test]
fn an_address_with_a_scope_keeps_it() {
    // Of the loopback interface; there is no other that every host has.
    let scoped = std::net::SocketAddrV6::new(std::net::Ipv6Addr::LOCALHOST, 0, 0, 1);
    let listener = sock::net::TcpListener::bind(scoped).unwrap();
    let std::net::SocketAddr::V6(mut name) = listener.local_addr().unwrap() else {
        panic!("of another family");
    };
    name.set_scope_id(1);
    let client = sock::net::TcpStream::connect(name).unwrap();
    assert_eq!(listener.accept().unwrap().1, client.local_addr().unwrap());
}

#[test]
fn linger_is_kept_in_whole_seconds() {
    let (_listener, client, _server) = connected!(sock_net);
    assert_eq!(client.linger().unwrap(), None);
    client.set_linger(Some(Duration::from_secs(3))).unwrap();
    assert_eq!(client.linger().unwrap(), Some(Duration::from_secs(3)));
    let error = client.set_linger(Some(Duration::from_millis(1500)));
    assert_eq!(error.unwrap_err().kind(), std::io::ErrorKind::InvalidInput);
    client.set_quickack(true).unwrap();
    assert!(client.quickack().unwrap());
}

use sock::net as sock_net;
