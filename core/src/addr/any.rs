//! An IPv4 or IPv6 address, as a socket of either family meets it.

use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::marker::PhantomData;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Address, Family, SocketAddrV4, SocketAddrV6};
use crate::abi::Abi;

/// An internet socket address, either IPv4 or IPv6, in the layout of the kernel `A`.
///
/// The value is the kernel's structure and no more: 28 bytes, of which an IPv4 address uses 16.
/// To `match` on the family, convert it: `match core::net::SocketAddr::from(addr)`, or ask
/// [`as_v4`](Self::as_v4) and [`as_v6`](Self::as_v6).
///
/// As text it is what `core::net::SocketAddr` prints: `192.0.2.1:80`, `[2001:db8::1]:80`,
/// `[fe80::1%2]:80`. Flow information is not part of the text, as in std.
///
/// ```
/// use core::net::Ipv6Addr;
/// use sock_core::{SocketAddr, abi};
///
/// type Addr = SocketAddr<abi::Linux>;
/// const ANY: Addr = Addr::new_v6(Ipv6Addr::UNSPECIFIED, 443);
/// assert_eq!(ANY.to_string(), "[::]:443");
/// assert_eq!("192.0.2.1:80".parse::<Addr>()?.port(), 80);
/// # Ok::<(), sock_core::AddrError>(())
/// ```
#[derive(Clone, Copy)]
#[repr(C, align(4))]
pub struct SocketAddr<A: Abi> {
    /// Words, so that a processor that stores only aligned ones stores words and not bytes.
    words: [[u8; 4]; 7],
    abi: PhantomData<A>,
}

/// Four bytes of an address that say nothing.
const ZERO: [u8; 4] = [0; 4];

/// An address without a family. A constant, since for size the compiler makes a loop of the same
/// expression.
const EMPTY: [[u8; 4]; 7] = [ZERO; 7];

impl<A: Abi> SocketAddr<A> {
    /// The address `ip` and the port `port` (in host order).
    #[inline]
    pub const fn new(ip: IpAddr, port: u16) -> Self {
        match ip {
            IpAddr::V4(ip) => Self::new_v4(ip, port),
            IpAddr::V6(ip) => Self::new_v6(ip, port),
        }
    }

    /// An IPv4 address and port.
    #[inline]
    pub const fn new_v4(ip: Ipv4Addr, port: u16) -> Self {
        let [h0, h1] = Family::Inet.header::<A>(16);
        let [p0, p1] = port.to_be_bytes();
        let words = [[h0, h1, p0, p1], ip.octets(), ZERO, ZERO, ZERO, ZERO, ZERO];
        SocketAddr {
            words,
            abi: PhantomData,
        }
    }

    /// An IPv6 address and port, without flow information and scope; with them, convert a
    /// [`SocketAddrV6`].
    #[inline]
    pub const fn new_v6(ip: Ipv6Addr, port: u16) -> Self {
        let [h0, h1] = Family::Inet6.header::<A>(28);
        let [p0, p1] = port.to_be_bytes();
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = ip.octets();
        let words = [
            [h0, h1, p0, p1],
            ZERO,
            [a, b, c, d],
            [e, f, g, h],
            [i, j, k, l],
            [m, n, o, p],
            ZERO,
        ];
        SocketAddr {
            words,
            abi: PhantomData,
        }
    }

    /// The IPv4 address, if it is one.
    #[inline]
    pub fn as_v4(&self) -> Option<SocketAddrV4<A>> {
        let [[_, _, p0, p1], [a, b, c, d], ..] = self.words;
        self.is_ipv4()
            .then(|| SocketAddrV4::new(Ipv4Addr::new(a, b, c, d), u16::from_be_bytes([p0, p1])))
    }

    /// The IPv6 address, if it is one.
    #[inline]
    pub fn as_v6(&self) -> Option<SocketAddrV6<A>> {
        let mut addr = SocketAddrV6::<A>::empty();
        addr.room().copy_from_slice(self.words.as_flattened());
        addr.filled(28).copied()
    }

    /// The IP address.
    #[inline]
    pub fn ip(&self) -> IpAddr {
        match self.as_v6() {
            Some(v6) => IpAddr::V6(v6.ip()),
            None => {
                let [_, [a, b, c, d], ..] = self.words;
                IpAddr::V4(Ipv4Addr::new(a, b, c, d))
            }
        }
    }

    /// The port, in host order.
    #[inline]
    pub const fn port(&self) -> u16 {
        let [[_, _, p0, p1], ..] = self.words;
        u16::from_be_bytes([p0, p1])
    }

    /// Replaces the port (in host order).
    #[inline]
    pub const fn set_port(&mut self, port: u16) {
        let [[_, _, p0, p1], ..] = &mut self.words;
        [*p0, *p1] = port.to_be_bytes();
    }

    /// Whether it is an IPv4 address.
    #[inline]
    pub fn is_ipv4(&self) -> bool {
        self.family() == Family::Inet
    }

    /// Whether it is an IPv6 address.
    #[inline]
    pub fn is_ipv6(&self) -> bool {
        self.family() == Family::Inet6
    }
}

