//! One receive for memory that holds something and memory that does not.

#[cfg(feature = "heapless")]
mod vec;

use core::mem::MaybeUninit;

use crate::socket::Handle;
use crate::{Backend, Error, RecvFlags, RecvFromReport};

/// Memory to receive into: `&mut [u8]`, or `&mut [MaybeUninit<u8>]`, which needs no zeroing; or
/// an array of either.
///
/// What a receive gives back is [`Out`](Self::Out): the number of bytes for the former, the
/// filled slice for the latter. A slice is taken, not reborrowed: to go on using `buf: &mut [u8]`,
/// pass `&mut *buf`; of a vector, pass `&mut vec[..]`. Sealed.
///
/// With the feature `heapless`, `&mut heapless::Vec<u8, N>` is one, too: what is received stands
/// behind what the vector held, in the room that it has left, and the number of those bytes comes
/// back. A receive that fails leaves the vector as it was.
///
/// ```
/// use core::mem::MaybeUninit;
/// use sock_core::{Backend, Result, TcpStream};
///
/// fn both<B: Backend>(stream: &TcpStream<B>) -> Result<(), B> {
///     let mut zeroed = [0; 64];
///     let n: usize = stream.recv(&mut zeroed)?;
///     let mut room = [MaybeUninit::uninit(); 4096];
///     let bytes: &mut [u8] = stream.recv(&mut room)?;
///     Ok(())
/// }
/// ```
pub trait Buffer: sealed::Sealed {
    /// What a receive gives back.
    type Out;

    #[doc(hidden)]
    type Room: room::Room<Out = Self::Out>;

    #[doc(hidden)]
    fn into_room(self) -> Self::Room;
}

mod sealed {
    use core::mem::MaybeUninit;

    pub trait Sealed {}
    impl Sealed for &mut [u8] {}
    impl<const N: usize> Sealed for &mut [u8; N] {}
    impl Sealed for &mut [MaybeUninit<u8>] {}
    impl<const N: usize> Sealed for &mut [MaybeUninit<u8>; N] {}
}

impl<'r> Buffer for &'r mut [u8] {
    type Out = usize;
    type Room = &'r mut [u8];

    #[inline]
    fn into_room(self) -> &'r mut [u8] {
        self
    }
}

impl<'r, const N: usize> Buffer for &'r mut [u8; N] {
    type Out = usize;
    type Room = &'r mut [u8];

    #[inline]
    fn into_room(self) -> &'r mut [u8] {
        self
    }
}

impl<'r> Buffer for &'r mut [MaybeUninit<u8>] {
    type Out = &'r mut [u8];
    type Room = &'r mut [MaybeUninit<u8>];

    #[inline]
    fn into_room(self) -> &'r mut [MaybeUninit<u8>] {
        self
    }
}

impl<'r, const N: usize> Buffer for &'r mut [MaybeUninit<u8>; N] {
    type Out = &'r mut [u8];
    type Room = &'r mut [MaybeUninit<u8>];

    #[inline]
    fn into_room(self) -> &'r mut [MaybeUninit<u8>] {
        self
    }
}

pub(crate) use room::Room;

mod room {
    use super::*;

    /// A failed receive gives the memory back, so that it can be tried again.
    pub(super) type Tried<T, R, B> = Result<T, (Error<<B as Backend>::Abi>, R)>;

    pub trait Room: Sized {
        type Out;

        fn is_empty(&self) -> bool;

        /// What a receive of nothing gives back.
        fn nothing(self) -> Self::Out;

        fn recv<B: Backend>(self, b: &B, fd: &B::Fd, flags: RecvFlags)
        -> Tried<Self::Out, Self, B>;

        fn recv_from<B: Backend>(
            self,
            b: &B,
            fd: &B::Fd,
            flags: RecvFlags,
            addr: &mut [u8],
        ) -> Tried<(Self::Out, RecvFromReport), Self, B>;

        /// [`recv`](Self::recv), again after a signal. Memory that can be lent again for another try
        /// need not be given back, which takes instructions.
        fn recv_now<B: Backend>(
            self,
            handle: &Handle<B>,
            flags: RecvFlags,
        ) -> crate::Result<Self::Out, B>;

