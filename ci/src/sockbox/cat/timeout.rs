//! `sockbox cat --timeout`.

use std::fs::File;
use std::io::Write;
use std::net::UdpSocket;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use rustix::net::{SendFlags, Shutdown, SocketAddrUnix, accept, bind, listen, send, shutdown};

use super::super::Case;
use super::super::socket::{Seqpacket, to, unix};
use super::super::stage::{Lines, PATIENCE, Running, Stage, run, same};
use super::{cat, joined, serve};
use crate::Result;

pub(in super::super) const CASES: &[Case] = &[
    ("to connect", connecting),
    ("to be connected to", listening),
    ("with nothing sent or received", idle),
    ("not while something comes", in_use),
    ("with a peer that stays, but has ended all", ended),
    ("the end of datagrams", datagrams),
];

/// A listener whose queue is full, so that a connect waits.
fn full_listener(path: &str) -> Result<(rustix::fd::OwnedFd, Seqpacket)> {
    let listener = Seqpacket::open()?;
    let addr = SocketAddrUnix::new(path).map_err(to("address"))?;
    bind(&listener, &addr).map_err(to("bind"))?;
    listen(&listener, 0).map_err(to("listen"))?;
    // Linux takes one more than was asked for (`unix_recvq_full` in net/unix/af_unix.c).
    let waiting = Seqpacket::connect(&format!("unix-seqpacket:{path}"))?;
    Ok((listener, waiting))
}

fn connecting(stage: &Stage) -> Result<()> {
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

fn listening(stage: &Stage) -> Result<()> {
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

fn idle(stage: &Stage) -> Result<()> {
    for kind in ["tcp:", &format!("unix:{}", stage.path("s"))] {
        let (sender, receiver) = std::sync::mpsc::channel::<()>();
        let (address, server) = serve(kind, move |mut stream| {
            stream.write_all(b"something").map_err(to("send"))?;
            // Until the other has given up.
            let _ = receiver.recv_timeout(PATIENCE);
            Ok(())
        })?;
        let output = cat(stage, &[&address, "--timeout", "1s"], b"to be sent")?;
        let line = format!("sockbox: {address}: nothing sent or received for 1s\n");
        output.expect(1, &line)?;
        same(b"something", &output.stdout)?;
        drop(sender);
        joined(server)?;
    }
    Ok(())
}

fn in_use(stage: &Stage) -> Result<()> {
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

fn datagrams(stage: &Stage) -> Result<()> {
    // Somebody is there, but does not answer.
    let silent = UdpSocket::bind("127.0.0.1:0").map_err(to("bind"))?;
    let address = format!("udp:{}", silent.local_addr().map_err(to("address"))?);
    let line = format!("sockbox: {address}: nothing sent or received for 1s\n");
    cat(stage, &[&address, "--timeout", "1s"], b"hello")?.expect(1, &line)?;
    let mut room = [0; 64];
    let len = silent.recv(&mut room).map_err(to("receive"))?;
    same(b"hello", room.get(..len).unwrap_or_default())?;
    // Answered, also by nothing at all.
    let answer = thread::spawn(move || {
        let from = silent.recv_from(&mut [0; 64]).map_err(to("receive"))?.1;
        silent.send_to(b"", from).map_err(to("send")).map(drop)
    });
    cat(stage, &[&address, "--timeout", "1s"], b"hello")?.expect_bytes(b"")?;
    joined(answer)
}

/// The peer reads nothing, so that the kernel says that it has hung up, and never that there is room.
fn ended(stage: &Stage) -> Result<()> {
    const PAUSE: Duration = Duration::from_millis(200);
    for (kind, stuck) in [
        ("unix", false),
        ("unix", true),
        ("unix-seqpacket", false),
        ("unix-seqpacket", true),
    ] {
        let address = format!("{kind}:{}", stage.path("e"));
        let mut cat = stage.sockbox(&["cat", "--listen", "--timeout=2s", &address]);
        let zeroes = File::open("/dev/zero").map_err(to("open"))?;
        cat.stdin(zeroes)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut running = Running::spawn(&mut cat)?;
        let stderr = Lines::of(running.child.stderr.take())?;
        stderr.address()?;
        let peer = match kind {
            "unix" => unix(&address)?.into(),
            _ => Seqpacket::connect(&address)?.0,
        };
        thread::sleep(PAUSE);
        if stuck {
            // More than its standard output has room for, which nobody reads.
            let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
            for _ in 0..2 {
                while send(&peer, &[0; 4096], flags).is_ok() {}
                thread::sleep(PAUSE);
            }
        }
        shutdown(&peer, Shutdown::Both).map_err(to("shutdown"))?;
        let cause = match stuck {
            true => "nothing sent or received for 2s",
            false => "broken pipe",
        };
        let status = running.wait().map_err(to(&address))?;
        let (code, line) = (status.code(), stderr.next()?);
        if code != Some(1) || line != format!("sockbox: {address}: {cause}") {
            return Err(format!("{stuck}: it ended with {code:?}: {line}"));
        }
    }
    Ok(())
}
