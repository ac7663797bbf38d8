//! `std::os::unix::net` by name and shape.
//!
//! [`SocketAddr`] is std's own; its abstract names are made and read by std's
//! `std::os::linux::net::SocketAddrExt`.

mod addr;
mod datagram;
mod listener;
mod stream;

pub use std::os::unix::net::SocketAddr;

pub use datagram::UnixDatagram;
pub use listener::{Incoming, UnixListener};
pub use stream::UnixStream;
