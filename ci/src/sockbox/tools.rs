//! Other programs at the other end: OpenBSD's nc, socat, and the sockets of Python.

use std::process::Command;

use super::Case;
use super::socket::to;
use super::stage::{Lines, Running, Stage, eventually, pattern, run, same};
use crate::Result;
use crate::child;
use crate::project::Project;

pub(super) const CASES: &[Case] = &[
    ("echo with nc: tcp, udp, unix", echo_nc),
    (
        "echo with socat: tcp, udp, unix, unix-dgram, unix-seqpacket, abstract names",
        echo_socat,
    ),
    ("echo with Python: every kind", echo_python),
    ("cat with nc: it connects, and is connected to", cat_nc),
    (
        "cat with socat: it connects, and is connected to",
        cat_socat,
    ),
    ("cat with Python: every kind", cat_python),
];

/// A program, what shows that it is the right one, and Debian's package of it.
struct Tool {
    name: &'static str,
    option: &'static str,
    sign: &'static str,
    package: &'static str,
}

const TOOLS: [Tool; 3] = [
    Tool {
        name: "nc",
        option: "-h",
        sign: "OpenBSD netcat",
        package: "netcat-openbsd",
    },
    Tool {
        name: "socat",
        option: "-V",
        sign: "socat version",
        package: "socat",
    },
    Tool {
        name: "python3",
        option: "--version",
        sign: "Python 3",
        package: "python3",
    },
];

impl Tool {
    fn is_there(&self, project: &Project) -> bool {
        // nc tells what it is on standard error.
        let mut shell = project.command("sh");
        shell.args(["-c", "\"$0\" \"$1\" 2>&1 || :", self.name, self.option]);
        child::text(&mut shell).is_ok_and(|text| text.contains(self.sign))
    }
}

/// The programs that cannot be run.
pub(super) fn lacking(project: &Project) -> Vec<&'static str> {
    let tools = TOOLS.iter().filter(|tool| !tool.is_there(project));
    tools.map(|tool| tool.name).collect()
}

/// The packages that bring them.
pub(crate) fn packages(project: &Project) -> Vec<&'static str> {
    let tools = TOOLS.iter().filter(|tool| !tool.is_there(project));
    tools.map(|tool| tool.package).collect()
}

const MEGABYTE: usize = 1 << 20;

fn port(address: &str) -> Result<&str> {
    let port = address.rsplit_once(':').map(|(_, port)| port);
    port.ok_or_else(|| format!("{address} has no port"))
}

/// Runs a program with this input, which must come back.
fn there_and_back(command: &mut Command, input: &[u8]) -> Result<()> {
    let output = run(command, input)?;
    let line = format!(
        "{} {:?}",
        command.get_program().display(),
        command.get_args()
    );
    if !output.status.success() {
        return Err(format!("{line}: {}, {}", output.status, output.stderr));
    }
    same(input, &output.stdout).map_err(to(&line))
}

fn echo_nc(stage: &Stage) -> Result<()> {
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

fn echo_socat(stage: &Stage) -> Result<()> {
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

/// A client in Python: the words are addresses as sockbox has them.
const CLIENT: &str = r#"
import os, socket, sys, threading

KINDS = {
    "tcp": (None, socket.SOCK_STREAM),
    "udp": (None, socket.SOCK_DGRAM),
    "unix": (socket.AF_UNIX, socket.SOCK_STREAM),
    "unix-dgram": (socket.AF_UNIX, socket.SOCK_DGRAM),
    "unix-seqpacket": (socket.AF_UNIX, socket.SOCK_SEQPACKET),
}

def parse(address):
    kind, name = address.split(":", 1)
    family, type = KINDS[kind]
    if family == socket.AF_UNIX:
        return family, type, "\0" + name[1:] if name.startswith("@") else name
    host, port = name.rsplit(":", 1)
    family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
    return family, type, (host.strip("[]"), int(port))

def connected(address):
    family, type, name = parse(address)
    s = socket.socket(family, type)
    s.settimeout(60)
    if (family, type) == (socket.AF_UNIX, socket.SOCK_DGRAM):
        s.bind("")  # a name of the kernel's choice
    s.connect(name)
    return s

def everything(s):
    parts = []
    while part := s.recv(1 << 16):
        parts.append(part)
    return b"".join(parts)
"#;

const ECHO: &str = r#"
for address in sys.argv[1:]:
    s = connected(address)
    if s.type == socket.SOCK_STREAM:
        data = os.urandom(1 << 20)
        sender = threading.Thread(target=lambda: (s.sendall(data), s.shutdown(socket.SHUT_WR)))
        sender.start()
        assert everything(s) == data, address
        sender.join()
    else:
        for size in (1, 0, 1400, 0, 60000):
            data = os.urandom(size)
            assert s.send(data) == size, address
            assert s.recv(1 << 17) == data, (address, size)
    if s.type == socket.SOCK_SEQPACKET:
        s.shutdown(socket.SHUT_WR)
        assert s.recv(1) == b"", address
    s.close()
print("done")
"#;

fn python(stage: &Stage, script: &str, words: &[&str]) -> Command {
    let mut python = stage.project.command("python3");
    python
        .args(["-c", &format!("{CLIENT}{script}")])
        .args(words);
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

fn echo_python(stage: &Stage) -> Result<()> {
    let asked = every_kind(stage);
    let words: Vec<&str> = asked.iter().map(String::as_str).collect();
    let server = stage.echo(&words)?;
    let found: Vec<&str> = server.addresses.iter().map(String::as_str).collect();
    run(&mut python(stage, ECHO, &found), b"")?.expect_bytes(b"done\n")?;
    server.stop()
}

/// Waits for the path, at which the program then listens: it makes it by bind, and listens at once.
fn listens_at(path: &str) -> Result<()> {
    eventually("a path", || {
        std::os::unix::net::UnixStream::connect(path).is_ok()
    })
}

fn cat_nc(stage: &Stage) -> Result<()> {
    // nc listens, and takes the first who comes; `-k`, since the first only knocks.
    let path = stage.path("s");
    let mut nc = stage.project.command("nc");
    nc.args(["-k", "-l", "-U", &path]);
    nc.stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped());
    let mut nc = Running::spawn(&mut nc)?;
    let lines = Lines::of(nc.0.stdout.take())?;
    listens_at(&path)?;
    let mut cat = stage.sockbox(&["cat", &format!("unix:{path}"), "--timeout", "500ms"]);
    run(&mut cat, b"from cat to nc\n")?;
    same(b"from cat to nc", lines.next()?.as_bytes())?;
    drop(nc);

    let (mut cat, address) = listening(stage, "tcp:127.0.0.1:0")?;
    let mut nc = stage.project.command("nc");
    let client = run(
        nc.args(["-N", "127.0.0.1", port(&address)?]),
        &pattern(5, MEGABYTE),
    )?;
    same(b"from cat", &client.stdout)?;
    same(&pattern(5, MEGABYTE), &cat.output()?)
}

/// A running `sockbox cat --listen` whose input is short.
struct Cat {
    running: Running,
    reader: Option<std::thread::JoinHandle<std::io::Result<Vec<u8>>>>,
}

fn listening(stage: &Stage, address: &str) -> Result<(Cat, String)> {
    use std::io::{Read, Write};
    let mut cat = stage.sockbox(&["cat", "--listen", address]);
    let piped = std::process::Stdio::piped;
    cat.stdin(piped()).stdout(piped()).stderr(piped());
    let mut running = Running::spawn(&mut cat)?;
    let address = Lines::of(running.0.stderr.take())?.address()?;
    let pipes = running.0.stdin.take().zip(running.0.stdout.take());
    let (mut stdin, mut stdout) = pipes.ok_or("no pipes")?;
    stdin.write_all(b"from cat").map_err(to("its input"))?;
    let reader = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        stdout.read_to_end(&mut bytes).map(|_| bytes)
    });
    let reader = Some(reader);
    Ok((Cat { running, reader }, address))
}

