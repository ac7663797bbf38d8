//! Random calls, made on Linux and in the simulator: what each returns, and what every socket is ready
//! for after it, has to be the same.
//!
//! What the two may differ in, the calls keep away from:
//! - A connect to a full backlog is tried again by Linux after a second, by the simulator at once when
//!   there is room: backlogs are long.
//! - Nagle's algorithm and delayed acknowledgements keep small segments back for a while, even on a
//!   loopback: TCP_NODELAY is set.
//! - An empty message that nobody has received resets a Unix seqpacket connection that is closed, or
//!   does not, by the version of Linux: none is sent.
//! - A Unix datagram socket without a peer that is shut down fails with EPIPE or with ENOTCONN, by the
//!   version of Linux: it sends only to addresses, or with a peer.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::fmt::{Debug, Write};
use std::time::Duration;

use fastrand::Rng;
use sock_core::abi::Linux as Numbers;
use sock_core::option::{NoDelay, SocketOption};
use sock_core::{
    Address, Backend, Error, Family, PollEvents, PollFd, RecvFlags, SendFlags, Shutdown,
    SocketAddr, SocketKind, UnixAddr,
};
use sock_linux::Linux;
use sock_sim::Sim;

const RUNS: u64 = 400;
const STEPS: usize = 60;
const SOCKETS: usize = 5;

#[test]
fn tcp() {
    compare(Family::Inet, SocketKind::Stream);
}

#[test]
fn udp() {
    compare(Family::Inet, SocketKind::Datagram);
}

#[test]
fn unix_stream() {
    compare(Family::Unix, SocketKind::Stream);
}

#[test]
fn unix_datagram() {
    compare(Family::Unix, SocketKind::Datagram);
}

#[test]
fn unix_seqpacket() {
    compare(Family::Unix, SocketKind::Seqpacket);
}

fn compare(family: Family, kind: SocketKind) {
    for seed in 0..RUNS {
        let told = Run::new(Sim::with_seed(seed), family, kind, 0).all(seed, Duration::ZERO);
        // What goes over the loopback of Linux may arrive a little later.
        let pauses = [0, 300, 3000, 30_000].map(Duration::from_micros);
        let mut real = String::new();
        for (nth, pause) in (1..).zip(pauses) {
            real = Run::new(Linux, family, kind, nth).all(seed, pause);
            if real == told {
                break;
            }
        }
        if real != told {
            let same = told.lines().zip(real.lines()).take_while(|(a, b)| a == b);
            let n = same.count();
            let before: Vec<&str> = told.lines().take(n).collect();
            let before = before.join("\n");
            let [sim, linux] = [&told, &real].map(|text| text.lines().nth(n).unwrap_or("nothing"));
            panic!(
                "{family:?} {kind:?}, seed {seed}\n{before}\nsimulator: {sim}\n    Linux: {linux}"
            );
        }
    }
}

struct Run<B: Backend> {
    backend: B,
    family: Family,
    kind: SocketKind,
    nth: u32,
    fds: [Option<B::Fd>; SOCKETS],
    /// Ports in the order in which they were seen, since each kernel picks others.
    ports: Vec<u16>,
    told: String,
}

impl<B: Backend<Abi = Numbers>> Run<B> {
    fn new(backend: B, family: Family, kind: SocketKind, nth: u32) -> Self {
        Run {
            backend,
            family,
            kind,
            nth,
            fds: [const { None }; SOCKETS],
            ports: Vec::new(),
            told: String::new(),
        }
    }

    /// A listener, a socket with an address, a client that is connected and its other side; then
    /// anything.
    fn all(mut self, seed: u64, pause: Duration) -> String {
        let mut random = Rng::with_seed(seed);
        for n in 0..3 {
            self.open(n);
        }
        self.bind(0, seed);
        self.bind(1, seed);
        self.listen(0);
        self.connect(2, 0, seed);
        self.accept(0, 3);
        for _ in 0..STEPS {
            let (fd, other) = (random.usize(..SOCKETS), random.usize(..SOCKETS));
            match self.fds[fd] {
                None => self.open(fd),
                Some(_) => self.step(fd, other, seed, &mut random),
            }
            if !pause.is_zero() {
                std::thread::sleep(pause);
            }
            let ready: Vec<PollEvents> =
                self.fds.iter().flatten().map(|fd| self.ready(fd)).collect();
            self.tell(format_args!("    {ready:?}"));
        }
        self.told
    }

