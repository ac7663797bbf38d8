//! On the simulated kernel, whose clock moves only when everybody waits: times are exact.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sock_core::{Counted, ErrorKind, abi};
use sock_linux::Linux;
use sock_sim::Sim;

use super::*;

mod links;

type Addr = SocketAddr<abi::Linux>;
type Listener = sock_core::TcpListener<Sim>;
type Stream = TcpStream<Sim>;

const LIMIT: Duration = Duration::from_secs(10);

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn listener(sim: &Sim, addr: &str) -> (Listener, Addr) {
    let addr = addr.parse().unwrap();
    let listener = Listener::bind_in(sim.clone(), &addr).unwrap();
    let addr = listener.local_addr().unwrap();
    (listener, addr)
}

/// An address where nobody listens.
fn refusing(sim: &Sim, addr: &str) -> Addr {
    listener(sim, addr).1
}

/// A listener whose backlog is full, so that no connect to it is answered.
struct BlackHole {
    addr: Addr,
    listener: Listener,
    _backlog: Vec<Stream>,
}

impl BlackHole {
    fn new(sim: &Sim, addr: &str) -> Self {
        let socket = TcpSocket::open_for(sim.clone(), &addr.parse().unwrap()).unwrap();
        socket.bind(&addr.parse().unwrap()).unwrap();
        let listener = socket.listen(1).unwrap();
        let addr = listener.local_addr().unwrap();
        let mut backlog = Vec::new();
        while let Ok(stream) = TcpStream::connect_in(sim.clone(), &addr, Deadline::NOW) {
            backlog.push(stream);
        }
        BlackHole {
            addr,
            listener,
            _backlog: backlog,
        }
    }
}

/// The race, and how long it took.
fn timed(sim: &Sim, addrs: &[Addr], limit: Option<Duration>) -> (Result<Stream, Sim>, Duration) {
    let start = sim.now();
    let end = limit.map(|limit| start.saturating_add(limit));
    let (first, others) = addrs.split_first().unwrap();
    let outcome = race(sim.clone(), *first, others.iter().copied(), end);
    (outcome, sim.now().saturating_duration_since(start))
}

/// Which address the race came to, and after how long.
fn won(sim: &Sim, addrs: &[Addr]) -> (Addr, Duration) {
    let (outcome, took) = timed(sim, addrs, Some(LIMIT));
    (outcome.unwrap().peer_addr().unwrap(), took)
}

/// Why the race was lost, and after how long.
fn lost(sim: &Sim, addrs: &[Addr], limit: Option<Duration>) -> (ErrorKind, Duration) {
    let (outcome, took) = timed(sim, addrs, limit);
    (outcome.unwrap_err().kind(), took)
}

#[test]
fn the_families_take_turns() {
    let addr = |text: &str| text.parse::<Addr>().unwrap();
    let turns = |texts: &[&str]| -> Vec<String> {
        let (first, others) = texts.split_first().unwrap();
        let turns = in_turns(addr(first), others.iter().map(|text| addr(text)));
        turns.iter().map(Addr::to_string).collect()
    };
    assert_eq!(
        turns(&["[::1]:1", "[::1]:2", "[::1]:3", "1.1.1.1:4", "1.1.1.1:5"]),
        ["[::1]:1", "1.1.1.1:4", "[::1]:2", "1.1.1.1:5", "[::1]:3"]
    );
    assert_eq!(
        turns(&["1.1.1.1:1", "[::1]:2", "[::1]:3", "[::1]:4"]),
        ["1.1.1.1:1", "[::1]:2", "[::1]:3", "[::1]:4"]
    );
    assert_eq!(
        turns(&["1.1.1.1:1", "1.1.1.1:2"]),
        ["1.1.1.1:1", "1.1.1.1:2"]
    );
}

#[test]
fn the_first_that_answers_at_once_wins_at_once() {
    let sim = Sim::new();
    let (_v6, v6) = listener(&sim, "[::1]:0");
    let (v4_listener, v4) = listener(&sim, "127.0.0.1:0");
    assert_eq!(won(&sim, &[v6, v4]), (v6, Duration::ZERO));
    assert_eq!(won(&sim, &[v6]), (v6, Duration::ZERO));
    // The other was not even tried.
    assert_eq!(v4_listener.accept().unwrap_err(), Error::WOULD_BLOCK);
}

#[test]
fn a_refused_attempt_starts_the_next_at_once() {
    let sim = Sim::new();
    let (_there, there) = listener(&sim, "127.0.0.1:0");
    let refused = [refusing(&sim, "[::1]:0"), refusing(&sim, "127.0.0.1:0")];
    assert_eq!(
        won(&sim, &[refused[0], refused[1], there]),
        (there, Duration::ZERO)
    );
}

#[test]
fn an_attempt_that_cannot_begin_starts_the_next_at_once() {
    let sim = Sim::new();
    let (_there, there) = listener(&sim, "127.0.0.1:0");
    let unroutable: Addr = "192.0.2.1:1".parse().unwrap();
    let begun = TcpSocket::open_for(sim.clone(), &unroutable)
        .unwrap()
        .connect(&unroutable);
    assert!(begun.is_err());
    assert_eq!(won(&sim, &[unroutable, there]), (there, Duration::ZERO));
    assert_eq!(won(&sim, &[there, unroutable]), (there, Duration::ZERO));
}

