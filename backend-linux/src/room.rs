//! Memory that a call takes only when the caller wants it to: the address, and the parts of a
//! message. What is left out is null.

use core::ptr;

use crate::arch::Arg;

/// Room for an address, and its length as the kernel changes it.
pub(crate) struct AddrRoom<'a> {
    addr: &'a mut [u8],
    len: i32,
}

impl<'a> AddrRoom<'a> {
    #[inline(always)]
    pub(crate) fn new(addr: &'a mut [u8]) -> Self {
        let len = addr.len() as i32;
        AddrRoom { addr, len }
    }

    /// Address and length as arguments: both null when no address is wanted.
    #[inline(always)]
    pub(crate) fn args(&mut self) -> (Arg<'_>, Arg<'_>) {
        if self.addr.is_empty() {
            (Arg::null(), Arg::null())
        } else {
            (Arg::from_mut(self.addr), Arg::from_mut(&mut self.len))
        }
    }

    /// The length that the kernel reported.
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.len as usize
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
