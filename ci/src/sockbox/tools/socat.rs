//! socat.

use super::super::socket::to;
use super::super::stage::{Running, Stage, eventually, pattern, run, same};
use super::{MEGABYTE, port, there_and_back};
use crate::Result;

pub(super) fn to_echo(stage: &Stage) -> Result<()> {
    let (name, own) = (stage.name(), stage.path("own"));
    let [u, d, q] = ["u", "d", "q"].map(|name| stage.path(name));
    let addresses = [
        "tcp:127.0.0.1:0".to_string(),
        "udp:[::1]:0".to_string(),
        format!("unix:{}", u),
        format!("unix-dgram:{}", d),
        format!("unix-seqpacket:{}", q),
        format!("unix:@{name}"),
    ];
    let words: Vec<&str> = addresses.iter().map(String::as_str).collect();
    let server = stage.echo(&words)?;
    let socat = |address: &str, input: &[u8]| {
        // How long to go on after the end of the input, in seconds.
        let wait = if input.len() < MEGABYTE { "1" } else { "60" };
        let mut socat = stage.project.command("socat");
        there_and_back(socat.args(["-t", wait, "-", address]), input)
    };
    let (bytes, message) = (pattern(3, MEGABYTE), pattern(4, 4000));
    socat(
        &format!("TCP:127.0.0.1:{}", port(server.address(0)?)?),
        &bytes,
    )?;
    socat(
        &format!("UDP6:[::1]:{}", port(server.address(1)?)?),
        &message,
    )?;
    socat(&format!("UNIX-CONNECT:{}", u), &bytes)?;
    socat(&format!("UNIX-SENDTO:{},bind={own}", d), &message)?;
    socat(&format!("UNIX-CONNECT:{},type=5", q), &bytes)?;
    socat(&format!("ABSTRACT-CONNECT:{name}"), &bytes)?;
    server.stop()
}

/// socat listens, and sends everything back by way of cat(1).
pub(super) fn from_cat(stage: &Stage) -> Result<()> {
    for (kind, option) in [("unix", ""), ("unix-seqpacket", ",type=5")] {
        let path = stage.path(kind);
        let address = format!("{kind}:{path}");
        let mut socat = stage.project.command("socat");
        // As long as the messages of cat may be.
        socat.args(["-b", "65536", "-t", "60"]);
        socat.args([&format!("UNIX-LISTEN:{path}{option},fork"), "EXEC:cat"]);
        let mut socat = Running::spawn(&mut socat)?;
        let mut output = Vec::new();
        eventually("socat to listen", || {
            let cat = run(
                &mut stage.sockbox(&["cat", &address]),
                &pattern(6, MEGABYTE),
            );
            cat.is_ok_and(|cat| {
                output = cat.stdout;
                cat.status.success()
            })
        })?;
        same(&pattern(6, MEGABYTE), &output).map_err(to(&address))?;
        if !socat.is_running() {
            return Err("socat has ended".into());
        }
    }
    Ok(())
}

pub(super) fn to_cat(stage: &Stage) -> Result<()> {
    super::to_cat(stage, "tcp:[::1]:0", |address| {
        let mut socat = stage.project.command("socat");
        let there = format!("TCP6:[::1]:{}", port(address)?);
        socat.args(["-t", "60", "-", &there]);
        Ok(socat)
    })
}
