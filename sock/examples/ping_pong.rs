//! How much a wait costs: 64 bytes there and back between two threads on one processor, both of
//! which wait for each message.
//!
//! `cargo run --release -p sock --example ping_pong`
//!
//! Variants run in rotated order in one process; the figures are the least, the first quartile and
//! the median of the rounds, and the ratios to std's blocking calls. Linux only.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::io::{Read, Write};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use sock::{Blocking, Deadline, TcpListener, TcpStream};

const ROUNDS: usize = 40;
const TRIPS: u32 = 2000;
const WARM_UP: u32 = 200;
const MESSAGE: usize = 64;

/// One end, which sends a message and receives the answer, or the other way round.
trait End: Send {
    fn send(&mut self, message: &[u8]);
    fn recv(&mut self, message: &mut [u8]);
}

struct Std(std::net::TcpStream);

impl End for Std {
    fn send(&mut self, message: &[u8]) {
        self.0.write_all(message).unwrap();
    }

    fn recv(&mut self, message: &mut [u8]) {
        self.0.read_exact(message).unwrap();
    }
}

impl End for Blocking<TcpStream> {
    fn send(&mut self, message: &[u8]) {
        self.send_all(message).unwrap();
    }

    fn recv(&mut self, message: &mut [u8]) {
        self.recv_exact(message).unwrap();
    }
}

/// A stream under a deadline of its own for each receive.
struct Waits(TcpStream, Deadline);

impl End for Waits {
    fn send(&mut self, message: &[u8]) {
        self.0.send_all(message, self.1).unwrap();
    }

    fn recv(&mut self, message: &mut [u8]) {
        self.0.recv_exact(message, self.1).unwrap();
    }
}

/// A variant: this thread's end, and how to tell the other thread to go on.
struct Variant {
    name: &'static str,
    end: Box<dyn End>,
    start: mpsc::Sender<u32>,
    nanos: Vec<f64>,
}

fn pair() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind(&"127.0.0.1:0".parse().unwrap()).unwrap();
    let a = TcpStream::connect(&listener.local_addr().unwrap(), Deadline::NEVER).unwrap();
    let (b, _) = listener.accept_by(Deadline::NEVER).unwrap();
    a.set_nodelay(true).unwrap();
    b.set_nodelay(true).unwrap();
    (a, b)
}

fn std_pair() -> (std::net::TcpStream, std::net::TcpStream) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let a = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (b, _) = listener.accept().unwrap();
    a.set_nodelay(true).unwrap();
    b.set_nodelay(true).unwrap();
    (a, b)
}

fn variant(name: &'static str, end: Box<dyn End>, mut other: Box<dyn End>) -> Variant {
    let (start, trips) = mpsc::channel();
    std::thread::spawn(move || {
        let mut message = [0; MESSAGE];
        for trips in trips {
            for _ in 0..trips {
                other.recv(&mut message);
                other.send(&message);
            }
        }
    });
    Variant {
        name,
        end,
        start,
        nanos: Vec::new(),
    }
}

fn blocking(deadline: Deadline) -> [Box<dyn End>; 2] {
    let (a, b) = pair();
    [a, b].map(|stream| {
        let mut stream = Blocking::new(stream);
        stream.set_read_deadline(deadline);
        Box::new(stream) as Box<dyn End>
    })
}

fn waits(deadline: Deadline) -> [Box<dyn End>; 2] {
    let (a, b) = pair();
    [a, b].map(|stream| Box::new(Waits(stream, deadline)) as Box<dyn End>)
}

/// Both threads on one processor, so that every message wakes a thread and none an idle processor.
fn pin() {
    // SAFETY: a zeroed cpu_set_t is the empty set; the call reads it.
    unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        libc::CPU_SET(0, &mut set);
        assert_eq!(libc::sched_setaffinity(0, size_of_val(&set), &set), 0);
    }
}

fn main() {
    pin();
    let minute = Deadline::after(Duration::from_secs(60));
    let hour = Deadline::at(sock::now().saturating_add(Duration::from_secs(3600)));
    let (a, b) = std_pair();
    let (c, d) = std_pair();
    for stream in [&c, &d] {
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
    }
    let [e, f] = blocking(Deadline::NEVER);
    let [g, h] = blocking(minute);
    let [i, j] = blocking(hour);
    let [k, l] = waits(Deadline::NEVER);
    let [m, n] = waits(minute);
    let [o, p] = waits(hour);
    let mut variants = [
        variant("std", Box::new(Std(a)), Box::new(Std(b))),
        variant("std, read timeout", Box::new(Std(c)), Box::new(Std(d))),
        variant("Blocking", e, f),
        variant("Blocking, after 60 s", g, h),
        variant("Blocking, at a point", i, j),
        variant("recv_exact, NEVER", k, l),
        variant("recv_exact, after 60 s", m, n),
        variant("recv_exact, at a point", o, p),
    ];
    let (mut message, count) = ([7; MESSAGE], variants.len());
    for round in 0..ROUNDS {
        for turn in 0..count {
            let variant = &mut variants[(turn + round) % count];
            variant.start.send(WARM_UP + TRIPS).unwrap();
            let mut start = Instant::now();
            for trip in 0..WARM_UP + TRIPS {
                if trip == WARM_UP {
                    start = Instant::now();
                }
                variant.end.send(&message);
                variant.end.recv(&mut message);
            }
            variant
                .nanos
                .push(start.elapsed().as_nanos() as f64 / f64::from(TRIPS));
        }
    }
    println!(
        "{:<24} {:>9} {:>9} {:>9}  ratios to std",
        "64 B there and back", "min ns", "q1", "median"
    );
    let figures = |variant: &Variant| {
        let mut nanos = variant.nanos.clone();
        nanos.sort_by(f64::total_cmp);
        [nanos[0], nanos[ROUNDS / 4], nanos[ROUNDS / 2]]
    };
    let base = figures(&variants[0]);
    for variant in &variants {
        let [min, q1, median] = figures(variant);
        println!(
            "{:<24} {min:>9.0} {q1:>9.0} {median:>9.0}  {:.3} {:.3} {:.3}",
            variant.name,
            min / base[0],
            q1 / base[1],
            median / base[2]
        );
    }
}
