//! Programs that a case runs, and the folder in which it does so.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::Result;
use crate::project::Project;

/// Ample for anything that is waited for here.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// The program under test, and a folder for one case.
pub(super) struct Stage<'p> {
    pub(super) project: &'p Project,
    pub(super) program: PathBuf,
    /// What runs it, where that is another architecture's.
    pub(super) emulator: Option<PathBuf>,
    folder: PathBuf,
}

impl<'p> Stage<'p> {
    pub(super) fn new(project: &'p Project, program: PathBuf) -> Result<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        // Short: the path of a Unix socket has no more than 107 bytes.
        let folder = std::env::temp_dir().join(format!("sb-{}-{number}", std::process::id()));
        std::fs::create_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(Stage {
            project,
            program,
            emulator: None,
            folder,
        })
    }

    /// A path of this case's own.
    pub(super) fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    /// An abstract name of this case's own.
    pub(super) fn name(&self) -> String {
        self.folder.display().to_string().replace('/', ".")
    }

    /// The program with these words.
    pub(super) fn sockbox<W: AsRef<OsStr>>(&self, words: &[W]) -> Command {
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

    /// The program with these words, and no signal ignored, whatever the caller's shell has ignored for
    /// a command in the background.
    pub(super) fn signalled(&self, words: &[&str]) -> Command {
        let mut command = self.project.command("env");
        command
            .arg("--default-signal")
            .arg(&self.program)
            .args(words);
        command
    }

    /// A shell with a script, in which `"$0" "$@"` is the program with these words.
    pub(super) fn shell<W: AsRef<OsStr>>(&self, script: &str, words: &[W]) -> Command {
        let mut command = self.project.command("sh");
        command.args(["-c", script]).arg(&self.program).args(words);
        command
    }

    /// `sockbox echo` at these addresses.
    pub(super) fn echo(&self, addresses: &[&str]) -> Result<Server> {
        Server::start(
            self.sockbox(&[&["echo"], addresses].concat()),
            addresses.len(),
        )
    }
}

impl Drop for Stage<'_> {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A running program, killed when dropped, or when it runs for much longer than anything here takes. So
/// no wait for it is without an end, not even a plain read of its output.
pub(super) struct Running {
    pub(super) child: Child,
    /// Ends the watch when dropped.
    watched: Option<Sender<()>>,
}

/// How long a program may run.
const LIMIT: Duration = PATIENCE.saturating_mul(2);

impl Running {
    pub(super) fn spawn(command: &mut Command) -> Result<Self> {
        let name = command.get_program().display().to_string();
        let child = command.spawn();
        let child = child.map_err(|error| format!("{name} cannot be started: {error}"))?;
        let (watched, end) = channel();
        let watched = Some(watched);
        let running = Running { child, watched };
        let process = running.process()?;
        thread::spawn(move || {
            // While it is watched it has not been waited for, so that its number is its own.
            if end.recv_timeout(LIMIT) == Err(RecvTimeoutError::Timeout) {
                let _ = kill_process(process, Signal::KILL);
            }
        });
        Ok(running)
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    fn process(&self) -> Result<Pid> {
        let id = i32::try_from(self.id()).ok().and_then(Pid::from_raw);
        id.ok_or_else(|| "a process has no number".to_string())
    }

    pub(super) fn signal(&self, signal: Signal) -> Result<()> {
        kill_process(self.process()?, signal).map_err(|error| format!("kill: {error}"))
    }

    /// Waits for its end.
    pub(super) fn wait(&mut self) -> Result<ExitStatus> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => {
                    self.watched = None;
                    return Ok(status);
                }
                Ok(None) if Instant::now() > deadline => return Err("it does not end".into()),
                Ok(None) => thread::sleep(Duration::from_millis(2)),
                Err(error) => return Err(format!("wait: {error}")),
            }
        }
    }

    pub(super) fn is_running(&mut self) -> bool {
        let running = matches!(self.child.try_wait(), Ok(None));
        if !running {
            self.watched = None;
        }
        running
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended; then there is nothing to end, and the wait returns at once.
        self.watched = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A running `sockbox echo`.
pub(super) struct Server {
    pub(super) running: Running,
    /// Where it listens, as it says.
    pub(super) addresses: Vec<String>,
}

impl Server {
    /// Starts it, and waits until it has said where it listens.
    pub(super) fn start(mut command: Command, addresses: usize) -> Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut running = Running::spawn(&mut command)?;
        let lines = Lines::of(running.child.stdout.take())?;
        let addresses = (0..addresses)
            .map(|_| lines.address())
            .collect::<Result<_>>()?;
        Ok(Server { running, addresses })
    }

    pub(super) fn address(&self, at: usize) -> Result<&str> {
        let address = self.addresses.get(at).map(String::as_str);
        address.ok_or_else(|| format!("there is no address {at}"))
    }

    /// Asks for the end, which must be a good one.
    pub(super) fn stop(mut self) -> Result<()> {
        if !self.running.is_running() {
            return Err("the server has ended by itself".into());
        }
        self.running.signal(Signal::TERM)?;
        match self.running.wait()?.code() {
            Some(0) => Ok(()),
            code => Err(format!("the server ended with {code:?}")),
        }
    }
}

