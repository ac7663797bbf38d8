//! A model of `src/turn.rs`, with loom's atomics in the place of the processor's: every order in which
//! receivers and those who share the socket can meet.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use sock_core::Habit;

mod atomic {
    pub(crate) use loom::sync::atomic::{AtomicU8, AtomicU64, Ordering};
}

#[path = "../src/turn.rs"]
#[allow(dead_code)]
mod turn;

use turn::Turn;

/// How an open file is set: a number, 0 as it was born. Only whoever has the turn, or a habit to undo,
/// may look at it; loom finds who does without that.
struct File(UnsafeCell<u64>);

impl File {
    fn get(&self) -> u64 {
        // SAFETY: loom fails the test when another thread writes at the same time.
        self.0.with(|setting| unsafe { *setting })
    }

    fn set(&self, to: u64) {
        // SAFETY: as above.
        self.0.with_mut(|setting| unsafe { *setting = to });
    }
}

/// A habit that tells how the file is set.
fn habit(setting: u64) -> Habit {
    Habit::from_bits(setting << 8)
}

fn receive(turn: &Turn, file: &File) {
    let Some(before) = turn.take() else { return };
    let setting = file.get();
    assert_eq!(before, habit(setting), "the habit is not the last one");
    file.set(setting + 1);
    if let Some(after) = turn.give_back(habit(setting + 1)) {
        undo(after, file);
    }
}

fn share(turn: &Turn, file: &File) {
    if let Some(habit) = turn.share() {
        undo(habit, file);
    }
}

fn undo(after: Habit, file: &File) {
    assert_eq!(after, habit(file.get()), "undoes what is not so");
    file.set(0);
}

fn model(other: fn(&Turn, &File), others: usize) {
    loom::model(move || {
        let both = Arc::new((Turn::new(), File(UnsafeCell::new(0))));
        let handles: Vec<_> = (0..others)
            .map(|_| {
                let both = both.clone();
                loom::thread::spawn(move || other(&both.0, &both.1))
            })
            .collect();
        receive(&both.0, &both.1);
        receive(&both.0, &both.1);
        for handle in handles {
            handle.join().unwrap();
        }
        let (turn, file) = (&both.0, &both.1);
        match turn.take() {
            Some(last) => assert_eq!(last, habit(file.get())),
            None => assert_eq!(file.get(), 0, "shared, and not undone"),
        }
    });
}

#[test]
fn one_at_a_time_has_the_turn() {
    model(receive, 2);
}

#[test]
fn who_shares_finds_it_undone_or_leaves_that_to_the_receiver() {
    model(share, 2);
}

#[test]
fn who_shares_may_receive_too() {
    model(
        |turn, file| {
            share(turn, file);
            receive(turn, file);
        },
        1,
    );
}
