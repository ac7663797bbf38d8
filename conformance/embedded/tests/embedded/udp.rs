//! UDP of `embedded-nal` on `Stack`.

use core::net::Ipv4Addr;

use embedded_nal::nb::Error::{Other, WouldBlock};
use embedded_nal::{UdpClientStack, UdpFullStack};
use sock_core::embedded::{Stack, StackError, StackUdpSocket, State};
use sock_core::{Backend, ErrorKind};

use crate::support::{Addr, loopback4, loopback6, until};

fn open<B: Backend>(stack: &mut Stack<B>) -> StackUdpSocket<B> {
    UdpClientStack::socket(stack).unwrap()
}

/// A socket of the stack bound to any port of this address.
fn bound<B: Backend>(backend: &B, at: Addr) -> (Stack<B>, StackUdpSocket<B>, Addr) {
    let mut stack = Stack::new(backend.clone()).bound_to(at.ip());
    let mut socket = open(&mut stack);
    UdpFullStack::bind(&mut stack, &mut socket, 0).unwrap();
    let addr = socket.local_addr().unwrap().into();
    (stack, socket, addr)
}

fn receive<B: Backend>(
    backend: &B,
    stack: &mut Stack<B>,
    socket: &mut StackUdpSocket<B>,
) -> (Vec<u8>, Addr) {
    let mut room = [0; 64];
    let receive = || UdpClientStack::receive(stack, socket, &mut room);
    let (n, from) = until(backend, receive).unwrap();
    (room[..n].to_vec(), from)
}

fn talk<B: Backend>(backend: B, at: Addr) {
    let (mut server, mut theirs, addr) = bound(&backend, at);
    let nothing = UdpClientStack::receive(&mut server, &mut theirs, &mut [0; 8]);
    assert_eq!(nothing, Err(WouldBlock));
    let mut client = Stack::new(backend.clone());
    let mut ours = open(&mut client);
    UdpClientStack::connect(&mut client, &mut ours, addr).unwrap();
    assert_eq!(ours.state(), State::Connected);
    UdpClientStack::send(&mut client, &mut ours, b"ping").unwrap();
    let (ping, from) = receive(&backend, &mut server, &mut theirs);
    assert_eq!(ping, b"ping");
    assert_eq!(from, ours.local_addr().unwrap().into());
    server.send_to(&mut theirs, from, b"pong").unwrap();
    let (pong, from) = receive(&backend, &mut client, &mut ours);
    assert_eq!((&pong[..], from), (&b"pong"[..], addr));
}

pub(crate) fn a_client_and_a_server<B: Backend>(backend: B) {
    talk(backend, loopback4(0));
}

pub(crate) fn over_ipv6<B: Backend>(backend: B) {
    talk(backend, loopback6(0));
}

pub(crate) fn a_send_goes_to_the_last_address<B: Backend>(backend: B) {
    let (mut server, mut theirs, addr) = bound(&backend, loopback4(0));
    let mut client = Stack::new(backend.clone());
    let mut ours = open(&mut client);
    client.send_to(&mut ours, addr, b"one").unwrap();
    UdpClientStack::send(&mut client, &mut ours, b"two").unwrap();
    let (one, from) = receive(&backend, &mut server, &mut theirs);
    assert_eq!(
        (one, receive(&backend, &mut server, &mut theirs)),
        (b"one".into(), (b"two".into(), from))
    );
}

pub(crate) fn a_peer_can_be_changed<B: Backend>(backend: B) {
    let (mut server, mut first, one) = bound(&backend, loopback4(0));
    let (_, mut second, two) = bound(&backend, loopback4(0));
    let mut client = Stack::new(backend.clone());
    let mut ours = open(&mut client);
    for (addr, theirs) in [(one, &mut first), (two, &mut second)] {
        UdpClientStack::connect(&mut client, &mut ours, addr).unwrap();
        UdpClientStack::send(&mut client, &mut ours, b"you").unwrap();
        assert_eq!(receive(&backend, &mut server, theirs).0, b"you");
    }
}

