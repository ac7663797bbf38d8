//! The gate through which every call goes: it is counted, may meet a fault, may let another party
//! run, and waits.

use std::sync::{MutexGuard, PoisonError};

use fastrand::Rng;
use sock_core::{Abi, Error, Instant, PollEvents};

use crate::baton::Interest;
use crate::host::HostId;
use crate::kernel::Kernel;
use crate::plan::Planned;
use crate::sim::Result;
use crate::socket::Id;
use crate::trace::Record;
use crate::{Call, Fault, Fd, Sim};

/// How a wait ended.
pub(crate) enum Waited<T> {
    Done(T),
    TimedOut,
    Interrupted,
    Stuck,
}

/// Which time-out of a socket holds for a call.
#[derive(Clone, Copy)]
pub(crate) enum Direction {
    Receive,
    Send,
}

/// The call that the kernel works on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Current {
    pub(crate) call: Call,
    pub(crate) host: HostId,
    party: Option<u64>,
    socket: Option<Id>,
    planned: Option<Planned>,
    /// The fault that has had its effect.
    hit: Option<Fault>,
}

impl Current {
    pub(crate) const NONE: Current = Current {
        call: Call::Now,
        host: HostId::FIRST,
        party: None,
        socket: None,
        planned: None,
        hit: None,
    };
}

type Guard<'s, A> = MutexGuard<'s, Kernel<A>>;

impl<A: Abi> Sim<A> {
    /// What is no call of a program.
    pub(crate) fn quietly<T>(&self, work: impl FnOnce(&mut Kernel<A>) -> T) -> T {
        let mut kernel = self.lock();
        let out = work(&mut kernel);
        self.settle(kernel);
        out
    }

    /// A call that does not wait.
    pub(crate) fn call<T>(
        &self,
        call: Call,
        on: Option<&Fd<A>>,
        work: impl FnOnce(&mut Kernel<A>) -> Result<T, A>,
    ) -> Result<T, A> {
        let mut kernel = self.enter(call, on)?;
        let out = kernel.fail_at_once().and_then(|()| work(&mut kernel));
        self.leave(kernel, out, |_| 0)
    }

    /// A call on a descriptor. While it would block it waits, if the descriptor blocks and the call
    /// does not forbid it, as long as the time-out of the socket says. `count` is what a record
    /// tells of the result.
    pub(crate) fn call_on<T>(
        &self,
        call: Call,
        fd: &Fd<A>,
        direction: Direction,
        dont_wait: bool,
        count: impl FnOnce(&T) -> usize,
        attempt: impl FnMut(&mut Kernel<A>, Id) -> Result<T, A>,
    ) -> Result<T, A> {
        let mut kernel = self.enter(call, Some(fd))?;
        let out = match kernel.fail_at_once() {
            Ok(()) => {
                let out;
                (kernel, out) = self.block_on(kernel, fd.id, direction, dont_wait, attempt);
                out
            }
            Err(error) => Err(error),
        };
        self.leave(kernel, out, count)
    }

