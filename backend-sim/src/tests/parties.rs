//! Parties take turns, and the seed says which.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use sock_core::{
    Backend, Deadline, Error, SendFlags, SocketKind, TcpListener, TcpStream, UnixStream, poll,
};

use super::{any, connection};
use crate::{Fault, Link, Record, Sim};

/// A server and three clients, with faults, a slow link and preemption.
fn conversation(seed: u64) -> (Sim, Vec<Record>) {
    let sim = Sim::with_seed(seed);
    sim.record();
    sim.set_preemption(0.1);
    let jitter = Duration::from_millis(3);
    sim.set_link(
        &sim,
        Link {
            latency: jitter,
            jitter,
            ..Link::default()
        },
    );
    let listener = TcpListener::bind_in(sim.clone(), &any()).unwrap();
    let addr = listener.local_addr().unwrap();
    for fault in [Fault::Interrupted, Fault::Short, Fault::NotReady] {
        sim.faults().rate(fault, 0.1);
    }
    let by = Deadline::after(Duration::from_secs(60));
    sim.parties(4, |n| match n {
        0 => {
            for _ in 0..3 {
                let (stream, _) = listener.accept_by(by).unwrap();
                let mut room = [0; 30];
                stream.recv_exact(&mut room, by).unwrap();
                stream.send_all(&room, by).unwrap();
            }
        }
        n => {
            let stream = TcpStream::connect_in(sim.clone(), &addr, by).unwrap();
            stream.send_all(&[n as u8; 30], by).unwrap();
            let mut room = [0; 30];
            stream.recv_exact(&mut room, by).unwrap();
            assert_eq!(room, [n as u8; 30]);
        }
    });
    drop(listener);
    let trace = sim.trace();
    (sim, trace)
}

fn hash(seed: u64) -> u64 {
    let mut hasher = DefaultHasher::new();
    conversation(seed).1.hash(&mut hasher);
    hasher.finish()
}

#[test]
fn the_same_seed_is_the_same_run() {
    let first = hash(7);
    for run in 0..100 {
        assert_eq!(hash(7), first, "{run}");
    }
    let others = (0..20).filter(|seed| hash(*seed) != first).count();
    assert!(others > 15, "{others}");
}

#[test]
fn a_conversation_leaves_nothing_behind() {
    let (sim, trace) = conversation(3);
    assert!(trace.len() > 50);
    let lines: Vec<String> = trace.iter().map(Record::to_string).collect();
    assert!(
        lines
            .iter()
            .any(|line| line.contains("party 0 host 0 Accept(0) = "))
    );
    assert_eq!(sim.open_descriptors(), 0);
    poll(&sim, &mut [], Deadline::after(Duration::from_secs(10))).unwrap();
    assert!(sim.lock().sockets.is_empty());
}

#[test]
fn one_party_runs_at_a_time() {
    let sim = Sim::with_seed(1);
    sim.set_preemption(0.5);
    let running = std::sync::atomic::AtomicUsize::new(0);
    sim.parties(4, |_| {
        for _ in 0..200 {
            use std::sync::atomic::Ordering::SeqCst;
            assert_eq!(running.fetch_add(1, SeqCst), 0);
            std::thread::yield_now();
            running.fetch_sub(1, SeqCst);
            Backend::now(&sim);
        }
    });
}

/// A call that lets another one run first is one that the other may have made useless.
#[test]
fn preemption_changes_the_order() {
    let order = |seed| {
        let sim = Sim::with_seed(seed);
        sim.set_preemption(0.5);
        let order = std::sync::Mutex::new(Vec::new());
        sim.parties(2, |n| {
            for _ in 0..10 {
                Backend::now(&sim);
                order.lock().unwrap().push(n);
            }
        });
        order.into_inner().unwrap()
    };
    let orders: std::collections::BTreeSet<_> = (0..20).map(order).collect();
    assert!(orders.len() > 15, "{}", orders.len());
}

