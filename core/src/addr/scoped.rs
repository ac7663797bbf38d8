//! An internet address whose zone may be the name of an interface.

use core::fmt;

use super::{AddrError, SocketAddr, SocketAddrV6};
use crate::abi::Abi;
use crate::{Backend, Result};

/// An internet socket address as text gives it, with a zone (RFC 4007 section 11) that may still
/// be the name of an interface: `[fe80::1%eth0]:80`.
///
/// Which interface has a name only the running kernel knows, and only now: [`resolve`] asks it,
/// once. A zone of digits alone is the number of the interface.
///
/// ```
/// use sock_core::{ScopedAddr, abi};
///
/// let addr = ScopedAddr::<abi::Linux>::parse("[fe80::1%eth0]:80")?;
/// assert_eq!(addr.zone(), Some("eth0"));
/// # Ok::<(), sock_core::AddrError>(())
/// ```
///
/// [`resolve`]: Self::resolve
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopedAddr<'t, A: Abi> {
    pub(crate) addr: SocketAddr<A>,
    zone: Option<&'t str>,
}

impl<'t, A: Abi> ScopedAddr<'t, A> {
    /// Reads `192.0.2.1:80`, `[2001:db8::1]:80` or `[fe80::1%eth0]:80`.
    ///
    /// # Errors
    /// [`AddrError::Syntax`]: none of these.
    pub fn parse(text: &'t str) -> core::result::Result<Self, AddrError> {
        let scoped = text
            .strip_prefix('[')
            .and_then(|text| text.rsplit_once("]:"))
            .and_then(|(host, port)| Some((host.split_once('%')?, port)));
        let Some(((ip, zone), port)) = scoped else {
            let addr: core::net::SocketAddr = text.parse().map_err(|_| AddrError::Syntax)?;
            return Ok(ScopedAddr {
                addr: addr.into(),
                zone: None,
            });
        };
        let ip: core::net::Ipv6Addr = ip.parse().map_err(|_| AddrError::Syntax)?;
        // `u16::from_str` also takes a sign.
        let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
        let port = port
            .parse()
            .ok()
            .filter(|_| digits)
            .ok_or(AddrError::Syntax)?;
        if zone.is_empty() {
            return Err(AddrError::Syntax);
        }
        Ok(ScopedAddr {
            addr: SocketAddr::new_v6(ip, port),
            zone: Some(zone),
        })
    }

    /// The zone as it stands in the text.
    pub fn zone(&self) -> Option<&'t str> {
        self.zone
    }

    fn number(zone: &str) -> Option<u32> {
        zone.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| zone.parse().ok())?
    }

    fn with_scope(self, scope_id: u32) -> SocketAddr<A> {
        match self.addr.as_v6() {
            Some(v6) => SocketAddrV6::new(v6.ip(), v6.port(), v6.flowinfo(), scope_id).into(),
            None => self.addr,
        }
    }

    /// The address, when it has no zone or a number as its zone.
    ///
    /// # Errors
    /// [`AddrError::ZoneName`]: the zone is a name.
    pub fn without_lookup(self) -> core::result::Result<SocketAddr<A>, AddrError> {
        match self.zone {
            None => Ok(self.addr),
            Some(zone) => match Self::number(zone) {
                Some(scope_id) => Ok(self.with_scope(scope_id)),
                None => Err(AddrError::ZoneName),
            },
        }
    }

    /// The address, with the name of the interface turned into its number by the kernel
    /// ([`Backend::interface_index`]). A zone that is a number is taken as it is, without a call.
    ///
    /// # Errors
    /// [`Error::UNKNOWN_ZONE`](crate::Error::UNKNOWN_ZONE): no interface has the name. Those of a
    /// socket that a backend may need to ask the kernel.
    pub fn resolve<B: Backend<Abi = A>>(self, backend: &B) -> Result<SocketAddr<A>, B> {
        match self.zone {
            Some(zone) if Self::number(zone).is_none() => {
                let index = backend.interface_index(zone.as_bytes())?;
                Ok(self.with_scope(index.get()))
            }
            Some(zone) => Ok(self.with_scope(Self::number(zone).unwrap_or_default())),
            None => Ok(self.addr),
        }
    }
}

impl<A: Abi> fmt::Display for ScopedAddr<'_, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.addr.as_v6(), self.zone) {
            (Some(v6), Some(zone)) => write!(f, "[{}%{zone}]:{}", v6.ip(), v6.port()),
            _ => self.addr.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::Linux;

    #[test]
    fn the_zone_is_what_stands_after_the_percent_sign() {
        let zone = |text| ScopedAddr::<Linux>::parse(text).map(|addr| addr.zone());
        assert_eq!(zone("[fe80::1%eth0]:80"), Ok(Some("eth0")));
        assert_eq!(zone("[fe80::1%7]:80"), Ok(Some("7")));
        assert_eq!(zone("[fe80::1]:80"), Ok(None));
        assert_eq!(zone("127.0.0.1:80"), Ok(None));
        assert_eq!(zone("[fe80::1%]:80"), Err(AddrError::Syntax));
        assert_eq!(zone("[fe80::1%eth0]:+80"), Err(AddrError::Syntax));
        assert_eq!(zone("[127.0.0.1%eth0]:80"), Err(AddrError::Syntax));
    }

    #[test]
    fn what_is_printed_parses_back() {
        extern crate std;
        use std::string::ToString;
        for text in [
            "[fe80::1%eth0]:80",
            "[fe80::1%7]:0",
            "[::1]:9",
            "192.0.2.1:443",
        ] {
            let addr = ScopedAddr::<Linux>::parse(text).unwrap();
            assert_eq!(addr.to_string(), text);
            assert_eq!(ScopedAddr::parse(&addr.to_string()), Ok(addr));
        }
    }

    #[test]
    fn a_number_needs_no_lookup() {
        let addr = ScopedAddr::<Linux>::parse("[fe80::1%7]:80").unwrap();
        assert_eq!(
            addr.without_lookup().unwrap().as_v6().unwrap().scope_id(),
            7
        );
        let addr = ScopedAddr::<Linux>::parse("[fe80::1%lo]:80").unwrap();
        assert_eq!(addr.without_lookup(), Err(AddrError::ZoneName));
    }
}
