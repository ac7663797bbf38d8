//! A receive that finds nothing: the cost of a call alone.

use std::hint::black_box;

use crate::compare::Result;
use crate::compare::calls::asm::Asm;
use crate::compare::calls::libc::Libc;
use crate::compare::calls::rustix::Rustix;
use crate::compare::calls::sc::Sc;
use crate::compare::calls::socket2::Socket2;
use crate::compare::calls::{self, STRIKE, StreamCalls};
use crate::compare::message::{MESSAGE, Message};
use crate::compare::processors::Processors;
use crate::compare::sockets::{self, Mode};
use crate::compare::variant::Variant;

pub(crate) fn setup(_: Processors) -> Result<Vec<Variant>> {
    Ok(vec![
        variant::<sock::TcpStream>("sock")?,
        variant::<Asm<STRIKE>>("asm")?,
        variant::<Rustix<STRIKE>>("rustix")?,
        variant::<std::net::TcpStream>("std")?,
        variant::<Sc<STRIKE>>("sc")?,
        variant::<Socket2<STRIKE>>("socket2")?,
        variant::<Libc<STRIKE>>("libc")?,
    ])
}

fn variant<C: StreamCalls>(name: &'static str) -> Result<Variant> {
    let [empty, other] = sockets::tcp::<C>(Mode::Nonblocking)?;
    let streams = Streams {
        empty,
        other,
        message: Message::new(),
        room: [0; MESSAGE],
    };
    Ok(Variant::checked(name, streams, arrives, finds_nothing))
}

struct Streams<C> {
    empty: C,
    /// Stays open with the variant.
    other: C,
    message: Message,
    room: [u8; MESSAGE],
}

/// That the receive would find something if there were any.
fn arrives<C: StreamCalls>(streams: &mut Streams<C>) -> Result<()> {
    let (sent, room) = streams.message.next();
    streams.other.send(sent)?;
    calls::arrived::<C, _>(|| streams.empty.recv(room))?;
    streams.message.check()
}

#[inline(always)]
fn finds_nothing<C: StreamCalls>(streams: &mut Streams<C>) -> Result<()> {
    match streams.empty.recv(black_box(&mut streams.room)) {
        Err(error) if C::would_block(&error) => Ok(()),
        Err(error) => Err(error.into()),
        Ok(n) => Err(format!("{n} bytes of nothing").into()),
    }
}
