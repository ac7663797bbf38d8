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
        | bit(flags.contains(SendFlags::DONTWAIT), S::SEND_DONTWAIT)
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
///
/// Where the kernel has no `POLLRDHUP`, `IN` stands for it: it is reported at the end of a stream,
/// too. Asked for without `IN`, [`poll`](super::socket::poll) refuses it.
#[inline]
pub fn poll_bits<S: System>(events: PollEvents) -> i16 {
    let same = (events.bits() & SAME).cast_signed();
    let rdhup = match S::POLLRDHUP {
        _ if !events.contains(PollEvents::RDHUP) => 0,
        Some(bit) => bit,
        None if events.contains(PollEvents::IN) => 0,
        None => MISSING,
    };
    match same | rdhup {
        0 => S::POLL_NOTHING,
        bits => bits,
    }
}

/// The events of bits, [`Kernel::poll_events`](crate::Kernel::poll_events).
#[inline]
pub fn poll_events<S: System>(bits: i16) -> PollEvents {
    let mut events = PollEvents::from_bits_truncate(bits.cast_unsigned() & SAME);
    let rdhup = bits & S::POLLRDHUP.unwrap_or(MISSING) != 0;
    events.set(PollEvents::RDHUP, rdhup);
    events
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bsd::tests::{Fake, FakeDarwin};

    #[test]
    fn flags_of_a_send() {
        let bits = send_bits::<Fake>;
        assert_eq!(bits(SendFlags::empty()), Ok(0x20000));
        let none = Fake::SEND_FLAGS;
        assert_eq!(bits(SendFlags::OOB), Ok(none | 0x1));
        assert_eq!(bits(SendFlags::DONTROUTE), Ok(none | 0x4));
        assert_eq!(bits(SendFlags::DONTWAIT), Ok(none | 0x80));
        assert_eq!(bits(SendFlags::EOR), Ok(none | 0x8));
        let both = SendFlags::DONTWAIT | SendFlags::EOR;
        assert_eq!(send_bits::<FakeDarwin>(both), Ok(0x88));
        let without = [
            SendFlags::CONFIRM,
            SendFlags::MORE,
            SendFlags::OOB | SendFlags::MORE,
            SendFlags::from_bits_retain(1 << 20),
        ];
        for flags in without {
            assert_eq!(bits(flags), Err(Error::<Fake>::NOT_SUPPORTED), "{flags:?}");
        }
    }

    #[test]
    fn flags_of_a_receive() {
        let bits = recv_bits::<Fake>;
        assert_eq!(bits(RecvFlags::empty()), Ok(0));
        assert_eq!(bits(RecvFlags::OOB), Ok(0x1));
        assert_eq!(bits(RecvFlags::PEEK), Ok(0x2));
        assert_eq!(bits(RecvFlags::DONTWAIT), Ok(0x80));
        assert_eq!(bits(RecvFlags::WAITALL | RecvFlags::PEEK), Ok(0x42));
        for flags in [RecvFlags::ERRQUEUE, RecvFlags::from_bits_retain(0x20)] {
            assert_eq!(bits(flags), Err(Error::<Fake>::NOT_SUPPORTED), "{flags:?}");
        }
    }

    #[test]
    fn flags_of_a_message() {
        assert_eq!(message_flags::<Fake>(0), MessageFlags::empty());
        assert_eq!(message_flags::<Fake>(0x1), MessageFlags::OOB);
        assert_eq!(message_flags::<Fake>(0x8), MessageFlags::EOR);
        assert_eq!(message_flags::<Fake>(0x10), MessageFlags::TRUNC);
        assert_eq!(message_flags::<Fake>(0x20), MessageFlags::CTRUNC);
        // Flags that the call was made with come back.
        let cut = MessageFlags::EOR | MessageFlags::TRUNC;
        assert_eq!(message_flags::<Fake>(0x80 | 0x18), cut);
    }

    #[test]
    fn events() {
        let same = PollEvents::all() - PollEvents::RDHUP;
        assert_eq!(poll_bits::<Fake>(same), 0x3f);
        assert_eq!(poll_events::<Fake>(0x3f), same);
        assert_eq!(poll_bits::<Fake>(PollEvents::RDHUP), 0x4000);
        assert_eq!(poll_events::<Fake>(0x4000), PollEvents::RDHUP);
        // No event is one that is not told.
        assert_eq!(poll_bits::<Fake>(PollEvents::empty()), 0x80);
        assert_eq!(poll_events::<Fake>(0x80), PollEvents::empty());
        assert_eq!(poll_bits::<FakeDarwin>(PollEvents::empty()), 0);
        // Bits of other events, as POLLRDNORM and POLLNORM, are none of ours.
        assert_eq!(poll_events::<FakeDarwin>(0x1fc0), PollEvents::empty());
        assert_eq!(poll_events::<FakeDarwin>(0x4001), PollEvents::IN);
    }

    #[test]
    fn an_event_that_a_kernel_lacks_is_refused_unless_another_stands_for_it() {
        // SAFETY: the descriptor is forgotten, so nothing is closed.
        let fd = unsafe { crate::OwnedFd::<FakeDarwin>::from_raw_fd(7) }.unwrap();
        let refused = |events| check_events(&[PollFd::new(&fd, events)]).is_err();
        assert!(refused(PollEvents::RDHUP));
        assert!(refused(PollEvents::RDHUP | PollEvents::OUT));
        assert!(!refused(PollEvents::RDHUP | PollEvents::IN));
        assert!(!refused(PollEvents::all() - PollEvents::RDHUP));
        assert_eq!(
            poll_bits::<FakeDarwin>(PollEvents::RDHUP | PollEvents::IN),
            1
        );
        let _ = fd.into_raw_fd();
    }
}
