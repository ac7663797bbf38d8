//! Other programs at the other end: OpenBSD's nc, socat, and the sockets of Python.

mod nc;
mod python;
mod socat;

use std::process::Command;
use std::thread;

use super::Case;
use super::cat::listen::listening;
use super::socket::to;
use super::stage::{Stage, pattern, run, same};
use crate::Result;
use crate::child;
use crate::project::Project;

pub(super) const CASES: &[Case] = &[
    ("nc to echo: tcp, udp, unix", nc::to_echo),
    (
        "socat to echo: tcp, udp, unix, unix-dgram, unix-seqpacket, abstract names",
        socat::to_echo,
    ),
    ("Python to echo: every kind", python::to_echo),
    ("cat to nc: unix", nc::from_cat),
    ("nc to cat: tcp", nc::to_cat),
    ("cat to socat: unix, unix-seqpacket", socat::from_cat),
    ("socat to cat: tcp", socat::to_cat),
    ("cat to Python: every kind", python::from_cat),
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

/// A program that connects to `sockbox cat --listen`, made for its address: a megabyte one way, a few
/// bytes the other.
fn to_cat(stage: &Stage, asked: &str, client: impl Fn(&str) -> Result<Command>) -> Result<()> {
    let mut cat = listening(stage, &[asked])?;
    let mut client = client(&cat.address)?;
    let there = pattern(5, MEGABYTE);
    thread::scope(|scope| {
        let cat = scope.spawn(move || cat.pipe(b"from cat"));
        same(b"from cat", &run(&mut client, &there)?.stdout)?;
        same(&there, &cat.join().map_err(|_| "a thread panicked")??)
    })
}
