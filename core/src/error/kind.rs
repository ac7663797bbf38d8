//! What an error means, the same on every kernel.

use core::fmt;

use crate::abi::Abi;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $text:literal $([$($errno:ident)*])?,)*) => {
        /// What an [`Error`](crate::Error) means, the same on every kernel and on every path.
        ///
        /// Names are those of `std::io::ErrorKind` where it has the thing.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[non_exhaustive]
        pub enum ErrorKind {
            $($(#[$doc])* $kind,)*
            /// An error number without a kind of its own; see its
            /// [number](crate::Error::raw_os_error).
            Other,
        }

        impl ErrorKind {
            /// A short text in lower case, without the number.
            pub const fn description(self) -> &'static str {
                match self {
                    $(Self::$kind => $text,)*
                    Self::Other => "other error",
                }
            }

            pub(super) fn from_errno<A: Abi>(errno: u16) -> Self {
                $($($(if errno == A::$errno {
                    return Self::$kind;
                })*)?)*
                Self::Other
            }

            pub(super) const fn from_ours(discriminant: usize) -> Self {
                $(if discriminant == Self::$kind as usize {
                    return Self::$kind;
                })*
                Self::Other
            }
        }
    };
}

kinds! {
    /// The operation would have to wait.
    WouldBlock = "operation would block" [EAGAIN],
    /// A signal arrived before anything happened.
    Interrupted = "interrupted by a signal" [EINTR],
    /// A connect goes on in the background.
    InProgress = "operation in progress" [EINPROGRESS EALREADY],
    /// The kernel gave the peer up: no answer to a connect, to data or to keep-alive probes.
    /// Not a passed deadline.
    TimedOut = "connection timed out" [ETIMEDOUT],
    /// Nobody listens there.
    ConnectionRefused = "connection refused" [ECONNREFUSED],
    /// The peer reset the connection (RST).
    ConnectionReset = "connection reset by peer" [ECONNRESET ENETRESET],
    /// The connection ended before it was accepted.
    ConnectionAborted = "connection aborted" [ECONNABORTED],
    /// Sending after the peer, or this side, closed that direction.
    BrokenPipe = "broken pipe" [EPIPE ESHUTDOWN],
    /// The socket has no peer.
    NotConnected = "socket is not connected" [ENOTCONN],
    /// The socket has a peer already.
    AlreadyConnected = "socket is already connected" [EISCONN],
    /// A datagram without an address on a socket without a peer.
    DestinationRequired = "destination address required" [EDESTADDRREQ],
    /// Another socket has the address.
    AddrInUse = "address already in use" [EADDRINUSE],
    /// No interface of this host has the address.
    AddrNotAvailable = "address not available" [EADDRNOTAVAIL],
    /// The interface is down.
    NetworkDown = "network is down" [ENETDOWN],
    /// No route.
    NetworkUnreachable = "network is unreachable" [ENETUNREACH],
    /// A router, or the neighbour table, says that the host is not there.
    HostUnreachable = "host is unreachable" [EHOSTUNREACH EHOSTDOWN],
    /// Access rights forbid it (`EACCES`): a path, a low port, a broadcast.
    PermissionDenied = "permission denied" [EACCES],
    /// A privilege is missing (`EPERM`), or a firewall rule dropped the packet.
    NotPermitted = "operation not permitted" [EPERM],
    /// The datagram does not fit.
    MessageTooLong = "message too long" [EMSGSIZE],
    /// A queue or buffer of the kernel is full (`ENOBUFS`).
    NoBufferSpace = "no buffer space available" [ENOBUFS],
    /// The kernel has no memory for it (`ENOMEM`).
    OutOfMemory = "out of memory" [ENOMEM],
    /// The process is at its limit of descriptors (`EMFILE`).
    TooManyOpenFiles = "too many open files" [EMFILE],
    /// The system is at its limit of open files (`ENFILE`).
    TooManyOpenFilesInSystem = "too many open files in system" [ENFILE],
    /// The running kernel does not have the call, option, protocol or family.
    Unsupported = "not supported by this kernel" [EOPNOTSUPP ENOTSUP ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT EPFNOSUPPORT EAFNOSUPPORT ENOSYS EPROTOTYPE],
    /// The kernel refused an argument.
    InvalidInput = "invalid argument" [EINVAL EDOM ERANGE EFAULT],
    /// The path of a Unix socket does not exist.
    NotFound = "no such file or directory" [ENOENT],
    /// A part of the path of a Unix socket is not a directory.
    NotADirectory = "not a directory" [ENOTDIR],
    /// The path is taken by something else.
    AlreadyExists = "file exists" [EEXIST],
    /// A part of the path is too long for its file system.
    NameTooLong = "file name too long" [ENAMETOOLONG],
    /// The path lies in a read-only file system.
    ReadOnlyFilesystem = "read-only file system" [EROFS],
    /// The path does not end.
    SymlinkLoop = "too many levels of symbolic links" [ELOOP],
    /// The file system is full, or the user's share of it.
    StorageFull = "no space left" [ENOSPC EDQUOT],
    /// No such interface or device.
    NoDevice = "no such device" [ENODEV ENXIO],
    /// The descriptor is not open.
    BadDescriptor = "bad file descriptor" [EBADF],
    /// The descriptor is open, but no socket.
    NotASocket = "not a socket" [ENOTSOCK],
    /// Something else holds it.
    Busy = "resource busy" [EBUSY],
    /// The peer broke the protocol.
    ProtocolError = "protocol error" [EPROTO EBADMSG],
    /// The operation was canceled.
    Canceled = "operation canceled" [ECANCELED],
    /// The deadline of the call passed first.
    DeadlinePassed = "deadline passed",
    /// The address is of another family than the socket.
    WrongFamily = "address of another family than the socket's",
    /// The stream ended before the buffer was full.
    UnexpectedEnd = "stream ended early",
    /// No interface has the name that the address gives as its zone.
    UnknownZone = "no interface of that name",
    /// The value is too large for the option, or finer than its unit.
    InvalidValue = "value does not fit the option",
    /// The kernel's answer breaks its own interface.
    UnexpectedReply = "unexpected reply from the kernel",
    /// The error queue of the socket has something that nobody receives.
    ErrorQueue = "error queue is not empty",
    /// The descriptor is no socket of the kind, or not in the state, that the type stands for.
    WrongKind = "socket of another kind or state",
    /// More descriptors than one message may carry.
    TooManyDescriptors = "too many descriptors in one message",
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.description())
    }
}
