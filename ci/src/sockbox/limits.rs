//! `sockbox echo` at its limits: no more connections in its table, no more descriptors.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit, setrlimit};

use super::Case;
use super::socket::{exchange, stream, tcp, to};
use super::stage::{PATIENCE, Server, Stage, eventually};
use crate::Result;

pub(super) const CASES: &[Case] = &[
    ("it sleeps when there is nothing to do", idle),
    (
        "more connections than it serves at a time wait their turn",
        full_table,
    ),
    (
        "out of descriptors, it waits for a connection to close, and does not spin",
        one_closes,
    ),
    ("out of descriptors, it tries again by itself", limit_raised),
    (
        "out of descriptors, it serves the connections and datagrams that it has",
        still_serves,
    ),
];

/// As `sockbox echo --help` says.
const CONNECTIONS: u64 = 1024;

/// How long a server is watched: several times its pause of 100 ms between two tries.
const WATCHED: Duration = Duration::from_secs(1);

/// What a process has done: how often it went to sleep, and for how many ticks it ran.
#[derive(Clone, Copy)]
pub(super) struct Work {
    sleeps: u64,
    ticks: u64,
}

impl Work {
    fn of(server: &Server) -> Result<Self> {
        let read = |name: &str| {
            let path = format!("/proc/{}/{name}", server.running.id());
            std::fs::read_to_string(&path).map_err(to(&path))
        };
        // proc_pid_status(5): each wait in poll that finds nothing is one voluntary switch.
        let status = read("status")?;
        let sleeps = status.lines().find_map(|line| {
            line.strip_prefix("voluntary_ctxt_switches:")?
                .trim()
                .parse()
                .ok()
        });
        // proc_pid_stat(5): utime and stime, 12 and 13 fields behind the name in parentheses.
        let stat = read("stat")?;
        let fields = stat
            .rsplit_once(')')
            .map(|(_, rest)| rest.split_whitespace());
        let mut fields = fields
            .ok_or("no fields")?
            .skip(11)
            .map_while(|field| field.parse().ok());
        match (sleeps, fields.next(), fields.next()) {
            (Some(sleeps), Some(user), Some(system)) => {
                let _: (u64, u64) = (user, system);
                let ticks = user + system;
                Ok(Work { sleeps, ticks })
            }
            _ => Err("/proc does not tell what a process does".into()),
        }
    }

    /// Watches a server; an error unless it went to sleep so often, and hardly ran.
    ///
    /// One that spins never sleeps, or runs all the time.
    pub(super) fn watch(server: &Server, sleeps: std::ops::RangeInclusive<u64>) -> Result<()> {
        let (before, start) = (Self::of(server)?, Instant::now());
        thread::sleep(WATCHED);
        let after = Self::of(server)?;
        let time = start.elapsed();
        let slept = after.sleeps - before.sleeps;
        // On a busy machine the watch may take longer: so much more may it do.
        let most = (sleeps.end() * time.as_millis() as u64).div_ceil(WATCHED.as_millis() as u64);
        if !(*sleeps.start()..=most).contains(&slept) {
            return Err(format!(
                "in {time:?} it slept {slept} times, not {sleeps:?}"
            ));
        }
        // A tick is 10 ms.
        let ran = Duration::from_millis(10 * (after.ticks - before.ticks));
        if ran > time / 10 {
            return Err(format!("in {time:?} it ran for {ran:?}"));
        }
        Ok(())
    }
}

fn idle(stage: &Stage) -> Result<()> {
    let path = format!("unix:{}", stage.path("s"));
    let server = stage.echo(&["tcp:127.0.0.1:0", "udp:127.0.0.1:0", &path])?;
    // Connections too, one of which waits for room.
    let quiet = stream(&path)?;
    let mut deaf = tcp(server.address(0)?)?;
    fill(&mut deaf)?;
    Work::watch(&server, 0..=2)?;
    exchange(quiet, b"still there")?;
    server.stop()
}

/// Sends until neither side has room.
fn fill(stream: &mut TcpStream) -> Result<()> {
    stream.set_nonblocking(true).map_err(to("mode"))?;
    let mut last = Instant::now();
    while last.elapsed() < Duration::from_millis(300) {
        match stream.write(&[7; 1 << 16]) {
            Ok(_) => last = Instant::now(),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                thread::sleep(Duration::from_millis(5));
            }
            Err(error) => return Err(format!("send: {error}")),
        }
    }
    Ok(())
}

/// One byte there and back.
pub(super) fn byte(stream: &mut TcpStream) -> Result<()> {
    stream.write_all(b"x").map_err(to("send"))?;
    stream.read_exact(&mut [0]).map_err(to("receive"))
}

/// Sends a byte; an error if there is an answer while the server is watched.
fn unanswered(stream: &mut TcpStream, watch: impl FnOnce() -> Result<()>) -> Result<()> {
    stream.write_all(b"x").map_err(to("send"))?;
    watch()?;
    stream.set_nonblocking(true).map_err(to("mode"))?;
    match stream.read(&mut [0]) {
        Err(error) if error.kind() == ErrorKind::WouldBlock => {}
        other => return Err(format!("it was served: {other:?}")),
    }
    stream.set_nonblocking(false).map_err(to("mode"))
}

