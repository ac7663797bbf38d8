//! When and how bytes travel: held back, urgent, in segments, to all; and connections that wait for
//! them.

use std::time::Duration;

use sock_core::option::{
    Broadcast, Cork, DeferAccept, Gro, MaxSegment, OobInline, PassCredentials, Segment,
};
use sock_core::{
    Backend, Deadline, Error, PollEvents, RecvFlags, SendFlags, SocketKind, TcpListener, TcpStream,
    UdpSocket, UnixDatagram,
};

use super::links::{FAR, MILLI, at, connect, hosts, nap, since, slow};
use super::{any, connection};
use crate::{Link, Sim};

#[test]
fn what_is_held_back_goes_after_200_milliseconds() {
    let sim = Sim::new();
    let (a, b) = connection(&sim);
    let start = sim.now();
    a.send_with(b"abc", SendFlags::MORE).unwrap();
    assert_eq!(b.recv(&mut [0; 9]), Err(Error::WOULD_BLOCK));
    assert_eq!(b.recv_by(&mut [0; 9], Deadline::NEVER), Ok(3));
    assert_eq!(since(&sim, start), 200 * MILLI);
    // A full segment is not held back, nor is anything when it is cleared, ended or urgent.
    a.set_option(Cork, true).unwrap();
    a.set_option(MaxSegment, 100).unwrap();
    a.send(&[0; 250]).unwrap();
    assert_eq!(b.recv(&mut [0; 300]), Ok(200));
    a.set_option(Cork, false).unwrap();
    assert_eq!(b.recv(&mut [0; 300]), Ok(50));
    a.set_option(Cork, true).unwrap();
    a.send(b"the end").unwrap();
    drop(a);
    assert_eq!(b.recv(&mut [0; 300]), Ok(7));
    assert_eq!(b.recv(&mut [0; 300]), Ok(0));
}

#[test]
fn what_is_held_back_takes_room() {
    let sim = Sim::new();
    let (a, b) = connection(&sim);
    a.set_option(Cork, true).unwrap();
    let mut sent = 0;
    while let Ok(n) = a.send(&[7; 1000]) {
        sent += n;
    }
    assert_eq!(sent, 131_072 + 16_384);
    let mut came = 0;
    while came < sent {
        came += b
            .recv_by(&mut [0; 9999], Deadline::after(MILLI * 300))
            .unwrap();
    }
    assert_eq!(came, sent);
}

/// RFC 9293 section 3.7.4: a small segment waits until all before it is acknowledged.
#[test]
fn small_segments_wait_for_an_acknowledgement() {
    let arrivals = |nodelay| {
        let (near, far) = hosts(slow(10));
        let (client, server) = connect(&near, &far);
        client.set_nodelay(nodelay).unwrap();
        let start = near.now();
        client.send(b"a").unwrap();
        client.send(b"b").unwrap();
        [0; 2].map(|_| {
            server.recv_exact(&mut [0; 1], Deadline::NEVER).unwrap();
            since(&near, start)
        })
    };
    assert_eq!(arrivals(false), [10 * MILLI, 30 * MILLI]);
    assert_eq!(arrivals(true), [10 * MILLI, 10 * MILLI]);
}

#[test]
fn an_urgent_byte_overtakes_and_marks_its_place() {
    let run = |(a, b): &(TcpStream<Sim>, TcpStream<Sim>), inline| {
        b.set_option(OobInline, inline).unwrap();
        a.send_with(b"ab!", SendFlags::OOB).unwrap();
        a.send_all(b"cd", Deadline::NEVER).unwrap();
        nap(a.backend(), 100 * MILLI);
        let urgent = b.wait(PollEvents::PRI, Deadline::NOW).is_ok();
        let (mut room, mut came) = ([0; 9], Vec::new());
        let byte = b.recv_with(&mut room, RecvFlags::OOB).map(|_| room[0]).ok();
        while let Ok(n @ 1..) = b.recv(&mut room) {
            came.push(room[..n].to_vec());
        }
        let still = b.wait(PollEvents::PRI, Deadline::NOW).is_ok();
        assert!(urgent && !still);
        (byte, came)
    };
    let out = (Some(b'!'), vec![b"ab".to_vec(), b"cd".to_vec()]);
    let inline = (None, vec![b"ab".to_vec(), b"!cd".to_vec()]);
    let sim = Sim::new();
    let here = connection(&sim);
    assert_eq!(
        (run(&here, false), run(&here, true)),
        (out.clone(), inline.clone())
    );
    let (near, far) = hosts(slow(1));
    let there = connect(&near, &far);
    assert_eq!((run(&there, false), run(&there, true)), (out, inline));
    // Alone it does not make a stream readable.
    here.0.send_with(b"!", SendFlags::OOB).unwrap();
    here.1.set_option(OobInline, false).unwrap();
    assert!(here.1.wait(PollEvents::IN, Deadline::NOW).is_err());
    assert_eq!(here.1.recv(&mut [0; 1]), Err(Error::WOULD_BLOCK));
    assert_eq!(
        here.1.recv_with(&mut [0; 1], RecvFlags::OOB),
        Err(Error::INVALID)
    );
}

