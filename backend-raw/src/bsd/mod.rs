//! The socket calls of FreeBSD and Darwin, written once.
//!
//! A [`System`] is one of the two: its raw [`Calls`], the constants that differ, and what it does in
//! a way of its own (how a descriptor is born, how it waits, its clock). Over that the modules here
//! make what a backend has, and [`bsd_backend!`](crate::bsd_backend) puts them together to a
//! [`Backend`](sock_core::Backend). Both kernels descend from 4.4BSD: numbers and layouts that hold
//! on both stand in [`numbers`] and [`layout`]; those of one stand in its own crate.

mod backend;
mod calls;
pub mod control;
pub mod flags;
pub mod kqueue;
pub mod layout;
pub mod numbers;
pub mod program;
mod ret;
pub mod socket;
mod spare;
mod system;
pub mod transfer;

#[cfg(test)]
pub(crate) mod tests;

pub use calls::Calls;
pub use control::ReceivedControl;
pub use kqueue::Kqueue;
pub use ret::Ret;
pub use system::System;
