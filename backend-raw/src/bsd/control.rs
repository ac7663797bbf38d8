//! Control data: descriptors that go with a message, cmsg(3) and unix(4).

use core::fmt;
use core::marker::PhantomData;
use core::mem::ManuallyDrop;

use sock_core::{Abi, Control};

use super::System;
use super::layout::cmsghdr;
use super::numbers::SCM_RIGHTS;
use crate::{Error, OwnedFd, Result};

pub(super) const FD: usize = size_of::<i32>();

/// Room for a message with the most descriptors of any system.
pub(super) const ROOM: usize = size_of::<cmsghdr>().next_multiple_of(8) + FD * 512;

/// Where the data of a control message begins: behind the header, aligned.
pub(super) const fn header<S: System>() -> usize {
    size_of::<cmsghdr>().next_multiple_of(S::CONTROL_ALIGN)
}

/// Control data with descriptors to send.
#[repr(C, align(8))]
pub(super) struct Rights<S> {
    bytes: [u8; ROOM],
    len: usize,
    system: PhantomData<S>,
}

impl<S: System> Rights<S> {
    const FITS: () =
        assert!(header::<S>() + FD * S::MAX_DESCRIPTORS <= ROOM && S::CONTROL_ALIGN <= 8);

    /// One control message that passes `descriptors`, or nothing when there are none.
    pub(super) fn new(descriptors: &[&OwnedFd<S>]) -> Result<Self, S> {
        const { Self::FITS };
        let mut rights = Rights {
            bytes: [0; _],
            len: 0,
            system: PhantomData,
        };
        if descriptors.len() > S::MAX_DESCRIPTORS {
            return Err(Error::<S>::TOO_MANY_DESCRIPTORS);
        }
        if descriptors.is_empty() {
            return Ok(rights);
        }
        rights.len = header::<S>() + FD * descriptors.len();
        let (head, data) = rights
            .bytes
            .split_at_mut_checked(header::<S>())
            .unwrap_or_default();
        write_header::<S>(head, rights.len);
        for (place, fd) in data.chunks_exact_mut(FD).zip(descriptors) {
            place.copy_from_slice(&fd.as_raw_fd().to_ne_bytes());
        }
        Ok(rights)
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// The header of a control message of so many bytes that passes descriptors.
pub(super) fn write_header<S: System>(head: &mut [u8], len: usize) {
    let parts = [len as i32, S::Abi::SOL_SOCKET, SCM_RIGHTS];
    for (place, part) in head.chunks_exact_mut(FD).zip(parts) {
        place.copy_from_slice(&part.to_ne_bytes());
    }
}

/// One control message.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message<'c> {
    pub(super) level: i32,
    pub(super) kind: i32,
    pub(super) data: &'c [u8],
}

/// The first control message and what follows it; `None` at the end, and at bytes that are no
/// message.
pub(super) fn split_message<S: System>(bytes: &[u8]) -> Option<(Message<'_>, &[u8])> {
    let (len, rest) = bytes.split_first_chunk()?;
    let (level, rest) = rest.split_first_chunk()?;
    let (kind, _) = rest.split_first_chunk()?;
    let len = u32::from_ne_bytes(*len) as usize;
    let message = Message {
        level: i32::from_ne_bytes(*level),
        kind: i32::from_ne_bytes(*kind),
        data: bytes.get(header::<S>()..len)?,
    };
    // The last message need not be padded.
    let next = len.next_multiple_of(S::CONTROL_ALIGN).min(bytes.len());
    Some((message, bytes.get(next..)?))
}

/// The control data of a received message, with its descriptors; those that nobody takes are
/// closed when it is dropped.
pub struct ReceivedControl<'c, S: System> {
    /// What has not been looked at.
    rest: &'c [u8],
    /// Descriptors of the present control message that have not been taken.
    descriptors: &'c [u8],
    system: PhantomData<S>,
}

