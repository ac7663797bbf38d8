//! Addresses from the bytes that a kernel writes.

use std::net;

use sock_core::abi::{Abi, Darwin, FreeBsd, Linux};
use sock_core::{Address, Family, SocketAddr, SocketAddrV4, SocketAddrV6, UnixAddr};

use crate::text::{prints_and_parses, remade};

/// Any bytes as an address of each type, in each layout: what is taken is of the family that the
/// bytes name, gives bytes that mean the same, and survives a change of its parts.
pub fn bytes(data: &[u8]) {
    of::<Linux>(data);
    of::<FreeBsd>(data);
    of::<Darwin>(data);
}

fn of<A: Abi>(data: &[u8]) {
    let family = Family::of::<A>(data);
    let v4 = again::<A, SocketAddrV4<A>>(data);
    let v6 = again::<A, SocketAddrV6<A>>(data);
    let either = again::<A, SocketAddr<A>>(data);
    let unix = again::<A, UnixAddr<A>>(data);
    assert_eq!(
        v4.is_some(),
        family == Some(Family::Inet) && data.len() == 16
    );
    assert_eq!(
        v6.is_some(),
        family == Some(Family::Inet6) && data.len() == 28
    );
    // As either, an address is what it is as its own type.
    assert_eq!(either.and_then(|addr| addr.as_v4()), v4);
    assert_eq!(either.and_then(|addr| addr.as_v6()), v6);
    assert_eq!(
        either,
        v4.map(SocketAddr::from).or(v6.map(SocketAddr::from))
    );
    let named = family == Some(Family::Unix) && data.len() <= 2 + A::SUN_PATH + 1;
    assert_eq!(unix.is_some(), data.len() < 2 || named);
    v4.iter().for_each(ipv4);
    v6.iter().for_each(ipv6);
    unix.iter().for_each(local);
}

/// Takes the bytes; those of what comes out must mean the same.
fn again<A: Abi, T: Address<A>>(data: &[u8]) -> Option<T> {
    let addr = T::from_bytes(data)?;
    let bytes = addr.as_bytes();
    assert_eq!(Family::of::<A>(bytes), Some(addr.family()));
    let back = T::from_bytes(bytes);
    assert_eq!(back, Some(addr));
    assert_eq!(back.as_ref().map(T::as_bytes), Some(bytes));
    Some(addr)
}

fn ipv4<A: Abi>(addr: &SocketAddrV4<A>) {
    prints_and_parses(addr);
    let std = net::SocketAddrV4::from(*addr);
    assert_eq!((*std.ip(), std.port()), (addr.ip(), addr.port()));
    assert_eq!(SocketAddrV4::from(std), *addr);
    let mut other = *addr;
    other.set_port(!addr.port());
    assert_ne!(other, *addr);
    assert_eq!((other.ip(), other.port()), (addr.ip(), !addr.port()));
}

fn ipv6<A: Abi>(addr: &SocketAddrV6<A>) {
    let std = net::SocketAddrV6::from(*addr);
    assert_eq!(SocketAddrV6::from(std), *addr);
    assert_eq!(std.to_string(), addr.to_string());
    let mut other = *addr;
    other.set_scope_id(!addr.scope_id());
    assert_ne!(other, *addr);
    assert_eq!(other.flowinfo(), addr.flowinfo());
    // Text has no flow information.
    other = *addr;
    other.set_flowinfo(0);
    prints_and_parses(&other);
}

fn local<A: Abi>(addr: &UnixAddr<A>) {
    assert!(
        addr.as_bytes().len() <= 2 + A::SUN_PATH,
        "longer than the structure"
    );
    // A path that fills `sun_path` without a NUL is one that only another program can have bound.
    let full = addr
        .as_path()
        .is_some_and(|path| path.len() > UnixAddr::<A>::MAX_PATH);
    if !full {
        prints_and_parses(addr);
        assert_eq!(remade(addr), Ok(*addr));
    }
}
