//! Addresses of `core::net` to and from the kernel's layout.
//!
//! Each variant does the same: encoding makes the bytes and their length and shows both to the
//! optimiser; decoding begins with the memory that a kernel has written to and the length that it
//! reported, looks at both, and shows the address.

use std::hint::black_box;
use std::mem::MaybeUninit;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::ptr;

use rustix::net::addr::SocketAddrArg;
use sock::Address;
use socket2::{SockAddr, SockAddrStorage};

use crate::compare::Result;
use crate::compare::processors::Processors;
use crate::compare::variant::Variant;

const V4: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::new(192, 0, 2, 1), 8080));
const V6: SocketAddr = SocketAddr::V6(SocketAddrV6::new(
    Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1),
    443,
    0,
    7,
));

pub(crate) fn setup_encode(_: Processors) -> Result<Vec<Variant>> {
    Ok(vec![
        encoding("sock", |addr| {
            let addr = sock::SocketAddr::from(*addr);
            show(addr.as_bytes().as_ptr(), addr.as_bytes().len());
        }),
        encoding("rustix", |addr| {
            // SAFETY: `show` makes no use of the pointer.
            unsafe { addr.with_sockaddr(|addr, len| show(addr, len as usize)) }
        }),
        encoding("socket2", |addr| {
            let addr = SockAddr::from(*addr);
            show(addr.as_ptr(), addr.len() as usize);
        }),
        encoding("libc", |addr| match addr {
            SocketAddr::V4(addr) => {
                let addr = libc::sockaddr_in {
                    sin_family: libc::AF_INET as libc::sa_family_t,
                    sin_port: addr.port().to_be(),
                    sin_addr: libc::in_addr {
                        s_addr: u32::from_ne_bytes(addr.ip().octets()),
                    },
                    sin_zero: [0; 8],
                };
                show(&raw const addr, size_of_val(&addr));
            }
            SocketAddr::V6(addr) => {
                let addr = libc::sockaddr_in6 {
                    sin6_family: libc::AF_INET6 as libc::sa_family_t,
                    sin6_port: addr.port().to_be(),
                    sin6_flowinfo: addr.flowinfo().to_be(),
                    sin6_addr: libc::in6_addr {
                        s6_addr: addr.ip().octets(),
                    },
                    sin6_scope_id: addr.scope_id(),
                };
                show(&raw const addr, size_of_val(&addr));
            }
        }),
    ])
}

/// What a system call would be given.
#[inline(always)]
fn show<T>(addr: *const T, len: usize) {
    black_box((addr, len));
}

fn encoding(name: &'static str, encode: impl Fn(&SocketAddr) + 'static) -> Variant {
    Variant::repeating(name, move || {
        encode(black_box(&V4));
        encode(black_box(&V6));
        Ok(())
    })
}

/// Memory for an address of any family, and the length that the kernel reported.
#[derive(Clone, Copy)]
struct Written {
    storage: libc::sockaddr_storage,
    len: libc::socklen_t,
}

impl Written {
    fn new(addr: SocketAddr) -> Self {
        // SAFETY: `struct sockaddr_storage` is numbers, for which zeros are valid (sockaddr(3type)).
        let mut storage: libc::sockaddr_storage = unsafe { MaybeUninit::zeroed().assume_init() };
        let addr = SockAddr::from(addr);
        // SAFETY: the address is that many bytes, and the storage has room for any address.
        unsafe {
            ptr::copy_nonoverlapping(
                addr.as_ptr().cast::<u8>(),
                (&raw mut storage).cast(),
                addr.len() as usize,
            );
        }
        Written {
            storage,
            len: addr.len(),
        }
    }

    /// The bytes that were written.
    #[inline(always)]
    fn bytes(&self) -> &[u8] {
        let len = (self.len as usize).min(size_of_val(&self.storage));
        // SAFETY: the storage holds that many bytes, all of which have been written.
        unsafe { std::slice::from_raw_parts((&raw const self.storage).cast(), len) }
    }
}

pub(crate) fn setup_decode(_: Processors) -> Result<Vec<Variant>> {
    Ok(vec![
        decoding("sock", |written| {
            sock::SocketAddr::from_bytes(written.bytes()).map(SocketAddr::from)
        })?,
        decoding("rustix", |written| {
            // SAFETY: the storage holds an address of that length.
            let addr = unsafe {
                rustix::net::SocketAddrAny::read((&raw const written.storage).cast(), written.len)
            };
            SocketAddr::try_from(addr).ok()
        })?,
        decoding("socket2", |written| {
            // SAFETY: both are the C type `struct sockaddr_storage`.
            let storage = unsafe {
                (&raw const written.storage)
                    .cast::<SockAddrStorage>()
                    .read()
            };
            // SAFETY: the storage holds an address of that length.
            unsafe { SockAddr::new(storage, written.len) }.as_socket()
        })?,
        decoding("libc", |written| {
            match (i32::from(written.storage.ss_family), written.len as usize) {
                (libc::AF_INET, len) if len == size_of::<libc::sockaddr_in>() => {
                    // SAFETY: ip(7): an address of this family is this structure, and shorter than the
                    // storage, which is aligned for all.
                    let addr: libc::sockaddr_in = unsafe {
                        (&raw const written.storage)
                            .cast::<libc::sockaddr_in>()
                            .read()
                    };
                    let ip = Ipv4Addr::from(addr.sin_addr.s_addr.to_ne_bytes());
                    let port = u16::from_be(addr.sin_port);
                    Some(SocketAddr::V4(SocketAddrV4::new(ip, port)))
                }
                (libc::AF_INET6, len) if len == size_of::<libc::sockaddr_in6>() => {
                    // SAFETY: ipv6(7), as above.
                    let addr: libc::sockaddr_in6 = unsafe {
                        (&raw const written.storage)
                            .cast::<libc::sockaddr_in6>()
                            .read()
                    };
                    Some(SocketAddr::V6(SocketAddrV6::new(
                        Ipv6Addr::from(addr.sin6_addr.s6_addr),
                        u16::from_be(addr.sin6_port),
                        u32::from_be(addr.sin6_flowinfo),
                        addr.sin6_scope_id,
                    )))
                }
                _ => None,
            }
        })?,
    ])
}

fn decoding(
    name: &'static str,
    decode: impl Fn(&Written) -> Option<SocketAddr> + 'static,
) -> Result<Variant> {
    let (v4, v6) = (Written::new(V4), Written::new(V6));
    if (decode(&v4), decode(&v6)) != (Some(V4), Some(V6)) {
        return Err(format!("{name} reads an address as another one").into());
    }
    Ok(Variant::repeating(name, move || {
        for written in [&v4, &v6] {
            if black_box(decode(black_box(written))).is_none() {
                return Err("an address was not understood".into());
            }
        }
        Ok(())
    }))
}
