//! A second witness: what Rust crates say of the same names, compiled for each target.
//!
//! The values become one static of a generated crate, an expression a line, and are read from its
//! library. For a constant that the crate libc lacks, the name falls through to a module around it, whose
//! value says so; any other line that does not compile is left out, and the rest compiled again.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use object::read::archive::ArchiveFile;

use crate::compiler::variable;
use crate::target::Target;

/// What came of building a generated crate.
#[derive(Debug)]
pub enum Built {
    /// The library, an archive.
    Library(Vec<u8>),
    /// The lines with errors, from 1, each with what the compiler says.
    Errors(Vec<(usize, String)>),
}

/// Builds generated crates, which may use the crates `libc` and `linux-raw-sys`.
pub trait Builder {
    /// Builds a crate of this text for a target.
    ///
    /// # Errors
    /// The tools fail otherwise than by errors in the text.
    fn build(&self, target: Target, text: &str) -> Result<Built, String>;
}

/// Who knows what the crates say.
pub trait Crates {
    /// The answers to these questions.
    ///
    /// # Errors
    /// They cannot be asked.
    fn ask(&self, target: Target, questions: &Questions) -> Result<Answers, String>;
}

impl<B: Builder> Crates for B {
    fn ask(&self, target: Target, questions: &Questions) -> Result<Answers, String> {
        ask(self, target, questions)
    }
}

/// What is asked of the crates, for one target.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Questions {
    /// Names of constants of libc.
    pub(crate) names: BTreeSet<String>,
    /// Other expressions.
    pub(crate) expressions: BTreeSet<String>,
}

impl Questions {
    /// Whether all of the others are among them.
    pub(crate) fn include(&self, others: &Self) -> bool {
        others.names.is_subset(&self.names) && others.expressions.is_subset(&self.expressions)
    }
}

/// The answers, by name or expression; a name without an answer is not there.
pub type Answers = BTreeMap<String, i128>;

/// The symbol of the static.
const SYMBOL: &str = "ABI_WITNESS";

/// Helpers for expressions: the size of a field.
const HELPERS: &str = "#![no_std]\n#![allow(warnings)]\n\
    const fn field<T, F>(_: fn(&T) -> &F) -> i128 { core::mem::size_of::<F>() as i128 }\n";

/// Errors that hide other errors come in so many passes at the most.
const PASSES: usize = 6;

/// Asks the crates.
fn ask(builder: &dyn Builder, target: Target, questions: &Questions) -> Result<Answers, String> {
    let mut wanted: Vec<&str> = questions.names.iter().map(String::as_str).collect();
    wanted.extend(questions.expressions.iter().map(String::as_str));
    for _ in 0..PASSES {
        let (text, before) = source(questions, &wanted);
        match builder.build(target, &text)? {
            Built::Library(bytes) => return read(&bytes, &wanted),
            Built::Errors(errors) => {
                let bad: BTreeSet<usize> = errors.iter().map(|(line, _)| *line).collect();
                if let Some((line, error)) = errors.iter().find(|(line, _)| *line <= before) {
                    return Err(format!("{target}: generated crate: line {line}: {error}"));
                }
                let mut line = before;
                wanted.retain(|_| {
                    line += 1;
                    !bad.contains(&line)
                });
            }
        }
    }
    Err(format!("{target}: generated crate: errors without end"))
}

/// The text, and how many lines stand before the first value.
fn source(questions: &Questions, wanted: &[&str]) -> (String, usize) {
    let mut text = String::from(HELPERS);
    text.push_str("mod missing {\n");
    for name in &questions.names {
        let _ = writeln!(text, "pub const {name}: i128 = i128::MIN;");
    }
    let count = wanted.len();
    let _ = writeln!(
        text,
        "}}\nuse missing::*;\n#[unsafe(no_mangle)]\n#[used]\npub static {SYMBOL}: [i128; {count}] = {{ use libc::*; ["
    );
    let before = text.lines().count();
    for expression in wanted {
        let _ = writeln!(text, "({expression}) as i128,");
    }
    text.push_str("] };\n");
    (text, before)
}

fn read(bytes: &[u8], wanted: &[&str]) -> Result<Answers, String> {
    let archive = ArchiveFile::parse(bytes).map_err(|error| error.to_string())?;
    let size = wanted.len() * 16;
    for member in archive.members() {
        let data = member.and_then(|member| member.data(bytes));
        let data = data.map_err(|error| error.to_string())?;
        let Ok(file) = object::File::parse(data) else {
            continue;
        };
        let Ok(values) = variable(&file, SYMBOL, size) else {
            continue;
        };
        let values = values.chunks_exact(16).map(|value| {
            let value = value.try_into().unwrap_or_default();
            i128::from_le_bytes(value)
        });
        let answers = wanted.iter().map(ToString::to_string).zip(values);
        return Ok(answers.filter(|(_, value)| *value != i128::MIN).collect());
    }
    Err(format!("the generated crate's library has no {SYMBOL}"))
}