#[test]
fn an_attempt_without_an_answer_has_250_ms() {
    let sim = Sim::new();
    let holes = ["[::1]:0", "127.0.0.1:0"].map(|addr| BlackHole::new(&sim, addr));
    let (_there, there) = listener(&sim, "127.0.0.1:0");
    assert_eq!(won(&sim, &[holes[0].addr, there]), (there, ms(250)));
    assert_eq!(
        won(&sim, &[holes[0].addr, holes[1].addr, there]),
        (there, ms(500))
    );
}

#[test]
fn a_refusal_beside_a_waiting_attempt_starts_the_next_at_once() {
    let sim = Sim::new();
    let hole = BlackHole::new(&sim, "[::1]:0");
    let refused = refusing(&sim, "127.0.0.1:0");
    let (_there, there) = listener(&sim, "127.0.0.1:0");
    assert_eq!(won(&sim, &[hole.addr, refused, there]), (there, ms(250)));
}

#[test]
fn an_attempt_goes_on_beside_the_later_ones_and_may_win() {
    let sim = Sim::new();
    let holes = ["[::1]:0", "127.0.0.1:0"].map(|addr| BlackHole::new(&sim, addr));
    let addrs = holes.each_ref().map(|hole| hole.addr);
    for slow in [0, 1] {
        let ((), (winner, took)) = sim.together(
            || {
                let nap = Deadline::after(ms(300));
                sock_core::poll(&sim, &mut [], nap).unwrap();
                // Makes room in the backlog.
                holes[slow].listener.accept().unwrap();
            },
            || won(&sim, &addrs),
        );
        assert_eq!((winner, took), (addrs[slow], ms(300)));
    }
}

#[test]
fn an_attempt_goes_on_when_all_others_have_failed() {
    let sim = Sim::new();
    let hole = BlackHole::new(&sim, "[::1]:0");
    let refused = refusing(&sim, "127.0.0.1:0");
    for addrs in [&[hole.addr, refused][..], &[refused, hole.addr, refused]] {
        let ((), (winner, took)) = sim.together(
            || {
                sock_core::poll(&sim, &mut [], Deadline::after(ms(600))).unwrap();
                hole.listener.accept().unwrap();
            },
            || won(&sim, addrs),
        );
        assert_eq!((winner, took), (hole.addr, ms(600)));
    }
}

#[test]
fn one_deadline_holds_for_all() {
    let sim = Sim::new();
    let holes = ["[::1]:0", "127.0.0.1:0"].map(|addr| BlackHole::new(&sim, addr));
    let (there_listener, there) = listener(&sim, "127.0.0.1:0");
    let [a, b] = holes.each_ref().map(|hole| hole.addr);
    let passed = ErrorKind::DeadlinePassed;
    for limit in [0, 1, 249, 250, 251, 499, 500, 501, 5000].map(ms) {
        assert_eq!(lost(&sim, &[a], Some(limit)), (passed, limit));
        assert_eq!(lost(&sim, &[a, b], Some(limit)), (passed, limit));
        if limit <= ms(500) {
            assert_eq!(lost(&sim, &[a, b, there], Some(limit)), (passed, limit));
        } else {
            assert!(timed(&sim, &[a, b, there], Some(limit)).0.is_ok());
            there_listener.accept().unwrap();
        }
    }
    // The deadline is that of the whole, though the first attempt has been refused.
    let refused = refusing(&sim, "127.0.0.1:0");
    assert_eq!(lost(&sim, &[refused, a], Some(ms(600))), (passed, ms(600)));
}

#[test]
fn what_is_there_is_found_under_a_deadline_that_has_passed() {
    let sim = Sim::new();
    let (_there, there) = listener(&sim, "127.0.0.1:0");
    let refused = refusing(&sim, "127.0.0.1:0");
    for addrs in [&[there][..], &[there, refused], &[refused, there]] {
        let (outcome, _) = timed(&sim, addrs, Some(Duration::ZERO));
        assert_eq!(outcome.unwrap().peer_addr(), Ok(there));
    }
}

#[test]
fn when_all_fail_the_last_failure_is_told() {
    let sim = Sim::new();
    let refused = refusing(&sim, "[::1]:0");
    let hole = BlackHole::new(&sim, "127.0.0.1:0");
    let unroutable: Addr = "192.0.2.1:1".parse().unwrap();
    let kind = |addrs: &[Addr]| lost(&sim, addrs, None).0;
    assert_eq!(kind(&[unroutable, refused]), ErrorKind::ConnectionRefused);
    assert_eq!(kind(&[refused, refused]), ErrorKind::ConnectionRefused);
    let last = kind(&[refused, unroutable]);
    assert!(
        matches!(
            last,
            ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable
        ),
        "{last:?}"
    );
    // It is the last in time: the listener goes away while the other has been refused for long.
    let BlackHole { addr, listener, .. } = hole;
    let ((), (kind, took)) = sim.together(
        move || {
            sock_core::poll(listener.backend(), &mut [], Deadline::after(ms(400))).unwrap();
            drop(listener);
        },
        || lost(&sim, &[addr, unroutable], None),
    );
    assert_eq!((kind, took), (ErrorKind::ConnectionRefused, ms(400)));
}