impl<'c, S: System> ReceivedControl<'c, S> {
    /// # Safety
    ///
    /// `bytes` must be what recvmsg(2) has just written as control data, and this the only value
    /// made of it: the descriptors in it belong to the value.
    pub(super) unsafe fn new(bytes: &'c [u8]) -> Self {
        ReceivedControl {
            rest: bytes,
            descriptors: &[],
            system: PhantomData,
        }
    }

    /// What has not been looked at.
    pub(super) fn rest(&self) -> &'c [u8] {
        self.rest
    }

    /// Does to each descriptor what [`System::received`] does.
    #[inline]
    pub(super) fn finish(&self) {
        for number in self.numbers() {
            // SAFETY: `new`'s contract makes this value the owner of the descriptor, and the second
            // owner here is never dropped, so that nothing closes it twice.
            let fd = unsafe { OwnedFd::from_raw_fd(number) };
            if let Some(fd) = fd.map(ManuallyDrop::new) {
                S::received(&fd);
            }
        }
    }

    /// The numbers of the descriptors that have not been taken, in their order.
    pub(super) fn numbers(&self) -> impl Iterator<Item = i32> {
        let (mut rest, mut descriptors) = (self.rest, self.descriptors);
        core::iter::from_fn(move || next_number::<S>(&mut rest, &mut descriptors))
    }
}

/// The next number of a descriptor in control data.
fn next_number<'c, S: System>(rest: &mut &'c [u8], descriptors: &mut &'c [u8]) -> Option<i32> {
    loop {
        if let Some((number, others)) = descriptors.split_first_chunk() {
            *descriptors = others;
            return Some(i32::from_ne_bytes(*number));
        }
        let (message, behind) = split_message::<S>(rest)?;
        *rest = behind;
        if (message.level, message.kind) == (S::Abi::SOL_SOCKET, SCM_RIGHTS) {
            *descriptors = message.data;
        }
    }
}

impl<S: System> Control for ReceivedControl<'_, S> {
    type Fd = OwnedFd<S>;

    fn take_descriptor(&mut self) -> Option<OwnedFd<S>> {
        let number = next_number::<S>(&mut self.rest, &mut self.descriptors)?;
        // SAFETY: the kernel has made the descriptor for this process and put its number into the
        // control data, SCM_RIGHTS in unix(4); `new`'s contract makes this value its only owner,
        // and `next_number` gives each number once.
        unsafe { OwnedFd::from_raw_fd(number) }
    }
}

impl<S: System> Drop for ReceivedControl<'_, S> {
    fn drop(&mut self) {
        while let Some(descriptor) = self.take_descriptor() {
            drop(descriptor);
        }
    }
}

