//! A kernel that remembers the values of options, to see how the core writes them.

use std::cell::RefCell;
use std::convert::Infallible;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::num::NonZeroU32;
use std::rc::Rc;

use sock_core::{
    Abi, Backend, Control, Error, Family, Instant, IoSlice, IoSliceMut, OptionName, PollEvents,
    PollFd, RecvFlags, RecvFromReport, RecvMsg, RecvMsgReport, Result, SendFlags, SendMsg,
    Shutdown, SocketKind, Unfilled,
};

/// The kernel. Whoever waits for data gets some; nothing else works.
#[derive(Clone, Debug, Default)]
pub(super) struct Recorder<A> {
    pub(super) values: Rc<RefCell<Vec<Vec<u8>>>>,
    abi: PhantomData<A>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Slice<'a>(&'a [u8]);

impl<'a> IoSlice<'a> for Slice<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Slice(bytes)
    }

    fn as_slice(&self) -> &'a [u8] {
        self.0
    }
}

#[derive(Debug)]
pub(super) struct SliceMut<'a>(&'a mut [u8]);

impl<'a> IoSliceMut<'a> for SliceMut<'a> {
    fn new(room: &'a mut [u8]) -> Self {
        SliceMut(room)
    }

    fn as_slice(&self) -> &[u8] {
        self.0
    }

    fn as_mut_slice(&mut self) -> &mut [u8] {
        self.0
    }
}

#[derive(Debug)]
pub(super) struct Waiter;

impl<'a> PollFd<'a, ()> for Waiter {
    fn new((): &'a (), _: PollEvents) -> Self {
        Waiter
    }

    fn revents(&self) -> PollEvents {
        PollEvents::empty()
    }
}

/// No control data comes.
#[derive(Debug)]
pub(super) struct Nothing(Infallible);

impl Control for Nothing {
    type Fd = ();

    fn take_descriptor(&mut self) -> Option<()> {
        match self.0 {}
    }
}

impl<A: Abi> Backend for Recorder<A> {
    type Abi = A;
    type Fd = ();
    type IoSlice<'a> = Slice<'a>;
    type IoSliceMut<'a> = SliceMut<'a>;
    type PollFd<'a> = Waiter;
    type Control<'a> = Nothing;

    fn setsockopt(&self, (): &(), _: OptionName, value: &[u8]) -> Result<(), Self> {
        self.values.borrow_mut().push(value.to_vec());
        Ok(())
    }

    fn set_nonblocking(&self, (): &(), _: bool) -> Result<(), Self> {
        Ok(())
    }

    fn recv(&self, (): &(), room: &mut [u8], flags: RecvFlags) -> Result<usize, Self> {
        if flags.contains(RecvFlags::DONTWAIT) {
            Err(Error::WOULD_BLOCK)
        } else {
            Ok(room.len())
        }
    }

    fn now(&self) -> Instant {
        Instant::from_nanos(0)
    }

    fn socket(&self, _: Family, _: SocketKind, _: i32) -> Result<(), Self> {
        Ok(())
    }

    fn socket_pair(&self, _: SocketKind) -> Result<((), ()), Self> {
        Err(Error::NOT_SUPPORTED)
    }

    fn bind(&self, (): &(), _: &[u8]) -> Result<(), Self> {
        Err(Error::NOT_SUPPORTED)
    }

    fn listen(&self, (): &(), _: u32) -> Result<(), Self> {
        Err(Error::NOT_SUPPORTED)
    }

    fn accept(&self, (): &(), _: &mut [u8]) -> Result<((), usize), Self> {
        Err(Error::NOT_SUPPORTED)
    }

    fn connect(&self, (): &(), _: &[u8]) -> Result<(), Self> {
        Err(Error::NOT_SUPPORTED)
    }

    fn shutdown(&self, (): &(), _: Shutdown) -> Result<(), Self> {
        Err(Error::NOT_SUPPORTED)
    }

    fn getsockname(&self, (): &(), _: &mut [u8]) -> Result<usize, Self> {
        Err(Error::NOT_SUPPORTED)
    }

    fn getpeername(&self, (): &(), _: &mut [u8]) -> Result<usize, Self> {
        Err(Error::NOT_SUPPORTED)
    }

    fn getsockopt(&self, (): &(), _: OptionName, _: &mut [u8]) -> Result<usize, Self> {
        Err(Error::NOT_SUPPORTED)
    }

    fn send(&self, (): &(), _: &[u8], _: SendFlags) -> Result<usize, Self> {
        Err(Error::NOT_SUPPORTED)
    }

    fn send_to(&self, (): &(), _: &[u8], _: SendFlags, _: &[u8]) -> Result<usize, Self> {
        Err(Error::NOT_SUPPORTED)
    }

    fn send_msg(&self, (): &(), _: &SendMsg<'_, '_, Self>, _: SendFlags) -> Result<usize, Self> {
        Err(Error::NOT_SUPPORTED)
    }

    fn recv_uninit<'r>(
        &self,
        (): &(),
        room: &'r mut [MaybeUninit<u8>],
        _: RecvFlags,
    ) -> std::result::Result<&'r mut [u8], Unfilled<'r, A>> {
        let error = Error::NOT_SUPPORTED;
        Err(Unfilled { error, room })
    }

    fn recv_from(
        &self,
        (): &(),
        _: &mut [u8],
        _: RecvFlags,
        _: &mut [u8],
    ) -> Result<RecvFromReport, Self> {
        Err(Error::NOT_SUPPORTED)
    }

    fn recv_from_uninit<'r>(
        &self,
        (): &(),
        room: &'r mut [MaybeUninit<u8>],
        _: RecvFlags,
        _: &mut [u8],
    ) -> std::result::Result<(&'r mut [u8], RecvFromReport), Unfilled<'r, A>> {
        let error = Error::NOT_SUPPORTED;
        Err(Unfilled { error, room })
    }

    fn recv_msg<'c>(
        &self,
        (): &(),
        _: RecvMsg<'_, '_, 'c, Self>,
        _: RecvFlags,
    ) -> Result<RecvMsgReport<'c, Self>, Self> {
        Err(Error::NOT_SUPPORTED)
    }

    fn poll(&self, _: &mut [Waiter], _: Option<&mut u64>) -> Result<usize, Self> {
        Err(Error::NOT_SUPPORTED)
    }

    fn interface_index(&self, _: &[u8]) -> Result<NonZeroU32, Self> {
        Err(Error::NOT_SUPPORTED)
    }
}
