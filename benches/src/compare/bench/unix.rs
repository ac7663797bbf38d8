//! A message there and back between Unix streams: four calls, and little work for the kernel.

use crate::compare::Result;
use crate::compare::calls::asm::Asm;
use crate::compare::calls::libc::Libc;
use crate::compare::calls::rustix::Rustix;
use crate::compare::calls::sc::Sc;
use crate::compare::calls::socket2::Socket2;
use crate::compare::calls::{STRIKE, StreamCalls};
use crate::compare::exchange::{Exchange, Spins};
use crate::compare::message::{MESSAGE, Message};
use crate::compare::processors::Processors;
use crate::compare::sockets;
use crate::compare::variant::Variant;

pub(crate) fn setup(_: Processors) -> Result<Vec<Variant>> {
    Ok(vec![
        variant::<sock::UnixStream>("sock")?,
        variant::<Asm<STRIKE>>("asm")?,
        variant::<Rustix<STRIKE>>("rustix")?,
        variant::<std::os::unix::net::UnixStream>("std")?,
        variant::<Sc<STRIKE>>("sc")?,
        variant::<Socket2<STRIKE>>("socket2")?,
        variant::<Libc<STRIKE>>("libc")?,
    ])
}

fn variant<C: StreamCalls>(name: &'static str) -> Result<Variant> {
    let [mut here, mut there] = sockets::unix::<C>()?.map(Spins);
    let (mut message, mut echo) = (Message::new(), [0; MESSAGE]);
    Ok(Variant::repeating(name, move || {
        let (sent, room) = message.next();
        here.send_all(sent)?;
        there.recv_exact(&mut echo)?;
        there.send_all(&echo)?;
        here.recv_exact(room)?;
        message.check()
    }))
}
