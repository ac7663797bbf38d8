//! `embedded-io` on `Blocking`.

use core::sync::atomic::Ordering;

use embedded_io::{ErrorKind, Read, ReadExactError, ReadReady, Write, WriteReady};
use sock_core::{Backend, Blocking, Counted, Deadline, Error, Shutdown, UnixStream};

use crate::support::{SHORT, counter, fill, nap, reset, tcp_pair};

pub(crate) fn reads_what_there_is_and_then_the_end<B: Backend>(backend: B) {
    let (client, server) = tcp_pair(&backend);
    let (mut client, mut server) = (Blocking::new(client), Blocking::new(server));
    client.write_all(b"hello").unwrap();
    let mut room = [0; 16];
    assert_eq!(server.read(&mut room).unwrap(), 5);
    assert_eq!(&room[..5], b"hello");
    client.write_all(b"bye").unwrap();
    client.get_ref().shutdown(Shutdown::Write).unwrap();
    let exact = server.read_exact(&mut room);
    assert_eq!(exact, Err(ReadExactError::UnexpectedEof));
    assert_eq!(&room[..3], b"bye");
    assert_eq!(server.read(&mut room).unwrap(), 0);
    assert_eq!(server.read(&mut room).unwrap(), 0);
}

pub(crate) fn empty_buffers_and_flush_make_no_call<B: Backend>(backend: B) {
    let calls = counter();
    let (client, _server) = tcp_pair(&Counted::new(backend, calls));
    let mut client = Blocking::new(client);
    calls.store(0, Ordering::Relaxed);
    assert_eq!(client.read(&mut []).unwrap(), 0);
    assert_eq!(client.write(&[]).unwrap(), 0);
    client.write_all(&[]).unwrap();
    client.flush().unwrap();
    assert_eq!(calls.load(Ordering::Relaxed), 0);
}

pub(crate) fn a_deadline_is_a_time_out<B: Backend>(backend: B) {
    let (client, _server) = tcp_pair(&backend);
    let mut client = Blocking::new(client);
    client.set_read_deadline(Deadline::after(SHORT));
    let before = backend.now();
    let error = client.read(&mut [0; 4]).unwrap_err();
    assert!(backend.now().saturating_duration_since(before) >= SHORT);
    assert_eq!(error, Error::DEADLINE);
    assert_eq!(embedded_io::Error::kind(&error), ErrorKind::TimedOut);
}

pub(crate) fn a_full_stream_waits_for_room_until_the_deadline<B: Backend>(backend: B) {
    let (client, server) = UnixStream::pair_in(backend.clone()).unwrap();
    let sent = fill(&client);
    let mut client = Blocking::new(client);
    client.set_write_deadline(Deadline::after(SHORT));
    let error = client.write(b"more").unwrap_err();
    assert_eq!(error, Error::DEADLINE);
    let mut server = Blocking::new(server);
    let mut room = vec![0; sent];
    server.read_exact(&mut room).unwrap();
    // Never 0: an implementation that said so would make `write_all` panic.
    assert_eq!(client.write(b"more").unwrap(), 4);
}

pub(crate) fn ready_to_read_is_data_or_the_end<B: Backend>(backend: B) {
    let (client, server) = tcp_pair(&backend);
    let mut server = Blocking::new(server);
    assert_eq!(server.read_ready(), Ok(false));
    client.send(b"x").unwrap();
    nap(&backend);
    assert_eq!(server.read_ready(), Ok(true));
    server.set_read_deadline(Deadline::NOW);
    assert_eq!(server.read(&mut [0; 4]), Ok(1));
    assert_eq!(server.read_ready(), Ok(false));
    drop(client);
    nap(&backend);
    assert_eq!(server.read_ready(), Ok(true));
    assert_eq!(server.read(&mut [0; 4]), Ok(0));
}

pub(crate) fn ready_to_write_is_room<B: Backend>(backend: B) {
    let (client, server) = UnixStream::pair_in(backend.clone()).unwrap();
    let mut client = Blocking::new(client);
    assert_eq!(client.write_ready(), Ok(true));
    let sent = fill(client.get_ref());
    assert_eq!(client.write_ready(), Ok(false));
    Blocking::new(server)
        .read_exact(&mut vec![0; sent])
        .unwrap();
    nap(&backend);
    assert_eq!(client.write_ready(), Ok(true));
}

pub(crate) fn a_reset_is_told_once_and_makes_ready<B: Backend>(backend: B) {
    let (client, server) = tcp_pair(&backend);
    let mut server = Blocking::new(server);
    reset(client);
    nap(&backend);
    assert_eq!(server.read_ready(), Ok(true));
    assert_eq!(server.write_ready(), Ok(true));
    let error = server.read(&mut [0; 4]).unwrap_err();
    assert_eq!(embedded_io::Error::kind(&error), ErrorKind::ConnectionReset);
    assert_eq!(server.read(&mut [0; 4]), Ok(0));
}

pub(crate) fn writing_to_nobody_is_a_broken_pipe<B: Backend>(backend: B) {
    let (client, _server) = tcp_pair(&backend);
    client.shutdown(Shutdown::Write).unwrap();
    let error = Blocking::new(client).write(b"x").unwrap_err();
    assert_eq!(embedded_io::Error::kind(&error), ErrorKind::BrokenPipe);
}
