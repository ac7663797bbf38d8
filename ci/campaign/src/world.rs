//! The simulated kernel of one schedule, and what must hold of every operation in it.

use std::time::Duration;

use fastrand::Rng;
use sock_core::{
    Abi, Deadline, Error, ErrorKind, Incomplete, Instant, Rejected, SocketAddr, TcpListener,
    TcpStream, UnixStream,
};
use sock_sim::Sim;

use crate::failure::{Check, Failure, ensure};
use crate::plan::Plan;
use crate::until::Until;

/// How late a deadline may be kept. A call takes no time on the virtual clock, and a wait ends at
/// the very point that was asked for: nothing may be later than its deadline, and no operation may
/// say that its deadline has passed before that is so.
const TICK: Duration = Duration::ZERO;

/// What the kernel says when it is short of something; a program tries again.
pub(crate) const SHORTAGE: &[ErrorKind] = &[
    ErrorKind::NoBufferSpace,
    ErrorKind::OutOfMemory,
    ErrorKind::TooManyOpenFiles,
    ErrorKind::TooManyOpenFilesInSystem,
];

/// How often something is tried before it is taken for impossible.
const PATIENCE: usize = 1000;

/// A simulated kernel.
pub(crate) struct World<A: Abi> {
    sim: Sim<A>,
}

/// What an operation fails with.
pub(crate) trait Why<A: Abi> {
    fn error(&self) -> Error<A>;
}

impl<A: Abi> Why<A> for Error<A> {
    fn error(&self) -> Error<A> {
        *self
    }
}

impl<A: Abi> Why<A> for Incomplete<A> {
    fn error(&self) -> Error<A> {
        self.error
    }
}

impl<S, A: Abi> Why<A> for Rejected<S, A> {
    fn error(&self) -> Error<A> {
        self.error
    }
}

impl<A: Abi> World<A> {
    pub(crate) fn new(abi: A, _plan: &mut Plan<'_>) -> Self {
        World {
            sim: Sim::with_abi(abi),
        }
    }

    pub(crate) fn now(&self) -> Instant {
        self.sim.now()
    }

    pub(crate) fn open_descriptors(&self) -> usize {
        self.sim.open_descriptors()
    }

    /// Runs both, each as a party.
    pub(crate) fn together<T: Send, U>(
        &self,
        other: impl FnOnce() -> T + Send,
        this: impl FnOnce() -> U,
    ) -> (T, U) {
        self.sim.together(other, this)
    }

    /// Runs an operation under a deadline, and checks that it kept it.
    #[track_caller]
    pub(crate) fn by<T, E: Why<A>>(
        &self,
        until: Until,
        random: &mut Rng,
        operation: impl FnOnce(Deadline) -> Result<T, E>,
    ) -> Check<Result<T, E>> {
        let deadline = until.deadline(random);
        let begin = self.now();
        let done = operation(deadline);
        let now = self.now();
        if let Some(end) = until.end(begin) {
            ensure!(
                now <= end.saturating_add(TICK),
                "{until:?} was kept {:?} late",
                now.saturating_duration_since(end)
            );
        }
        if let Err(why) = &done {
            check_error(why.error(), until, begin, now)?;
        }
        Ok(done)
    }

    /// Does it again while the kernel is short of something.
    pub(crate) fn patiently<T, E: Why<A>>(
        &self,
        mut operation: impl FnMut() -> Result<T, E>,
    ) -> Result<T, E> {
        let mut tries = 0;
        loop {
            match operation() {
                Err(why) if tries < PATIENCE && SHORTAGE.contains(&why.error().kind()) => {
                    tries += 1;
                }
                done => return done,
            }
        }
    }

    /// Fails unless the error is of one of these kinds.
    #[track_caller]
    pub(crate) fn allow(&self, error: Error<A>, kinds: &[ErrorKind]) -> Check {
        ensure!(kinds.contains(&error.kind()), "unexpected: {error}");
        Ok(())
    }

    pub(crate) fn tcp_pair(&self) -> Check<(TcpStream<Sim<A>>, TcpStream<Sim<A>>)> {
        let any = SocketAddr::new_v4([127, 0, 0, 1].into(), 0);
        let listener = self.patiently(|| TcpListener::bind_in(self.sim.clone(), &any))?;
        let addr = listener.local_addr()?;
        let connect = || TcpStream::connect_in(self.sim.clone(), &addr, Deadline::NEVER);
        let client = self.patiently(connect)?;
        let (server, _) = self.patiently(|| listener.accept_by(Deadline::NEVER))?;
        Ok((client, server))
    }

    pub(crate) fn unix_pair(&self) -> Check<(UnixStream<Sim<A>>, UnixStream<Sim<A>>)> {
        Ok(self.patiently(|| UnixStream::pair_in(self.sim.clone()))?)
    }
}

#[track_caller]
fn check_error<A: Abi>(error: Error<A>, until: Until, begin: Instant, now: Instant) -> Check {
    match error.kind() {
        ErrorKind::DeadlinePassed => {
            let passed = until.end(begin).is_some_and(|end| end <= now);
            ensure!(passed, "{until:?} is said to have passed, and has not");
        }
        // What the core deals with by itself, and what no kernel says.
        ErrorKind::Interrupted
        | ErrorKind::WouldBlock
        | ErrorKind::InProgress
        | ErrorKind::UnexpectedReply => return Err(Failure::new(format_args!("{error}"))),
        _ => {
            let stuck = error == Error::os(A::EDEADLK);
            ensure!(!stuck, "waits for what can never happen");
        }
    }
    Ok(())
}
