//! The indices of network interfaces.

use core::num::NonZeroU32;

use sock_core::{Abi, Backend, Family, SocketKind, abi};
use sock_raw::register::{Arg, Nr};

use crate::arch::syscall3;
use crate::layout::ifreq;
use crate::numbers::{IFNAMSIZ, SIOCGIFINDEX, SYS_ioctl};
use crate::{Error, FreeBsd, Result};

/// The request for an interface of that name; `None` when no interface can have it.
fn request(name: &[u8]) -> Option<ifreq> {
    let mut request = ifreq {
        ifr_name: [0; IFNAMSIZ],
        ifr_index: 0,
        __rest: [0; 14],
    };
    // One byte stays for the NUL (`ifunit_ref` in sys/net/if.c compares names up to theirs).
    if name.is_empty() || name.len() >= IFNAMSIZ || name.contains(&0) {
        return None;
    }
    for (place, byte) in request.ifr_name.iter_mut().zip(name) {
        *place = *byte;
    }
    Some(request)
}

/// The index of the interface of that name: SIOCGIFINDEX on a socket made for it, which may be of
/// any family (`soo_ioctl` in sys/kern/sys_socket.c); a Unix one is always there.
pub(crate) fn index(name: &[u8]) -> Result<NonZeroU32> {
    let mut request = request(name).ok_or(Error::UNKNOWN_ZONE)?;
    let socket = FreeBsd.socket(Family::Unix, SocketKind::Datagram, 0)?;
    // SAFETY: SIOCGIFINDEX reads and writes one `struct ifreq`, which is borrowed mutably
    // (`_IOWR('i', 32, struct ifreq)` in sys/sockio.h).
    let found = unsafe {
        syscall3(
            Nr::new(SYS_ioctl),
            socket.arg(),
            Arg::uint(SIOCGIFINDEX),
            Arg::from_mut(&mut request),
        )
    };
    match found.unit::<FreeBsd>() {
        Err(error) if error == Error::os(abi::FreeBsd::ENXIO) => Err(Error::UNKNOWN_ZONE),
        Err(error) => Err(error),
        Ok(()) => NonZeroU32::new(request.ifr_index.into()).ok_or(Error::UNEXPECTED_REPLY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_whole_or_not_at_all() {
        let asked = request(b"lo0").unwrap();
        assert_eq!(&asked.ifr_name, b"lo0\0\0\0\0\0\0\0\0\0\0\0\0\0");
        assert!(request(&[b'a'; IFNAMSIZ - 1]).is_some());
        assert!(request(&[b'a'; IFNAMSIZ]).is_none());
        assert!(request(b"").is_none());
        assert!(request(b"lo\0").is_none());
    }
}
