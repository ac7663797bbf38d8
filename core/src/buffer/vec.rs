//! A receive behind what a `heapless::Vec` holds.

use heapless::{LenType, Vec};

use super::{Buffer, room::Room, room::Tried, sealed};
use crate::socket::Handle;
use crate::{Backend, Error, RecvFlags, RecvFromReport};

impl<const N: usize, L: LenType> sealed::Sealed for &mut Vec<u8, N, L> {}

impl<'r, const N: usize, L: LenType> Buffer for &'r mut Vec<u8, N, L> {
    type Out = usize;
    type Room = &'r mut Vec<u8, N, L>;

    #[inline]
    fn into_room(self) -> Self::Room {
        self
    }
}

/// Lends the room that the vector has left, filled with zeros, since nothing here may be read before
/// it is written; keeps of it what `receive` says it has filled.
fn append<const N: usize, L: LenType, T, E>(
    vec: &mut Vec<u8, N, L>,
    receive: impl FnOnce(&mut [u8]) -> Result<T, E>,
    filled: impl FnOnce(&T) -> usize,
) -> Result<T, E> {
    let held = vec.len();
    // It cannot fail: the vector has room for as many as it has room for.
    let _ = vec.resize_default(N);
    let received = receive(vec.get_mut(held..).unwrap_or_default());
    vec.truncate(match &received {
        Ok(report) => held.saturating_add(filled(report)),
        Err(_) => held,
    });
    received
}

impl<const N: usize, L: LenType> Room for &mut Vec<u8, N, L> {
    type Out = usize;

    fn is_empty(&self) -> bool {
        self.is_full()
    }

    fn nothing(self) -> usize {
        0
    }

    fn recv<B: Backend>(self, b: &B, fd: &B::Fd, flags: RecvFlags) -> Tried<usize, Self, B> {
        append(self, |room| b.recv(fd, room, flags), |n| *n).map_err(|error| (error, self))
    }

    fn recv_from<B: Backend>(
        self,
        b: &B,
        fd: &B::Fd,
        flags: RecvFlags,
        addr: &mut [u8],
    ) -> Tried<(usize, RecvFromReport), Self, B> {
        let receive = |room: &mut [u8]| b.recv_from(fd, room, flags, addr);
        match append(self, receive, |report| report.len) {
            Ok(report) => Ok((report.len, report)),
            Err(error) => Err((error, self)),
        }
    }

    fn recv_now<B: Backend>(self, handle: &Handle<B>, flags: RecvFlags) -> crate::Result<usize, B> {
        let received = handle.receive(self, |room, b, fd| room.recv(b, fd, flags));
        received.map_err(|(error, _): (Error<B::Abi>, _)| error)
    }

    fn recv_from_now<B: Backend>(
        self,
        handle: &Handle<B>,
        flags: RecvFlags,
        addr: &mut [u8],
    ) -> crate::Result<(usize, RecvFromReport), B> {
        let received = handle.receive(self, |room, b, fd| room.recv_from(b, fd, flags, addr));
        received.map_err(|(error, _)| error)
    }
}
