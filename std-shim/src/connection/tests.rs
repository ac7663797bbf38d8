//! How many system calls an operation makes.

use core::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::io::{IoSlice, IoSliceMut};
use std::thread;
use std::time::{Duration, Instant};

use sock_core::{Counted, Stream, UnixStreams};
use sock_linux::Linux;

use super::Connection;

type Counting = Connection<Counted<Linux>, UnixStreams>;

/// A stream that counts into `calls`, and its peer.
fn pair(calls: &'static AtomicUsize) -> (Counting, Connection<Linux, UnixStreams>) {
    let (a, b) = sock_core::UnixStream::pair_in(Linux).unwrap();
    let a = Stream::assume(Counted::new(Linux, calls), a.into_fd());
    (Connection::new(a), Connection::new(b))
}

/// The calls of one receive that has to wait. What it waits for is sent when it sleeps: after the
/// second call, or when there has been none for a while.
fn calls_of_a_wait(
    calls: &AtomicUsize,
    stream: &Counting,
    peer: &Connection<Linux, UnixStreams>,
) -> usize {
    calls.store(0, SeqCst);
    thread::scope(|scope| {
        scope.spawn(|| {
            let end = Instant::now() + Duration::from_millis(100);
            while calls.load(SeqCst) < 2 && Instant::now() < end {
                thread::yield_now();
            }
            peer.send(b"x").unwrap();
        });
        assert_eq!(stream.recv(&mut [0; 4]).unwrap(), 1);
    });
    calls.load(SeqCst)
}

#[test]
fn a_sole_receiver_waits_at_the_cost_of_one_call() {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let (stream, peer) = pair(&CALLS);
    // The first wait sets the open file up for those that follow.
    assert_eq!(calls_of_a_wait(&CALLS, &stream, &peer), 3);
    for _ in 0..3 {
        assert_eq!(calls_of_a_wait(&CALLS, &stream, &peer), 1);
    }
    // Sharing undoes it, once.
    CALLS.store(0, SeqCst);
    stream.share();
    assert_eq!(CALLS.load(SeqCst), 1);
    stream.share();
    assert_eq!(CALLS.load(SeqCst), 1);
    // To receive, to wait, and to receive again.
    for _ in 0..3 {
        assert_eq!(calls_of_a_wait(&CALLS, &stream, &peer), 3);
    }
    stream.lend();
    stream.lend();
    CALLS.store(0, SeqCst);
    stream.set_nonblocking(true).unwrap();
    assert_eq!(CALLS.load(SeqCst), 1);
}

#[test]
fn what_need_not_wait_is_one_call() {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let (stream, peer) = pair(&CALLS);
    let mut room = [0; 4];
    let counted = |calls: usize, what: &mut dyn FnMut()| {
        CALLS.store(0, SeqCst);
        what();
        assert_eq!(CALLS.load(SeqCst), calls);
    };
    for time_out in [None, Some(Duration::from_secs(9))] {
        counted(0, &mut || {
            stream.settings().read.set_time_out(time_out).unwrap();
            stream.settings().write.set_time_out(time_out).unwrap();
            let deadline = time_out.map(|time| Instant::now() + time);
            stream.settings().read.set_deadline(deadline, &Linux);
            stream.set_nonblocking(false).unwrap();
        });
        counted(1, &mut || assert_eq!(stream.send(b"abc").unwrap(), 3));
        let two = [IoSlice::new(b"ab"), IoSlice::new(b"c")];
        counted(1, &mut || {
            assert_eq!(stream.send_vectored(&two).unwrap(), 3)
        });
        peer.send(b"abcdefghi").unwrap();
        counted(1, &mut || assert_eq!(stream.recv(&mut room).unwrap(), 4));
        counted(1, &mut || assert_eq!(stream.peek(&mut room).unwrap(), 4));
        let (mut one, mut other) = ([0; 1], [0; 1]);
        let mut parts = [IoSliceMut::new(&mut one), IoSliceMut::new(&mut other)];
        counted(1, &mut || {
            assert_eq!(stream.recv_vectored(&mut parts).unwrap(), 2)
        });
        counted(1, &mut || assert_eq!(stream.recv(&mut room).unwrap(), 3));
        counted(0, &mut || assert_eq!(stream.recv(&mut []).unwrap(), 0));
        counted(0, &mut || assert_eq!(stream.send(&[]).unwrap(), 0));
    }
    // Not to wait is to try once.
    stream.set_nonblocking(true).unwrap();
    counted(1, &mut || drop(stream.recv(&mut room).unwrap_err()));
    stream.share();
    counted(1, &mut || drop(stream.recv(&mut room).unwrap_err()));
}

#[test]
fn a_send_without_room_waits_once() {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let (stream, peer) = pair(&CALLS);
    let calls = |what: &mut dyn FnMut()| {
        CALLS.store(0, SeqCst);
        what();
        CALLS.load(SeqCst)
    };
    stream.set_nonblocking(true).unwrap();
    let sent = (0..)
        .take_while(|_| stream.send(&[7; 1000]).is_ok())
        .count();
    let two = [IoSlice::new(b"ab"), IoSlice::new(b"c")];
    assert_eq!(calls(&mut || drop(stream.send(b"x").unwrap_err())), 1);
    assert_eq!(
        calls(&mut || drop(stream.send_vectored(&two).unwrap_err())),
        1
    );
    // To send, and to wait; for the first wait, to make what a shutdown ends it by.
    stream.set_nonblocking(false).unwrap();
    let soon = Some(Duration::from_millis(10));
    stream.settings().write.set_time_out(soon).unwrap();
    assert_eq!(calls(&mut || drop(stream.send(b"x").unwrap_err())), 3);
    assert_eq!(calls(&mut || drop(stream.send(b"x").unwrap_err())), 2);
    assert_eq!(
        calls(&mut || drop(stream.send_vectored(&two).unwrap_err())),
        2
    );
    // To send, to wait, and to send again.
    stream.settings().write.set_time_out(None).unwrap();
    // The reader must not take the calls before for those of this one.
    CALLS.store(0, SeqCst);
    let waited = thread::scope(|scope| {
        scope.spawn(|| {
            while CALLS.load(SeqCst) < 2 {
                thread::yield_now();
            }
            for _ in 0..sent {
                let mut left = 1000;
                while left > 0 {
                    left -= peer.recv(&mut vec![0; left]).unwrap();
                }
            }
        });
        calls(&mut || assert_eq!(stream.send_vectored(&two).unwrap(), 3))
    });
    assert_eq!(waited, 3);
}
