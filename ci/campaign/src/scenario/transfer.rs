//! One side sends a stream of bytes, the other receives it, each in pieces and by deadlines of its
//! own: every byte arrives once and in order, or an error says that it did not.

use sock_core::abi::Kernel;
use sock_core::option::{RecvBuffer, SendBuffer};
use sock_core::{Abi, Protocol, Stream};
use sock_sim::Sim;

use crate::failure::{Check, ensure};
use crate::pairs;
use crate::plan::{Plan, size};
use crate::side::{Side, sides};
use crate::world::World;

pub(crate) fn play<A: Abi>(world: &World<A>, plan: &mut Plan<'_>) -> Check {
    match plan.number("socket", 0..=2) {
        0 => transfer(world, plan, pairs::unix(world)?),
        _ => match pairs::tcp(world)? {
            Some(pair) => transfer(world, plan, pair),
            None => Ok(()),
        },
    }
}

fn transfer<A: Abi, P: Protocol + Send>(
    world: &World<A>,
    plan: &mut Plan<'_>,
    pair: (Stream<Sim<A>, P>, Stream<Sim<A>, P>),
) -> Check {
    let total = plan.size("bytes", 1, 40_000) as usize;
    let (most_out, most_in) = (
        piece(plan, "sent-at-once", total),
        piece(plan, "received-at-once", total),
    );
    let ways = plan.number("blocking", 0..=3);
    // A BSD with a buffer of a few bytes sends a few bytes at a time; Linux has a least size.
    if !plan.rarely("large-buffers", 4) && A::KERNEL == Kernel::Linux {
        pair.0
            .set_option(SendBuffer, plan.size("send-buffer", 1, 8192) as u32)?;
        pair.1
            .set_option(RecvBuffer, plan.size("receive-buffer", 1, 8192) as u32)?;
    }
    let [mut from, mut to] = sides(
        world,
        &mut plan.stream(),
        pair,
        [ways & 1 > 0, ways & 2 > 0],
    );
    let (sent, came) = world.near.together(
        || send(&mut from, total, most_out),
        || receive(&mut to, most_in),
    );
    sent?;
    came?;
    let (sent, came) = (from.sent, to.received);
    ensure!(came <= sent, "{came} bytes came of {sent} that went");
    if !from.broken && !to.broken {
        ensure!(
            sent == total,
            "{sent} of {total} bytes went, without an error"
        );
        ensure!(
            came == sent,
            "{came} bytes came of {sent}, without an error"
        );
    }
    Ok(())
}

/// The most bytes of a piece: some dozens of them make the whole.
fn piece(plan: &mut Plan<'_>, name: &'static str, total: usize) -> usize {
    let least = (total / 32).max(1) as u64;
    plan.size(name, least, 10_000) as usize
}

fn send<A: Abi, P: Protocol>(side: &mut Side<'_, A, P>, total: usize, most: usize) -> Check {
    while side.sent < total {
        let len = (size(&mut side.random, 1, most as u64) as usize).min(total - side.sent);
        if !side.send_fully(len)? {
            return Ok(());
        }
    }
    side.finish()
}

fn receive<A: Abi, P: Protocol>(side: &mut Side<'_, A, P>, most: usize) -> Check {
    loop {
        let len = size(&mut side.random, 1, most as u64) as usize;
        if !side.recv_fully(len)? {
            return Ok(());
        }
    }
}
