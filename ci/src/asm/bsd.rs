//! The system calls of FreeBSD and Darwin as compiled: that each error is seen.
//!
//! Their kernels tell an error by the carry flag, and any instruction between the system call and the one
//! that reads the flag may change it. So the reader must come directly after the system call. What is read
//! is the text of the calls of `codegen::stubs`, and of those of `codegen::ours` that matter most; of
//! each, for size and for speed.

use std::fs;

use super::build::{Level, PACKAGE};
use super::text::{self, Function};
use super::{Survey, Texts, elf_form};
use crate::bsd::build::Builder;
use crate::bsd::{System, TARGETS, Target};
use crate::child::{self, Show};
use crate::linux::{ARCHES, Arch};
use crate::project::Project;
use crate::tally::Tally;
use crate::toolchain::Toolchains;
use crate::{Error, Result};

/// A call, and the numbers of the system calls that it makes, in the order of the text.
struct Call {
    name: &'static str,
    freebsd: &'static [u32],
    darwin: &'static [u32],
}

const fn call(name: &'static str, freebsd: &'static [u32], darwin: &'static [u32]) -> Call {
    Call {
        name,
        freebsd,
        darwin,
    }
}

/// All of them. The numbers are those of sys/syscall.h and bsd/kern/syscalls.master.
const CALLS: [Call; 12] = [
    call("stub_0", &[20], &[20]),
    call("stub_1", &[6], &[6]),
    call("stub_2", &[106], &[106]),
    call("stub_3", &[98], &[98]),
    call("stub_4", &[135], &[135]),
    call("stub_5", &[105], &[105]),
    call("stub_6", &[133], &[133]),
    call("stub_8", &[], &[447]),
    call("send", &[133], &[133]),
    call("recv", &[29], &[29]),
    call("recv_from", &[27], &[27]),
    call("accept", &[541], &[30]),
];

/// What a number of Darwin on amd64 begins with: the class of the BSD calls (osfmk/mach/i386/syscall_sw.h).
const CLASS: u32 = 2 << 24;

impl Call {
    fn numbers(&self, target: Target) -> Vec<u32> {
        match (target.system, target.arch) {
            (System::FreeBsd, _) => self.freebsd.to_vec(),
            (System::Darwin, "x86_64") => self.darwin.iter().map(|number| CLASS | number).collect(),
            (System::Darwin, _) => self.darwin.to_vec(),
        }
    }
}

/// Reads the calls of all targets.
pub(super) fn survey(
    project: &Project,
    toolchains: &Toolchains,
    survey: &mut Survey,
) -> Result<()> {
    let builder = Builder::find(project, toolchains)?;
    for target in TARGETS {
        let compiler = toolchains.compiler(project, target.triple)?;
        let arch = processor(target)?;
        let mut texts = Vec::new();
        for level in Level::ALL {
            let text = compile(project, &builder, target, level)?;
            let text = match target.system {
                System::FreeBsd => text,
                System::Darwin => elf_form::of(&text),
            };
            texts.push((level, text::functions(&arch, &text, &["sock_"])));
        }
        for call in CALLS {
            let numbers = call.numbers(target);
            if numbers.is_empty() {
                continue;
            }
            survey.bsd_rows(target, &arch, &call, &numbers, &texts);
            survey.snapshot(project, target.name, call.name, &compiler, &texts)?;
        }
    }
    Ok(())
}

/// The words of assembly are those of Linux on the same processor.
fn processor(target: Target) -> Result<Arch> {
    let arch = ARCHES.into_iter().find(|arch| arch.name == target.arch);
    arch.ok_or_else(|| format!("{} is no processor that is known", target.arch))
}

fn compile(
    project: &Project,
    builder: &Builder<'_>,
    target: Target,
    level: Level,
) -> Result<String> {
    let folder = project.cross_target().join("asm");
    let file = folder.join(format!("{}-{}.s", target.name, level.name()));
    fs::create_dir_all(&folder)
        .map_err(|error| -> Error { format!("{}: {error}", folder.display()) })?;
    let triple = [target.triple];
    // Cargo does not know of the file, and would not write it again.
    let clean = ["clean", "--quiet", "--profile", "static", "-p", PACKAGE];
    for cargo in &mut builder.cargo(&clean, &triple)? {
        child::run(cargo, Show::Nothing, None)?;
    }
    let mut words = vec!["rustc", "--quiet", "--profile", "static", "-p", PACKAGE];
    words.push("--lib");
    let backend = match target.system {
        System::FreeBsd => "sock-freebsd",
        System::Darwin => "sock-darwin",
    };
    let crates = [
        "bitflags",
        "sock-core",
        "sock-raw",
        backend,
        "sock",
        PACKAGE,
    ];
    let options =
        crates.map(|name| format!("profile.static.package.{name}.opt-level={}", level.name()));
    if level == Level::Speed {
        words.extend(options.iter().flat_map(|option| ["--config", option]));
    }
    let arguments = match target.arch {
        "x86_64" => "-enable-machine-outliner=never -x86-asm-syntax=intel",
        _ => "-enable-machine-outliner=never",
    };
    for cargo in &mut builder.cargo(&words, &triple)? {
        cargo
            .arg("--")
            .arg(format!("--emit=asm={}", file.display()));
        child::check(cargo.arg(format!("-Cllvm-args={arguments}")))?;
    }
    fs::read_to_string(&file).map_err(|error| -> Error { format!("{}: {error}", file.display()) })
}