    fn step(&mut self, fd: usize, other: usize, seed: u64, random: &mut Rng) {
        match random.u8(..20) {
            0 => {
                self.fds[fd] = None;
                self.tell(format_args!("close {fd}"));
            }
            1 => self.bind(fd, seed),
            2 => self.listen(fd),
            3 | 4 => self.accept(fd, other),
            5..=7 => self.connect(fd, other, seed),
            8 => self.shutdown(fd, random),
            9..=11 => self.send(fd, None, random),
            12 | 13 => {
                let to = self.address(other, seed);
                self.send(fd, to, random);
            }
            14..=16 => self.receive(fd, random),
            17 => self.receive_from(fd, random),
            18 => {
                let mut addr = [0; 128];
                let len = self.backend.getsockname(self.fd(fd), &mut addr);
                self.tell_name("sockname", fd, len, &addr);
            }
            _ => {
                let mut addr = [0; 128];
                let len = self.backend.getpeername(self.fd(fd), &mut addr);
                self.tell_name("peername", fd, len, &addr);
            }
        }
    }

    fn fd(&self, n: usize) -> &B::Fd {
        self.fds[n].as_ref().unwrap()
    }

    fn tell(&mut self, line: std::fmt::Arguments<'_>) {
        writeln!(self.told, "{line}").unwrap();
    }

    fn tell_result<T: Debug>(&mut self, call: &str, fd: usize, result: Result<T, Error<Numbers>>) {
        self.tell(format_args!("{call} {fd}: {result:?}"));
    }

    fn tell_name(
        &mut self,
        call: &str,
        fd: usize,
        len: Result<usize, Error<Numbers>>,
        addr: &[u8],
    ) {
        let name = len.map(|len| self.name(&addr[..len]));
        self.tell_result(call, fd, name);
    }

    /// A name that both kernels tell alike: ports by number of appearance, Unix names by what differs
    /// between sockets.
    fn name(&mut self, addr: &[u8]) -> String {
        if self.family == Family::Unix {
            let digits = addr.rsplit(|byte| *byte == b'-').next().unwrap_or_default();
            return format!("{} {}", addr.len(), String::from_utf8_lossy(digits));
        }
        let Some(addr) = SocketAddr::<Numbers>::from_bytes(addr) else {
            return "none".to_owned();
        };
        let port = addr.port();
        let seen = self.ports.iter().position(|seen| *seen == port);
        let nth = seen.unwrap_or_else(|| {
            self.ports.push(port);
            self.ports.len() - 1
        });
        let nth = if port == 0 {
            "none".to_owned()
        } else {
            nth.to_string()
        };
        format!("{} port {nth}", addr.ip())
    }

    /// Where the socket is reached, as far as it is.
    fn address(&self, n: usize, seed: u64) -> Option<Vec<u8>> {
        if self.family == Family::Unix {
            return Some(self.unix_name(n, seed));
        }
        let mut addr = [0; 128];
        let len = self.backend.getsockname(self.fds[n].as_ref()?, &mut addr);
        let port = SocketAddr::<Numbers>::from_bytes(&addr[..len.ok()?])?.port();
        let addr = SocketAddr::<Numbers>::new_v4([127, 0, 0, 1].into(), port);
        (port != 0).then(|| addr.as_bytes().to_vec())
    }

    fn unix_name(&self, n: usize, seed: u64) -> Vec<u8> {
        let (process, nth) = (std::process::id(), self.nth);
        let name = format!("differential-{process:010}-{seed:05}-{nth}-{n}");
        let addr = UnixAddr::<Numbers>::abstract_name(name.as_bytes()).unwrap();
        addr.as_bytes().to_vec()
    }

