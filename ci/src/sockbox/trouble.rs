//! `sockbox echo` in trouble that others make: a limit that is lowered while it serves, urgent data, and
//! a standard output that nobody reads.

use std::io::{ErrorKind, PipeReader, PipeWriter, Read, Write, pipe};
use std::os::fd::AsFd;
use std::path::Path;
use std::process::Stdio;

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;
use rustix::net::{SendFlags, send};
use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, prlimit};

use super::Case;
use super::limits::{Work, byte};
use super::socket::{exchange, stream, tcp, to, unix};
use super::stage::{Running, Server, Stage, eventually, same};
use crate::Result;

pub(super) const CASES: &[Case] = &[
    (
        "with fewer descriptors allowed than it has, it serves on, and does not spin",
        lowered_limit,
    ),
    (
        "urgent bytes come back in their place, and it does not spin",
        urgent,
    ),
    (
        "a closed pipe as output is an error, and no path stays",
        closed_output,
    ),
    (
        "SIGTERM ends it while its output is full, and no path stays",
        full_output,
    ),
];

fn lowered_limit(stage: &Stage) -> Result<()> {
    let server = stage.echo(&["tcp:127.0.0.1:0"])?;
    let mut clients = Vec::new();
    for _ in 0..20 {
        let mut client = tcp(server.address(0)?)?;
        byte(&mut client)?;
        clients.push(client);
    }
    for lowered in [10, 0] {
        limit(&server, Some(lowered))?;
        clients.iter_mut().try_for_each(byte)?;
        Work::watch(&server, 3..=30)?;
    }
    limit(&server, getrlimit(Resource::Nofile).current)?;
    exchange(stream(server.address(0)?)?, b"as good as new")?;
    Work::watch(&server, 0..=2)?;
    // The signal is noticed without a poll, too.
    limit(&server, Some(0))?;
    clients.iter_mut().try_for_each(byte)?;
    server.stop()
}

/// Sets how many descriptors a server may have.
fn limit(server: &Server, current: Option<u64>) -> Result<()> {
    let id = i32::try_from(server.running.id());
    let id = id.ok().and_then(Pid::from_raw);
    // The upper one stays: it was inherited, and only root may raise it.
    let maximum = getrlimit(Resource::Nofile).maximum;
    let new = Rlimit { current, maximum };
    prlimit(id, Resource::Nofile, new)
        .map(drop)
        .map_err(to("prlimit"))
}

fn urgent(stage: &Stage) -> Result<()> {
    let path = format!("unix:{}", stage.path("s"));
    let server = stage.echo(&["tcp:127.0.0.1:0", &path])?;
    let mut over_tcp = tcp(server.address(0)?)?;
    // What was sent before and after it is one piece for TCP.
    send(&over_tcp, b"a!", SendFlags::OOB).map_err(to("urgent data"))?;
    over_tcp.write_all(b"b").map_err(to("send"))?;
    returned(&mut over_tcp, b"a!b")?;
    let mut over_unix = unix(&path)?;
    match send(&over_unix, b"!", SendFlags::OOB) {
        Ok(_) => {}
        Err(Errno::OPNOTSUPP) => {
            println!("   (not tried before Linux 5.15: urgent data of Unix sockets)");
            return server.stop();
        }
        Err(error) => return Err(format!("urgent data: {error}")),
    }
    Work::watch(&server, 0..=4)?;
    returned(&mut over_unix, b"!")?;
    for _ in 0..10 {
        over_unix.write_all(b"a").map_err(to("send"))?;
        send(&over_unix, b"!", SendFlags::OOB).map_err(to("urgent data"))?;
        over_unix.write_all(b"b").map_err(to("send"))?;
        returned(&mut over_unix, b"a!b")?;
    }
    Work::watch(&server, 0..=4)?;
    server.stop()
}

fn returned(stream: &mut impl Read, bytes: &[u8]) -> Result<()> {
    let mut back = vec![0; bytes.len()];
    stream.read_exact(&mut back).map_err(to("receive"))?;
    same(bytes, &back)
}

/// A server at a path, and a TCP address, with this pipe as its output.
fn start(stage: &Stage, stdout: PipeWriter) -> Result<Running> {
    let path = format!("unix:{}", stage.path("s"));
    let mut echo = stage.signalled(&["echo", &path, "tcp:127.0.0.1:0"]);
    echo.stdin(Stdio::null()).stdout(stdout);
    Running::spawn(echo.stderr(Stdio::piped()))
}

/// An error unless it has ended so, and its path is gone.
fn ended(stage: &Stage, mut running: Running, code: i32, stderr: &str) -> Result<()> {
    let status = running.wait()?;
    let mut said = String::new();
    let mut pipe = running.child.stderr.take().ok_or("no pipe")?;
    pipe.read_to_string(&mut said).map_err(to("its errors"))?;
    if status.code() != Some(code) || said != stderr {
        return Err(format!("it ended with {status} and {said:?}"));
    }
    match Path::new(&stage.path("s")).symlink_metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => Err(format!("its path: {other:?}")),
    }
}

fn closed_output(stage: &Stage) -> Result<()> {
    let (reader, writer) = pipe().map_err(to("pipe"))?;
    drop(reader);
    let running = start(stage, writer)?;
    let line = "sockbox: standard output: broken pipe\n";
    ended(stage, running, 1, line)
}

fn full_output(stage: &Stage) -> Result<()> {
    let (_reader, writer) = full_pipe()?;
    let running = start(stage, writer)?;
    let path = stage.path("s");
    eventually("its path", || Path::new(&path).exists())?;
    running.signal(Signal::TERM)?;
    ended(stage, running, 0, "")
}

fn full_pipe() -> Result<(PipeReader, PipeWriter)> {
    let (reader, mut writer) = pipe().map_err(to("pipe"))?;
    let mode = fcntl_getfl(writer.as_fd()).map_err(to("mode"))?;
    fcntl_setfl(writer.as_fd(), mode | OFlags::NONBLOCK).map_err(to("mode"))?;
    loop {
        match writer.write(&[0; 4096]) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) => return Err(format!("fill: {error}")),
        }
    }
    fcntl_setfl(writer.as_fd(), mode).map_err(to("mode"))?;
    Ok((reader, writer))
}
