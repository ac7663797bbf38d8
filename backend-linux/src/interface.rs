//! The indices of network interfaces.

use core::num::NonZeroU32;

use linux_raw_sys::general::{__NR_ioctl, __NR_socket, O_CLOEXEC};
use linux_raw_sys::ioctl::SIOCGIFINDEX;
use linux_raw_sys::net::{AF_UNIX, IFNAMSIZ, SOCK_DGRAM};

use crate::arch::{Arg, Nr, syscall3, syscall3_readonly};
use crate::call::{descriptor, unit};
use crate::{Error, Result};

/// `struct ifreq` with the index of an interface in its union, netdevice(7).
#[repr(C)]
struct IndexRequest {
    name: [u8; IFNAMSIZ as usize],
    index: i32,
    rest_of_union: [u8; 20],
}

// The structure of linux-raw-sys has a `sockaddr_storage` where the kernel's has a `sockaddr`, and so
// is longer than what the kernel reads and writes.
const _: () = assert!(size_of::<IndexRequest>() == 40);

/// The index of the interface of that name: SIOCGIFINDEX on a socket made for it, which may be of
/// any family; a Unix one is always there.
pub(crate) fn index(name: &[u8]) -> Result<NonZeroU32> {
    let mut request = IndexRequest {
        name: [0; IFNAMSIZ as usize],
        index: 0,
        rest_of_union: [0; 20],
    };
    // One byte stays for the NUL. The kernel looks a name up without what follows a NUL or a colon,
    // and no interface has a slash in its name (`dev_valid_name` in net/core/dev.c).
    match request.name.split_last_mut() {
        Some((_, room))
            if !name.is_empty()
                && name.len() <= room.len()
                && !name.iter().any(|byte| b"\0:/".contains(byte)) =>
        {
            for (place, byte) in room.iter_mut().zip(name) {
                *place = *byte;
            }
        }
        _ => return Err(Error::UNKNOWN_ZONE),
    }
    // SAFETY: socket(2) makes a descriptor and touches no memory.
    let socket = unsafe {
        descriptor(syscall3_readonly(
            Nr::new(__NR_socket),
            Arg::uint(AF_UNIX),
            Arg::uint(SOCK_DGRAM | O_CLOEXEC),
            Arg::int(0),
        ))
    }?;
    // SAFETY: SIOCGIFINDEX reads and writes one `struct ifreq`, which `request` is as large as and
    // borrowed mutably, netdevice(7).
    let found = unit(unsafe {
        syscall3(
            Nr::new(__NR_ioctl),
            socket.arg(),
            Arg::uint(SIOCGIFINDEX),
            Arg::from_mut(&mut request),
        )
    });
    match found {
        Err(error) if error == Error::os(linux_raw_sys::errno::ENODEV as u16) => {
            Err(Error::UNKNOWN_ZONE)
        }
        Err(error) => Err(error),
        Ok(()) => {
            let index = u32::try_from(request.index).ok().and_then(NonZeroU32::new);
            index.ok_or(Error::UNEXPECTED_REPLY)
        }
    }
}