    fn ready(&self, fd: &B::Fd) -> PollEvents {
        let all = PollEvents::IN | PollEvents::OUT | PollEvents::RDHUP | PollEvents::PRI;
        let mut fds = [<B::PollFd<'_> as PollFd<'_, B::Fd>>::new(fd, all)];
        self.backend.poll(&mut fds, Some(&mut 0)).unwrap();
        fds[0].revents()
    }

    fn open(&mut self, n: usize) {
        let fd = self.backend.socket(self.family, self.kind, 0).unwrap();
        if self.family == Family::Inet && self.kind == SocketKind::Stream {
            let name = <NoDelay as SocketOption<Numbers>>::NAME;
            self.backend
                .setsockopt(&fd, name, &1i32.to_ne_bytes())
                .unwrap();
        }
        self.fds[n] = Some(fd);
        self.tell(format_args!("open {n}"));
    }

    fn bind(&mut self, n: usize, seed: u64) {
        let addr = match self.family {
            Family::Unix => self.unix_name(n, seed),
            _ => SocketAddr::<Numbers>::new_v4([127, 0, 0, 1].into(), 0)
                .as_bytes()
                .to_vec(),
        };
        let bound = self.backend.bind(self.fd(n), &addr);
        self.tell_result("bind", n, bound);
    }

    fn listen(&mut self, n: usize) {
        let listens = self.backend.listen(self.fd(n), 100);
        self.tell_result("listen", n, listens);
    }

    fn connect(&mut self, n: usize, to: usize, seed: u64) {
        if let Some(addr) = self.address(to, seed) {
            let connected = self.backend.connect(self.fd(n), &addr);
            self.tell(format_args!("connect {n} to {to}: {connected:?}"));
        }
    }

    fn accept(&mut self, n: usize, to: usize) {
        let mut addr = [0; 128];
        let accepted = self.backend.accept(self.fd(n), &mut addr);
        let len = accepted
            .as_ref()
            .map(|(_, len)| *len)
            .map_err(|error| *error);
        self.tell_name("accept", n, len, &addr);
        if let Ok((fd, _)) = accepted {
            self.fds[to] = Some(fd);
        }
    }

    fn shutdown(&mut self, n: usize, random: &mut Rng) {
        let how = [Shutdown::Read, Shutdown::Write, Shutdown::Both][random.usize(..3)];
        let done = self.backend.shutdown(self.fd(n), how);
        self.tell(format_args!("shutdown {n} {how:?}: {done:?}"));
    }

    fn send(&mut self, n: usize, to: Option<Vec<u8>>, random: &mut Rng) {
        let least = usize::from(self.kind == SocketKind::Seqpacket);
        let bytes = [random.u8(..); 8];
        let bytes = &bytes[..random.usize(least..8)];
        let fd = self.fd(n);
        let alone = self.family == Family::Unix
            && self.kind == SocketKind::Datagram
            && self.backend.getpeername(fd, &mut []).is_err();
        let flags = SendFlags::DONTWAIT;
        let sent = match &to {
            Some(to) => self.backend.send_to(fd, bytes, flags, to),
            None if alone => return,
            None => self.backend.send(fd, bytes, flags),
        };
        self.tell(format_args!("send {n} {}: {sent:?}", bytes.len()));
    }

    fn receive(&mut self, n: usize, random: &mut Rng) {
        let mut room = [0; 8];
        let room = &mut room[..random.usize(..9)];
        let peek = if random.u8(..5) == 0 {
            RecvFlags::PEEK
        } else {
            RecvFlags::empty()
        };
        let came = self
            .backend
            .recv(self.fd(n), room, RecvFlags::DONTWAIT | peek);
        self.tell(format_args!("recv {n} {peek:?}: {came:?} {room:?}"));
    }

    fn receive_from(&mut self, n: usize, random: &mut Rng) {
        let (mut room, mut addr) = ([0; 8], [0; 128]);
        let room = &mut room[..random.usize(..9)];
        let came = self
            .backend
            .recv_from(self.fd(n), room, RecvFlags::DONTWAIT, &mut addr);
        let name = came.map(|came| (came.len, came.truncated, self.name(&addr[..came.addr_len])));
        self.tell(format_args!("recvfrom {n}: {name:?} {room:?}"));
    }
}