impl Cat {
    /// What it has written when it has come to a good end.
    fn output(&mut self) -> Result<Vec<u8>> {
        let status = self.running.wait()?;
        if !status.success() {
            return Err(format!("cat ended with {status}"));
        }
        let reader = self.reader.take().ok_or("its output was read before")?;
        reader
            .join()
            .map_err(|_| "a reader panicked")?
            .map_err(to("its output"))
    }
}

fn cat_socat(stage: &Stage) -> Result<()> {
    // socat listens and sends everything back, by way of cat(1).
    let path = stage.path("s");
    for kind in ["", ",type=5"] {
        let mut socat = stage.project.command("socat");
        socat.args([
            "-t",
            "60",
            "-b",
            "65536",
            &format!("UNIX-LISTEN:{path}{kind},fork"),
            "EXEC:cat",
        ]);
        let mut socat = Running::spawn(&mut socat)?;
        eventually("a path", || std::path::Path::new(&path).exists())?;
        let scheme = if kind.is_empty() {
            "unix"
        } else {
            "unix-seqpacket"
        };
        let address = format!("{scheme}:{path}");
        let mut output = Vec::new();
        // socat may have made the path, but not yet listen.
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
        drop(socat);
        std::fs::remove_file(&path).map_err(to("remove"))?;
    }
    let (mut cat, address) = listening(stage, "tcp:[::1]:0")?;
    let mut socat = stage.project.command("socat");
    socat.args(["-t", "60", "-", &format!("TCP6:[::1]:{}", port(&address)?)]);
    // Neither side ends before the other: socat by the end of its input, cat by the end of socat.
    drop(cat.running.0.stdin.take());
    let client = run(&mut socat, &pattern(7, MEGABYTE))?;
    same(b"from cat", &client.stdout)?;
    same(&pattern(7, MEGABYTE), &cat.output()?)
}

/// Servers in Python, one after the other, at the addresses; each serves one client.
const SERVE: &str = r#"
for address in sys.argv[1:]:
    family, type, name = parse(address)
    s = socket.socket(family, type)
    s.settimeout(60)
    s.bind(name)
    name = s.getsockname()
    if family != socket.AF_UNIX:
        address = address.rsplit(":", 1)[0] + ":%d" % name[1]
    if type == socket.SOCK_DGRAM:
        print("listening", address, flush=True)
        data, peer = s.recvfrom(1 << 17)
        s.sendto(data[::-1], peer)
    else:
        s.listen()
        print("listening", address, flush=True)
        c, _ = s.accept()
        c.settimeout(60)
        c.sendall(everything(c)[::-1])
        c.close()
    s.close()
"#;

fn cat_python(stage: &Stage) -> Result<()> {
    let asked = every_kind(stage);
    let words: Vec<&str> = asked.iter().map(String::as_str).collect();
    let mut python = python(stage, SERVE, &words);
    python.stdout(std::process::Stdio::piped());
    let mut server = Running::spawn(&mut python)?;
    let lines = Lines::of(server.0.stdout.take())?;
    for _ in &asked {
        let address = lines.address()?;
        let bytes = pattern(8, 4000);
        let cat = ["cat", &address, "--timeout", "1s"];
        let output = run(&mut stage.sockbox(&cat), &bytes)?;
        let turned: Vec<u8> = bytes.iter().rev().copied().collect();
        output.expect_bytes(&turned).map_err(to(&address))?;
    }
    match server.wait()?.success() {
        true => Ok(()),
        false => Err("the server in Python failed".into()),
    }
}
