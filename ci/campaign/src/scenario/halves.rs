//! The two halves of one stream in two threads, and a peer that sends everything back: the directions do not
//! disturb each other.

use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};

use fastrand::Rng;
use sock_core::{Abi, ErrorKind, Incomplete, Protocol, RecvHalf, SendHalf, Stream};
use sock_sim::Sim;

use crate::failure::{Check, Failure, ensure};
use crate::pairs;
use crate::pattern::Pattern;
use crate::plan::{Plan, size};
use crate::side::BROKEN;
use crate::world::{SHORTAGE, World};

/// What ends the work of a half, or does not.
const ENDED: &[ErrorKind] = &[ErrorKind::UnexpectedEnd, ErrorKind::NotConnected];

pub(crate) fn play<A: Abi>(world: &World<A>, plan: &mut Plan<'_>) -> Check {
    match plan.number("socket", 0..=1) {
        0 => echo(world, plan, pairs::unix(world)?),
        _ => match pairs::tcp(world)? {
            Some(pair) => echo(world, plan, pair),
            None => Ok(()),
        },
    }
}

/// How far somebody came, and whether an error ended it.
#[derive(Clone, Copy, Debug)]
struct Way {
    bytes: usize,
    broken: bool,
}

fn echo<A: Abi, P: Protocol + Sync + Send>(
    world: &World<A>,
    plan: &mut Plan<'_>,
    (mut near, far): (Stream<Sim<A>, P>, Stream<Sim<A>, P>),
) -> Check {
    let total = plan.size("bytes", 1, 20_000) as usize;
    world.bytes.fetch_add(2 * total as u64, Ordering::Relaxed);
    let pattern = Pattern(plan.stream().u64(..));
    let seeds = [(); 3].map(|()| plan.stream().u64(..));
    let (coming, going) = near.split();
    let (coming, going, far) = (once(coming), once(going), once(far));
    let ways = world.near.parties(seeds.len(), |party| {
        let mut random = Rng::with_seed(seeds.get(party).copied().unwrap_or(0));
        let random = &mut random;
        match party {
            0 => send_back(world, random, taken(&far)?),
            1 => send(world, random, taken(&going)?, pattern, total),
            _ => receive(world, random, taken(&coming)?, pattern),
        }
    });
    let ways: Vec<Way> = ways.into_iter().collect::<Check<_>>()?;
    let [there, went, came] = ways[..] else {
        return Err(Failure::new("a party is missing"));
    };
    ensure!(
        came.bytes <= there.bytes && there.bytes <= went.bytes,
        "{went:?} went, {there:?} was there, {came:?} came"
    );
    if !(there.broken || went.broken || came.broken) {
        let all = went.bytes == total && came.bytes == total;
        ensure!(all, "{came:?} came of {total}, without an error");
    }
    Ok(())
}

/// For one of several threads.
fn once<T>(value: T) -> Mutex<Option<T>> {
    Mutex::new(Some(value))
}

fn taken<T>(value: &Mutex<Option<T>>) -> Check<T> {
    let value = value.lock().unwrap_or_else(PoisonError::into_inner).take();
    value.ok_or_else(|| Failure::new("taken twice"))
}

/// Whether an error ends it; otherwise it is to be tried again.
fn ends<A: Abi>(world: &World<A>, error: sock_core::Error<A>) -> Check<bool> {
    let kind = error.kind();
    if kind == ErrorKind::DeadlinePassed || SHORTAGE.contains(&kind) {
        return Ok(false);
    }
    world.allow_any(error, &[BROKEN, ENDED])?;
    Ok(true)
}

fn send<A: Abi, P: Protocol>(
    world: &World<A>,
    random: &mut Rng,
    mut half: SendHalf<'_, Sim<A>, P>,
    pattern: Pattern,
    total: usize,
) -> Check<Way> {
    let (mut bytes, mut patience) = (0, world.patience());
    while bytes < total {
        let piece = size(random, 1, 10_000).min((total - bytes) as u64) as usize;
        let until = world.until(random);
        let piece = pattern.bytes(bytes, piece);
        let sent = world.by(until, random, |end| half.send_all(&piece, end))?;
        let (done, broken) = match sent {
            Ok(()) => (piece.len(), false),
            Err(Incomplete { done, error }) => (done, ends(world, error)?),
        };
        bytes += done;
        if broken || patience.is_over(done > 0)? {
            let broken = true;
            return Ok(Way { bytes, broken });
        }
    }
    let broken = half.shutdown().is_err();
    Ok(Way { bytes, broken })
}

fn receive<A: Abi, P: Protocol>(
    world: &World<A>,
    random: &mut Rng,
    mut half: RecvHalf<'_, Sim<A>, P>,
    pattern: Pattern,
) -> Check<Way> {
    let (mut bytes, mut patience) = (0, world.patience());
    loop {
        let mut room = vec![0; size(random, 1, 10_000) as usize];
        let until = world.until(random);
        let (n, broken) = match world.by(until, random, |end| half.recv_by(&mut room[..], end))? {
            Ok(0) => {
                return Ok(Way {
                    bytes,
                    broken: false,
                });
            }
            Ok(n) => (n, false),
            Err(error) => (0, ends(world, error)?),
        };
        pattern.check(bytes, room.get(..n).unwrap_or_default())?;
        bytes += n;
        if broken || patience.is_over(n > 0)? {
            let broken = true;
            return Ok(Way { bytes, broken });
        }
    }
}

fn send_back<A: Abi, P: Protocol>(
    world: &World<A>,
    random: &mut Rng,
    stream: Stream<Sim<A>, P>,
) -> Check<Way> {
    let (mut bytes, mut patience) = (0, world.patience());
    loop {
        let mut room = vec![0; size(random, 1, 10_000) as usize];
        let until = world.until(random);
        let received = world.by(until, random, |end| stream.recv_by(&mut room[..], end))?;
        let (n, mut broken) = match received {
            Ok(0) => {
                return Ok(Way {
                    bytes,
                    broken: false,
                });
            }
            Ok(n) => (n, false),
            Err(error) => (0, ends(world, error)?),
        };
        let mut rest = room.get(..n).unwrap_or_default();
        while let (false, [_, ..]) = (broken, rest) {
            let until = world.until(random);
            let sent = world.by(until, random, |end| stream.send_by(rest, end))?;
            let n = match sent {
                Ok(n) => n,
                Err(error) => {
                    broken = ends(world, error)?;
                    0
                }
            };
            bytes += n;
            rest = rest.get(n..).unwrap_or_default();
            broken |= patience.is_over(n > 0)?;
        }
        if broken || patience.is_over(n > 0)? {
            let broken = true;
            return Ok(Way { bytes, broken });
        }
    }
}
