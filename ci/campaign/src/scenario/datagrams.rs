//! Messages that are kept apart, over UDP, Unix datagrams and seqpackets: each arrives whole or not at all, says when
//! it was cut, comes in order and once where nothing on the way says otherwise, and tells who sent it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fastrand::Rng;
use sock_core::{
    Abi, ConnectedUdpSocket, Deadline, Error, ErrorKind, IoSlice, Rejected, SocketAddr, UdpSocket,
    UnixAddr, UnixDatagram, UnixSeqpacket,
};
use sock_sim::Sim;

use crate::failure::{Check, Failure, ensure};
use crate::ledger::{Ledger, Way};
use crate::plan::{Plan, size};
use crate::until::Until;
use crate::world::{SHORTAGE, World};

pub(crate) fn play<A: Abi>(world: &World<A>, plan: &mut Plan<'_>) -> Check {
    let post = Post {
        world,
        count: plan.number("messages", 1..=24),
        most: plan.size("message", 4, 2000),
        ledger: Mutex::new(Ledger::new(Way::default())),
    };
    match plan.number("socket", 0..=3) {
        0 => unix(post, plan),
        1 => seqpacket(post, plan),
        _ => udp(post, plan),
    }
}

/// No datagram is on its way for longer.
const QUIET: Duration = Duration::from_secs(100);

/// Messages on their way.
struct Post<'w, A: Abi> {
    world: &'w World<A>,
    count: u64,
    most: u64,
    ledger: Mutex<Ledger>,
}

impl<A: Abi> Post<'_, A> {
    /// Never held over a call: who runs next may want it.
    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends one message; says whether it went.
    fn send(
        &self,
        random: &mut Rng,
        send: impl FnOnce(&[u8], Deadline) -> Result<usize, Error<A>>,
    ) -> Check<bool> {
        let until = Until::any(random, self.world.now());
        // It may come before the send returns.
        let bytes = self.ledger().send(random, self.most);
        match self.world.by(until, random, |end| send(&bytes, end))? {
            Ok(n) => {
                ensure!(
                    n == bytes.len(),
                    "{n} bytes of a message of {}",
                    bytes.len()
                );
                Ok(true)
            }
            Err(error) => {
                self.ledger().take_back();
                let late = [ErrorKind::DeadlinePassed];
                self.world.allow_any(error, &[SHORTAGE, &late])?;
                Ok(false)
            }
        }
    }

    /// Receives one message; says whether one came.
    fn receive(
        &self,
        random: &mut Rng,
        until: Until,
        receive: impl FnOnce(&mut [u8], Deadline) -> Result<(usize, bool), Error<A>>,
    ) -> Check<bool> {
        let mut room = match random.u8(0..4) {
            0 => vec![0; size(random, 0, self.most) as usize],
            _ => vec![0; self.most as usize],
        };
        match self
            .world
            .by(until, random, |end| receive(&mut room, end))?
        {
            Ok((n, truncated)) => {
                let bytes = room.get(..n).unwrap_or_default();
                self.ledger().came(bytes, room.len(), truncated)?;
                Ok(true)
            }
            Err(error) => {
                let late = [ErrorKind::DeadlinePassed];
                self.world.allow_any(error, &[SHORTAGE, &late])?;
                Ok(false)
            }
        }
    }

    /// Sends all, and receives all in another thread: nothing is lost.
    fn exchange(
        &self,
        plan: &mut Plan<'_>,
        send: impl Fn(&[u8], Deadline) -> Result<usize, Error<A>>,
        receive: impl Fn(&mut [u8], Deadline) -> Result<(usize, bool), Error<A>> + Sync,
    ) -> Check {
        let (mut outs, mut ins) = (plan.stream(), plan.stream());
        let (came, went) = self.world.near.together(
            || {
                let (mut came, mut patience) = (0, self.world.patience());
                while came < self.count {
                    let until = Until::any(&mut ins, self.world.now());
                    let one = self.receive(&mut ins, until, &receive)?;
                    came += u64::from(one);
                    patience.is_over(one)?;
                }
                Ok::<_, Failure>(())
            },
            || {
                let mut went = 0;
                while went < self.count {
                    match self.send(&mut outs, &send)? {
                        true => went += 1,
                        // A queue that is full is an error on a BSD, and time must pass.
                        false => self.world.nap(&mut outs)?,
                    }
                }
                Ok::<_, Failure>(())
            },
        );
        came?;
        went?;
        self.ledger().close()
    }
}

