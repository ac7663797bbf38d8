//! Threads and their waits. One thread runs at a time, until its call would wait or its turn is over; when all wait,
//! the machine waits for all that they wait for.

use std::time::{Duration, Instant};

use crate::cpu::{Call, Return};
use crate::kernel::{Answer, Kernel};
use crate::thread::{InFlight, Progress, Thread};
use crate::unicorn::Trap;
use crate::{Result, Stop, host, limit, trace};

/// Calls until another thread may run.
const TURN: u32 = 16;

/// What a C function returns beside an errno.
const FAILED: u64 = u64::MAX;

/// How the program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Exit(i32),
    Signal(i64),
}

impl Kernel {
    /// The thread that runs.
    pub(crate) fn thread(&mut self) -> std::result::Result<&mut Thread, Stop> {
        let current = self.threads.current;
        let thread = self.threads.all.get_mut(current);
        thread.ok_or_else(|| Stop::Fault("no thread runs".to_string()))
    }

    /// What the call that runs keeps between attempts.
    pub(crate) fn progress(&mut self) -> std::result::Result<&mut Progress, Stop> {
        Ok(&mut self.thread()?.progress)
    }

    /// Runs the program to its end.
    pub(crate) fn run(&mut self) -> Result<Status> {
        loop {
            match self.step() {
                Ok(()) => {}
                Err(Stop::Exit(status)) => return Ok(Status::Exit(status)),
                Err(Stop::Signal(name, why)) => {
                    eprintln!("emulate: {name}: {why}");
                    return Ok(Status::Signal(self.signal_number(name)));
                }
                Err(Stop::Fault(fault)) => return Err(format!("{fault}{}", self.whereabouts())),
                Err(other) => return Err(format!("{other:?} outside of a call")),
            }
        }
    }

    fn step(&mut self) -> std::result::Result<(), Stop> {
        if limit::is_over() {
            return Err(Stop::Fault(format!(
                "the time limit has passed: {}",
                self.waiting()
            )));
        }
        self.tick();
        self.choose()?;
        if self.deliver()? {
            return Ok(());
        }
        match self.thread()?.call {
            Some(InFlight::System(call)) => return self.attempt(&call),
            Some(InFlight::Library(index)) => return self.attempt_library(index),
            None => {}
        }
        let trap = self.memory.engine.run()?;
        let pc = self.memory.engine.pc();
        match trap {
            Trap::Call => {
                if let Some(index) = self.libsystem.at(pc) {
                    return self.enter_library(index);
                }
                let call = self.cpu.call(&self.memory)?;
                let thread = self.thread()?;
                thread.progress = Progress::default();
                thread.call = Some(InFlight::System(call));
                self.attempt(&call)
            }
            Trap::Turn => {
                self.threads.turn = TURN;
                Ok(())
            }
            Trap::Memory(address) => Err(Stop::Fault(format!(
                "SIGSEGV: no such memory: {address:#x}"
            ))),
            Trap::Instruction => Err(Stop::Fault("SIGILL: no such instruction".to_string())),
            Trap::Exception(number) => Err(Stop::Fault(format!("exception {number}"))),
            Trap::End => Err(Stop::Fault("a jump to address 0".to_string())),
        }
    }

    /// Where a thread is, for those who look for a fault.
    pub(crate) fn whereabouts(&self) -> String {
        let pc = self.memory.engine.pc();
        format!(
            " (at {pc:#x}, {:#x} from the program's start)",
            pc.wrapping_sub(self.libsystem.program)
        )
    }

    /// Makes the call that the thread is in, for the first time or after a wait.
    fn attempt(&mut self, call: &Call) -> std::result::Result<(), Stop> {
        let answer = self.dispatch(call);
        if self.trace {
            trace::call(self, call, &answer);
        }
        let result = match answer {
            Ok(values) if values.plain => Return::Plain(values.first),
            Ok(values) => Return::Value(values.first, values.second),
            Err(Stop::Errno(errno)) => Return::Error(self.errno(errno).cast_unsigned()),
            other => return self.not_yet(other),
        };
        self.thread()?.call = None;
        self.cpu.finish(&mut self.memory, result);
        self.threads.turn += 1;
        Ok(())
    }

    pub(crate) fn attempt_library(&mut self, index: usize) -> std::result::Result<(), Stop> {
        let answer = self.library_function(index);
        match answer {
            Ok(values) => {
                self.thread()?.call = None;
                self.threads.turn += 1;
                self.cpu
                    .c_return(&mut self.memory, values.first, values.second)
            }
            Err(Stop::Errno(errno)) => {
                self.thread()?.call = None;
                self.set_errno(errno)?;
                self.cpu.c_return(&mut self.memory, FAILED, None)
            }
            other => self.not_yet(other),
        }
    }

