//! Structures of FreeBSD, amd64 and arm64, beyond those of the backend.
//!
//! Source: sys/signal.h, sys/time.h, sys/thr.h, net/if.h, netinet6/in6_var.h. Names of structures and
//! fields are the headers' own.

#![allow(non_camel_case_types)]

use core::ffi::{c_int, c_long, c_short};

/// Of sigaction(2); the handler is a member of the union `__sigaction_u`.
#[repr(C)]
pub(super) struct sigaction {
    pub(super) __sigaction_u: Option<unsafe extern "C" fn(c_int)>,
    pub(super) sa_flags: c_int,
    pub(super) sa_mask: __sigset,
}

/// A bit for each signal, from 1 on.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub(super) struct __sigset {
    pub(super) __bits: [u32; 4],
}

#[repr(C)]
#[derive(Clone, Copy, Default)]
pub(super) struct timeval {
    pub(super) tv_sec: i64,
    pub(super) tv_usec: c_long,
}

/// Of setitimer(2).
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub(super) struct itimerval {
    pub(super) it_interval: timeval,
    pub(super) it_value: timeval,
}

/// Of thr_new(2).
#[repr(C)]
pub(super) struct thr_param {
    pub(super) start_func: unsafe extern "C" fn(*mut ()) -> !,
    pub(super) arg: *mut (),
    pub(super) stack_base: *mut (),
    pub(super) stack_size: usize,
    pub(super) tls_base: *mut (),
    pub(super) tls_size: usize,
    pub(super) child_tid: *mut c_long,
    pub(super) parent_tid: *mut c_long,
    pub(super) flags: c_int,
    pub(super) rtp: *const (),
    pub(super) spare: [*const (); 3],
}

/// Of the requests SIOCGIFFLAGS and SIOCSIFFLAGS; of the union `ifr_ifru`, the member `ifru_flags`.
#[repr(C, align(8))]
pub(super) struct ifreq {
    pub(super) ifr_name: [u8; 16],
    pub(super) ifr_ifru: [c_short; 8],
}

/// Of the request SIOCAIFADDR. Addresses are bytes, as the core encodes them.
#[repr(C, align(4))]
pub(super) struct ifaliasreq {
    pub(super) ifra_name: [u8; 16],
    pub(super) ifra_addr: [u8; 16],
    pub(super) ifra_broadaddr: [u8; 16],
    pub(super) ifra_mask: [u8; 16],
    pub(super) ifra_vhid: c_int,
}

/// Of the request SIOCAIFADDR_IN6.
#[repr(C)]
pub(super) struct in6_aliasreq {
    pub(super) ifra_name: [u8; 16],
    pub(super) ifra_addr: [u8; 28],
    pub(super) ifra_broadaddr: [u8; 28],
    pub(super) ifra_prefixmask: [u8; 28],
    pub(super) ifra_flags: c_int,
    pub(super) ifra_lifetime: in6_addrlifetime,
    pub(super) ifra_vhid: c_int,
}

#[repr(C)]
pub(super) struct in6_addrlifetime {
    pub(super) ia6t_expire: i64,
    pub(super) ia6t_preferred: i64,
    pub(super) ia6t_vltime: u32,
    pub(super) ia6t_pltime: u32,
}
