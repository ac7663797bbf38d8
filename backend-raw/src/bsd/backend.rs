//! The backend of a system.

/// Makes a [`Backend`](sock_core::Backend) of a type that is a [`System`](crate::bsd::System), and
/// implements [`Kernel`](crate::Kernel) for it, with the numbers of `$abi`.
#[macro_export]
macro_rules! bsd_backend {
    ($system:ident, $abi:ty) => {
        const _: () = {
            use core::mem::MaybeUninit;
            use core::num::NonZeroU32;

            use $crate::__core as core_;
            use $crate::bsd::{self, ReceivedControl};
            use $crate::{IoSlice, IoSliceMut, Kernel, OwnedFd, PollFd, RawFd, Result};

            impl Kernel for $system {
                type Abi = $abi;

                #[inline(always)]
                unsafe fn close(fd: RawFd) {
                    // SAFETY: the caller vouches for what the function asks.
                    unsafe { bsd::socket::close::<$system>(fd) }
                }

                fn is_nonblocking(fd: &OwnedFd<$system>) -> Result<bool, $system> {
                    bsd::socket::is_nonblocking(fd)
                }

                #[inline]
                fn poll_bits(events: core_::PollEvents) -> i16 {
                    bsd::flags::poll_bits::<$system>(events)
                }

                #[inline]
                fn poll_events(bits: i16) -> core_::PollEvents {
                    bsd::flags::poll_events::<$system>(bits)
                }
            }

            impl core_::Backend for $system {
                type Abi = $abi;
                type Fd = OwnedFd<$system>;
                type IoSlice<'a> = IoSlice<'a>;
                type IoSliceMut<'a> = IoSliceMut<'a>;
                type PollFd<'a> = PollFd<'a, $system>;
                type Control<'a> = ReceivedControl<'a, $system>;

                fn socket(
                    &self,
                    family: core_::Family,
                    kind: core_::SocketKind,
                    protocol: i32,
                ) -> Result<OwnedFd<$system>, $system> {
                    bsd::socket::socket(family, kind, protocol)
                }

                fn socket_pair(
                    &self,
                    kind: core_::SocketKind,
                ) -> Result<(OwnedFd<$system>, OwnedFd<$system>), $system> {
                    bsd::socket::socket_pair(kind)
                }

                fn bind(&self, fd: &OwnedFd<$system>, addr: &[u8]) -> Result<(), $system> {
                    bsd::socket::bind(fd, addr)
                }

                fn listen(&self, fd: &OwnedFd<$system>, backlog: u32) -> Result<(), $system> {
                    bsd::socket::listen(fd, backlog)
                }

                #[inline(always)]
                fn accept(
                    &self,
                    fd: &OwnedFd<$system>,
                    addr: &mut [u8],
                ) -> Result<(OwnedFd<$system>, usize), $system> {
                    bsd::socket::accept(fd, addr)
                }

                fn connect(&self, fd: &OwnedFd<$system>, addr: &[u8]) -> Result<(), $system> {
                    bsd::socket::connect(fd, addr)
                }

                fn shutdown(
                    &self,
                    fd: &OwnedFd<$system>,
                    how: core_::Shutdown,
                ) -> Result<(), $system> {
                    bsd::socket::shutdown(fd, how)
                }

                fn getsockname(
                    &self,
                    fd: &OwnedFd<$system>,
                    addr: &mut [u8],
                ) -> Result<usize, $system> {
                    bsd::socket::getsockname(fd, addr)
                }

                fn getpeername(
                    &self,
                    fd: &OwnedFd<$system>,
                    addr: &mut [u8],
                ) -> Result<usize, $system> {
                    bsd::socket::getpeername(fd, addr)
                }

                fn getsockopt(
                    &self,
                    fd: &OwnedFd<$system>,
                    option: core_::OptionName,
                    value: &mut [u8],
                ) -> Result<usize, $system> {
                    bsd::socket::getsockopt(fd, option, value)
                }

                fn setsockopt(
                    &self,
                    fd: &OwnedFd<$system>,
                    option: core_::OptionName,
                    value: &[u8],
                ) -> Result<(), $system> {
                    bsd::socket::setsockopt(fd, option, value)
                }

                fn set_nonblocking(
                    &self,
                    fd: &OwnedFd<$system>,
                    nonblocking: bool,
                ) -> Result<(), $system> {
                    bsd::socket::set_nonblocking(fd, nonblocking)
                }

                #[inline(always)]
                fn send(
                    &self,
                    fd: &OwnedFd<$system>,
                    bytes: &[u8],
                    flags: core_::SendFlags,
                ) -> Result<usize, $system> {
                    bsd::transfer::send_to(fd, bytes, flags, None)
                }

                #[inline(always)]
                fn send_to(
                    &self,
                    fd: &OwnedFd<$system>,
                    bytes: &[u8],
                    flags: core_::SendFlags,
                    addr: &[u8],
                ) -> Result<usize, $system> {
                    bsd::transfer::send_to(fd, bytes, flags, Some(addr))
                }

                fn send_msg(
                    &self,
                    fd: &OwnedFd<$system>,
                    message: &core_::SendMsg<'_, '_, Self>,
                    flags: core_::SendFlags,
                ) -> Result<usize, $system> {
                    bsd::transfer::send_msg(fd, message, flags)
                }

                #[inline(always)]
                fn recv(
                    &self,
                    fd: &OwnedFd<$system>,
                    room: &mut [u8],
                    flags: core_::RecvFlags,
                ) -> Result<usize, $system> {
                    bsd::transfer::recv(fd, room, flags)
                }

                #[inline(always)]
                fn recv_uninit<'r>(
                    &self,
                    fd: &OwnedFd<$system>,
                    room: &'r mut [MaybeUninit<u8>],
                    flags: core_::RecvFlags,
                ) -> core::result::Result<&'r mut [u8], core_::Unfilled<'r, $abi>> {
                    bsd::transfer::recv_uninit(fd, room, flags)
                }

                #[inline(always)]
                fn recv_from(
                    &self,
                    fd: &OwnedFd<$system>,
                    room: &mut [u8],
                    flags: core_::RecvFlags,
                    addr: &mut [u8],
                ) -> Result<core_::RecvFromReport, $system> {
                    bsd::transfer::recv_from(fd, room, flags, addr)
                }

                #[inline(always)]
                fn recv_from_uninit<'r>(
                    &self,
                    fd: &OwnedFd<$system>,
                    room: &'r mut [MaybeUninit<u8>],
                    flags: core_::RecvFlags,
                    addr: &mut [u8],
                ) -> core::result::Result<
                    (&'r mut [u8], core_::RecvFromReport),
                    core_::Unfilled<'r, $abi>,
                > {
                    bsd::transfer::recv_from_uninit(fd, room, flags, addr)
                }

                fn recv_msg<'c>(
                    &self,
                    fd: &OwnedFd<$system>,
                    message: core_::RecvMsg<'_, '_, 'c, Self>,
                    flags: core_::RecvFlags,
                ) -> Result<core_::RecvMsgReport<'c, Self>, $system> {
                    bsd::transfer::recv_msg(fd, message, flags)
                }

                fn poll(
                    &self,
                    fds: &mut [PollFd<'_, $system>],
                    left: Option<&mut u64>,
                ) -> Result<usize, $system> {
                    bsd::socket::poll(fds, left)
                }

                #[inline]
                fn now(&self) -> core_::Instant {
                    <$system as bsd::System>::now()
                }

                fn interface_index(&self, name: &[u8]) -> Result<NonZeroU32, $system> {
                    <$system as bsd::System>::interface_index(name)
                }
            }

            impl $system {
                /// Reads any option, getsockopt(2): how many bytes of `value` the kernel filled.
                ///
                /// # Safety
                ///
                /// The kernel follows addresses in the value of some options. The caller vouches that
                /// what it does with this option and these bytes is allowed.
                ///
                /// # Errors
                /// `Unsupported`: the kernel does not have the option. `InvalidInput`,
                /// `BadDescriptor`.
                #[inline]
                pub unsafe fn getsockopt_raw(
                    &self,
                    fd: &OwnedFd<$system>,
                    level: i32,
                    number: i32,
                    value: &mut [MaybeUninit<u8>],
                ) -> Result<usize, $system> {
                    // SAFETY: the caller vouches for what the function asks.
                    unsafe { bsd::socket::getsockopt_raw(fd, level, number, value) }
                }

                /// Sets any option, setsockopt(2).
                ///
                /// # Safety
                ///
                /// The kernel follows addresses in the value of some options (`SO_ACCEPTFILTER`, those
                /// of firewalls). The caller vouches that what it does with this option and these
                /// bytes is allowed.
                ///
                /// # Errors
                /// Those of [`getsockopt_raw`](Self::getsockopt_raw), and `NotPermitted`.
                #[inline]
                pub unsafe fn setsockopt_raw(
                    &self,
                    fd: &OwnedFd<$system>,
                    level: i32,
                    number: i32,
                    value: &[u8],
                ) -> Result<(), $system> {
                    // SAFETY: the caller vouches for what the function asks.
                    unsafe { bsd::socket::setsockopt_raw(fd, level, number, value) }
                }
            }
        };
    };
}
