//! Descriptors from and to std.

use std::os::fd::{self, AsFd, AsRawFd, BorrowedFd, FromRawFd, IntoRawFd};

use crate::{Kernel, OwnedFd};

impl<K: Kernel> AsRawFd for OwnedFd<K> {
    #[inline]
    fn as_raw_fd(&self) -> fd::RawFd {
        OwnedFd::as_raw_fd(self)
    }
}

impl<K: Kernel> AsFd for OwnedFd<K> {
    #[inline]
    fn as_fd(&self) -> BorrowedFd<'_> {
        // SAFETY: this value owns the descriptor, which stays open while it is borrowed; its number
        // is not negative, and so not -1.
        unsafe { BorrowedFd::borrow_raw(OwnedFd::as_raw_fd(self)) }
    }
}

impl<K: Kernel> From<OwnedFd<K>> for fd::OwnedFd {
    #[inline]
    fn from(fd: OwnedFd<K>) -> Self {
        // SAFETY: the descriptor is open, and `into_raw_fd` gives up its ownership, std's "I/O
        // safety".
        unsafe { fd::OwnedFd::from_raw_fd(fd.into_raw_fd()) }
    }
}

impl<K: Kernel> From<fd::OwnedFd> for OwnedFd<K> {
    #[inline]
    fn from(fd: fd::OwnedFd) -> Self {
        // SAFETY: std owned the open descriptor and gives it up here; no kernel makes one with the
        // sign bit set, as `from_word` says.
        unsafe { OwnedFd::from_word(fd.into_raw_fd() as usize) }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::os::unix::net::UnixStream;

    use sock_core::{PollEvents, abi};

    use super::*;
    use crate::{RawFd, Result};

    /// The kernel that the tests run on.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    struct Host;

    impl Kernel for Host {
        type Abi = abi::Linux;

        unsafe fn close(fd: RawFd) {
            // SAFETY: close(2); the caller owns the descriptor.
            unsafe { libc::close(fd) };
        }

        fn is_nonblocking(_: &OwnedFd<Self>) -> Result<bool, Self> {
            Ok(false)
        }

        fn poll_bits(events: PollEvents) -> i16 {
            events.bits() as i16
        }

        fn poll_events(bits: i16) -> PollEvents {
            PollEvents::from_bits_truncate(bits as u16)
        }
    }

    #[test]
    fn there_and_back() {
        let (mut a, b) = UnixStream::pair().unwrap();
        let number = b.as_raw_fd();
        let ours = OwnedFd::<Host>::from(fd::OwnedFd::from(b));
        assert_eq!(OwnedFd::as_raw_fd(&ours), number);
        assert_eq!(AsFd::as_fd(&ours).as_raw_fd(), number);
        let mut b = UnixStream::from(fd::OwnedFd::from(ours));
        assert_eq!(b.as_raw_fd(), number);
        a.write_all(b"still open").unwrap();
        drop(OwnedFd::<Host>::from(fd::OwnedFd::from(a)));
        let mut text = std::string::String::new();
        b.read_to_string(&mut text).unwrap();
        assert_eq!(text, "still open");
    }
}
