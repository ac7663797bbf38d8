//! Addresses of local sockets: `struct sockaddr_un`.

use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::marker::PhantomData;

use super::{AddrError, Address, Family};
use crate::abi::Abi;

/// The family and the largest `sun_path` of any kernel.
const ROOM: usize = 2 + 108;

/// The address of a Unix socket, as `struct sockaddr_un` of the kernel `A`, with its exact length.
///
/// The length that the kernel is given is part of the name, see unix(7): a path counts its
/// terminating NUL on Linux and does not on the BSDs, and an abstract name is all bytes after the
/// leading NUL, with no NUL at the end. The BSD layout also keeps the length in its first byte.
///
/// As text, an abstract name begins with `@`, no name is `(unnamed)`, and bytes that do not print
/// stand as `\xNN`. What is printed parses back, but for a path that fills `sun_path` without a NUL
/// (108 bytes on Linux): [`path`](Self::path) makes none, but another program may have bound it
/// (unix(7), "BUGS"). It prints, and can be sent to, but as text it is too long.
///
/// ```
/// use sock_core::{AddrError, UnixAddr, UnixName, abi};
///
/// type Addr = UnixAddr<abi::Linux>;
/// let path = Addr::path(b"/run/x.sock")?;
/// assert_eq!(path.name(), UnixName::Path(b"/run/x.sock"));
/// assert_eq!("@bus".parse(), Addr::abstract_name(b"bus"));
/// assert_eq!(Addr::path(b"a\0b"), Err(AddrError::InteriorNul { position: 1 }));
/// # Ok::<(), AddrError>(())
/// ```
#[derive(Clone, Copy)]
#[repr(C, align(2))]
pub struct UnixAddr<A: Abi> {
    bytes: [u8; ROOM],
    len: u8,
    abi: PhantomData<A>,
}

/// What a Unix socket is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnixName<'a> {
    /// It has no name: never bound, or one end of a pair.
    Unnamed,
    /// A path in the file system, without the terminating NUL.
    Path(&'a [u8]),
    /// A name apart from the file system (Linux), without the leading NUL; any byte may stand
    /// in it.
    Abstract(&'a [u8]),
}

impl<A: Abi> UnixAddr<A> {
    /// No name. Binding to it makes Linux pick an abstract name ("autobind", unix(7)).
    pub const UNNAMED: Self = Self::with_name(&[], 0, 0);

    /// The longest path, in bytes: `sun_path` with its terminating NUL.
    pub const MAX_PATH: usize = A::SUN_PATH - 1;

    /// A path.
    ///
    /// # Errors
    /// [`AddrError`]: empty, longer than [`MAX_PATH`](Self::MAX_PATH), or with a NUL inside.
    pub const fn path(path: &[u8]) -> Result<Self, AddrError> {
        if path.is_empty() {
            return Err(AddrError::EmptyPath);
        }
        let mut position = 0;
        let mut rest = path;
        while let [byte, tail @ ..] = rest {
            if *byte == 0 {
                return Err(AddrError::InteriorNul { position });
            }
            position += 1;
            rest = tail;
        }
        if path.len() > Self::MAX_PATH {
            return Err(AddrError::TooLong {
                len: path.len() + 1,
                max: A::SUN_PATH,
            });
        }
        let nul = if A::PATH_LENGTH_COUNTS_NUL { 1 } else { 0 };
        Ok(Self::with_name(path, 0, nul))
    }

    /// An abstract name (Linux), given without the leading NUL.
    ///
    /// # Errors
    /// [`AddrError`]: longer than `sun_path` with its leading NUL, or the kernel has no abstract
    /// names.
    pub const fn abstract_name(name: &[u8]) -> Result<Self, AddrError> {
        if !A::ABSTRACT_NAMES {
            return Err(AddrError::NoAbstractNames);
        }
        if name.len() >= A::SUN_PATH {
            return Err(AddrError::TooLong {
                len: name.len() + 1,
                max: A::SUN_PATH,
            });
        }
        Ok(Self::with_name(name, 1, 0))
    }

    /// The name behind `before` NULs, and `after` NULs that count to the length. The caller has
    /// checked that it fits.
    const fn with_name(name: &[u8], before: usize, after: usize) -> Self {
        let mut bytes = [0; ROOM];
        let len = 2 + before + name.len() + after;
        let (header, path) = bytes.split_at_mut(2);
        header.copy_from_slice(&Family::Unix.header::<A>(len as u8));
        path.split_at_mut(before)
            .1
            .split_at_mut(name.len())
            .0
            .copy_from_slice(name);
        UnixAddr {
            bytes,
            len: len as u8,
            abi: PhantomData,
        }
    }

    /// What the socket is called.
    pub fn name(&self) -> UnixName<'_> {
        let name = self.as_bytes().get(2..).unwrap_or_default();
        match name {
            [] => UnixName::Unnamed,
            [0, name @ ..] if A::ABSTRACT_NAMES => UnixName::Abstract(name),
            [0, ..] => UnixName::Unnamed,
            path => UnixName::Path(path.split(|&byte| byte == 0).next().unwrap_or(path)),
        }
    }

    /// The path, if it has one.
    pub fn as_path(&self) -> Option<&[u8]> {
        match self.name() {
            UnixName::Path(path) => Some(path),
            _ => None,
        }
    }

    /// The abstract name, if it has one.
    pub fn as_abstract_name(&self) -> Option<&[u8]> {
        match self.name() {
            UnixName::Abstract(name) => Some(name),
            _ => None,
        }
    }

    /// Whether the socket has no name.
    pub fn is_unnamed(&self) -> bool {
        self.name() == UnixName::Unnamed
    }
}

