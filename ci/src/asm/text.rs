//! Reads the assembly text that the compiler writes, and counts what is in a function.

use std::collections::BTreeMap;

use crate::linux::Arch;

/// One function of an assembly text, in a form that does not depend on what else is in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Function {
    /// Labels (`.L1:`, in the order in which they stand) and instructions.
    pub(crate) lines: Vec<String>,
}

/// What is in a function.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Counts {
    /// All instructions.
    pub(crate) instructions: usize,
    /// Those that enter the kernel.
    pub(crate) system_calls: usize,
    /// Calls, and jumps to anywhere outside the function.
    pub(crate) calls: Vec<String>,
    /// Instructions that are there to crash the program.
    pub(crate) traps: Vec<String>,
    /// References to functions by other instructions.
    pub(crate) symbols: Vec<String>,
}

/// What the words of an architecture's assembly mean.
struct Words {
    /// Begins a comment.
    comment: &'static str,
    /// First words of instructions that enter the kernel.
    system_call: &'static [&'static str],
    /// First words of calls, and of jumps through a register.
    call: &'static [&'static str],
    /// First words of jumps, whose last operand tells where to.
    jump: &'static [&'static str],
    /// First words, or whole texts, of what crashes the program.
    trap: &'static [&'static str],
}

const X86_64: Words = Words {
    comment: "#",
    system_call: &["syscall", "sysenter", "int"],
    call: &["call", "callq"],
    jump: &[
        "jmp", "jmpq", "ja", "jae", "jb", "jbe", "jc", "je", "jg", "jge", "jl", "jle", "jna",
        "jnae", "jnb", "jnbe", "jnc", "jne", "jng", "jnge", "jnl", "jnle", "jno", "jnp", "jns",
        "jnz", "jo", "jp", "jpe", "jpo", "js", "jz", "jrcxz", "jecxz", "loop", "loope", "loopne",
    ],
    trap: &["ud2", "ud1", "ud0", "int3", "hlt"],
};

const AARCH64: Words = Words {
    comment: "//",
    system_call: &["svc", "hvc", "smc"],
    call: &["bl", "blr", "br", "braa", "brab", "blraa", "blrab"],
    jump: &["b", "cbz", "cbnz", "tbz", "tbnz"],
    trap: &["brk", "udf", "hlt"],
};

const RISCV64: Words = Words {
    comment: "#",
    system_call: &["ecall"],
    call: &["call", "tail", "jalr", "jr", "c.jr", "c.jalr"],
    jump: &[
        "j", "jal", "beq", "bne", "blt", "bge", "bltu", "bgeu", "bgt", "ble", "bgtu", "bleu",
        "beqz", "bnez", "blez", "bgez", "bltz", "bgtz",
    ],
    trap: &["ebreak", "c.ebreak", "unimp", "c.unimp"],
};

const LOONGARCH64: Words = Words {
    comment: "#",
    system_call: &["syscall"],
    call: &[
        "bl", "call", "call30", "call36", "tail", "tail30", "tail36", "jirl", "jr",
    ],
    jump: &[
        "b", "beq", "bne", "blt", "bge", "bltu", "bgeu", "bgt", "ble", "bgtu", "bleu", "beqz",
        "bnez", "bltz", "bgez", "blez", "bgtz", "bceqz", "bcnez",
    ],
    // The last is what LLVM makes of a trap.
    trap: &["break", "dbcl", "amswap.w $zero, $ra, $zero"],
};

impl Words {
    fn of(arch: &Arch) -> &'static Self {
        match arch.name {
            "aarch64" => &AARCH64,
            "riscv64" => &RISCV64,
            "loongarch64" => &LOONGARCH64,
            _ => &X86_64,
        }
    }
}

/// The functions of a text whose names begin with one of these words.
pub(crate) fn functions(arch: &Arch, text: &str, prefixes: &[&str]) -> BTreeMap<String, Function> {
    let mut functions = BTreeMap::new();
    let mut open: Option<(String, Vec<String>)> = None;
    for line in text.lines() {
        let line = plain(Words::of(arch), line);
        if let Some((name, lines)) = &mut open {
            if line.starts_with(&format!(".size {name},")) {
                let function = Function {
                    lines: renumber(lines),
                };
                functions.insert(name.clone(), function);
                open = None;
            } else if is_label(&line) || (!line.is_empty() && !line.starts_with('.')) {
                lines.push(line);
            }
        } else if let Some(name) = line.strip_suffix(':')
            && prefixes.iter().any(|prefix| name.starts_with(prefix))
        {
            open = Some((name.to_string(), Vec::new()));
        }
    }
    functions
}

