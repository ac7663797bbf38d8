//! IPv4 and IPv6 socket addresses: `struct sockaddr_in` and `struct sockaddr_in6`.

use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::marker::PhantomData;
use core::net::{Ipv4Addr, Ipv6Addr};

use super::{Address, Family};
use crate::abi::Abi;

/// An IPv4 address and port, as `struct sockaddr_in` of the kernel `A`.
///
/// | bytes | field |
/// |---|---|
/// | 0–1 | family (Linux: two bytes; BSD: length, then family) |
/// | 2–3 | port, big-endian |
/// | 4–7 | address |
/// | 8–15 | zero |
///
/// ```
/// use core::net::Ipv4Addr;
/// use sock_core::{Address, SocketAddrV4, abi};
///
/// const ADDR: SocketAddrV4<abi::Linux> = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 80);
/// assert_eq!(ADDR.as_bytes()[2..8], [0, 80, 127, 0, 0, 1]);
/// assert_eq!(ADDR.to_string(), "127.0.0.1:80");
/// assert_eq!("127.0.0.1:80".parse(), Ok(ADDR));
/// ```
#[derive(Clone, Copy)]
#[repr(C, align(4))]
pub struct SocketAddrV4<A: Abi> {
    bytes: [u8; 16],
    abi: PhantomData<A>,
}

impl<A: Abi> SocketAddrV4<A> {
    /// The address `ip` and the port `port` (in host order).
    #[inline]
    pub const fn new(ip: Ipv4Addr, port: u16) -> Self {
        let [h0, h1] = Family::Inet.header::<A>(16);
        let [p0, p1] = port.to_be_bytes();
        let [a, b, c, d] = ip.octets();
        let bytes = [h0, h1, p0, p1, a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0];
        SocketAddrV4 {
            bytes,
            abi: PhantomData,
        }
    }

    /// The IP address.
    #[inline]
    pub const fn ip(&self) -> Ipv4Addr {
        let [_, _, _, _, a, b, c, d, ..] = self.bytes;
        Ipv4Addr::new(a, b, c, d)
    }

    /// The port, in host order.
    #[inline]
    pub const fn port(&self) -> u16 {
        let [_, _, p0, p1, ..] = self.bytes;
        u16::from_be_bytes([p0, p1])
    }

    /// Replaces the IP address.
    #[inline]
    pub const fn set_ip(&mut self, ip: Ipv4Addr) {
        *self = Self::new(ip, self.port());
    }

    /// Replaces the port (in host order).
    #[inline]
    pub const fn set_port(&mut self, port: u16) {
        *self = Self::new(self.ip(), port);
    }

    fn key(&self) -> (Ipv4Addr, u16) {
        (self.ip(), self.port())
    }
}

impl<A: Abi> Address<A> for SocketAddrV4<A> {
    const UNSPECIFIED: &'static Self = &Self::new(Ipv4Addr::UNSPECIFIED, 0);

    #[inline]
    fn empty() -> Self {
        Self {
            bytes: [0; 16],
            abi: PhantomData,
        }
    }

    #[inline]
    fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    #[inline]
    fn family(&self) -> Family {
        Family::Inet
    }

    #[inline]
    fn room(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    #[inline]
    fn filled(&mut self, len: usize) -> Option<&Self> {
        (len == 16 && Family::of::<A>(&self.bytes) == Some(Family::Inet)).then_some(self)
    }
}

/// An IPv6 address, port, flow information and scope, as `struct sockaddr_in6` of the kernel
/// `A`.
///
/// | bytes | field |
/// |---|---|
/// | 0–1 | family (Linux: two bytes; BSD: length, then family) |
/// | 2–3 | port, big-endian |
/// | 4–7 | flow information, big-endian; not part of the text, as in std |
/// | 8–23 | address |
/// | 24–27 | scope, in the byte order of the host |
#[derive(Clone, Copy)]
#[repr(C, align(4))]
pub struct SocketAddrV6<A: Abi> {
    bytes: [u8; 28],
    abi: PhantomData<A>,
}

impl<A: Abi> SocketAddrV6<A> {
    /// The address `ip`, the port `port`, the flow information (traffic class and flow label,
    /// RFC 3493 section 3.3) and the scope (the index of an interface, for link-local
    /// addresses; otherwise 0), all in host order.
    #[inline]
    pub const fn new(ip: Ipv6Addr, port: u16, flowinfo: u32, scope_id: u32) -> Self {
        let [h0, h1] = Family::Inet6.header::<A>(28);
        let [p0, p1] = port.to_be_bytes();
        let [f0, f1, f2, f3] = flowinfo.to_be_bytes();
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = ip.octets();
        let [s0, s1, s2, s3] = scope_id.to_ne_bytes();
        let bytes = [
            h0, h1, p0, p1, f0, f1, f2, f3, //
            a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, //
            s0, s1, s2, s3,
        ];
        SocketAddrV6 {
            bytes,
            abi: PhantomData,
        }
    }

