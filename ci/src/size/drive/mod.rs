//! Drives a program: what it must still do, however small it is.
//!
//! Each function starts the program, natively or under its emulator, and returns what went wrong.

mod connect;
mod tcp;
mod udp;
mod unix;

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Result;
use crate::child::{self, Show};
use crate::project::Project;

/// Ample for anything a program is waited for here, also under emulation on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a program is started.
pub(crate) struct Machine<'a> {
    pub(crate) project: &'a Project,
    pub(crate) program: PathBuf,
    pub(crate) emulator: Option<PathBuf>,
}

/// Drives the program in the way of this name.
pub(crate) fn drive(way: &str, machine: &Machine<'_>) -> Result<()> {
    match way {
        "tcp-echo" => tcp::drive(machine, |addr| vec![addr]),
        "sockbox-echo" => tcp::drive(machine, |addr| vec!["echo".into(), format!("tcp:{addr}")]),
        "udp-echo" => udp::drive(machine),
        "unix-pair" => unix::drive(machine),
        "connect" => connect::drive(machine),
        _ => Err(format!("no way to drive it is called '{way}'")),
    }
}

impl Machine<'_> {
    fn command(&self, words: &[impl AsRef<OsStr>]) -> Command {
        let mut command = match &self.emulator {
            Some(emulator) => {
                let mut command = self.project.command(emulator);
                command.arg(&self.program);
                command
            }
            None => self.project.command(&self.program),
        };
        command.args(words);
        command
    }

    /// Runs it to its end: its exit status, and what it printed on both streams.
    fn run(&self, words: &[&str]) -> Result<(Option<i32>, String)> {
        let plain = self.command(words);
        let mut command = self.project.command("sh");
        command
            .args(["-c", "exec \"$0\" \"$@\" 2>&1"])
            .arg(plain.get_program())
            .args(plain.get_args());
        let finished = child::run(&mut command, Show::Nothing, Some(PATIENCE))?;
        Ok((finished.code(), finished.output))
    }

    /// Starts it, to be ended by whoever has it.
    fn start(&self, words: &[String]) -> Result<Running> {
        self.command(words)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .map(Running)
            .map_err(|error| format!("{} cannot be started: {error}", self.program.display()))
    }
}

/// A program that runs until this is dropped.
struct Running(Child);

impl Running {
    fn id(&self) -> u32 {
        self.0.id()
    }

    /// Whether it has ended by itself, which no server does.
    fn has_ended(&mut self) -> Result<bool> {
        let status = self.0.try_wait().map_err(|error| error.to_string())?;
        Ok(status.is_some())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended; then there is nothing to end, and the wait returns at once.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a server on a port that is free just now, until it answers to `ready`. Another program may
/// take the port first; then the server ends, and another port is tried. `words` are its arguments for
/// an address.
fn serve<T>(
    machine: &Machine<'_>,
    words: fn(String) -> Vec<String>,
    free_port: impl Fn() -> std::io::Result<u16>,
    ready: impl Fn(u16) -> Option<T>,
) -> Result<(Running, T)> {
    for _ in 0..5 {
        let port = free_port().map_err(|error| format!("no free port: {error}"))?;
        let mut running = machine.start(&words(format!("127.0.0.1:{port}")))?;
        let deadline = Instant::now() + PATIENCE;
        while !running.has_ended()? {
            if let Some(client) = ready(port) {
                return Ok((running, client));
            }
            if Instant::now() > deadline {
                return Err("it does not serve".to_string());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    Err("it ends instead of serving".to_string())
}

/// Bytes that differ from one position and one client to the next.
fn pattern(client: u8, len: usize) -> Vec<u8> {
    let byte = |at: usize| (at.wrapping_mul(31) >> 3) as u8 ^ client;
    (0..len).map(byte).collect()
}
