//! `cargo ci COMMAND`: every check of this repository, the same on any machine.
//!
//! Each command is a module of its name with a function `run`, and a line in [`COMMANDS`].

mod abi;
mod allow_list;
mod asm;
mod bench;
mod bsd;
mod child;
mod conformance;
mod cross;
mod deep;
mod dropin;
mod embedded;
mod emulate;
mod fuzz;
mod hygiene;
mod linux;
mod mutants;
mod planted;
mod project;
mod qemu;
mod setup;
mod sim;
mod size;
mod sockbox;
mod steps;
mod tally;
mod template;
mod test;
mod toolchain;
mod tour;
mod unicorn;
mod zig;

use std::process::ExitCode;

use lexopt::Arg;
use project::Project;

/// What went wrong, in words for the reader of the log.
type Error = String;

/// The result of anything that may go wrong.
type Result<T> = std::result::Result<T, Error>;

/// One command: its name, its line of help, and what it does. It says whether all was well.
struct Command {
    name: &'static str,
    summary: &'static str,
    /// The options it takes; a word that is none, only where `NAME…` is among them.
    options: &'static [&'static str],
    run: fn(&Project, &[String]) -> Result<bool>,
}

impl Command {
    fn takes(&self, argument: &str) -> bool {
        let is_word = !argument.starts_with('-');
        let takes = |option: &&str| *option == argument || is_word && *option == "NAME…";
        self.options.iter().any(takes)
    }
}

const COMMANDS: &[Command] = &[
    Command {
        name: "test",
        summary: "everything that must hold at each landing",
        options: &[],
        run: test::run,
    },
    Command {
        name: "cross",
        summary: "conformance on the four Linux arches; every crate for FreeBSD and macOS (--bsd)",
        options: &["--bsd"],
        run: cross::run,
    },
    Command {
        name: "abi",
        summary: "numbers and layouts against the headers of each target; --verbose; --flip N --seed S",
        options: &["--verbose", "--flip", "--seed", "--dump", "--take", "NAME…"],
        run: abi::run,
    },
    Command {
        name: "emulate",
        summary: "conformance of FreeBSD and macOS against modelled kernels; --trace; NAME… picks",
        options: &["--trace", "NAME…"],
        run: emulate::run,
    },
    Command {
        name: "size",
        summary: "how large the smallest programs are, each driven; --json",
        options: &["--json"],
        run: size::run,
    },
    Command {
        name: "asm",
        summary: "the code of the hottest calls, beside assembly; --json; --bsd; --bless sets bounds",
        options: &["--json", "--bless", "--bsd"],
        run: asm::run,
    },
    Command {
        name: "template",
        summary: "ci/template copied, built and tried as its README says",
        options: &[],
        run: template::run,
    },
    Command {
        name: "sockbox",
        summary: "the tool with std, nc, socat and Python at the other end",
        options: &[],
        run: sockbox::run,
    },
    Command {
        name: "embedded",
        summary: "the traits of embedded code, tried, with an HTTP server and an MQTT broker",
        options: &[],
        run: embedded::run,
    },
    Command {
        name: "dropin",
        summary: "programs of others, moved from std::net to sock::net",
        options: &[],
        run: dropin::run,
    },
    Command {
        name: "setup",
        summary: "install what is missing for `cross`, saying first what",
        options: &[],
        run: setup::run,
    },
    Command {
        name: "deep",
        summary: "the long campaigns: bench, sim, fuzz, mutants",
        options: &[],
        run: deep::run,
    },
    Command {
        name: "bench",
        summary: "time sock beside hand-written asm and its peers; --json",
        options: &["--json"],
        run: bench::run,
    },
    Command {
        name: "sim",
        summary: "random schedules with faults; --schedules N, --seed S; --help tells the rest",
        options: &[
            "--schedules",
            "--seed",
            "--schedule",
            "--set",
            "--faults",
            "--survey",
            "--planted",
            sim::HELP,
            "NAME…",
        ],
        run: sim::run,
    },
    Command {
        name: "fuzz",
        summary: "addresses under libFuzzer; --seconds N for each target; NAME… picks some",
        options: &["--seconds", "NAME…"],
        run: fuzz::run,
    },
    Command {
        name: "mutants",
        summary: "apply each planted fault and require its case to fail; NAME… picks some",
        options: &["NAME…"],
        run: mutants::run,
    },
];

