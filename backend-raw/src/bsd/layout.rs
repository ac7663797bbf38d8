//! Structures that are the same on FreeBSD and Darwin, amd64 and arm64.
//!
//! Source: sys/socket.h, sys/ttycom.h.

#![allow(non_camel_case_types)]

use core::ffi::c_void;

use crate::layout::iovec;

/// A message, recvmsg(2). Narrower than Linux's: the count of parts is an `int`, the length of the
/// control data a `socklen_t`.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct msghdr {
    /// The address, or null.
    pub msg_name: *mut c_void,
    /// Its length.
    pub msg_namelen: u32,
    /// The parts.
    pub msg_iov: *mut iovec,
    /// How many there are.
    pub msg_iovlen: i32,
    /// The control data, or null.
    pub msg_control: *mut c_void,
    /// Its length.
    pub msg_controllen: u32,
    /// What the kernel says of the message.
    pub msg_flags: i32,
}

/// The head of a control message, cmsg(3).
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct cmsghdr {
    /// The length with this header, without the padding behind.
    pub cmsg_len: u32,
    /// Whose message it is.
    pub cmsg_level: i32,
    /// Which one.
    pub cmsg_type: i32,
}

/// The size of a terminal, tty(4).
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct winsize {
    /// Rows in characters.
    pub ws_row: u16,
    /// Columns in characters.
    pub ws_col: u16,
    /// Width in pixels.
    pub ws_xpixel: u16,
    /// Height in pixels.
    pub ws_ypixel: u16,
}
