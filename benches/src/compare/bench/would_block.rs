//! A receive that finds nothing: the cost of a call alone.

use std::hint::black_box;

use crate::compare::Result;
use crate::compare::calls::asm::Asm;
use crate::compare::calls::libc::Libc;
use crate::compare::calls::rustix::Rustix;
use crate::compare::calls::sc::Sc;
use crate::compare::calls::socket2::Socket2;
use crate::compare::calls::{STRIKE, StreamCalls};
use crate::compare::matrix::MESSAGE;
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
    let [mut empty, other] = sockets::tcp::<C>(Mode::Nonblocking)?;
    let mut room = [0; MESSAGE];
    Ok(Variant::repeating(name, move || {
        // The other end stays open with the variant.
        let _ = &other;
        match empty.recv(black_box(&mut room)) {
            Err(error) if C::would_block(&error) => Ok(()),
            Err(error) => Err(error.into()),
            Ok(n) => Err(format!("{n} bytes of nothing").into()),
        }
    }))
}
