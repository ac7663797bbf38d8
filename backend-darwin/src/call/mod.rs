//! The calls, by traps into the kernel or by libSystem's functions: the same names, arguments and
//! answers, so that nothing else knows which of the two it is.
//!
//! Those that FreeBSD has as well are [`Calls`](sock_raw::bsd::Calls) of [`Darwin`](crate::Darwin); the
//! functions here are the others.

#[cfg(not(sock_libsystem))]
mod raw;
#[cfg(not(sock_libsystem))]
pub(crate) use raw::*;

#[cfg(sock_libsystem)]
mod libsystem;
#[cfg(sock_libsystem)]
pub(crate) use libsystem::*;
