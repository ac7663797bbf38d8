//! Datagrams, sent back at once or not at all: to keep one for a sender that has no room would need
//! memory without a bound, and to wait for room would keep all others waiting.

use sock::{Address as _, Backend, RecvFlags, SendFlags, SocketAddr};

use super::TURNS;
use crate::address::{Address, Room};
use crate::bound::Bound;
use crate::kernel::KERNEL;

/// Sends back what has come, but not what was cut, nor what cannot be answered; `all` are the server's
/// bound sockets.
pub(super) fn echo(bound: &Bound, all: &[Bound], room: &mut [u8]) {
    for _ in 0..TURNS {
        let mut from: Room = [0; _];
        let received = KERNEL.recv_from(&bound.fd, room, RecvFlags::DONTWAIT, &mut from);
        let Ok(received) = received else {
            return;
        };
        let bytes = room.get(..received.len).unwrap_or_default();
        let from = from.get(..received.addr_len).unwrap_or_default();
        if !received.truncated && !is_own_port(&bound.address, from, all) {
            // A Unix sender without a name is an error here.
            let _ = KERNEL.send_to(&bound.fd, bytes, SendFlags::DONTWAIT, from);
        }
    }
}

/// Whether a datagram claims to be from a UDP port of this server. With a forged sender, servers would
/// answer themselves, or each other, for ever.
fn is_own_port(at: &Address, from: &[u8], all: &[Bound]) -> bool {
    let Address::Udp(_) = at else {
        return false;
    };
    let port = SocketAddr::from_bytes(from).map(|from| from.port());
    let mut udp = all.iter().filter_map(|bound| match bound.address {
        Address::Udp(addr) => Some(addr.port()),
        _ => None,
    });
    udp.any(|own| Some(own) == port)
}
