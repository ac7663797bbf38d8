//! A UDP echo: datagrams of all lengths from two clients, and a client that has gone.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use super::{Machine, PATIENCE, pattern, serve};
use crate::Result;

/// An empty one, one byte, one packet of an ethernet, several, and the longest there is.
const LENGTHS: [usize; 5] = [0, 1, 1472, 20_000, 65_507];

pub(super) fn drive(machine: &Machine<'_>) -> Result<()> {
    let (mut running, addr) = serve(
        machine,
        |addr| vec![addr],
        free_port,
        |port| {
            let addr = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
            let probe = client(addr, Duration::from_millis(50)).ok()?;
            probe.send(b"?").ok()?;
            probe.recv(&mut [0]).ok().map(|_| addr)
        },
    )?;
    let clients = [client(addr, PATIENCE)?, client(addr, PATIENCE)?];
    for (number, len) in (0..).zip(LENGTHS) {
        for socket in &clients {
            echo(socket, &pattern(number, len))?;
        }
    }
    // The answer meets nobody, which the server is told by ICMP, or not at all.
    let gone = client(addr, PATIENCE)?;
    gone.send(b"?").map_err(|error| error.to_string())?;
    drop(gone);
    for socket in &clients {
        echo(socket, b"still there")?;
    }
    match running.has_ended()? {
        true => Err("it has ended".to_string()),
        false => Ok(()),
    }
}

fn free_port() -> std::io::Result<u16> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(socket.local_addr()?.port())
}

fn client(addr: SocketAddr, patience: Duration) -> Result<UdpSocket> {
    let connected = || {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        socket.connect(addr)?;
        socket.set_read_timeout(Some(patience))?;
        Ok(socket)
    };
    connected().map_err(|error: std::io::Error| format!("client: {error}"))
}

fn echo(socket: &UdpSocket, datagram: &[u8]) -> Result<()> {
    let mut room = [0; 65_536];
    let went = socket.send(datagram);
    went.map_err(|error| format!("send of {}: {error}", datagram.len()))?;
    let len = socket
        .recv(&mut room)
        .map_err(|error| format!("receive of {}: {error}", datagram.len()))?;
    match room.get(..len) == Some(datagram) {
        true => Ok(()),
        false => Err(format!(
            "{} bytes went, {len} came back, and they differ",
            datagram.len()
        )),
    }
}
