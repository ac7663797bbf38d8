//! Random calls with random arguments: nothing panics, and nothing is left when all is dropped.

use std::mem::MaybeUninit;
use std::time::Duration;

use fastrand::Rng;
use sock_core::option::{self, SocketOption};
use sock_core::{
    Abi, Address, Backend, ControlBuffer, Family, IoSlice, IoSliceMut, PollEvents, PollFd,
    RecvFlags, RecvMsg, SendFlags, SendMsg, Shutdown, SocketAddr, SocketKind, UnixAddr, abi,
};

use crate::{Fault, Fd, Link, Sim};

struct Random(Rng);

impl Random {
    fn new(seed: u64) -> Self {
        Random(Rng::with_seed(seed))
    }

    fn below(&mut self, n: usize) -> usize {
        self.0.usize(..n)
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        (0..self.below(most)).map(|_| self.0.u8(..)).collect()
    }

    /// Mostly an address of few, so that sockets meet; sometimes garbage.
    fn addr<A: Abi>(&mut self) -> Vec<u8> {
        let port = 7000 + self.below(3) as u16;
        let unix = self.one::<&[u8]>(&[b"/tmp/a", b"b", b"/x/y", b"/tmp/a/c"]);
        match self.below(8) {
            0 => self.bytes(130),
            1 => vec![0; 16],
            2 => UnixAddr::<A>::UNNAMED.as_bytes().to_vec(),
            3 => match UnixAddr::<A>::abstract_name(unix) {
                Ok(name) => name.as_bytes().to_vec(),
                Err(_) => Vec::new(),
            },
            4 => UnixAddr::<A>::path(unix).unwrap().as_bytes().to_vec(),
            5 => {
                let ip = self.one(&[[0; 16], [255; 16], 1u128.to_be_bytes()]);
                SocketAddr::<A>::new_v6(ip.into(), port).as_bytes().to_vec()
            }
            _ => {
                let far = [10, 0, 0, 2];
                let ip = self.one(&[
                    [127, 0, 0, 1],
                    [0; 4],
                    [255; 4],
                    [127, 255, 255, 255],
                    far,
                    far,
                ]);
                SocketAddr::<A>::new_v4(ip.into(), port).as_bytes().to_vec()
            }
        }
    }
}

/// One random call; what it opens goes to `fds`.
fn step<A: Abi>(sim: &Sim<A>, random: &mut Random, fds: &mut Vec<Fd<A>>) {
    let kinds = [
        SocketKind::Stream,
        SocketKind::Datagram,
        SocketKind::Seqpacket,
    ];
    let families = [Family::Inet, Family::Inet6, Family::Unix];
    let kind = random.one(&kinds);
    if fds.len() < 2 || random.below(8) == 0 {
        match random.below(2) {
            0 => fds.extend(sim.socket(random.one(&families), kind, 0)),
            _ => fds.extend(sim.socket_pair(kind).into_iter().flat_map(|(a, b)| [a, b])),
        }
        return;
    }
    let (fd, other) = (random.below(fds.len()), random.below(fds.len()));
    if fds.len() > 20 || random.below(16) == 0 {
        fds.swap_remove(fd);
        return;
    }
    let (fd, other) = (&fds[fd], &fds[other]);
    let (addr, mut room) = (random.addr::<A>(), vec![0; random.below(40)]);
    let (sending, receiving) = (
        SendFlags::from_bits_truncate(random.below(0x10000) as u32),
        RecvFlags::from_bits_truncate(random.below(0x4000) as u32),
    );
    let bytes = match random.below(4) {
        0 => vec![7; random.below(300_000)],
        _ => random.bytes(20),
    };
    let names = [
        <option::ReuseAddr as SocketOption<A>>::NAME,
        <option::Linger as SocketOption<A>>::NAME,
        <option::SendBuffer as SocketOption<A>>::NAME,
        <option::RecvBuffer as SocketOption<A>>::NAME,
        <option::OnlyV6 as SocketOption<A>>::NAME,
        <option::PendingError as SocketOption<A>>::NAME,
        <option::KeepCount as SocketOption<A>>::NAME,
    ];
    let name = random.one(&names);
    match random.below(15) {
        0 => drop(sim.bind(fd, &addr)),
        1 => drop(sim.listen(fd, random.below(3) as u32)),
        2 => {
            if let Ok((accepted, _)) = sim.accept(fd, &mut room) {
                fds.push(accepted);
            }
        }
        3 | 4 => drop(sim.connect(fd, &addr)),
        5 => drop(sim.shutdown(
            fd,
            random.one(&[Shutdown::Read, Shutdown::Write, Shutdown::Both]),
        )),
        6 => drop((
            sim.getsockname(fd, &mut room),
            sim.getpeername(fd, &mut room),
        )),
        7 => drop((
            sim.getsockopt(fd, name, &mut room),
            sim.setsockopt(fd, name, &bytes),
        )),
        8 | 9 => drop(sim.send(fd, &bytes, sending)),
        10 => drop(sim.send_to(fd, &bytes, sending, &addr)),
        11 => {
            let parts = [IoSlice::new(&bytes), IoSlice::new(b"")];
            let (passed, to) = ([other], random.one::<&[u8]>(&[&addr, b""]));
            let message = SendMsg::new(&parts).with_descriptors(&passed).to(to);
            let _ = sim.send_msg(fd, &message, sending);
        }
        12 => {
            let mut uninit = [MaybeUninit::uninit(); 100];
            let _ = sim.recv(fd, &mut room, receiving);
            let _ = sim.recv_uninit(fd, &mut uninit, receiving);
            let _ = sim.recv_from(fd, &mut [0; 9], receiving, &mut room);
            let _ = sim.recv_from_uninit(fd, &mut uninit[..50], receiving, &mut []);
        }
        13 => {
            let mut control = ControlBuffer::<24>::new();
            let message = RecvMsg {
                parts: &mut [IoSliceMut::new(&mut room)],
                addr: &mut [0; 30],
                control: &mut control.as_mut_slice()[..random.below(24)],
            };
            drop(sim.recv_msg(fd, message, receiving));
        }
        _ => {
            let all = PollEvents::all();
            let mut polled = [crate::PollFd::new(fd, all), crate::PollFd::new(other, all)];
            let _ = sim.poll(&mut polled, Some(&mut 10_000_000_000));
        }
    }
}

