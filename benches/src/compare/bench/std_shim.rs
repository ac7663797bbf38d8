//! sock::net beside std::net: the same program text over both, through `std::io`'s traits.
//!
//! The sockets are made by the library that is measured: one that sock::net adopts it may not wait
//! for in the receive.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use crate::compare::Result;
use crate::compare::exchange::{Exchange, Shared};
use crate::compare::message::{MESSAGE, Message};
use crate::compare::processors::Processors;
use crate::compare::sockets::ANY;
use crate::compare::variant::{Variant, between_threads};

/// How long each read and write may take.
const MINUTE: Duration = Duration::from_secs(60);

/// How far ahead the deadline of all reads and writes lies: beyond the end of any run.
const RUN: Duration = Duration::from_secs(600);

/// Two connected streams of a library, each set by `$set`.
macro_rules! pair {
    ($($net:ident)::+, $set:expr) => {{
        let listener = $($net)::+::TcpListener::bind(ANY)?;
        let a = $($net)::+::TcpStream::connect(listener.local_addr()?)?;
        let (b, _) = listener.accept()?;
        let set: fn(&$($net)::+::TcpStream) -> Result<()> = $set;
        for stream in [&a, &b] {
            stream.set_nodelay(true)?;
            set(stream)?;
        }
        [a, b].map(Shared)
    }};
}

/// The variants, each a pair of streams that goes to `$variant`.
macro_rules! variants {
    ($processors:expr, $variant:ident) => {{
        vec![
            $variant($processors, "sock", pair!(sock::net, |_| Ok(()))),
            $variant($processors, "std", pair!(std::net, |_| Ok(()))),
            $variant(
                $processors,
                "sock-time-out",
                pair!(sock::net, |stream| {
                    stream.set_read_timeout(Some(MINUTE))?;
                    Ok(stream.set_write_timeout(Some(MINUTE))?)
                }),
            ),
            $variant(
                $processors,
                "std-time-out",
                pair!(std::net, |stream| {
                    stream.set_read_timeout(Some(MINUTE))?;
                    Ok(stream.set_write_timeout(Some(MINUTE))?)
                }),
            ),
            $variant(
                $processors,
                "sock-deadline",
                pair!(sock::net, |stream| {
                    stream.set_read_deadline(Some(Instant::now() + RUN));
                    stream.set_write_deadline(Some(Instant::now() + RUN));
                    Ok(())
                }),
            ),
        ]
    }};
}

pub(crate) fn setup_round_trip(processors: Processors) -> Result<Vec<Variant>> {
    // Each call of glibc's that may wait is a cancellation point, which costs two atomic
    // instructions once the process has had a second thread. So that this does not depend on which
    // benches have run before, there is one.
    std::thread::spawn(|| ())
        .join()
        .map_err(|_| "a thread panicked")?;
    Ok(variants!(processors, in_one_thread))
}

pub(crate) fn setup_ping_pong(processors: Processors) -> Result<Vec<Variant>> {
    Ok(variants!(processors, in_two_threads))
}

fn in_one_thread<S: Send + 'static>(
    _: Processors,
    name: &'static str,
    [mut here, mut there]: [Shared<S>; 2],
) -> Variant
where
    for<'a> &'a S: Read + Write,
{
    let (mut message, mut echo) = (Message::new(), [0; MESSAGE]);
    Variant::repeating(name, move || {
        let (sent, room) = message.next();
        here.send_all(sent)?;
        there.recv_exact(&mut echo)?;
        there.send_all(&echo)?;
        here.recv_exact(room)?;
        message.check()
    })
}

fn in_two_threads<S: Send + 'static>(
    processors: Processors,
    name: &'static str,
    ends: [Shared<S>; 2],
) -> Variant
where
    for<'a> &'a S: Read + Write,
{
    between_threads(name, ends, processors.first)
}
