//! What several types have in common, written once: std's methods and traits.

/// Methods of every socket.
macro_rules! every_socket {
    ($name:ident, $protocol:ident) => {
        impl $name {
            /// A second socket over the same open file, fcntl(2) `F_DUPFD_CLOEXEC`. Both share all
            /// settings, and what one receives the other does not.
            ///
            /// From then on both wait in ppoll(2), since neither is the sole owner any more.
            ///
            /// # Errors
            /// No descriptor is left.
            pub fn try_clone(&self) -> io::Result<Self> {
                crate::descriptor::clone(&self.0).map($name)
            }

            /// Takes the pending error of the socket, getsockopt(2) of `SO_ERROR`.
            ///
            /// # Errors
            /// None that is to be expected; the pending error is the `Ok`.
            pub fn take_error(&self) -> io::Result<Option<io::Error>> {
                Ok(self.0.core().take_error()?.map(Into::into))
            }

            /// Reads any option that the library knows, getsockopt(2). Not in std.
            ///
            /// # Errors
            /// `Unsupported`: the running kernel, or this kind of socket, does not have it.
            pub fn option<O>(&self, option: O) -> io::Result<O::Value>
            where
                O: SocketOption<Abi> + GetOption + AppliesTo<sock_core::$protocol>,
            {
                Ok(self.0.core().option(option)?)
            }

            /// Sets any option that the library knows, setsockopt(2). Not in std.
            ///
            /// # Errors
            /// `Unsupported`: the running kernel, or this kind of socket, does not have it.
            /// `InvalidInput`: the value is refused, or comes too late. `PermissionDenied`: it needs a
            /// privilege.
            pub fn set_option<O>(&self, option: O, value: O::Value) -> io::Result<()>
            where
                O: SocketOption<Abi> + SetOption + AppliesTo<sock_core::$protocol>,
            {
                Ok(self.0.core().set_option(option, value)?)
            }
        }
    };
}

/// How long a socket that receives and sends may wait.
macro_rules! waits {
    ($name:ident) => {
        impl $name {
            /// Whether operations fail with `WouldBlock` instead of waiting; deadlines and time-outs
            /// then mean nothing.
            ///
            /// # Errors
            /// None that is to be expected.
            pub fn set_nonblocking(&self, nonblocking: bool) -> io::Result<()> {
                self.0.set_nonblocking(nonblocking)
            }

            /// How long each receive may wait; `None`, as at first, is without end. What fails then is
            /// `WouldBlock`, as in std on Linux.
            ///
            /// It is kept to the millisecond. In std it ends some milliseconds late.
            ///
            /// # Errors
            /// `InvalidInput`: a time-out of zero.
            pub fn set_read_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
                self.0.settings().read.set_time_out(timeout)
            }

            /// How long each send may wait; `None`, as at first, is without end.
            ///
            /// # Errors
            /// `InvalidInput`: a time-out of zero.
            pub fn set_write_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
                self.0.settings().write.set_time_out(timeout)
            }

            /// What [`set_read_timeout`](Self::set_read_timeout) has set.
            ///
            /// # Errors
            /// None.
            pub fn read_timeout(&self) -> io::Result<Option<Duration>> {
                Ok(self.0.settings().read.time_out())
            }

            /// What [`set_write_timeout`](Self::set_write_timeout) has set.
            ///
            /// # Errors
            /// None.
            pub fn write_timeout(&self) -> io::Result<Option<Duration>> {
                Ok(self.0.settings().write.time_out())
            }

            /// Until when receives may wait, all of them from now on; `None` takes the deadline away.
            /// Not in std.
            ///
            /// What fails then is of kind `TimedOut` and has no number. With a time-out set as well,
            /// whichever ends first decides. Set from another thread, it holds from the next wait on.
            pub fn set_read_deadline(&self, deadline: Option<Instant>) {
                let backend = self.0.core().backend();
                self.0.settings().read.set_deadline(deadline, backend);
            }

            /// Until when sends may wait, all of them from now on; `None` takes the deadline away. Not
            /// in std.
            pub fn set_write_deadline(&self, deadline: Option<Instant>) {
                let backend = self.0.core().backend();
                self.0.settings().write.set_deadline(deadline, backend);
            }
        }
    };
}

