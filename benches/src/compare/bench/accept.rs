//! Accepting connections that wait already: connecting and closing are not timed.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use socket2::SockRef;

use crate::compare::calls::asm::Asm;
use crate::compare::calls::libc::Libc;
use crate::compare::calls::rustix::Rustix;
use crate::compare::calls::sc::Sc;
use crate::compare::calls::socket2::Socket2;
use crate::compare::calls::{AcceptCalls, STRIKE};
use crate::compare::matrix::BACKLOG;
use crate::compare::processors::Processors;
use crate::compare::sockets::ANY;
use crate::compare::variant::{Sample, Variant};
use crate::compare::{Result, allocations};

pub(crate) fn setup(_: Processors) -> Result<Vec<Variant>> {
    Ok(vec![
        variant::<sock::TcpListener>("sock")?,
        variant::<Asm<STRIKE>>("asm")?,
        variant::<Rustix<STRIKE>>("rustix")?,
        variant::<TcpListener>("std")?,
        variant::<Sc<STRIKE>>("sc")?,
        variant::<Socket2<STRIKE>>("socket2")?,
        variant::<Libc<STRIKE>>("libc")?,
    ])
}

fn variant<C: AcceptCalls>(name: &'static str) -> Result<Variant> {
    let listener = TcpListener::bind(ANY)?;
    listener.set_nonblocking(true)?;
    let addr = listener.local_addr()?;
    let mut listener = C::over(listener.into())?;
    // They are kept until all have been timed, since closing would be timed otherwise.
    let mut accepted = Vec::with_capacity(BACKLOG as usize);
    let round = move |mut count: u32| {
        let (mut elapsed, mut allocated) = (Duration::ZERO, 0);
        while count > 0 {
            let batch = count.min(BACKLOG);
            let clients = clients(addr, batch)?;
            let (before, start) = (allocations::count(), Instant::now());
            for _ in 0..batch {
                accepted.push(listener.accept()?);
            }
            elapsed += start.elapsed();
            allocated += allocations::count() - before;
            for (client, accepted) in clients.iter().zip(&accepted) {
                if C::peer(accepted) != Some(client.local_addr()?) {
                    return Err("the address of a peer is not its own".into());
                }
            }
            drop(clients);
            accepted.clear();
            count -= batch;
        }
        Ok(Sample {
            elapsed,
            allocations: allocated,
        })
    };
    Ok(Variant {
        name,
        round: Box::new(round),
    })
}

/// Connections that reset when they are closed, lest each keep its port for a minute (RFC 9293,
/// TIME-WAIT).
fn clients(addr: SocketAddr, count: u32) -> Result<Vec<TcpStream>> {
    (0..count)
        .map(|_| {
            let client = TcpStream::connect(addr)?;
            SockRef::from(&client).set_linger(Some(Duration::ZERO))?;
            Ok(client)
        })
        .collect()
}
