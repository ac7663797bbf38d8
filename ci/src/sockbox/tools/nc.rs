//! OpenBSD's nc.

use std::process::Stdio;

use super::super::socket::unix;
use super::super::stage::{Lines, Running, Stage, eventually, pattern, run, same};
use super::{MEGABYTE, port, there_and_back};
use crate::Result;

pub(super) fn to_echo(stage: &Stage) -> Result<()> {
    let path = stage.path("s");
    let unix = format!("unix:{path}");
    let server = stage.echo(&["tcp:127.0.0.1:0", "tcp:[::1]:0", "udp:127.0.0.1:0", &unix])?;
    let nc = |words: &[&str], input: &[u8]| {
        there_and_back(stage.project.command("nc").args(words), input)
    };
    let bytes = pattern(1, MEGABYTE);
    nc(&["-N", "127.0.0.1", port(server.address(0)?)?], &bytes)?;
    nc(&["-N", "::1", port(server.address(1)?)?], &bytes)?;
    nc(
        &["-u", "-w", "1", "127.0.0.1", port(server.address(2)?)?],
        &pattern(2, 1000),
    )?;
    nc(&["-N", "-U", &path], &bytes)?;
    server.stop()
}

/// nc listens, and takes one after the other (`-k`), since the first only knocks.
pub(super) fn from_cat(stage: &Stage) -> Result<()> {
    let path = stage.path("s");
    let address = format!("unix:{path}");
    let mut nc = stage.project.command("nc");
    nc.args(["-k", "-l", "-U", &path]);
    nc.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut nc = Running::spawn(&mut nc)?;
    let lines = Lines::of(nc.child.stdout.take())?;
    eventually("nc to listen", || unix(&address).is_ok())?;
    let mut cat = stage.sockbox(&["cat", &address, "--timeout", "500ms"]);
    run(&mut cat, b"from cat to nc\n")?;
    same(b"from cat to nc", lines.next()?.as_bytes())
}

pub(super) fn to_cat(stage: &Stage) -> Result<()> {
    super::to_cat(stage, "tcp:127.0.0.1:0", |address| {
        let mut nc = stage.project.command("nc");
        nc.args(["-N", "127.0.0.1", port(address)?]);
        Ok(nc)
    })
}
