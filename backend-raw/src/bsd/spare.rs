//! Room for control data that the caller of a receive has none for, where the kernel opens the
//! descriptors of a message all the same
//! ([`OPENS_WHAT_DOES_NOT_FIT`](super::System::OPENS_WHAT_DOES_NOT_FIT)).

use core::ffi::c_void;
use core::mem::MaybeUninit;
use core::{iter, slice};

use sock_core::{Control, RecvFlags};

use super::System;
use super::control::{FD, ROOM, ReceivedControl, header, write_header};

/// Room for the control data of a message with the most descriptors.
#[repr(C, align(8))]
pub(super) struct Spare([MaybeUninit<u8>; ROOM]);

impl Spare {
    #[inline(always)]
    pub(super) const fn new() -> Self {
        Spare([MaybeUninit::uninit(); _])
    }

    /// Whether a receive takes the spare room whose caller has room for so many bytes of control data. A
    /// peek opens nothing.
    #[inline(always)]
    pub(super) const fn is_needed<S: System>(flags: RecvFlags, room: usize) -> bool {
        S::OPENS_WHAT_DOES_NOT_FIT && room < ROOM && !flags.contains(RecvFlags::PEEK)
    }

    /// Where it begins and its length, for a `struct msghdr`.
    #[inline(always)]
    pub(super) const fn parts(&mut self) -> (*mut c_void, u32) {
        (self.0.as_mut_ptr().cast(), ROOM as u32)
    }

    /// What came. Dropping it closes the descriptors in it.
    ///
    /// # Safety
    ///
    /// recvmsg(2) must just have written `len` bytes here as control data, and this be the only value
    /// made of them.
    #[inline(always)]
    pub(super) unsafe fn received<S: System>(&self, len: u32) -> ReceivedControl<'_, S> {
        let len = (len as usize).min(ROOM);
        // SAFETY: the caller vouches that these bytes have been written and are control data.
        unsafe { ReceivedControl::new(slice::from_raw_parts(self.0.as_ptr().cast(), len)) }
    }
}

/// Moves control data to `room`: what is there then, and whether something was left out. All of it, or
/// as many of its descriptors as there is room for; the others are closed.
pub(super) fn fit<'c, S: System>(
    mut received: ReceivedControl<'_, S>,
    room: &'c mut [u8],
) -> (ReceivedControl<'c, S>, bool) {
    let all = received.rest();
    let (len, cut) = match room.get_mut(..all.len()) {
        Some(place) => {
            place.copy_from_slice(all);
            // Its descriptors are those of what is made below.
            core::mem::forget(received);
            (all.len(), false)
        }
        None => (as_many_as_fit(&mut received, room), true),
    };
    let moved = room.get(..len).unwrap_or_default();
    // SAFETY: the bytes are control data whose descriptors are nobody else's: the kernel's own, whose
    // value was forgotten, or a message with the numbers of descriptors that were given up for it.
    (unsafe { ReceivedControl::new(moved) }, cut)
}

/// Moves descriptors to `room`, as one control message, while there is room; the length of that.
fn as_many_as_fit<S: System>(received: &mut ReceivedControl<'_, S>, room: &mut [u8]) -> usize {
    let Some((head, data)) = room.split_at_mut_checked(header::<S>()) else {
        return 0;
    };
    let mut len = header::<S>();
    // A place first, so that no descriptor is taken without one.
    let places = data.chunks_exact_mut(FD);
    for (place, fd) in places.zip(iter::from_fn(|| received.take_descriptor())) {
        place.copy_from_slice(&fd.into_raw_fd().to_ne_bytes());
        len += FD;
    }
    write_header::<S>(head, len);
    len
}
