//! Structures of Darwin that `sock-raw` does not have, with the names of the C headers.

#![allow(missing_docs, non_camel_case_types)]

use crate::numbers::IFNAMSIZ;

/// From and to which address connectx(2) connects, sys/socket.h.
#[repr(C)]
#[derive(Debug)]
pub struct sa_endpoints {
    pub sae_srcif: u32,
    pub sae_srcaddr: *const u8,
    pub sae_srcaddrlen: u32,
    pub sae_dstaddr: *const u8,
    pub sae_dstaddrlen: u32,
}

/// An event of a kqueue, kevent(2), sys/event.h, where it is packed to four bytes.
#[repr(C, packed(4))]
#[derive(Clone, Copy, Debug)]
pub struct kevent {
    pub ident: usize,
    pub filter: i16,
    pub flags: u16,
    pub fflags: u32,
    pub data: isize,
    pub udata: usize,
}

/// What the interface table says of one interface, net/if_mib.h.
#[repr(C)]
#[derive(Debug)]
pub struct ifmibdata {
    pub ifmd_name: [u8; IFNAMSIZ],
    pub ifmd_pcount: u32,
    pub ifmd_flags: u32,
    pub ifmd_snd_len: u32,
    pub ifmd_snd_maxlen: u32,
    pub ifmd_snd_drops: u32,
    pub ifmd_filler: [u32; 4],
    pub ifmd_data: if_data64,
}

/// Properties and counters of an interface, net/if_var.h, where it is packed to four bytes. Nothing
/// here looks into it, so that only its size counts.
#[repr(C)]
#[derive(Debug)]
pub struct if_data64(pub [u32; 32]);

/// A tick of the clock in nanoseconds, as a fraction; mach/mach_time.h.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct mach_timebase_info {
    pub numer: u32,
    pub denom: u32,
}

const _: () = assert!(size_of::<sa_endpoints>() == 40);
const _: () = assert!(size_of::<kevent>() == 32);
const _: () = assert!(size_of::<ifmibdata>() == 180 && align_of::<ifmibdata>() == 4);
const _: () = assert!(size_of::<mach_timebase_info>() == 8);