#[test]
fn a_deferred_connection_waits_for_data_or_time() {
    for link in [None, Some(slow(1))] {
        let sim = Sim::new();
        if let Some(link) = link {
            sim.set_link(&sim, link);
        }
        let listener = TcpListener::bind_in(sim.clone(), &any()).unwrap();
        listener
            .set_option(DeferAccept, Duration::from_secs(2))
            .unwrap();
        let addr = listener.local_addr().unwrap();
        let connect = || TcpStream::connect_in(sim.clone(), &addr, Deadline::NEVER).unwrap();
        let start = sim.now();
        let silent = connect();
        let accepted = listener.accept_by(Deadline::NEVER).unwrap();
        assert_eq!(since(&sim, start).as_secs(), 3);
        let (speaks, ends) = (connect(), connect());
        speaks.send(b"x").unwrap();
        drop(ends);
        nap(&sim, 10 * MILLI);
        assert!(listener.accept().is_ok() && listener.accept().is_ok());
        let waits = connect();
        drop((listener, accepted, silent, speaks));
        nap(&sim, 10 * MILLI);
        assert!(waits.recv(&mut [0; 1]).is_err());
        drop(waits);
        nap(&sim, Duration::from_secs(1));
        assert!(sim.lock().sockets.is_empty());
    }
}

#[test]
fn a_cut_send_is_joined_on_this_host_alone() {
    let received = |link: Option<Link>| {
        let (near, far) = hosts(link.unwrap_or_default());
        let (here, ip) = match link {
            None => (near.clone(), [127, 0, 0, 1]),
            Some(_) => (far.clone(), FAR),
        };
        let to = UdpSocket::bind_in(here, &at(ip, 53)).unwrap();
        to.set_option(Gro, true).unwrap();
        let from = UdpSocket::bind_in(near.clone(), &any()).unwrap_or_else(|_| unreachable!());
        let from = match link {
            None => from,
            Some(_) => UdpSocket::bind_in(near.clone(), &at([0; 4], 0)).unwrap(),
        };
        from.set_option(Segment, 500).unwrap();
        from.send_to(&[7; 1200], &at(ip, 53)).unwrap();
        assert_eq!(from.send_to(&[7; 64_001], &at(ip, 53)), Err(Error::INVALID));
        nap(&near, 100 * MILLI);
        let mut room = [0; 2000];
        let mut lengths = Vec::new();
        while let Ok(received) = to.recv_from(&mut room) {
            lengths.push(received.bytes);
        }
        lengths
    };
    assert_eq!(received(None), [1200]);
    assert_eq!(received(Some(slow(1))), [500, 500, 200]);
}

#[test]
fn a_broadcast_reaches_all_that_listen_on_any_address() {
    let sim = Sim::new();
    let all = at([127, 255, 255, 255], 53);
    let bind = |ip| {
        let socket = UdpSocket::open(sim.clone(), sock_core::Inet::V4).unwrap();
        socket
            .set_option(sock_core::option::ReuseAddr, true)
            .unwrap();
        socket.bind_to(&at(ip, 53)).unwrap();
        socket
    };
    let sockets = [bind([0; 4]), bind([0; 4]), bind([127, 0, 0, 1])];
    let sender = UdpSocket::open(sim.clone(), sock_core::Inet::V4).unwrap();
    sender.set_option(Broadcast, true).unwrap();
    sender.send_to(b"x", &all).unwrap();
    let came = sockets.map(|socket| socket.recv_from(&mut [0; 2]).is_ok());
    assert_eq!(came, [true, true, false]);
    assert!(TcpStream::connect_in(sim, &all, Deadline::NOW).is_err());
}

#[test]
fn who_asks_for_credentials_has_a_name() {
    let sim = Sim::new();
    let name = sock_core::UnixAddr::abstract_name(b"x").unwrap();
    let to = UnixDatagram::bind_in(sim.clone(), &name).unwrap();
    let from = UnixDatagram::open(sim.clone()).unwrap();
    from.set_option(PassCredentials, true).unwrap();
    from.send_to(b"x", &name).unwrap();
    let sender = to.recv_from(&mut [0; 1]).unwrap().from;
    assert_eq!(sender, from.local_addr().unwrap());
    assert!(sender.as_abstract_name().is_some());
    assert!(sim.socket_pair(SocketKind::Datagram).is_ok());
}