/// What each socket has been charged is what lies in the queues of others.
fn check_accounts<A: Abi>(sim: &Sim<A>) {
    let sockets = &sim.lock().sockets;
    for (id, socket) in sockets {
        let queued = sockets.values().flat_map(|other| &other.inbox);
        let sent = queued.filter(|message| message.sender == Some(*id));
        let charges: usize = sent.map(|message| message.charge).sum();
        assert_eq!(socket.charged, charges, "{id:?}");
    }
}

/// A host and a far one that is linked to it somehow, with all faults now and then.
fn hosts<A: Abi>(abi: A, seed: u64) -> [Sim<A>; 2] {
    let near = Sim::with_abi_and_seed(abi, seed);
    near.assign([10, 0, 0, 1]);
    let far = near.host([[10, 0, 0, 2]]);
    let millis = Duration::from_millis(seed % 3);
    let link = Link {
        latency: millis,
        jitter: millis,
        bandwidth: seed.is_multiple_of(4).then_some(100_000),
        loss: 0.05,
        duplicate: 0.05,
        reorder: 0.05,
        down: false,
    };
    if !seed.is_multiple_of(5) {
        near.set_link(&far, link);
    }
    if seed.is_multiple_of(7) {
        near.set_link(&near, link);
    }
    for sim in [&near, &far].into_iter().filter(|_| seed.is_multiple_of(2)) {
        for fault in Fault::ALL {
            sim.faults().rate(fault, 0.02);
        }
    }
    [near, far]
}

fn run<A: Abi>(abi: A, seed: u64) {
    let (sims, mut random) = (hosts(abi, seed), Random::new(seed));
    let mut fds = [Vec::new(), Vec::new()];
    for n in 0..400 {
        let which = random.below(2);
        step(&sims[which], &mut random, &mut fds[which]);
        if seed.is_multiple_of(11) && n == 200 {
            sims[1].crash();
            fds[1].clear();
            sims[1].restart();
        }
    }
    for (sim, fds) in sims.iter().zip(&fds) {
        assert_eq!(sim.open_descriptors(), fds.len());
    }
    check_accounts(&sims[0]);
    // Those that lie in the queues of sockets that nobody holds are still there; what is in a
    // queue that is held goes with it. So does, in time, what is still to be sent.
    drop(fds);
    let [sim, far] = sims;
    for sim in [&sim, &far] {
        sim.faults().rate(Fault::Interrupted, 0.0);
        sim.faults().rate(Fault::NoMemory, 0.0);
        assert_eq!(sim.open_descriptors(), 0);
    }
    assert_eq!(sim.poll(&mut [], Some(&mut 10_000_000_000_000)), Ok(0));
    let kernel = sim.lock();
    for socket in kernel.sockets.values() {
        let mut queued = kernel.sockets.values().flat_map(|other| &other.inbox);
        let carried = queued.any(|message| !message.rights.is_empty());
        assert!(carried, "{socket:?}");
    }
}

#[test]
fn nothing_panics_and_nothing_is_left() {
    for seed in 1..200 {
        run(abi::Linux, seed);
        run(abi::FreeBsd, seed);
    }
}