/// A broadcast, which nobody has allowed, and what is no address at all.
const REFUSED: [fn() -> Addr; 2] = [|| (Ipv4Addr::BROADCAST, 9).into(), || loopback4(0)];

pub(crate) fn a_socket_whose_first_connect_failed_is_closed<B: Backend>(backend: B) {
    let (_server, _theirs, addr) = bound(&backend, loopback6(0));
    let mut stack = Stack::new(backend);
    let mut ours = open(&mut stack);
    let refused = UdpClientStack::connect(&mut stack, &mut ours, (Ipv4Addr::BROADCAST, 9).into());
    assert!(matches!(refused, Err(StackError::Socket(_))), "{refused:?}");
    assert_eq!(ours.state(), State::Closed);
    let closed = StackError::WrongState(State::Closed);
    assert_eq!(ours.local_addr(), Err(closed));
    // It has no family yet.
    UdpClientStack::connect(&mut stack, &mut ours, addr).unwrap();
    assert_eq!(ours.state(), State::Connected);
}

pub(crate) fn a_socket_whose_first_send_failed_is_closed<B: Backend>(backend: B) {
    let (_server, _theirs, addr) = bound(&backend, loopback6(0));
    let mut stack = Stack::new(backend);
    for refused in REFUSED {
        let mut ours = open(&mut stack);
        let sent = stack.send_to(&mut ours, refused(), b"x");
        assert!(
            matches!(sent, Err(Other(StackError::Socket(_)))),
            "{sent:?}"
        );
        assert_eq!(ours.state(), State::Closed);
        let closed = StackError::WrongState(State::Closed);
        let again = UdpClientStack::send(&mut stack, &mut ours, b"x");
        assert_eq!(again, Err(Other(closed)));
        stack.send_to(&mut ours, addr, b"x").unwrap();
        let mut ours = open(&mut stack);
        stack.send_to(&mut ours, refused(), b"x").unwrap_err();
        UdpFullStack::bind(&mut stack, &mut ours, 0).unwrap();
    }
}

pub(crate) fn a_failed_send_or_connect_is_not_the_last_address<B: Backend>(backend: B) {
    let (mut server, mut theirs, addr) = bound(&backend, loopback4(0));
    let mut client = Stack::new(backend.clone());
    let mut ours = open(&mut client);
    client.send_to(&mut ours, addr, b"one").unwrap();
    for refused in REFUSED {
        client.send_to(&mut ours, refused(), b"lost").unwrap_err();
    }
    UdpClientStack::connect(&mut client, &mut ours, (Ipv4Addr::BROADCAST, 9).into()).unwrap_err();
    assert_eq!(ours.state(), State::Bound);
    UdpClientStack::send(&mut client, &mut ours, b"two").unwrap();
    for expected in [b"one", b"two"] {
        assert_eq!(receive(&backend, &mut server, &mut theirs).0, expected);
    }
}

pub(crate) fn a_bound_socket_has_its_local_address<B: Backend>(backend: B) {
    let (_server, _theirs, addr) = bound(&backend, loopback4(0));
    // An address that nobody else binds to: so nobody takes the port between two binds.
    let mut stack = Stack::new(backend).bound_to([127, 9, 8, 7].into());
    let mut ours = open(&mut stack);
    // Of a port that was named.
    UdpFullStack::bind(&mut stack, &mut ours, 0).unwrap();
    let local = ours.local_addr().unwrap();
    drop(ours);
    let mut ours = open(&mut stack);
    UdpFullStack::bind(&mut stack, &mut ours, local.port()).unwrap();
    UdpClientStack::connect(&mut stack, &mut ours, addr).unwrap();
    UdpClientStack::connect(&mut stack, &mut ours, (Ipv4Addr::BROADCAST, 9).into()).unwrap_err();
    assert_eq!(ours.state(), State::Bound);
    assert_eq!(ours.local_addr(), Ok(local));
    // Of one that the kernel picked, and may have taken back.
    let mut ours = open(&mut stack);
    UdpClientStack::connect(&mut stack, &mut ours, addr).unwrap();
    UdpClientStack::connect(&mut stack, &mut ours, (Ipv4Addr::BROADCAST, 9).into()).unwrap_err();
    assert_eq!(ours.state(), State::Bound);
    assert!(ours.local_addr().unwrap().ip().is_ipv4());
    let sent = UdpClientStack::send(&mut stack, &mut ours, b"x");
    assert_eq!(sent, Err(Other(StackError::WrongState(State::Bound))));
    stack.send_to(&mut ours, addr, b"x").unwrap();
    assert_ne!(ours.local_addr().unwrap().port(), 0);
}

