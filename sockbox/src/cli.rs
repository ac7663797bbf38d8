//! The command line.

use core::ffi::CStr;
use core::fmt;
use core::time::Duration;

use getargs::{Arg, Opt, Options};
use heapless::Vec;
use sock_start::Args;

use crate::address::{ADDRESSES, Address, Fault};
use crate::{cat, help};

/// What to do.
pub(crate) enum Command<'a> {
    /// Print this.
    Help(&'static str),
    /// Print the version.
    Version,
    /// Serve at these addresses.
    Echo(&'a [Address]),
    /// Connect the standard streams with a socket.
    Cat(cat::Task<'a>),
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

type Word = &'static [u8];

/// Room for the addresses of a command.
pub(crate) type Addresses = Vec<Address, ADDRESSES>;

/// What is wrong with the command line, and of which command.
pub(crate) struct Usage {
    wrong: Wrong,
    verb: Option<Verb>,
}

enum Wrong {
    NoCommand,
    UnknownCommand(Word),
    UnknownOption(Word),
    UnknownLetter(u8),
    Unexpected(Word),
    /// An option that takes no value has one.
    OptionValue(Word),
    /// An option that takes a value has none.
    NoValue(Word),
    NoAddress,
    TooManyAddresses,
    Address(Word, Fault),
    Time(Word),
}

type Result<T> = core::result::Result<T, Wrong>;

/// The commands that take options.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verb {
    Echo,
    Cat,
    Tour,
}

pub(crate) fn parse(
    args: Args,
    addresses: &mut Addresses,
) -> core::result::Result<Command<'_>, Usage> {
    let mut words = args.args().skip(1).map(CStr::to_bytes);
    let verb = words.clone().next().and_then(|word| verb(word).ok());
    command(&mut words, addresses).map_err(|wrong| Usage { wrong, verb })
}

fn command(
    mut words: impl Iterator<Item = Word>,
    addresses: &mut Addresses,
) -> Result<Command<'_>> {
    let command = words.next().ok_or(Wrong::NoCommand)?;
    let alone = match command {
        b"-h" | b"--help" => Command::Help(help::SOCKBOX),
        b"-V" | b"--version" => Command::Version,
        b"help" => Command::Help(match words.next() {
            None => help::SOCKBOX,
            Some(topic) => verb(topic)?.help(),
        }),
        word => return options(verb(word)?, Options::new(words), addresses),
    };
    match words.next() {
        None => Ok(alone),
        Some(word) => Err(Wrong::Unexpected(word)),
    }
}

fn verb(word: Word) -> Result<Verb> {
    match word {
        b"echo" => Ok(Verb::Echo),
        b"cat" => Ok(Verb::Cat),
        b"tour" => Ok(Verb::Tour),
        [b'-', b'-', name @ ..] => Err(Wrong::UnknownOption(name)),
        [b'-', letter] => Err(Wrong::UnknownLetter(*letter)),
        word => Err(Wrong::UnknownCommand(word)),
    }
}

fn options<'a>(
    verb: Verb,
    mut options: Options<Word, impl Iterator<Item = Word>>,
    addresses: &'a mut Addresses,
) -> Result<Command<'a>> {
    let (mut listen, mut timeout, mut format) = (false, None, Format::Table);
    while let Some(word) = options.next_arg()? {
        match (verb, word) {
            (_, Arg::Short(b'h') | Arg::Long(b"help")) => return Ok(Command::Help(verb.help())),
            (Verb::Cat, Arg::Long(b"listen")) => listen = true,
            (Verb::Cat, Arg::Long(b"timeout")) => timeout = Some(time(options.value()?)?),
            (Verb::Tour, Arg::Long(b"json")) => format = Format::Json,
            (_, Arg::Long(name)) => return Err(Wrong::UnknownOption(name)),
            (_, Arg::Short(letter)) => return Err(Wrong::UnknownLetter(letter)),
            (_, Arg::Positional(word)) if verb.takes(addresses.len()) => {
                let address = Address::parse(word);
                let address = address.map_err(|fault| Wrong::Address(word, fault))?;
                addresses
                    .push(address)
                    .map_err(|_| Wrong::TooManyAddresses)?;
            }
            (_, Arg::Positional(word)) => return Err(Wrong::Unexpected(word)),
        }
    }
    match (verb, addresses.first()) {
        (Verb::Tour, _) => Ok(Command::Tour(format)),
        (_, None) => Err(Wrong::NoAddress),
        (Verb::Echo, _) => Ok(Command::Echo(addresses)),
        (Verb::Cat, Some(address)) => Ok(Command::Cat(cat::Task {
            address,
            listen,
            timeout,
        })),
    }
}

