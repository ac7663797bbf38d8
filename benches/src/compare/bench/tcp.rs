//! A message there and back between two threads, each of which tries until it has it.

use crate::compare::Result;
use crate::compare::calls::asm::Asm;
use crate::compare::calls::libc::Libc;
use crate::compare::calls::rustix::Rustix;
use crate::compare::calls::sc::Sc;
use crate::compare::calls::socket2::Socket2;
use crate::compare::calls::{STRIKE, StreamCalls};
use crate::compare::exchange::Spins;
use crate::compare::processors::Processors;
use crate::compare::sockets::{self, Mode};
use crate::compare::variant::{Variant, between_threads};

pub(crate) fn setup(processors: Processors) -> Result<Vec<Variant>> {
    Ok(vec![
        variant::<sock::TcpStream>("sock", processors)?,
        variant::<Asm<STRIKE>>("asm", processors)?,
        variant::<Rustix<STRIKE>>("rustix", processors)?,
        variant::<std::net::TcpStream>("std", processors)?,
        variant::<Sc<STRIKE>>("sc", processors)?,
        variant::<Socket2<STRIKE>>("socket2", processors)?,
        variant::<Libc<STRIKE>>("libc", processors)?,
    ])
}

fn variant<C: StreamCalls>(name: &'static str, processors: Processors) -> Result<Variant> {
    let second = processors
        .second
        .ok_or("two threads that spin need two processors")?;
    let ends = sockets::tcp::<C>(Mode::Nonblocking)?.map(Spins);
    Ok(between_threads(name, ends, second))
}
