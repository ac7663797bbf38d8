//! Slices and descriptors in the layout that vectored calls and ppoll take.

use core::fmt;
use core::marker::PhantomData;

use sock_core::PollEvents;

use crate::layout::{iovec, pollfd};
use crate::{Kernel, OwnedFd};

/// A slice to send, as `struct iovec`.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct IoSlice<'a> {
    raw: iovec,
    borrow: PhantomData<&'a [u8]>,
}

/// A slice to receive into, as `struct iovec`.
#[repr(transparent)]
pub struct IoSliceMut<'a> {
    raw: iovec,
    borrow: PhantomData<&'a mut [u8]>,
}

// SAFETY: the pointer stands for a `&[u8]`, which may be sent to and shared between threads.
unsafe impl Send for IoSlice<'_> {}
// SAFETY: as above.
unsafe impl Sync for IoSlice<'_> {}
// SAFETY: the pointer stands for a `&mut [u8]`, which may be sent to and shared between threads.
unsafe impl Send for IoSliceMut<'_> {}
// SAFETY: as above.
unsafe impl Sync for IoSliceMut<'_> {}

impl<'a> IoSlice<'a> {
    /// The slice as the kernel takes it.
    #[inline]
    pub fn new(bytes: &'a [u8]) -> Self {
        // The kernel only reads through it: sendmsg(2).
        let raw = iovec {
            iov_base: bytes.as_ptr().cast_mut().cast(),
            iov_len: bytes.len(),
        };
        IoSlice {
            raw,
            borrow: PhantomData,
        }
    }

    /// The bytes.
    #[inline]
    pub fn as_slice(&self) -> &'a [u8] {
        // SAFETY: `new` took pointer and length from a `&'a [u8]`, nothing changes them, and the
        // borrow lasts as long as `'a`.
        unsafe { core::slice::from_raw_parts(self.raw.iov_base.cast(), self.raw.iov_len) }
    }
}

impl<'a> sock_core::IoSlice<'a> for IoSlice<'a> {
    #[inline]
    fn new(bytes: &'a [u8]) -> Self {
        IoSlice::new(bytes)
    }

    #[inline]
    fn as_slice(&self) -> &'a [u8] {
        self.as_slice()
    }
}

impl<'a> IoSliceMut<'a> {
    /// The slice as the kernel takes it.
    #[inline]
    pub fn new(room: &'a mut [u8]) -> Self {
        let raw = iovec {
            iov_base: room.as_mut_ptr().cast(),
            iov_len: room.len(),
        };
        IoSliceMut {
            raw,
            borrow: PhantomData,
        }
    }

    /// The bytes.
    #[inline]
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: `new` took pointer and length from a `&'a mut [u8]`, nothing changes them, and the
        // result is borrowed from `self`, so nobody writes meanwhile.
        unsafe { core::slice::from_raw_parts(self.raw.iov_base.cast(), self.raw.iov_len) }
    }

    /// The bytes.
    #[inline]
    pub fn as_mut_slice(&mut self) -> &mut [u8] {
        // SAFETY: as above, and the result is borrowed mutably from `self`, so it is the only one.
        unsafe { core::slice::from_raw_parts_mut(self.raw.iov_base.cast(), self.raw.iov_len) }
    }
}

impl<'a> sock_core::IoSliceMut<'a> for IoSliceMut<'a> {
    #[inline]
    fn new(room: &'a mut [u8]) -> Self {
        IoSliceMut::new(room)
    }

    #[inline]
    fn as_slice(&self) -> &[u8] {
        self.as_slice()
    }

    #[inline]
    fn as_mut_slice(&mut self) -> &mut [u8] {
        self.as_mut_slice()
    }
}

impl fmt::Debug for IoSlice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_slice().fmt(f)
    }
}

impl fmt::Debug for IoSliceMut<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_slice().fmt(f)
    }
}

/// A descriptor to wait for, as `struct pollfd`.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct PollFd<'a, K: Kernel> {
    raw: pollfd,
    borrow: PhantomData<&'a OwnedFd<K>>,
}

impl<'a, K: Kernel> PollFd<'a, K> {
    /// Wait for these events of the descriptor.
    #[inline]
    pub fn new(fd: &'a OwnedFd<K>, events: PollEvents) -> Self {
        let raw = pollfd {
            fd: fd.as_raw_fd(),
            events: K::poll_bits(events),
            revents: 0,
        };
        PollFd {
            raw,
            borrow: PhantomData,
        }
    }

    /// What the last poll found.
    #[inline]
    pub fn revents(&self) -> PollEvents {
        K::poll_events(self.raw.revents)
    }

    /// The structure, as the kernel sees it.
    #[inline]
    pub fn raw(&self) -> &pollfd {
        &self.raw
    }
}

impl<'a, K: Kernel> sock_core::PollFd<'a, OwnedFd<K>> for PollFd<'a, K> {
    #[inline]
    fn new(fd: &'a OwnedFd<K>, events: PollEvents) -> Self {
        PollFd::new(fd, events)
    }

    #[inline]
    fn revents(&self) -> PollEvents {
        self.revents()
    }
}

impl<K: Kernel> fmt::Debug for PollFd<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PollFd")
            .field("fd", &self.raw.fd)
            .field("events", &K::poll_events(self.raw.events))
            .field("revents", &K::poll_events(self.raw.revents))
            .finish()
    }
}
