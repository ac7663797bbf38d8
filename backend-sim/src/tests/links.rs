//! Several hosts, and what lies between them.

use std::time::Duration;

use sock_core::option::SendBuffer;
use sock_core::{
    Backend, Deadline, Error, ErrorKind, PollEvents, SocketAddr, TcpListener, TcpStream, UdpSocket,
    abi, poll,
};

use crate::{Call, Fault, Link, Sim};

const NEAR: [u8; 4] = [10, 0, 0, 1];
pub(super) const FAR: [u8; 4] = [10, 0, 0, 2];
pub(super) const MILLI: Duration = Duration::from_millis(1);

pub(super) fn hosts(link: Link) -> (Sim, Sim) {
    let near = Sim::with_seed(9);
    near.assign(NEAR);
    let far = near.host([FAR]);
    near.set_link(&far, link);
    (near, far)
}

pub(super) fn slow(latency: u32) -> Link {
    Link {
        latency: latency * MILLI,
        ..Link::default()
    }
}

pub(super) fn down() -> Link {
    Link {
        down: true,
        ..Link::default()
    }
}

pub(super) fn at(ip: [u8; 4], port: u16) -> SocketAddr<abi::Linux> {
    SocketAddr::new_v4(ip.into(), port)
}

/// A connection from the near host to the far one.
pub(super) fn connect(near: &Sim, far: &Sim) -> (TcpStream<Sim>, TcpStream<Sim>) {
    let listener = TcpListener::bind_in(far.clone(), &at(FAR, 80)).unwrap();
    let client = TcpStream::connect_in(near.clone(), &at(FAR, 80), Deadline::NEVER).unwrap();
    let (server, peer) = listener.accept_by(Deadline::NEVER).unwrap();
    assert_eq!(peer, client.local_addr().unwrap());
    assert_eq!(
        client.local_addr().unwrap().ip(),
        std::net::IpAddr::from(NEAR)
    );
    (client, server)
}

pub(super) fn since(sim: &Sim, start: sock_core::Instant) -> Duration {
    sim.now().saturating_duration_since(start)
}

pub(super) fn nap(sim: &Sim, span: Duration) {
    poll(sim, &mut [], Deadline::after(span)).unwrap();
}

#[test]
fn hosts_have_nothing_in_common_but_the_clock() {
    let (near, far) = hosts(Link::default());
    let here = TcpListener::bind_in(near.clone(), &"0.0.0.0:80".parse().unwrap()).unwrap();
    let there = TcpListener::bind_in(far.clone(), &"0.0.0.0:80".parse().unwrap()).unwrap();
    assert_eq!((near.open_descriptors(), far.open_descriptors()), (1, 1));
    let client = TcpStream::connect_in(near.clone(), &at(FAR, 80), Deadline::NEVER).unwrap();
    assert!(here.accept().is_err());
    let (server, peer) = there.accept().unwrap();
    assert_eq!(peer, client.local_addr().unwrap());
    assert_eq!(server.local_addr().unwrap(), at(FAR, 80));
    let foreign = near.listen(there.as_fd(), 1).unwrap_err();
    assert_eq!(foreign.kind(), ErrorKind::BadDescriptor);
    let name = TcpListener::bind_in(near.clone(), &at(FAR, 81)).unwrap_err();
    assert_eq!(name.kind(), ErrorKind::AddrNotAvailable);
    drop((here, there, client, server));
    assert!(near.lock().sockets.is_empty());
}

#[test]
fn latency_is_exact() {
    let (near, far) = hosts(slow(20));
    let start = near.now();
    let (client, server) = connect(&near, &far);
    // SYN, SYN-ACK, ACK.
    assert_eq!(since(&near, start), 60 * MILLI);
    let start = near.now();
    assert_eq!(client.send(b"ping"), Ok(4));
    assert_eq!(server.recv(&mut [0; 8]), Err(Error::WOULD_BLOCK));
    assert_eq!(server.recv_by(&mut [0; 8], Deadline::NEVER), Ok(4));
    assert_eq!(since(&near, start), 20 * MILLI);
    let start = near.now();
    drop(client);
    assert_eq!(server.recv_by(&mut [0; 8], Deadline::NEVER), Ok(0));
    assert_eq!(since(&near, start), 20 * MILLI);
    drop(server);
    nap(&near, 100 * MILLI);
    assert!(near.lock().sockets.is_empty());
}

#[test]
fn bandwidth_is_exact_and_a_full_buffer_is_told() {
    let (near, far) = hosts(Link {
        bandwidth: Some(1_000_000),
        ..slow(10)
    });
    let (client, server) = connect(&near, &far);
    let start = near.now();
    let bytes: Vec<u8> = (0..1_000_000u32).map(|n| (n % 251) as u8).collect();
    let mut room = vec![0; bytes.len()];
    let mut blocked = 0;
    near.together(
        || server.recv_exact(&mut room, Deadline::NEVER).unwrap(),
        || {
            let mut rest = &bytes[..];
            while !rest.is_empty() {
                match client.send(rest) {
                    Ok(n) => rest = &rest[n..],
                    Err(error) => {
                        assert_eq!(error, Error::WOULD_BLOCK);
                        blocked += 1;
                        client.wait(PollEvents::OUT, Deadline::NEVER).unwrap();
                    }
                }
            }
        },
    );
    assert!(room == bytes);
    assert!(blocked > 10, "{blocked}");
    // 16 KiB are under way at the most in each round trip of 20 ms, and a bit: less than the link
    // takes.
    let took = since(&near, start);
    assert!(
        took > Duration::from_millis(1_220) && took < Duration::from_millis(1_500),
        "{took:?}"
    );

    let (near, far) = hosts(Link {
        bandwidth: Some(1000),
        ..slow(10)
    });
    let (client, server) = connect(&near, &far);
    client.set_option(SendBuffer, 100_000).unwrap();
    client.set_nodelay(true).unwrap();
    let start = near.now();
    client.send_all(&bytes[..10_000], Deadline::NEVER).unwrap();
    assert_eq!(since(&near, start), Duration::ZERO);
    server
        .recv_exact(&mut room[..10_000], Deadline::NEVER)
        .unwrap();
    assert_eq!(since(&near, start), Duration::from_secs(10) + 10 * MILLI);
}

