//! Messages with more than one buffer, an address or descriptors: sendmsg(2) and recvmsg(2).

use crate::{Backend, MessageFlags};

/// A message to send.
///
/// ```
/// use sock_core::{Backend, IoSlice, SendMsg};
///
/// fn header_and_body<B: Backend>(header: &[u8], body: &[u8], send: impl Fn(SendMsg<'_, '_, B>)) {
///     let parts = [B::IoSlice::new(header), B::IoSlice::new(body)];
///     send(SendMsg::new(&parts));
/// }
/// ```
#[derive(Debug)]
pub struct SendMsg<'a, 'p, B: Backend> {
    /// The bytes, gathered from these slices.
    pub parts: &'a [B::IoSlice<'p>],
    /// The address to send to, in the layout of the kernel; empty for the connected peer.
    pub addr: &'a [u8],
    /// Descriptors to pass along on a Unix socket (`SCM_RIGHTS`, unix(7)): the receiver gets
    /// descriptors of its own for the same open files. At least one byte must go with them on
    /// a stream.
    pub descriptors: &'a [&'a B::Fd],
}

impl<'a, 'p, B: Backend> SendMsg<'a, 'p, B> {
    /// The bytes of `parts`, to the connected peer.
    #[inline]
    pub const fn new(parts: &'a [B::IoSlice<'p>]) -> Self {
        SendMsg {
            parts,
            addr: &[],
            descriptors: &[],
        }
    }

    /// The same to this address.
    #[inline]
    pub const fn to(self, addr: &'a [u8]) -> Self {
        SendMsg { addr, ..self }
    }

    /// The same with these descriptors.
    #[inline]
    pub const fn with_descriptors(self, descriptors: &'a [&'a B::Fd]) -> Self {
        SendMsg {
            descriptors,
            ..self
        }
    }
}

/// Room for a message to receive.
#[derive(Debug)]
pub struct RecvMsg<'a, 'p, 'c, B: Backend> {
    /// The bytes, scattered over these slices.
    pub parts: &'a mut [B::IoSliceMut<'p>],
    /// Room for the sender's address; empty when it is not wanted.
    pub addr: &'a mut [u8],
    /// Room for control data; empty when none is wanted. Descriptors that come with the message and do
    /// not fit are closed, and [`MessageFlags::CTRUNC`] reports it; of several those that fit are
    /// delivered, but on FreeBSD all or none (`unp_externalize` in sys/kern/uipc_usrreq.c).
    pub control: &'c mut [u8],
}

/// What recvmsg(2) says of a received message.
#[derive(Debug)]
pub struct RecvMsgReport<'c, B: Backend> {
    /// The bytes in the parts.
    pub len: usize,
    /// The length of the sender's address.
    pub addr_len: usize,
    /// Whether something was cut, and more.
    pub flags: MessageFlags,
    /// The control data, with the descriptors.
    pub control: B::Control<'c>,
}

/// The control data of a received message.
///
/// It owns the descriptors that came: dropping it closes those that were not taken.
pub trait Control {
    /// An owned descriptor of the backend.
    type Fd;

    /// The next descriptor that came with the message, in the order in which they were sent.
    fn take_descriptor(&mut self) -> Option<Self::Fd>;
}

/// Room for control data, aligned as every kernel wants it.
///
/// A message with `n` descriptors needs 16 + 4 × `n` bytes, rounded up to 8 (Darwin: 12 + 4 × `n`).
#[derive(Debug)]
#[repr(C, align(8))]
pub struct ControlBuffer<const N: usize>([u8; N]);

impl<const N: usize> ControlBuffer<N> {
    /// Room for `N` bytes.
    #[inline]
    pub const fn new() -> Self {
        ControlBuffer([0; N])
    }

    /// The bytes.
    #[inline]
    pub const fn as_mut_slice(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl<const N: usize> Default for ControlBuffer<N> {
    fn default() -> Self {
        Self::new()
    }
}
