//! Child processes: their output is shown as it comes and kept for reading.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::Result;

/// How a child ended, and what it printed.
pub(crate) struct Finished {
    /// Its exit status; nothing when it was stopped at its time limit.
    status: Option<ExitStatus>,
    /// Its standard output.
    pub(crate) output: String,
}

impl Finished {
    /// Whether it ended by itself, with status zero.
    pub(crate) fn succeeded(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }

    /// Whether it was stopped at its time limit.
    pub(crate) fn timed_out(&self) -> bool {
        self.status.is_none()
    }

    /// The exit status, when it ended by itself.
    pub(crate) fn code(&self) -> Option<i32> {
        self.status?.code()
    }

    /// How it ended, in words.
    pub(crate) fn ending(&self) -> String {
        match self.status {
            Some(status) => status.to_string(),
            None => "stopped at its time limit".to_string(),
        }
    }
}

/// Whether a child's standard output is also shown.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Show {
    /// Line by line, as it comes.
    Live,
    /// Not at all.
    Nothing,
}

/// Runs a command to its end, or to its time limit when it has one. Standard error is not caught.
pub(crate) fn run(command: &mut Command, show: Show, limit: Option<Duration>) -> Result<Finished> {
    let name = command.get_program().display().to_string();
    let deadline = limit.map(|limit| Instant::now() + limit);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{name} cannot be started: {error}"))?;
    let stdout = child
        .stdout
        .take()
        .ok_or_else(|| format!("{name} has no standard output"))?;
    let (output, in_time) = gather(lines(stdout), show, deadline);
    // A child may close its output and go on.
    let mut in_time = in_time;
    while let (true, Some(deadline)) = (in_time, deadline) {
        if child
            .try_wait()
            .map_err(|error| format!("{name}: {error}"))?
            .is_some()
        {
            break;
        }
        in_time = Instant::now() < deadline;
        thread::sleep(Duration::from_millis(5));
    }
    if !in_time {
        child
            .kill()
            .map_err(|error| format!("{name} cannot be stopped: {error}"))?;
    }
    let status = child.wait().map_err(|error| format!("{name}: {error}"))?;
    Ok(Finished {
        status: in_time.then_some(status),
        output,
    })
}

/// Runs a command quietly and returns the line it prints; an error when it fails.
pub(crate) fn text(command: &mut Command) -> Result<String> {
    let finished = run(command.stderr(Stdio::null()), Show::Nothing, None)?;
    if finished.succeeded() {
        Ok(finished.output.trim().to_string())
    } else {
        Err(format!(
            "{} failed: {}",
            command.get_program().display(),
            finished.ending()
        ))
    }
}

/// Runs a command with its output shown; an error when it fails.
pub(crate) fn check(command: &mut Command) -> Result<Finished> {
    let finished = run(command, Show::Live, None)?;
    if finished.succeeded() {
        Ok(finished)
    } else {
        Err(finished.ending())
    }
}

/// Reads lines in a thread of its own, so that they can be waited for with a time limit.
fn lines(source: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut reader = BufReader::new(source);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
            if sender
                .send(String::from_utf8_lossy(&line).into_owned())
                .is_err()
            {
                break;
            }
            line.clear();
        }
    });
    receiver
}

/// Collects lines up to the end of them, or to the deadline; says whether it was the end.
fn gather(lines: Receiver<String>, show: Show, deadline: Option<Instant>) -> (String, bool) {
    let mut output = String::new();
    loop {
        let next = match deadline {
            Some(deadline) => {
                lines.recv_timeout(deadline.saturating_duration_since(Instant::now()))
            }
            None => lines.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match next {
            Ok(line) => {
                if show == Show::Live {
                    print!("{line}");
                }
                output.push_str(&line);
            }
            Err(RecvTimeoutError::Disconnected) => return (output, true),
            Err(RecvTimeoutError::Timeout) => return (output, false),
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn shell(script: &str, limit: Option<Duration>) -> Finished {
        run(
            Command::new("sh").args(["-c", script]),
            Show::Nothing,
            limit,
        )
        .unwrap()
    }

    #[test]
    fn output_and_status() {
        let finished = shell("echo one; printf two; exit 3", None);
        assert_eq!(finished.output, "one\ntwo");
        assert!(!finished.succeeded() && !finished.timed_out());
        assert!(finished.ending().contains('3'));
        assert!(shell("true", Some(Duration::from_secs(60))).succeeded());
    }

    #[test]
    fn a_limit_stops_a_child() {
        for script in [
            "echo begun; exec sleep 60",
            "echo begun; exec >/dev/null; exec sleep 60",
        ] {
            let start = Instant::now();
            let finished = shell(script, Some(Duration::from_millis(300)));
            assert!(finished.timed_out() && !finished.succeeded());
            assert_eq!(finished.output, "begun\n");
            assert!(start.elapsed() < Duration::from_secs(30));
        }
    }

    #[test]
    fn what_cannot_start_is_an_error() {
        assert!(run(&mut Command::new("/does/not/exist"), Show::Nothing, None).is_err());
        assert!(text(Command::new("sh").args(["-c", "exit 1"])).is_err());
        assert_eq!(text(Command::new("echo").arg(" a ")), Ok("a".to_string()));
    }
}
