//! The standard streams of `sockbox cat`: files, pipes, terminals, and none.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::thread;

use rustix::fs::{OFlags, fcntl_getfl};
use rustix::process::Signal;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use super::Case;
use super::socket::{accept, to};
use super::stage::{Running, Stage, pattern, run, same};
use crate::Result;

pub(super) const CASES: &[Case] = &[
    ("files", files),
    ("no standard input is an empty one", no_stdin),
    (
        "no standard output is an error once something is to be written",
        no_stdout,
    ),
    ("a closed pipe ends it as it ends cat", closed_pipe),
    ("what cannot be read or written is named", unusable),
    (
        "a reader that is slow holds up neither the input nor loses anything",
        slow_reader,
    ),
    ("pipes stay in the mode that they are in", modes),
    (
        "at a terminal, the end of the other side is the end",
        terminal,
    ),
];

const MEGABYTE: usize = 1 << 20;

fn files(stage: &Stage) -> Result<()> {
    let server = stage.echo(&["tcp:127.0.0.1:0"])?;
    let (there, back) = (stage.path("there"), stage.path("back"));
    let bytes = pattern(1, 3 * MEGABYTE);
    std::fs::write(&there, &bytes).map_err(to("write"))?;
    let mut cat = stage.sockbox(&["cat", server.address(0)?]);
    cat.stdin(File::open(&there).map_err(to("open"))?);
    cat.stdout(File::create(&back).map_err(to("create"))?);
    let status = Running::spawn(&mut cat)?.wait()?;
    if !status.success() {
        return Err(format!("it ended with {status}"));
    }
    same(&bytes, &std::fs::read(&back).map_err(to("read"))?)?;
    server.stop()
}

fn no_stdin(stage: &Stage) -> Result<()> {
    let server = stage.echo(&["tcp:127.0.0.1:0"])?;
    let words = ["cat", server.address(0)?];
    run(&mut stage.shell("exec \"$0\" \"$@\" <&-", &words), b"")?.expect_bytes(b"")?;
    server.stop()
}

fn no_stdout(stage: &Stage) -> Result<()> {
    let server = stage.echo(&["tcp:127.0.0.1:0"])?;
    let mut shell = stage.shell("exec \"$0\" \"$@\" >&-", &["cat", server.address(0)?]);
    run(&mut shell, b"x")?.expect(1, "sockbox: standard output: bad file descriptor\n")?;
    let mut shell = stage.shell("exec \"$0\" \"$@\" >&-", &["cat", server.address(0)?]);
    run(&mut shell, b"")?.expect(0, "")?;
    // Without standard error, the status must do.
    let mut shell = stage.shell("exec \"$0\" \"$@\" 2>&-", &["cat", "tcp:127.0.0.1:0"]);
    run(&mut shell, b"")?.expect(1, "")?;
    server.stop()
}

fn closed_pipe(stage: &Stage) -> Result<()> {
    let server = stage.echo(&["tcp:127.0.0.1:0"])?;
    let words = ["cat", server.address(0)?];
    let mut cat = stage.sockbox(&words);
    cat.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut running = Running::spawn(&mut cat)?;
    drop(running.child.stdout.take());
    let mut stdin = running.child.stdin.take().ok_or("no pipe")?;
    stdin.write_all(b"x").map_err(to("its input"))?;
    let status = running.wait()?;
    if status.signal() != Some(Signal::PIPE.as_raw()) {
        return Err(format!("it ended with {status}"));
    }
    // Where the signal is ignored, as cat does.
    let script = "trap '' PIPE; { \"$0\" \"$@\"; echo $? >&2; } | :";
    let output = run(&mut stage.shell(script, &words), &pattern(2, MEGABYTE))?;
    match output.stderr.as_str() {
        "sockbox: standard output: broken pipe\n1\n" => server.stop(),
        other => Err(format!("with SIGPIPE ignored: {other:?}")),
    }
}

fn unusable(stage: &Stage) -> Result<()> {
    let server = stage.echo(&["tcp:127.0.0.1:0"])?;
    let words = ["cat", server.address(0)?];
    let mut shell = stage.shell("exec \"$0\" \"$@\" >/dev/full", &words);
    run(&mut shell, b"x")?.expect(1, "sockbox: standard output: no space left\n")?;
    let mut shell = stage.shell("exec \"$0\" \"$@\" </", &words);
    run(&mut shell, b"")?.expect(1, "sockbox: standard input: is a directory\n")?;
    server.stop()
}