    /// The IP address.
    #[inline]
    pub const fn ip(&self) -> Ipv6Addr {
        let [
            _,
            _,
            _,
            _,
            _,
            _,
            _,
            _,
            a,
            b,
            c,
            d,
            e,
            f,
            g,
            h,
            i,
            j,
            k,
            l,
            m,
            n,
            o,
            p,
            ..,
        ] = self.bytes;
        Ipv6Addr::from_octets([a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p])
    }

    /// The port, in host order.
    #[inline]
    pub const fn port(&self) -> u16 {
        let [_, _, p0, p1, ..] = self.bytes;
        u16::from_be_bytes([p0, p1])
    }

    /// The traffic class (bits 20–27) and the flow label (bits 0–19), in host order.
    #[inline]
    pub const fn flowinfo(&self) -> u32 {
        let [_, _, _, _, f0, f1, f2, f3, ..] = self.bytes;
        u32::from_be_bytes([f0, f1, f2, f3])
    }

    /// The scope: the index of the interface that a link-local address belongs to.
    #[inline]
    pub const fn scope_id(&self) -> u32 {
        let [.., s0, s1, s2, s3] = self.bytes;
        u32::from_ne_bytes([s0, s1, s2, s3])
    }

    /// Replaces the IP address.
    #[inline]
    pub const fn set_ip(&mut self, ip: Ipv6Addr) {
        *self = Self::new(ip, self.port(), self.flowinfo(), self.scope_id());
    }

    /// Replaces the port (in host order).
    #[inline]
    pub const fn set_port(&mut self, port: u16) {
        *self = Self::new(self.ip(), port, self.flowinfo(), self.scope_id());
    }

    /// Replaces the flow information (in host order).
    #[inline]
    pub const fn set_flowinfo(&mut self, flowinfo: u32) {
        *self = Self::new(self.ip(), self.port(), flowinfo, self.scope_id());
    }

    /// Replaces the scope.
    #[inline]
    pub const fn set_scope_id(&mut self, scope_id: u32) {
        *self = Self::new(self.ip(), self.port(), self.flowinfo(), scope_id);
    }

    fn key(&self) -> (Ipv6Addr, u16, u32, u32) {
        (self.ip(), self.port(), self.flowinfo(), self.scope_id())
    }
}

impl<A: Abi> Address<A> for SocketAddrV6<A> {
    const UNSPECIFIED: &'static Self = &Self::new(Ipv6Addr::UNSPECIFIED, 0, 0, 0);

    #[inline]
    fn empty() -> Self {
        Self {
            bytes: [0; 28],
            abi: PhantomData,
        }
    }

    #[inline]
    fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    #[inline]
    fn family(&self) -> Family {
        Family::Inet6
    }

    #[inline]
    fn room(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    #[inline]
    fn filled(&mut self, len: usize) -> Option<&Self> {
        (len == 28 && Family::of::<A>(&self.bytes) == Some(Family::Inet6)).then_some(self)
    }
}

/// Comparison by what the address says, not by bytes that carry nothing.
macro_rules! compare_by_key {
    ($($addr:ident),*) => {$(
        impl<A: Abi> PartialEq for $addr<A> {
            fn eq(&self, other: &Self) -> bool {
                self.key() == other.key()
            }
        }

        impl<A: Abi> Eq for $addr<A> {}

        impl<A: Abi> PartialOrd for $addr<A> {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl<A: Abi> Ord for $addr<A> {
            fn cmp(&self, other: &Self) -> Ordering {
                self.key().cmp(&other.key())
            }
        }

        impl<A: Abi> Hash for $addr<A> {
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.key().hash(state);
            }
        }

        impl<A: Abi> fmt::Debug for $addr<A> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl<A: Abi> fmt::Display for $addr<A> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                core::net::$addr::from(*self).fmt(f)
            }
        }
    )*};
}

compare_by_key!(SocketAddrV4, SocketAddrV6);

#[cfg(test)]
mod tests;
