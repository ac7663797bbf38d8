//! `cargo ci asm`: what the compiler makes of the hottest calls.
//!
//! The package `codegen` has each call in a function of its own, and the same by hand in assembly.
//! Of each, on the four architectures, for size and for speed: one system-call instruction, no call
//! of anything, no trap, no reference to a function; and no more instructions than its bound in
//! `ci/codegen/bounds.toml`, beside the count of the one by hand, which is taken from the same text.
//!
//! Of the system calls of FreeBSD and Darwin: that the carry flag is read directly after each (`bsd`).
//!
//! The calls by hand are run, too, beside ours and on real sockets: both must come to the same.
//!
//! Under the compiler that a snapshot in `ci/codegen/snapshots/` was made with, the text must be that
//! of the snapshot.

mod agreement;
mod bounds;
mod bsd;
mod build;
mod carry;
mod elf_form;
mod report;
mod snapshot;
mod text;

use std::collections::BTreeMap;

use crate::Result;
use crate::cross::Lane;
use crate::linux::Arch;
use crate::project::Project;
use crate::steps::Steps;
use crate::tally::Tally;
use bounds::Bounds;
use build::{Compiler, Level};
use report::Row;
use snapshot::Comparison;
use text::Function;

/// One call.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Call {
    /// Its name in the package, behind `sock_` and `by_hand_`.
    name: &'static str,
    /// The system-call instructions that it has.
    system_calls: usize,
}

/// All of them.
const CALLS: [Call; 9] = [
    call("send", 1),
    call("recv", 1),
    call("recv_uninit", 1),
    call("send_to", 1),
    call("recv_from", 1),
    call("connected_send", 1),
    call("connected_recv", 1),
    call("accept", 1),
    call("encode", 0),
];

const fn call(name: &'static str, system_calls: usize) -> Call {
    Call { name, system_calls }
}

/// How to tell what was found, and what to do about it.
#[derive(Clone, Copy, Debug, Default)]
struct Options {
    /// One JSON object a line, and nothing else.
    json: bool,
    /// Write bounds and snapshots as they are now.
    bless: bool,
    /// FreeBSD and Darwin alone.
    bsd: bool,
}

pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<bool> {
    let has = |option: &str| arguments.iter().any(|argument| argument == option);
    let options = Options {
        json: has("--json"),
        bless: has("--bless"),
        bsd: has("--bsd"),
    };
    let lane = Lane::find(project)?;
    if options.json {
        let tally = survey(project, &lane, options)?;
        return Ok(tally.failed == 0);
    }
    let mut steps = Steps::new(project);
    steps.step("generated code", || survey(project, &lane, options));
    Ok(steps.finish())
}

/// The same as a step of another command.
pub(crate) fn check(project: &Project, lane: &Lane) -> Result<Tally> {
    survey(project, lane, Options::default())
}

fn survey(project: &Project, lane: &Lane, options: Options) -> Result<Tally> {
    let bounds = if options.bless && !options.bsd {
        Bounds::default()
    } else {
        Bounds::load(project)?
    };
    let mut survey = Survey {
        options,
        bounds,
        tally: Tally::default(),
        notes: Vec::new(),
        not_compared: BTreeMap::new(),
    };
    if !options.json {
        println!("{}", report::heading());
    }
    let machines = lane.machines.iter();
    for (arch, emulator) in machines.filter(|_| !options.bsd) {
        let compiler = Compiler::find(project, &lane.toolchains, arch)?;
        let mut texts = Vec::new();
        for level in Level::ALL {
            let text = compiler.text(project, &lane.lld, level)?;
            let functions = text::functions(arch, &text, &["sock_", "by_hand_"]);
            texts.push((level, functions));
        }
        for call in CALLS {
            survey.rows(arch, call, &texts);
            survey.snapshot(project, arch.name, call.name, &compiler.version, &texts)?;
        }
        let agreed = agreement::check(project, lane, arch, emulator.as_ref());
        survey.agreement(arch, agreed);
    }
    bsd::survey(project, &lane.toolchains, &mut survey)?;
    survey.finish(project)
}

/// The functions of each level.
type Texts = Vec<(Level, BTreeMap<String, Function>)>;

