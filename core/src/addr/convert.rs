//! From one address type to another, and from and to those of `core::net`.
//!
//! What holds always is `From`; what needs the right family is `TryFrom`.

use core::net::IpAddr;

use super::{AddrError, Address, SocketAddr, SocketAddrV4, SocketAddrV6};
use crate::abi::Abi;

impl<A: Abi> From<core::net::SocketAddrV4> for SocketAddrV4<A> {
    #[inline]
    fn from(addr: core::net::SocketAddrV4) -> Self {
        Self::new(*addr.ip(), addr.port())
    }
}

impl<A: Abi> From<SocketAddrV4<A>> for core::net::SocketAddrV4 {
    #[inline]
    fn from(addr: SocketAddrV4<A>) -> Self {
        Self::new(addr.ip(), addr.port())
    }
}

impl<A: Abi> From<core::net::SocketAddrV6> for SocketAddrV6<A> {
    #[inline]
    fn from(addr: core::net::SocketAddrV6) -> Self {
        Self::new(*addr.ip(), addr.port(), addr.flowinfo(), addr.scope_id())
    }
}

impl<A: Abi> From<SocketAddrV6<A>> for core::net::SocketAddrV6 {
    #[inline]
    fn from(addr: SocketAddrV6<A>) -> Self {
        Self::new(addr.ip(), addr.port(), addr.flowinfo(), addr.scope_id())
    }
}

impl<A: Abi> TryFrom<core::net::SocketAddr> for SocketAddrV4<A> {
    type Error = AddrError;

    #[inline]
    fn try_from(addr: core::net::SocketAddr) -> Result<Self, AddrError> {
        match addr {
            core::net::SocketAddr::V4(addr) => Ok(addr.into()),
            core::net::SocketAddr::V6(_) => Err(AddrError::WrongFamily),
        }
    }
}

impl<A: Abi> TryFrom<core::net::SocketAddr> for SocketAddrV6<A> {
    type Error = AddrError;

    #[inline]
    fn try_from(addr: core::net::SocketAddr) -> Result<Self, AddrError> {
        match addr {
            core::net::SocketAddr::V4(_) => Err(AddrError::WrongFamily),
            core::net::SocketAddr::V6(addr) => Ok(addr.into()),
        }
    }
}

impl<A: Abi> From<SocketAddrV4<A>> for SocketAddr<A> {
    #[inline]
    fn from(addr: SocketAddrV4<A>) -> Self {
        Self::new_v4(addr.ip(), addr.port())
    }
}

impl<A: Abi> From<SocketAddrV6<A>> for SocketAddr<A> {
    #[inline]
    fn from(addr: SocketAddrV6<A>) -> Self {
        let mut any = Self::empty();
        any.room().copy_from_slice(addr.as_bytes());
        any
    }
}

impl<A: Abi> TryFrom<SocketAddr<A>> for SocketAddrV4<A> {
    type Error = AddrError;

    #[inline]
    fn try_from(addr: SocketAddr<A>) -> Result<Self, AddrError> {
        addr.as_v4().ok_or(AddrError::WrongFamily)
    }
}

impl<A: Abi> TryFrom<SocketAddr<A>> for SocketAddrV6<A> {
    type Error = AddrError;

    #[inline]
    fn try_from(addr: SocketAddr<A>) -> Result<Self, AddrError> {
        addr.as_v6().ok_or(AddrError::WrongFamily)
    }
}

impl<A: Abi> From<core::net::SocketAddr> for SocketAddr<A> {
    #[inline]
    fn from(addr: core::net::SocketAddr) -> Self {
        match addr {
            core::net::SocketAddr::V4(v4) => SocketAddrV4::from(v4).into(),
            core::net::SocketAddr::V6(v6) => SocketAddrV6::from(v6).into(),
        }
    }
}

impl<A: Abi> From<core::net::SocketAddrV4> for SocketAddr<A> {
    #[inline]
    fn from(addr: core::net::SocketAddrV4) -> Self {
        SocketAddrV4::from(addr).into()
    }
}

impl<A: Abi> From<core::net::SocketAddrV6> for SocketAddr<A> {
    #[inline]
    fn from(addr: core::net::SocketAddrV6) -> Self {
        SocketAddrV6::from(addr).into()
    }
}

impl<A: Abi, I: Into<IpAddr>> From<(I, u16)> for SocketAddr<A> {
    #[inline]
    fn from((ip, port): (I, u16)) -> Self {
        Self::new(ip.into(), port)
    }
}

impl<A: Abi> From<SocketAddr<A>> for core::net::SocketAddr {
    #[inline]
    fn from(addr: SocketAddr<A>) -> Self {
        match addr.as_v6() {
            Some(v6) => core::net::SocketAddr::V6(v6.into()),
            None => core::net::SocketAddr::new(addr.ip(), addr.port()),
        }
    }
}
