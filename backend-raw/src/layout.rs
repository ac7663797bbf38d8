//! Structures of POSIX that are the same on every 64-bit kernel here.

#![allow(non_camel_case_types)]

use core::ffi::c_void;

/// A part of a message, readv(2).
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct iovec {
    /// Where it begins.
    pub iov_base: *mut c_void,
    /// Its length in bytes.
    pub iov_len: usize,
}

/// A descriptor to wait for, poll(2).
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct pollfd {
    /// Its number.
    pub fd: i32,
    /// What to wait for.
    pub events: i16,
    /// What is so.
    pub revents: i16,
}

/// A span or a point of time, clock_gettime(2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct timespec {
    /// Whole seconds.
    pub tv_sec: i64,
    /// Nanoseconds beside them, less than a second.
    pub tv_nsec: i64,
}
