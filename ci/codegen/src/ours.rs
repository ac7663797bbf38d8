//! The calls as a program writes them, each in a function of its own that is not inlined.

use core::mem::MaybeUninit;
use core::net::Ipv4Addr;

use sock::{ConnectedUdpSocket, Received, Result, SocketAddr, TcpListener, TcpStream, UdpSocket};

/// send(2) on a TCP stream.
#[unsafe(no_mangle)]
pub fn sock_send(stream: &TcpStream, bytes: &[u8]) -> Result<usize> {
    stream.send(bytes)
}

/// recv(2) on a TCP stream.
#[unsafe(no_mangle)]
pub fn sock_recv(stream: &TcpStream, room: &mut [u8]) -> Result<usize> {
    stream.recv(room)
}

/// recv(2) on a TCP stream, into memory that holds nothing yet.
#[unsafe(no_mangle)]
pub fn sock_recv_uninit<'r>(
    stream: &TcpStream,
    room: &'r mut [MaybeUninit<u8>],
) -> Result<&'r mut [u8]> {
    stream.recv(room)
}

/// sendto(2) on a UDP socket.
#[unsafe(no_mangle)]
pub fn sock_send_to(socket: &UdpSocket, bytes: &[u8], to: &SocketAddr) -> Result<usize> {
    socket.send_to(bytes, to)
}

/// recvfrom(2) on a UDP socket.
#[unsafe(no_mangle)]
pub fn sock_recv_from(socket: &UdpSocket, room: &mut [u8]) -> Result<Received<usize, SocketAddr>> {
    socket.recv_from(room)
}

/// send(2) on a UDP socket with a peer.
#[unsafe(no_mangle)]
pub fn sock_connected_send(socket: &ConnectedUdpSocket, bytes: &[u8]) -> Result<usize> {
    socket.send(bytes)
}

/// recv(2) on a UDP socket with a peer.
#[unsafe(no_mangle)]
pub fn sock_connected_recv(
    socket: &ConnectedUdpSocket,
    room: &mut [u8],
) -> Result<Received<usize>> {
    socket.recv(room)
}

/// accept(2) on a TCP listener.
#[unsafe(no_mangle)]
pub fn sock_accept(listener: &TcpListener) -> Result<(TcpStream, SocketAddr)> {
    listener.accept()
}

/// A place for an address, aligned as places on the stack are.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(8))]
pub struct Place(pub SocketAddr);

/// An IPv4 address and port in the layout of the kernel.
#[unsafe(no_mangle)]
pub fn sock_encode(ip: Ipv4Addr, port: u16) -> Place {
    Place(SocketAddr::new_v4(ip, port))
}
