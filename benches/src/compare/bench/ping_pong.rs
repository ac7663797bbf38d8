//! A message there and back between two threads that wait for it, on one processor: every message
//! wakes a thread, and none an idle processor.

use std::time::Duration;

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

const MINUTE: Duration = Duration::from_secs(60);

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
        make.polling("asm-ppoll", Polls::<Asm<STRIKE>, false>)?,
        make.polling("rustix-ppoll", Polls::<Rustix<STRIKE>, false>)?,
    ])
}

pub(crate) fn setup_with_deadlines(processors: Processors) -> Result<Vec<Variant>> {
    let never = Deadline::NEVER;
    let each = Deadline::after(MINUTE);
    // Far enough for any run, as near as a deadline that a program would set.
    let point = Deadline::at(sock::now().saturating_add(MINUTE * 10));
    let make = Make(processors);
    Ok(vec![
        make.blocking("sock", each)?,
        make.blocking("sock-never", never)?,
        make.std_with_time_out("std")?,
        make.blocking("sock-at", point)?,
        make.deadlined("sock-waits", each)?,
        make.deadlined("sock-waits-never", never)?,
        make.polling("asm-ppoll", Polls::<Asm<STRIKE>, true>)?,
        make.polling("rustix-ppoll", Polls::<Rustix<STRIKE>, true>)?,
        make.deadlined("sock-waits-at", point)?,
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
    fn polling<C: Calls, E: Exchange>(
        &self,
        name: &'static str,
        end: impl Fn(C) -> E,
    ) -> Result<Variant> {
        self.between(name, Mode::Nonblocking, end)
    }

    fn std_with_time_out(&self, name: &'static str) -> Result<Variant> {
        let ends = sockets::tcp::<std::net::TcpStream>(Mode::Blocking)?;
        for stream in &ends {
            stream.set_read_timeout(Some(MINUTE))?;
            stream.set_write_timeout(Some(MINUTE))?;
        }
        Ok(between_threads(name, ends.map(Whole), self.0.first))
    }
}
