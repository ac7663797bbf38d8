//! Programs at the other end.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::Result;

/// A program that runs until this is dropped.
pub struct Running(Child);

impl Running {
    /// Starts a program that prints a line when it is ready, and returns that line.
    pub fn ready(command: &mut Command) -> Result<(Self, String)> {
        let mut running = Self::start(command.stdout(Stdio::piped()))?;
        let output = running.0.stdout.take().ok_or("no standard output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        if line.is_empty() {
            return Err("the program at the other end did not start".into());
        }
        Ok((running, line.trim().to_string()))
    }

    /// Starts a program.
    pub fn start(command: &mut Command) -> Result<Self> {
        let child = command.stdin(Stdio::null()).spawn();
        let child = child.map_err(|error| format!("{:?}: {error}", command.get_program()))?;
        Ok(Running(child))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Err(error) = self.0.kill().and_then(|()| self.0.wait()) {
            eprintln!("a program at the other end cannot be ended: {error}");
        }
    }
}

/// Redis. A program of Debian's redis-tools is the server, too, by another name: the package of the
/// server would start one that listens on this machine. An alarm, which outlives exec(2), ends it
/// should nobody else do so.
pub fn redis() -> Command {
    let mut command = python(
        "import os, signal, sys; signal.alarm(240); \
         os.execvp('redis-check-rdb', ['redis-server', *sys.argv[1:]])",
    );
    command.args(["--daemonize", "no", "--save", ""]);
    command
}

/// Python, with a script.
pub fn python(script: &str) -> Command {
    let mut command = Command::new("python3");
    command.args(["-c", script]);
    command
}
