//! TCP of `embedded-nal` on `Stack`.

use embedded_nal::nb::Error::{Other, WouldBlock};
use embedded_nal::{TcpClientStack, TcpError, TcpErrorKind, TcpFullStack};
use sock_core::embedded::{Stack, StackError, StackTcpSocket, State};
use sock_core::{Backend, Error, ErrorKind};

use crate::support::{Addr, deaf_listener, loopback4, loopback6, nap, reset, until};

fn open<B: Backend>(stack: &mut Stack<B>) -> StackTcpSocket<B> {
    TcpClientStack::socket(stack).unwrap()
}

/// A socket of the stack that listens on any port of this address.
fn listening<B: Backend>(backend: &B, at: Addr) -> (Stack<B>, StackTcpSocket<B>, Addr) {
    let mut stack = Stack::new(backend.clone()).bound_to(at.ip());
    let mut socket = open(&mut stack);
    TcpFullStack::bind(&mut stack, &mut socket, 0).unwrap();
    assert_eq!(socket.state(), State::Bound);
    stack.listen(&mut socket).unwrap();
    let addr = socket.local_addr().unwrap().into();
    (stack, socket, addr)
}

fn connect<B: Backend>(backend: &B, to: Addr) -> (Stack<B>, StackTcpSocket<B>) {
    let mut stack = Stack::new(backend.clone());
    let mut socket = open(&mut stack);
    until(backend, || {
        TcpClientStack::connect(&mut stack, &mut socket, to)
    })
    .unwrap();
    (stack, socket)
}

fn talk<B: Backend>(backend: B, at: Addr) {
    let (mut server, mut listener, addr) = listening(&backend, at);
    assert!(matches!(server.accept(&mut listener), Err(WouldBlock)));
    let (mut client, mut ours) = connect(&backend, addr);
    let (mut theirs, peer) = until(&backend, || server.accept(&mut listener)).unwrap();
    assert_eq!(peer, ours.local_addr().unwrap().into());
    let mut room = [0; 16];
    let nothing = TcpClientStack::receive(&mut server, &mut theirs, &mut room);
    assert_eq!(nothing, Err(WouldBlock));
    let sent = TcpClientStack::send(&mut client, &mut ours, b"hello");
    assert_eq!(sent, Ok(5));
    let receive = || TcpClientStack::receive(&mut server, &mut theirs, &mut room);
    assert_eq!(until(&backend, receive), Ok(5));
    assert_eq!(&room[..5], b"hello");
}

pub(crate) fn a_client_and_a_server<B: Backend>(backend: B) {
    talk(backend, loopback4(0));
}

pub(crate) fn over_ipv6<B: Backend>(backend: B) {
    talk(backend, loopback6(0));
}

pub(crate) fn a_connect_goes_on_when_called_again<B: Backend>(backend: B) {
    let deaf = deaf_listener(&backend);
    let mut stack = Stack::new(backend);
    let mut socket = open(&mut stack);
    let mut port = None;
    for _ in 0..3 {
        let pending = TcpClientStack::connect(&mut stack, &mut socket, deaf.addr);
        assert_eq!(pending, Err(WouldBlock));
        assert_eq!(socket.state(), State::Connecting);
        // The same attempt, not another one.
        let now = socket.local_addr().unwrap().port();
        assert_eq!(*port.get_or_insert(now), now);
    }
}

pub(crate) fn another_address_while_connecting_is_refused<B: Backend>(backend: B) {
    let deaf = deaf_listener(&backend);
    let (_server, _listener, other) = listening(&backend, loopback4(0));
    let mut stack = Stack::new(backend);
    let mut socket = open(&mut stack);
    let pending = TcpClientStack::connect(&mut stack, &mut socket, deaf.addr);
    assert_eq!(pending, Err(WouldBlock));
    let refused = TcpClientStack::connect(&mut stack, &mut socket, other);
    let wrong = StackError::WrongState(State::Connecting);
    assert_eq!(refused, Err(Other(wrong)));
    // The attempt is still the same.
    let pending = TcpClientStack::connect(&mut stack, &mut socket, deaf.addr);
    assert_eq!(pending, Err(WouldBlock));
    let sent = TcpClientStack::send(&mut stack, &mut socket, b"early");
    assert_eq!(sent, Err(Other(wrong)));
}

pub(crate) fn a_refused_connect_can_be_tried_again<B: Backend>(backend: B) {
    let (mut server, listener, addr) = listening(&backend, loopback4(0));
    TcpClientStack::close(&mut server, listener).unwrap();
    let mut stack = Stack::new(backend.clone());
    let mut socket = open(&mut stack);
    let connect = || TcpClientStack::connect(&mut stack, &mut socket, addr);
    match until(&backend, connect) {
        Err(StackError::Socket(error)) => assert_eq!(error.kind(), ErrorKind::ConnectionRefused),
        other => panic!("{other:?}"),
    }
    assert_eq!(socket.state(), State::Closed);
    let (_server, _listener, addr) = listening(&backend, loopback4(0));
    let connect = || TcpClientStack::connect(&mut stack, &mut socket, addr);
    assert_eq!(until(&backend, connect), Ok(()));
}

type Ends<B> = (Stack<B>, StackTcpSocket<B>, Stack<B>, StackTcpSocket<B>);

fn pair<B: Backend>(backend: &B) -> Ends<B> {
    let (mut server, mut listener, addr) = listening(backend, loopback4(0));
    let (client, ours) = connect(backend, addr);
    let (theirs, _) = until(backend, || server.accept(&mut listener)).unwrap();
    (client, ours, server, theirs)
}

