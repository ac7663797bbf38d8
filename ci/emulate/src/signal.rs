//! Signals: handlers, masks, the alarm, and what arrives when.
//!
//! A signal arrives when its thread is about to run: after a call, or instead of a wait.

mod calls;

use std::time::{Duration, Instant};

use crate::cpu::Return;
use crate::kernel::{Answer, Kernel};
use crate::thread::InFlight;
use crate::unicorn::Context;
use crate::{Arch, Stop, System};

/// The signals of a process.
#[derive(Debug, Default)]
pub(crate) struct Signals {
    actions: Vec<(i64, Action)>,
    alarm: Option<Alarm>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Action {
    pub(crate) handler: u64,
    pub(crate) mask: u128,
    pub(crate) flags: i64,
}

/// SIG_DFL and SIG_IGN, in both systems.
const DEFAULT: u64 = 0;
const IGNORE: u64 = 1;

#[derive(Clone, Copy, Debug)]
struct Alarm {
    next: Instant,
    period: Duration,
}

/// A handler that runs, and what it interrupted.
#[derive(Debug)]
pub(crate) struct Frame {
    context: Context,
    mask: u128,
    stack: u64,
}

/// Room for `siginfo_t` and `ucontext_t`, more than any of the systems takes.
const FRAME: u64 = 2048;

fn bit(signal: i64) -> u128 {
    1u128.checked_shl((signal - 1).max(0) as u32).unwrap_or(0)
}

impl Signals {
    pub(crate) fn next_alarm(&self) -> Option<Instant> {
        self.alarm.map(|alarm| alarm.next)
    }

    fn action(&self, signal: i64) -> Action {
        let found = self.actions.iter().find(|(number, _)| *number == signal);
        found.map(|(_, action)| *action).unwrap_or_default()
    }
}

impl Kernel {
    pub(crate) fn signal_number(&self, name: &str) -> i64 {
        match name {
            "SIGPIPE" => self.n.SIGPIPE,
            "SIGILL" => self.n.SIGILL,
            "SIGSYS" => self.n.SIGSYS,
            _ => self.n.SIGSEGV,
        }
    }

    /// Whether by default nothing happens.
    fn is_harmless(&self, signal: i64) -> bool {
        let n = &self.n;
        [n.SIGCHLD, n.SIGURG, n.SIGCONT, n.SIGWINCH, n.SIGIO].contains(&signal)
    }

    fn is_ignored(&self, signal: i64) -> bool {
        match self.signals.action(signal).handler {
            IGNORE => true,
            DEFAULT => self.is_harmless(signal),
            _ => false,
        }
    }

    /// Sends a signal to the thread that runs.
    pub(crate) fn raise(&mut self, signal: i64) -> Result<(), Stop> {
        if !self.is_ignored(signal) {
            self.thread()?.pending |= bit(signal);
        }
        Ok(())
    }

    /// Sends a signal to a thread.
    pub(crate) fn raise_at(&mut self, thread: i64, signal: i64) -> Result<(), Stop> {
        let ignored = self.is_ignored(signal);
        let mut all = self.threads.all.iter_mut();
        let thread = all
            .find(|other| other.id == thread && !other.ended)
            .ok_or(libc::ESRCH)?;
        if !ignored && signal != 0 {
            thread.pending |= bit(signal);
        }
        Ok(())
    }

    /// Looks at the alarm: a signal for the process, which the first thread takes that lets it in.
    pub(crate) fn tick(&mut self) {
        let Some(alarm) = &mut self.signals.alarm else {
            return;
        };
        let now = Instant::now();
        if alarm.next > now {
            return;
        }
        if alarm.period.is_zero() {
            self.signals.alarm = None;
        } else {
            while alarm.next <= now {
                alarm.next += alarm.period;
            }
        }
        let signal = self.n.SIGALRM;
        if self.is_ignored(signal) {
            return;
        }
        let mut living = self.threads.all.iter_mut().filter(|thread| !thread.ended);
        let open = living.find(|thread| thread.mask & bit(signal) == 0);
        if let Some(thread) = open {
            thread.pending |= bit(signal);
        } else if let Some(thread) = self.threads.all.first_mut() {
            thread.pending |= bit(signal);
        }
    }

    /// Whether a signal has come that the thread lets in.
    pub(crate) fn has_signal(&self, thread: &crate::thread::Thread) -> bool {
        thread.pending & !thread.mask != 0
    }