    /// Tries until it does not block.
    pub(crate) fn block_on<'s, T>(
        &'s self,
        mut kernel: Guard<'s, A>,
        id: Id,
        direction: Direction,
        dont_wait: bool,
        mut attempt: impl FnMut(&mut Kernel<A>, Id) -> Result<T, A>,
    ) -> (Guard<'s, A>, Result<T, A>) {
        let end = kernel.end_of_wait(id, direction, dont_wait);
        let waits = end != Some(kernel.clock.now());
        if !waits && kernel.strike(Fault::Interrupted).is_some() {
            return (kernel, Err(Error::INTERRUPTED));
        }
        let events = kernel.ready(id);
        // What has ended stays so: no other thread could have taken the end.
        let over = PollEvents::ERR | PollEvents::HUP | PollEvents::RDHUP;
        let ready = match direction {
            Direction::Receive => PollEvents::IN,
            Direction::Send => PollEvents::OUT,
        };
        if !waits
            && events.contains(ready)
            && !events.intersects(over)
            && kernel.strike(Fault::NotReady).is_some()
        {
            return (kernel, Err(Error::WOULD_BLOCK));
        }
        let interest = || match direction {
            Direction::Receive => Interest::Events(vec![(id, PollEvents::IN | PollEvents::RDHUP)]),
            Direction::Send => Interest::Change,
        };
        let (kernel, waited) =
            self.wait(kernel, end, interest, |kernel| match attempt(kernel, id) {
                Err(error) if error == Error::WOULD_BLOCK => None,
                done => Some(done),
            });
        let out = match waited {
            Waited::Done(done) => done,
            Waited::TimedOut => Err(Error::WOULD_BLOCK),
            Waited::Interrupted => Err(Error::INTERRUPTED),
            Waited::Stuck => Err(Error::os(A::EDEADLK)),
        };
        (kernel, out)
    }

    /// Tries until there is something, or the clock reaches `end`.
    pub(crate) fn wait<'s, T>(
        &'s self,
        mut kernel: Guard<'s, A>,
        end: Option<u64>,
        interest: impl FnOnce() -> Interest,
        mut attempt: impl FnMut(&mut Kernel<A>) -> Option<T>,
    ) -> (Guard<'s, A>, Waited<T>) {
        if let Some(done) = attempt(&mut kernel) {
            return (kernel, Waited::Done(done));
        }
        let now = kernel.clock.now();
        if end.is_some_and(|end| end <= now) {
            return (kernel, Waited::TimedOut);
        }
        let (end, interruption) = kernel.disturbance(end);
        let signal = kernel.clock.next_signal();
        let first = end.into_iter().chain(signal).chain(interruption).min();
        let (current, mut interest) = (kernel.current, interest());
        if let Interest::Events(events) = &mut interest {
            let always = PollEvents::ERR | PollEvents::HUP | PollEvents::NVAL;
            events.iter_mut().for_each(|(_, events)| *events |= always);
        }
        // What this call has done so far, others are to see; and it sees what comes of it at once.
        if kernel.run_due()
            && let Some(done) = attempt(&mut kernel)
        {
            return (kernel, Waited::Done(done));
        }
        kernel.baton.change();
        let me = kernel.baton.begin_wait(current.party, interest, first);
        let waited = loop {
            kernel.schedule();
            while let Some(bed) = kernel.baton.turn(me) {
                for other in kernel.baton.take_wakes() {
                    other.notify_one();
                }
                kernel = bed.wait(kernel).unwrap_or_else(PoisonError::into_inner);
                kernel.schedule();
            }
            kernel.current = current;
            if let Some(done) = attempt(&mut kernel) {
                break Waited::Done(done);
            }
            let now = kernel.clock.now();
            if end.is_some_and(|end| end <= now) || kernel.is_over_limit() {
                break Waited::TimedOut;
            }
            if signal.is_some_and(|signal| signal <= now) {
                kernel.clock.take_signals();
                break Waited::Interrupted;
            }
            if interruption.is_some_and(|interruption| interruption <= now) {
                kernel.took_effect(Fault::Interrupted);
                break Waited::Interrupted;
            }
            if kernel.baton.waiter(me).is_some_and(|waiter| waiter.stuck) {
                break Waited::Stuck;
            }
            kernel.baton.wait_on(me);
        };
        kernel.baton.end_wait(me);
        (kernel, waited)
    }

    /// Lets a call in.
    pub(crate) fn enter(&self, call: Call, on: Option<&Fd<A>>) -> Result<Guard<'_, A>, A> {
        let id = on.map(|fd| self.id(fd)).transpose()?;
        let mut kernel = self.lock();
        let party = kernel.baton.present();
        if let Some(party) = party
            && kernel.baton.is_to_pause()
        {
            kernel.look();
            if kernel.baton.pause(party) {
                kernel = self.until_turn(kernel, party);
            }
        }
        kernel.begin(call, self.host, party, id);
        Ok(kernel)
    }

    /// Lets a call out.
    pub(crate) fn leave<T>(
        &self,
        mut kernel: Guard<'_, A>,
        out: Result<T, A>,
        count: impl FnOnce(&T) -> usize,
    ) -> Result<T, A> {
        if kernel.trace.is_some() {
            kernel.record(out.as_ref().map(count).map_err(|error| *error));
        }
        self.settle(kernel);
        out
    }

    fn settle(&self, mut kernel: Guard<'_, A>) {
        kernel.run_due();
        kernel.baton.change();
        if kernel.baton.is_watched() {
            kernel.look();
            kernel.schedule();
            Self::wake(kernel);
        }
    }

    /// Lets the kernel go, and wakes those who have got something to do.
    pub(crate) fn wake(mut kernel: Guard<'_, A>) {
        let wakes = kernel.baton.take_wakes();
        drop(kernel);
        wakes.iter().for_each(|bed| bed.notify_one());
    }

    /// Sleeps until the party has the baton.
    pub(crate) fn until_turn<'s>(&'s self, mut kernel: Guard<'s, A>, party: u64) -> Guard<'s, A> {
        let bed = kernel.baton.bed(party);
        while !kernel.baton.holds(party) {
            for other in kernel.baton.take_wakes() {
                other.notify_one();
            }
            kernel = bed.wait(kernel).unwrap_or_else(PoisonError::into_inner);
        }
        kernel
    }
}

