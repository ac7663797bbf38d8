//! Control data: descriptors that go with a message, cmsg(3) and unix(7).

use linux_raw_sys::net::{SCM_RIGHTS, SOL_SOCKET};
use sock_core::Control;

use crate::{Error, OwnedFd, Result};

/// `struct cmsghdr`: length with this header, level, type. Followed by the data, and padded to
/// [`ALIGN`].
const HEADER: usize = size_of::<linux_raw_sys::net::cmsghdr>();
const ALIGN: usize = size_of::<usize>();
const FD: usize = size_of::<i32>();

/// The most descriptors in one message, `SCM_MAX_FD` of include/net/scm.h.
const MAX_DESCRIPTORS: usize = 253;

/// Room for a message with [`MAX_DESCRIPTORS`].
#[repr(C, align(8))]
pub(crate) struct Rights {
    bytes: [u8; (HEADER + FD * MAX_DESCRIPTORS).next_multiple_of(ALIGN)],
    len: usize,
}

impl Rights {
    /// One control message that passes `descriptors`, or nothing when there are none.
    pub(crate) fn new(descriptors: &[&OwnedFd]) -> Result<Self> {
        let mut rights = Rights {
            bytes: [0; (HEADER + FD * MAX_DESCRIPTORS).next_multiple_of(ALIGN)],
            len: 0,
        };
        if descriptors.len() > MAX_DESCRIPTORS {
            return Err(Error::TOO_MANY_DESCRIPTORS);
        }
        if descriptors.is_empty() {
            return Ok(rights);
        }
        rights.len = HEADER + FD * descriptors.len();
        let parts = [SOL_SOCKET, SCM_RIGHTS].into_iter().map(u32::cast_signed);
        let numbers = descriptors.iter().map(|fd| fd.as_raw_fd());
        if let Some((len, rest)) = rights.bytes.split_first_chunk_mut() {
            *len = rights.len.to_ne_bytes();
            for (place, part) in rest.chunks_exact_mut(FD).zip(parts.chain(numbers)) {
                place.copy_from_slice(&part.to_ne_bytes());
            }
        }
        Ok(rights)
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// The control data of a received message, with its descriptors; those that nobody takes are
/// closed when it is dropped.
#[derive(Debug)]
pub struct ReceivedControl<'c> {
    /// What has not been looked at.
    rest: &'c [u8],
    /// Descriptors of the present control message that have not been taken.
    descriptors: &'c [u8],
}

impl<'c> ReceivedControl<'c> {
    /// # Safety
    ///
    /// `bytes` must be what recvmsg(2) has just written as control data, and this the only value
    /// made of it: the descriptors in it belong to the value.
    pub(crate) unsafe fn new(bytes: &'c [u8]) -> Self {
        ReceivedControl {
            rest: bytes,
            descriptors: &[],
        }
    }

    fn next_number(&mut self) -> Option<i32> {
        loop {
            if let Some((number, others)) = self.descriptors.split_first_chunk() {
                self.descriptors = others;
                return Some(i32::from_ne_bytes(*number));
            }
            let (message, rest) = split_message(self.rest)?;
            self.rest = rest;
            if (message.level, message.kind) == (SOL_SOCKET as i32, SCM_RIGHTS as i32) {
                self.descriptors = message.data;
            }
        }
    }
}

/// One control message.
#[derive(Debug, PartialEq, Eq)]
struct Message<'c> {
    level: i32,
    kind: i32,
    data: &'c [u8],
}

/// The first control message and what follows it; `None` at the end, and at bytes that are no
/// message.
fn split_message(bytes: &[u8]) -> Option<(Message<'_>, &[u8])> {
    let (len, rest) = bytes.split_first_chunk()?;
    let (level, rest) = rest.split_first_chunk()?;
    let (kind, _) = rest.split_first_chunk()?;
    let len = usize::from_ne_bytes(*len);
    let message = Message {
        level: i32::from_ne_bytes(*level),
        kind: i32::from_ne_bytes(*kind),
        data: bytes.get(HEADER..len)?,
    };
    // The last message need not be padded.
    let next = len.checked_next_multiple_of(ALIGN)?.min(bytes.len());
    Some((message, bytes.get(next..)?))
}

impl Control for ReceivedControl<'_> {
    type Fd = OwnedFd;

    fn take_descriptor(&mut self) -> Option<OwnedFd> {
        let number = self.next_number()?;
        // SAFETY: the kernel has made the descriptor for this process and put its number into the
        // control data, SCM_RIGHTS in unix(7); `new`'s contract makes this value its only owner,
        // and `next_number` gives each number once.
        unsafe { OwnedFd::from_raw_fd(number) }
    }
}

impl Drop for ReceivedControl<'_> {
    fn drop(&mut self) {
        while let Some(descriptor) = self.take_descriptor() {
            drop(descriptor);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_one_message() {
        // SAFETY: the descriptors are forgotten below, so nothing is closed.
        let fds = unsafe { [7, 9].map(|fd| OwnedFd::from_raw_fd(fd).unwrap()) };
        let rights = Rights::new(&[&fds[0], &fds[1]]).unwrap();
        let (message, rest) = split_message(rights.as_slice()).unwrap();
        assert_eq!((message.level, message.kind), (1, 1));
        let numbers: [u8; 8] = message.data.try_into().unwrap();
        assert_eq!(numbers[..4], 7i32.to_ne_bytes());
        assert_eq!(numbers[4..], 9i32.to_ne_bytes());
        assert!(rest.is_empty());
        let many = [&fds[0]; MAX_DESCRIPTORS + 1];
        assert_eq!(Rights::new(&many).err(), Some(Error::TOO_MANY_DESCRIPTORS));
        assert!(Rights::new(&many[1..]).is_ok());
        assert!(Rights::new(&[]).unwrap().as_slice().is_empty());
        let _ = fds.map(OwnedFd::into_raw_fd);
    }

    #[test]
    fn any_bytes_are_walked_to_an_end() {
        arbtest::arbtest(|any| {
            let bytes: &[u8] = any.arbitrary()?;
            let mut rest = bytes;
            while let Some((message, behind)) = split_message(rest) {
                assert!(message.data.len() + HEADER <= rest.len());
                assert!(behind.len() < rest.len());
                rest = behind;
            }
            Ok(())
        });
    }

    #[test]
    fn bytes_that_are_no_message_end_it() {
        let mut bytes = [0u8; 48];
        for len in 0..64usize {
            bytes[..8].copy_from_slice(&len.to_ne_bytes());
            assert_eq!(
                split_message(&bytes).is_some(),
                (HEADER..=48).contains(&len),
                "{len}"
            );
        }
        bytes[..8].copy_from_slice(&usize::MAX.to_ne_bytes());
        assert_eq!(split_message(&bytes), None);
        for short in 0..HEADER {
            assert_eq!(split_message(&bytes[..short]), None);
        }
    }
}
