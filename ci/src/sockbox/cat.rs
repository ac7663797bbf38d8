//! `sockbox cat`: both directions, `--listen`, `--timeout`, for each kind of socket.

use std::io::{Read, Write};
use std::net::{TcpListener, UdpSocket};
use std::os::unix::net::{UnixDatagram, UnixListener};
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use rustix::net::{SocketAddrUnix, accept, bind, listen};

use super::Case;
use super::socket::{Seqpacket, Stream, exchange, stream, to, udp, unix_dgram};
use super::stage::{Lines, Output, PATIENCE, Running, Stage, pattern, run, same};
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
        "--listen: both directions, over each kind of stream",
        listen_streams,
    ),
    (
        "--listen: seqpacket, whose empty messages are no end",
        listen_seqpacket,
    ),
    (
        "--listen: datagrams, whose first sender is the peer",
        listen_datagrams,
    ),
    ("--timeout: to connect", timeout_connect),
    ("--timeout: to be connected to", timeout_listen),
    ("--timeout: with nothing sent or received", timeout_idle),
    ("--timeout: not while something comes", timeout_in_use),
    ("--timeout: the end of datagrams", timeout_datagrams),
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
    for address in &server.addresses {
        // One read of a pipe, and so one message.
        let bytes = pattern(2, 4096);
        let output = cat(stage, &[address, "--timeout", "500ms"], &bytes)?;
        output.expect_bytes(&bytes).map_err(to(address))?;
    }
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

/// A running `sockbox cat --listen`.
struct Listening {
    running: Running,
    address: String,
    stderr: Lines,
}

fn listening(stage: &Stage, words: &[&str]) -> Result<Listening> {
    let mut command = stage.sockbox(&[&["cat", "--listen"], words].concat());
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut running = Running::spawn(&mut command)?;
    let stderr = Lines::of(running.0.stderr.take())?;
    let address = stderr.address()?;
    Ok(Listening {
        running,
        address,
        stderr,
    })
}

