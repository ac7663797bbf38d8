//! What holds for any text and any bytes: nothing panics, and what is printed parses back.

use arbtest::arbtest;
use sock_core::abi::{Darwin, FreeBsd, Linux};
use sock_core::{Abi, Address, ScopedAddr, SocketAddr, SocketAddrV4, SocketAddrV6, UnixAddr};

fn any_text_parses_to_what_it_prints<A: Abi>() {
    arbtest(|any| {
        // Text that is likely to be an address, now and then.
        let alphabet = [
            '0', '1', '9', 'f', ':', '.', '[', ']', '%', '@', '\\', 'x', '/', '\0', 'é',
        ];
        let text: String = (0..any.int_in_range(0..=24)?)
            .map(|_| any.choose(&alphabet).copied())
            .collect::<Result<_, _>>()?;
        if let Ok(addr) = text.parse::<SocketAddr<A>>() {
            assert_eq!(addr.to_string().parse(), Ok(addr), "{text}");
        }
        if let Ok(addr) = text.parse::<UnixAddr<A>>() {
            assert_eq!(addr.to_string().parse(), Ok(addr), "{text}");
        }
        if let Ok(addr) = ScopedAddr::<A>::parse(&text) {
            assert_eq!(ScopedAddr::parse(&addr.to_string()), Ok(addr), "{text}");
        }
        let _ = text.parse::<SocketAddrV4<A>>();
        let _ = text.parse::<SocketAddrV6<A>>();
        Ok(())
    });
}

fn any_name_prints_to_what_parses_to_it<A: Abi>() {
    arbtest(|any| {
        let name: &[u8] = any.arbitrary()?;
        let addrs = [UnixAddr::<A>::path(name), UnixAddr::abstract_name(name)];
        for addr in addrs.into_iter().flatten() {
            assert_eq!(addr.to_string().parse(), Ok(addr));
            assert_eq!(UnixAddr::from_bytes(addr.as_bytes()), Some(addr));
        }
        Ok(())
    });
}

/// Whatever a kernel writes, an address that is made of it is one that a kernel takes.
fn any_bytes_are_an_address_or_none<A: Abi>() {
    arbtest(|any| {
        let mut bytes = vec![0; any.int_in_range(0..=130)?];
        any.fill_buffer(&mut bytes)?;
        // A family that may be known.
        let family = *any.choose(&[A::AF_UNIX, A::AF_INET, A::AF_INET6, 77])?;
        if let Some(header) = bytes.first_chunk_mut::<2>() {
            *header = if A::LENGTH_BYTE {
                [header[0], family as u8]
            } else {
                family.to_ne_bytes()
            };
        }
        if let Some(addr) = SocketAddr::<A>::from_bytes(&bytes) {
            assert_eq!(SocketAddr::from_bytes(addr.as_bytes()), Some(addr));
            assert!([16, 28].contains(&addr.as_bytes().len()));
        }
        if let Some(addr) = UnixAddr::<A>::from_bytes(&bytes) {
            assert!(addr.as_bytes().len() <= 2 + A::SUN_PATH);
            let _ = (addr.name(), addr.to_string());
        }
        let _ = SocketAddrV4::<A>::from_bytes(&bytes);
        let _ = SocketAddrV6::<A>::from_bytes(&bytes);
        Ok(())
    });
}

macro_rules! on_each_kernel {
    ($($property:ident),*) => {$(
        mod $property {
            use super::*;

            #[test]
            fn linux() {
                super::$property::<Linux>();
            }

            #[test]
            fn freebsd() {
                super::$property::<FreeBsd>();
            }

            #[test]
            fn darwin() {
                super::$property::<Darwin>();
            }
        }
    )*};
}

on_each_kernel!(
    any_text_parses_to_what_it_prints,
    any_name_prints_to_what_parses_to_it,
    any_bytes_are_an_address_or_none
);
