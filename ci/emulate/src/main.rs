//! Runs the very machine code of FreeBSD and Darwin programs on Linux: a processor that unicorn emulates, and a
//! model of each kernel that translates system calls to real sockets.
//!
//! ```text
//! emulate --unicorn LIBRARY --table FILE [--limit SECONDS] [--trace] [--init] [--clock WAY] PROGRAM [ARGUMENT…]
//! emulate --names freebsd|darwin
//! ```
//!
//! `--clock` is how Darwin lets programs read its clock: `counter`, which is the default, or `call`. The second form
//! lists the names that the models need the values of. The exit status is the program's; 128 and
//! the number when a signal ended it; 3 when the program did what no program may, or what is not modelled.

mod address;
mod clock;
mod control;
mod cpu;
mod darwin;
mod descriptor;
mod disk;
mod file;
mod freebsd;
mod host;
mod interface;
mod kernel;
mod kqueue;
mod libsystem;
mod limit;
mod load;
mod memory;
mod numbers;
mod option;
mod poll;
mod record;
mod scheduler;
mod signal;
mod socket;
mod start;
mod table;
mod thread;
mod trace;
mod transfer;
mod unicorn;
mod vm;

use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::Arg;

/// What went wrong, in words.
type Error = String;

/// The result of anything that may go wrong.
type Result<T> = std::result::Result<T, Error>;

/// Whose kernel is modelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum System {
    FreeBsd,
    Darwin,
}

/// Whose instructions are executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arch {
    Amd64,
    Arm64,
}

/// ENOTSUP, which is another number than EOPNOTSUPP on Darwin and the same on the host.
pub(crate) const NOT_SUPPORTED: i32 = 0x1000;

/// Why a system call does not return a value.
#[derive(Debug)]
pub(crate) enum Stop {
    /// It fails, with the error of that name; the number is the host's.
    Errno(i32),
    /// It waits, and is made again when the wait ends.
    Wait(thread::Wait),
    /// It raises a signal instead, by its name, and why.
    Signal(&'static str, &'static str),
    /// The thread ends.
    ThreadEnds,
    /// The program ends, with that status.
    Exit(i32),
    /// All registers are as they have to be.
    Resumed,
    /// The program did what no program may, or what is not modelled.
    Fault(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Stop::Fault(error)
    }
}

impl From<i32> for Stop {
    fn from(errno: i32) -> Self {
        Stop::Errno(errno)
    }
}

/// What the command line asks for.
#[derive(Debug, Default)]
struct Options {
    unicorn: PathBuf,
    table: PathBuf,
    limit: Option<u64>,
    trace: bool,
    init: bool,
    clock: clock::Way,
    program: Vec<std::ffi::OsString>,
}

/// The run itself is at fault, not the program's own result.
const FAULT: u8 = 3;

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("emulate: {error}");
            ExitCode::from(FAULT)
        }
    }
}

fn run() -> Result<ExitCode> {
    let fault = |error: lexopt::Error| error.to_string();
    let mut options = Options::default();
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next().map_err(fault)? {
        match argument {
            Arg::Long("names") => {
                let system = match parser.value().map_err(fault)?.to_str() {
                    Some("freebsd") => System::FreeBsd,
                    Some("darwin") => System::Darwin,
                    _ => return Err("--names takes freebsd or darwin".to_string()),
                };
                print!("{}", numbers::names(system));
                return Ok(ExitCode::SUCCESS);
            }
            Arg::Long("unicorn") => options.unicorn = parser.value().map_err(fault)?.into(),
            Arg::Long("table") => options.table = parser.value().map_err(fault)?.into(),
            Arg::Long("limit") => {
                let seconds = parser.value().map_err(fault)?;
                let seconds = seconds.to_str().and_then(|text| text.parse().ok());
                options.limit = Some(seconds.ok_or("--limit takes seconds")?);
            }
            Arg::Long("trace") => options.trace = true,
            Arg::Long("init") => options.init = true,
            Arg::Long("clock") => {
                let way = parser.value().map_err(fault)?;
                let way = way.to_str().and_then(clock::Way::named);
                options.clock = way.ok_or("--clock takes counter or call")?;
            }
            Arg::Value(program) => {
                options.program.push(program);
                options.program.extend(parser.raw_args().map_err(fault)?);
            }
            other => return Err(other.unexpected().to_string()),
        }
    }
    let status = start::start(&options)?;
    Ok(ExitCode::from(status))
}
