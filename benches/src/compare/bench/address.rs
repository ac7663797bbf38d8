//! Addresses of `core::net` to and from the kernel's layout.
//!
//! Each variant does the same: encoding makes the bytes and their length and shows both to the
//! optimiser; decoding begins with the memory that a kernel has written to and the length that it
//! reported, looks at both, and shows the address.

use std::hint::black_box;
use std::mem::MaybeUninit;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::{ptr, slice};

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

/// The address as the kernel takes it: `struct sockaddr_in`, ip(7).
const V4_BYTES: [u8; 16] = {
    let [f0, f1] = (libc::AF_INET as u16).to_ne_bytes();
    [f0, f1, 0x1f, 0x90, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0]
};

/// `struct sockaddr_in6`, ipv6(7).
const V6_BYTES: [u8; 28] = {
    let [f0, f1] = (libc::AF_INET6 as u16).to_ne_bytes();
    let [s0, s1, s2, s3] = 7u32.to_ne_bytes();
    [
        f0, f1, 0x01, 0xbb, 0, 0, 0, 0, 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
        s0, s1, s2, s3,
    ]
};

/// A library's way to the bytes that a system call is given.
trait Encode: 'static {
    /// Lets the bytes be seen.
    fn encode(addr: &SocketAddr, see: impl FnOnce(&[u8]));
}

struct Sock;
struct Rustix;
struct Socket2;
struct Libc;

impl Encode for Sock {
    #[inline(always)]
    fn encode(addr: &SocketAddr, see: impl FnOnce(&[u8])) {
        see(sock::SocketAddr::from(*addr).as_bytes());
    }
}

impl Encode for Rustix {
    #[inline(always)]
    fn encode(addr: &SocketAddr, see: impl FnOnce(&[u8])) {
        // SAFETY: rustix's contract of `with_sockaddr`: the pointer is to that many bytes of an
        // address, valid during the call. No structure of ip(7) and ipv6(7) has padding.
        unsafe {
            addr.with_sockaddr(|addr, len| see(slice::from_raw_parts(addr.cast(), len as usize)));
        }
    }
}

impl Encode for Socket2 {
    #[inline(always)]
    fn encode(addr: &SocketAddr, see: impl FnOnce(&[u8])) {
        let addr = SockAddr::from(*addr);
        // SAFETY: socket2's contract of `SockAddr::new`: so many bytes of its storage are an address.
        see(unsafe { slice::from_raw_parts(addr.as_ptr().cast(), addr.len() as usize) });
    }
}

impl Encode for Libc {
    #[inline(always)]
    fn encode(addr: &SocketAddr, see: impl FnOnce(&[u8])) {
        match addr {
            SocketAddr::V4(addr) => {
                let addr = libc::sockaddr_in {
                    sin_family: libc::AF_INET as libc::sa_family_t,
                    sin_port: addr.port().to_be(),
                    sin_addr: libc::in_addr {
                        s_addr: u32::from_ne_bytes(addr.ip().octets()),
                    },
                    sin_zero: [0; 8],
                };
                let bytes = (&raw const addr).cast();
                // SAFETY: ip(7): the structure is these 16 bytes, none of them padding.
                see(unsafe { slice::from_raw_parts(bytes, size_of_val(&addr)) });
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
                let bytes = (&raw const addr).cast();
                // SAFETY: ipv6(7): the structure is these 28 bytes, none of them padding.
                see(unsafe { slice::from_raw_parts(bytes, size_of_val(&addr)) });
            }
        }
    }
}

pub(crate) fn setup_encode(_: Processors) -> Result<Vec<Variant>> {
    Ok(vec![
        encoding::<Sock>("sock"),
        encoding::<Rustix>("rustix"),
        encoding::<Socket2>("socket2"),
        encoding::<Libc>("libc"),
    ])
}

/// What a system call would be given.
#[inline(always)]
fn show(bytes: &[u8]) {
    black_box((bytes.as_ptr(), bytes.len()));
}

fn encoding<E: Encode>(name: &'static str) -> Variant {
    let check = |(): &mut ()| {
        for (addr, bytes) in [(V4, &V4_BYTES[..]), (V6, &V6_BYTES)] {
            let mut same = false;
            E::encode(black_box(&addr), |encoded| same = encoded == bytes);
            if !same {
                return Err(format!("{addr} is encoded as another address").into());
            }
        }
        Ok(())
    };
    Variant::checked(name, (), check, |()| {
        E::encode(black_box(&V4), show);
        E::encode(black_box(&V6), show);
        Ok(())
    })
}

/// Memory for an address of any family, and the length that the kernel reported.
#[derive(Clone, Copy)]
struct Written {
    storage: libc::sockaddr_storage,
    /// The same bytes where ours has the kernel write them: in the address itself.
    room: sock::SocketAddr,
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
        let mut room = sock::SocketAddr::empty();
        // SAFETY: the storage is longer than the room, and all of it has been written.
        let bytes = unsafe { slice::from_raw_parts((&raw const storage).cast(), 28) };
        room.room().copy_from_slice(bytes);
        Written {
            storage,
            room,
            len: addr.len(),
        }
    }
}

pub(crate) fn setup_decode(_: Processors) -> Result<Vec<Variant>> {
    Ok(vec![
        decoding("sock", |written| {
            let addr = written.room.filled(written.len as usize)?;
            read(SocketAddr::from(*addr))
        }),
        decoding("rustix", |written| {
            // SAFETY: the storage holds an address of that length.
            let addr = unsafe {
                rustix::net::SocketAddrAny::read((&raw const written.storage).cast(), written.len)
            };
            read(SocketAddr::try_from(addr).ok()?)
        }),
        decoding("socket2", |written| {
            // SAFETY: both are the C type `struct sockaddr_storage`.
            let storage = unsafe {
                (&raw const written.storage)
                    .cast::<SockAddrStorage>()
                    .read()
            };
            // SAFETY: the storage holds an address of that length.
            read(unsafe { SockAddr::new(storage, written.len) }.as_socket()?)
        }),
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
                    read(SocketAddr::V4(SocketAddrV4::new(ip, port)))
                }
                (libc::AF_INET6, len) if len == size_of::<libc::sockaddr_in6>() => {
                    // SAFETY: ipv6(7), as above.
                    let addr: libc::sockaddr_in6 = unsafe {
                        (&raw const written.storage)
                            .cast::<libc::sockaddr_in6>()
                            .read()
                    };
                    read(SocketAddr::V6(SocketAddrV6::new(
                        Ipv6Addr::from(addr.sin6_addr.s6_addr),
                        u16::from_be(addr.sin6_port),
                        u32::from_be(addr.sin6_flowinfo),
                        addr.sin6_scope_id,
                    )))
                }
                _ => None,
            }
        }),
    ])
}

/// What a program would be given.
#[inline(always)]
fn read(addr: SocketAddr) -> Option<SocketAddr> {
    Some(*black_box(&addr))
}

fn decoding(
    name: &'static str,
    decode: impl Fn(&mut Written) -> Option<SocketAddr> + Copy + 'static,
) -> Variant {
    let written = (Written::new(V4), Written::new(V6));
    let check = move |(v4, v6): &mut (Written, Written)| {
        if (decode(v4), decode(v6)) == (Some(V4), Some(V6)) {
            Ok(())
        } else {
            Err("an address is read as another one".into())
        }
    };
    Variant::checked(name, written, check, move |(v4, v6)| {
        for written in [v4, v6] {
            if decode(black_box(written)).is_none() {
                return Err("an address was not understood".into());
            }
        }
        Ok(())
    })
}
