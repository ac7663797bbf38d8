//! The backend of the target: the one place that names it.

use sock_core::Backend;

#[cfg(target_os = "macos")]
pub(crate) use sock_darwin::{Darwin as System, OwnedFd};
#[cfg(target_os = "freebsd")]
pub(crate) use sock_freebsd::{FreeBsd as System, OwnedFd};
#[cfg(target_os = "linux")]
pub(crate) use sock_linux::{Linux as System, OwnedFd};

/// The numbers of the target's kernel.
pub(crate) type Abi = <System as Backend>::Abi;
