//! Addresses from text.

use std::fmt::{Debug, Display};
use std::net;
use std::str::FromStr;

use sock_core::abi::{Abi, Darwin, FreeBsd, Linux};
use sock_core::{AddrError, Address, ScopedAddr, SocketAddr, SocketAddrV4, SocketAddrV6};
use sock_core::{UnixAddr, UnixName};

/// Internet addresses: what is taken is what std takes, means the same, and prints as text that
/// means it again; a zone that is a name goes through as it stands.
pub fn inet_text(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    inet::<Linux>(text);
    inet::<FreeBsd>(text);
    inet::<Darwin>(text);
}

fn inet<A: Abi>(text: &str) {
    let ours = text.parse::<SocketAddr<A>>();
    let theirs = text.parse::<net::SocketAddr>().ok();
    assert_eq!(ours.ok().map(net::SocketAddr::from), theirs, "{text:?}");
    if let Ok(addr) = ours {
        prints_and_parses(&addr);
        assert_eq!(SocketAddr::from_bytes(addr.as_bytes()), Some(addr));
        assert_eq!(text.parse().ok(), addr.as_v4(), "as IPv4");
        assert_eq!(text.parse().ok(), addr.as_v6(), "as IPv6");
    } else {
        assert!(text.parse::<SocketAddrV4<A>>().is_err());
        assert!(text.parse::<SocketAddrV6<A>>().is_err());
    }
    scoped::<A>(text, ours);
}

fn scoped<A: Abi>(text: &str, plain: Result<SocketAddr<A>, AddrError>) {
    let Ok(scoped) = ScopedAddr::<A>::parse(text) else {
        assert_eq!(plain, Err(AddrError::Syntax));
        return;
    };
    assert_eq!(scoped.without_lookup(), plain);
    let printed = scoped.to_string();
    assert_eq!(ScopedAddr::parse(&printed), Ok(scoped), "{printed:?}");
    if let Some(zone) = scoped.zone() {
        assert!(!zone.is_empty() && text.contains(zone) && printed.contains(zone));
        let number = zone.bytes().all(|byte| byte.is_ascii_digit());
        let fits = zone.parse::<u32>().is_ok();
        assert_eq!(plain.is_ok(), number && fits, "{zone:?}");
    }
}

/// Unix addresses: what is taken prints as text that means it again, and its name makes it.
pub fn unix_text(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    unix::<Linux>(text);
    unix::<FreeBsd>(text);
    unix::<Darwin>(text);
}

fn unix<A: Abi>(text: &str) {
    match text.parse::<UnixAddr<A>>() {
        Ok(addr) => {
            prints_and_parses(&addr);
            assert_eq!(UnixAddr::from_bytes(addr.as_bytes()), Some(addr));
            assert_eq!(remade(&addr), Ok(addr));
        }
        // Only an escape or a missing one makes the bytes fewer than the text has.
        Err(AddrError::TooLong { max, .. }) => assert!(text.len() >= max),
        Err(AddrError::Escape { position }) => {
            assert_eq!(text.as_bytes().get(position), Some(&b'\\'));
        }
        Err(AddrError::InteriorNul { .. }) => {
            assert!(text.contains('\0') || text.contains("\\x00"));
        }
        Err(AddrError::EmptyPath) => assert!(text.is_empty()),
        Err(AddrError::NoAbstractNames) => assert!(text.starts_with('@') && !A::ABSTRACT_NAMES),
        Err(other) => assert_eq!(
            other,
            AddrError::EmptyPath,
            "not an error of a Unix address"
        ),
    }
}

/// The address that the name of another makes.
pub(crate) fn remade<A: Abi>(addr: &UnixAddr<A>) -> Result<UnixAddr<A>, AddrError> {
    match addr.name() {
        UnixName::Unnamed => Ok(UnixAddr::UNNAMED),
        UnixName::Abstract(name) => UnixAddr::abstract_name(name),
        UnixName::Path(path) => UnixAddr::path(path),
    }
}

/// What is printed parses back, and prints the same again.
pub(crate) fn prints_and_parses<T>(value: &T)
where
    T: Display + FromStr + PartialEq + Debug,
    T::Err: Debug + PartialEq,
{
    let text = value.to_string();
    let back = text.parse::<T>();
    assert_eq!(back.as_ref(), Ok(value), "{text:?}");
    assert_eq!(back.map(|back| back.to_string()), Ok(text));
}
