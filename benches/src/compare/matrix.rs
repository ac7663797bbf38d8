//! What is compared: every bench, its rows, and how much of it is measured.

use std::time::Duration;

use super::Result;
use super::bench::{accept, address, ping_pong, std_shim, tcp, udp, unix, would_block};
use super::processors::Processors;
use super::variant::Variant;

/// The connections that wait while a listener's accepts are timed.
pub(crate) const BACKLOG: u32 = 64;

/// How often each bench sets its sockets up anew, each time with another start of the stack's
/// frames, so that no figure depends on where memory happens to lie.
pub(crate) const SETUPS: u32 = 8;

/// How long a bench may take, and how long measuring its rows again: a busy machine gets fewer rounds.
pub(crate) const LONGEST: Duration = Duration::from_secs(14);
pub(crate) const LONGEST_AGAIN: Duration = Duration::from_secs(8);

/// The most that hand-written calls may be ahead by.
const OF_ASM: f64 = 1.02;

/// No peer may be ahead.
const OF_PEERS: f64 = 1.00;

/// One line of the table: how a variant compares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Row {
    /// The variant whose figures stand in the line.
    pub(crate) variant: &'static str,
    /// The numerator of the ratio.
    pub(crate) ours: &'static str,
    /// Its denominator.
    pub(crate) theirs: &'static str,
    /// The most that the ratio ought to be.
    pub(crate) goal: f64,
    /// Whether a ratio that is far from the goal is an alarm.
    pub(crate) alarms: bool,
}

/// One bench.
pub(crate) struct Bench {
    /// Its name.
    pub(crate) name: &'static str,
    /// What one operation is.
    pub(crate) summary: &'static str,
    /// The operations of a round: so few that most rounds come between two turns of other programs.
    pub(crate) operations: u32,
    /// The rounds of each variant.
    pub(crate) rounds: u32,
    /// The lines that must come out.
    pub(crate) rows: &'static [Row],
    /// Makes the variants.
    pub(crate) setup: fn(Processors) -> Result<Vec<Variant>>,
}

/// One of ours, which others are compared with.
const fn ours(variant: &'static str) -> Row {
    against(variant, variant, OF_PEERS)
}

/// One of theirs.
const fn against(variant: &'static str, ours: &'static str, goal: f64) -> Row {
    Row {
        variant,
        ours,
        theirs: variant,
        goal,
        alarms: true,
    }
}

/// One of ours with a deadline, against the same without.
const fn set(variant: &'static str, never: &'static str) -> Row {
    Row {
        variant,
        ours: variant,
        theirs: never,
        goal: OF_ASM,
        alarms: true,
    }
}

const SOCK: Row = ours("sock");
const ASM: Row = against("asm", "sock", OF_ASM);
const RUSTIX: Row = against("rustix", "sock", OF_PEERS);
const STD: Row = against("std", "sock", OF_PEERS);
const SC: Row = against("sc", "sock", OF_PEERS);
const SOCKET2: Row = against("socket2", "sock", OF_PEERS);
const LIBC: Row = against("libc", "sock", OF_PEERS);

/// Every library that has the call.
const CALLS: &[Row] = &[SOCK, ASM, RUSTIX, STD, SC, SOCKET2, LIBC];

/// Conversions of addresses: asm and sc have none, and std's are private. libc's are assignments to
/// the fields of its structures, by hand, and so the bound.
const CONVERSIONS: &[Row] = &[SOCK, RUSTIX, SOCKET2, against("libc", "sock", OF_ASM)];

/// sock::net, which stands for ours here, and std::net. A deadline has no equal in std: it is
/// compared with a time-out.
const SHIM: &[Row] = &[
    SOCK,
    STD,
    ours("sock-time-out"),
    against("std-time-out", "sock-time-out", OF_PEERS),
    Row {
        variant: "sock-deadline",
        ours: "sock-deadline",
        theirs: "std-time-out",
        goal: OF_PEERS,
        alarms: true,
    },
];

