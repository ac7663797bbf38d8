//! One variant of a bench, and how a round of it is timed.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Barrier};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::allocations;
use super::exchange::Exchange;
use super::message::{MESSAGE, Message};
use super::processors::{self, Processor};
use super::{Failure, Result};

/// What one round took.
pub(crate) struct Sample {
    /// The time of the calls alone.
    pub(crate) elapsed: Duration,
    /// How often memory was allocated meanwhile, by any thread.
    pub(crate) allocations: usize,
}

/// A variant that is ready to run.
pub(crate) struct Variant {
    /// Its name in the matrix.
    pub(crate) name: &'static str,
    /// Runs a round of so many operations.
    pub(crate) round: Box<dyn FnMut(u32) -> Result<Sample>>,
}

impl Variant {
    /// A variant whose round does one thing again and again.
    pub(crate) fn repeating(
        name: &'static str,
        mut work: impl FnMut() -> Result<()> + 'static,
    ) -> Self {
        let round = Box::new(move |count| timed(count, &mut work));
        Variant { name, round }
    }

    /// The same, with a check before each round that takes no part in its time.
    pub(crate) fn checked<T: 'static>(
        name: &'static str,
        mut it: T,
        check: impl Fn(&mut T) -> Result<()> + 'static,
        work: impl Fn(&mut T) -> Result<()> + 'static,
    ) -> Self {
        let round = Box::new(move |count| {
            check(&mut it)?;
            timed(count, || work(&mut it))
        });
        Variant { name, round }
    }
}

/// How many operations only warm up, before those that count.
fn warm_up(count: u32) -> u32 {
    count / 8 + 1
}

fn timed(count: u32, mut work: impl FnMut() -> Result<()>) -> Result<Sample> {
    repeat(warm_up(count), &mut work)?;
    let (before, start) = (allocations::count(), Instant::now());
    repeat(count, &mut work)?;
    Ok(Sample {
        elapsed: start.elapsed(),
        allocations: allocations::count() - before,
    })
}

/// One loop for what warms up and what counts: being called from one place, the work of every
/// variant is inlined there.
#[inline(never)]
fn repeat(count: u32, work: &mut impl FnMut() -> Result<()>) -> Result<()> {
    for _ in 0..count {
        work()?;
    }
    Ok(())
}

/// A round trip between two threads: this end sends a message and waits for it to come back.
pub(crate) fn between_threads<E: Exchange>(
    name: &'static str,
    [here, there]: [E; 2],
    processor: Processor,
) -> Variant {
    let mut conversation = Conversation::begin(here, there, processor);
    Variant {
        name,
        round: Box::new(move |count| conversation.round(count)),
    }
}

struct Conversation<E> {
    /// Closed before the thread is joined, lest it wait for a message for ever.
    here: Option<E>,
    message: Message,
    turn: Arc<Turn>,
    echo: Option<JoinHandle<()>>,
}

/// How the other thread learns of a round: both wait before it reads the number of messages, and
/// after, lest a round that fails at once overwrite what has not been read. Neither part allocates.
struct Turn {
    barrier: Barrier,
    /// How many messages to send back; 0 ends the thread.
    messages: AtomicU32,
}

impl<E: Exchange> Conversation<E> {
    fn begin(here: E, there: E, processor: Processor) -> Self {
        let turn = Arc::new(Turn {
            barrier: Barrier::new(2),
            messages: AtomicU32::new(0),
        });
        let other = Arc::clone(&turn);
        let echo = thread::spawn(move || {
            let mut there = processors::pin(processor).map(|()| there);
            loop {
                other.barrier.wait();
                let messages = other.messages.load(Ordering::Relaxed);
                other.barrier.wait();
                if messages == 0 {
                    return;
                }
                // A failure closes this end, which ends the round for the other one, too.
                there = there.and_then(|mut end| echo(&mut end, messages).map(|()| end));
                if let Err(failure) = &there {
                    eprintln!("the other end: {failure}");
                }
            }
        });
        Conversation {
            here: Some(here),
            message: Message::new(),
            turn,
            echo: Some(echo),
        }
    }

    fn round(&mut self, count: u32) -> Result<Sample> {
        let here = self.here.as_mut().ok_or("the conversation is over")?;
        self.turn
            .messages
            .store(warm_up(count) + count, Ordering::Relaxed);
        self.turn.barrier.wait();
        self.turn.barrier.wait();
        let message = &mut self.message;
        timed(count, || {
            let (sent, room) = message.next();
            here.send_all(sent)?;
            here.recv_exact(room)?;
            message.check()
        })
    }
}

#[inline(never)]
fn echo(end: &mut impl Exchange, messages: u32) -> Result<(), Failure> {
    let mut message = [0; MESSAGE];
    for _ in 0..messages {
        end.recv_exact(&mut message)?;
        end.send_all(&message)?;
    }
    Ok(())
}

impl<E> Drop for Conversation<E> {
    fn drop(&mut self) {
        self.here = None;
        self.turn.messages.store(0, Ordering::Relaxed);
        self.turn.barrier.wait();
        self.turn.barrier.wait();
        if let Some(Err(_)) = self.echo.take().map(JoinHandle::join) {
            eprintln!("the other end panicked");
        }
    }
}
