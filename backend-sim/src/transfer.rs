//! The calls that may wait: connects, sends, receives and polls, each as long as it takes.

use std::sync::MutexGuard;

use sock_core::abi::Kernel as Of;
use sock_core::option::PassCredentials;
use sock_core::{Abi, Error, Instant, PollEvents, RecvFlags, SendFlags, SocketKind};

use crate::baton::Interest;
use crate::gate::{Direction, Waited};
use crate::kernel::Kernel;
use crate::sim::Result;
use crate::socket::{Delivery, Id};
use crate::{Call, Fault, Fd, PollFd, Sim};

type Guard<'s, A> = MutexGuard<'s, Kernel<A>>;

/// What control data takes beside descriptors, `struct cmsghdr`, and each descriptor in it; and
/// what a `struct ucred` takes with its own.
const HEADER: usize = 16;
const DESCRIPTOR: usize = 4;
const CREDENTIALS: usize = 32;

/// The longest that a clock stands still: a tick of a kernel with 100 of them in a second.
const TICK: u64 = 10_000_000;

impl<A: Abi> Sim<A> {
    pub(crate) fn connect_within<'s>(
        &'s self,
        mut kernel: Guard<'s, A>,
        id: Id,
        addr: &[u8],
    ) -> (Guard<'s, A>, Result<(), A>) {
        if let Err(error) = kernel.fail_at_once() {
            return (kernel, Err(error));
        }
        // A datagram socket only notes its peer: that waits for nothing.
        if kernel
            .socket(id)
            .is_ok_and(|socket| socket.kind == SocketKind::Datagram)
        {
            let out = kernel.connect(id, addr);
            return (kernel, out);
        }
        let blocks = kernel.socket(id).is_ok_and(|socket| !socket.nonblocking);
        let tcp = kernel.socket(id).is_ok_and(|socket| socket.is_tcp());
        if tcp {
            match kernel.connect(id, addr) {
                Err(error) if error == Error::IN_PROGRESS => {}
                out => return (kernel, out),
            }
            if !blocks {
                let interrupted = kernel.strike(Fault::Interrupted).is_some();
                let error = if interrupted {
                    Error::INTERRUPTED
                } else {
                    Error::IN_PROGRESS
                };
                return (kernel, Err(error));
            }
            let (kernel, out) = self.block_on(kernel, id, Direction::Send, false, |kernel, id| {
                kernel.connect_outcome(id)
            });
            let late = out == Err(Error::WOULD_BLOCK);
            return (kernel, if late { Err(Error::IN_PROGRESS) } else { out });
        }
        self.block_on(kernel, id, Direction::Send, false, |kernel, id| {
            kernel.connect(id, addr)
        })
    }

    pub(crate) fn transmit(
        &self,
        call: Call,
        fd: &Fd<A>,
        bytes: &[u8],
        to: Option<&[u8]>,
        rights: &[Id],
        flags: SendFlags,
    ) -> Result<usize, A> {
        let mut kernel = self.enter(call, Some(fd))?;
        let out;
        (kernel, out) = self.transmit_within(kernel, fd.id, (bytes, to, rights), flags);
        self.leave(kernel, out, |n| *n)
    }

    fn transmit_within<'s>(
        &'s self,
        mut kernel: Guard<'s, A>,
        id: Id,
        (bytes, to, mut rights): (&[u8], Option<&[u8]>, &[Id]),
        flags: SendFlags,
    ) -> (Guard<'s, A>, Result<usize, A>) {
        let linux_only = SendFlags::CONFIRM | SendFlags::MORE;
        let unknown = A::KERNEL != Of::Linux && flags.intersects(linux_only);
        let may = match unknown {
            true => Err(Error::NOT_SUPPORTED),
            false => kernel.fail_at_once(),
        };
        if let Err(error) = may {
            return (kernel, Err(error));
        }
        let dont_wait = flags.contains(SendFlags::DONTWAIT);
        let mut done = 0;
        loop {
            let rest = bytes.get(done..).unwrap_or_default();
            let sent;
            (kernel, sent) = self.block_on(kernel, id, Direction::Send, dont_wait, |kernel, id| {
                // Unix sockets take it for nothing, as on Linux; a datagram that grows with
                // each send is refused.
                let socket = kernel.socket(id)?;
                if flags.contains(SendFlags::MORE) && !socket.is_unix() && !socket.is_stream() {
                    return Err(Error::NOT_SUPPORTED);
                }
                kernel.send(id, rest, to, rights, flags)
            });
            // A stream that may wait takes all.
            match sent {
                Ok(n) => done += n,
                Err(_) if done > 0 => return (kernel, Ok(done)),
                Err(error) => return (kernel, Err(error)),
            }
            let nonblocking = kernel.socket(id).is_ok_and(|socket| socket.nonblocking);
            if done >= bytes.len() || dont_wait || nonblocking || kernel.has_hit(Fault::Short) {
                return (kernel, Ok(done));
            }
            rights = &[];
        }
    }

    /// Receives, with so many bytes of room for control data.
    pub(crate) fn receive(
        &self,
        call: Call,
        fd: &Fd<A>,
        room: usize,
        flags: RecvFlags,
        control: usize,
    ) -> Result<Delivery<A>, A> {
        let mut kernel = self.enter(call, Some(fd))?;
        let mut out = kernel.fail_at_once();
        if flags.contains(RecvFlags::ERRQUEUE) {
            out = Err(Error::NOT_SUPPORTED);
        }
        let out = match out {
            Ok(()) if flags.contains(RecvFlags::OOB) => {
                kernel.receive_urgent(fd.id, room, flags.contains(RecvFlags::PEEK))
            }
            Ok(()) => {
                let mut received;
                (kernel, received) = self.receive_within(kernel, fd.id, room, flags);
                if let Ok(delivery) = &mut received {
                    kernel.open_received(fd.id, delivery, control);
                }
                received
            }
            Err(error) => Err(error),
        };
        self.leave(kernel, out, |delivery| delivery.bytes.len())
    }

    fn receive_within<'s>(
        &'s self,
        kernel: Guard<'s, A>,
        id: Id,
        room: usize,
        flags: RecvFlags,
    ) -> (Guard<'s, A>, Result<Delivery<A>, A>) {
        let dont_wait = flags.contains(RecvFlags::DONTWAIT);
        let peek = flags.contains(RecvFlags::PEEK);
        let (mut kernel, out) =
            self.block_on(kernel, id, Direction::Receive, dont_wait, |kernel, id| {
                kernel.receive(id, room, peek)
            });
        let stream = kernel.socket(id).is_ok_and(|socket| socket.is_stream());
        let all = flags.contains(RecvFlags::WAITALL);
        let least = kernel.socket(id).map_or(1, |socket| socket.low_water());
        let enough = if all { room } else { room.min(least) };
        let mut delivery = match out {
            Ok(delivery) if stream && !peek && !dont_wait => delivery,
            out => return (kernel, out),
        };
        while (1..enough).contains(&delivery.bytes.len())
            && delivery.rights.is_empty()
            && !kernel.has_hit(Fault::Short)
        {
            let rest = room - delivery.bytes.len();
            let more;
            (kernel, more) = self.block_on(kernel, id, Direction::Receive, false, |kernel, id| {
                kernel.receive(id, rest, false)
            });
            match more {
                Ok(more) if !more.bytes.is_empty() => {
                    delivery.bytes.extend(more.bytes);
                    delivery.whole = delivery.bytes.len();
                    delivery.rights = more.rights;
                }
                _ => break,
            }
        }
        (kernel, Ok(delivery))
    }

    /// [`receive`](Self::receive) for a call without room for descriptors: they are closed.
    pub(crate) fn receive_bytes(
        &self,
        call: Call,
        fd: &Fd<A>,
        room: usize,
        flags: RecvFlags,
    ) -> Result<Delivery<A>, A> {
        self.receive(call, fd, room, flags, 0)
    }

    pub(crate) fn poll_within<'s>(
        &'s self,
        mut kernel: Guard<'s, A>,
        fds: &mut [PollFd<'_, A>],
        end: Option<u64>,
    ) -> (Guard<'s, A>, Result<usize, A>) {
        if let Err(error) = kernel.fail_at_once() {
            return (kernel, Err(error));
        }
        let events = fds
            .iter()
            .filter_map(|fd| Some((self.id(fd.fd).ok()?, fd.events)));
        let events: Vec<(Id, PollEvents)> = events.collect();
        let interest = || Interest::Events(events);
        let (kernel, waited) = self.wait(kernel, end, interest, |kernel| {
            let mut ready = 0;
            for fd in fds.iter_mut() {
                let events = match self.id(fd.fd) {
                    Ok(id) => kernel.ready(id),
                    Err(_) => PollEvents::NVAL,
                };
                let always = PollEvents::ERR | PollEvents::HUP | PollEvents::NVAL;
                fd.revents = events & (fd.events | always);
                ready += usize::from(!fd.revents.is_empty());
            }
            (ready > 0).then_some(ready)
        });
        let out = match waited {
            Waited::Done(ready) => Ok(ready),
            Waited::TimedOut if kernel.is_over_limit() => Err(Error::os(A::EIO)),
            Waited::TimedOut => Ok(0),
            Waited::Interrupted => Err(Error::INTERRUPTED),
            Waited::Stuck => Err(Error::os(A::EDEADLK)),
        };
        (kernel, out)
    }
}

