//! `sockbox cat --listen`.

use std::io::{Read, Write};
use std::os::unix::net::UnixDatagram;
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::thread;

use rustix::process::Signal;

use super::super::Case;
use super::super::socket::{Seqpacket, stream, to, udp, unix_dgram};
use super::super::stage::{Lines, Running, Stage, pattern, same};
use super::{MEGABYTE, joined};
use crate::Result;

pub(in super::super) const CASES: &[Case] = &[
    ("both directions, over each kind of stream", streams),
    ("seqpacket, whose empty messages are no end", seqpacket),
    ("datagrams, whose first sender is the peer", datagrams),
    (
        "a closed pipe ends it, and the path is removed",
        closed_pipe,
    ),
];

/// A running `sockbox cat --listen`.
pub(in super::super) struct Listening {
    running: Running,
    pub(in super::super) address: String,
    stderr: Lines,
}

pub(in super::super) fn listening(stage: &Stage, words: &[&str]) -> Result<Listening> {
    let mut command = stage.sockbox(&[&["cat", "--listen"], words].concat());
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut running = Running::spawn(&mut command)?;
    let stderr = Lines::of(running.child.stderr.take())?;
    let address = stderr.address()?;
    Ok(Listening {
        running,
        address,
        stderr,
    })
}

impl Listening {
    /// Gives it this input, and takes what it writes, up to the end of both.
    pub(in super::super) fn pipe(&mut self, input: &[u8]) -> Result<Vec<u8>> {
        let (stdin, stdout) = (
            self.running.child.stdin.take(),
            self.running.child.stdout.take(),
        );
        let (mut stdin, mut stdout) = stdin.zip(stdout).ok_or("no pipes")?;
        let mut written = Vec::new();
        thread::scope(|scope| {
            let feeder = scope.spawn(move || stdin.write_all(input));
            stdout.read_to_end(&mut written).map_err(to("its output"))?;
            feeder
                .join()
                .map_err(|_| "a feeder panicked")?
                .map_err(to("its input"))
        })?;
        match self.running.wait()?.code() {
            Some(0) => Ok(written),
            code => Err(format!("it ended with {code:?}: {:?}", self.stderr.next())),
        }
    }
}

fn streams(stage: &Stage) -> Result<()> {
    let path = format!("unix:{}", stage.path("s"));
    let name = format!("unix:@{}", stage.name());
    for asked in ["tcp:127.0.0.1:0", "tcp:[::1]:0", &path, &name] {
        let mut cat = listening(stage, &[asked])?;
        let mut client = stream(&cat.address)?;
        let mut sender = client.duplicate().map_err(to("dup"))?;
        let (there, back) = (pattern(6, 2 * MEGABYTE), pattern(7, MEGABYTE));
        thread::scope(|scope| {
            let sender = scope.spawn(|| {
                sender.write_all(&there).map_err(to("send"))?;
                sender.shutdown().map_err(to("shutdown"))
            });
            let receiver = scope.spawn(|| {
                let mut received = Vec::new();
                client.read_to_end(&mut received).map_err(to("receive"))?;
                same(&back, &received)
            });
            same(&there, &cat.pipe(&back)?)?;
            sender.join().map_err(|_| "a sender panicked")??;
            receiver.join().map_err(|_| "a receiver panicked")?
        })
        .map_err(to(asked))?;
        if stream(&cat.address).is_ok() {
            return Err(format!("{asked}: somebody still listens"));
        }
    }
    if std::path::Path::new(&stage.path("s")).exists() {
        return Err("the path is still there".into());
    }
    Ok(())
}

fn seqpacket(stage: &Stage) -> Result<()> {
    let address = format!("unix-seqpacket:{}", stage.path("s"));
    let mut cat = listening(stage, &[&address])?;
    let client = Seqpacket::connect(&address)?;
    for message in [&b"a"[..], b"", b"bc", b"", b""] {
        client.send(message)?;
    }
    client.end()?;
    same(b"abc", &cat.pipe(b"one read")?)?;
    same(b"one read", &client.recv()?.unwrap_or_default())?;
    match client.recv()? {
        None => Ok(()),
        Some(_) => Err("more came than was sent".into()),
    }
}

fn datagrams(stage: &Stage) -> Result<()> {
    let mut cat = listening(stage, &["udp:127.0.0.1:0", "--timeout", "2s"])?;
    let (first, second) = (udp(&cat.address)?, udp(&cat.address)?);
    first.send(b"first").map_err(to("send"))?;
    let answer = thread::spawn(move || {
        let mut room = [0; 64];
        let len = first.recv(&mut room).map_err(to("receive"))?;
        // From now on, what comes from elsewhere is not for it.
        let _ = second.send(b"second");
        first.send(b" and last").map_err(to("send"))?;
        same(b"answer", room.get(..len).unwrap_or_default())
    });
    same(b"first and last", &cat.pipe(b"answer")?)?;
    joined(answer)?;

    let address = format!("unix-dgram:{}", stage.path("d"));
    let mut cat = listening(stage, &[&address, "--timeout", "2s"])?;
    let client = unix_dgram(&address, &stage.path("own"))?;
    client.send(b"hello").map_err(to("send"))?;
    same(b"hello", &cat.pipe(b"answer")?)?;
    let mut room = [0; 64];
    let len = client.recv(&mut room).map_err(to("receive"))?;
    same(b"answer", room.get(..len).unwrap_or_default())?;

    // One who has gone before it could be answered.
    let mut cat = listening(stage, &[&address, "--timeout", "2s"])?;
    let gone = unix_dgram(&address, &stage.path("gone"))?;
    gone.send(b"and gone").map_err(to("send"))?;
    drop(gone);
    same(b"and gone", &cat.pipe(b"")?)?;

    // Senders without a name are heard, all of them.
    let mut cat = listening(stage, &[&address, "--timeout", "2s"])?;
    for _ in 0..2 {
        let unnamed = UnixDatagram::unbound().map_err(to("socket"))?;
        unnamed
            .send_to(b"nobody ", stage.path("d"))
            .map_err(to("send"))?;
    }
    same(b"nobody nobody ", &cat.pipe(b"")?)
}

fn closed_pipe(stage: &Stage) -> Result<()> {
    let address = format!("unix-dgram:{}", stage.path("s"));
    let mut cat = listening(stage, &[&address])?;
    drop(cat.running.child.stdout.take());
    let client = UnixDatagram::unbound().map_err(to("socket"))?;
    client
        .send_to(b"unread", stage.path("s"))
        .map_err(to("send"))?;
    let status = cat.running.wait()?;
    if status.signal() != Some(Signal::PIPE.as_raw()) {
        return Err(format!("it ended with {status}"));
    }
    match std::path::Path::new(&stage.path("s")).exists() {
        true => Err("the path is still there".into()),
        false => Ok(()),
    }
}
