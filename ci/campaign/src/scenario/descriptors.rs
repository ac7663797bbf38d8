//! Messages with descriptors, into control data that is sometimes too small: what comes works, what does not is
//! closed and told of, and nothing is left open.

use fastrand::Rng;
use sock_core::{
    Abi, Backend, Control, ControlBuffer, Deadline, Error, IoSlice, IoSliceMut, MessageFlags,
    PollEvents, RecvFlags, RecvMsg, SendFlags, SendMsg, UnixStream,
};
use sock_sim::{Fault, Sim};

use crate::failure::{Check, ensure};
use crate::pairs;
use crate::plan::Plan;
use crate::world::{SHORTAGE, World};

/// The most descriptors in a message here.
const MOST: usize = 4;

/// `struct cmsghdr`, and a descriptor in it.
const HEADER: usize = 16;
const DESCRIPTOR: usize = 4;

type Pipe<A> = UnixStream<Sim<A>>;

pub(crate) fn play<A: Abi>(world: &World<A>, plan: &mut Plan<'_>) -> Check {
    let (a, b) = pairs::unix(world)?;
    let mut random = plan.stream();
    for _ in 0..plan.number("messages", 1..=8) {
        let passed = random.usize(0..=MOST);
        let room = random.usize(0..=MOST);
        pass(world, &mut random, (&a, &b), (passed, room))?;
    }
    // One that is never received goes with its queue.
    if plan.number("left-behind", 0..=1) == 1 {
        let (one, _other) = pairs::unix(world)?;
        send(world, &a, b"x", &[&one])?;
    }
    Ok(())
}

/// Passes so many descriptors into room for so many.
fn pass<A: Abi>(
    world: &World<A>,
    random: &mut Rng,
    (from, to): (&Pipe<A>, &Pipe<A>),
    (count, room): (usize, usize),
) -> Check {
    let mut kept = Vec::new();
    let mut passed = Vec::new();
    for _ in 0..count {
        let (here, there) = pairs::unix(world)?;
        kept.push(here);
        passed.push(there);
    }
    send(
        world,
        from,
        b"descriptors",
        &passed.iter().collect::<Vec<_>>(),
    )?;
    drop(passed);
    let before = world.open_descriptors();
    let mut control = ControlBuffer::<{ HEADER + DESCRIPTOR * MOST }>::new();
    let control = control.as_mut_slice().get_mut(
        ..match room {
            0 => random.usize(0..HEADER + DESCRIPTOR),
            room => HEADER + DESCRIPTOR * room,
        },
    );
    let (came, cut) = receive(world, to, control.unwrap_or_default())?;
    let fits = count.min(room);
    ensure!(
        came.len() <= fits,
        "{} of {fits} descriptors came",
        came.len()
    );
    ensure!(
        came.len() == fits || world.faults.has(Fault::ControlCut),
        "only {} of {fits} descriptors came",
        came.len()
    );
    ensure!(
        cut == (came.len() < count),
        "{} of {count} came, cut: {cut}",
        came.len()
    );
    let open = world.open_descriptors();
    ensure!(
        open == before + came.len(),
        "{open} are open, not {before} and {}",
        came.len()
    );
    for (here, there) in kept.iter().zip(&came) {
        send(world, there, b"y", &[])?;
        let mut room = [0; 2];
        let n = world.patiently(|| here.recv_by(&mut room, Deadline::NEVER))?;
        ensure!(room.get(..n) == Some(b"y"), "another one came");
    }
    Ok(())
}

/// Whether a call is to be made again.
fn again<A: Abi>(world: &World<A>, fd: &Pipe<A>, error: Error<A>, events: PollEvents) -> Check {
    if error == Error::WOULD_BLOCK {
        world.patiently(|| fd.wait(events, Deadline::NEVER))?;
    } else if error != Error::INTERRUPTED {
        world.allow(error, SHORTAGE)?;
    }
    Ok(())
}

/// Sends all of the bytes; the descriptors go with the first of them.
fn send<A: Abi>(world: &World<A>, from: &Pipe<A>, bytes: &[u8], passed: &[&Pipe<A>]) -> Check {
    let mut passed: Vec<_> = passed.iter().map(|stream| stream.as_fd()).collect();
    let mut rest = bytes;
    while !rest.is_empty() {
        let parts = [IoSlice::new(rest)];
        let message = SendMsg::new(&parts).with_descriptors(&passed);
        match world
            .near
            .send_msg(from.as_fd(), &message, SendFlags::DONTWAIT)
        {
            Ok(n) => {
                passed.clear();
                rest = rest.get(n..).unwrap_or_default();
            }
            Err(error) => again(world, from, error, PollEvents::OUT)?,
        }
    }
    Ok(())
}

/// Receives what [`pass`] has sent: the descriptors, as streams, and whether some were cut off.
fn receive<A: Abi>(
    world: &World<A>,
    to: &Pipe<A>,
    control: &mut [u8],
) -> Check<(Vec<Pipe<A>>, bool)> {
    let (mut came, mut cut, mut bytes) = (Vec::new(), false, 0);
    while bytes < b"descriptors".len() {
        let mut room = [0; 11];
        let message = RecvMsg {
            parts: &mut [IoSliceMut::new(&mut room)],
            addr: &mut [],
            control: &mut *control,
        };
        match world
            .near
            .recv_msg(to.as_fd(), message, RecvFlags::DONTWAIT)
        {
            Ok(mut report) => {
                ensure!(report.len > 0, "the stream has ended");
                bytes += report.len;
                cut |= report.flags.contains(MessageFlags::CTRUNC);
                while let Some(fd) = report.control.take_descriptor() {
                    came.push(UnixStream::from_fd(world.near.clone(), fd)?);
                }
            }
            Err(error) => again(world, to, error, PollEvents::IN)?,
        }
    }
    Ok((came, cut))
}
