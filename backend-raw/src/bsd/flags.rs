//! Flags, from the core's values, which are Linux's, to the kernel's and back.
//!
//! Where the caller's flags are constant, all of this is folded at compile time.

use sock_core::{Abi, MessageFlags, PollEvents, RecvFlags, SendFlags};

use super::System;
use super::numbers::{POLLERR, POLLHUP, POLLIN, POLLNVAL, POLLOUT, POLLPRI};
use crate::{Error, PollFd, Result};

/// What the kernels have of [`SendFlags`]: not `CONFIRM` and `MORE`.
const SEND: SendFlags = SendFlags::OOB
    .union(SendFlags::DONTROUTE)
    .union(SendFlags::DONTWAIT)
    .union(SendFlags::EOR);

/// What the kernels have of [`RecvFlags`]: not `ERRQUEUE`.
const RECV: RecvFlags = RecvFlags::OOB
    .union(RecvFlags::PEEK)
    .union(RecvFlags::DONTWAIT)
    .union(RecvFlags::WAITALL);

/// `number` where `has`, otherwise nothing.
#[inline(always)]
const fn bit(has: bool, number: i32) -> i32 {
    if has { number } else { 0 }
}

/// The flags of a send.
///
/// # Errors
/// [`NOT_SUPPORTED`](sock_core::Error::NOT_SUPPORTED): a flag that the kernel does not have, or a bit
/// without a name, which could be any.
#[inline(always)]
pub fn send_bits<S: System>(flags: SendFlags) -> Result<i32, S> {
    if !SEND.contains(flags) {
        return Err(Error::<S>::NOT_SUPPORTED);
    }
    Ok(bit(flags.contains(SendFlags::OOB), S::Abi::MSG_OOB)
        | bit(flags.contains(SendFlags::DONTROUTE), S::Abi::MSG_DONTROUTE)
        | bit(flags.contains(SendFlags::DONTWAIT), S::Abi::MSG_DONTWAIT)
        | bit(flags.contains(SendFlags::EOR), S::Abi::MSG_EOR)
        | S::SEND_FLAGS)
}

/// The flags of a receive.
///
/// # Errors
/// Those of [`send_bits`].
#[inline(always)]
pub fn recv_bits<S: System>(flags: RecvFlags) -> Result<i32, S> {
    if !RECV.contains(flags) {
        return Err(Error::<S>::NOT_SUPPORTED);
    }
    Ok(bit(flags.contains(RecvFlags::OOB), S::Abi::MSG_OOB)
        | bit(flags.contains(RecvFlags::PEEK), S::Abi::MSG_PEEK)
        | bit(flags.contains(RecvFlags::DONTWAIT), S::Abi::MSG_DONTWAIT)
        | bit(flags.contains(RecvFlags::WAITALL), S::Abi::MSG_WAITALL))
}

/// What `msg_flags` says of a received message.
#[inline]
pub fn message_flags<S: System>(bits: i32) -> MessageFlags {
    [
        (S::Abi::MSG_OOB, MessageFlags::OOB),
        (S::Abi::MSG_CTRUNC, MessageFlags::CTRUNC),
        (S::Abi::MSG_TRUNC, MessageFlags::TRUNC),
        (S::Abi::MSG_EOR, MessageFlags::EOR),
    ]
    .into_iter()
    .filter(|(bit, _)| bits & bit != 0)
    .map(|(_, flag)| flag)
    .collect()
}

/// The events that have the same bits as in the core.
const SAME: u16 = (POLLIN | POLLPRI | POLLOUT | POLLERR | POLLHUP | POLLNVAL).cast_unsigned();

/// A bit that no kernel here has and no caller can set, for an event that this one does not have.
const MISSING: i16 = i16::MIN;

/// The bits of events to wait for, [`Kernel::poll_bits`](crate::Kernel::poll_bits).
#[inline]
pub fn poll_bits<S: System>(events: PollEvents) -> i16 {
    let same = (events.bits() & SAME).cast_signed();
    if events.contains(PollEvents::RDHUP) {
        same | S::POLLRDHUP.unwrap_or(MISSING)
    } else {
        same
    }
}

/// The events of bits, [`Kernel::poll_events`](crate::Kernel::poll_events).
#[inline]
pub fn poll_events<S: System>(bits: i16) -> PollEvents {
    let same = PollEvents::from_bits_truncate(bits.cast_unsigned() & SAME);
    if bits & S::POLLRDHUP.unwrap_or(MISSING) != 0 {
        same | PollEvents::RDHUP
    } else {
        same
    }
}

/// Refuses descriptors with an event that the kernel does not have: poll(2) would ignore it.
///
/// # Errors
/// [`NOT_SUPPORTED`](sock_core::Error::NOT_SUPPORTED): there is one.
#[inline]
pub(super) fn check_events<S: System>(fds: &[PollFd<'_, S>]) -> Result<(), S> {
    if S::POLLRDHUP.is_none() && fds.iter().any(|fd| fd.raw().events & MISSING != 0) {
        return Err(Error::<S>::NOT_SUPPORTED);
    }
    Ok(())
}
