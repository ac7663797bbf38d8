//! The protocols that sockets speak, as markers in their types.

use core::fmt::Debug;

use crate::socket::Handle;
use crate::{Abi, Address, Backend, Connected, Family, SocketAddr, SocketKind, Stream, UnixAddr};

/// What sets the sockets of one protocol apart: kind, number and addresses. Sealed.
pub trait Protocol: sealed::Sealed + Copy + Debug + Default + 'static {
    /// The addresses of its sockets.
    type Addr<A: Abi>: Address<A>;

    /// What a socket remembers of its family, so that an address of another one is refused
    /// without a call: nothing when there is only one.
    type Domain: Domain;

    #[doc(hidden)]
    const KIND: SocketKind;

    #[doc(hidden)]
    const NUMBER: i32;

    /// Whether a message waits in the queue of its receiver, so that a sender may have room of its
    /// own and still has to wait.
    #[doc(hidden)]
    const WAITS_FOR_RECEIVER: bool;
}

/// A protocol whose sockets listen and connect.
pub trait ConnectionProtocol: Protocol {
    /// A connected socket of it: [`Stream`] or [`Connected`].
    type Connection<B: Backend>: sealed::FromHandle<B>;
}

/// The family of a socket, as its type knows it.
pub trait Domain: sealed::Sealed + Copy + Debug {
    /// The family.
    fn family(self) -> Family;

    #[doc(hidden)]
    fn from_family(family: Family) -> Option<Self>;
}

/// IPv4 or IPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Inet {
    /// IPv4 (`AF_INET`).
    V4,
    /// IPv6 (`AF_INET6`).
    V6,
}

/// Local sockets, unix(7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Local;

impl Domain for Inet {
    #[inline]
    fn family(self) -> Family {
        match self {
            Inet::V4 => Family::Inet,
            Inet::V6 => Family::Inet6,
        }
    }

    #[inline]
    fn from_family(family: Family) -> Option<Self> {
        match family {
            Family::Inet => Some(Inet::V4),
            Family::Inet6 => Some(Inet::V6),
            Family::Unix => None,
        }
    }
}

impl Domain for Local {
    #[inline]
    fn family(self) -> Family {
        Family::Unix
    }

    #[inline]
    fn from_family(family: Family) -> Option<Self> {
        (family == Family::Unix).then_some(Local)
    }
}

pub(crate) mod sealed {
    use super::Handle;
    use crate::Backend;

    pub trait Sealed {}
    impl Sealed for super::Inet {}
    impl Sealed for super::Local {}

    pub trait FromHandle<B: Backend> {
        fn from_handle(handle: Handle<B>) -> Self;
    }
}

macro_rules! protocols {
    ($(
        $(#[$doc:meta])*
        $name:ident($kind:ident, $number:literal, $addr:ident, $domain:ident, $waits:literal)
        $(=> $connection:ident)?;
    )*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        pub struct $name;

        impl sealed::Sealed for $name {}

        impl Protocol for $name {
            type Addr<A: Abi> = $addr<A>;
            type Domain = $domain;
            const KIND: SocketKind = SocketKind::$kind;
            const NUMBER: i32 = $number;
            const WAITS_FOR_RECEIVER: bool = $waits;
        }

        $(impl ConnectionProtocol for $name {
            type Connection<B: Backend> = $connection<B, $name>;
        })?
    )*};
}

protocols! {
    /// TCP, RFC 9293.
    Tcp(Stream, 6, SocketAddr, Inet, false) => Stream;
    /// UDP, RFC 768.
    Udp(Datagram, 17, SocketAddr, Inet, false);
    /// Streams of bytes between processes of one host, unix(7).
    UnixStreams(Stream, 0, UnixAddr, Local, false) => Stream;
    /// Messages between processes of one host, unix(7): reliable and in order.
    UnixDatagrams(Datagram, 0, UnixAddr, Local, true);
    /// Messages over connections between processes of one host, unix(7).
    UnixSeqpackets(Seqpacket, 0, UnixAddr, Local, true) => Connected;
}
