//! Windows that stay closed, and what a crash does to descriptors.

use std::time::Duration;

use sock_core::{Deadline, Error, ErrorKind, TcpListener, TcpStream, UnixStream, abi};

use super::links::{FAR, MILLI, at, connect, down, hosts, nap, since, slow};
use crate::{Call, Fault, Link, Sim};

/// Sends until the peer's window and the buffer here are full, and all is acknowledged.
fn fill(stream: &TcpStream<Sim>) {
    let soon = Deadline::after(Duration::from_secs(5));
    while stream.send_by(&[7; 65_536], soon).is_ok() {}
}

/// How a send to a peer that reads nothing ends after `what`, and after how long.
fn stuck(link: Link, what: impl Fn(&Sim, &Sim, &TcpStream<Sim>)) -> (Error<abi::Linux>, Duration) {
    let (near, far) = hosts(link);
    let (client, _server) = connect(&near, &far);
    fill(&client);
    let start = near.now();
    what(&near, &far, &client);
    let error = client.send_by(b"x", Deadline::NEVER).unwrap_err();
    (error, since(&near, start))
}

#[test]
fn a_closed_window_of_a_dead_peer_times_out() {
    let cut = |_: &Sim, _: &Sim, client: &TcpStream<Sim>| {
        let sim = &client.as_fd().sim;
        let faults = sim.faults();
        faults.script(client.as_fd(), Call::Send, 1, Fault::HalfOpen);
    };
    for link in [Link::default(), slow(5)] {
        let (crashed, after) = stuck(link, |_, far, _| far.crash());
        assert_eq!(crashed.raw_os_error(), Some(110));
        // 15 probes, as with data that nobody acknowledges.
        assert!((900..940).contains(&after.as_secs()), "{after:?}");
        let (unlinked, _) = stuck(link, |near, far, _| near.set_link(far, down()));
        assert_eq!(unlinked.raw_os_error(), Some(110));
        assert_eq!(stuck(link, cut).0.raw_os_error(), Some(110));
        let (restarted, after) = stuck(link, |_, far, _| {
            far.crash();
            far.restart();
        });
        assert_eq!(restarted.kind(), ErrorKind::ConnectionReset);
        assert!(after < Duration::from_secs(1));
    }
}

#[test]
fn a_closed_window_on_one_host_times_out() {
    let sim = Sim::new();
    let listener = TcpListener::bind_in(sim.clone(), &at([127, 0, 0, 1], 80)).unwrap();
    let client =
        TcpStream::connect_in(sim.clone(), &at([127, 0, 0, 1], 80), Deadline::NEVER).unwrap();
    let (_server, _) = listener.accept().unwrap();
    fill(&client);
    let faults = sim.faults();
    faults.script(client.as_fd(), Call::Send, 1, Fault::HalfOpen);
    let error = client.send_by(b"x", Deadline::NEVER).unwrap_err();
    assert_eq!(error.raw_os_error(), Some(110));
}

#[test]
fn a_window_that_opens_unheard_is_asked_for() {
    let (near, far) = hosts(slow(5));
    let (client, server) = connect(&near, &far);
    fill(&client);
    far.set_link_to(&near, down());
    while server.recv(&mut [0; 65_536]).is_ok_and(|n| n > 0) {}
    nap(&near, Duration::from_secs(3));
    far.set_link_to(&near, slow(5));
    let minutes = Deadline::after(Duration::from_secs(300));
    client.send_by(&[7; 4096], minutes).unwrap();
}

#[test]
fn who_has_nothing_to_send_does_not_time_out() {
    let (near, far) = hosts(slow(5));
    let (client, server) = connect(&near, &far);
    client.send_all(b"hello", Deadline::NEVER).unwrap();
    nap(&near, 100 * MILLI);
    far.set_link_to(&near, down());
    server.recv_exact(&mut [0; 5], Deadline::NEVER).unwrap();
    nap(&near, Duration::from_secs(3600));
    assert_eq!(client.recv(&mut [0; 1]), Err(Error::WOULD_BLOCK));
}

#[test]
fn descriptors_from_before_a_crash_are_not_counted_after_it() {
    let sim = Sim::new();
    let old = UnixStream::pair_in(sim.clone()).unwrap();
    let again = old.0.as_fd().duplicate();
    assert_eq!(sim.open_descriptors(), 3);
    sim.crash();
    sim.restart();
    let new = UnixStream::pair_in(sim.clone()).unwrap();
    drop(again);
    drop(old.0.as_fd().duplicate());
    drop(old);
    assert_eq!(sim.open_descriptors(), 2);
    drop(new);
    assert_eq!(sim.open_descriptors(), 0);
}

#[test]
fn an_accept_on_a_crashed_host_has_a_bad_descriptor() {
    let (near, far) = hosts(Link::default());
    let listener = TcpListener::bind_in(far.clone(), &at(FAR, 80)).unwrap();
    let (waited, ()) = near.together(
        || listener.accept_by(Deadline::NEVER).map(drop),
        || {
            nap(&near, Duration::from_secs(1));
            far.crash();
        },
    );
    let bad = Err(ErrorKind::BadDescriptor);
    assert_eq!(waited.map_err(Error::kind), bad);
    assert_eq!(listener.accept().map(drop).map_err(Error::kind), bad);
}
