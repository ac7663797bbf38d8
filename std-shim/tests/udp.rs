//! UDP: each call on std's type and on ours comes to the same.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::same_as_std;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

const SOON: Option<Duration> = Some(Duration::from_millis(30));

same_as_std!(datagrams, std::net, sock::net, net, log, {
    for addr in ["127.0.0.1:0", "[::1]:0"] {
        let a = net::UdpSocket::bind(addr).unwrap();
        let b = net::UdpSocket::bind(addr).unwrap();
        let mut buffer = [0; 4];
        log.call("send", a.send_to(b"abc", b.local_addr().unwrap()));
        log.call("peek", b.peek_from(&mut buffer).map(|(n, _)| n));
        let (n, from) = b.recv_from(&mut buffer).unwrap();
        log.note("received", (n, buffer, from == a.local_addr().unwrap()));
        // Longer than the room: cut, and nothing says so.
        log.call("long", a.send_to(b"abcdefgh", b.local_addr().unwrap()));
        log.call("cut", b.recv_from(&mut buffer).map(|(n, _)| n));
        log.note("bytes", buffer);
        log.call("empty", a.send_to(b"", b.local_addr().unwrap()));
        log.call("empty", b.recv_from(&mut buffer).map(|(n, _)| n));
        log.call("more", a.send_to(b"xy", b.local_addr().unwrap()));
        log.call("no room", b.recv(&mut []));
        log.call("too long", a.send_to(&[0; 66_000], b.local_addr().unwrap()));
        log.call("no address", a.send_to(b"x", &[][..] as &[net::SocketAddr]));
        log.call("port 0", a.send_to(b"x", "127.0.0.1:0"));
    }
});

same_as_std!(peers, std::net, sock::net, net, log, {
    let a = net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let b = net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut buffer = [0; 8];
    log.call("none", a.peer_addr());
    log.call("nobody", a.send(b"x"));
    log.call("connect none", a.connect(&[][..] as &[net::SocketAddr]));
    log.call("connect", a.connect(b.local_addr().unwrap()));
    log.note("peer", a.peer_addr().unwrap() == b.local_addr().unwrap());
    log.call("send", a.send(b"to the peer"));
    log.call("cut", b.peek(&mut buffer));
    log.call("cut", b.recv(&mut buffer));
    log.call("back", b.send_to(b"back", a.local_addr().unwrap()));
    log.call("back", a.recv(&mut buffer));
    let c = net::UdpSocket::bind("127.0.0.1:0").unwrap();
    c.send_to(b"from elsewhere", a.local_addr().unwrap())
        .unwrap();
    a.set_read_timeout(SOON).unwrap();
    log.call("not received", a.recv(&mut buffer));
    log.call("another", a.connect(c.local_addr().unwrap()));
    drop(c);
    log.call("to nobody", a.send(b"x"));
    log.call("refused", a.recv(&mut buffer));
    log.call("wrong family", a.connect("[::1]:9"));
});

same_as_std!(two_families, std::net, sock::net, net, log, {
    let four = net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let six = net::UdpSocket::bind("[::]:0").unwrap();
    log.call("6 to 4", six.send_to(b"mapped", four.local_addr().unwrap()));
    log.call("arrived", four.recv(&mut [0; 8]));
    let mapped = six.local_addr().unwrap();
    log.call("4 to 6", four.send_to(b"x", mapped));
    log.call("4 to 4", four.send_to(b"y", ("127.0.0.1", mapped.port())));
    let (n, from) = six.recv_from(&mut [0; 8]).unwrap();
    log.note("from", (n, from.ip()));
});

same_as_std!(waits, std::net, sock::net, net, log, {
    let a = net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut buffer = [0; 8];
    log.call("zero", a.set_read_timeout(Some(Duration::ZERO)));
    log.call("set", a.set_read_timeout(SOON));
    log.call("recv", a.recv(&mut buffer));
    log.call("recv_from", a.recv_from(&mut buffer));
    log.call("peek", a.peek(&mut buffer));
    log.call("peek_from", a.peek_from(&mut buffer));
    log.call("write", a.set_write_timeout(Some(Duration::from_secs(2))));
    log.call("write", a.write_timeout());
    log.call("set", a.set_nonblocking(true));
    log.call("recv", a.recv(&mut buffer));
    log.call("clone", a.try_clone().unwrap().recv(&mut buffer));
    log.call("take_error", a.take_error().map(|error| error.is_none()));
});

same_as_std!(options, std::net, sock::net, net, log, {
    let four = net::UdpSocket::bind("0.0.0.0:0").unwrap();
    let six = net::UdpSocket::bind("[::1]:0").unwrap();
    log.call("broadcast", four.broadcast());
    log.call("not allowed", four.send_to(b"x", "255.255.255.255:9"));
    log.call("set", four.set_broadcast(true));
    log.call("broadcast", four.broadcast());
    log.call("ttl", four.ttl());
    log.call("set", four.set_ttl(7));
    log.call("ttl", four.ttl());
    log.call("loop", four.multicast_loop_v4());
    log.call("set", four.set_multicast_loop_v4(false));
    log.call("loop", four.multicast_loop_v4());
    log.call("hops", four.multicast_ttl_v4());
    log.call("set", four.set_multicast_ttl_v4(3));
    log.call("hops", four.multicast_ttl_v4());
    log.call("loop 6", six.set_multicast_loop_v6(false));
    log.call("loop 6", six.multicast_loop_v6());
    log.call("loop 6 of 4", four.multicast_loop_v6());
    let (group, here) = (Ipv4Addr::new(224, 0, 0, 200), Ipv4Addr::LOCALHOST);
    log.call("join", four.join_multicast_v4(&group, &here));
    log.call("join again", four.join_multicast_v4(&group, &here));
    log.call("leave", four.leave_multicast_v4(&group, &here));
    log.call("leave again", four.leave_multicast_v4(&group, &here));
    log.call("no group", four.join_multicast_v4(&here, &here));
    let group = Ipv6Addr::new(0xff01, 0, 0, 0, 0, 0, 0, 0x200);
    log.call("join 6", six.join_multicast_v6(&group, 1));
    log.call("leave 6", six.leave_multicast_v6(&group, 1));
});

same_as_std!(refused_addresses, std::net, sock::net, net, log, {
    let a = net::UdpSocket::bind("127.0.0.1:0").unwrap();
    log.call(
        "taken",
        net::UdpSocket::bind(a.local_addr().unwrap()).map(drop),
    );
    log.call("not ours", net::UdpSocket::bind("192.0.2.1:0").map(drop));
    log.call(
        "none",
        net::UdpSocket::bind(&[][..] as &[net::SocketAddr]).map(drop),
    );
    use std::os::fd::AsRawFd;
    let text = format!("{a:?}").replace(&a.local_addr().unwrap().to_string(), "HERE");
    log.note(
        "debug",
        text.replace(&format!("fd: {}", a.as_raw_fd()), "fd: N"),
    );
});
