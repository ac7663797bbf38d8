//! `read_exact` and `write_all` of `Blocking` with a peer that is slow, but never silent for long: their
//! deadline is that of the whole. Two parties, on the virtual clock.

use core::time::Duration;

use embedded_io::{Read, ReadExactError, Write};
use sock_core::{Abi, Blocking, Deadline, Error, UnixStream, abi, poll};
use sock_sim::Sim;

use crate::support::fill;

const LIMIT: Duration = Duration::from_secs(5);

/// How long the peer pauses between two bytes, or two receives.
const PAUSE: Duration = Duration::from_millis(900);

/// How often the peer does something: for longer than the deadline.
const TIMES: usize = 20;

fn pause<A: Abi>(sim: &Sim<A>) {
    poll(sim, &mut [], Deadline::after(PAUSE)).unwrap();
}

fn read_exact<A: Abi>(sim: &Sim<A>) {
    let (near, far) = UnixStream::pair_in(sim.clone()).unwrap();
    let mut near = Blocking::new(near);
    near.set_read_deadline(Deadline::after(LIMIT));
    let begin = sim.now();
    let read = || {
        let mut room = [0; TIMES];
        let read = near.read_exact(&mut room);
        (read, room, sim.now().saturating_duration_since(begin))
    };
    let trickle = || {
        for _ in 0..TIMES {
            pause(sim);
            far.send(b"x").unwrap();
        }
    };
    let ((read, room, took), ()) = sim.together(read, trickle);
    assert_eq!(read, Err(ReadExactError::Other(Error::DEADLINE)));
    assert_eq!(took, LIMIT);
    assert_eq!(&room[..6], b"xxxxx\0");
}

fn write_all<A: Abi>(sim: &Sim<A>) {
    let (near, far) = UnixStream::pair_in(sim.clone()).unwrap();
    let sent = fill(&near);
    let mut near = Blocking::new(near);
    near.set_write_deadline(Deadline::after(LIMIT));
    let begin = sim.now();
    let write = || {
        let written = near.write_all(&vec![b'x'; sent * (TIMES / 2)]);
        (written, sim.now().saturating_duration_since(begin))
    };
    let drain = || {
        for _ in 0..TIMES {
            pause(sim);
            while far.recv(&mut [0; 65_536]).is_ok() {}
        }
    };
    let ((written, took), ()) = sim.together(write, drain);
    assert_eq!(written, Err(Error::DEADLINE));
    assert_eq!(took, LIMIT);
}

#[test]
fn read_exact_keeps_to_one_deadline() {
    read_exact(&Sim::new());
    read_exact(&Sim::with_abi(abi::FreeBsd));
}

#[test]
fn write_all_keeps_to_one_deadline() {
    write_all(&Sim::new());
    write_all(&Sim::with_abi(abi::FreeBsd));
}