impl<S: System> fmt::Debug for ReceivedControl<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.numbers()).finish()
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use std::vec::Vec;

    use super::*;
    use crate::bsd::tests::{self, Fake, FakeDarwin};

    /// Descriptors that are never closed.
    fn fds<S: System>(numbers: &[i32]) -> Vec<ManuallyDrop<OwnedFd<S>>> {
        let own = |number: &i32| {
            // SAFETY: the descriptor is never dropped, so nothing is closed.
            ManuallyDrop::new(unsafe { OwnedFd::from_raw_fd(*number) }.unwrap())
        };
        numbers.iter().map(own).collect()
    }

    fn rights<S: System>(numbers: &[i32]) -> Result<Vec<u8>, S> {
        let fds = fds::<S>(numbers);
        let fds: Vec<&OwnedFd<S>> = fds.iter().map(|fd| &**fd).collect();
        Rights::new(&fds).map(|rights| rights.as_slice().to_vec())
    }

    fn words(words: &[i32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_ne_bytes()).collect()
    }

    #[test]
    fn rights_as_each_kernel_lays_them_out() {
        // CMSG_LEN(8) is 24 where the data is aligned to 8 bytes, and 20 where to 4.
        assert_eq!(
            rights::<Fake>(&[7, 9]),
            Ok(words(&[24, 0xffff, 1, 0, 7, 9]))
        );
        assert_eq!(
            rights::<FakeDarwin>(&[7, 9]),
            Ok(words(&[20, 0xffff, 1, 7, 9]))
        );
        assert_eq!(rights::<Fake>(&[]), Ok(Vec::new()));
    }

    #[test]
    fn no_more_rights_than_the_kernel_takes() {
        assert!(rights::<Fake>(&[7; Fake::MAX_DESCRIPTORS]).is_ok());
        let many = rights::<Fake>(&[7; Fake::MAX_DESCRIPTORS + 1]);
        assert_eq!(many, Err(Error::<Fake>::TOO_MANY_DESCRIPTORS));
    }

    /// What a message brings, and what of it is closed when two are taken.
    fn taken<S: System>(bytes: &[u8]) -> (Vec<i32>, Vec<usize>) {
        tests::script([]);
        // SAFETY: the system closes nothing.
        let mut control = unsafe { ReceivedControl::<S>::new(bytes) };
        let mut two = Vec::new();
        for _ in 0..2 {
            two.extend(control.take_descriptor().map(OwnedFd::into_raw_fd));
        }
        drop(control);
        let closed = tests::calls().into_iter().map(|(name, arguments)| {
            assert_eq!(name, "close");
            arguments[0]
        });
        (two, closed.collect())
    }

    #[test]
    fn what_is_not_taken_is_closed_once() {
        // Two messages with padding between them, a foreign one before and behind.
        let other = [20, 0xffff, 2, 0, 5, 0];
        let first = [28, 0xffff, 1, 0, 7, 8, 9, 0];
        let last = [20, 0xffff, 1, 0, 10];
        let bytes = words(&[&other[..], &first, &other, &last].concat());
        assert_eq!(taken::<Fake>(&bytes), (std::vec![7, 8], std::vec![9, 10]));
        let (other, first, last) = (
            [20, 0xffff, 2, 5, 6],
            [24, 0xffff, 1, 7, 8, 9],
            [16, 0xffff, 1, 10],
        );
        let bytes = words(&[&other[..], &first, &other, &last].concat());
        assert_eq!(
            taken::<FakeDarwin>(&bytes),
            (std::vec![7, 8], std::vec![9, 10])
        );
    }

    #[test]
    fn a_look_at_what_came_takes_nothing() {
        let bytes = words(&[24, 0xffff, 1, 0, 7, 8]);
        tests::script([]);
        // SAFETY: the system closes nothing.
        let control = unsafe { ReceivedControl::<Fake>::new(&bytes) };
        assert_eq!(std::format!("{control:?}"), "[7, 8]");
        control.finish();
        let look = ["received 7", "received 8"];
        assert_eq!(tests::told(), look);
        drop(control);
        assert_eq!(tests::told(), ["close 7", "close 8"]);
    }

    #[test]
    fn any_bytes_are_walked_to_an_end() {
        fn walk<S: System>(bytes: &[u8]) {
            let mut rest = bytes;
            while let Some((message, behind)) = split_message::<S>(rest) {
                assert!(message.data.len() + header::<S>() <= rest.len());
                assert!(behind.len() < rest.len());
                rest = behind;
            }
        }
        arbtest::arbtest(|any| {
            let bytes: &[u8] = any.arbitrary()?;
            walk::<Fake>(bytes);
            walk::<FakeDarwin>(bytes);
            Ok(())
        });
    }

    #[test]
    fn bytes_that_are_no_message_end_it() {
        fn try_all<S: System>() {
            let mut bytes = [0u8; 48];
            for len in 0..64u32 {
                bytes[..4].copy_from_slice(&len.to_ne_bytes());
                let fits = (header::<S>() as u32..=48).contains(&len);
                assert_eq!(split_message::<S>(&bytes).is_some(), fits, "{len}");
            }
            bytes[..4].copy_from_slice(&u32::MAX.to_ne_bytes());
            assert_eq!(split_message::<S>(&bytes), None);
            for short in 0..header::<S>() {
                assert_eq!(split_message::<S>(&bytes[..short]), None);
            }
        }
        try_all::<Fake>();
        try_all::<FakeDarwin>();
    }
}
