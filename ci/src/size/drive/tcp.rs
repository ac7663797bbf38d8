//! A TCP echo: a megabyte through each of two clients, resets, and no descriptors left.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Resource, Rlimit, prlimit};

use super::{Machine, PATIENCE, Running, pattern, serve};
use crate::Result;

const MEGABYTE: usize = 1 << 20;

/// How long a server without descriptors is watched: several times its pause between two tries.
const WATCHED: Duration = Duration::from_millis(500);

pub(super) fn drive(machine: &Machine<'_>, words: fn(String) -> Vec<String>) -> Result<()> {
    let (mut running, addr) = serve(machine, words, free_port, |port| {
        let addr = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        TcpStream::connect(addr).ok().map(|_| addr)
    })?;
    let server = |what: &str, done: Result<()>| done.map_err(|error| format!("{what}: {error}"));
    let before = lowest_free_descriptor(running.id())?;
    server("two clients", two_clients(addr))?;
    server("a client that reads late", late_reader(addr))?;
    server("a reset", resets(addr))?;
    server("descriptors", all_closed(&running, before))?;
    server("out of descriptors", out_of_descriptors(&running, addr))?;
    if running.has_ended()? {
        return Err("it has ended".to_string());
    }
    Ok(())
}

fn free_port() -> std::io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

fn connect(addr: SocketAddr) -> Result<TcpStream> {
    let stream = TcpStream::connect(addr).map_err(|error| format!("connect: {error}"))?;
    for set in [TcpStream::set_read_timeout, TcpStream::set_write_timeout] {
        set(&stream, Some(PATIENCE)).map_err(|error| error.to_string())?;
    }
    Ok(stream)
}

/// All bytes there and back while both ends are open, and then the end of the stream.
fn echo(stream: &TcpStream, bytes: &[u8]) -> Result<()> {
    let mut back = Vec::new();
    thread::scope(|scope| {
        let sender = scope.spawn(|| {
            let (mut to, half) = (stream, std::net::Shutdown::Write);
            to.write_all(bytes).and_then(|()| stream.shutdown(half))
        });
        let mut from = stream;
        let received = from.read_to_end(&mut back);
        let sent = sender.join().map_err(|_| "the sender panicked")?;
        sent.map_err(|error| format!("send: {error}"))?;
        received.map_err(|error| format!("receive: {error}"))?;
        Ok::<(), String>(())
    })?;
    match back == bytes {
        true => Ok(()),
        false => Err(format!(
            "{} bytes went, {} came back, and they differ",
            bytes.len(),
            back.len()
        )),
    }
}

fn two_clients(addr: SocketAddr) -> Result<()> {
    let client = |client| echo(&connect(addr)?, &pattern(client, MEGABYTE));
    thread::scope(|scope| {
        let clients = [1, 2].map(|number| scope.spawn(move || client(number)));
        clients
            .into_iter()
            .try_for_each(|client| client.join().map_err(|_| "a client panicked")?)
    })
}

/// A client that begins to read when its queue and the server's are full (at most 4 MiB on Linux,
/// tcp_wmem of tcp(7)), so that what the server sends goes in parts.
fn late_reader(addr: SocketAddr) -> Result<()> {
    let stream = connect(addr)?;
    rustix::net::sockopt::set_socket_recv_buffer_size(&stream, 1 << 16)
        .map_err(|error| format!("SO_RCVBUF: {error}"))?;
    let bytes = pattern(4, 8 * MEGABYTE);
    thread::scope(|scope| {
        let sender = scope.spawn(|| {
            let mut to = &stream;
            to.write_all(&bytes)
                .and_then(|()| stream.shutdown(std::net::Shutdown::Write))
        });
        thread::sleep(WATCHED);
        let (mut from, mut back) = (&stream, Vec::new());
        let received = from.read_to_end(&mut back);
        let sent = sender.join().map_err(|_| "the sender panicked")?;
        sent.map_err(|error| format!("send: {error}"))?;
        received.map_err(|error| format!("receive: {error}"))?;
        match back == bytes {
            true => Ok(()),
            false => Err(format!("{} of {} bytes came back", back.len(), bytes.len())),
        }
    })
}