#[test]
fn a_reader_that_is_slow_stops_the_sender() {
    let (near, far) = hosts(slow(5));
    let (client, server) = connect(&near, &far);
    let sent = |client: &TcpStream<Sim>| {
        let mut sent = 0;
        while client
            .wait(PollEvents::OUT, Deadline::after(MILLI * 100))
            .is_ok()
        {
            sent += client.send(&[7; 4096]).unwrap();
        }
        sent
    };
    let total = sent(&client);
    assert!((131_072..=131_072 + 16_384).contains(&total), "{total}");
    let mut room = vec![0; 50_000];
    server.recv_exact(&mut room, Deadline::NOW).unwrap();
    assert_eq!(sent(&client), 50_000);
}

#[test]
fn tcp_survives_what_a_link_does() {
    let bad = Link {
        jitter: 30 * MILLI,
        loss: 0.2,
        duplicate: 0.5,
        reorder: 0.5,
        bandwidth: Some(1_000_000),
        ..slow(10)
    };
    let (near, far) = hosts(bad);
    let (client, server) = connect(&near, &far);
    let bytes: Vec<u8> = (0..200_000u32).map(|n| (n % 251) as u8).collect();
    let mut room = vec![0; bytes.len()];
    near.together(
        || server.recv_exact(&mut room, Deadline::NEVER).unwrap(),
        || client.send_all(&bytes, Deadline::NEVER).unwrap(),
    );
    assert!(room == bytes);
}

#[test]
fn datagrams_are_lost_doubled_and_overtaken() {
    let run = |link: Link| {
        let (near, far) = hosts(link);
        let to = UdpSocket::bind_in(far.clone(), &at(FAR, 53)).unwrap();
        let from = UdpSocket::bind_in(near.clone(), &at(NEAR, 0)).unwrap();
        let mut came = Vec::new();
        for n in 0..1000u32 {
            from.send_to(&n.to_be_bytes(), &at(FAR, 53)).unwrap();
            nap(&near, MILLI / 2);
            let mut room = [0; 4];
            while to.recv_from(&mut room).is_ok() {
                came.push(u32::from_be_bytes(room));
            }
        }
        let hits = near.hits();
        assert_eq!(far.open_descriptors(), 1);
        (came, hits)
    };
    let (came, hits) = run(Link {
        loss: 0.3,
        ..Link::default()
    });
    let lost = 1000 - came.len();
    assert!((250..350).contains(&lost), "{lost}");
    assert_eq!(hits.of(Fault::Lost, Call::SendTo), lost as u64);
    assert!(came.is_sorted());
    let (came, hits) = run(Link {
        duplicate: 0.3,
        ..Link::default()
    });
    assert_eq!(
        hits.of(Fault::Duplicated, Call::SendTo),
        came.len() as u64 - 1000
    );
    assert!((250..350).contains(&(came.len() - 1000)));
    let (mut came, _) = run(Link {
        reorder: 0.3,
        ..Link::default()
    });
    assert!(!came.is_sorted());
    came.sort();
    assert!(came.iter().copied().eq(0..came.len() as u32));
}

#[test]
fn what_is_queued_is_sent_after_the_close() {
    let (near, far) = hosts(Link {
        bandwidth: Some(10_000),
        ..slow(10)
    });
    let (client, server) = connect(&near, &far);
    client.send_all(&[7; 10_000], Deadline::NEVER).unwrap();
    drop(client);
    let mut room = [0; 10_000];
    server.recv_exact(&mut room, Deadline::NEVER).unwrap();
    assert_eq!(server.recv_by(&mut room, Deadline::NEVER), Ok(0));
    assert_eq!(room, [7; 10_000]);
    // It is gone by then: what is sent to it is answered by a reset.
    server.send(b"x").unwrap();
    let end = Deadline::after(Duration::from_secs(1));
    assert!(server.wait(PollEvents::ERR, end).is_ok());
    assert_eq!(server.send(b"x").unwrap_err().kind(), ErrorKind::BrokenPipe);
}

#[test]
fn a_connection_that_ends_is_none_of_another_ones_business() {
    for seed in 0..200 {
        let sim = Sim::with_seed(seed);
        let jitter = Duration::from_nanos(2);
        sim.set_link(
            &sim,
            Link {
                jitter,
                latency: jitter,
                ..Link::default()
            },
        );
        let listener = TcpListener::bind_in(sim.clone(), &super::any()).unwrap();
        let addr = listener.local_addr().unwrap();
        let by = Deadline::after(Duration::from_secs(1));
        sim.together(
            || {
                for _ in 0..2 {
                    let (stream, _) = listener.accept_by(by).unwrap();
                    stream.recv_exact(&mut [0; 1], by).unwrap();
                    stream.send_all(b"x", by).unwrap();
                }
            },
            || {
                let clients = [0; 2].map(|_| {
                    let start = sim.now();
                    let client = TcpStream::connect_in(sim.clone(), &addr, by).unwrap();
                    assert!(since(&sim, start) >= 2 * jitter);
                    client
                });
                for client in clients {
                    client.send_all(b"x", by).unwrap();
                    assert_eq!(client.recv_by(&mut [0; 1], by), Ok(1), "{seed}");
                }
            },
        );
    }
}
