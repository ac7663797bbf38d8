//! Paths of Unix sockets, from the first bind to the last signal.

use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::{UnixDatagram, UnixListener};
use std::path::Path;
use std::process::Stdio;

use rustix::process::Signal;

use super::Case;
use super::socket::{exchange, stream, to, unix};
use super::stage::{Lines, PATIENCE, Running, Server, Stage, eventually, run};
use crate::Result;

pub(super) const CASES: &[Case] = &[
    (
        "paths are there while it serves, and gone after SIGTERM, SIGINT, SIGHUP",
        signals,
    ),
    ("a signal that is ignored does not end it", ignored_signal),
    ("a path that a killed server left is used again", killed),
    ("a path in use is an error, and stays in use", in_use),
    (
        "a path in use by another kind of socket is an error",
        other_kind,
    ),
    ("what is no socket is never removed", no_socket),
    (
        "when one address cannot be had, none is announced and no path stays",
        all_or_none,
    ),
    (
        "cat --listen removes its path when interrupted",
        interrupted_listen,
    ),
];

const KINDS: [&str; 3] = ["unix", "unix-dgram", "unix-seqpacket"];

fn exists(path: &str) -> bool {
    Path::new(path).symlink_metadata().is_ok()
}

fn is_socket(path: &str) -> bool {
    let file = Path::new(path).symlink_metadata();
    file.is_ok_and(|file| file.file_type().is_socket())
}

fn signals(stage: &Stage) -> Result<()> {
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        let paths = KINDS.map(|kind| stage.path(kind));
        let addresses: Vec<String> = KINDS
            .iter()
            .zip(&paths)
            .map(|(kind, path)| format!("{kind}:{path}"))
            .collect();
        let mut words = vec!["echo"];
        words.extend(addresses.iter().map(String::as_str));
        let mut server = Server::start(stage.signalled(&words), addresses.len())?;
        if !paths.iter().all(|path| is_socket(path)) {
            return Err("a path is not there".into());
        }
        // With a connection that is open.
        let client = unix(server.address(0)?)?;
        server.running.signal(signal)?;
        let code = server.running.wait()?.code();
        drop(client);
        if code != Some(0) {
            return Err(format!("{signal:?} ends it with {code:?}"));
        }
        if let Some(path) = paths.iter().find(|path| exists(path)) {
            return Err(format!("{path} is still there after {signal:?}"));
        }
    }
    Ok(())
}

fn ignored_signal(stage: &Stage) -> Result<()> {
    let shell = stage.shell(
        "trap '' HUP INT; exec \"$0\" \"$@\"",
        &["echo", "tcp:127.0.0.1:0"],
    );
    let server = Server::start(shell, 1)?;
    server.running.signal(Signal::HUP)?;
    server.running.signal(Signal::INT)?;
    for _ in 0..3 {
        exchange(stream(server.address(0)?)?, b"still there")?;
    }
    server.stop()
}

fn killed(stage: &Stage) -> Result<()> {
    for kind in KINDS {
        let path = stage.path(kind);
        let address = format!("{kind}:{path}");
        let mut first = stage.echo(&[&address])?;
        first.running.signal(Signal::KILL)?;
        first.running.wait()?;
        if !is_socket(&path) {
            return Err(format!("{kind}: the killed server left no path"));
        }
        stage.echo(&[&address])?.stop().map_err(to(kind))?;
        if exists(&path) {
            return Err(format!("{kind}: the path is still there"));
        }
    }
    Ok(())
}

fn in_use(stage: &Stage) -> Result<()> {
    let address = format!("unix:{}", stage.path("s"));
    let server = stage.echo(&[&address])?;
    let line = format!("sockbox: {address}: address already in use\n");
    run(&mut stage.sockbox(&["echo", &address]), b"")?.expect(1, &line)?;
    run(&mut stage.sockbox(&["cat", &address, "--listen"]), b"")?.expect(1, &line)?;
    // Twice in one process.
    let other = format!("unix:{}", stage.path("t"));
    let line = format!("sockbox: {other}: address already in use\n");
    run(&mut stage.sockbox(&["echo", &other, &other]), b"")?.expect(1, &line)?;
    exchange(stream(&address)?, b"still there")?;
    server.stop()
}