impl Listening {
    /// Gives it this input, and takes what it writes, up to the end of both.
    fn pipe(&mut self, input: &[u8]) -> Result<Vec<u8>> {
        let (stdin, stdout) = (self.running.0.stdin.take(), self.running.0.stdout.take());
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

fn listen_streams(stage: &Stage) -> Result<()> {
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

fn listen_seqpacket(stage: &Stage) -> Result<()> {
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

fn listen_datagrams(stage: &Stage) -> Result<()> {
    let mut cat = listening(stage, &["udp:127.0.0.1:0", "--timeout", "1s"])?;
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
    let mut cat = listening(stage, &[&address, "--timeout", "1s"])?;
    let client = unix_dgram(&address, &stage.path("own"))?;
    client.send(b"hello").map_err(to("send"))?;
    same(b"hello", &cat.pipe(b"answer")?)?;
    let mut room = [0; 64];
    let len = client.recv(&mut room).map_err(to("receive"))?;
    same(b"answer", room.get(..len).unwrap_or_default())?;

    // Senders without a name are heard, all of them.
    let mut cat = listening(stage, &[&address, "--timeout", "1s"])?;
    for _ in 0..2 {
        let unnamed = UnixDatagram::unbound().map_err(to("socket"))?;
        unnamed
            .send_to(b"nobody ", stage.path("d"))
            .map_err(to("send"))?;
    }
    same(b"nobody nobody ", &cat.pipe(b"")?)
}

/// A listener whose queue is full, so that a connect waits.
fn full_listener(path: &str) -> Result<(rustix::fd::OwnedFd, Vec<Seqpacket>)> {
    let listener = Seqpacket::open()?;
    let addr = SocketAddrUnix::new(path).map_err(to("address"))?;
    bind(&listener, &addr).map_err(to("bind"))?;
    listen(&listener, 0).map_err(to("listen"))?;
    // Linux takes one more than was asked for (`unix_recvq_full` in net/unix/af_unix.c).
    let waiting = Seqpacket::connect(&format!("unix-seqpacket:{path}"))?;
    Ok((listener, vec![waiting]))
}

fn timeout_connect(stage: &Stage) -> Result<()> {
    let path = stage.path("s");
    let (listener, waiting) = full_listener(&path)?;
    let address = format!("unix-seqpacket:{path}");
    for time in ["300ms", "1s"] {
        let line = format!("sockbox: {address}: no connection within {time}\n");
        cat(stage, &[&address, "--timeout", time], b"")?.expect(1, &line)?;
    }
    // In time, after all.
    let mut command = stage.sockbox(&["cat", "--timeout", "1m", &address]);
    let later = thread::spawn(move || {
        thread::sleep(Duration::from_millis(200));
        let first = accept(&listener).map_err(to("accept"))?;
        let second = Seqpacket::new(accept(&listener).map_err(to("accept"))?)?;
        second.send(b"welcome")?;
        drop(first);
        Ok(())
    });
    run(&mut command, b"")?.expect_bytes(b"welcome")?;
    drop(waiting);
    joined(later)
}

fn timeout_listen(stage: &Stage) -> Result<()> {
    for kind in ["unix", "unix-dgram", "unix-seqpacket"] {
        let path = stage.path(kind);
        let address = format!("{kind}:{path}");
        let output = cat(stage, &[&address, "--listen", "--timeout=200ms"], b"")?;
        let line = format!("listening {address}\nsockbox: {address}: no connection within 200ms\n");
        output.expect(1, &line)?;
        if std::path::Path::new(&path).exists() {
            return Err(format!("{path} is still there"));
        }
    }
    Ok(())
}

fn timeout_idle(stage: &Stage) -> Result<()> {
    for kind in ["tcp:", &format!("unix:{}", stage.path("s"))] {
        let (sender, receiver) = std::sync::mpsc::channel::<()>();
        let (address, server) = serve(kind, move |mut stream| {
            stream.write_all(b"something").map_err(to("send"))?;
            // Until the other has given up.
            let _ = receiver.recv_timeout(PATIENCE);
            Ok(())
        })?;
        let output = cat(stage, &[&address, "--timeout", "300ms"], b"to be sent")?;
        let line = format!("sockbox: {address}: nothing sent or received for 300ms\n");
        output.expect(1, &line)?;
        same(b"something", &output.stdout)?;
        drop(sender);
        joined(server)?;
    }
    Ok(())
}

fn timeout_in_use(stage: &Stage) -> Result<()> {
    let (address, server) = serve("tcp:", |mut stream| {
        // In all longer than the time-out, and each pause much shorter.
        for _ in 0..25 {
            stream.write_all(b"x").map_err(to("send"))?;
            thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    })?;
    cat(stage, &[&address, "--timeout", "2"], b"")?.expect_bytes(&[b'x'; 25])?;
    joined(server)
}

fn timeout_datagrams(stage: &Stage) -> Result<()> {
    // Somebody is there, but does not answer.
    let silent = UdpSocket::bind("127.0.0.1:0").map_err(to("bind"))?;
    let address = format!("udp:{}", silent.local_addr().map_err(to("address"))?);
    let line = format!("sockbox: {address}: nothing sent or received for 200ms\n");
    cat(stage, &[&address, "--timeout", "200ms"], b"hello")?.expect(1, &line)?;
    let mut room = [0; 64];
    let len = silent.recv(&mut room).map_err(to("receive"))?;
    same(b"hello", room.get(..len).unwrap_or_default())?;
    // Answered, also by nothing at all.
    let answer = thread::spawn(move || {
        let from = silent.recv_from(&mut [0; 64]).map_err(to("receive"))?.1;
        silent.send_to(b"", from).map_err(to("send")).map(drop)
    });
    cat(stage, &[&address, "--timeout", "200ms"], b"hello")?.expect_bytes(b"")?;
    joined(answer)
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
    joined(server)?;
    // The plain case once more, with std at both ends.
    let server = stage.echo(&["tcp:127.0.0.1:0"])?;
    exchange(stream(server.address(0)?)?, b"x")?;
    server.stop()
}
