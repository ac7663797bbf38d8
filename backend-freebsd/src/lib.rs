//! FreeBSD.
#![no_std]