    /// Delivers a signal to the thread that runs, if one has come: whether it did.
    pub(crate) fn deliver(&mut self) -> Result<bool, Stop> {
        let thread = self.thread()?;
        let open = thread.pending & !thread.mask;
        if open == 0 {
            return Ok(false);
        }
        let signal = i64::from(open.trailing_zeros()) + 1;
        thread.pending &= !bit(signal);
        let action = self.signals.action(signal);
        if self.is_ignored(signal) {
            return Ok(true);
        }
        if action.handler == DEFAULT {
            return Err(Stop::Signal(
                if signal == self.n.SIGPIPE {
                    "SIGPIPE"
                } else {
                    "a signal"
                },
                "it ends the program by default",
            ));
        }
        self.end_wait(action)?;
        if self.trace {
            eprintln!("--- signal {signal}");
        }
        self.enter_handler(signal, action).map(|()| true)
    }

    /// A call that waited fails with EINTR, or is made again behind the handler.
    fn end_wait(&mut self, action: Action) -> Result<(), Stop> {
        let restart = action.flags & self.n.SA_RESTART != 0;
        let thread = self.thread()?;
        if !thread.progress.began {
            return Ok(());
        }
        let progress = thread.progress;
        let Some(call) = thread.call.take() else {
            return Ok(());
        };
        let restarts = restart && self.restarts(&call);
        match call {
            _ if restarts => self.cpu.again(&mut self.memory),
            // What went before the signal counts.
            InFlight::System(_) if progress.done > 0 => {
                self.cpu
                    .finish(&mut self.memory, Return::Value(progress.done, None));
            }
            InFlight::System(_) => {
                let errno = self.errno(libc::EINTR).cast_unsigned();
                self.cpu.finish(&mut self.memory, Return::Error(errno));
            }
            InFlight::Library(_) if progress.done > 0 => {
                self.cpu.c_return(&mut self.memory, progress.done, None)?;
            }
            InFlight::Library(_) => {
                self.set_errno(libc::EINTR)?;
                self.cpu.c_return(&mut self.memory, u64::MAX, None)?;
            }
        }
        Ok(())
    }

    /// Whether a call begins anew after a handler with SA_RESTART: reads, writes and what waits for a thread; not
    /// what waits for events or for a time, nor a connect.
    fn restarts(&self, call: &InFlight) -> bool {
        let name = match call {
            InFlight::System(call) => crate::trace::name(self, call),
            InFlight::Library(index) => self.libsystem.name(*index),
        };
        let name = name
            .trim_start_matches('_')
            .split('$')
            .next()
            .unwrap_or_default();
        [
            "read",
            "write",
            "readv",
            "writev",
            "send",
            "sendto",
            "sendmsg",
            "recv",
            "recvfrom",
            "recvmsg",
            "accept",
            "accept4",
            "pthread_join",
        ]
        .contains(&name)
    }

    fn enter_handler(&mut self, signal: i64, action: Action) -> Result<(), Stop> {
        let red_zone = match (self.system, self.arch) {
            (System::FreeBsd, Arch::Arm64) => 0,
            _ => 128,
        };
        let context = self.memory.engine.save()?;
        let top = self.cpu.stack(&self.memory);
        let stack = (top - red_zone - FRAME) & !15;
        let mut frame = Vec::new();
        while (frame.len() as u64) < FRAME {
            frame.extend(self.cpu.poison().to_le_bytes());
        }
        // si_signo is the first member of both systems' siginfo_t.
        let number = (signal as u32).to_le_bytes();
        frame
            .iter_mut()
            .zip(number)
            .for_each(|(place, byte)| *place = byte);
        self.memory.write(stack, &frame)?;
        let thread = self.thread()?;
        thread.call = None;
        let mask = thread.mask;
        thread.frames.push(Frame {
            context,
            mask,
            stack,
        });
        thread.mask |= action.mask;
        if action.flags & self.n.SA_NODEFER == 0 {
            self.thread()?.mask |= bit(signal);
        }
        if action.flags & self.n.SA_RESETHAND != 0 {
            self.set_action(signal, Action::default());
        }
        let args = [signal.cast_unsigned(), stack, stack + FRAME / 2];
        let back = self.libsystem.trampoline();
        self.cpu
            .enter(&mut self.memory, action.handler, stack, &args, back)
    }

    /// The handler has returned: all registers are as they were, and the mask.
    pub(crate) fn leave_handler(&mut self) -> Answer {
        let stack = self.cpu.stack(&self.memory);
        let frame = self.thread()?.frames.pop();
        let Some(frame) = frame else {
            return Err(Stop::Fault(
                "a return from a handler that never ran".to_string(),
            ));
        };
        if frame.stack != stack {
            return Err(Stop::Fault(
                "a handler returned with another stack".to_string(),
            ));
        }
        self.memory.engine.restore(&frame.context)?;
        self.thread()?.mask = frame.mask;
        Err(Stop::Resumed)
    }

    fn set_action(&mut self, signal: i64, action: Action) {
        self.signals.actions.retain(|(number, _)| *number != signal);
        self.signals.actions.push((signal, action));
    }
}