/// What was found so far.
struct Survey {
    options: Options,
    bounds: Bounds,
    tally: Tally,
    notes: Vec<String>,
    /// Snapshots that were left out, by the reason.
    not_compared: BTreeMap<String, Vec<&'static str>>,
}

impl Survey {
    /// Both levels of a call.
    fn rows(&mut self, arch: &Arch, call: Call, texts: &Texts) {
        for (level, functions) in texts {
            let counts = |prefix: &str| {
                let function = functions.get(&format!("{prefix}{}", call.name));
                function.map(|function| function.counts(arch))
            };
            let ours = counts("sock_");
            if let (true, Some(counts)) = (self.options.bless, &ours) {
                self.bounds
                    .set(arch.name, call.name, *level, counts.instructions);
            }
            let row = Row {
                call,
                arch: *arch,
                level: *level,
                ours,
                by_hand: counts("by_hand_"),
                bound: self.bounds.get(arch.name, call.name, *level),
            };
            self.tally += if row.faults().is_empty() {
                Tally::PASSED
            } else {
                Tally::FAILED
            };
            if let Some(instructions) = row.slack() {
                self.notes.push(format!(
                    "{} on {} at opt-level {}: the bound can be {instructions} (cargo ci asm --bless)",
                    call.name,
                    arch.name,
                    level.name()
                ));
            }
            if self.options.json {
                println!("{}", row.json());
            } else {
                println!("{row}");
            }
        }
    }

    /// Whether the calls by hand are worth a comparison.
    fn agreement(&mut self, arch: &Arch, agreed: Result<usize>) {
        let fault = match agreed {
            Ok(calls) if calls == CALLS.len() => None,
            Ok(calls) => Some(format!("{calls} calls, not {}", CALLS.len())),
            Err(error) => Some(error),
        };
        self.tally += match fault {
            None => Tally::PASSED,
            Some(_) => Tally::FAILED,
        };
        if let Some(fault) = fault {
            let name = format!("by hand and sock on {}", arch.name);
            self.notes.push(format!("{name}: FAILED: {fault}"));
        }
    }

    /// The text of a call.
    fn snapshot(
        &mut self,
        project: &Project,
        arch: &str,
        call: &'static str,
        compiler: &str,
        texts: &Texts,
    ) -> Result<()> {
        let mut parts = Vec::new();
        for (level, functions) in texts {
            if let Some(function) = functions.get(&format!("sock_{}", call)) {
                parts.push((format!("opt-level {}", level.name()), function));
            }
        }
        let by_hand = texts.first().map(|(_, functions)| functions);
        let by_hand = by_hand.and_then(|all| all.get(&format!("by_hand_{}", call)));
        parts.extend(by_hand.map(|function| ("by hand".to_string(), function)));
        let text = snapshot::text(compiler, &parts);
        if self.options.bless {
            return snapshot::save(project, arch, call, &text);
        }
        let comparison = snapshot::compare(project, arch, call, &text);
        let (tally, note) = match comparison {
            Ok(Comparison::Same) => (Tally::PASSED, None),
            Ok(Comparison::NotCompared(why)) => {
                let why = format!("on {}: not compared: {why}", arch);
                self.not_compared.entry(why).or_default().push(call);
                (Tally::SKIPPED, None)
            }
            Ok(Comparison::Different(diff)) => (Tally::FAILED, Some(format!("FAILED:\n{diff}"))),
            Err(error) => (Tally::FAILED, Some(format!("FAILED: {error}"))),
        };
        self.tally += tally;
        if let Some(note) = note {
            let name = format!("snapshot of {} on {}", call, arch);
            self.notes.push(format!("{name}: {note}"));
        }
        Ok(())
    }

    /// Tells the rest, and the counts.
    fn finish(mut self, project: &Project) -> Result<Tally> {
        for (why, calls) in &self.not_compared {
            self.notes
                .push(format!("snapshots of {} {why}", calls.join(", ")));
        }
        for note in &self.notes {
            if self.options.json {
                eprintln!("{note}");
            } else {
                println!("{note}");
            }
        }
        if self.options.bless {
            self.bounds.save(project)?;
        }
        Ok(self.tally)
    }
}