impl<A: Abi> Address<A> for UnixAddr<A> {
    const UNSPECIFIED: &'static Self = &Self::UNNAMED;

    #[inline]
    fn empty() -> Self {
        Self::UNNAMED
    }

    #[inline]
    fn as_bytes(&self) -> &[u8] {
        self.bytes
            .get(..usize::from(self.len))
            .unwrap_or(&self.bytes)
    }

    #[inline]
    fn family(&self) -> Family {
        Family::Unix
    }

    #[inline]
    fn room(&mut self) -> &mut [u8] {
        let used = 2 + A::SUN_PATH;
        self.bytes.get_mut(..used).unwrap_or_default()
    }

    fn filled(&mut self, len: usize) -> Option<&Self> {
        // A sender without a name leaves nothing but a family, or nothing at all.
        if len < 2 {
            *self = Self::UNNAMED;
            return Some(self);
        }
        if Family::of::<A>(&self.bytes) != Some(Family::Unix) {
            return None;
        }
        // A path that fills `sun_path` has no room for its NUL, and Linux then counts one byte
        // more than the structure has (unix(7), "BUGS").
        if len > 2 + A::SUN_PATH + 1 {
            return None;
        }
        self.len = len.min(2 + A::SUN_PATH) as u8;
        if !A::ABSTRACT_NAMES {
            // The BSDs may pad with NULs; the length of a name is where it ends.
            match self.name() {
                UnixName::Path(path) => self.len = 2 + path.len() as u8,
                _ => {
                    *self = Self::UNNAMED;
                    return Some(self);
                }
            }
        }
        let [h0, h1, ..] = &mut self.bytes;
        [*h0, *h1] = Family::Unix.header::<A>(self.len);
        Some(self)
    }
}

impl<A: Abi> PartialEq for UnixAddr<A> {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl<A: Abi> Eq for UnixAddr<A> {}

impl<A: Abi> PartialOrd for UnixAddr<A> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<A: Abi> Ord for UnixAddr<A> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.name().cmp(&other.name())
    }
}

