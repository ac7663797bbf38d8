//! A datagram there and back: four calls with addresses.

use crate::compare::Result;
use crate::compare::calls::asm::Asm;
use crate::compare::calls::libc::Libc;
use crate::compare::calls::rustix::Rustix;
use crate::compare::calls::sc::Sc;
use crate::compare::calls::socket2::Socket2;
use crate::compare::calls::{self, DatagramCalls, STRIKE};
use crate::compare::message::{MESSAGE, Message};
use crate::compare::processors::Processors;
use crate::compare::sockets;
use crate::compare::variant::Variant;

pub(crate) fn setup(_: Processors) -> Result<Vec<Variant>> {
    Ok(vec![
        variant::<sock::UdpSocket>("sock")?,
        variant::<Asm<STRIKE>>("asm")?,
        variant::<Rustix<STRIKE>>("rustix")?,
        variant::<std::net::UdpSocket>("std")?,
        variant::<Sc<STRIKE>>("sc")?,
        variant::<Socket2<STRIKE>>("socket2")?,
        variant::<Libc<STRIKE>>("libc")?,
    ])
}

fn variant<C: DatagramCalls>(name: &'static str) -> Result<Variant> {
    let ((mut here, _), (mut there, addr)) = (sockets::udp::<C>()?, sockets::udp::<C>()?);
    let addr = C::addr(addr);
    let (mut message, mut echo) = (Message::new(), [0; MESSAGE]);
    Ok(Variant::repeating(name, move || {
        let (question, room) = message.next();
        sent(here.send_to(question, &addr)?)?;
        let from = receive(&mut there, &mut echo)?;
        sent(there.send_to(&echo, &from)?)?;
        receive(&mut here, room)?;
        message.check()
    }))
}

#[inline(always)]
fn sent(n: usize) -> Result<()> {
    if n == MESSAGE {
        Ok(())
    } else {
        Err("a datagram was cut".into())
    }
}

#[inline(always)]
fn receive<C: DatagramCalls>(calls: &mut C, room: &mut [u8]) -> Result<C::Addr> {
    let (n, from) = calls::arrived::<C, _>(|| calls.recv_from(room))?;
    sent(n)?;
    Ok(from)
}
