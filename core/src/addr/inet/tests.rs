//! Tests of internet addresses.

use super::*;
use crate::AddrError;
use crate::abi::{Darwin, FreeBsd, Linux};

#[test]
fn v4_layout_of_each_kernel() {
    let ip = Ipv4Addr::new(192, 0, 2, 1);
    let rest = [0x1f, 0x90, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0];
    let linux = SocketAddrV4::<Linux>::new(ip, 8080);
    assert_eq!(linux.as_bytes()[..2], 2u16.to_ne_bytes());
    assert_eq!(linux.as_bytes()[2..], rest);
    let freebsd = SocketAddrV4::<FreeBsd>::new(ip, 8080);
    assert_eq!(freebsd.as_bytes()[..2], [16, 2]);
    assert_eq!(freebsd.as_bytes()[2..], rest);
    assert_eq!(
        SocketAddrV4::<Darwin>::new(ip, 8080).as_bytes(),
        freebsd.as_bytes()
    );
}

#[test]
fn v6_layout_of_each_kernel() {
    let ip = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 1);
    let linux = SocketAddrV6::<Linux>::new(ip, 443, 0x0abc_def0, 7);
    assert_eq!(linux.as_bytes()[..2], 10u16.to_ne_bytes());
    assert_eq!(linux.as_bytes()[2..8], [1, 187, 0x0a, 0xbc, 0xde, 0xf0]);
    assert_eq!(linux.as_bytes()[8..24], ip.octets());
    assert_eq!(linux.as_bytes()[24..], 7u32.to_ne_bytes());
    assert_eq!(
        SocketAddrV6::<FreeBsd>::new(ip, 443, 0, 7).as_bytes()[..2],
        [28, 28]
    );
    assert_eq!(
        SocketAddrV6::<Darwin>::new(ip, 443, 0, 7).as_bytes()[..2],
        [28, 30]
    );
}

#[test]
fn accessors_and_setters() {
    let mut addr = SocketAddrV6::<FreeBsd>::new(Ipv6Addr::LOCALHOST, 1, 2, 3);
    assert_eq!(addr.key(), (Ipv6Addr::LOCALHOST, 1, 2, 3));
    addr.set_ip(Ipv6Addr::UNSPECIFIED);
    addr.set_port(4);
    addr.set_flowinfo(5);
    addr.set_scope_id(6);
    assert_eq!(addr.key(), (Ipv6Addr::UNSPECIFIED, 4, 5, 6));
    let mut addr = SocketAddrV4::<Linux>::new(Ipv4Addr::LOCALHOST, 1);
    addr.set_ip(Ipv4Addr::BROADCAST);
    addr.set_port(2);
    assert_eq!(addr.key(), (Ipv4Addr::BROADCAST, 2));
}

#[test]
fn order_is_that_of_core_net() {
    let of = |last, port| SocketAddrV4::<Linux>::new(Ipv4Addr::new(10, 0, 0, last), port);
    for (a, b) in [
        (of(1, 9), of(2, 1)),
        (of(1, 1), of(1, 2)),
        (of(3, 3), of(3, 3)),
    ] {
        let (x, y) = (
            core::net::SocketAddrV4::from(a),
            core::net::SocketAddrV4::from(b),
        );
        assert_eq!(a.cmp(&b), x.cmp(&y));
    }
}

#[test]
fn another_family_is_no_address_of_this_one() {
    let v4: core::net::SocketAddr = "192.0.2.1:80".parse().unwrap();
    let v6: core::net::SocketAddr = "[2001:db8::1]:80".parse().unwrap();
    assert_eq!(
        SocketAddrV6::<Linux>::try_from(v4),
        Err(AddrError::WrongFamily)
    );
    assert_eq!(
        SocketAddrV4::<Linux>::try_from(v6),
        Err(AddrError::WrongFamily)
    );
    assert_eq!(
        SocketAddrV4::<Linux>::try_from(v4).map(|addr| addr.port()),
        Ok(80)
    );
    assert_eq!(
        SocketAddrV6::<Linux>::try_from(v6).map(|addr| addr.port()),
        Ok(80)
    );
}

#[test]
fn a_filled_room_must_be_of_the_family_and_length() {
    let mut v4 = SocketAddrV4::<Linux>::new(Ipv4Addr::LOCALHOST, 80);
    assert_eq!(v4.filled(16).copied(), Some(v4));
    assert_eq!(v4.filled(15), None);
    assert_eq!(v4.filled(0), None);
    let mut room = SocketAddrV4::<Linux>::empty();
    room.room()[..2].copy_from_slice(&10u16.to_ne_bytes());
    assert_eq!(room.filled(16), None);
}
