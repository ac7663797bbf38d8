//! The command line.

use core::ffi::CStr;
use core::fmt;

use getargs::{Arg, Opt, Options};
use sock_start::Args;

/// What to do.
pub(crate) enum Command {
    /// Print this.
    Help(&'static str),
    /// Print the version.
    Version,
    /// Take the tour.
    Tour(Format),
}

/// For whom to print.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// A table for people.
    Table,
    /// One JSON object a line for programs.
    Json,
}

/// What is wrong with the command line.
pub(crate) enum Usage<'a> {
    NoCommand,
    UnknownCommand(&'a [u8]),
    UnknownOption(&'a [u8]),
    UnknownLetter(u8),
    Unexpected(&'a [u8]),
    OptionValue(&'a [u8]),
}

const HELP: &str = "\
sockbox - sockets without libc

Usage: sockbox COMMAND [OPTION]...

Commands:
  tour       Run every kind of socket over loopback, and show what a round trip costs

Options:
  -h, --help     Show this help, or that of a command
  -V, --version  Show the version

Exit status: 0 all well, 1 something failed, 2 called wrongly.
";

const TOUR_HELP: &str = "\
sockbox tour - run every kind of socket over loopback

Usage: sockbox tour [--json]

Takes 64-byte messages there and back through TCP, UDP and Unix sockets of this
machine's kernel, checks every byte, and shows for each kind how long a round
trip takes and how many system calls it makes (closing a socket not counted).
Two more cases: a connect that is refused, and a receive whose deadline passes.

Options:
      --json  One JSON object a line, for programs
  -h, --help  Show this help

Exit status: 0 all cases held, 1 one did not, 2 called wrongly.
";

pub(crate) fn parse(args: Args) -> Result<Command, Usage<'static>> {
    let mut words = args.args().skip(1);
    let command = words.next().ok_or(Usage::NoCommand)?;
    let mut alone = |command| match words.next() {
        None => Ok(command),
        Some(word) => Err(Usage::Unexpected(word.to_bytes())),
    };
    match command.to_bytes() {
        b"-h" | b"--help" | b"help" => alone(Command::Help(HELP)),
        b"-V" | b"--version" => alone(Command::Version),
        b"tour" => tour(words),
        [b'-', b'-', name @ ..] => Err(Usage::UnknownOption(name)),
        [b'-', letter] => Err(Usage::UnknownLetter(*letter)),
        word => Err(Usage::UnknownCommand(word)),
    }
}

fn tour(words: impl Iterator<Item = &'static CStr>) -> Result<Command, Usage<'static>> {
    let mut options = Options::new(words.map(CStr::to_bytes));
    let mut format = Format::Table;
    while let Some(word) = options.next_arg()? {
        match word {
            Arg::Short(b'h') | Arg::Long(b"help") => return Ok(Command::Help(TOUR_HELP)),
            Arg::Long(b"json") => format = Format::Json,
            Arg::Long(name) => return Err(Usage::UnknownOption(name)),
            Arg::Short(letter) => return Err(Usage::UnknownLetter(letter)),
            Arg::Positional(word) => return Err(Usage::Unexpected(word)),
        }
    }
    Ok(Command::Tour(format))
}

impl<'a> From<getargs::Error<&'a [u8]>> for Usage<'a> {
    fn from(error: getargs::Error<&'a [u8]>) -> Self {
        match error {
            getargs::Error::DoesNotRequireValue(Opt::Long(name)) => Usage::OptionValue(name),
            getargs::Error::RequiresValue(Opt::Long(name)) => Usage::UnknownOption(name),
            getargs::Error::DoesNotRequireValue(Opt::Short(letter))
            | getargs::Error::RequiresValue(Opt::Short(letter)) => Usage::UnknownLetter(letter),
            _ => Usage::Unexpected(b"word"),
        }
    }
}

impl fmt::Display for Usage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Usage::NoCommand => f.write_str("no command given"),
            Usage::UnknownCommand(word) => {
                write!(f, "no command '{}'", word.escape_ascii())
            }
            Usage::UnknownOption(name) => write!(f, "no option '--{}'", name.escape_ascii()),
            Usage::UnknownLetter(letter) => write!(f, "no option '-{}'", letter.escape_ascii()),
            Usage::Unexpected(word) => write!(f, "unexpected '{}'", word.escape_ascii()),
            Usage::OptionValue(name) => {
                write!(f, "option '--{}' takes no value", name.escape_ascii())
            }
        }
    }
}
