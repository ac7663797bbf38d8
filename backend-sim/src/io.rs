//! What calls take and give: slices, descriptors to wait for, descriptors that came.

use std::collections::VecDeque;

use sock_core::{Abi, Control, PollEvents, abi};

use crate::Fd;

/// A slice to send.
#[derive(Clone, Copy, Debug)]
pub struct IoSlice<'a>(&'a [u8]);

impl<'a> sock_core::IoSlice<'a> for IoSlice<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        IoSlice(bytes)
    }

    fn as_slice(&self) -> &'a [u8] {
        self.0
    }
}

/// A slice to receive into.
#[derive(Debug)]
pub struct IoSliceMut<'a>(&'a mut [u8]);

impl<'a> sock_core::IoSliceMut<'a> for IoSliceMut<'a> {
    fn new(room: &'a mut [u8]) -> Self {
        IoSliceMut(room)
    }

    fn as_slice(&self) -> &[u8] {
        self.0
    }

    fn as_mut_slice(&mut self) -> &mut [u8] {
        self.0
    }
}

/// A descriptor to wait for.
#[derive(Debug)]
pub struct PollFd<'a, A: Abi = abi::Linux> {
    pub(crate) fd: &'a Fd<A>,
    pub(crate) events: PollEvents,
    pub(crate) revents: PollEvents,
}

impl<'a, A: Abi> sock_core::PollFd<'a, Fd<A>> for PollFd<'a, A> {
    fn new(fd: &'a Fd<A>, events: PollEvents) -> Self {
        PollFd {
            fd,
            events,
            revents: PollEvents::empty(),
        }
    }

    fn revents(&self) -> PollEvents {
        self.revents
    }
}

/// The descriptors that came with a message; those that nobody takes are closed when it is
/// dropped.
#[derive(Debug)]
pub struct ReceivedControl<A: Abi = abi::Linux>(pub(crate) VecDeque<Fd<A>>);

impl<A: Abi> Control for ReceivedControl<A> {
    type Fd = Fd<A>;

    fn take_descriptor(&mut self) -> Option<Fd<A>> {
        self.0.pop_front()
    }
}