fn full_table(stage: &Stage) -> Result<()> {
    // Both sides need some more than that.
    let wanted = CONNECTIONS + 100;
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current.is_some_and(|current| current < wanted) {
        limit.current = Some(wanted);
        setrlimit(Resource::Nofile, limit).map_err(to("this needs 1124 descriptors"))?;
    }
    let shell = stage.shell(
        &format!("ulimit -n {wanted} && exec \"$0\" \"$@\""),
        &["echo", "tcp:127.0.0.1:0"],
    );
    let server = Server::start(shell, 1)?;
    let address = server.address(0)?;
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        let mut stream = tcp(address)?;
        byte(&mut stream)?;
        connections.push(stream);
    }
    let mut late = tcp(address)?;
    unanswered(&mut late, || Work::watch(&server, 0..=2))?;
    // All others are served meanwhile.
    connections.iter_mut().try_for_each(byte)?;
    drop(connections.pop());
    late.read_exact(&mut [0])
        .map_err(to("the first of those that wait"))?;
    connections.clear();
    exchange(stream(address)?, b"still there")?;
    server.stop()
}

/// What such a server may have open: enough for some that it inherits, and a few connections.
const DESCRIPTORS: usize = 20;

/// A server that can have a few connections, the clients that have them all, and one more.
fn exhausted(stage: &Stage) -> Result<(Server, Vec<TcpStream>, TcpStream)> {
    let words = ["echo", "tcp:127.0.0.1:0", "udp:127.0.0.1:0"];
    let shell = stage.shell(
        &format!("ulimit -n {DESCRIPTORS} && exec \"$0\" \"$@\""),
        &words,
    );
    let server = Server::start(shell, 2)?;
    let mut clients = Vec::new();
    loop {
        let mut client = tcp(server.address(0)?)?;
        byte(&mut client)?;
        clients.push(client);
        if clients.len() >= 3 && numbers_below(DESCRIPTORS, &server)? == DESCRIPTORS {
            let late = tcp(server.address(0)?)?;
            return Ok((server, clients, late));
        }
        if clients.len() == DESCRIPTORS {
            return Err("it has more descriptors than it may have".into());
        }
    }
}

/// How many of the numbers below this one are descriptors of the server. (It may have inherited higher
/// ones.)
fn numbers_below(limit: usize, server: &Server) -> Result<usize> {
    let folder = format!("/proc/{}/fd", server.running.id());
    let open = std::fs::read_dir(&folder).map_err(to(&folder))?;
    let numbers = open.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<usize>().ok());
    Ok(numbers.filter(|number| *number < limit).count())
}

fn one_closes(stage: &Stage) -> Result<()> {
    let (server, mut clients, mut late) = exhausted(stage)?;
    // It tries about ten times in a second, and waits in two steps each time.
    unanswered(&mut late, || Work::watch(&server, 3..=30))?;
    drop(clients.pop());
    late.read_exact(&mut [0])
        .map_err(to("it does not recover"))?;
    drop(clients);
    drop(late);
    // When all have gone it is as good as new.
    eventually("a good connection", || {
        tcp(server.address(0).unwrap_or_default()).is_ok_and(|mut stream| byte(&mut stream).is_ok())
    })?;
    Work::watch(&server, 0..=2)?;
    server.stop()
}

fn limit_raised(stage: &Stage) -> Result<()> {
    let (server, _clients, mut late) = exhausted(stage)?;
    unanswered(&mut late, || Work::watch(&server, 3..=30))?;
    let id = i32::try_from(server.running.id())
        .ok()
        .and_then(Pid::from_raw);
    // `ulimit` has lowered the hard limit, too; only root may raise that.
    let limit = Rlimit {
        current: Some(2 * DESCRIPTORS as u64),
        maximum: Some(2 * DESCRIPTORS as u64),
    };
    match prlimit(id, Resource::Nofile, limit) {
        Ok(_) => late
            .read_exact(&mut [0])
            .map_err(to("it does not recover"))?,
        Err(rustix::io::Errno::PERM) => println!("   (not tried without root: a raised limit)"),
        Err(error) => return Err(format!("prlimit: {error}")),
    }
    server.stop()
}

fn still_serves(stage: &Stage) -> Result<()> {
    let (server, mut clients, late) = exhausted(stage)?;
    let datagrams = super::socket::udp(server.address(1)?)?;
    for number in 0..50_u8 {
        clients.iter_mut().try_for_each(byte)?;
        datagrams.send(&[number]).map_err(to("send"))?;
        datagrams.recv(&mut [0]).map_err(to("receive"))?;
    }
    drop(late);
    // A reset while it waits, and the end of one that it has.
    let mut waiting = tcp(server.address(0)?)?;
    drop(clients);
    waiting
        .set_read_timeout(Some(PATIENCE))
        .map_err(to("time-out"))?;
    byte(&mut waiting)?;
    server.stop()
}
