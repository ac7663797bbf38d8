//! Descriptors from and to std.

use std::os::fd::{self, AsFd, AsRawFd, BorrowedFd, FromRawFd, IntoRawFd};

use crate::OwnedFd;

impl AsRawFd for OwnedFd {
    #[inline]
    fn as_raw_fd(&self) -> fd::RawFd {
        OwnedFd::as_raw_fd(self)
    }
}

impl AsFd for OwnedFd {
    #[inline]
    fn as_fd(&self) -> BorrowedFd<'_> {
        // SAFETY: this value owns the descriptor, which stays open while it is borrowed; its number
        // is not negative, and so not -1.
        unsafe { BorrowedFd::borrow_raw(OwnedFd::as_raw_fd(self)) }
    }
}

impl From<OwnedFd> for fd::OwnedFd {
    #[inline]
    fn from(fd: OwnedFd) -> Self {
        // SAFETY: the descriptor is open, and `into_raw_fd` gives up its ownership, std's "I/O
        // safety".
        unsafe { fd::OwnedFd::from_raw_fd(fd.into_raw_fd()) }
    }
}

impl From<fd::OwnedFd> for OwnedFd {
    #[inline]
    fn from(fd: fd::OwnedFd) -> Self {
        // SAFETY: std owned the open descriptor and gives it up here; Linux makes none with the
        // sign bit set (`sysctl_nr_open_max` in fs/file.c).
        unsafe { OwnedFd::from_word(fd.into_raw_fd() as usize) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::os::unix::net::UnixStream;

    #[test]
    fn there_and_back() {
        let (mut a, b) = UnixStream::pair().unwrap();
        let number = b.as_raw_fd();
        let ours = OwnedFd::from(fd::OwnedFd::from(b));
        assert_eq!(OwnedFd::as_raw_fd(&ours), number);
        assert_eq!(AsFd::as_fd(&ours).as_raw_fd(), number);
        let mut b = UnixStream::from(fd::OwnedFd::from(ours));
        assert_eq!(b.as_raw_fd(), number);
        a.write_all(b"still open").unwrap();
        drop(a);
        let mut text = std::string::String::new();
        b.read_to_string(&mut text).unwrap();
        assert_eq!(text, "still open");
    }
}
