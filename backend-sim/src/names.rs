//! Addresses: the bytes of a call, and what the kernel keeps.

use sock_core::{Abi, Address, Error, Family, SocketAddr, UnixAddr};

use crate::sim::Result;

/// The address of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name<A: Abi> {
    Inet(SocketAddr<A>),
    Unix(UnixAddr<A>),
}

impl<A: Abi> Name<A> {
    /// What a socket of the family has before it is bound.
    pub(crate) fn none(family: Family) -> Self {
        match family {
            Family::Inet => Name::Inet(SocketAddr::new_v4([0; 4].into(), 0)),
            Family::Inet6 => Name::Inet(SocketAddr::new_v6([0; 16].into(), 0)),
            _ => Name::Unix(UnixAddr::UNNAMED),
        }
    }

    /// The address in the bytes of a call on a socket of the family.
    pub(crate) fn decode(family: Family, bytes: &[u8]) -> Result<Self, A> {
        if bytes.len() < 2 {
            return Err(Error::INVALID);
        }
        let name = match (family, Family::of::<A>(bytes)) {
            (Family::Unix, Some(Family::Unix)) => parse(bytes).map(Name::Unix),
            (Family::Unix, _) => None,
            (_, of) if of != Some(family) => return Err(Error::os(A::EAFNOSUPPORT)),
            _ => parse(bytes).map(Name::Inet),
        };
        name.ok_or(Error::INVALID)
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Name::Inet(addr) => addr.as_bytes(),
            Name::Unix(addr) => addr.as_bytes(),
        }
    }

    /// Writes what fits, and gives the whole length.
    pub(crate) fn write(&self, room: &mut [u8]) -> usize {
        let bytes = self.as_bytes();
        for (place, byte) in room.iter_mut().zip(bytes) {
            *place = *byte;
        }
        bytes.len()
    }
}

/// Whether the bytes are an address without a family (`AF_UNSPEC`), which ends a connection.
pub(crate) fn is_unspecified<A: Abi>(bytes: &[u8]) -> bool {
    match bytes {
        [_, family, ..] if A::LENGTH_BYTE => u16::from(*family) == A::AF_UNSPEC,
        [a, b, ..] => u16::from_ne_bytes([*a, *b]) == A::AF_UNSPEC,
        _ => false,
    }
}

fn parse<A: Abi, T: Address<A>>(bytes: &[u8]) -> Option<T> {
    let mut addr = T::empty();
    addr.room().get_mut(..bytes.len())?.copy_from_slice(bytes);
    addr.filled(bytes.len()).copied()
}