impl Survey {
    /// Both levels of a call.
    fn bsd_rows(
        &mut self,
        target: Target,
        arch: &Arch,
        call: &Call,
        numbers: &[u32],
        texts: &Texts,
    ) {
        for (level, functions) in texts {
            let function = functions.get(&format!("sock_{}", call.name));
            let count = function.map(|function| function.counts(arch).instructions);
            if let (true, Some(count)) = (self.options.bless, count) {
                self.bounds.set(target.name, call.name, *level, count);
            }
            let bound = self.bounds.get(target.name, call.name, *level);
            let faults = match function {
                Some(function) => faults(function, arch, target, numbers, bound),
                None => vec!["not in the text".to_string()],
            };
            self.tally += if faults.is_empty() {
                Tally::PASSED
            } else {
                Tally::FAILED
            };
            let number = |number: Option<usize>| number.map_or("-".to_string(), |n| n.to_string());
            let (name, level) = (target.name, level.name());
            let (count, bound) = (number(count), number(bound));
            if !self.options.json {
                println!(
                    "{:<15} {name:<14} {level:>7} {count:>5} {:>8} {:>6} {bound:>6}{}",
                    call.name,
                    "",
                    "",
                    told(&faults)
                );
            } else {
                println!(
                    "{}",
                    serde_json::json!({
                        "call": call.name,
                        "arch": name,
                        "opt_level": level,
                        "instructions": count.parse::<usize>().ok(),
                        "bound": bound.parse::<usize>().ok(),
                        "system_calls": numbers,
                        "ok": faults.is_empty(),
                    })
                );
            }
        }
    }
}

fn told(faults: &[String]) -> String {
    match faults {
        [] => String::new(),
        faults => format!("  FAILED: {}", faults.join("; ")),
    }
}

/// What is wrong with a call.
fn faults(
    function: &Function,
    arch: &Arch,
    target: Target,
    numbers: &[u32],
    bound: Option<usize>,
) -> Vec<String> {
    let counts = function.counts(arch);
    let mut faults = Vec::new();
    match bound {
        None => faults.push("has no bound (cargo ci asm --bless sets it)".to_string()),
        Some(bound) if counts.instructions > bound => {
            faults.push(format!(
                "{} instructions, more than {bound}",
                counts.instructions
            ));
        }
        Some(_) => {}
    }
    for (what, list) in [
        ("calls", &counts.calls),
        ("traps", &counts.traps),
        ("refers to", &counts.symbols),
    ] {
        faults.extend(list.iter().map(|line| format!("{what}: {line}")));
    }
    let instructions: Vec<&str> = function.instructions().collect();
    let words = Words::of(target);
    let mut found = Vec::new();
    for (at, instruction) in instructions.iter().enumerate() {
        if *instruction != words.system_call {
            if text::enters_kernel(arch, instruction) {
                faults.push(format!("'{instruction}' is not '{}'", words.system_call));
            }
            continue;
        }
        let before = instructions.get(..at).unwrap_or_default();
        found.push(words.number(before));
        match instructions.get(at + 1) {
            Some(next) if words.reads_carry(next) => {}
            next => faults.push(format!(
                "after the system call comes '{}', which does not read the carry flag",
                next.unwrap_or(&"nothing")
            )),
        }
    }
    let wanted: Vec<Option<u32>> = numbers.iter().copied().map(Some).collect();
    if found != wanted {
        faults.push(format!("the system calls are {found:?}, not {numbers:?}"));
    }
    faults
}

/// What the text of a target's system calls looks like.
struct Words {
    system_call: &'static str,
    /// The names of the register of the number.
    number: [&'static str; 2],
    /// First words of instructions that read the carry flag, and what must be their last, if anything.
    carry: &'static [(&'static str, &'static [&'static str])],
}

