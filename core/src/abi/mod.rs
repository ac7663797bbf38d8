//! The numbers of each kernel's socket interface, all compiled on every host.
//!
//! An [`Abi`] is a zero-sized type that names a kernel. Addresses, errors and options are generic
//! over it, so that a number which a kernel does not have does not compile, and so that the
//! layouts of all kernels are unit-tested on whichever host runs the tests. A backend names its
//! own as [`Backend::Abi`](crate::Backend::Abi); the crate `sock` fixes the one of the target.
//!
//! The constants themselves stand one a line in [`linux`], [`freebsd`] and [`darwin`].

pub mod darwin;
pub mod freebsd;
pub mod linux;

use core::fmt::Debug;
use core::hash::Hash;

/// FreeBSD 12 and later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct FreeBsd;

/// Darwin: macOS and its kin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Darwin;

/// Linux on amd64, arm64, riscv64 and loong64, whose socket numbers are the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Linux;

/// The kernels whose ABI is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Kernel {
    /// See [`Linux`].
    Linux,
    /// See [`FreeBsd`].
    FreeBsd,
    /// See [`Darwin`].
    Darwin,
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Linux {}
    impl Sealed for super::FreeBsd {}
    impl Sealed for super::Darwin {}
}

/// Declares the trait with the constants that every kernel has, and implements it for each
/// kernel from the module of its numbers.
macro_rules! abi {
    (
        words: $($word:ident)*;
        numbers: $($number:ident)*;
        errors: [$($errno:ident),* $(,)?];
    ) => {
        /// The numbers and layouts of one kernel's socket interface.
        ///
        /// Constants carry the names of the C headers. Implemented by [`Linux`], [`FreeBsd`] and
        /// [`Darwin`]; sealed, because each new kernel needs its own numbers here.
        #[allow(missing_docs)]
        pub trait Abi:
            sealed::Sealed
            + Copy + Debug + Default + Eq + Ord + Hash + Send + Sync + Unpin + 'static
        {
            /// Which kernel it is.
            const KERNEL: Kernel;
            /// Whether a socket address starts with a length byte (the BSD layout), so that the
            /// family is one byte wide, or with a two-byte family (the Linux layout).
            const LENGTH_BYTE: bool;
            /// The size of `sun_path`.
            const SUN_PATH: usize;
            /// Whether a Unix name whose first byte is NUL is a name of its own (unix(7),
            /// "abstract"), and whether binding an address with no path picks such a name.
            const ABSTRACT_NAMES: bool;
            /// Whether the length of a path counts its terminating NUL (Linux), or stops before
            /// it (the `SUN_LEN` rule of the BSDs).
            const PATH_LENGTH_COUNTS_NUL: bool;
            $(const $word: u16;)*
            $(const $number: i32;)*
            $(const $errno: u16;)*

            /// The C name of an error number, as `ECONNREFUSED`, if it is one that all kernels
            /// have.
            fn errno_name(errno: u16) -> Option<&'static str>;
        }

        abi!(@impl Linux, linux, false, true, true,
            [$($word)*] [$($number)*] [$($errno)*]);
        abi!(@impl FreeBsd, freebsd, true, false, false,
            [$($word)*] [$($number)*] [$($errno)*]);
        abi!(@impl Darwin, darwin, true, false, false,
            [$($word)*] [$($number)*] [$($errno)*]);
    };
    (@impl $kernel:ident, $numbers:ident, $length_byte:literal, $abstract:literal, $nul:literal,
        [$($word:ident)*] [$($number:ident)*] [$($errno:ident)*]) => {
        impl Abi for $kernel {
            const KERNEL: Kernel = Kernel::$kernel;
            const LENGTH_BYTE: bool = $length_byte;
            const SUN_PATH: usize = $numbers::SUN_PATH;
            const ABSTRACT_NAMES: bool = $abstract;
            const PATH_LENGTH_COUNTS_NUL: bool = $nul;
            $(const $word: u16 = $numbers::$word;)*
            $(const $number: i32 = $numbers::$number;)*
            $(const $errno: u16 = $numbers::$errno;)*

            fn errno_name(errno: u16) -> Option<&'static str> {
                match errno {
                    $($numbers::$errno => Some(stringify!($errno)),)*
                    _ => None,
                }
            }
        }
    };
}

abi! {
    words: AF_UNSPEC AF_UNIX AF_INET AF_INET6 ENOTSUP;
    numbers:
        SOCK_STREAM SOCK_DGRAM SOCK_SEQPACKET
        MSG_OOB MSG_PEEK MSG_DONTROUTE MSG_CTRUNC MSG_TRUNC MSG_DONTWAIT MSG_EOR MSG_WAITALL
        MSG_NOSIGNAL
        SOL_SOCKET IPPROTO_IP IPPROTO_TCP IPPROTO_UDP IPPROTO_IPV6
        SO_ERROR SO_TYPE SO_RCVTIMEO SO_SNDTIMEO;
    errors: [
        E2BIG, EACCES, EADDRINUSE, EADDRNOTAVAIL, EAFNOSUPPORT, EAGAIN, EALREADY, EBADF, EBADMSG,
        EBUSY, ECANCELED, ECHILD, ECONNABORTED, ECONNREFUSED, ECONNRESET, EDEADLK, EDESTADDRREQ,
        EDOM, EDQUOT, EEXIST, EFAULT, EFBIG, EHOSTDOWN, EHOSTUNREACH, EIDRM, EILSEQ, EINPROGRESS,
        EINTR, EINVAL, EIO, EISCONN, EISDIR, ELOOP, EMFILE, EMLINK, EMSGSIZE, EMULTIHOP,
        ENAMETOOLONG, ENETDOWN, ENETRESET, ENETUNREACH, ENFILE, ENOBUFS, ENODEV, ENOENT, ENOEXEC,
        ENOLCK, ENOLINK, ENOMEM, ENOMSG, ENOPROTOOPT, ENOSPC, ENOSYS, ENOTBLK, ENOTCONN, ENOTDIR,
        ENOTEMPTY, ENOTRECOVERABLE, ENOTSOCK, ENOTTY, ENXIO, EOPNOTSUPP, EOVERFLOW, EOWNERDEAD,
        EPERM, EPFNOSUPPORT, EPIPE, EPROTO, EPROTONOSUPPORT, EPROTOTYPE, ERANGE, EREMOTE, EROFS,
        ESHUTDOWN, ESOCKTNOSUPPORT, ESPIPE, ESRCH, ESTALE, ETIMEDOUT, ETOOMANYREFS, ETXTBSY,
        EUSERS, EXDEV,
    ];
}
