//! The connect under a deadline: in time, refused, too late, and called wrongly.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use super::Machine;
use crate::Result;

pub(super) fn drive(machine: &Machine<'_>) -> Result<()> {
    let io = |error: std::io::Error| error.to_string();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(io)?;
    let addr = listener.local_addr().map_err(io)?;
    let to = addr.to_string();
    let to = to.as_str();
    expect(machine, &[to, "60000"], 0, &format!("{to}: connected\n"))?;
    let queue = fill(&listener, addr)?;
    expect(
        machine,
        &[to, "300"],
        1,
        &format!("{to}: no answer within 300 ms\n"),
    )?;
    drop((queue, listener));
    expect(
        machine,
        &[to, "60000"],
        1,
        &format!("{to}: connection refused (ECONNREFUSED, os error 111)\n"),
    )?;
    let usage = "usage: connect-with-deadline ADDRESS:PORT MILLISECONDS\n";
    for words in [
        &[][..],
        &[to],
        &[to, "soon"],
        &["there", "1"],
        &[to, "1", "2"],
    ] {
        expect(machine, words, 2, usage)?;
    }
    Ok(())
}

/// Fills the queue of a listener, so that Linux drops each further SYN
/// (`tcp_conn_request` in net/ipv4/tcp_input.c).
fn fill(listener: &TcpListener, addr: SocketAddr) -> Result<Vec<TcpStream>> {
    rustix::net::listen(listener, 0).map_err(|error| format!("listen: {error}"))?;
    let mut queue = Vec::new();
    for _ in 0..8 {
        match TcpStream::connect_timeout(&addr, Duration::from_millis(200)) {
            Ok(stream) => queue.push(stream),
            Err(_) => return Ok(queue),
        }
    }
    Err("the queue of a listener has no end".to_string())
}

fn expect(machine: &Machine<'_>, words: &[&str], status: i32, text: &str) -> Result<()> {
    let (ended, printed) = machine.run(words)?;
    match (ended, printed.as_str()) == (Some(status), text) {
        true => Ok(()),
        false => Err(format!(
            "{words:?}: it ends with {ended:?} and prints {printed:?}, not with {status} and {text:?}"
        )),
    }
}