/// Every bench.
pub(crate) const BENCHES: &[Bench] = &[
    Bench {
        name: "would-block-recv",
        summary: "a receive on an empty TCP stream, which does not wait",
        operations: 1000,
        rounds: 4000,
        rows: CALLS,
        setup: would_block::setup,
    },
    Bench {
        name: "udp-round-trip",
        summary: "a datagram there and back between two UDP sockets of one thread",
        operations: 100,
        rounds: 4000,
        rows: CALLS,
        setup: udp::setup,
    },
    Bench {
        name: "unix-round-trip",
        summary: "a message there and back between two Unix streams of one thread",
        operations: 200,
        rounds: 4000,
        rows: CALLS,
        setup: unix::setup,
    },
    Bench {
        name: "tcp-round-trip",
        summary: "a message there and back between two threads that spin, each on its processor",
        operations: 50,
        rounds: 4000,
        rows: CALLS,
        setup: tcp::setup,
    },
    Bench {
        name: "tcp-ping-pong",
        summary: "a message there and back between two threads that wait, on one processor; sock and \
                  its peers wait in the receive (ours: Blocking), sock-waits and its peers in ppoll",
        operations: 50,
        rounds: 3000,
        rows: &[
            SOCK,
            ASM,
            RUSTIX,
            STD,
            SC,
            SOCKET2,
            LIBC,
            ours("sock-waits"),
            against("asm-ppoll", "sock-waits", OF_ASM),
            against("rustix-ppoll", "sock-waits", OF_PEERS),
        ],
        setup: ping_pong::setup,
    },
    Bench {
        name: "tcp-ping-pong-deadline",
        summary: "the same with a deadline of 60 s for each message, asm and std with SO_RCVTIMEO; …-at: \
                  with one point of the clock for all; …-never: without; the ratios of sock-at and \
                  …-never are of ours with a deadline over ours without",
        operations: 50,
        rounds: 3000,
        rows: &[
            SOCK,
            ASM,
            STD,
            against("sock-never", "sock", OF_ASM),
            set("sock-at", "sock-never"),
            ours("sock-waits"),
            against("asm-ppoll", "sock-waits", OF_ASM),
            against("rustix-ppoll", "sock-waits", OF_PEERS),
            // The time-out of a ppoll costs the kernel more than an alarm allows, whoever calls.
            Row {
                alarms: false,
                ..against("sock-waits-never", "sock-waits", OF_ASM)
            },
            ours("sock-waits-at"),
            against("asm-ppoll-at", "sock-waits-at", OF_ASM),
        ],
        setup: ping_pong::setup_with_deadlines,
    },
    Bench {
        name: "std-shim-round-trip",
        summary: "a message there and back between two TCP streams of one thread that block, in a \
                  process that has had threads; ours through sock::net, std's through std::net; \
                  …-time-out: with time-outs of 60 s for reads and writes; sock-deadline: with \
                  a point of the clock for all, over std's time-out",
        operations: 100,
        rounds: 4000,
        rows: SHIM,
        setup: std_shim::setup_round_trip,
    },
    Bench {
        name: "std-shim-ping-pong",
        summary: "the same between two threads that wait, on one processor",
        operations: 50,
        rounds: 3000,
        rows: SHIM,
        setup: std_shim::setup_ping_pong,
    },
    Bench {
        name: "accept",
        summary: "an accept of a TCP connection that waits, with the address of its peer",
        operations: BACKLOG,
        rounds: 800,
        rows: CALLS,
        setup: accept::setup,
    },
    Bench {
        name: "address-encode",
        summary: "an IPv4 and an IPv6 address of core::net as the kernel takes them",
        operations: 10_000,
        rounds: 2000,
        rows: CONVERSIONS,
        setup: address::setup_encode,
    },
    Bench {
        name: "address-decode",
        summary: "an IPv4 and an IPv6 address that the kernel has written as those of core::net",
        operations: 10_000,
        rounds: 2000,
        rows: CONVERSIONS,
        setup: address::setup_decode,
    },
];
