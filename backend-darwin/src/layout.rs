//! Structures of Darwin that `sock-raw` does not have, with the names of the C headers.

#![allow(missing_docs, non_camel_case_types)]

use core::ffi::c_void;
use core::ptr;

use sock_raw::bsd::kqueue::RawEvent;
use sock_raw::layout::timespec;

use crate::numbers::IFNAMSIZ;

/// Extensions of a socket, of which some are changed, sys/socket.h.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct so_np_extensions {
    pub npx_flags: u32,
    pub npx_mask: u32,
}

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
    pub udata: *mut c_void,
}

// SAFETY: SYS_kevent of the numbers, and libSystem's kevent, take this structure (`struct
// user64_kevent` in bsd/sys/event_private.h), of numbers and a pointer that nothing follows.
unsafe impl RawEvent for kevent {
    #[inline]
    fn new(ident: usize, filter: i16, flags: u16, token: usize) -> Self {
        kevent {
            ident,
            filter,
            flags,
            fflags: 0,
            data: 0,
            udata: ptr::without_provenance_mut(token),
        }
    }

    #[inline]
    fn ident(&self) -> usize {
        self.ident
    }

    #[inline]
    fn filter(&self) -> i16 {
        self.filter
    }

    #[inline]
    fn flags(&self) -> u16 {
        self.flags
    }

    #[inline]
    fn fflags(&self) -> u32 {
        self.fflags
    }

    #[inline]
    fn data(&self) -> i64 {
        self.data as i64
    }

    #[inline]
    fn token(&self) -> usize {
        { self.udata }.addr()
    }
}

/// What the kernel knows of a file, stat(2), with inode numbers of 64 bits.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct stat {
    pub st_dev: i32,
    pub st_mode: u16,
    pub st_nlink: u16,
    pub st_ino: u64,
    pub st_uid: u32,
    pub st_gid: u32,
    pub st_rdev: i32,
    pub st_atimespec: timespec,
    pub st_mtimespec: timespec,
    pub st_ctimespec: timespec,
    pub st_birthtimespec: timespec,
    pub st_size: i64,
    pub st_blocks: i64,
    pub st_blksize: i32,
    pub st_flags: u32,
    pub st_gen: u32,
    pub st_lspare: i32,
    pub st_qspare: [i64; 2],
}

/// What a signal does, sigaction(2), as the kernel tells it. (A new action has another layout.)
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct sigaction {
    pub __sigaction_u: *mut c_void,
    pub sa_mask: u32,
    pub sa_flags: i32,
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

const _: () = assert!(size_of::<so_np_extensions>() == 8);
const _: () = assert!(size_of::<sa_endpoints>() == 40);
const _: () = assert!(size_of::<kevent>() == 32);
const _: () = assert!(size_of::<stat>() == 144);
const _: () = assert!(size_of::<sigaction>() == 16);
const _: () = assert!(size_of::<ifmibdata>() == 180 && align_of::<ifmibdata>() == 4);
const _: () = assert!(size_of::<mach_timebase_info>() == 8);