pub(crate) fn the_end_of_the_stream_is_a_closed_pipe<B: Backend>(backend: B) {
    let (mut client, mut ours, mut server, mut theirs) = pair(&backend);
    TcpClientStack::send(&mut client, &mut ours, b"bye").unwrap();
    let stream = ours.stream().unwrap();
    stream.shutdown(sock_core::Shutdown::Write).unwrap();
    let mut room = [0; 16];
    let mut receive = || TcpClientStack::receive(&mut server, &mut theirs, &mut room);
    // What was sent comes first.
    assert_eq!(until(&backend, &mut receive), Ok(3));
    for _ in 0..2 {
        let error = until(&backend, &mut receive).unwrap_err();
        assert_eq!(error, StackError::EndOfStream);
        assert_eq!(TcpError::kind(&error), TcpErrorKind::PipeClosed);
    }
    // And the other direction is open.
    let sent = TcpClientStack::send(&mut server, &mut theirs, b"yes?");
    assert_eq!(sent, Ok(4));
}

pub(crate) fn an_empty_buffer_is_not_the_end<B: Backend>(backend: B) {
    let (mut client, mut ours, _server, _theirs) = pair(&backend);
    let none = TcpClientStack::receive(&mut client, &mut ours, &mut []);
    assert_eq!(none, Ok(0));
    assert_eq!(TcpClientStack::send(&mut client, &mut ours, &[]), Ok(0));
}

/// A receive tells a reset from the end of the stream; after it nothing can be sent.
pub(crate) fn a_reset_is_no_end<B: Backend>(backend: B) {
    let (listener, addr) = crate::support::listener(&backend, loopback4(0));
    let (mut client, mut ours) = connect(&backend, addr);
    reset(listener.accept_by(crate::support::SOON).unwrap().0);
    nap(&backend);
    let mut room = [0; 4];
    match TcpClientStack::receive(&mut client, &mut ours, &mut room) {
        Err(Other(error)) => assert_eq!(TcpError::kind(&error), TcpErrorKind::Other),
        other => panic!("{other:?}"),
    }
    match TcpClientStack::send(&mut client, &mut ours, b"x") {
        Err(Other(error)) => assert_eq!(TcpError::kind(&error), TcpErrorKind::PipeClosed),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn what_a_state_cannot_do_is_an_error<B: Backend>(backend: B) {
    let wrong = |state| StackError::<B::Abi>::WrongState(state);
    let mut stack = Stack::new(backend.clone());
    let mut socket = open(&mut stack);
    let closed = wrong(State::Closed);
    assert_eq!(stack.listen(&mut socket), Err(closed));
    assert_eq!(stack.accept(&mut socket).err(), Some(Other(closed)));
    assert_eq!(socket.local_addr(), Err(closed));
    let sent = TcpClientStack::send(&mut stack, &mut socket, b"x");
    assert_eq!(sent, Err(Other(closed)));
    let received = TcpClientStack::receive(&mut stack, &mut socket, &mut [0]);
    assert_eq!(received, Err(Other(closed)));

    let (mut server, mut listener, addr) = listening(&backend, loopback4(0));
    let listening = wrong(State::Listening);
    assert_eq!(server.listen(&mut listener), Err(listening));
    let bound = TcpFullStack::bind(&mut server, &mut listener, 0);
    assert_eq!(bound, Err(listening));
    let connected = TcpClientStack::connect(&mut server, &mut listener, addr);
    assert_eq!(connected, Err(Other(listening)));

    let (mut client, mut ours) = connect(&backend, addr);
    let connected = TcpClientStack::connect(&mut client, &mut ours, addr);
    assert_eq!(connected, Err(Other(wrong(State::Connected))));
    // None of it did any harm.
    let (mut theirs, _) = until(&backend, || server.accept(&mut listener)).unwrap();
    TcpClientStack::send(&mut server, &mut theirs, b"x").unwrap();
    let receive = || TcpClientStack::receive(&mut client, &mut ours, &mut [0]);
    assert_eq!(until(&backend, receive), Ok(1));
}

pub(crate) fn a_bound_socket_has_its_family<B: Backend>(backend: B) {
    let (_server, _listener, addr) = listening(&backend, loopback6(0));
    let mut stack = Stack::new(backend);
    let mut socket = open(&mut stack);
    TcpFullStack::bind(&mut stack, &mut socket, 0).unwrap();
    let port = socket.local_addr().unwrap().port();
    let refused = TcpClientStack::connect(&mut stack, &mut socket, addr);
    assert_eq!(refused, Err(Other(StackError::Socket(Error::WRONG_FAMILY))));
    assert_eq!(socket.state(), State::Bound);
    assert_eq!(socket.local_addr().unwrap().port(), port);
}

pub(crate) fn a_taken_port_is_told<B: Backend>(backend: B) {
    let (mut server, _listener, addr) = listening(&backend, loopback4(0));
    let mut second = open(&mut server);
    match TcpFullStack::bind(&mut server, &mut second, addr.port()) {
        Err(StackError::Socket(error)) => assert_eq!(error.kind(), ErrorKind::AddrInUse),
        other => panic!("{other:?}"),
    }
    assert_eq!(second.state(), State::Closed);
}

pub(crate) fn closing_ends_the_stream_of_the_peer<B: Backend>(backend: B) {
    let (mut client, ours, mut server, mut theirs) = pair(&backend);
    TcpClientStack::close(&mut client, ours).unwrap();
    let receive = || TcpClientStack::receive(&mut server, &mut theirs, &mut [0]);
    assert_eq!(until(&backend, receive), Err(StackError::EndOfStream));
}