fn unix<A: Abi>(post: Post<'_, A>, plan: &mut Plan<'_>) -> Check {
    let world = post.world;
    let path = UnixAddr::path(b"/tmp/post")?;
    let near = || world.near.clone();
    let receiver = world.patiently(|| UnixDatagram::bind_in(near(), &path))?;
    let sender = world.patiently(|| UnixDatagram::open(near()))?;
    let receive = |room: &mut [u8], end| {
        let received = receiver.recv_from_by(room, end)?;
        Ok((received.bytes, received.truncated))
    };
    match plan.number("connected", 0..=1) {
        0 => post.exchange(
            plan,
            |bytes, end| sender.send_to_by(bytes, &path, end),
            receive,
        ),
        _ => {
            let connected = sender.connect(&path);
            // One that did not come about for want of something gives the socket back.
            let again =
                |Rejected { error, socket }: Rejected<UnixDatagram<Sim<A>>, A>| match SHORTAGE
                    .contains(&error.kind())
                {
                    true => socket.connect(&path),
                    false => Err(Rejected { error, socket }),
                };
            let Ok(sender) = connected.or_else(again).or_else(again) else {
                return Ok(());
            };
            post.exchange(plan, |bytes, end| sender.send_by(bytes, end), receive)
        }
    }
}

fn seqpacket<A: Abi>(post: Post<'_, A>, plan: &mut Plan<'_>) -> Check {
    let near = || post.world.near.clone();
    let (a, b) = match post.world.patiently(|| UnixSeqpacket::pair_in(near())) {
        // Darwin has none.
        Err(error) if error.kind() == ErrorKind::Unsupported => return Ok(()),
        pair => pair?,
    };
    post.exchange(
        plan,
        |bytes, end| a.send_by(bytes, end),
        |room, end| {
            let received = b.recv_by(room, end)?;
            Ok((received.bytes, received.truncated))
        },
    )
}

/// A UDP socket that has a peer now and then.
enum Sender<A: Abi> {
    Free(UdpSocket<Sim<A>>),
    Tied(ConnectedUdpSocket<Sim<A>>),
}

impl<A: Abi> Sender<A> {
    fn send(&self, bytes: &[u8], to: &SocketAddr<A>, end: Deadline) -> Result<usize, Error<A>> {
        match self {
            Sender::Free(socket) => socket.send_to_by(bytes, to, end),
            Sender::Tied(socket) if bytes.len().is_multiple_of(2) => {
                let (first, second) = bytes.split_at(bytes.len() / 2);
                socket.send_vectored_by(&[IoSlice::new(first), IoSlice::new(second)], end)
            }
            Sender::Tied(socket) => socket.send_by(bytes, end),
        }
    }

    /// The other state.
    fn turn(self, to: &SocketAddr<A>) -> Check<Self> {
        Ok(match self {
            Sender::Free(socket) => match socket.connect(to) {
                Ok(socket) => Sender::Tied(socket),
                Err(Rejected { error, socket }) => {
                    ensure!(SHORTAGE.contains(&error.kind()), "unexpected: {error}");
                    Sender::Free(socket)
                }
            },
            Sender::Tied(socket) => match socket.disconnect() {
                Ok(socket) => Sender::Free(socket),
                Err(Rejected { error, socket }) => {
                    ensure!(SHORTAGE.contains(&error.kind()), "unexpected: {error}");
                    Sender::Tied(socket)
                }
            },
        })
    }
}

fn udp<A: Abi>(post: Post<'_, A>, plan: &mut Plan<'_>) -> Check {
    let (world, mut random) = (post.world, plan.stream());
    post.ledger().way = world.way();
    let receiver = world.patiently(|| UdpSocket::bind_in(world.far.clone(), &world.addr))?;
    let to = receiver.local_addr()?;
    // A port that the kernel has picked is not kept over a connect and its end.
    let mut from = world.near_peer();
    from.set_port(5000);
    let mut sender =
        Sender::Free(world.patiently(|| UdpSocket::bind_in(world.near.clone(), &from))?);
    let receive = |room: &mut [u8], end| {
        let received = receiver.recv_from_by(room, end)?;
        // Whoever it was that sent it, it was not another one.
        match received.from == from {
            true => Ok((received.bytes, received.truncated)),
            false => Err(Error::WRONG_FAMILY),
        }
    };
    let mut sent = 0;
    while sent < post.count {
        match random.u8(0..8) {
            0 => sender = sender.turn(&to)?,
            1..=5 => {
                post.send(&mut random, |bytes, end| sender.send(bytes, &to, end))?;
                sent += 1;
            }
            _ => {
                let until = Until::any(&mut random, world.now());
                post.receive(&mut random, until, receive)?;
            }
        }
    }
    // Whatever is on its way has come when nothing has for so long.
    let mut last = world.now();
    while world.now() <= last.saturating_add(QUIET) {
        if post.receive(&mut random, Until::After(2 * QUIET), receive)? {
            last = world.now();
        }
    }
    post.ledger().close()
}