/// A line without comments, and with one blank where there are several.
fn plain(words: &Words, line: &str) -> String {
    let code = line
        .split_once(words.comment)
        .map_or(line, |(code, _)| code);
    code.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_label(line: &str) -> bool {
    line.ends_with(':')
}

/// The words of a line that may be names: all but punctuation and blanks.
fn names(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !(c.is_alphanumeric() || "._$@".contains(c)))
        .filter(|name| !name.is_empty())
}

fn is_local(name: &str) -> bool {
    name.starts_with(".L")
}

/// Gives local names numbers in the order in which they stand, and leaves out labels that nothing
/// refers to.
fn renumber(lines: &[String]) -> Vec<String> {
    let used: Vec<&str> = lines
        .iter()
        .filter(|line| !is_label(line))
        .flat_map(|line| names(line).filter(|name| is_local(name)))
        .collect();
    let mut kept: Vec<String> = lines
        .iter()
        .filter(|line| {
            line.strip_suffix(':')
                .is_none_or(|name| used.contains(&name))
        })
        .cloned()
        .collect();
    let mut order: Vec<String> = Vec::new();
    for name in kept.iter().flat_map(|line| names(line)) {
        if is_local(name) && !order.iter().any(|known| known == name) {
            order.push(name.to_string());
        }
    }
    for line in &mut kept {
        *line = replace_names(line, |name| {
            let place = order.iter().position(|known| known == name)?;
            Some(format!(".L{}", place + 1))
        });
    }
    kept
}

/// The line with each name replaced for which there is another.
pub(crate) fn replace_names(line: &str, other: impl Fn(&str) -> Option<String>) -> String {
    let mut result = String::new();
    let mut rest = line;
    while let Some(name) = names(rest).next() {
        let Some((before, after)) = rest.split_once(name) else {
            break;
        };
        result.push_str(before);
        result.push_str(other(name).as_deref().unwrap_or(name));
        rest = after;
    }
    result + rest
}

/// Whether an instruction enters the kernel, in whatever way.
pub(crate) fn enters_kernel(arch: &Arch, instruction: &str) -> bool {
    let first = instruction.split(' ').next().unwrap_or_default();
    Words::of(arch).system_call.contains(&first)
}

impl Function {
    /// The lines that are no labels.
    pub(crate) fn instructions(&self) -> impl Iterator<Item = &str> {
        let lines = self.lines.iter().map(String::as_str);
        lines.filter(|line| !is_label(line))
    }

    /// Counts what is in it.
    pub(crate) fn counts(&self, arch: &Arch) -> Counts {
        let words = Words::of(arch);
        let mut counts = Counts::default();
        for line in self.lines.iter().filter(|line| !is_label(line)) {
            let first = line.split(' ').next().unwrap_or_default();
            // arm64 has conditions behind a point: `b.eq`.
            let verb = first.split_once('.').map_or(first, |(verb, _)| verb);
            let is = |list: &[&str]| list.contains(&first) || list.contains(&line.as_str());
            counts.instructions += 1;
            if is(words.system_call) {
                counts.system_calls += 1;
            }
            if is(words.trap) {
                counts.traps.push(line.clone());
            }
            let leaves = || !names(line).last().is_some_and(is_local);
            if is(words.call) || ((is(words.jump) || words.jump.contains(&verb)) && leaves()) {
                counts.calls.push(line.clone());
                continue;
            }
            counts.symbols.extend(
                names(line)
                    .filter(|name| is_function(name))
                    .map(String::from),
            );
        }
        counts
    }
}

