//! TCP of `embedded-nal-async` on `YieldingStack`.

use core::pin::pin;

use embedded_io_async::{Read, Write};
use embedded_nal_async::TcpConnect;
use sock_core::embedded::YieldingStack;
use sock_core::{Backend, Deadline, Error, ErrorKind};

use crate::support::{
    SHORT, SOON, block_on, both, deaf_listener, listener, loopback4, loopback6, poll_once,
};

pub(crate) fn connects_and_talks<B: Backend>(backend: B) {
    for at in [loopback4(0), loopback6(0)] {
        let (listener, addr) = listener(&backend, at);
        let stack = YieldingStack::new(backend.clone());
        let mut client = block_on(&backend, stack.connect(addr)).unwrap();
        let (server, _) = listener.accept_by(SOON).unwrap();
        let mut server = sock_core::embedded::Yielding::new(server);
        let mut answer = [0; 4];
        let ask = async {
            client.write_all(b"ping").await.unwrap();
            client.read_exact(&mut answer).await.unwrap();
        };
        let serve = async {
            let mut room = [0; 4];
            server.read_exact(&mut room).await.unwrap();
            assert_eq!(&room, b"ping");
            server.write_all(b"pong").await.unwrap();
        };
        both(&backend, ask, serve);
        assert_eq!(&answer, b"pong");
    }
}

pub(crate) fn a_refused_connect_says_so<B: Backend>(backend: B) {
    let (listener, addr) = listener(&backend, loopback4(0));
    drop(listener);
    let stack = YieldingStack::new(backend.clone());
    let error = block_on(&backend, stack.connect(addr)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
}

pub(crate) fn a_connect_ends_at_its_deadline<B: Backend>(backend: B) {
    let deaf = deaf_listener(&backend);
    let mut stack = YieldingStack::new(backend.clone());
    stack.set_connect_deadline(Deadline::after(SHORT));
    let before = backend.now();
    let error = block_on(&backend, stack.connect(deaf.addr)).unwrap_err();
    assert_eq!(error, Error::DEADLINE);
    assert!(backend.now().saturating_duration_since(before) >= SHORT);
}

/// The simulator counts descriptors.
#[test]
fn a_dropped_connect_closes() {
    let sim = sock_sim::Sim::new();
    let deaf = deaf_listener(&sim);
    let stack = YieldingStack::new(sim.clone());
    let before = sim.open_descriptors();
    {
        let mut connect = pin!(stack.connect(deaf.addr));
        assert!(poll_once(connect.as_mut()).is_pending());
        assert_eq!(sim.open_descriptors(), before + 1);
    }
    assert_eq!(sim.open_descriptors(), before);
}

pub(crate) fn deadlines_of_the_stack_are_those_of_its_streams<B: Backend>(backend: B) {
    let (listener, addr) = listener(&backend, loopback4(0));
    let mut stack = YieldingStack::new(backend.clone());
    stack.set_read_deadline(Deadline::after(SHORT));
    stack.set_write_deadline(Deadline::NOW);
    let mut client = block_on(&backend, stack.connect(addr)).unwrap();
    let _server = listener.accept_by(SOON).unwrap();
    let read = block_on(&backend, client.read(&mut [0; 4]));
    assert_eq!(read, Err(Error::DEADLINE));
    // Nobody receives: there is an end to the room.
    let write = (0..10_000).find_map(|_| block_on(&backend, client.write(&[0; 65_536])).err());
    assert_eq!(write, Some(Error::DEADLINE));
}