/// A running `sockbox cat`, and the other end of its socket.
fn connected(stage: &Stage) -> Result<(Running, TcpStream)> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(to("bind"))?;
    let address = format!("tcp:{}", listener.local_addr().map_err(to("address"))?);
    let mut cat = stage.sockbox(&["cat", &address]);
    cat.stdin(Stdio::piped()).stdout(Stdio::piped());
    let running = Running::spawn(&mut cat)?;
    Ok((running, accept(&listener)?))
}

fn slow_reader(stage: &Stage) -> Result<()> {
    let (mut running, mut stream) = connected(stage)?;
    let pipes = running.child.stdin.take().zip(running.child.stdout.take());
    let (mut stdin, mut stdout) = pipes.ok_or("no pipes")?;
    let (there, back) = (pattern(3, 4 * MEGABYTE), pattern(4, 16 * MEGABYTE));
    thread::scope(|scope| {
        let mut sender = stream.try_clone().map_err(to("dup"))?;
        let sender = scope.spawn({
            let back = &back;
            move || {
                sender.write_all(back).map_err(to("send"))?;
                sender
                    .shutdown(std::net::Shutdown::Write)
                    .map_err(to("shutdown"))
            }
        });
        // Nobody reads what it writes, and it cannot go on with that.
        let feeder = scope.spawn({
            let there = &there;
            move || stdin.write_all(there).map_err(to("its input"))
        });
        let mut received = Vec::new();
        stream.read_to_end(&mut received).map_err(to("receive"))?;
        same(&there, &received)?;
        feeder.join().map_err(|_| "a feeder panicked")??;
        if sender.is_finished() {
            return Err("it has taken everything".to_string());
        }
        let mut written = Vec::new();
        stdout.read_to_end(&mut written).map_err(to("its output"))?;
        sender.join().map_err(|_| "a sender panicked")??;
        same(&back, &written)
    })?;
    let status = running.wait()?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("it ended with {status}"))
    }
}

fn modes(stage: &Stage) -> Result<()> {
    // The mode belongs to the open file, which these descriptors share with those of the program.
    let (stdin, feed) = std::io::pipe().map_err(to("pipe"))?;
    let (take, stdout) = std::io::pipe().map_err(to("pipe"))?;
    let server = stage.echo(&["tcp:127.0.0.1:0"])?;
    let mut cat = stage.sockbox(&["cat", server.address(0)?]);
    cat.stdin(stdin.try_clone().map_err(to("dup"))?);
    cat.stdout(stdout.try_clone().map_err(to("dup"))?);
    let mut running = Running::spawn(&mut cat)?;
    drop(cat);
    let (mut feed, mut take) = (feed, take);
    feed.write_all(b"x").map_err(to("its input"))?;
    take.read_exact(&mut [0]).map_err(to("its output"))?;
    for fd in [fcntl_getfl(&stdin), fcntl_getfl(&stdout)] {
        if fd.map_err(to("F_GETFL"))?.contains(OFlags::NONBLOCK) {
            return Err("a pipe was made non-blocking".into());
        }
    }
    drop(feed);
    let status = running.wait()?;
    if status.success() {
        server.stop()
    } else {
        Err(format!("it ended with {status}"))
    }
}

fn terminal(stage: &Stage) -> Result<()> {
    let control = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).map_err(to("openpt"))?;
    grantpt(&control).map_err(to("grantpt"))?;
    unlockpt(&control).map_err(to("unlockpt"))?;
    let name = ptsname(&control, Vec::new()).map_err(to("ptsname"))?;
    let name = name.to_str().map_err(to("ptsname"))?;
    let listener = TcpListener::bind("127.0.0.1:0").map_err(to("bind"))?;
    let address = format!("tcp:{}", listener.local_addr().map_err(to("address"))?);
    let mut cat = stage.sockbox(&["cat", &address]);
    cat.stdin(File::open(name).map_err(to("terminal"))?)
        .stdout(Stdio::piped());
    let mut running = Running::spawn(&mut cat)?;
    let mut stream = accept(&listener)?;
    let mut control = File::from(control);
    control.write_all(b"typed\n").map_err(to("type"))?;
    let mut line = [0; 6];
    stream.read_exact(&mut line).map_err(to("receive"))?;
    same(b"typed\n", &line)?;
    stream.write_all(b"bye").map_err(to("send"))?;
    drop(stream);
    // Nobody ends the input.
    let status = running.wait()?;
    let mut written = Vec::new();
    let mut stdout = running.child.stdout.take().ok_or("no pipe")?;
    stdout.read_to_end(&mut written).map_err(to("its output"))?;
    same(b"bye", &written)?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("it ended with {status}"))
    }
}
