//! The system calls of FreeBSD and Darwin as compiled: that each error is seen.
//!
//! Their kernels tell an error by the carry flag, and any instruction between the system call and the one
//! that reads the flag may change it. So the reader must come directly after the system call. What is read
//! is the text of the calls of `codegen::stubs`, and of those of `codegen::ours` that matter most; of
//! each, for size and for speed.

use std::collections::BTreeMap;
use std::fs;

use super::build::{Level, PACKAGE};
use super::carry::faults;
use super::{Survey, Texts, elf_form, text};
use crate::bsd::build::Builder;
use crate::bsd::{System, TARGETS, Target};
use crate::child::{self, Show};
use crate::linux::{ARCHES, Arch};
use crate::project::Project;
use crate::tally::Tally;
use crate::toolchain::Toolchains;
use crate::{Error, Result};

/// A call, and the numbers of the system calls that it may make: the first is there for certain.
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
    call("recv", &[29], &[27, 6]),
    call("recv_from", &[27], &[27, 6]),
    call("accept", &[541], &[30, 6, 54, 92, 105]),
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
            // The backend has the functions that the calls are not made of, but make.
            let mut functions = BTreeMap::new();
            for package in [backend(target), PACKAGE] {
                let text = compile(project, &builder, target, package, level)?;
                let text = match target.system {
                    System::FreeBsd => text,
                    System::Darwin => elf_form::of(&text),
                };
                functions.extend(text::functions(&arch, &text, &["sock_", "_R"]));
            }
            texts.push((level, functions));
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

/// The package whose text has the system calls.
fn backend(target: Target) -> &'static str {
    match target.system {
        System::FreeBsd => "sock-freebsd",
        System::Darwin => "sock-darwin",
    }
}

/// The text of a package at a level.
fn compile(
    project: &Project,
    builder: &Builder<'_>,
    target: Target,
    package: &str,
    level: Level,
) -> Result<String> {
    let folder = project.cross_target().join("asm");
    let file = folder.join(format!("{package}-{}-{}.s", target.name, level.name()));
    fs::create_dir_all(&folder)
        .map_err(|error| -> Error { format!("{}: {error}", folder.display()) })?;
    let triple = [target.triple];
    // Cargo does not know of the file, and would not write it again.
    let clean = ["clean", "--quiet", "--profile", "static", "-p", package];
    for cargo in &mut builder.cargo(&clean, &triple)? {
        child::run(cargo, Show::Nothing, None)?;
    }
    let mut words = vec!["rustc", "--quiet", "--profile", "static", "-p", package];
    words.push("--lib");
    let crates = [
        "bitflags",
        "sock-core",
        "sock-raw",
        backend(target),
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
                Some(function) => faults(function, functions, arch, target, numbers, bound),
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