/// The lines that a program prints.
pub(super) struct Lines(Receiver<String>);

impl Lines {
    pub(super) fn of(source: Option<impl Read + Send + 'static>) -> Result<Self> {
        let source = source.ok_or("the program's output is not caught")?;
        let (sender, receiver) = channel();
        thread::spawn(move || {
            for line in BufReader::new(source).lines().map_while(|line| line.ok()) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Lines(receiver))
    }

    pub(super) fn next(&self) -> Result<String> {
        let line = self.0.recv_timeout(PATIENCE);
        line.map_err(|_| "the program ended, or printed no line in time".to_string())
    }

    /// The address in a line that says that the program listens.
    pub(super) fn address(&self) -> Result<String> {
        let line = self.next()?;
        let address = line.strip_prefix("listening ");
        address
            .map(String::from)
            .ok_or_else(|| format!("it does not listen, but says: {line}"))
    }
}

/// What a program that has ended left behind.
#[derive(Debug)]
pub(super) struct Output {
    pub(super) status: ExitStatus,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: String,
}

/// Runs a command to its end, with this input and then the end of it.
pub(super) fn run(command: &mut Command, input: &[u8]) -> Result<Output> {
    let input = input.to_vec();
    run_with(command, move |mut stdin| {
        // A program may end before it has read everything.
        let _ = stdin.write_all(&input);
    })
}

/// Runs a command to its end; `feed` has its standard input.
pub(super) fn run_with(
    command: &mut Command,
    feed: impl FnOnce(ChildStdin) + Send + 'static,
) -> Result<Output> {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut running = Running::spawn(command)?;
    let pipes = (
        running.child.stdin.take(),
        running.child.stdout.take(),
        running.child.stderr.take(),
    );
    let (Some(stdin), Some(mut stdout), Some(mut stderr)) = pipes else {
        return Err("a program has no pipes".into());
    };
    let feeder = thread::spawn(move || feed(stdin));
    let all = |mut bytes: Vec<u8>, source: &mut dyn Read| {
        let read = source.read_to_end(&mut bytes);
        read.map(|_| bytes)
    };
    let stdout = thread::spawn(move || all(Vec::new(), &mut stdout));
    let stderr = thread::spawn(move || all(Vec::new(), &mut stderr));
    let status = running.wait()?;
    let bytes = |thread: thread::JoinHandle<std::io::Result<Vec<u8>>>| {
        let read = thread.join().map_err(|_| "a reader panicked")?;
        read.map_err(|error| format!("read: {error}"))
    };
    let output = Output {
        status,
        stdout: bytes(stdout)?,
        stderr: String::from_utf8_lossy(&bytes(stderr)?).into_owned(),
    };
    feeder.join().map_err(|_| "a feeder panicked")?;
    Ok(output)
}

impl Output {
    /// An error unless it ended with this status and this on standard error.
    pub(super) fn expect(&self, code: i32, stderr: &str) -> Result<()> {
        if self.status.code() == Some(code) && self.stderr == stderr {
            return Ok(());
        }
        let (status, found) = (self.status, &self.stderr);
        Err(format!(
            "{status}, standard error {found:?}, wanted {code} and {stderr:?}"
        ))
    }

    /// An error unless it ended well and wrote these bytes.
    pub(super) fn expect_bytes(&self, bytes: &[u8]) -> Result<()> {
        self.expect(0, "")?;
        same(bytes, &self.stdout)
    }
}

/// An error unless these are the same bytes.
pub(super) fn same(wanted: &[u8], found: &[u8]) -> Result<()> {
    if wanted == found {
        return Ok(());
    }
    let pairs = wanted.iter().zip(found);
    let differ = pairs.take_while(|(wanted, found)| wanted == found).count();
    let (wanted, found) = (wanted.len(), found.len());
    Err(format!(
        "{wanted} bytes wanted, {found} found, which differ at {differ}"
    ))
}

/// Bytes that differ from one position and one client to the next.
pub(super) fn pattern(client: u8, len: usize) -> Vec<u8> {
    let byte = |at: usize| (at.wrapping_mul(0x9e37_79b1) >> 16) as u8 ^ client;
    (0..len).map(byte).collect()
}

/// Tries until it holds.
pub(super) fn eventually(what: &str, mut holds: impl FnMut() -> bool) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        if Instant::now() > deadline {
            return Err(format!("in vain waited for: {what}"));
        }
        thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}
