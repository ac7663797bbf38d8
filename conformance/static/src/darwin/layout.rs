//! Structures of Darwin, beyond those of the backend.
//!
//! Source: sys/signal.h, sys/time.h. Names of structures and fields are the headers' own.

#![allow(non_camel_case_types)]

use core::ffi::{c_int, c_long};

/// Of sigaction(2) as libSystem has it; the handler is a member of the union `__sigaction_u`.
#[repr(C)]
pub(super) struct sigaction {
    pub(super) __sigaction_u: Option<unsafe extern "C" fn(c_int)>,
    pub(super) sa_mask: u32,
    pub(super) sa_flags: c_int,
}

#[repr(C)]
#[derive(Clone, Copy, Default)]
pub(super) struct timeval {
    pub(super) tv_sec: c_long,
    pub(super) tv_usec: i32,
}

/// Of setitimer(2).
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub(super) struct itimerval {
    pub(super) it_interval: timeval,
    pub(super) it_value: timeval,
}