impl<A: Abi> Address<A> for SocketAddr<A> {
    const UNSPECIFIED: &'static Self = &Self::new_v6(Ipv6Addr::UNSPECIFIED, 0);

    #[inline(always)]
    fn empty() -> Self {
        SocketAddr {
            words: EMPTY,
            abi: PhantomData,
        }
    }

    #[inline(always)]
    fn as_bytes(&self) -> &[u8] {
        match self.family() {
            Family::Inet => self.words.as_flattened().split_at(16).0,
            _ => self.words.as_flattened(),
        }
    }

    #[inline(always)]
    fn family(&self) -> Family {
        // Every constructor and `filled` leave one of the two families in the header.
        let [[h0, h1, ..], ..] = self.words;
        let header = u16::from_ne_bytes([h0, h1]);
        if header == u16::from_ne_bytes(Family::Inet.header::<A>(16)) {
            Family::Inet
        } else {
            Family::Inet6
        }
    }

    #[inline(always)]
    fn room(&mut self) -> &mut [u8] {
        self.words.as_flattened_mut()
    }

    #[inline(always)]
    fn filled(&mut self, len: usize) -> Option<&Self> {
        let family = match len {
            16 => A::AF_INET,
            28 => A::AF_INET6,
            _ => return None,
        };
        let [[h0, h1, ..], ..] = &mut self.words;
        if Family::in_header::<A>([*h0, *h1]) != family {
            return None;
        }
        if A::LENGTH_BYTE {
            // A BSD may leave the length byte as it likes; ours is what the family needs.
            *h0 = len as u8;
        }
        Some(self)
    }

    #[inline(always)]
    fn copy_out(&self) -> Self {
        // For size, seven words are too many for that compiler to copy itself, and only there.
        if cfg!(not(target_arch = "riscv64")) {
            return *self;
        }
        let [a, b, c, d, e, f, g] = self.words;
        SocketAddr {
            words: [a, b, c, d, e, f, g],
            abi: PhantomData,
        }
    }
}

impl<A: Abi> PartialEq for SocketAddr<A> {
    fn eq(&self, other: &Self) -> bool {
        core::net::SocketAddr::from(*self) == core::net::SocketAddr::from(*other)
    }
}

impl<A: Abi> Eq for SocketAddr<A> {}

impl<A: Abi> PartialOrd for SocketAddr<A> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<A: Abi> Ord for SocketAddr<A> {
    fn cmp(&self, other: &Self) -> Ordering {
        core::net::SocketAddr::from(*self).cmp(&core::net::SocketAddr::from(*other))
    }
}

impl<A: Abi> Hash for SocketAddr<A> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        core::net::SocketAddr::from(*self).hash(state);
    }
}

impl<A: Abi> fmt::Debug for SocketAddr<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<A: Abi> fmt::Display for SocketAddr<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        core::net::SocketAddr::from(*self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AddrError;
    use crate::abi::{Darwin, FreeBsd, Linux};

    fn round_trip<A: Abi>() {
        for text in [
            "0.0.0.0:0",
            "192.0.2.1:65535",
            "[::]:1",
            "[2001:db8::1]:80",
            "[fe80::1%7]:9",
        ] {
            let std: core::net::SocketAddr = text.parse().unwrap();
            let ours = SocketAddr::<A>::from(std);
            assert_eq!(core::net::SocketAddr::from(ours), std);
            let mut room = SocketAddr::<A>::empty();
            let bytes = ours.as_bytes();
            room.room()[..bytes.len()].copy_from_slice(bytes);
            assert_eq!(room.filled(bytes.len()), Some(&ours), "{text}");
            assert_eq!(ours.as_v4().is_some(), std.is_ipv4());
            assert_eq!(ours.as_v6().is_some(), std.is_ipv6());
        }
    }

    #[test]
    fn bytes_round_trip_on_each_kernel() {
        round_trip::<Linux>();
        round_trip::<FreeBsd>();
        round_trip::<Darwin>();
    }

    #[test]
    fn as_small_as_the_family_needs() {
        assert_eq!(size_of::<SocketAddr<Linux>>(), 28);
        assert_eq!(size_of::<SocketAddrV4<Linux>>(), 16);
        let v4 = SocketAddr::<FreeBsd>::new_v4(Ipv4Addr::LOCALHOST, 1);
        assert_eq!(v4.as_bytes().len(), 16);
    }

    #[test]
    fn a_wrong_family_is_an_error_not_a_guess() {
        let v6 = SocketAddr::<Linux>::new_v6(Ipv6Addr::LOCALHOST, 1);
        assert_eq!(SocketAddrV4::try_from(v6), Err(AddrError::WrongFamily));
        let v4 = SocketAddr::<Linux>::new_v4(Ipv4Addr::LOCALHOST, 1);
        assert_eq!(SocketAddrV6::try_from(v4), Err(AddrError::WrongFamily));
    }

    #[test]
    fn what_a_kernel_writes_is_checked() {
        let mut room = SocketAddr::<FreeBsd>::empty();
        room.room()[..2].copy_from_slice(&[0, 2]);
        assert_eq!(room.filled(16).map(|a| a.as_bytes()[0]), Some(16));
        assert_eq!(room.filled(28), None);
        room.room()[1] = 1;
        assert_eq!(room.filled(16), None);
    }
}
