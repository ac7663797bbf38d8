//! Memory that a call takes only when the caller wants it to: the address, and the parts of a
//! message. What is left out is null.

use core::ptr;

use crate::arch::Arg;

/// The length of the room for an address, and what the kernel makes of it. Apart from the room, so that
/// nothing else stays in memory for the kernel's sake.
pub(crate) struct AddrLen(u32);

impl AddrLen {
    #[inline(always)]
    pub(crate) fn of(room: &[u8]) -> Self {
        AddrLen(room.len() as u32)
    }

    /// Room and length as arguments: both null when no address is wanted.
    #[inline(always)]
    pub(crate) fn args<'a>(&'a mut self, room: &'a mut [u8]) -> (Arg<'a>, Arg<'a>) {
        if room.is_empty() {
            (Arg::null(), Arg::null())
        } else {
            (Arg::from_mut(room), Arg::from_mut(&mut self.0))
        }
    }

    /// The length that the kernel reported.
    #[inline(always)]
    pub(crate) fn get(&self) -> usize {
        self.0 as usize
    }
}

/// Where a part of a message begins: null when it is left out, as recvmsg(2) asks. The address of
/// an empty slice is that of nothing, and qemu-user reads there.
pub(crate) fn start(bytes: &[u8]) -> *const u8 {
    if bytes.is_empty() {
        ptr::null()
    } else {
        bytes.as_ptr()
    }
}

/// [`start`] of memory to be written.
pub(crate) fn start_mut(room: &mut [u8]) -> *mut u8 {
    if room.is_empty() {
        ptr::null_mut()
    } else {
        room.as_mut_ptr()
    }
}
