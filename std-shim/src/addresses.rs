//! One operation on several addresses, as std does it: in turn.

use std::io;
use std::net::SocketAddr;

/// What the first address came to that did not fail, or the error of the last.
pub(crate) fn first<T>(
    addrs: impl IntoIterator<Item = SocketAddr>,
    mut of: impl FnMut(SocketAddr) -> io::Result<T>,
) -> io::Result<T> {
    let mut last = Err(io::Error::new(
        io::ErrorKind::InvalidInput,
        "could not resolve to any addresses",
    ));
    for addr in addrs {
        last = of(addr);
        if last.is_ok() {
            break;
        }
    }
    last
}
