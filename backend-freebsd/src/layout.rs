//! Structures of FreeBSD 12 to 15, amd64 and arm64, beside those that Darwin shares
//! ([`sock_raw::bsd::layout`]).
//!
//! Source: net/if.h.

#![allow(non_camel_case_types)]

/// A request about an interface, netintro(4), with the index in its union.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(8))]
pub struct ifreq {
    /// The name, with a NUL behind it.
    pub ifr_name: [u8; 16],
    /// The index.
    pub ifr_index: u16,
    /// The rest of the union.
    pub __rest: [u8; 14],
}