#[test]
fn losers_are_closed() {
    let sim = Sim::new();
    let holes = ["[::1]:0", "127.0.0.1:0"].map(|addr| BlackHole::new(&sim, addr));
    let (_there, there) = listener(&sim, "127.0.0.1:0");
    let refused = refusing(&sim, "127.0.0.1:0");
    let [a, b] = holes.each_ref().map(|hole| hole.addr);
    let before = sim.open_descriptors();
    let (outcome, _) = timed(&sim, &[a, refused, b, there], None);
    assert_eq!(sim.open_descriptors(), before + 1);
    drop(outcome.unwrap());
    assert_eq!(
        lost(&sim, &[a, refused, b], Some(LIMIT)).0,
        ErrorKind::DeadlinePassed
    );
    assert_eq!(sim.open_descriptors(), before);
}

/// The calls of what `connect` does.
fn calls<B: Backend>(connect: impl FnOnce(Counted<B>), backend: &B) -> usize {
    let calls: &'static AtomicUsize = Box::leak(Box::default());
    connect(Counted::new(backend.clone(), calls));
    calls.load(Ordering::Relaxed)
}

#[test]
fn no_call_is_added_when_the_first_address_answers() {
    let sim = Sim::new();
    let (_there, there) = listener(&sim, "127.0.0.1:0");
    let (_other, other) = listener(&sim, "[::1]:0");
    let plain = |limit: Deadline| {
        let connect = |backend| drop(TcpStream::connect_in(backend, &there, limit).unwrap());
        calls(connect, &sim)
    };
    let raced = |others: &[Addr], end| {
        let connect = |backend| drop(race(backend, there, others.iter().copied(), end).unwrap());
        calls(connect, &sim)
    };
    // socket, connect, ppoll, SO_ERROR, getpeername.
    assert_eq!(plain(Deadline::NEVER), 5);
    for others in [&[][..], &[other], &[other, there, other]] {
        assert_eq!(raced(others, None), plain(Deadline::NEVER));
        let end = sim.now().saturating_add(LIMIT);
        assert_eq!(raced(others, Some(end)), plain(Deadline::at(end)));
    }
}

#[test]
fn no_call_is_added_when_the_first_address_answers_late() {
    let sim = Sim::new();
    let (_other, other) = listener(&sim, "[::1]:0");
    let count = |others: &[Addr]| {
        let hole = BlackHole::new(&sim, "127.0.0.1:0");
        let answer = || {
            sock_core::poll(&sim, &mut [], Deadline::after(ms(200))).unwrap();
            hole.listener.accept().unwrap();
        };
        let mut winner = None;
        let connect = |backend| {
            winner = race(backend, hole.addr, others.iter().copied(), None).ok();
        };
        let ((), calls) = sim.together(answer, || calls(connect, &sim));
        assert_eq!(winner.unwrap().peer_addr(), Ok(hole.addr));
        calls
    };
    assert_eq!(count(&[]), 5);
    assert_eq!(count(&[other]), 5);
}

#[test]
fn no_call_is_added_on_this_kernel() {
    let listeners = [(); 2].map(|()| std::net::TcpListener::bind("127.0.0.1:0").unwrap());
    let addrs = listeners.each_ref().map(|it| it.local_addr().unwrap());
    let plain = |backend: Counted<Linux>| {
        drop(TcpStream::connect_in(backend, &addrs[0].into(), Deadline::NEVER).unwrap());
    };
    let alone = |backend: Counted<Linux>| drop(connect(backend, addrs[0], None).unwrap());
    let raced = |backend: Counted<Linux>| drop(connect(backend, &addrs[..], None).unwrap());
    assert_eq!(calls(plain, &Linux), 5);
    assert_eq!(calls(alone, &Linux), 5);
    assert_eq!(calls(raced, &Linux), 5);
}

#[test]
fn names_and_lists_of_std_are_resolved() {
    let sim = Sim::new();
    let (_there, there) = listener(&sim, "127.0.0.1:0");
    let refused = refusing(&sim, "127.0.0.1:0");
    let localhost = ("127.0.0.1", there.port());
    assert!(localhost.to_socket_addrs().is_ok());
    let stream = connect(sim.clone(), localhost, None).unwrap();
    assert_eq!(stream.peer_addr(), Ok(there));
    let list: Vec<std::net::SocketAddr> = vec![refused.into(), there.into()];
    let stream = connect(sim.clone(), &list[..], None).unwrap();
    assert_eq!(stream.peer_addr(), Ok(there));
    let error = connect(sim.clone(), &[][..], None).unwrap_err();
    let theirs = std::net::TcpStream::connect(&[][..]).unwrap_err();
    assert_eq!(error.kind(), theirs.kind());
    assert_eq!(error.to_string(), theirs.to_string());
    let error = connect(sim, (Ipv4Addr::LOCALHOST, refused.port()), None).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
}
