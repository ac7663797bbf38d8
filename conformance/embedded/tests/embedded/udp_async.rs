//! UDP of `embedded-nal-async` on `YieldingStack`.

use core::net::{IpAddr, Ipv4Addr};

use embedded_nal_async::{ConnectedUdp, UdpStack, UnconnectedUdp};
use sock_core::embedded::{StackError, YieldingStack};
use sock_core::{Backend, Deadline, Error, UdpSocket};

use crate::support::{Addr, SHORT, SOON, block_on, loopback4, loopback6};

const UNSPECIFIED: Addr = Addr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);

pub(crate) fn connected_sockets_talk<B: Backend>(backend: B) {
    for at in [loopback4(0), loopback6(0)] {
        let server = UdpSocket::bind_in(backend.clone(), &at.into()).unwrap();
        let stack = YieldingStack::new(backend.clone());
        let addr = server.local_addr().unwrap().into();
        let (local, mut client) = block_on(&backend, stack.connect(addr)).unwrap();
        block_on(&backend, client.send(b"ping")).unwrap();
        let mut room = [0; 8];
        let ping = server.recv_from_by(&mut room, SOON).unwrap();
        assert_eq!(
            (&room[..ping.bytes], Addr::from(ping.from)),
            (&b"ping"[..], local)
        );
        server.send_to(b"pong", &ping.from).unwrap();
        assert_eq!(block_on(&backend, client.receive_into(&mut room)), Ok(4));
        assert_eq!(&room[..4], b"pong");
    }
}

pub(crate) fn a_local_port_can_be_asked_for<B: Backend>(backend: B) {
    let stack = YieldingStack::new(backend.clone());
    let server = UdpSocket::bind_in(backend.clone(), &loopback4(0).into()).unwrap();
    let free = UdpSocket::bind_in(backend.clone(), &loopback4(0).into()).unwrap();
    let wanted = Addr::from(free.local_addr().unwrap());
    drop(free);
    let to = server.local_addr().unwrap().into();
    let (local, _) = block_on(&backend, stack.connect_from(wanted, to)).unwrap();
    assert_eq!(local, wanted);
}

pub(crate) fn bound_sockets_tell_both_addresses<B: Backend>(backend: B) {
    let stack = YieldingStack::new(backend.clone());
    let (a, mut one) = block_on(&backend, stack.bind_single(loopback4(0))).unwrap();
    let (b, mut two) = block_on(&backend, stack.bind_single(loopback4(0))).unwrap();
    let mut room = [0; 8];
    // Named in full, and not named.
    for local in [a, UNSPECIFIED, Addr::new(a.ip(), 0)] {
        block_on(&backend, one.send(local, b, b"hello")).unwrap();
        let received = block_on(&backend, two.receive_into(&mut room));
        assert_eq!(received, Ok((5, b, a)));
    }
}

pub(crate) fn one_address_must_be_named<B: Backend>(backend: B) {
    let stack = YieldingStack::new(backend.clone());
    let refused = block_on(&backend, stack.bind_single(UNSPECIFIED)).err();
    assert_eq!(refused, Some(StackError::LocalAddress));
}

pub(crate) fn another_local_address_is_refused<B: Backend>(backend: B) {
    let stack = YieldingStack::new(backend.clone());
    let (a, mut one) = block_on(&backend, stack.bind_single(loopback4(0))).unwrap();
    let other = Addr::new(a.ip(), a.port() ^ 1);
    let refused = block_on(&backend, one.send(other, a, b"x"));
    assert_eq!(refused, Err(StackError::LocalAddress));
    let mut all = block_on(&backend, stack.bind_multiple(UNSPECIFIED)).unwrap();
    // Bound to all, it cannot be told to send from one.
    let refused = block_on(&backend, all.send(loopback4(0), a, b"x"));
    assert_eq!(refused, Err(StackError::LocalAddress));
}

pub(crate) fn bound_to_all_addresses<B: Backend>(backend: B) {
    let stack = YieldingStack::new(backend.clone());
    let mut all = block_on(&backend, stack.bind_multiple(UNSPECIFIED)).unwrap();
    let port = all.get_ref().local_addr().unwrap().port();
    let (client, mut ours) = block_on(&backend, stack.bind_single(loopback4(0))).unwrap();
    block_on(&backend, ours.send(client, loopback4(port), b"ping")).unwrap();
    let mut room = [0; 8];
    let (n, local, remote) = block_on(&backend, all.receive_into(&mut room)).unwrap();
    assert_eq!((n, remote), (4, client));
    assert!(local.ip().is_unspecified() && local.port() == port);
    block_on(&backend, all.send(local, remote, b"pong")).unwrap();
    let received = block_on(&backend, ours.receive_into(&mut room));
    assert_eq!(received, Ok((4, client, loopback4(port))));
}

pub(crate) fn a_cut_datagram_is_an_error<B: Backend>(backend: B) {
    let stack = YieldingStack::new(backend.clone());
    let (a, mut one) = block_on(&backend, stack.bind_single(loopback4(0))).unwrap();
    let (b, mut two) = block_on(&backend, stack.connect_from(loopback4(0), a)).unwrap();
    block_on(&backend, one.send(a, b, b"too long")).unwrap();
    let mut room = [0; 4];
    let cut = block_on(&backend, two.receive_into(&mut room));
    assert_eq!(cut, Err(StackError::Truncated));
    assert_eq!(&room, b"too ");
    block_on(&backend, two.send(b"too long")).unwrap();
    let cut = block_on(&backend, one.receive_into(&mut room));
    assert_eq!(cut, Err(StackError::Truncated));
}

pub(crate) fn a_receive_ends_at_its_deadline<B: Backend>(backend: B) {
    let mut stack = YieldingStack::new(backend.clone());
    stack.set_read_deadline(Deadline::after(SHORT));
    let (_, mut one) = block_on(&backend, stack.bind_single(loopback4(0))).unwrap();
    let before = backend.now();
    let received = block_on(&backend, one.receive_into(&mut [0; 4]));
    assert_eq!(received, Err(StackError::Socket(Error::DEADLINE)));
    assert!(backend.now().saturating_duration_since(before) >= SHORT);
}
