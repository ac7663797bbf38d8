//! The benches: each file makes the variants of one.

pub(crate) mod accept;
pub(crate) mod address;
pub(crate) mod ping_pong;
pub(crate) mod std_shim;
pub(crate) mod tcp;
pub(crate) mod udp;
pub(crate) mod unix;
pub(crate) mod would_block;
