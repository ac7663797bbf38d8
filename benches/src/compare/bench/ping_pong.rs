//! A message there and back between two threads that wait for it, on one processor: every message
//! wakes a thread, and none an idle processor.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use sock::{Blocking, Deadline};

use crate::compare::Result;
use crate::compare::calls::asm::Asm;
use crate::compare::calls::libc::Libc;
use crate::compare::calls::rustix::Rustix;
use crate::compare::calls::sc::Sc;
use crate::compare::calls::socket2::Socket2;
use crate::compare::calls::{Calls, STRIKE, WAIT};
use crate::compare::exchange::{Deadlined, Exchange, Polls, Waits, Whole};
use crate::compare::processors::Processors;
use crate::compare::sockets::{self, Mode};
use crate::compare::variant::{Variant, between_threads};

/// How long each message may take.
const MINUTE: Duration = Duration::from_secs(60);

/// How far ahead the point lies that is the deadline of all messages: beyond the end of any run.
const RUN: Duration = Duration::from_secs(600);

pub(crate) fn setup(processors: Processors) -> Result<Vec<Variant>> {
    let never = Deadline::NEVER;
    let make = Make(processors);
    Ok(vec![
        make.blocking("sock", never)?,
        make.waiting("asm", Waits::<Asm<WAIT>>)?,
        make.waiting("rustix", Waits::<Rustix<WAIT>>)?,
        make.waiting("std", Whole)?,
        make.waiting("sc", Waits::<Sc<WAIT>>)?,
        make.waiting("socket2", Waits::<Socket2<WAIT>>)?,
        make.waiting("libc", Waits::<Libc<WAIT>>)?,
        make.deadlined("sock-waits", never)?,
        make.striking("asm-ppoll", |asm: Asm<STRIKE>| Polls(asm, || None))?,
        make.striking("rustix-ppoll", |rustix: Rustix<STRIKE>| {
            Polls(rustix, || None)
        })?,
    ])
}

pub(crate) fn setup_with_deadlines(processors: Processors) -> Result<Vec<Variant>> {
    let each = Deadline::after(MINUTE);
    let point = Deadline::at(sock::now().saturating_add(RUN));
    let end = Instant::now() + RUN;
    let left = move || Some(end.saturating_duration_since(Instant::now()));
    let make = Make(processors);
    Ok(vec![
        make.blocking("sock", each)?,
        make.with_time_out("asm", Waits::<Asm<WAIT>>)?,
        make.with_time_out("std", Whole)?,
        make.blocking("sock-never", Deadline::NEVER)?,
        make.blocking("sock-at", point)?,
        make.deadlined("sock-waits", each)?,
        make.striking("asm-ppoll", |asm: Asm<STRIKE>| Polls(asm, || Some(MINUTE)))?,
        make.striking("rustix-ppoll", |rustix: Rustix<STRIKE>| {
            Polls(rustix, || Some(MINUTE))
        })?,
        make.deadlined("sock-waits-never", Deadline::NEVER)?,
        make.deadlined("sock-waits-at", point)?,
        make.striking("asm-ppoll-at", |asm: Asm<STRIKE>| Polls(asm, left))?,
    ])
}

struct Make(Processors);

impl Make {
    fn between<C: Calls, E: Exchange>(
        &self,
        name: &'static str,
        mode: Mode,
        end: impl Fn(C) -> E,
    ) -> Result<Variant> {
        let ends = sockets::tcp::<C>(mode)?.map(end);
        Ok(between_threads(name, ends, self.0.first))
    }

    /// Ours that waits in the receive.
    fn blocking(&self, name: &'static str, deadline: Deadline) -> Result<Variant> {
        self.between(name, Mode::Nonblocking, |stream: sock::TcpStream| {
            let mut stream = Blocking::new(stream);
            stream.set_read_deadline(deadline);
            stream.set_write_deadline(deadline);
            stream
        })
    }

    /// Ours that waits in ppoll.
    fn deadlined(&self, name: &'static str, deadline: Deadline) -> Result<Variant> {
        self.between(name, Mode::Nonblocking, |stream| {
            Deadlined(stream, deadline)
        })
    }

    /// Theirs that wait in the receive.
    fn waiting<C: Calls, E: Exchange>(
        &self,
        name: &'static str,
        end: impl Fn(C) -> E,
    ) -> Result<Variant> {
        self.between(name, Mode::Blocking, end)
    }

    /// Theirs that wait in ppoll.
    fn striking<C: Calls, E: Exchange>(
        &self,
        name: &'static str,
        end: impl Fn(C) -> E,
    ) -> Result<Variant> {
        self.between(name, Mode::Nonblocking, end)
    }

    /// Theirs that wait in the receive, until SO_RCVTIMEO: the deadline that a socket has by itself,
    /// though a coarse one.
    fn with_time_out<C: Calls, E: Exchange>(
        &self,
        name: &'static str,
        end: impl Fn(C) -> E,
    ) -> Result<Variant> {
        let [a, b] = sockets::tcp::<TcpStream>(Mode::Blocking)?;
        for stream in [&a, &b] {
            stream.set_read_timeout(Some(MINUTE))?;
            stream.set_write_timeout(Some(MINUTE))?;
        }
        let ends = [end(C::over(a.into())?), end(C::over(b.into())?)];
        Ok(between_threads(name, ends, self.0.first))
    }
}