fn main() -> ExitCode {
    let (name, arguments) = match parse(lexopt::Parser::from_env()) {
        Ok(Some(words)) => words,
        Ok(None) => {
            print!("{}", help());
            return ExitCode::SUCCESS;
        }
        Err(error) => return usage(&error),
    };
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        return usage(&format!("unknown command '{name}'"));
    };
    if let Some(word) = arguments.iter().find(|word| !command.takes(word)) {
        return usage(&format!("'{name}' does not take '{word}'"));
    }
    match Project::find().and_then(|project| (command.run)(&project, &arguments)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("cargo ci {name}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The command and its arguments, or nothing when help is asked for.
fn parse(mut parser: lexopt::Parser) -> Result<Option<(String, Vec<String>)>> {
    let mut words = Vec::new();
    while let Some(argument) = parser.next().map_err(|error| error.to_string())? {
        match argument {
            Arg::Short('h') | Arg::Long("help") if has_help(&words) => {
                words.push(sim::HELP.to_string());
            }
            Arg::Short('h') | Arg::Long("help") => return Ok(None),
            Arg::Value(word) => words.push(word.to_string_lossy().into_owned()),
            Arg::Long(name) if !words.is_empty() => words.push(format!("--{name}")),
            other => return Err(other.unexpected().to_string()),
        }
    }
    let mut words = words.into_iter();
    match words.next() {
        None => Err("a command is missing".to_string()),
        Some(word) if word == "help" => Ok(None),
        Some(word) => Ok(Some((word, words.collect()))),
    }
}

/// Whether the command has a help of its own.
fn has_help(words: &[String]) -> bool {
    let mut commands = COMMANDS.iter();
    commands.any(|command| {
        words.first().is_some_and(|word| word == command.name)
            && command.options.contains(&sim::HELP)
    })
}

fn usage(error: &str) -> ExitCode {
    eprint!("cargo ci: {error}\n\n{}", help());
    ExitCode::from(2)
}

fn help() -> String {
    let mut text = String::from("usage: cargo ci COMMAND\n\n");
    let lines = COMMANDS
        .iter()
        .map(|command| (command.name, command.summary));
    for (name, summary) in lines.chain([("help", "this text")]) {
        text.push_str(&format!("  {name:<9} {summary}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &[&str]) -> Result<Option<(String, Vec<String>)>> {
        parse(lexopt::Parser::from_args(line))
    }

    #[test]
    fn commands_and_their_arguments() {
        assert_eq!(words(&["test"]), Ok(Some(("test".into(), vec![]))));
        assert_eq!(
            words(&["mutants", "a", "b"]),
            Ok(Some(("mutants".into(), vec!["a".into(), "b".into()])))
        );
        assert_eq!(
            words(&["size", "--json"]),
            Ok(Some(("size".into(), vec!["--json".into()])))
        );
        assert!(words(&[]).is_err());
        assert!(words(&["--fast", "test"]).is_err());
        assert!(words(&["size", "--json=yes"]).is_err());
    }

    #[test]
    fn a_command_takes_its_own_options_only() {
        let command = |name| COMMANDS.iter().find(|command| command.name == name);
        let takes = |name, word| command(name).is_some_and(|command| command.takes(word));
        assert!(takes("size", "--json") && takes("mutants", "some-case"));
        assert!(!takes("test", "--json") && !takes("test", "word") && !takes("size", "word"));
    }

    #[test]
    fn a_command_with_many_options_has_a_help_of_its_own() {
        for line in [&["sim", "--help"][..], &["sim", "-h"]] {
            let words = words(line);
            assert_eq!(words, Ok(Some(("sim".into(), vec!["--help".into()]))));
        }
        let sim = COMMANDS
            .iter()
            .find(|command| command.name == "sim")
            .unwrap();
        for option in sim.options {
            assert!(sim::USAGE.contains(&format!("\n  {option} ")), "{option}");
        }
    }

    #[test]
    fn help_in_all_its_forms() {
        for line in [&["help"][..], &["--help"], &["-h"], &["test", "--help"]] {
            assert_eq!(words(line), Ok(None));
        }
        for command in COMMANDS {
            assert!(help().contains(&format!("  {:<9} {}\n", command.name, command.summary)));
            assert!(command.name.len() <= 9);
        }
    }
}