fn other_kind(stage: &Stage) -> Result<()> {
    let path = stage.path("s");
    let listener = UnixListener::bind(&path).map_err(to("bind"))?;
    listener.set_nonblocking(true).map_err(to("bind"))?;
    for kind in KINDS {
        let line = format!("sockbox: {kind}:{path}: address already in use\n");
        run(
            &mut stage.sockbox(&["echo", &format!("{kind}:{path}")]),
            b"",
        )?
        .expect(1, &line)?;
    }
    // To find out, nobody has knocked.
    match listener.accept() {
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
        _ => return Err("the owner of the path was disturbed".into()),
    }
    let path = stage.path("d");
    let datagrams = UnixDatagram::bind(&path).map_err(to("bind"))?;
    let line = format!("sockbox: unix:{path}: address already in use\n");
    run(&mut stage.sockbox(&["echo", &format!("unix:{path}")]), b"")?.expect(1, &line)?;
    drop(datagrams);
    if is_socket(&path) {
        Ok(())
    } else {
        Err("the path is gone".into())
    }
}

fn no_socket(stage: &Stage) -> Result<()> {
    let file = stage.path("file");
    std::fs::write(&file, "precious").map_err(to("write"))?;
    let folder = stage.path("folder");
    std::fs::create_dir(&folder).map_err(to("folder"))?;
    // A link to a socket that nobody has open.
    let socket = stage.path("socket");
    drop(UnixListener::bind(&socket).map_err(to("bind"))?);
    let link = stage.path("link");
    std::os::unix::fs::symlink(&socket, &link).map_err(to("link"))?;
    for path in [&file, &folder, &link] {
        let line = format!("sockbox: unix:{path}: address already in use\n");
        run(&mut stage.sockbox(&["echo", &format!("unix:{path}")]), b"")?.expect(1, &line)?;
        if !exists(path) {
            return Err(format!("{path} is gone"));
        }
    }
    match std::fs::read(&file).map_err(to("read"))?.as_slice() {
        b"precious" if is_socket(&socket) => Ok(()),
        _ => Err("something was changed".into()),
    }
}

fn all_or_none(stage: &Stage) -> Result<()> {
    let path = stage.path("s");
    let words = [
        "echo",
        "tcp:127.0.0.1:0",
        &format!("unix:{path}"),
        "tcp:192.0.2.1:0",
    ];
    let output = run(&mut stage.sockbox(&words), b"")?;
    output.expect(1, "sockbox: tcp:192.0.2.1:0: address not available\n")?;
    if !output.stdout.is_empty() {
        return Err("it says that it listens".into());
    }
    if exists(&path) {
        Err("the path is still there".into())
    } else {
        Ok(())
    }
}

fn interrupted_listen(stage: &Stage) -> Result<()> {
    use std::os::unix::process::ExitStatusExt;
    for kind in KINDS {
        let path = stage.path(kind);
        let mut cat = stage.signalled(&["cat", "--listen", &format!("{kind}:{path}")]);
        cat.stdin(Stdio::null()).stderr(Stdio::piped());
        let mut running = Running::spawn(&mut cat)?;
        let address = Lines::of(running.child.stderr.take())?.address()?;
        if address != format!("{kind}:{path}") || !is_socket(&path) {
            return Err(format!("it listens at {address}"));
        }
        if kind == "unix-dgram" {
            // Also when there is a peer, for the path stays as long as datagrams may come.
            let peer = UnixDatagram::bind(stage.path("peer")).map_err(to("bind"))?;
            peer.set_write_timeout(Some(PATIENCE))
                .map_err(to("time-out"))?;
            peer.send_to(b"", &path).map_err(to("send"))?;
            // Once it has one, it takes no others.
            let stranger = UnixDatagram::unbound().map_err(to("socket"))?;
            eventually("a peer", || stranger.send_to(b"", &path).is_err())?;
        }
        running.signal(Signal::INT)?;
        let status = running.wait()?;
        if status.signal() != Some(Signal::INT.as_raw()) {
            return Err(format!("{kind}: SIGINT ends it with {status}"));
        }
        if exists(&path) {
            return Err(format!("{path} is still there"));
        }
    }
    Ok(())
}