#[test]
fn a_party_that_goes_round_does_not_keep_the_others_from_running() {
    let sim = Sim::new();
    let done = std::sync::atomic::AtomicBool::new(false);
    let wait = || {
        while !done.load(std::sync::atomic::Ordering::Relaxed) {
            Backend::now(&sim);
        }
    };
    sim.together(wait, || {
        Backend::now(&sim);
        done.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

#[test]
fn a_panic_passes_the_baton_on() {
    let sim = Sim::new();
    let (a, b) = connection(&sim);
    let (sent, panicked) = sim.together(
        || b.send_all(b"x", Deadline::NEVER),
        || {
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                let party = sim.party();
                drop(party);
                a.recv_by(&mut [0; 1], Deadline::NEVER).unwrap();
                std::panic::resume_unwind(Box::new(()));
            }))
            .is_err()
        },
    );
    assert!(sent.is_ok() && panicked);
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        sim.together(
            || poll(&sim, &mut [], Deadline::after(Duration::from_secs(1))),
            || std::panic::resume_unwind(Box::new(())),
        )
    }));
    assert!(caught.is_err());
    assert_eq!(sim.party().number(), 5);
    assert_eq!(a.send(b"x"), Ok(1));
}

#[test]
fn a_party_may_start_others_and_rests_meanwhile() {
    let sim = Sim::with_seed(5);
    let (a, b) = connection(&sim);
    let by = Deadline::after(Duration::from_secs(9));
    let ((), inner) = sim.together(
        || {
            a.recv_exact(&mut [0; 2], by).unwrap();
        },
        || {
            let inner = sim.together(|| b.send_all(b"x", by), || b.send_all(b"y", by));
            poll(&sim, &mut [], Deadline::after(Duration::from_secs(1))).unwrap();
            inner
        },
    );
    assert_eq!(inner, (Ok(()), Ok(())));
}

#[test]
fn a_thread_that_is_no_party_works_all_the_same() {
    let sim = Sim::new();
    let (a, b) = connection(&sim);
    let party = sim.party();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            party.run(|| a.recv_by(&mut [0; 1], Deadline::after(Duration::from_secs(1))))
        });
        // Whoever is no party has no say in when time passes.
        let sent = b.send(b"x");
        let got = waiting.join().unwrap();
        assert_eq!(sent, Ok(1));
        assert!(got == Ok(1) || got == Err(Error::DEADLINE));
    });
}

#[test]
fn after_the_limit_every_call_fails_and_no_wait_goes_on() {
    let sim = Sim::new();
    let (a, b) = sim.socket_pair(SocketKind::Stream).unwrap();
    sim.limit_calls(10);
    let over = Err(Error::os(5));
    let ((), waited) = sim.together(
        || while sim.send(&a, b"", SendFlags::empty()).is_ok() {},
        || sim.poll(&mut [], Some(&mut 1_000_000_000)),
    );
    assert_eq!(waited, over);
    assert_eq!(sim.send(&b, b"x", SendFlags::empty()), over);
}

/// Parties that are in the place of others, which are in the place of none.
fn nested(seed: u64) -> Vec<Record> {
    let sim = Sim::with_seed(seed);
    sim.record();
    sim.set_preemption(0.3);
    for fault in [Fault::Interrupted, Fault::Short, Fault::NotReady] {
        sim.faults().rate(fault, 0.05);
    }
    let pair = || UnixStream::pair_in(sim.clone()).unwrap();
    let pairs: Vec<_> = (0..4).map(|_| pair()).collect();
    sim.parties(4, |n| {
        let (a, b) = &pairs[n];
        for len in [300, 2000, 70_000] {
            let by = Deadline::after(Duration::from_secs(9));
            let mut room = vec![0; len];
            let (sent, came) = sim.together(
                || a.send_all(&vec![7; len], by),
                || b.recv_exact(&mut room, by),
            );
            assert_eq!((sent, came), (Ok(()), Ok(())));
            sim.parties(3, |k| {
                let nap = Deadline::after(Duration::from_micros(k as u64));
                poll(&sim, &mut [], nap).unwrap()
            });
        }
    });
    sim.trace()
}

#[test]
fn parties_in_the_place_of_others_replay_exactly() {
    for seed in 0..60 {
        assert!(nested(seed) == nested(seed), "{seed}");
    }
}
