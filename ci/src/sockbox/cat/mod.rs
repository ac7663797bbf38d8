//! `sockbox cat`: both directions, for each kind of socket.

pub(super) mod listen;
pub(super) mod timeout;

use std::io::{Read, Write};
use std::net::{TcpListener, UdpSocket};
use std::os::unix::net::{UnixDatagram, UnixListener};
use std::thread;
use std::time::Duration;

use super::Case;
use super::socket::{Stream, to};
use super::stage::{Output, Stage, pattern, run, same};
use crate::Result;

pub(super) const CASES: &[Case] = &[
    (
        "ten megabytes through an echo, over each kind of stream",
        ten_megabytes,
    ),
    ("messages through an echo", messages),
    (
        "the input ends, and what comes afterwards is written",
        half_close,
    ),
    (
        "the other side ends first, and all of the input is sent",
        other_half_close,
    ),
    (
        "a refused datagram, a refused connection and a reset are named",
        broken,
    ),
];

const MEGABYTE: usize = 1 << 20;

/// Runs `sockbox cat` with this input.
fn cat(stage: &Stage, words: &[&str], input: &[u8]) -> Result<Output> {
    run(&mut stage.sockbox(&[&["cat"], words].concat()), input)
}

fn ten_megabytes(stage: &Stage) -> Result<()> {
    let path = format!("unix:{}", stage.path("s"));
    let name = format!("unix:@{}", stage.name());
    let seqpacket = format!("unix-seqpacket:{}", stage.path("q"));
    let server = stage.echo(&["tcp:127.0.0.1:0", "tcp:[::1]:0", &path, &name, &seqpacket])?;
    let bytes = pattern(1, 10 * MEGABYTE);
    for address in &server.addresses {
        let output = cat(stage, &[address], &bytes)?;
        output.expect_bytes(&bytes).map_err(to(address))?;
        cat(stage, &[address], b"")?
            .expect_bytes(b"")
            .map_err(to(address))?;
    }
    server.stop()
}

fn messages(stage: &Stage) -> Result<()> {
    let path = format!("unix-dgram:{}", stage.path("s"));
    let name = format!("unix-dgram:@{}", stage.name());
    let server = stage.echo(&["udp:127.0.0.1:0", "udp:[::1]:0", &path, &name])?;
    thread::scope(|scope| {
        let cats: Vec<_> = server
            .addresses
            .iter()
            .map(|address| {
                scope.spawn(move || {
                    // One read of a pipe, and so one message.
                    let bytes = pattern(2, 4096);
                    let output = cat(stage, &[address, "--timeout", "3s"], &bytes)?;
                    output.expect_bytes(&bytes).map_err(to(address))
                })
            })
            .collect();
        let done = cats.into_iter().map(|cat| cat.join());
        done.into_iter()
            .try_for_each(|done| done.map_err(|_| "a thread panicked")?)
    })?;
    server.stop()
}

/// A server of one connection.
fn serve(
    address: &str,
    serve: impl FnOnce(Box<dyn Stream>) -> Result<()> + Send + 'static,
) -> Result<(String, thread::JoinHandle<Result<()>>)> {
    if let Some(path) = address.strip_prefix("unix:") {
        let listener = UnixListener::bind(path).map_err(to("bind"))?;
        let accept = move || serve(Box::new(listener.accept().map_err(to("accept"))?.0));
        return Ok((address.to_string(), thread::spawn(accept)));
    }
    let listener = TcpListener::bind("127.0.0.1:0").map_err(to("bind"))?;
    let address = format!("tcp:{}", listener.local_addr().map_err(to("address"))?);
    let accept = move || serve(Box::new(listener.accept().map_err(to("accept"))?.0));
    Ok((address, thread::spawn(accept)))
}

fn joined(thread: thread::JoinHandle<Result<()>>) -> Result<()> {
    thread
        .join()
        .map_err(|_| "a server panicked")?
        .map_err(to("server"))
}

fn half_close(stage: &Stage) -> Result<()> {
    for kind in ["tcp:", &format!("unix:{}", stage.path("s"))] {
        let (address, server) = serve(kind, |mut stream| {
            let mut request = Vec::new();
            stream.read_to_end(&mut request).map_err(to("receive"))?;
            same(&pattern(3, 300_000), &request)?;
            stream
                .write_all(&pattern(4, 3 * MEGABYTE))
                .map_err(to("send"))
        })?;
        let output = cat(stage, &[&address], &pattern(3, 300_000))?;
        output
            .expect_bytes(&pattern(4, 3 * MEGABYTE))
            .map_err(to(&address))?;
        joined(server)?;
    }
    Ok(())
}

fn other_half_close(stage: &Stage) -> Result<()> {
    for kind in ["tcp:", &format!("unix:{}", stage.path("s"))] {
        let (address, server) = serve(kind, |mut stream| {
            stream.write_all(b"and that is all").map_err(to("send"))?;
            stream.shutdown().map_err(to("shutdown"))?;
            thread::sleep(Duration::from_millis(100));
            let mut request = Vec::new();
            stream.read_to_end(&mut request).map_err(to("receive"))?;
            same(&pattern(5, 3 * MEGABYTE), &request)
        })?;
        let output = cat(stage, &[&address], &pattern(5, 3 * MEGABYTE))?;
        output
            .expect_bytes(b"and that is all")
            .map_err(to(&address))?;
        joined(server)?;
    }
    Ok(())
}

fn broken(stage: &Stage) -> Result<()> {
    let free = UdpSocket::bind("127.0.0.1:0").map_err(to("bind"))?;
    let address = format!("udp:{}", free.local_addr().map_err(to("address"))?);
    drop(free);
    let line = format!("sockbox: {address}: connection refused\n");
    cat(stage, &[&address], b"hello")?.expect(1, &line)?;
    let address = format!("unix-dgram:{}", stage.path("gone"));
    drop(UnixDatagram::bind(stage.path("gone")).map_err(to("bind"))?);
    let line = format!("sockbox: {address}: connection refused\n");
    cat(stage, &[&address], b"hello")?.expect(1, &line)?;
    let listener = TcpListener::bind("127.0.0.1:0").map_err(to("bind"))?;
    let address = format!("tcp:{}", listener.local_addr().map_err(to("address"))?);
    let reset = thread::spawn(move || {
        let (mut stream, _) = listener.accept().map_err(to("accept"))?;
        stream.read_exact(&mut [0; 5]).map_err(to("receive"))?;
        rustix::net::sockopt::set_socket_linger(&stream, Some(Duration::ZERO))
            .map_err(to("SO_LINGER"))
    });
    let line = format!("sockbox: {address}: connection reset by peer\n");
    cat(stage, &[&address], b"hello")?.expect(1, &line)?;
    joined(reset)?;
    // A peer that takes no more of the input, but had something to say before.
    let path = format!("unix:{}", stage.path("s"));
    let (address, server) = serve(&path, |mut stream| {
        stream.write_all(b"enough").map_err(to("send"))
    })?;
    let output = cat(stage, &[&address], &pattern(8, 10 * MEGABYTE))?;
    if output.status.code() != Some(1) || !output.stderr.starts_with("sockbox: unix:") {
        return Err(format!("a peer that takes no more: {:?}", output.stderr));
    }
    joined(server)
}
