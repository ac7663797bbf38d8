//! The face of a program's needs.

/// Makes the items of a backend's module `program`, for a system that is a
/// [`Program`](crate::bsd::program::Program).
#[macro_export]
macro_rules! bsd_program {
    ($system:ty) => {
        type Result<T> = $crate::Result<T, $system>;
        type UnixAddr = $crate::__core::UnixAddr<<$system as $crate::Kernel>::Abi>;

        /// A standard stream. Whoever starts a program opens it; the program keeps it open.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Stdio {
            /// Standard input.
            Stdin = 0,
            /// Standard output.
            Stdout = 1,
            /// Standard error.
            Stderr = 2,
        }

        impl Stdio {
            /// Reads what there is, read(2); 0 is the end.
            ///
            /// # Errors
            /// `BadDescriptor`: the program was started without it. `Interrupted`; `WouldBlock` when
            /// whoever shares it has made it non-blocking.
            pub fn read(self, room: &mut [u8]) -> Result<usize> {
                $crate::bsd::program::read::<$system>(self as i32, room)
            }

            /// Writes what there is room for, write(2).
            ///
            /// A closed pipe raises SIGPIPE, which ends a program that neither ignores it nor holds
            /// it back ([`hold_broken_pipe`]).
            ///
            /// # Errors
            /// Those of [`read`](Self::read), and `BrokenPipe`.
            pub fn write(self, bytes: &[u8]) -> Result<usize> {
                $crate::bsd::program::write::<$system>(self as i32, bytes)
            }

            /// Writes all of `bytes`, going on after a signal.
            ///
            /// # Errors
            /// Those of [`write`](Self::write).
            pub fn write_all(self, bytes: &[u8]) -> Result<()> {
                $crate::bsd::program::write_all::<$system>(self as i32, bytes)
            }

            /// The stream as `sock_core::poll` takes it. One that poll(2) calls readable
            /// or writable may still make a [`read`](Self::read) or [`write`](Self::write) wait, when
            /// another program shares it and was faster, or when it has room for fewer bytes.
            pub fn poll_fd(
                self,
                events: $crate::__core::PollEvents,
            ) -> $crate::PollFd<'static, $system> {
                use $crate::bsd::program::kept;
                static STREAMS: [core::mem::ManuallyDrop<$crate::OwnedFd<$system>>; 3] =
                    [kept(0), kept(1), kept(2)];
                let [stdin, stdout, stderr] = &STREAMS;
                let stream = match self {
                    Stdio::Stdin => stdin,
                    Stdio::Stdout => stdout,
                    Stdio::Stderr => stderr,
                };
                $crate::PollFd::new(stream, events)
            }

            /// Whether it is a terminal: whether it has a size, ioctl(2) `TIOCGWINSZ`.
            pub fn is_terminal(self) -> bool {
                $crate::bsd::program::is_terminal::<$system>(self as i32)
            }
        }

        impl core::fmt::Write for Stdio {
            fn write_str(&mut self, text: &str) -> core::fmt::Result {
                self.write_all(text.as_bytes())
                    .map_err(|_| core::fmt::Error)
            }
        }

        /// Opens `/dev/null` in place of each standard stream that the program was started without, so
        /// that no socket takes its number and gets what is meant for it. For the first line of
        /// `main`.
        ///
        /// Standard input then is at its end; what is written to the others is refused,
        /// `BadDescriptor`, since nobody gets it.
        ///
        /// # Errors
        /// `NotFound`: there is no `/dev/null`, and a stream is missing.
        pub fn open_standard_streams() -> Result<()> {
            $crate::bsd::program::open_standard_streams::<$system>()
        }

        /// The size in bytes of the file that this program was started from.
        ///
        /// # Errors
        /// `NotFound`: it is there no more.
        pub fn executable_size() -> Result<u64> {
            <$system as $crate::bsd::program::Program>::executable_size()
        }

        /// Sleeps at least as long as `duration`; signals do not shorten it. More than 584 years are
        /// cut to that.
        pub fn sleep(duration: core::time::Duration) {
            $crate::bsd::program::sleep::<$system>(duration);
        }

        /// The id of this process, getpid(2).
        pub fn process_id() -> u32 {
            $crate::bsd::program::process_id::<$system>()
        }

        /// Whether there is a socket at the path, lstat(2). A symbolic link is none, wherever it
        /// leads.
        ///
        /// # Errors
        /// `InvalidInput`: the address is no path. `NotFound`, `NotADirectory`, `PermissionDenied`.
        pub fn is_socket(addr: &UnixAddr) -> Result<bool> {
            $crate::bsd::program::is_socket::<$system>(addr)
        }

        /// Removes the path that a Unix socket was bound to, unlink(2). It stays in the file system
        /// when the socket closes.
        ///
        /// # Errors
        /// `InvalidInput`: the address is no path. `NotFound`, `PermissionDenied`, `NotPermitted`,
        /// `ReadOnlyFilesystem`.
        pub fn remove_path(addr: &UnixAddr) -> Result<()> {
            $crate::bsd::program::remove_path::<$system>(addr)
        }

        /// The signals that ask a program to end, SIGHUP, SIGINT and SIGTERM, held back: as long as
        /// this lives they do not end it but can be waited for, kqueue(2). Those that are ignored,
        /// because whoever started the program wants that (nohup(1)), stay so.
        ///
        /// When it is dropped, a signal that has come does what it would have done. For programs of
        /// one thread: it is that of the call whose signals are held back. A signal that was held back
        /// and had come before is not seen by [`poll_fd`](Self::poll_fd).
        #[derive(Debug)]
        pub struct Termination($crate::bsd::program::Termination<$system>);

        impl Termination {
            /// Holds the signals back: sigaction(2), kqueue(2), kevent(2), sigprocmask(2).
            ///
            /// # Errors
            /// `TooManyOpenFiles`, `TooManyOpenFilesInSystem`, `OutOfMemory`.
            pub fn hold() -> Result<Self> {
                $crate::bsd::program::Termination::hold().map(Termination)
            }

            /// As `sock_core::poll` takes it:
            /// `PollEvents::IN` when such a signal has come.
            pub fn poll_fd(&self) -> $crate::PollFd<'_, $system> {
                self.0.poll_fd()
            }

            /// Waits for such a signal for so long, and takes it: whether one has come, sigpending(2),
            /// sigwait(2) or sigtimedwait(2), and, when none is there yet, kevent(2). Another signal may
            /// shorten it.
            ///
            /// # Errors
            /// None that the kernel documents for such arguments.
            pub fn wait(&self, duration: core::time::Duration) -> Result<bool> {
                self.0.wait(duration)
            }
        }

        /// Holds SIGPIPE back for good: a write to a pipe that nobody reads is an error,
        /// `BrokenPipe`, and does not end the program. For programs of one thread: it is that of the
        /// call.
        ///
        /// # Errors
        /// None that the kernel documents for such arguments.
        pub fn hold_broken_pipe() -> Result<()> {
            $crate::bsd::program::hold_broken_pipe::<$system>()
        }
    };
}
