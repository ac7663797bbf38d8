//! One behavioural suite for every kernel.
//!
//! A case is a function over an [`Env`], which gives it a backend and what a case needs beyond
//! sockets: a second thread, a signal, the flags of a descriptor. The same cases run as a test of
//! the host, as a static program under emulation or on a kernel of its own, and on a simulated
//! kernel. Each runner prints one format:
//!
//! ```text
//! ok tcp-half-close-client
//! FAIL tcp-accept-peer-address: tcp.rs:41: peer == client.local_addr()?
//! emulator udp-timestamp: udp.rs:80: not supported by this kernel (os error 92)
//! 93 passed, 1 failed
//! ```

#![no_std]
#![forbid(unsafe_code)]

mod cases;
mod env;
mod outcome;
mod runner;

pub use env::{DescriptorFlags, Env, Signals};
pub use outcome::{Failure, Outcome};
pub use runner::{Runner, Tally};

use sock_core::Backend;
use sock_core::abi::{Darwin, FreeBsd, Linux};

/// The cases that hold on every kernel.
pub fn portable<E: Env>(runner: &mut Runner<'_, E>) {
    cases::portable(runner);
}

/// The cases that hold on Linux alone, beyond the [`portable`] ones.
pub fn linux<E: Env>(runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = Linux>,
{
    cases::linux(runner);
}

/// The cases that hold on FreeBSD and Darwin, beyond the [`portable`] ones.
pub fn bsd<E: Env>(runner: &mut Runner<'_, E>) {
    cases::bsd(runner);
}

/// The cases that hold on FreeBSD alone, beyond the [`portable`] ones and those of [`bsd`].
pub fn freebsd<E: Env>(runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = FreeBsd>,
{
    cases::freebsd(runner);
}

/// The cases that hold on Darwin alone, beyond the [`portable`] ones and those of [`bsd`].
pub fn darwin<E: Env>(runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = Darwin>,
{
    cases::darwin(runner);
}