pub(crate) fn a_cut_datagram_is_an_error<B: Backend>(backend: B) {
    let (mut server, mut theirs, addr) = bound(&backend, loopback4(0));
    let mut client = Stack::new(backend.clone());
    let mut ours = open(&mut client);
    client.send_to(&mut ours, addr, b"too long").unwrap();
    client.send_to(&mut ours, addr, b"fits").unwrap();
    let mut room = [0; 4];
    let receive = || UdpClientStack::receive(&mut server, &mut theirs, &mut room);
    assert_eq!(until(&backend, receive), Err(StackError::Truncated));
    assert_eq!(&room, b"too ");
    let receive = || UdpClientStack::receive(&mut server, &mut theirs, &mut room);
    assert_eq!(until(&backend, receive).unwrap().0, 4);
}

pub(crate) fn an_empty_datagram_is_one<B: Backend>(backend: B) {
    let (mut server, mut theirs, addr) = bound(&backend, loopback4(0));
    let mut client = Stack::new(backend.clone());
    let mut ours = open(&mut client);
    client.send_to(&mut ours, addr, b"").unwrap();
    assert_eq!(receive(&backend, &mut server, &mut theirs).0, b"");
}

pub(crate) fn a_connected_socket_sends_to_its_peer_alone<B: Backend>(backend: B) {
    let (mut server, mut theirs, addr) = bound(&backend, loopback4(0));
    let (_, _other, elsewhere) = bound(&backend, loopback4(0));
    let mut client = Stack::new(backend.clone());
    let mut ours = open(&mut client);
    UdpClientStack::connect(&mut client, &mut ours, addr).unwrap();
    client.send_to(&mut ours, addr, b"peer").unwrap();
    assert_eq!(receive(&backend, &mut server, &mut theirs).0, b"peer");
    let refused = client.send_to(&mut ours, elsewhere, b"other");
    let wrong = StackError::WrongState(State::Connected);
    assert_eq!(refused, Err(Other(wrong)));
}

pub(crate) fn nothing_comes_to_a_closed_socket<B: Backend>(backend: B) {
    let mut stack = Stack::new(backend);
    let mut socket = open(&mut stack);
    let closed = StackError::WrongState(State::Closed);
    let received = UdpClientStack::receive(&mut stack, &mut socket, &mut [0; 8]);
    assert_eq!(received, Err(Other(closed)));
    let sent = UdpClientStack::send(&mut stack, &mut socket, b"x");
    assert_eq!(sent, Err(Other(closed)));
    assert_eq!(socket.local_addr(), Err(closed));
    UdpFullStack::bind(&mut stack, &mut socket, 0).unwrap();
    let bound = StackError::WrongState(State::Bound);
    let sent = UdpClientStack::send(&mut stack, &mut socket, b"x");
    assert_eq!(sent, Err(Other(bound)));
    let again = UdpFullStack::bind(&mut stack, &mut socket, 0);
    assert_eq!(again, Err(bound));
}

pub(crate) fn a_taken_port_is_told<B: Backend>(backend: B) {
    let (mut stack, _socket, addr) = bound(&backend, loopback4(0));
    let mut second = open(&mut stack);
    match UdpFullStack::bind(&mut stack, &mut second, addr.port()) {
        Err(StackError::Socket(error)) => assert_eq!(error.kind(), ErrorKind::AddrInUse),
        other => panic!("{other:?}"),
    }
    assert_eq!(second.state(), State::Closed);
}
