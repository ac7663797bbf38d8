//! Addresses from text, and Unix addresses as text.

use core::fmt::{self, Write};
use core::str::FromStr;

use super::{AddrError, ScopedAddr, SocketAddr, SocketAddrV4, SocketAddrV6, UnixAddr, UnixName};
use crate::abi::Abi;

impl<A: Abi> FromStr for SocketAddrV4<A> {
    type Err = AddrError;

    fn from_str(text: &str) -> Result<Self, AddrError> {
        let addr: core::net::SocketAddrV4 = text.parse().map_err(|_| AddrError::Syntax)?;
        Ok(addr.into())
    }
}

/// Accepts a number as the zone (`[fe80::1%2]:80`); for the name of an interface see
/// [`ScopedAddr`].
impl<A: Abi> FromStr for SocketAddrV6<A> {
    type Err = AddrError;

    fn from_str(text: &str) -> Result<Self, AddrError> {
        text.parse::<SocketAddr<A>>()?.try_into()
    }
}

/// Accepts a number as the zone (`[fe80::1%2]:80`); for the name of an interface see
/// [`ScopedAddr`].
impl<A: Abi> FromStr for SocketAddr<A> {
    type Err = AddrError;

    fn from_str(text: &str) -> Result<Self, AddrError> {
        ScopedAddr::parse(text)?.without_lookup()
    }
}

const UNNAMED: &str = "(unnamed)";

impl<A: Abi> fmt::Display for UnixAddr<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            UnixName::Unnamed => f.write_str(UNNAMED),
            UnixName::Abstract(name) => {
                f.write_char('@')?;
                escape(name, f)
            }
            UnixName::Path(path) => match path {
                // A path that would read as something else.
                [first @ b'@', rest @ ..] => {
                    write!(f, "\\x{first:02x}")?;
                    escape(rest, f)
                }
                [first, rest @ ..] if path == UNNAMED.as_bytes() => {
                    write!(f, "\\x{first:02x}")?;
                    escape(rest, f)
                }
                path => escape(path, f),
            },
        }
    }
}

/// Writes what prints as it is, and every other byte as `\xNN`.
fn escape(name: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for chunk in name.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\\' => f.write_str("\\\\")?,
                c if c.is_control() => {
                    let mut utf8 = [0; 4];
                    for byte in c.encode_utf8(&mut utf8).bytes() {
                        write!(f, "\\x{byte:02x}")?;
                    }
                }
                c => f.write_char(c)?,
            }
        }
        for byte in chunk.invalid() {
            write!(f, "\\x{byte:02x}")?;
        }
    }
    Ok(())
}

/// `@name` is an abstract name, `(unnamed)` is no name, everything else a path. `\\` stands for
/// a backslash and `\xNN` for the byte with that number.
impl<A: Abi> FromStr for UnixAddr<A> {
    type Err = AddrError;

    fn from_str(text: &str) -> Result<Self, AddrError> {
        if text == UNNAMED {
            return Ok(Self::UNNAMED);
        }
        let mut room = [0; 128];
        let name = unescape(text, &mut room, A::SUN_PATH)?;
        match (text.as_bytes(), name) {
            ([b'@', ..], [_, name @ ..]) => Self::abstract_name(name),
            (_, path) => Self::path(path),
        }
    }
}

/// The bytes that `text` stands for.
fn unescape<'r>(text: &str, room: &'r mut [u8], max: usize) -> Result<&'r [u8], AddrError> {
    let mut rest = text.as_bytes();
    let mut len = 0;
    while let [first, tail @ ..] = rest {
        let position = text.len() - rest.len();
        let byte;
        (byte, rest) = match (first, tail) {
            (b'\\', [b'\\', tail @ ..]) => (b'\\', tail),
            (b'\\', [b'x', high, low, tail @ ..]) => {
                match ((*high as char).to_digit(16), (*low as char).to_digit(16)) {
                    (Some(high), Some(low)) => ((high * 16 + low) as u8, tail),
                    _ => return Err(AddrError::Escape { position }),
                }
            }
            (b'\\', _) => return Err(AddrError::Escape { position }),
            (&plain, tail) => (plain, tail),
        };
        match room.get_mut(len) {
            Some(place) => *place = byte,
            None => {
                return Err(AddrError::TooLong {
                    len: text.len(),
                    max,
                });
            }
        }
        len += 1;
    }
    Ok(room.get(..len).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use crate::abi::{FreeBsd, Linux};
    use std::string::ToString;

    #[test]
    fn internet_addresses_round_trip() {
        for text in [
            "127.0.0.1:80",
            "[::1]:0",
            "[fe80::1%3]:65535",
            "[::ffff:192.0.2.1]:9",
        ] {
            let addr: SocketAddr<Linux> = text.parse().unwrap();
            assert_eq!(addr.to_string().parse(), Ok(addr), "{text}");
            assert_eq!(addr.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "127.0.0.1",
            "::1:80",
            "[::1]",
            "[::1]:65536",
            "1.2.3:4",
            "[::1%]:1",
            "[::1%x",
        ] {
            assert_eq!(
                text.parse::<SocketAddr<Linux>>(),
                Err(AddrError::Syntax),
                "{text}"
            );
        }
        let number = "[fe80::1%4294967296]:1".parse::<SocketAddr<Linux>>();
        assert_eq!(number, Err(AddrError::ZoneName));
        assert_eq!(
            "[::1]:80".parse::<SocketAddrV4<Linux>>(),
            Err(AddrError::Syntax)
        );
        assert_eq!(
            "1.2.3.4:5".parse::<SocketAddrV6<Linux>>(),
            Err(AddrError::WrongFamily)
        );
    }

    #[test]
    fn unix_addresses_round_trip() {
        type Addr = UnixAddr<Linux>;
        let addrs = [
            Addr::path(b"/run/x.sock"),
            Addr::path(b"@not-abstract"),
            Addr::path(b"(unnamed)"),
            Addr::path(b"back\\slash \xff\xc3\xa9\x01\x7f"),
            Addr::abstract_name(b"name"),
            Addr::abstract_name(b""),
            Addr::abstract_name(b"\0\n\\@"),
            Addr::abstract_name(&[0xee; 107]),
            Ok(Addr::UNNAMED),
        ];
        for addr in addrs {
            let addr = addr.unwrap();
            let text = addr.to_string();
            let back: Addr = text.parse().unwrap();
            assert_eq!(back, addr, "{text}");
            assert_eq!(back.to_string(), text);
        }
    }

    #[test]
    fn bad_unix_text_is_refused() {
        let parse = str::parse::<UnixAddr<Linux>>;
        assert_eq!(parse(""), Err(AddrError::EmptyPath));
        assert_eq!(parse("a\\b"), Err(AddrError::Escape { position: 1 }));
        assert_eq!(parse("ab\\xg0"), Err(AddrError::Escape { position: 2 }));
        assert_eq!(parse("\\x0"), Err(AddrError::Escape { position: 0 }));
        assert_eq!(
            parse("a\\x00b"),
            Err(AddrError::InteriorNul { position: 1 })
        );
        assert!(matches!(
            parse(&"x".repeat(108)),
            Err(AddrError::TooLong { len: 109, max: 108 })
        ));
        assert!(matches!(
            parse(&"x".repeat(4000)),
            Err(AddrError::TooLong { .. })
        ));
        assert_eq!(
            "@x".parse::<UnixAddr<FreeBsd>>(),
            Err(AddrError::NoAbstractNames)
        );
    }
}
