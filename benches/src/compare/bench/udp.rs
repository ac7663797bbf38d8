//! A datagram there and back: four calls with addresses.

use crate::compare::Result;
use crate::compare::calls::asm::Asm;
use crate::compare::calls::libc::Libc;
use crate::compare::calls::rustix::Rustix;
use crate::compare::calls::sc::Sc;
use crate::compare::calls::socket2::Socket2;
use crate::compare::calls::{DatagramCalls, STRIKE};
use crate::compare::matrix::MESSAGE;
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
    let mut message = [7; MESSAGE];
    Ok(Variant::repeating(name, move || {
        sent(here.send_to(&message, &addr)?)?;
        let from = receive(&mut there, &mut message)?;
        sent(there.send_to(&message, &from)?)?;
        receive(&mut here, &mut message).map(drop)
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

/// On the loopback interface a datagram is there when its send returns, but that the kernel may
/// leave the delivery to a thread of its own under load.
#[inline(always)]
fn receive<C: DatagramCalls>(calls: &mut C, room: &mut [u8]) -> Result<C::Addr> {
    loop {
        match calls.recv_from(room) {
            Ok((n, from)) => {
                sent(n)?;
                return Ok(from);
            }
            Err(error) if C::would_block(&error) => std::thread::yield_now(),
            Err(error) => return Err(error.into()),
        }
    }
}
