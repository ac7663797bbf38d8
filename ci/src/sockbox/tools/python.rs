//! The sockets of Python.

use std::process::{Command, Stdio};

use super::super::socket::to;
use super::super::stage::{Lines, Running, Stage, pattern, run};
use crate::Result;

const PEER: &str = include_str!("peer.py");

/// Python as a `client` or `server` at these addresses.
fn python<W: AsRef<str>>(stage: &Stage, role: &str, addresses: &[W]) -> Command {
    let mut python = stage.project.command("python3");
    python.args(["-c", PEER, role]);
    python.args(addresses.iter().map(AsRef::as_ref));
    python
}

/// Addresses of every kind.
fn every_kind(stage: &Stage) -> [String; 8] {
    [
        "tcp:127.0.0.1:0".into(),
        "tcp:[::1]:0".into(),
        "udp:127.0.0.1:0".into(),
        "udp:[::1]:0".into(),
        format!("unix:{}", stage.path("u")),
        format!("unix-dgram:{}", stage.path("d")),
        format!("unix-seqpacket:{}", stage.path("q")),
        format!("unix-seqpacket:@{}", stage.name()),
    ]
}

pub(super) fn to_echo(stage: &Stage) -> Result<()> {
    let asked = every_kind(stage);
    let words: Vec<&str> = asked.iter().map(String::as_str).collect();
    let server = stage.echo(&words)?;
    run(&mut python(stage, "client", &server.addresses), b"")?.expect_bytes(b"done\n")?;
    server.stop()
}

pub(super) fn from_cat(stage: &Stage) -> Result<()> {
    let asked = every_kind(stage);
    let mut python = python(stage, "server", &asked);
    python.stdout(Stdio::piped());
    let mut server = Running::spawn(&mut python)?;
    let lines = Lines::of(server.child.stdout.take())?;
    for _ in &asked {
        let address = lines.address()?;
        let bytes = pattern(8, 4000);
        let cat = ["cat", &address, "--timeout", "2s"];
        let output = run(&mut stage.sockbox(&cat), &bytes)?;
        let turned: Vec<u8> = bytes.iter().rev().copied().collect();
        output.expect_bytes(&turned).map_err(to(&address))?;
    }
    match server.wait()?.success() {
        true => Ok(()),
        false => Err("the server in Python failed".into()),
    }
}
