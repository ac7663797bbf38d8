//! The programs that are written against embedded traits, with Python's HTTP server and the MQTT broker
//! Mosquitto at the other end.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::PROGRAMS;
use crate::child::{self, Finished, Show};
use crate::project::Project;
use crate::steps::Steps;
use crate::{Error, Result};

/// Ample for one exchange, and for a server to start.
const LIMIT: Duration = Duration::from_secs(20);

/// Where the broker is: Debian's users have no `sbin` on their path.
const BROKERS: [&str; 2] = ["mosquitto", "/usr/sbin/mosquitto"];

pub(super) fn check(project: &Project, steps: &mut Steps) {
    let built = steps.check("embedded: programs", || {
        let lint = ["clippy", "-p", PROGRAMS, "--", "-D", "warnings"];
        child::check(project.cargo().args(lint))?;
        let build = ["build", "--release", "-p", PROGRAMS];
        child::check(project.cargo().args(build)).map(drop)
    });
    if !built {
        return;
    }
    if child::text(project.command("python3").arg("--version")).is_ok() {
        steps.check("embedded: http-get from Python's server", || http(project));
    } else {
        let reason = "python3 cannot be run; run: cargo ci setup";
        steps.unable("embedded: http-get", reason);
    }
    match broker(project) {
        Some(broker) => {
            steps.check("embedded: mqtt-hello by way of Mosquitto", || {
                mqtt(project, broker)
            });
        }
        None => {
            let reason = "mosquitto cannot be run; run: cargo ci setup";
            steps.unable("embedded: mqtt-hello", reason);
        }
    }
}

/// The broker that can be run.
fn broker(project: &Project) -> Option<&'static str> {
    let is_there = |program: &&str| {
        // It tells its version on the way to an exit status of its own.
        let mut shell = project.command("sh");
        shell.args(["-c", "\"$0\" -h || :", program]);
        child::text(&mut shell).is_ok_and(|text| text.contains("mosquitto version"))
    };
    BROKERS.into_iter().find(is_there)
}

/// Debian's packages of what cannot be run.
pub(crate) fn packages(project: &Project) -> Vec<&'static str> {
    match broker(project) {
        Some(_) => Vec::new(),
        None => vec!["mosquitto"],
    }
}

/// A server, ended when dropped.
struct Server(Child);

impl Server {
    fn spawn(command: &mut Command) -> Result<Self> {
        let name = command.get_program().display().to_string();
        let child = command.stdin(Stdio::null()).spawn();
        child
            .map(Server)
            .map_err(|error| format!("{name} cannot be started: {error}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn io(error: std::io::Error) -> Error {
    error.to_string()
}

/// An empty folder under the target folder.
fn folder(project: &Project) -> Result<PathBuf> {
    let folder = project.target.join("embedded");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(io)?;
    }
    fs::create_dir_all(&folder).map_err(io)?;
    Ok(folder)
}

fn run(project: &Project, program: &str, words: &[&str]) -> Result<Finished> {
    let path = project.target.join("release").join(program);
    child::run(
        project.command(path).args(words),
        Show::Nothing,
        Some(LIMIT),
    )
}

fn http(project: &Project) -> Result<()> {
    let folder = folder(project)?;
    let page: String = (0..5000).map(|line| format!("line {line}\n")).collect();
    fs::write(folder.join("page.txt"), &page).map_err(io)?;
    let mut python = project.command("python3");
    python.args(["-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]);
    python.arg("--directory").arg(&folder);
    python.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut server = Server::spawn(&mut python)?;
    let stdout = server.0.stdout.take().ok_or("python3 says nothing")?;
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line).map_err(io)?;
    let port = line
        .split(" port ")
        .nth(1)
        .and_then(|rest| rest.split(' ').next());
    let port = port.ok_or_else(|| format!("no port in {line:?}"))?;
    let address = format!("127.0.0.1:{port}");

    let got = run(project, "http-get", &[&address, "/page.txt"])?;
    let (head, body) = got
        .output
        .split_once("\r\n\r\n")
        .ok_or_else(|| format!("no answer: {}, {:?}", got.ending(), got.output))?;
    if !got.succeeded() || !head.contains(" 200 ") || body != page {
        return Err(format!(
            "{}: {head:?} and {} bytes",
            got.ending(),
            body.len()
        ));
    }
    let got = run(project, "http-get", &[&address, "/none"])?;
    if !got.succeeded() || !got.output.contains(" 404 ") {
        return Err(format!("a page that is not there: {:?}", got.output));
    }
    drop(server);
    let refused = run(project, "http-get", &[&address, "/page.txt"])?;
    if refused.code() != Some(1) || !refused.output.is_empty() {
        return Err(format!("without a server: {}", refused.ending()));
    }
    println!("{} bytes came as they are", page.len());
    Ok(())
}

fn free_port() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(io)?;
    listener.local_addr().map_err(io)
}

fn mqtt(project: &Project, broker: &str) -> Result<()> {
    let log = folder(project)?.join("mosquitto.log");
    let address = free_port()?;
    // Without a configuration it serves this machine alone.
    let mut mosquitto = project.command(broker);
    mosquitto.args(["-v", "-p", &address.port().to_string()]);
    let file = File::create(&log).map_err(io)?;
    mosquitto.stdout(file.try_clone().map_err(io)?).stderr(file);
    let server = Server::spawn(&mut mosquitto)?;
    if !eventually(|| TcpStream::connect(address).is_ok()) {
        return Err(format!("mosquitto does not listen: {}", read(&log)));
    }
    let address = address.to_string();
    let words = [&address, "greetings/all", "hello there"];
    let done = run(project, "mqtt-hello", &words)?;
    if !done.succeeded() || done.output != "greetings/all: hello there\n" {
        return Err(format!(
            "{}: {:?}; {}",
            done.ending(),
            done.output,
            read(&log)
        ));
    }
    // Protocol 5, quality of service 2, in both directions. The log may come a little later.
    for sign in [
        "(p5, ",
        "greetings/all (QoS 2)",
        "Received PUBLISH from",
        "Sending PUBLISH to",
        "Received DISCONNECT",
    ] {
        if !eventually(|| read(&log).contains(sign)) {
            return Err(format!("mosquitto has not told {sign:?}: {}", read(&log)));
        }
    }
    drop(server);
    let refused = run(project, "mqtt-hello", &words)?;
    if refused.code() != Some(1) || !refused.output.is_empty() {
        return Err(format!("without a broker: {}", refused.ending()));
    }
    println!("the message went to the broker and back");
    Ok(())
}

/// Whether it becomes so within the limit.
fn eventually(mut is_so: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + LIMIT;
    while !is_so() {
        if Instant::now() > deadline {
            return false;
        }
        thread::sleep(Duration::from_millis(20));
    }
    true
}

fn read(log: &Path) -> String {
    fs::read_to_string(log).unwrap_or_default()
}
