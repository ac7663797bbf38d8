//! Options of UDP sockets.
//!
//! What the core does not have yet (time to live, multicast) is set by std on a duplicate of the
//! descriptor: three calls, and an error when no descriptor is left. The option belongs to the socket,
//! not to the descriptor.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};

use sock_core::option::Broadcast;

use super::UdpSocket;
use crate::descriptor::through_std;

impl UdpSocket {
    /// Allows sending to a broadcast address: setsockopt(2) of `SO_BROADCAST`.
    ///
    /// # Errors
    /// None that is to be expected.
    pub fn set_broadcast(&self, broadcast: bool) -> io::Result<()> {
        self.set_option(Broadcast, broadcast)
    }

    /// Whether sending to a broadcast address is allowed.
    ///
    /// # Errors
    /// None that is to be expected.
    pub fn broadcast(&self) -> io::Result<bool> {
        self.option(Broadcast)
    }
}

/// Methods of std's socket, with its own documentation of what they mean.
macro_rules! of_std {
    ($($(#[$doc:meta])+ $name:ident($($parameter:ident: $type:ty),*) -> $out:ty;)+) => {
        impl UdpSocket {
            $(
                $(#[$doc])+
                ///
                /// # Errors
                /// The kernel's, as in std; no descriptor is left.
                pub fn $name(&self, $($parameter: $type),*) -> io::Result<$out> {
                    through_std(&self.0)?.$name($($parameter),*)
                }
            )+
        }
    };
}

of_std! {
    /// The time to live of packets, `IP_TTL`, ip(7).
    set_ttl(ttl: u32) -> ();
    /// What [`set_ttl`](Self::set_ttl) has set.
    ttl() -> u32;
    /// Whether this host receives what it sends to a group, `IP_MULTICAST_LOOP`, ip(7).
    set_multicast_loop_v4(multicast_loop_v4: bool) -> ();
    /// What [`set_multicast_loop_v4`](Self::set_multicast_loop_v4) has set.
    multicast_loop_v4() -> bool;
    /// The time to live of packets to a group, `IP_MULTICAST_TTL`, ip(7).
    set_multicast_ttl_v4(multicast_ttl_v4: u32) -> ();
    /// What [`set_multicast_ttl_v4`](Self::set_multicast_ttl_v4) has set.
    multicast_ttl_v4() -> u32;
    /// Whether this host receives what it sends to a group, `IPV6_MULTICAST_LOOP`, ipv6(7).
    set_multicast_loop_v6(multicast_loop_v6: bool) -> ();
    /// What [`set_multicast_loop_v6`](Self::set_multicast_loop_v6) has set.
    multicast_loop_v6() -> bool;
    /// Receives what is sent to a group, `IP_ADD_MEMBERSHIP`, ip(7).
    join_multicast_v4(multiaddr: &Ipv4Addr, interface: &Ipv4Addr) -> ();
    /// Receives what is sent to a group, `IPV6_ADD_MEMBERSHIP`, ipv6(7).
    join_multicast_v6(multiaddr: &Ipv6Addr, interface: u32) -> ();
    /// Leaves a group again, `IP_DROP_MEMBERSHIP`, ip(7).
    leave_multicast_v4(multiaddr: &Ipv4Addr, interface: &Ipv4Addr) -> ();
    /// Leaves a group again, `IPV6_DROP_MEMBERSHIP`, ipv6(7).
    leave_multicast_v6(multiaddr: &Ipv6Addr, interface: u32) -> ();
}