/// Whether a name is that of a function: mangled by Rust, or one of the memory functions that the
/// compiler calls by itself.
fn is_function(name: &str) -> bool {
    const MEMORY: [&str; 5] = ["memcpy", "memmove", "memset", "memcmp", "bcmp"];
    let name = name.split('@').next().unwrap_or_default();
    name.starts_with("_R")
        || name.starts_with("_ZN")
        || MEMORY.contains(&name)
        || name.contains("panic")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::ARCHES;

    /// The counts of one function `f` with these lines.
    fn counts(arch: &str, lines: &str) -> Counts {
        let arch = ARCHES.iter().find(|one| one.name == arch).unwrap();
        let text = format!("f:\n{lines}\n\t.size\tf, .Lfunc_end0-f\n");
        functions(arch, &text, &["f"])["f"].counts(arch)
    }

    /// Instructions, system calls, calls, traps and symbols.
    fn numbers(arch: &str, lines: &str) -> [usize; 5] {
        let counts = counts(arch, lines);
        [
            counts.instructions,
            counts.system_calls,
            counts.calls.len(),
            counts.traps.len(),
            counts.symbols.len(),
        ]
    }

    #[test]
    fn a_call_of_each_architecture() {
        for (arch, lines) in [
            (
                "x86_64",
                "\t.cfi_startproc\n.LBB0_1:\n\tmov\teax, 45\n\t#APP\n\tsyscall\n\t#NO_APP\n\tje\t.LBB0_1\n\tret",
            ),
            (
                "aarch64",
                ".LBB0_1:\n\tmov\tw8, #206\n\t//APP\n\tsvc\t#0\n\t//NO_APP\n\tb.eq\t.LBB0_1\n\tret",
            ),
            (
                "riscv64",
                ".LBB0_1:\n\tli\ta7, 206\n\t#APP\n\tecall\n\t#NO_APP\n\tbeq\ta0, t0, .LBB0_1\n\tret",
            ),
            (
                "loongarch64",
                ".LBB0_1:\n\tori\t$a7, $zero, 206\n\tsyscall\t0\n\tbeqz\t$t0, .LBB0_1\n\tret",
            ),
        ] {
            assert_eq!(numbers(arch, lines), [4, 1, 0, 0, 0], "{arch}");
        }
    }

    #[test]
    fn each_way_out_of_a_function_is_a_call() {
        for (arch, line) in [
            ("x86_64", "call\tmemcpy@PLT"),
            ("x86_64", "call\tqword ptr [rip + f@GOTPCREL]"),
            ("x86_64", "jmp\tf"),
            ("x86_64", "jne\tf"),
            ("x86_64", "jmp\trax"),
            ("aarch64", "bl\tmemset"),
            ("aarch64", "blr\tx8"),
            ("aarch64", "br\tx8"),
            ("aarch64", "b\tf"),
            ("aarch64", "b.ne\tf"),
            ("aarch64", "cbz\tx0, f"),
            ("riscv64", "call\tmemcpy"),
            ("riscv64", "tail\tf"),
            ("riscv64", "jal\tra, f"),
            ("riscv64", "jalr\tra, 0(t0)"),
            ("riscv64", "j\tf"),
            ("riscv64", "bnez\ta0, f"),
            ("loongarch64", "bl\tf"),
            ("loongarch64", "jirl\t$ra, $ra, 0"),
            ("loongarch64", "call36\tmemcpy"),
            ("loongarch64", "b\tf"),
        ] {
            let counts = counts(arch, &format!("\t{line}"));
            assert_eq!((counts.instructions, counts.calls.len()), (1, 1), "{line}");
        }
    }

    #[test]
    fn traps_and_references_are_seen() {
        for (arch, line) in [
            ("x86_64", "ud2"),
            ("x86_64", "int3"),
            ("aarch64", "brk\t#0x1"),
            ("aarch64", "udf\t#0"),
            ("riscv64", "unimp"),
            ("riscv64", "ebreak"),
            ("loongarch64", "break\t1"),
            ("loongarch64", "amswap.w\t$zero, $ra, $zero"),
        ] {
            assert_eq!(numbers(arch, line), [1, 0, 0, 1, 0], "{line}");
        }
        for (arch, line) in [
            ("x86_64", "lea\trax, [rip + _ZN4core9panicking5panicE]"),
            ("x86_64", "mov\trdi, offset memcpy"),
            ("aarch64", "adrp\tx0, :got:_RNvNtC4core9panicking5panic"),
            (
                "riscv64",
                "auipc\tt0, %pcrel_hi(_RNvNtC4core9panicking5panic)",
            ),
            (
                "loongarch64",
                "pcaddu18i\t$ra, %call36(_RNvNtC4core9panicking5panic)",
            ),
        ] {
            assert_eq!(numbers(arch, line), [1, 0, 0, 0, 1], "{line}");
        }
        let constant = "\tmovups\txmm0, xmmword ptr [rip + .Lanon.1]";
        assert_eq!(numbers("x86_64", constant), [1, 0, 0, 0, 0]);
    }

    #[test]
    fn labels_are_numbered_in_their_order_and_only_where_they_are_used() {
        let text = "\
g:
\tnop
\t.size\tg, .Lend-g
f:
.Lunused:
\tjmp\t.LBB7_20 # a comment
.LBB7_3:
\tlea\trax, [rip + .Lanon.5f+12]
\tret
.LBB7_20:
\tje\t.LBB7_3
.Lfunc_end7:
\t.size\tf, .Lfunc_end7-f
";
        let functions = functions(&ARCHES[0], text, &["f", "h"]);
        assert_eq!(functions.len(), 1);
        assert_eq!(
            functions["f"].lines,
            [
                "jmp .L1",
                ".L2:",
                "lea rax, [rip + .L3+12]",
                "ret",
                ".L1:",
                "je .L2"
            ]
        );
    }

    #[test]
    fn a_function_without_an_end_is_none() {
        assert!(functions(&ARCHES[0], "f:\n\tret\n", &["f"]).is_empty());
    }
}