impl Words {
    fn of(target: Target) -> Self {
        // `cs` and `hs` are two names of one condition, `cc` and `lo` of its contrary.
        const CONDITIONS: &[&str] = &["cs", "hs", "cc", "lo"];
        match (target.arch, target.system) {
            ("x86_64", _) => Words {
                system_call: "syscall",
                number: ["eax", "rax"],
                carry: &[("setb", &[]), ("setae", &[]), ("jb", &[]), ("jae", &[])],
            },
            (_, System::FreeBsd) => Words {
                system_call: "svc #0",
                number: ["w8", "x8"],
                carry: &[("cset", CONDITIONS), ("b.cs", &[]), ("b.hs", &[])],
            },
            (_, System::Darwin) => Words {
                system_call: "svc #0x80",
                number: ["w16", "x16"],
                carry: &[("cset", CONDITIONS), ("b.cs", &[]), ("b.hs", &[])],
            },
        }
    }

    fn reads_carry(&self, instruction: &str) -> bool {
        let mut words = instruction
            .split([' ', ','])
            .filter(|word| !word.is_empty());
        let (first, last) = (words.next(), words.next_back());
        self.carry.iter().any(|(verb, conditions)| {
            first == Some(verb)
                && (conditions.is_empty() || last.is_some_and(|last| conditions.contains(&last)))
        })
    }

    /// The number that was put into its register last.
    fn number(&self, before: &[&str]) -> Option<u32> {
        let value = before.iter().rev().find_map(|instruction| {
            let (verb, operands) = instruction.split_once(' ')?;
            let (register, value) = operands.split_once(", ").unwrap_or((operands, ""));
            let is_written = self.number.contains(&register);
            is_written.then_some(if verb == "mov" { value } else { "" })
        })?;
        let value = value.trim_start_matches('#');
        match value.strip_prefix("0x") {
            Some(digits) => u32::from_str_radix(digits, 16).ok(),
            None => value.parse().ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FREEBSD: &str = "mov eax, 133|syscall|setb cl|test cl, cl|ret";
    const DARWIN: &str = "mov w16, #133|svc #0x80|cset w8, hs|cbnz w8, .L1|.L1:|ret";

    fn faults_of(name: &str, lines: &str) -> Vec<String> {
        let target = TARGETS.into_iter().find(|target| target.name == name);
        let target = target.unwrap();
        let text = format!("f:\n{}\n.size f, .-f\n", lines.replace('|', "\n"));
        let arch = processor(target).unwrap();
        let function = &text::functions(&arch, &text, &["f"])["f"];
        faults(function, &arch, target, &[133], Some(9))
    }

    #[test]
    fn the_flag_is_read_at_once() {
        assert_eq!(faults_of("freebsd-amd64", FREEBSD), [""; 0]);
        assert_eq!(faults_of("darwin-arm64", DARWIN), [""; 0]);
        for (name, good, from, to, fault) in [
            ("freebsd-amd64", FREEBSD, "|setb", "|nop|setb", "'nop'"),
            (
                "freebsd-amd64",
                FREEBSD,
                "|setb",
                "|mov rdx, rax|setb",
                "'mov rdx, rax'",
            ),
            ("freebsd-amd64", FREEBSD, "setb cl", "sete cl", "'sete cl'"),
            ("freebsd-amd64", FREEBSD, "133", "134", "not [133]"),
            ("freebsd-amd64", FREEBSD, "133", "33554565", "not [133]"),
            ("freebsd-amd64", FREEBSD, "eax", "ecx", "[None]"),
            ("freebsd-amd64", FREEBSD, "|ret", "|syscall", "'nothing'"),
            (
                "freebsd-amd64",
                FREEBSD,
                "|ret",
                "|call g|ret",
                "calls: call g",
            ),
            (
                "darwin-arm64",
                DARWIN,
                "|cset",
                "|mov w1, w0|cset",
                "'mov w1, w0'",
            ),
            ("darwin-arm64", DARWIN, "hs|", "ne|", "'cset w8, ne'"),
            ("darwin-arm64", DARWIN, "#0x80", "#0", "'svc #0' is not"),
            ("darwin-arm64", DARWIN, "w16", "w8", "[None]"),
            (
                "darwin-arm64",
                DARWIN,
                "mov w16, #133",
                "ldr w16, [x1]",
                "[None]",
            ),
        ] {
            let faults = faults_of(name, &good.replace(from, to)).join("; ");
            assert!(faults.contains(fault), "{to}: {faults}");
        }
    }

    #[test]
    fn more_instructions_than_the_bound_are_too_many() {
        let long = FREEBSD.replace("|ret", &"|nop".repeat(9));
        assert!(
            faults_of("freebsd-amd64", &long)
                .join("")
                .contains("more than 9")
        );
    }
}
