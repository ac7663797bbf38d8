//! `embedded-io-async` on `Yielding`.

use core::future::Future;
use core::pin::pin;
use core::sync::atomic::Ordering;
use core::task::Poll;

use embedded_io_async::{Read, ReadExactError, ReadReady, Write, WriteReady};
use sock_core::embedded::Yielding;
use sock_core::{Backend, Counted, Deadline, Error, Shutdown, UnixStream, poll};

use crate::support::{SHORT, block_on, both, counter, fill, nap, poll_once, tcp_pair};

pub(crate) fn a_poll_makes_one_try_and_asks_for_another<B: Backend>(backend: B) {
    let calls = counter();
    let (client, server) = tcp_pair(&Counted::new(backend.clone(), calls));
    let mut server = Yielding::new(&server);
    server.set_read_deadline(Deadline::after(SHORT * 1000));
    let mut room = [0; 8];
    let mut read = pin!(server.read(&mut room));
    calls.store(0, Ordering::Relaxed);
    // That it asks to be polled again is seen to by `poll_once`.
    for polls in 1..=5 {
        assert!(poll_once(read.as_mut()).is_pending());
        assert_eq!(calls.load(Ordering::Relaxed), polls);
    }
    client.send(b"abc").unwrap();
    nap(&backend);
    assert_eq!(poll_once(read), Poll::Ready(Ok(3)));
}

pub(crate) fn a_poll_that_is_done_makes_one_call<B: Backend>(backend: B) {
    let calls = counter();
    let (client, server) = UnixStream::pair_in(Counted::new(backend, calls)).unwrap();
    calls.store(0, Ordering::Relaxed);
    let mut client = Yielding::new(client);
    assert_eq!(poll_once(pin!(client.write(b"abc"))), Poll::Ready(Ok(3)));
    assert_eq!(calls.load(Ordering::Relaxed), 1);
    let mut room = [0; 8];
    let mut server = Yielding::new(server);
    assert_eq!(poll_once(pin!(server.read(&mut room))), Poll::Ready(Ok(3)));
    assert_eq!(calls.load(Ordering::Relaxed), 2);
}

pub(crate) fn empty_buffers_and_flush_make_no_call<B: Backend>(backend: B) {
    let calls = counter();
    let (client, _server) = tcp_pair(&Counted::new(backend, calls));
    let mut client = Yielding::new(client);
    calls.store(0, Ordering::Relaxed);
    assert_eq!(poll_once(pin!(client.read(&mut []))), Poll::Ready(Ok(0)));
    assert_eq!(poll_once(pin!(client.write(&[]))), Poll::Ready(Ok(0)));
    assert_eq!(poll_once(pin!(client.flush())), Poll::Ready(Ok(())));
    assert_eq!(calls.load(Ordering::Relaxed), 0);
}

pub(crate) fn a_deadline_holds<B: Backend>(backend: B) {
    let (client, server) = UnixStream::pair_in(backend.clone()).unwrap();
    let mut server = Yielding::new(server);
    server.set_read_deadline(Deadline::after(SHORT));
    for _ in 0..2 {
        let before = backend.now();
        let read = block_on(&backend, server.read(&mut [0; 8]));
        assert_eq!(read, Err(Error::DEADLINE));
        assert!(backend.now().saturating_duration_since(before) >= SHORT);
    }
    fill(&client);
    let mut client = Yielding::new(client);
    client.set_write_deadline(Deadline::at(backend.now().saturating_add(SHORT)));
    let write = block_on(&backend, client.write(b"more"));
    assert_eq!(write, Err(Error::DEADLINE));
}

pub(crate) fn a_passed_deadline_still_tries<B: Backend>(backend: B) {
    let (client, server) = tcp_pair(&backend);
    let mut server = Yielding::new(server);
    server.set_read_deadline(Deadline::NOW);
    let read = poll_once(pin!(server.read(&mut [0; 8])));
    assert_eq!(read, Poll::Ready(Err(Error::DEADLINE)));
    client.send(b"abc").unwrap();
    nap(&backend);
    let read = poll_once(pin!(server.read(&mut [0; 8])));
    assert_eq!(read, Poll::Ready(Ok(3)));
}

pub(crate) fn a_dropped_future_has_taken_nothing<B: Backend>(backend: B) {
    let (client, server) = tcp_pair(&backend);
    let mut server = Yielding::new(server);
    let mut room = [0; 8];
    {
        let mut read = pin!(server.read(&mut room));
        assert!(poll_once(read.as_mut()).is_pending());
        client.send(b"abc").unwrap();
        nap(&backend);
    }
    assert_eq!(block_on(&backend, server.read(&mut room)), Ok(3));
}

