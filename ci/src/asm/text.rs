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
fn replace_names(line: &str, other: impl Fn(&str) -> Option<String>) -> String {
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

impl Function {
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
