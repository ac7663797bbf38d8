//! std's addresses of Unix sockets, from and to the core's.

use std::ffi::OsStr;
use std::io;
#[cfg(target_os = "linux")]
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::SocketAddr;
use std::path::Path;

use sock_core::{AddrError, UnixName};

use crate::system::Abi;

type UnixAddr = sock_core::UnixAddr<Abi>;

/// The address of a path; as in std, that of an empty one is no name.
pub(super) fn of_path(path: &Path) -> io::Result<UnixAddr> {
    match path.as_os_str().as_bytes() {
        [] => Ok(UnixAddr::UNNAMED),
        path => UnixAddr::path(path).map_err(invalid),
    }
}

pub(super) fn to_core(addr: &SocketAddr) -> io::Result<UnixAddr> {
    if let Some(path) = addr.as_pathname() {
        return of_path(path);
    }
    #[cfg(target_os = "linux")]
    if let Some(name) = addr.as_abstract_name() {
        return UnixAddr::abstract_name(name).map_err(invalid);
    }
    Ok(UnixAddr::UNNAMED)
}

/// # Errors
/// A path that fills `sun_path` without a NUL, which another program may have bound: std has no way to
/// make one.
pub(super) fn to_std(addr: &UnixAddr) -> io::Result<SocketAddr> {
    match addr.name() {
        UnixName::Unnamed => unnamed(),
        UnixName::Path(path) => SocketAddr::from_pathname(OsStr::from_bytes(path)),
        #[cfg(target_os = "linux")]
        UnixName::Abstract(name) => SocketAddr::from_abstract_name(name),
        #[cfg(not(target_os = "linux"))]
        UnixName::Abstract(_) => Err(invalid(AddrError::NoAbstractNames)),
    }
}

/// The address of a peer, which must not cost what came from it: without a name where std has none.
pub(super) fn of_peer(addr: &UnixAddr) -> io::Result<SocketAddr> {
    to_std(addr).or_else(|_| unnamed())
}

/// No name.
pub(super) fn unnamed() -> io::Result<SocketAddr> {
    SocketAddr::from_pathname("")
}

fn invalid(error: AddrError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, error)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn every_name_comes_back() {
        let path = UnixAddr::path(b"/run/x").unwrap();
        let long = UnixAddr::path(&[b'p'; 107]).unwrap();
        let name = UnixAddr::abstract_name(b"a\0b").unwrap();
        let empty = UnixAddr::abstract_name(b"").unwrap();
        for addr in [path, long, name, empty, UnixAddr::UNNAMED] {
            let std = to_std(&addr).unwrap();
            assert_eq!(to_core(&std).unwrap(), addr);
            assert_eq!(std.is_unnamed(), addr.is_unnamed());
        }
    }

    #[test]
    fn a_path_that_std_cannot_hold_costs_no_connection() {
        let mut bytes = [b'p'; 110];
        bytes[..2].copy_from_slice(&1u16.to_ne_bytes());
        let addr = <UnixAddr as sock_core::Address<Abi>>::from_bytes(&bytes).unwrap();
        assert_eq!(addr.as_path().map(<[u8]>::len), Some(108));
        assert_eq!(
            to_std(&addr).unwrap_err().kind(),
            io::ErrorKind::InvalidInput
        );
        assert!(of_peer(&addr).unwrap().is_unnamed());
    }

    #[test]
    fn a_path_is_refused_as_std_refuses_it() {
        for path in ["a\0b", &"x".repeat(108)] {
            let ours = of_path(Path::new(path)).unwrap_err();
            let std = SocketAddr::from_pathname(path).unwrap_err();
            assert_eq!(ours.kind(), std.kind());
        }
        assert!(of_path(Path::new("")).unwrap().is_unnamed());
    }
}
