//! Whose turn it is to wait inside a receive.
//!
//! Waiting inside recv(2) changes the open file (O_NONBLOCK, SO_RCVTIMEO), so it is for a socket that
//! has one owner, and there for one receiver at a time. Two bits say how it stands:
//!
//! ```text
//!          take               share
//!  free ─────────► taken    ────────►  shared          nobody waits inside a receive any more
//!       ◄─────────             │
//!        give_back             └─ while taken: the receiver finds it when it gives the turn back
//! ```
//!
//! Who gets the habit in `give_back` or `share` undoes what it says; it is exactly one of them.

use super::atomic::{AtomicU8, AtomicU64, Ordering};

use sock_core::Habit;

/// Somebody waits inside a receive.
const TAKEN: u8 = 1;
/// The open file may have other users; it stays so.
const SHARED: u8 = 2;

/// The turn to receive from one socket, and the habit that goes with it.
#[derive(Debug)]
pub(crate) struct Turn {
    state: AtomicU8,
    /// Of whom has the turn: read after taking it, written before giving it back.
    habit: AtomicU64,
}

impl Turn {
    /// That of a socket which was born here.
    pub(crate) fn new() -> Self {
        Self::in_state(0)
    }

    /// That of a socket whose open file may have other users.
    pub(crate) fn shared() -> Self {
        Self::in_state(SHARED)
    }

    fn in_state(state: u8) -> Self {
        Turn {
            state: AtomicU8::new(state),
            habit: AtomicU64::new(Habit::NEW.to_bits()),
        }
    }

    /// Whether to try before asking for the turn: it is free, and the last receive did not have to wait.
    /// What comes by itself is then received without a locked instruction. A guess that is old costs a
    /// call, no more.
    #[inline]
    pub(crate) fn tries(&self) -> bool {
        self.state.load(Ordering::Relaxed) == 0
            && !Habit::from_bits(self.habit.load(Ordering::Relaxed)).waits()
    }

    /// The turn, unless the socket is shared or somebody else has it.
    #[inline]
    pub(crate) fn take(&self) -> Option<Habit> {
        self.state
            .compare_exchange(0, TAKEN, Ordering::Acquire, Ordering::Relaxed)
            .ok()?;
        Some(Habit::from_bits(self.habit.load(Ordering::Relaxed)))
    }

    /// Gives the turn back. When the socket was shared in the meantime the habit comes back, to be
    /// undone.
    #[inline]
    #[must_use]
    pub(crate) fn give_back(&self, habit: Habit) -> Option<Habit> {
        self.habit.store(habit.to_bits(), Ordering::Relaxed);
        if self.state.fetch_and(!TAKEN, Ordering::AcqRel) & SHARED == 0 {
            return None;
        }
        core::hint::cold_path();
        Some(self.take_habit())
    }

    /// From now on nobody takes the turn. The habit is there to be undone, unless that has been done or
    /// is left to the receiver who has the turn.
    #[must_use]
    pub(crate) fn share(&self) -> Option<Habit> {
        (self.state.fetch_or(SHARED, Ordering::AcqRel) == 0).then(|| self.take_habit())
    }

    /// The habit of a socket that nobody uses any more.
    pub(crate) fn into_habit(self) -> Habit {
        self.take_habit()
    }

    fn take_habit(&self) -> Habit {
        Habit::from_bits(self.habit.swap(Habit::NEW.to_bits(), Ordering::Relaxed))
    }
}
