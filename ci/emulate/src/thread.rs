//! Threads of the program, and what they wait for.

use std::time::Instant;

use crate::cpu::Call;
use crate::signal::Frame;
use crate::unicorn::Context;

/// What a call waits for.
#[derive(Debug, Default)]
pub(crate) struct Wait {
    /// Host descriptors and the host's events.
    pub(crate) fds: Vec<(i32, i16)>,
    pub(crate) until: Option<Instant>,
    /// An address that someone else wakes.
    pub(crate) address: Option<u64>,
    /// A thread that ends.
    pub(crate) thread: Option<i64>,
}

/// What a call that waits keeps from one attempt to the next.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Progress {
    /// It has waited.
    pub(crate) began: bool,
    pub(crate) until: Option<Instant>,
    /// Bytes that went or came.
    pub(crate) done: u64,
    /// What it waited for has been woken by name.
    pub(crate) woken: bool,
}

/// A call of a thread that has not returned.
#[derive(Clone, Copy, Debug)]
pub(crate) enum InFlight {
    System(Call),
    /// A function of the system's library, by its place in the table.
    Library(usize),
}

/// One thread.
#[derive(Debug)]
pub(crate) struct Thread {
    pub(crate) id: i64,
    /// Its registers, while another one runs.
    pub(crate) context: Option<Context>,
    pub(crate) wait: Option<Wait>,
    pub(crate) call: Option<InFlight>,
    pub(crate) progress: Progress,
    pub(crate) mask: u128,
    pub(crate) pending: u128,
    /// Handlers that run, the innermost last.
    pub(crate) frames: Vec<Frame>,
    /// Where the kernel clears the thread's id when it ends.
    pub(crate) on_exit: u64,
    /// What it returned, for those who join it.
    pub(crate) result: u64,
    pub(crate) ended: bool,
    /// Its `errno`, in memory.
    pub(crate) errno: u64,
}

/// All threads.
#[derive(Debug, Default)]
pub(crate) struct Threads {
    pub(crate) all: Vec<Thread>,
    pub(crate) current: usize,
    pub(crate) turn: u32,
}

impl Thread {
    pub(crate) fn new(id: i64) -> Self {
        Thread {
            id,
            context: None,
            wait: None,
            call: None,
            progress: Progress::default(),
            mask: 0,
            pending: 0,
            frames: Vec::new(),
            on_exit: 0,
            result: 0,
            ended: false,
            errno: 0,
        }
    }

    pub(crate) fn is_done_waiting(&self, now: Instant) -> bool {
        let Some(wait) = &self.wait else {
            return true;
        };
        self.progress.woken || wait.until.is_some_and(|until| until <= now)
    }
}
