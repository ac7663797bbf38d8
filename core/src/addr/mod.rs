//! Socket addresses in the kernel's own layout.
//!
//! An address is a `Copy` value that holds the very bytes that a system call takes, so that
//! passing one costs nothing. The layout is that of the [`Abi`] that the type names; all of them
//! work on every host.
//!
//! | type | holds | bytes |
//! |---|---|---|
//! | [`SocketAddrV4`] | IPv4 address and port | 16 |
//! | [`SocketAddrV6`] | IPv6 address, port, flow information, scope | 28 |
//! | [`SocketAddr`] | either of these, as an IPv4 or IPv6 socket meets them | 28 |
//! | [`UnixAddr`] | no name, a path, or an abstract name | 112 |
//!
//! Constructors refuse what no kernel could take with an [`AddrError`]. Text is parsed with
//! `str::parse` and printed with `Display`, and what is printed parses back, but for two things:
//! flow information is not printed, as in std, and a path that fills `sun_path` without a NUL, which
//! another program may have bound, is too long for [`UnixAddr::path`].
//!
//! The name of an interface in an address (`[fe80::1%eth0]:80`) is turned into its number
//! explicitly, by [`ScopedAddr::resolve`]; nothing else here asks a kernel anything.

mod any;
mod convert;
mod inet;
mod scoped;
mod text;
mod unix;

pub use any::SocketAddr;
pub use inet::{SocketAddrV4, SocketAddrV6};
pub use scoped::ScopedAddr;
pub use unix::{UnixAddr, UnixName};

use core::fmt;

use crate::abi::Abi;

/// The family of a socket or an address (`AF_INET`, `AF_INET6`, `AF_UNIX`), by any kernel's
/// number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Family {
    /// IPv4.
    Inet,
    /// IPv6.
    Inet6,
    /// Local sockets, unix(7).
    Unix,
}

impl Family {
    /// The number that the kernel `A` gives the family.
    #[inline]
    pub const fn number<A: Abi>(self) -> u16 {
        match self {
            Family::Inet => A::AF_INET,
            Family::Inet6 => A::AF_INET6,
            Family::Unix => A::AF_UNIX,
        }
    }

    /// The family of an address in the layout of the kernel `A`; `None` when the bytes are too
    /// few or the family is none of these.
    #[inline(always)]
    pub const fn of<A: Abi>(bytes: &[u8]) -> Option<Family> {
        let [first, second, ..] = *bytes else {
            return None;
        };
        let number = Self::in_header::<A>([first, second]);
        if number == A::AF_INET {
            Some(Family::Inet)
        } else if number == A::AF_INET6 {
            Some(Family::Inet6)
        } else if number == A::AF_UNIX {
            Some(Family::Unix)
        } else {
            None
        }
    }

    /// The number of the family in the first two bytes of an address.
    #[inline(always)]
    const fn in_header<A: Abi>([first, second]: [u8; 2]) -> u16 {
        if A::LENGTH_BYTE {
            second as u16
        } else {
            u16::from_ne_bytes([first, second])
        }
    }

    /// The first two bytes of an address of this family that is `len` bytes long.
    #[inline]
    const fn header<A: Abi>(self, len: u8) -> [u8; 2] {
        let number = self.number::<A>();
        if A::LENGTH_BYTE {
            [len, number as u8]
        } else {
            number.to_ne_bytes()
        }
    }
}

/// An address that a socket can be bound to, connected to or receive from.
///
/// Implemented by the address types of this module. A backend sees only the bytes.
pub trait Address<A: Abi>: Copy + fmt::Debug + Eq + 'static {
    /// The bytes that a system call takes, in the layout of the kernel `A`, exactly as long as
    /// the call needs.
    fn as_bytes(&self) -> &[u8];

    /// The family.
    fn family(&self) -> Family;

    /// The address in bytes that have the layout of the kernel `A`; `None` when they are no address
    /// of the type. The other way is [`as_bytes`](Self::as_bytes).
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut addr = Self::empty();
        for (place, byte) in addr.room().iter_mut().zip(bytes) {
            *place = *byte;
        }
        addr.filled(bytes.len()).copied()
    }

    /// The unspecified address (`[::]:0`), or no name.
    #[doc(hidden)]
    const UNSPECIFIED: &'static Self;

    /// Room for an address that the kernel writes: all bytes zero, which is no address yet.
    #[doc(hidden)]
    fn empty() -> Self;

    /// The bytes of [`empty`](Self::empty), for the kernel to write to.
    #[doc(hidden)]
    fn room(&mut self) -> &mut [u8];

    /// The address in a room of which the kernel says that it wrote `len` bytes; `None` when
    /// that is no address of the type.
    #[doc(hidden)]
    fn filled(&mut self, len: usize) -> Option<&Self>;

    /// A copy of an address that the kernel has written, made without a call of memcpy also where the
    /// program is compiled for size.
    #[doc(hidden)]
    #[inline(always)]
    fn copy_out(&self) -> Self {
        *self
    }
}

/// Why something is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum AddrError {
    /// The path of a Unix address, with its terminating NUL, or the abstract name, with its
    /// leading NUL, is longer than `sun_path`. Nothing is ever cut.
    TooLong {
        /// The bytes given.
        len: usize,
        /// The most that fit.
        max: usize,
    },
    /// The path of a Unix address has a NUL inside, where the kernel would end it.
    InteriorNul {
        /// Where the NUL stands.
        position: usize,
    },
    /// The path of a Unix address is empty; for no name, use [`UnixAddr::UNNAMED`].
    EmptyPath,
    /// The kernel has no abstract names for Unix sockets; only Linux has.
    NoAbstractNames,
    /// The address is of another family than the type.
    WrongFamily,
    /// The text is no address: neither `192.0.2.1:80` nor `[2001:db8::1]:80`.
    Syntax,
    /// The zone is the name of an interface, which only [`ScopedAddr::resolve`] can turn into a
    /// number.
    ZoneName,
    /// A backslash in the text of a Unix address that does not begin `\\` or `\xNN`.
    Escape {
        /// Where the backslash stands.
        position: usize,
    },
}

impl fmt::Display for AddrError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            AddrError::TooLong { len, max } => {
                write!(
                    f,
                    "name of {len} bytes is too long for a Unix socket (at most {max})"
                )
            }
            AddrError::InteriorNul { position } => {
                write!(
                    f,
                    "NUL inside the path of a Unix socket, at byte {position}"
                )
            }
            AddrError::EmptyPath => f.write_str("empty path for a Unix socket"),
            AddrError::NoAbstractNames => f.write_str("this kernel has no abstract names"),
            AddrError::WrongFamily => f.write_str("address of another family"),
            AddrError::Syntax => f.write_str("not an address (192.0.2.1:80 or [2001:db8::1]:80)"),
            AddrError::ZoneName => f.write_str("the zone is a name that must be resolved first"),
            AddrError::Escape { position } => {
                write!(f, "bad escape at byte {position} (\\\\ or \\xNN)")
            }
        }
    }
}

impl core::error::Error for AddrError {}
