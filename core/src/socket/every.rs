//! What every socket has, whatever its state.

use super::{Connected, Connecting, DatagramSocket, Listener, Socket, Stream};
use crate::{Backend, Deadline, Error, PollEvents, Protocol, Result, option};

macro_rules! every_socket {
    ($($socket:ident: $bound:path),*) => {$(
        impl<B: Backend, P: $bound> $socket<B, P> {
            /// The descriptor.
            #[inline]
            pub fn as_fd(&self) -> &B::Fd {
                &self.handle.fd
            }

            /// The descriptor; the socket stays as it is, and is no longer closed by this value.
            #[inline]
            pub fn into_fd(self) -> B::Fd {
                self.handle.fd
            }

            /// The kernel that it belongs to.
            #[inline]
            pub fn backend(&self) -> &B {
                &self.handle.backend
            }

            /// The address that the socket is bound to, getsockname(2). Before it is bound, that is
            /// the unspecified address with port 0, or no name.
            ///
            /// # Errors
            /// None that is to be expected.
            #[doc(alias = "getsockname")]
            pub fn local_addr(&self) -> Result<P::Addr<B::Abi>, B> {
                self.handle.addr::<P>(|backend, fd, room| backend.getsockname(fd, room))
            }

            /// Reads an option, getsockopt(2).
            ///
            /// # Errors
            /// `Unsupported`: the running kernel, or this kind of socket, does not have it.
            #[doc(alias = "getsockopt")]
            pub fn option<O>(&self, _: O) -> Result<O::Value, B>
            where
                O: option::SocketOption<B::Abi> + option::GetOption + option::AppliesTo<P>,
            {
                option::get::<O, B>(&self.handle.backend, &self.handle.fd)
            }

            /// Sets an option, setsockopt(2).
            ///
            /// # Errors
            /// `Unsupported`: the running kernel, or this kind of socket, does not have it.
            /// `InvalidValue`: the value is too large, or finer than the unit of the option; no call
            /// was made. `InvalidInput`: the kernel refuses the value, or it comes too late.
            /// `NotPermitted`: it needs a privilege.
            #[doc(alias = "setsockopt")]
            pub fn set_option<O>(&self, _: O, value: O::Value) -> Result<(), B>
            where
                O: option::SocketOption<B::Abi> + option::SetOption + option::AppliesTo<P>,
            {
                option::set::<O, B>(&self.handle.backend, &self.handle.fd, value)
            }

            /// Takes the pending error of the socket, if there is one: getsockopt(2) of `SO_ERROR`,
            /// socket(7). Whoever reads it first gets it, and no send or receive after that.
            ///
            /// # Errors
            /// None that is to be expected; the pending error is the `Ok`.
            #[doc(alias = "SO_ERROR")]
            pub fn take_error(&self) -> Result<Option<Error<B::Abi>>, B> {
                self.handle.take_error()
            }

            /// Waits until the socket is ready for one of `events` or has an error, and returns
            /// what it is ready for; ppoll(2). To wait for several sockets at once, see
            /// [`poll`](crate::poll).
            ///
            /// # Errors
            /// `DeadlinePassed`.
            pub fn wait(&self, events: PollEvents, deadline: Deadline) -> Result<PollEvents, B> {
                let mut fds = [self.poll_fd(events)];
                match crate::poll(&self.handle.backend, &mut fds, deadline)? {
                    0 => Err(Error::DEADLINE),
                    _ => Ok(crate::PollFd::revents(&fds[0])),
                }
            }

            /// Makes a call of the backend that no method makes, again after a signal. It must not
            /// wait: with `DONTWAIT` where there is such a flag.
            ///
            /// # Errors
            /// Those of the call.
            #[inline]
            pub fn call<T>(&self, call: impl FnMut(&B, &B::Fd) -> Result<T, B>) -> Result<T, B> {
                self.handle.call(call)
            }

            /// [`call`](Self::call), waiting for `events` until the deadline while it would block.
            ///
            /// # Errors
            /// Those of the call, with `DeadlinePassed` in place of `WouldBlock`.
            #[inline]
            pub fn call_by<T>(
                &self,
                events: PollEvents,
                deadline: Deadline,
                call: impl FnMut(&B, &B::Fd) -> Result<T, B>,
            ) -> Result<T, B> {
                self.handle.call_by(events, deadline, call)
            }

            /// The socket as [`poll`](crate::poll) takes it.
            #[inline]
            pub fn poll_fd(&self, events: PollEvents) -> B::PollFd<'_> {
                crate::PollFd::new(&self.handle.fd, events)
            }
        }
    )*};
}

every_socket!(
    Socket: crate::ConnectionProtocol,
    Listener: crate::ConnectionProtocol,
    Connecting: crate::ConnectionProtocol,
    Stream: Protocol,
    DatagramSocket: Protocol,
    Connected: Protocol
);
