//! Links that are down, hosts that crash, addresses of nobody.

use std::time::Duration;

use sock_core::option::{KeepAlive, KeepCount, KeepIdle, KeepInterval, SynCount, UserTimeout};
use sock_core::{Deadline, Error, ErrorKind, Inet, PollEvents, TcpListener, TcpSocket, TcpStream};

use super::links::{FAR, MILLI, at, connect, down, hosts, nap, since, slow};
use crate::Sim;

#[test]
fn connects_are_refused_late_and_black_holes_say_nothing() {
    let (near, far) = hosts(slow(20));
    let connect =
        |sim: &Sim, to| TcpStream::connect_in(sim.clone(), &to, Deadline::NEVER).unwrap_err();
    let start = near.now();
    assert_eq!(
        connect(&near, at(FAR, 9)).kind(),
        ErrorKind::ConnectionRefused
    );
    assert_eq!(since(&near, start), 40 * MILLI);
    let start = near.now();
    // An address of nobody; a link that is down; a host that is.
    assert_eq!(
        connect(&near, at([10, 0, 0, 9], 9)).raw_os_error(),
        Some(110)
    );
    assert_eq!(since(&near, start), Duration::from_secs(127));
    let socket = TcpSocket::open(near.clone(), Inet::V4).unwrap();
    socket.set_option(SynCount, 2).unwrap();
    near.set_link(&far, down());
    let start = near.now();
    let connecting = socket.connect(&at(FAR, 9)).unwrap();
    connecting.wait(PollEvents::OUT, Deadline::NEVER).unwrap();
    assert_eq!(connecting.finish().unwrap_err().raw_os_error(), Some(110));
    assert_eq!(since(&near, start), Duration::from_secs(7));
    // One that has only its loopback can reach nobody.
    let error = connect(&Sim::new(), at([10, 0, 0, 9], 9));
    assert_eq!(error.kind(), ErrorKind::NetworkUnreachable);
}

#[test]
fn a_syn_that_meets_a_full_backlog_comes_again() {
    let (near, far) = hosts(slow(1));
    let listening = TcpSocket::open(far.clone(), Inet::V4).unwrap();
    listening.bind(&at(FAR, 80)).unwrap();
    let listener = listening.listen(0).unwrap();
    let _first = TcpStream::connect_in(near.clone(), &at(FAR, 80), Deadline::NEVER).unwrap();
    nap(&near, MILLI);
    let start = near.now();
    let (second, first) = near.together(
        || TcpStream::connect_in(near.clone(), &at(FAR, 80), Deadline::NEVER),
        || {
            nap(&far, 100 * MILLI);
            listener.accept()
        },
    );
    assert!(first.is_ok() && second.is_ok());
    assert_eq!(since(&near, start).as_secs(), 1);
}

#[test]
fn a_peer_that_dies_is_found_by_what_is_sent() {
    let (near, far) = hosts(slow(10));
    let (client, server) = connect(&near, &far);
    far.crash();
    let start = near.now();
    // Who only listens hears nothing, for ever.
    assert_eq!(
        client.recv_by(&mut [0; 1], Deadline::after(Duration::from_secs(9999))),
        Err(Error::DEADLINE)
    );
    assert_eq!(client.send(b"x"), Ok(1));
    let died = client.recv_by(&mut [0; 1], Deadline::NEVER).unwrap_err();
    assert_eq!(died.raw_os_error(), Some(110));
    let took = since(&near, start).as_secs() - 9999;
    assert!((900..1000).contains(&took), "{took}");
    assert_eq!(
        server.recv(&mut [0; 1]).unwrap_err().kind(),
        ErrorKind::BadDescriptor
    );
    let down = TcpListener::bind_in(far.clone(), &at(FAR, 80)).unwrap_err();
    assert_eq!(down, Error::os(100));
    drop((client, server));
    assert!(near.lock().sockets.is_empty());
}

#[test]
fn options_find_a_dead_peer_sooner() {
    let (near, far) = hosts(slow(10));
    let (client, _server) = connect(&near, &far);
    client.set_option(KeepAlive, true).unwrap();
    client
        .set_option(KeepIdle, Duration::from_secs(10))
        .unwrap();
    client
        .set_option(KeepInterval, Duration::from_secs(5))
        .unwrap();
    client.set_option(KeepCount, 3).unwrap();
    far.crash();
    let start = near.now();
    let died = client.recv_by(&mut [0; 1], Deadline::NEVER).unwrap_err();
    assert_eq!(died.raw_os_error(), Some(110));
    assert_eq!(since(&near, start), Duration::from_secs(25));

    let (near, far) = hosts(slow(10));
    let (client, _server) = connect(&near, &far);
    client
        .set_option(UserTimeout, Duration::from_secs(3))
        .unwrap();
    near.set_link(&far, down());
    let start = near.now();
    client.send(b"x").unwrap();
    assert!(client.recv_by(&mut [0; 1], Deadline::NEVER).is_err());
    assert!((3..7).contains(&since(&near, start).as_secs()));
}

#[test]
fn a_link_that_comes_back_loses_nothing() {
    let (near, far) = hosts(slow(10));
    let (client, server) = connect(&near, &far);
    near.set_link(&far, down());
    client.send_all(b"hello", Deadline::NEVER).unwrap();
    nap(&near, Duration::from_secs(2));
    near.set_link(&far, slow(10));
    let start = near.now();
    server.recv_exact(&mut [0; 5], Deadline::NEVER).unwrap();
    assert!(since(&near, start) < Duration::from_secs(4));
    // What acknowledges may be lost alone.
    far.set_link_to(&near, down());
    client.send_all(b"again", Deadline::NEVER).unwrap();
    server.recv_exact(&mut [0; 5], Deadline::NEVER).unwrap();
    far.set_link_to(&near, slow(10));
    nap(&near, Duration::from_secs(2));
    let mut sent = 0;
    while client
        .wait(PollEvents::OUT, Deadline::after(MILLI * 100))
        .is_ok()
    {
        sent += client.send(&[7; 4096]).unwrap();
    }
    assert!(sent >= 131_072, "{sent}");
}

#[test]
fn a_host_that_restarted_resets_old_connections() {
    let (near, far) = hosts(slow(10));
    let (client, _server) = connect(&near, &far);
    far.crash();
    far.restart();
    assert_eq!(client.send(b"x"), Ok(1));
    let reset = client.recv_by(&mut [0; 1], Deadline::NEVER).unwrap_err();
    assert_eq!(reset.kind(), ErrorKind::ConnectionReset);
    connect(&near, &far);
}