impl<A: Abi> Kernel<A> {
    fn begin(&mut self, call: Call, host: HostId, party: Option<u64>, socket: Option<Id>) {
        self.hits.count_call(call);
        self.calls += 1;
        let on = socket.and_then(|id| Some((id, self.sockets.get(&id)?.nth)));
        let planned = self.plan.meet(host, call, on);
        self.current = Current {
            call,
            host,
            party,
            socket,
            planned,
            hit: None,
        };
    }

    /// The errors that a call may have whatever it is about to do.
    pub(crate) fn fail_at_once(&mut self) -> Result<(), A> {
        if self.is_over_limit() {
            return Err(Error::os(A::EIO));
        }
        let Some(Planned { fault, .. }) = self.current.planned else {
            return Ok(());
        };
        match fault.error() {
            Some(error) if self.strike(fault).is_some() => Err(error),
            _ => Ok(()),
        }
    }

    pub(crate) fn is_over_limit(&self) -> bool {
        self.limit.is_some_and(|limit| self.calls > limit)
    }

    /// Whether the present call meets the fault, which now has its effect; and what that draws,
    /// when it was not scripted.
    pub(crate) fn strike(&mut self, fault: Fault) -> Option<Option<Rng>> {
        let planned = self
            .current
            .planned
            .filter(|planned| planned.fault == fault)?;
        self.current.planned = None;
        let effect = self.plan.takes_effect(planned)?;
        self.took_effect(fault);
        Some(effect)
    }

    /// Whether the present call is about to meet the fault.
    pub(crate) fn will_strike(&self, fault: Fault) -> bool {
        let planned = self.current.planned;
        planned.is_some_and(|planned| planned.fault == fault)
    }

    /// Whether the present call has met the fault, with effect.
    pub(crate) fn has_hit(&self, fault: Fault) -> bool {
        self.current.hit == Some(fault)
    }

    pub(crate) fn took_effect(&mut self, fault: Fault) {
        self.hits.count(fault, self.current.call);
        self.current.hit = Some(fault);
    }

    /// When a wait until `end` that begins now is interrupted, and when its timer comes.
    fn disturbance(&mut self, end: Option<u64>) -> (Option<u64>, Option<u64>) {
        const SECOND: u64 = 1_000_000_000;
        let now = self.clock.now();
        let left = end.map_or(SECOND, |end| end - now);
        match self.current.planned {
            Some(planned) if planned.fault == Fault::Interrupted => {
                self.current.planned = None;
                let effect = self.plan.takes_effect(planned);
                let after = effect.map(|random| random.map_or(0, |mut random| random.u64(..=left)));
                (end, after.map(|after| now.saturating_add(after)))
            }
            Some(planned) if planned.fault == Fault::LateTimer && end.is_some() => {
                let most = match self.current.call {
                    Call::Poll => (left / 1000).min(SECOND / 10) + 50_000,
                    _ => left / 8 + 20_000_000,
                };
                let late = match self.strike(Fault::LateTimer) {
                    Some(Some(mut random)) => random.u64(..=most),
                    Some(None) => most,
                    None => 0,
                };
                (end.map(|end| end.saturating_add(late)), None)
            }
            _ => (end, None),
        }
    }

    fn record(&mut self, result: Result<usize, A>) {
        let (current, time) = (self.current, Instant::from_nanos(self.clock.now()));
        let result = result.map_err(|error| error.raw_os_error().unwrap_or(0));
        if let Some(trace) = &mut self.trace {
            trace.push(Record {
                time,
                party: current.party,
                host: current.host.index(),
                socket: current.socket.map(Id::number),
                call: current.call,
                fault: current.hit,
                result,
            });
        }
    }
}
