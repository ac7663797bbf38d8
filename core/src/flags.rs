//! Flags of messages, events of a poll, directions of a shutdown, kinds of sockets.
//!
//! Bits have the same value on every system here, and it is Linux's; a backend of another kernel
//! translates them, and refuses with [`Error::NOT_SUPPORTED`](crate::Error::NOT_SUPPORTED) what
//! its kernel cannot do.

use bitflags::bitflags;

use crate::abi::linux;

bitflags! {
    /// How to send, send(2).
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct SendFlags: u32 {
        /// Send as urgent data (TCP, RFC 6093; Unix streams of Linux 5.15).
        const OOB = linux::MSG_OOB as u32;
        /// Send to directly connected hosts only.
        const DONTROUTE = linux::MSG_DONTROUTE as u32;
        /// Fail with `WouldBlock` instead of waiting, whatever the descriptor's own mode.
        const DONTWAIT = linux::MSG_DONTWAIT as u32;
        /// This ends a record (SCTP, seqpacket).
        const EOR = linux::MSG_EOR as u32;
        /// The neighbour has just answered; do not ask for it again (Linux, datagrams).
        const CONFIRM = linux::MSG_CONFIRM as u32;
        /// More follows at once: hold back a partial segment or datagram (Linux).
        const MORE = linux::MSG_MORE as u32;
    }
}

bitflags! {
    /// How to receive, recv(2).
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct RecvFlags: u32 {
        /// Receive urgent data.
        const OOB = linux::MSG_OOB as u32;
        /// Leave the data in the queue.
        const PEEK = linux::MSG_PEEK as u32;
        /// Fail with `WouldBlock` instead of waiting, whatever the descriptor's own mode.
        const DONTWAIT = linux::MSG_DONTWAIT as u32;
        /// Wait until the whole buffer is filled; has no effect together with `DONTWAIT`.
        const WAITALL = linux::MSG_WAITALL as u32;
        /// Receive from the error queue (Linux).
        const ERRQUEUE = linux::MSG_ERRQUEUE as u32;
    }
}

bitflags! {
    /// What the kernel says of a received message, `msg_flags` of recvmsg(2).
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct MessageFlags: u32 {
        /// Urgent data.
        const OOB = linux::MSG_OOB as u32;
        /// Control data did not fit the buffer and was discarded.
        const CTRUNC = linux::MSG_CTRUNC as u32;
        /// The message did not fit the buffers, and its end was discarded.
        const TRUNC = linux::MSG_TRUNC as u32;
        /// The end of a record.
        const EOR = linux::MSG_EOR as u32;
        /// The message comes from the error queue (Linux).
        const ERRQUEUE = linux::MSG_ERRQUEUE as u32;
    }
}

bitflags! {
    /// What to wait for, and what is so, poll(2).
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct PollEvents: u16 {
        /// There is something to receive or accept, or the end of the stream.
        const IN = 0x1;
        /// There is urgent data.
        const PRI = 0x2;
        /// There is room to send, or a connect has ended.
        const OUT = 0x4;
        /// An error is pending. Always reported, never asked for; by Linux alone: on the BSDs a
        /// pending error is something to receive (`IN`), and a reset is a `HUP`.
        const ERR = 0x8;
        /// Both directions are closed; on Darwin, the peer has closed its sending direction. Always
        /// reported, never asked for.
        const HUP = 0x10;
        /// The descriptor is not open. Always reported, never asked for.
        const NVAL = 0x20;
        /// The peer has closed its sending direction (Linux, FreeBSD 13). Not on Darwin, where
        /// `HUP` tells it.
        const RDHUP = 0x2000;
    }
}

/// Which direction to close, shutdown(2). Named as in `std::net`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Shutdown {
    /// Receiving.
    Read,
    /// Sending: the peer sees the end of the stream.
    Write,
    /// Both.
    Both,
}

/// The kind of a socket, socket(2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum SocketKind {
    /// `SOCK_STREAM`: a stream of bytes.
    Stream,
    /// `SOCK_DGRAM`: messages, unconnected or connected.
    Datagram,
    /// `SOCK_SEQPACKET`: messages over a connection.
    Seqpacket,
}

impl SocketKind {
    /// The number that the kernel `A` gives the kind.
    #[inline]
    pub const fn number<A: crate::Abi>(self) -> i32 {
        match self {
            SocketKind::Stream => A::SOCK_STREAM,
            SocketKind::Datagram => A::SOCK_DGRAM,
            SocketKind::Seqpacket => A::SOCK_SEQPACKET,
        }
    }
}