impl<A: Abi> Hash for UnixAddr<A> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl<A: Abi> fmt::Debug for UnixAddr<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::{Darwin, FreeBsd, Linux};

    #[test]
    fn a_path_counts_its_nul_on_linux_only() {
        let linux = UnixAddr::<Linux>::path(b"/run/x").unwrap();
        assert_eq!(linux.as_bytes()[..2], 1u16.to_ne_bytes());
        assert_eq!(&linux.as_bytes()[2..], b"/run/x\0");
        let bsd = UnixAddr::<FreeBsd>::path(b"/run/x").unwrap();
        assert_eq!(bsd.as_bytes(), b"\x08\x01/run/x");
        assert_eq!(
            UnixAddr::<Darwin>::path(b"/run/x").unwrap().as_bytes(),
            bsd.as_bytes()
        );
    }

    #[test]
    fn an_abstract_name_has_its_exact_length() {
        let addr = UnixAddr::<Linux>::abstract_name(b"a\0b").unwrap();
        assert_eq!(&addr.as_bytes()[2..], b"\0a\0b");
        assert_eq!(addr.name(), UnixName::Abstract(b"a\0b"));
        assert_ne!(addr, UnixAddr::abstract_name(b"a\0b\0").unwrap());
        assert_eq!(
            UnixAddr::<FreeBsd>::abstract_name(b"a"),
            Err(AddrError::NoAbstractNames)
        );
    }

    #[test]
    fn unnamed_is_the_family_alone() {
        assert_eq!(UnixAddr::<Linux>::UNNAMED.as_bytes(), 1u16.to_ne_bytes());
        assert_eq!(UnixAddr::<FreeBsd>::UNNAMED.as_bytes(), [2, 1]);
        assert!(UnixAddr::<Linux>::UNNAMED.is_unnamed());
    }

    #[test]
    fn too_long_is_never_cut() {
        let long = [b'x'; 109];
        assert!(UnixAddr::<Linux>::path(&long[..107]).is_ok());
        let too_long = AddrError::TooLong { len: 109, max: 108 };
        assert_eq!(UnixAddr::<Linux>::path(&long[..108]), Err(too_long));
        assert!(UnixAddr::<FreeBsd>::path(&long[..103]).is_ok());
        assert!(UnixAddr::<FreeBsd>::path(&long[..104]).is_err());
        assert!(UnixAddr::<Linux>::abstract_name(&long[..107]).is_ok());
        assert_eq!(
            UnixAddr::<Linux>::abstract_name(&long[..108]),
            Err(too_long)
        );
        assert_eq!(UnixAddr::<Linux>::path(b""), Err(AddrError::EmptyPath));
    }

    fn received<A: Abi>(bytes: &[u8], len: usize) -> Option<UnixAddr<A>> {
        let mut room = UnixAddr::<A>::empty();
        room.room()[..bytes.len()].copy_from_slice(bytes);
        room.filled(len).copied()
    }

    #[test]
    fn what_a_kernel_writes_comes_back_exact() {
        assert_eq!(received::<Linux>(&[], 0), Some(UnixAddr::UNNAMED));
        assert_eq!(received::<Linux>(b"\x01\0", 2), Some(UnixAddr::UNNAMED));
        let path = UnixAddr::<Linux>::path(b"/a").unwrap();
        assert_eq!(received(b"\x01\0/a\0", 5), Some(path));
        let mut full = [b'y'; 110];
        full[..2].copy_from_slice(&1u16.to_ne_bytes());
        assert_eq!(
            received::<Linux>(&full, 111)
                .unwrap()
                .as_path()
                .unwrap()
                .len(),
            108
        );
        assert_eq!(received::<Linux>(&full, 112), None);
        assert_eq!(received::<Linux>(b"\x02\0/a\0", 5), None);
        let bsd = UnixAddr::<FreeBsd>::path(b"/a").unwrap();
        assert_eq!(received(b"\x6a\x01/a\0\0", 106), Some(bsd));
        assert_eq!(
            received(b"\x10\x01\0\0", 16),
            Some(UnixAddr::<Darwin>::UNNAMED)
        );
    }
}