pub(crate) fn read_exact_fills_the_buffer_or_says_that_the_stream_ended<B: Backend>(backend: B) {
    let calls = counter();
    let (client, server) = UnixStream::pair_in(Counted::new(backend.clone(), calls)).unwrap();
    let mut server = Yielding::new(server);
    calls.store(0, Ordering::Relaxed);
    assert_eq!(
        poll_once(pin!(server.read_exact(&mut []))),
        Poll::Ready(Ok(()))
    );
    assert_eq!(calls.load(Ordering::Relaxed), 0);
    let mut room = [0; 5];
    {
        let mut read = pin!(server.read_exact(&mut room));
        assert!(poll_once(read.as_mut()).is_pending());
        client.send(b"he").unwrap();
        assert!(poll_once(read.as_mut()).is_pending());
        client.send(b"llo, ").unwrap();
        assert_eq!(poll_once(read), Poll::Ready(Ok(())));
    }
    assert_eq!(&room, b"hello");
    client.shutdown(Shutdown::Write).unwrap();
    let read = block_on(&backend, server.read_exact(&mut room));
    assert_eq!(read, Err(ReadExactError::UnexpectedEof));
    assert_eq!(&room[..2], b", ");
}

/// A peer does something this often while a deadline of [`SHORT`] passes.
const STEPS: u32 = 4;

/// Polls a future that has a deadline of [`SHORT`] for the whole, and lets the peer do something in
/// between, for longer than that.
fn among_steps<B: Backend, F: Future>(backend: &B, future: F, mut step: impl FnMut()) -> F::Output {
    let mut future = pin!(future);
    for _ in 0..10 * STEPS {
        if let Poll::Ready(output) = poll_once(future.as_mut()) {
            return output;
        }
        step();
        poll(backend, &mut [], Deadline::after(SHORT / STEPS)).unwrap();
    }
    panic!("not done after ten times its deadline");
}

pub(crate) fn read_exact_keeps_to_one_deadline<B: Backend>(backend: B) {
    let (client, server) = UnixStream::pair_in(backend.clone()).unwrap();
    let mut server = Yielding::new(server);
    server.set_read_deadline(Deadline::after(SHORT));
    let (before, mut sent) = (backend.now(), 0);
    let mut room = [0; 4 * STEPS as usize];
    let read = among_steps(&backend, server.read_exact(&mut room), || {
        sent += client.send(b"x").unwrap();
    });
    assert_eq!(read, Err(ReadExactError::Other(Error::DEADLINE)));
    assert!(backend.now().saturating_duration_since(before) >= SHORT);
    // What came is not given back.
    assert!(room.starts_with(&vec![b'x'; sent]) && !room.ends_with(b"x"));
}

pub(crate) fn write_all_keeps_to_one_deadline<B: Backend>(backend: B) {
    let (client, server) = UnixStream::pair_in(backend.clone()).unwrap();
    let piece = fill(&client) / 16;
    let mut client = Yielding::new(client);
    client.set_write_deadline(Deadline::after(SHORT));
    let before = backend.now();
    let bytes = vec![b'x'; piece * 4 * STEPS as usize];
    let mut room = vec![0; piece];
    let written = among_steps(&backend, client.write_all(&bytes), || {
        assert_ne!(server.recv(&mut room[..]), Ok(0));
    });
    assert_eq!(written, Err(Error::DEADLINE));
    assert!(backend.now().saturating_duration_since(before) >= SHORT);
}

pub(crate) fn two_directions_in_two_tasks<B: Backend>(backend: B) {
    const BYTES: usize = 3_000_000;
    let (client, server) = tcp_pair(&backend);
    let echo = async {
        let (mut from, mut to) = (Yielding::new(&server), Yielding::new(&server));
        let (mut room, mut echoed) = ([0; 4096], 0);
        while echoed < BYTES {
            let n = from.read(&mut room).await.unwrap();
            to.write_all(&room[..n]).await.unwrap();
            echoed += n;
        }
    };
    let talk = async {
        let (mut from, mut to) = (Yielding::new(&client), Yielding::new(&client));
        let mut sent = 0;
        let (mut room, mut received) = (vec![0; 65_536], 0);
        let pattern: Vec<u8> = (0..=250).cycle().take(BYTES).collect();
        while received < BYTES {
            if let Some(rest @ [_, ..]) = pattern.get(sent..) {
                sent += to.write(&rest[..rest.len().min(10_000)]).await.unwrap();
            }
            let n = from.read(&mut room).await.unwrap();
            assert_eq!(room[..n], pattern[received..received + n]);
            received += n;
        }
    };
    both(&backend, echo, talk);
}

pub(crate) fn the_end_of_the_stream<B: Backend>(backend: B) {
    let (client, server) = tcp_pair(&backend);
    client.shutdown(Shutdown::Write).unwrap();
    let mut server = Yielding::new(server);
    assert_eq!(block_on(&backend, server.read(&mut [0; 8])), Ok(0));
    assert_eq!(block_on(&backend, server.read(&mut [0; 8])), Ok(0));
}

pub(crate) fn ready_is_told_without_a_wait<B: Backend>(backend: B) {
    let (client, server) = UnixStream::pair_in(backend.clone()).unwrap();
    let (mut client, mut server) = (Yielding::new(client), Yielding::new(server));
    assert_eq!(server.read_ready(), Ok(false));
    assert_eq!(client.write_ready(), Ok(true));
    assert_eq!(block_on(&backend, client.write(b"x")), Ok(1));
    nap(&backend);
    assert_eq!(server.read_ready(), Ok(true));
    fill(client.get_ref());
    assert_eq!(client.write_ready(), Ok(false));
}
