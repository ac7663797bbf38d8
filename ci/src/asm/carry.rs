//! Whether a compiled call sees each error of FreeBSD and Darwin: the instruction that reads the carry flag
//! comes directly after the system call, whose number is in its register.

use std::collections::BTreeMap;

use super::text::{self, Function};
use crate::bsd::{System, Target};
use crate::linux::Arch;

/// What is wrong with a call. It may call functions that are in the text: they are looked at, too.
pub(super) fn faults(
    function: &Function,
    others: &BTreeMap<String, Function>,
    arch: &Arch,
    target: Target,
    numbers: &[u32],
    bound: Option<usize>,
) -> Vec<String> {
    let count = function.counts(arch).instructions;
    let mut faults = Vec::new();
    match bound {
        None => faults.push("has no bound (cargo ci asm --bless sets it)".to_string()),
        Some(bound) if count > bound => {
            faults.push(format!("{count} instructions, more than {bound}"));
        }
        Some(_) => {}
    }
    let mut found = Vec::new();
    let (mut open, mut seen) = (vec![function], Vec::new());
    while let Some(function) = open.pop() {
        let counts = function.counts(arch);
        for (what, list) in [("traps", &counts.traps), ("refers to", &counts.symbols)] {
            faults.extend(list.iter().map(|line| format!("{what}: {line}")));
        }
        for line in &counts.calls {
            let name = line.split(' ').next_back().unwrap_or_default();
            match others.get_key_value(name.split('@').next().unwrap_or_default()) {
                Some((name, _)) if seen.contains(&name) => {}
                Some((name, callee)) => {
                    seen.push(name);
                    open.push(callee);
                }
                None => faults.push(format!("calls: {line}")),
            }
        }
        system_calls(function, arch, target, &mut found, &mut faults);
    }
    let wanted = |number: &Option<u32>| number.is_some_and(|it| numbers.contains(&it));
    let first = numbers.first().copied();
    if !found.iter().all(wanted) || !found.contains(&first) {
        faults.push(format!("the system calls are {found:?}, not {numbers:?}"));
    }
    faults
}

/// Adds the numbers of a function's system calls, and what is wrong with them.
fn system_calls(
    function: &Function,
    arch: &Arch,
    target: Target,
    found: &mut Vec<Option<u32>>,
    faults: &mut Vec<String>,
) {
    let instructions: Vec<&str> = function.instructions().collect();
    let words = Words::of(target);
    for (at, instruction) in instructions.iter().enumerate() {
        if *instruction != words.system_call {
            if text::enters_kernel(arch, instruction) {
                faults.push(format!("'{instruction}' is not '{}'", words.system_call));
            }
            continue;
        }
        let before = instructions.get(..at).unwrap_or_default();
        found.push(number(before, words.number));
        match instructions.get(at + 1) {
            Some(next) if words.reads_carry(next) => {}
            next => faults.push(format!(
                "after the system call comes '{}', which does not read the carry flag",
                next.unwrap_or(&"nothing")
            )),
        }
    }
}

/// What the text of a target's system calls looks like.
struct Words {
    system_call: &'static str,
    /// The register of the number.
    number: &'static str,
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
                number: "rax",
                carry: &[("setb", &[]), ("setae", &[]), ("jb", &[]), ("jae", &[])],
            },
            (_, System::FreeBsd) => Words {
                system_call: "svc #0",
                number: "x8",
                carry: &[("cset", CONDITIONS), ("b.cs", &[]), ("b.hs", &[])],
            },
            (_, System::Darwin) => Words {
                system_call: "svc #0x80",
                number: "x16",
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
}

/// The number that was put into a register last, be it by way of another one.
fn number(before: &[&str], register: &str) -> Option<u32> {
    let (at, verb, value) = (0..before.len()).rev().find_map(|at| {
        let (verb, operands) = before.get(at)?.split_once(' ')?;
        let (written, value) = operands.split_once(", ").unwrap_or((operands, ""));
        (whole(written) == register && verb != "push").then_some((at, verb, value))
    })?;
    let earlier = before.get(..at).unwrap_or_default();
    let value = match verb {
        "mov" | "movabs" => value,
        // For size, amd64 pushes a number and pops it into the register.
        "pop" => earlier.last()?.strip_prefix("push ")?,
        _ => return None,
    };
    let digits = value.trim_start_matches('#');
    let parsed = match digits.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => digits.parse(),
    };
    parsed.ok().or_else(|| number(earlier, &whole(value)))
}

/// The whole of a register that is named by its lower half: `rax` of `eax`, `r8` of `r8d`, `x8` of `w8`.
fn whole(register: &str) -> String {
    if let Some(number) = register.strip_prefix('w') {
        format!("x{number}")
    } else if let Some(letters) = register.strip_prefix('e') {
        format!("r{letters}")
    } else if register.starts_with('r') {
        register.trim_end_matches('d').to_string()
    } else {
        register.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bsd::TARGETS;
    use crate::linux::ARCHES;

    const FREEBSD: &str = "mov eax, 133|syscall|setb cl|test cl, cl|ret";
    const DARWIN: &str = "mov w16, #133|svc #0x80|cset w8, hs|cbnz w8, .L1|.L1:|ret";

    fn faults_of(name: &str, lines: &str) -> Vec<String> {
        let target = TARGETS.into_iter().find(|target| target.name == name);
        let target = target.unwrap();
        let text = format!("f:\n{}\n.size f, .-f\n", lines.replace('|', "\n"));
        let mut arches = ARCHES.into_iter();
        let arch = arches.find(|arch| arch.name == target.arch).unwrap();
        let function = &text::functions(&arch, &text, &["f"])["f"];
        faults(function, &BTreeMap::new(), &arch, target, &[133], Some(9))
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
            (
                "freebsd-amd64",
                FREEBSD,
                "mov eax, 133",
                "push 9|pop rax",
                "Some(9)",
            ),
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