impl Verb {
    /// The call that shows its help.
    fn see(self) -> &'static str {
        match self {
            Verb::Echo => "sockbox echo --help",
            Verb::Cat => "sockbox cat --help",
            Verb::Tour => "sockbox tour --help",
        }
    }

    fn help(self) -> &'static str {
        match self {
            Verb::Echo => help::ECHO,
            Verb::Cat => help::CAT,
            Verb::Tour => help::TOUR,
        }
    }

    /// Whether one address more is wanted than there are.
    fn takes(self, addresses: usize) -> bool {
        match self {
            Verb::Echo => true,
            Verb::Cat => addresses == 0,
            Verb::Tour => false,
        }
    }
}

/// Reads a time: a number of seconds, or with a unit.
fn time(word: Word) -> Result<cat::Timeout> {
    let text = str::from_utf8(word).map_err(|_| Wrong::Time(word))?;
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits).unwrap_or_default();
    let milliseconds = match unit {
        "ms" => Some(1),
        "s" | "" => Some(1000),
        "m" => Some(60_000),
        "h" => Some(3_600_000),
        _ => None,
    };
    let number = number.parse::<u64>().ok().filter(|number| *number > 0);
    let duration = number
        .zip(milliseconds)
        .and_then(|(n, unit)| n.checked_mul(unit));
    match duration {
        Some(duration) => Ok(cat::Timeout {
            duration: Duration::from_millis(duration),
            text,
        }),
        None => Err(Wrong::Time(word)),
    }
}

impl Usage {
    /// What the program ends with.
    pub(crate) fn status(&self) -> i32 {
        match self.wrong {
            // The command line is right; it is the machine that lacks something.
            Wrong::Address(_, Fault::Zone(_)) => 1,
            _ => 2,
        }
    }
}

impl From<getargs::Error<Word>> for Wrong {
    fn from(error: getargs::Error<Word>) -> Self {
        match error {
            getargs::Error::DoesNotRequireValue(Opt::Long(name)) => Wrong::OptionValue(name),
            getargs::Error::RequiresValue(Opt::Long(name)) => Wrong::NoValue(name),
            getargs::Error::DoesNotRequireValue(Opt::Short(letter))
            | getargs::Error::RequiresValue(Opt::Short(letter)) => Wrong::UnknownLetter(letter),
            _ => Wrong::Unexpected(b"word"),
        }
    }
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, word, after): (_, &[u8], _) = match &self.wrong {
            Wrong::Address(word, fault) => return write!(f, "{}: {fault}", word.escape_ascii()),
            Wrong::NoCommand => ("no command given", b"", ""),
            Wrong::NoAddress => ("no address given", b"", ""),
            Wrong::TooManyAddresses => ("more than 16 addresses", b"", ""),
            Wrong::UnknownCommand(word) => ("no command '", *word, "'"),
            Wrong::UnknownOption(name) => ("no option '--", *name, "'"),
            Wrong::UnknownLetter(letter) => ("no option '-", core::slice::from_ref(letter), "'"),
            Wrong::Unexpected(word) => ("unexpected '", *word, "'"),
            Wrong::OptionValue(name) => ("option '--", *name, "' takes no value"),
            Wrong::NoValue(name) => ("option '--", *name, "' needs a value"),
            Wrong::Time(word) => ("not a time like 500ms, 5s or 2m: '", *word, "'"),
        };
        let word = word.escape_ascii();
        let see = self.verb.map_or("sockbox --help", Verb::see);
        write!(f, "{before}{word}{after}; see '{see}'")
    }
}
