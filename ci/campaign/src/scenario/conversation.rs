//! Two sides that answer each other, as `Blocking` or not, with pauses: each message arrives whole, and what
//! `Blocking` has changed is undone when it is given up.

use sock_core::{Abi, Backend, Error, Protocol, RecvFlags, Stream};
use sock_sim::Sim;

use crate::failure::{Check, ensure};
use crate::pairs;
use crate::plan::{Plan, size};
use crate::side::{BROKEN, Side, sides};
use crate::world::{SHORTAGE, World};

pub(crate) fn play<A: Abi>(world: &World<A>, plan: &mut Plan<'_>) -> Check {
    match plan.number("socket", 0..=1) {
        0 => converse(world, plan, pairs::unix(world)?),
        _ => match pairs::tcp(world)? {
            Some(pair) => converse(world, plan, pair),
            None => Ok(()),
        },
    }
}

fn converse<A: Abi, P: Protocol + Send>(
    world: &World<A>,
    plan: &mut Plan<'_>,
    pair: (Stream<Sim<A>, P>, Stream<Sim<A>, P>),
) -> Check {
    let rounds = plan.size("rounds", 1, 60);
    let most = plan.size("message", 1, 5000);
    let pauses = plan.number("pauses", 0..=1) == 1;
    let mut lengths = plan.stream();
    let lengths: Vec<usize> = (0..rounds)
        .map(|_| size(&mut lengths, 1, most) as usize)
        .collect();
    let [here, there] = sides(world, &mut plan.stream(), pair, [true, true]);
    let (asked, answered) = world.near.together(
        || speak(here, &lengths, pauses, true),
        || speak(there, &lengths, pauses, false),
    );
    let (asked, answered) = (asked?, answered?);
    let both = [asked, answered];
    let whole = both == [End::Whole, End::Whole];
    ensure!(
        whole || both.contains(&End::Broken),
        "the conversation ended early, without an error"
    );
    Ok(())
}

/// How a side came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Whole,
    /// By an error.
    Broken,
    /// The peer has gone.
    Left,
}

/// One side; the one that begins sends first in each round.
fn speak<A: Abi, P: Protocol>(
    mut side: Side<'_, A, P>,
    lengths: &[usize],
    pauses: bool,
    begins: bool,
) -> Check<End> {
    for len in lengths {
        let went = !begins || side.send_fully(*len)?;
        let came = went && side.recv_fully(*len)?;
        if came && pauses && side.random.u8(0..2) == 0 {
            side.world.nap(&mut side.random)?;
        }
        if !came || !begins && !side.send_fully(*len)? {
            return Ok(match side.broken {
                true => End::Broken,
                false => End::Left,
            });
        }
        if side.random.u8(0..8) == 0 {
            side = side.turn()?;
        }
    }
    let (world, mut random) = (side.world, side.random.fork());
    let stream = side.into_stream()?;
    match begins {
        true => check_restored(world, &stream)?,
        false => world.nap(&mut random)?,
    }
    Ok(End::Whole)
}

/// The peer says nothing more until it goes: a receive that blocks waits for just that, whatever time-out `Blocking`
/// had set.
fn check_restored<A: Abi, P: Protocol>(world: &World<A>, stream: &Stream<Sim<A>, P>) -> Check {
    ensure!(stream.as_fd().is_nonblocking(), "it was left blocking");
    if world.is_silent() {
        return Ok(());
    }
    let backend = stream.backend();
    backend.set_nonblocking(stream.as_fd(), false)?;
    loop {
        match backend.recv(stream.as_fd(), &mut [0], RecvFlags::empty()) {
            Ok(n) => {
                ensure!(n == 0, "a byte too many came");
                return Ok(());
            }
            Err(error) if error == Error::INTERRUPTED => {}
            Err(error) if SHORTAGE.contains(&error.kind()) => {}
            Err(error) => return world.allow(error, BROKEN),
        }
    }
}