/// Whether the server has closed all that it had of its clients; it may take a moment.
fn all_closed(running: &Running, before: u64) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while lowest_free_descriptor(running.id())? > before {
        if Instant::now() > deadline {
            return Err("it keeps descriptors of clients that have gone".to_string());
        }
        thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

/// Connections that are reset at once, and with bytes on the way in both directions.
fn resets(addr: SocketAddr) -> Result<()> {
    for len in [0, 1, 3 * 4096] {
        let mut stream = connect(addr)?;
        stream
            .write_all(&pattern(3, len))
            .map_err(|error| format!("send: {error}"))?;
        rustix::net::sockopt::set_socket_linger(&stream, Some(Duration::ZERO))
            .map_err(|error| format!("SO_LINGER: {error}"))?;
        drop(stream);
    }
    echo(&connect(addr)?, b"still there")
}

/// The server may open no descriptor more: a client waits, the server does not spin, and serves again
/// as soon as it may.
fn out_of_descriptors(running: &Running, addr: SocketAddr) -> Result<()> {
    let id = i32::try_from(running.id()).map_err(|error| error.to_string())?;
    let process = Pid::from_raw(id).ok_or("a process has no number")?;
    let set = |limit: Rlimit| {
        prlimit(Some(process), Resource::Nofile, limit).map_err(|error| format!("prlimit: {error}"))
    };
    let before = set(Rlimit {
        current: Some(lowest_free_descriptor(running.id())?),
        maximum: rustix::process::getrlimit(Resource::Nofile).maximum,
    })?;
    // An accept that waits has its descriptor already (`__sys_accept4_file` in net/socket.c).
    let (mut stream, spent) = match unanswered(running, addr)? {
        Some(waits) => waits,
        None => unanswered(running, addr)?.ok_or("it answers without a descriptor")?,
    };
    set(before)?;
    stream
        .read_exact(&mut [0])
        .map_err(|error| format!("it does not recover: {error}"))?;
    drop(stream);
    echo(&connect(addr)?, b"still there")?;
    // In ticks of USER_HZ, 100 a second on every architecture here. One that spins takes all that the
    // processor has to give, one that pauses next to none.
    let watched = WATCHED.as_millis() as u64 / 10;
    if spent > watched / 10 {
        return Err(format!("it spins: {spent} of {watched} ticks"));
    }
    Ok(())
}

/// A client that sends a byte, and waits in vain: the client, and the ticks that the server meanwhile
/// spent. None when there is an answer.
fn unanswered(running: &Running, addr: SocketAddr) -> Result<Option<(TcpStream, u64)>> {
    let mut stream = connect(addr)?;
    let wait = |stream: &TcpStream, time| {
        let set = stream.set_read_timeout(Some(time));
        set.map_err(|error| error.to_string())
    };
    let before = processor_ticks(running.id())?;
    stream
        .write_all(b"x")
        .map_err(|error| format!("send: {error}"))?;
    wait(&stream, WATCHED)?;
    match stream.read(&mut [0]) {
        Ok(1) => return Ok(None),
        Err(error) if error.kind() == ErrorKind::WouldBlock => {}
        other => return Err(format!("receive: {other:?}")),
    }
    let spent = processor_ticks(running.id())? - before;
    wait(&stream, PATIENCE)?;
    Ok(Some((stream, spent)))
}

fn lowest_free_descriptor(id: u32) -> Result<u64> {
    let folder = format!("/proc/{id}/fd");
    let entries = std::fs::read_dir(&folder).map_err(|error| format!("{folder}: {error}"))?;
    let taken: Vec<u64> = entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect();
    let free = (0..).find(|number| !taken.contains(number));
    free.ok_or_else(|| format!("{folder}: none is free"))
}

/// The processor time of a process: utime and stime of proc_pid_stat(5).
fn processor_ticks(id: u32) -> Result<u64> {
    let path = format!("/proc/{id}/stat");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    // The name, in parentheses, may have spaces in it.
    let fields = text.rsplit_once(')').map(|(_, rest)| rest);
    let fields: Vec<&str> = fields.unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok());
    match (ticks(11), ticks(12)) {
        (Some(user), Some(system)) => Ok(user + system),
        _ => Err(format!("{path} has no utime and stime")),
    }
}