    /// A call that neither returns a value nor an error.
    fn not_yet(&mut self, answer: Answer) -> std::result::Result<(), Stop> {
        match answer {
            Err(Stop::Wait(wait)) => {
                let thread = self.thread()?;
                thread.progress.began = true;
                thread.progress.woken = false;
                thread.wait = Some(wait);
                Ok(())
            }
            Err(Stop::Resumed) => {
                self.thread()?.call = None;
                Ok(())
            }
            Err(Stop::ThreadEnds) => {
                let thread = self.thread()?;
                thread.ended = true;
                thread.call = None;
                let (id, on_exit) = (thread.id, thread.on_exit);
                if on_exit != 0 {
                    self.memory.put_u64(on_exit, 1)?;
                    self.wake(on_exit, usize::MAX);
                }
                for other in &mut self.threads.all {
                    if other
                        .wait
                        .as_ref()
                        .is_some_and(|wait| wait.thread == Some(id))
                    {
                        other.progress.woken = true;
                    }
                }
                Ok(())
            }
            Err(stop) => Err(stop),
            Ok(_) => Ok(()),
        }
    }

    /// Wakes as many of those that wait for an address, and says how many.
    pub(crate) fn wake(&mut self, address: u64, most: usize) -> u64 {
        let waiting = self.threads.all.iter_mut().filter(|thread| {
            let wait = thread.wait.as_ref();
            wait.is_some_and(|wait| wait.address == Some(address)) && !thread.progress.woken
        });
        let mut woken = 0;
        for thread in waiting.take(most) {
            thread.progress.woken = true;
            woken += 1;
        }
        woken
    }

    /// Lets a thread run that can: the present one while its turn lasts.
    fn choose(&mut self) -> std::result::Result<(), Stop> {
        let current = self.threads.current;
        let present = self.threads.all.get(current);
        let stays = present.is_some_and(|thread| !thread.ended && thread.wait.is_none());
        if stays && (self.threads.turn < TURN || self.threads.all.len() == 1) {
            return Ok(());
        }
        self.threads.turn = 0;
        loop {
            let ready = self.look(stays)?;
            // The one after the present comes first.
            let count = self.threads.all.len();
            let order = (1..=count).map(|step| (current + step) % count);
            if let Some(next) = order.into_iter().find(|index| ready.contains(index)) {
                return self.switch(next);
            }
            self.tick();
            if limit::is_over() {
                return Ok(());
            }
            if let Some(next) = self.interrupted() {
                return self.switch(next);
            }
        }
    }

    /// The threads that can run. Unless one can at once, waits for one.
    fn look(&mut self, at_once: bool) -> std::result::Result<Vec<usize>, Stop> {
        let now = Instant::now();
        let living = || {
            self.threads
                .all
                .iter()
                .enumerate()
                .filter(|(_, thread)| !thread.ended)
        };
        let mut ready: Vec<usize> = living()
            .filter(|(_, thread)| thread.is_done_waiting(now))
            .map(|(index, _)| index)
            .collect();
        let mut owners = Vec::new();
        let mut fds = Vec::new();
        let mut until = self
            .signals
            .next_alarm()
            .into_iter()
            .chain(self.limit)
            .min();
        for (index, thread) in living() {
            let Some(wait) = &thread.wait else { continue };
            for &(fd, events) in &wait.fds {
                owners.push(index);
                fds.push(libc::pollfd {
                    fd,
                    events,
                    revents: 0,
                });
            }
            until = until.into_iter().chain(wait.until).min();
        }
        if living().next().is_none() {
            return Err(Stop::Exit(0));
        }
        let at_once = at_once || !ready.is_empty() || self.interrupted().is_some();
        let left = match until {
            _ if at_once => Some(Duration::ZERO),
            Some(until) => Some(until.saturating_duration_since(now)),
            None if fds.is_empty() => {
                return Err(Stop::Fault(format!(
                    "every thread waits for ever: {}",
                    self.waiting()
                )));
            }
            None => None,
        };
        host::poll(&mut fds, left)?;
        let seen = owners.iter().zip(&fds).filter(|(_, fd)| fd.revents != 0);
        ready.extend(seen.map(|(owner, _)| *owner));
        let now = Instant::now();
        let late = self.threads.all.iter().enumerate();
        ready.extend(
            late.filter(|(_, thread)| !thread.ended && thread.is_done_waiting(now))
                .map(|(index, _)| index),
        );
        Ok(ready)
    }

    /// What the threads wait in, in words.
    pub(crate) fn waiting(&self) -> String {
        let calls = self.threads.all.iter().filter(|thread| !thread.ended);
        let calls = calls.map(|thread| {
            let name = match thread.call {
                Some(InFlight::System(call)) => trace::name(self, &call),
                Some(InFlight::Library(index)) => self.libsystem.name(index),
                None => "its own code".to_string(),
            };
            format!("thread {} in {name}", thread.id)
        });
        calls.collect::<Vec<_>>().join(", ")
    }

    /// A thread that waits and that a signal ends the wait of.
    fn interrupted(&self) -> Option<usize> {
        let mut all = self.threads.all.iter();
        all.position(|thread| !thread.ended && thread.wait.is_some() && self.has_signal(thread))
    }

    fn switch(&mut self, next: usize) -> std::result::Result<(), Stop> {
        let current = self.threads.current;
        if next != current {
            let saved = self.memory.engine.save()?;
            self.thread()?.context = Some(saved);
            self.threads.current = next;
            if let Some(context) = self.thread()?.context.take() {
                self.memory.engine.restore(&context)?;
            }
        }
        self.thread()?.wait = None;
        Ok(())
    }
}
