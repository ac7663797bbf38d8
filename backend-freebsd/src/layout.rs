//! Structures of FreeBSD 12 to 15, amd64 and arm64, beside those that Darwin shares
//! ([`sock_raw::bsd::layout`]).
//!
//! Source: net/if.h, sys/event.h, sys/stat.h, sys/signal.h.

#![allow(non_camel_case_types)]

use core::ffi::c_void;

use sock_raw::bsd::kqueue::RawEvent;
use sock_raw::layout::timespec;

/// A request about an interface, netintro(4), with the index in its union.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(8))]
pub struct ifreq {
    /// The name, with a NUL behind it.
    pub ifr_name: [u8; 16],
    /// The index.
    pub ifr_index: u16,
    /// The rest of the union.
    pub __rest: [u8; 14],
}

/// An event, kqueue(2), as FreeBSD 12 made it.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct kevent {
    /// What it is about.
    pub ident: usize,
    /// What of that.
    pub filter: i16,
    /// What to do, or what is so.
    pub flags: u16,
    /// More of what is so.
    pub fflags: u32,
    /// How much.
    pub data: i64,
    /// What the change said.
    pub udata: *mut c_void,
    /// Not used by the filters here.
    pub ext: [u64; 4],
}

// SAFETY: SYS_kevent of the numbers takes this structure (`sys_kevent` in sys/kern/kern_event.c), of
// numbers and a pointer that nothing follows.
unsafe impl RawEvent for kevent {
    #[inline]
    fn new(ident: usize, filter: i16, flags: u16, token: usize) -> Self {
        kevent {
            ident,
            filter,
            flags,
            fflags: 0,
            data: 0,
            udata: core::ptr::without_provenance_mut(token),
            ext: [0; 4],
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
        self.data
    }

    #[inline]
    fn token(&self) -> usize {
        self.udata.addr()
    }
}

/// What the kernel knows of a file, stat(2), as FreeBSD 12 made it.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct stat {
    /// The device that it is on.
    pub st_dev: u64,
    /// Its number there.
    pub st_ino: u64,
    /// How many names it has.
    pub st_nlink: u64,
    /// Its kind and who may do what.
    pub st_mode: u16,
    /// Flags, FreeBSD 15; padding before.
    pub st_bsdflags: u16,
    /// Its user.
    pub st_uid: u32,
    /// Its group.
    pub st_gid: u32,
    /// Padding.
    pub st_padding1: u32,
    /// The device that it is.
    pub st_rdev: u64,
    /// When it was read.
    pub st_atim: timespec,
    /// When it was written.
    pub st_mtim: timespec,
    /// When it was changed.
    pub st_ctim: timespec,
    /// When it was made.
    pub st_birthtim: timespec,
    /// Its size in bytes.
    pub st_size: i64,
    /// Its blocks of 512 bytes.
    pub st_blocks: i64,
    /// The best size of a transfer.
    pub st_blksize: i32,
    /// More flags.
    pub st_flags: u32,
    /// Its generation.
    pub st_gen: u64,
    /// Its revision, FreeBSD 15; zero before.
    pub st_filerev: u64,
    /// Not used yet.
    pub st_spare: [u64; 9],
}

/// What a signal does, sigaction(2).
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct sigaction {
    /// The handler, or `SIG_DFL` or `SIG_IGN` in its place.
    pub sa_handler: *mut c_void,
    /// How it is called.
    pub sa_flags: i32,
    /// What is held back meanwhile.
    pub sa_mask: [u32; 4],
}