        /// [`recv_from`](Self::recv_from), again after a signal.
        fn recv_from_now<B: Backend>(
            self,
            handle: &Handle<B>,
            flags: RecvFlags,
            addr: &mut [u8],
        ) -> crate::Result<(Self::Out, RecvFromReport), B>;
    }

    impl Room for &mut [u8] {
        type Out = usize;

        #[inline(always)]
        fn is_empty(&self) -> bool {
            <[u8]>::is_empty(self)
        }

        #[inline(always)]
        fn nothing(self) -> usize {
            0
        }

        #[inline(always)]
        fn recv<B: Backend>(
            self,
            b: &B,
            fd: &B::Fd,
            flags: RecvFlags,
        ) -> Tried<Self::Out, Self, B> {
            b.recv(fd, self, flags).map_err(|error| (error, self))
        }

        #[inline(always)]
        fn recv_from<B: Backend>(
            self,
            b: &B,
            fd: &B::Fd,
            flags: RecvFlags,
            addr: &mut [u8],
        ) -> Tried<(Self::Out, RecvFromReport), Self, B> {
            match b.recv_from(fd, self, flags, addr) {
                Ok(report) => Ok((report.len, report)),
                Err(error) => Err((error, self)),
            }
        }

        #[inline(always)]
        fn recv_now<B: Backend>(
            self,
            handle: &Handle<B>,
            flags: RecvFlags,
        ) -> crate::Result<Self::Out, B> {
            loop {
                match handle.backend.recv(&handle.fd, self, flags) {
                    Err(error) if error == Error::INTERRUPTED => core::hint::cold_path(),
                    done => return done,
                }
            }
        }

        #[inline(always)]
        fn recv_from_now<B: Backend>(
            self,
            handle: &Handle<B>,
            flags: RecvFlags,
            addr: &mut [u8],
        ) -> crate::Result<(Self::Out, RecvFromReport), B> {
            loop {
                match handle.backend.recv_from(&handle.fd, self, flags, addr) {
                    Ok(report) => return Ok((report.len, report)),
                    Err(error) if error == Error::INTERRUPTED => core::hint::cold_path(),
                    Err(error) => return Err(error),
                }
            }
        }
    }

    impl<'r> Room for &'r mut [MaybeUninit<u8>] {
        type Out = &'r mut [u8];

        #[inline(always)]
        fn is_empty(&self) -> bool {
            <[MaybeUninit<u8>]>::is_empty(self)
        }

        #[inline(always)]
        fn nothing(self) -> &'r mut [u8] {
            &mut []
        }

        #[inline(always)]
        fn recv<B: Backend>(
            self,
            b: &B,
            fd: &B::Fd,
            flags: RecvFlags,
        ) -> Tried<Self::Out, Self, B> {
            b.recv_uninit(fd, self, flags)
                .map_err(|unfilled| (unfilled.error, unfilled.room))
        }

        #[inline(always)]
        fn recv_from<B: Backend>(
            self,
            b: &B,
            fd: &B::Fd,
            flags: RecvFlags,
            addr: &mut [u8],
        ) -> Tried<(Self::Out, RecvFromReport), Self, B> {
            b.recv_from_uninit(fd, self, flags, addr)
                .map_err(|unfilled| (unfilled.error, unfilled.room))
        }

        #[inline(always)]
        fn recv_now<B: Backend>(
            self,
            handle: &Handle<B>,
            flags: RecvFlags,
        ) -> crate::Result<Self::Out, B> {
            handle
                .receive(self, |room, b, fd| room.recv(b, fd, flags))
                .map_err(|(error, _)| error)
        }

        #[inline(always)]
        fn recv_from_now<B: Backend>(
            self,
            handle: &Handle<B>,
            flags: RecvFlags,
            addr: &mut [u8],
        ) -> crate::Result<(Self::Out, RecvFromReport), B> {
            handle
                .receive(self, |room, b, fd| room.recv_from(b, fd, flags, addr))
                .map_err(|(error, _)| error)
        }
    }
}