/// Streams: `std::io::Read` and `Write`, also through a reference.
macro_rules! reads_and_writes {
    ($name:ident) => {
        impl $name {
            /// Receives what there is and leaves it in the queue, waiting while there is nothing:
            /// recv(2) with `MSG_PEEK`, ppoll(2).
            ///
            /// # Errors
            /// Those of a read.
            pub fn peek(&self, buf: &mut [u8]) -> io::Result<usize> {
                self.0.peek(buf)
            }

            /// Closes one direction or both, shutdown(2). It ends every wait that it concerns.
            ///
            /// # Errors
            /// `NotConnected`: the TCP connection has been reset, or has ended in both directions.
            pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
                self.0.shutdown(crate::shape::direction(how))
            }
        }

        impl Read for $name {
            #[inline]
            fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
                self.0.recv(buf)
            }

            fn read_vectored(&mut self, bufs: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
                self.0.recv_vectored(bufs)
            }
        }

        impl Read for &$name {
            #[inline]
            fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
                self.0.recv(buf)
            }

            fn read_vectored(&mut self, bufs: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
                self.0.recv_vectored(bufs)
            }
        }

        impl Write for $name {
            #[inline]
            fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
                self.0.send(buf)
            }

            fn write_vectored(&mut self, bufs: &[IoSlice<'_>]) -> io::Result<usize> {
                self.0.send_vectored(bufs)
            }

            #[inline]
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }

        impl Write for &$name {
            #[inline]
            fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
                self.0.send(buf)
            }

            fn write_vectored(&mut self, bufs: &[IoSlice<'_>]) -> io::Result<usize> {
                self.0.send_vectored(bufs)
            }

            #[inline]
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
    };
}

/// Descriptors, and std's own type.
macro_rules! descriptors {
    ($name:ident, $std:ty) => {
        /// The descriptor is lent: from then on a receive that waits does so in ppoll(2).
        impl AsFd for $name {
            fn as_fd(&self) -> BorrowedFd<'_> {
                crate::descriptor::lent(&self.0).as_fd()
            }
        }

        /// The descriptor is lent: from then on a receive that waits does so in ppoll(2).
        impl AsRawFd for $name {
            fn as_raw_fd(&self) -> RawFd {
                crate::descriptor::lent(&self.0).as_raw_fd()
            }
        }

        /// The open file is set as std's would be: O_NONBLOCK, SO_RCVTIMEO, SO_SNDTIMEO.
        impl IntoRawFd for $name {
            fn into_raw_fd(self) -> RawFd {
                OwnedFd::from(self).into_raw_fd()
            }
        }

        /// The descriptor is not looked at, as in std. Its settings are read from the kernel.
        impl FromRawFd for $name {
            #[allow(unsafe_code)]
            unsafe fn from_raw_fd(fd: RawFd) -> Self {
                // SAFETY: the caller promises what this function asks for, too: that `fd` is open,
                // and that nobody else closes it (std's "I/O safety").
                unsafe { OwnedFd::from_raw_fd(fd) }.into()
            }
        }

        /// The descriptor is not looked at, as in std. Its settings are read from the kernel.
        impl From<OwnedFd> for $name {
            fn from(fd: OwnedFd) -> Self {
                $name(crate::descriptor::adopt(fd))
            }
        }

        /// The open file is set as std's would be: O_NONBLOCK, SO_RCVTIMEO, SO_SNDTIMEO.
        impl From<$name> for OwnedFd {
            fn from(socket: $name) -> OwnedFd {
                crate::descriptor::give(socket.0)
            }
        }

        /// Std's own, set as it would be.
        impl From<$name> for $std {
            fn from(socket: $name) -> $std {
                OwnedFd::from(socket).into()
            }
        }

        /// Checked to be such a socket: an error otherwise, and the descriptor is closed.
        impl TryFrom<$std> for $name {
            type Error = io::Error;

            fn try_from(socket: $std) -> io::Result<Self> {
                crate::descriptor::adopt_checked(socket.into()).map($name)
            }
        }
    };
}

/// A type of the core, from and to. It may have been made of any descriptor, so it counts as shared.
macro_rules! core_type {
    ($name:ident, $core:ty) => {
        /// Waits in ppoll(2), since the descriptor may be known elsewhere.
        impl From<$core> for $name {
            fn from(socket: $core) -> Self {
                $name(crate::descriptor::Inner::over(
                    socket.into_fd(),
                    Default::default(),
                ))
            }
        }

        /// Non-blocking, as every socket of the core.
        impl From<$name> for $core {
            fn from(socket: $name) -> Self {
                let (socket, settings) = socket.0.into_parts();
                settings.be_nonblocking(&System, socket.as_fd());
                socket
            }
        }
    };
}

pub(crate) use {core_type, descriptors, every_socket, reads_and_writes, waits};

/// The direction as the core has it.
pub(crate) fn direction(how: std::net::Shutdown) -> sock_core::Shutdown {
    match how {
        std::net::Shutdown::Read => sock_core::Shutdown::Read,
        std::net::Shutdown::Write => sock_core::Shutdown::Write,
        std::net::Shutdown::Both => sock_core::Shutdown::Both,
    }
}
