//! `std::net` and `std::os::unix::net` by name and shape, over [`sock_core`]. Programs reach it as
//! `sock::net`, with the feature `std` of `sock`.

#![deny(unsafe_code)]
#![cfg(all(
    target_os = "linux",
    target_pointer_width = "64",
    any(
        target_arch = "x86_64",
        target_arch = "aarch64",
        target_arch = "riscv64",
        target_arch = "loongarch64"
    )
))]

mod acceptor;
mod addresses;
mod connect;
mod connection;
mod datagrams;
mod descriptor;
mod parts;
mod settings;
mod shape;
mod tcp;
mod turn;
mod udp;
pub mod unix;

/// A model of [`turn`] puts its own atomics here.
mod atomic {
    pub(crate) use core::sync::atomic::{AtomicU8, AtomicU64, Ordering};
}

pub use std::net::{
    AddrParseError, IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, SocketAddrV4, SocketAddrV6,
    ToSocketAddrs,
};

pub use tcp::{Incoming, IntoIncoming, TcpListener, TcpStream};
pub use udp::UdpSocket;
pub use unix::{UnixDatagram, UnixListener, UnixStream};