impl<A: Abi> Kernel<A> {
    /// The clock as the present host tells it.
    pub(crate) fn tell_time(&mut self) -> Instant {
        let now = self.clock.now();
        let host = self.current.host;
        let told = self.host(host).told;
        let stopped = told < now && now - told <= TICK && self.strike(Fault::ClockStops).is_some();
        if !stopped {
            self.host_mut(host).told = now;
        }
        Instant::from_nanos(self.host(host).told)
    }

    /// Opens the descriptors of a message, as many as there is room for, and closes the others.
    fn open_received(&mut self, id: Id, delivery: &mut Delivery<A>, control: usize) {
        let credentials = self
            .socket(id)
            .is_ok_and(|socket| socket.options.is_on(PassCredentials));
        let rest = match credentials {
            true => control.checked_sub(CREDENTIALS),
            false => Some(control),
        };
        let fits = rest.unwrap_or(0).saturating_sub(HEADER) / DESCRIPTOR;
        let mut fits = fits.min(delivery.rights.len());
        let host = self.host(self.current.host);
        let mut room = host.limit.saturating_sub(host.descriptors);
        if fits > 0 && self.strike(Fault::ControlCut).is_some() {
            room = room.min(fits - 1);
        }
        fits = fits.min(room);
        delivery.cut = rest.is_none() || fits < delivery.rights.len();
        for id in delivery.rights.split_off(fits) {
            self.release(id);
        }
        self.opened(fits);
    }
}
