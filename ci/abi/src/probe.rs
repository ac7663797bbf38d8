//! Values of C constant expressions, as the headers of a target define them.
//!
//! Each expression becomes a constant of a C file, on a line of its own. A line that does not compile
//! is an expression that the headers do not have; it is left out, and the rest compiled again.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::compiler::{Compiler, Outcome, variable};
use crate::headers::{self, Unit};
use crate::oracle::Headers;
use crate::target::Target;

/// The value of each expression that the headers of the target have, in the order asked. Where there are
/// two sets of headers, the first one that has the expression says it.
///
/// # Errors
/// The compiler cannot be run.
pub fn values(
    compiler: &Compiler,
    target: Target,
    more_headers: &[String],
    expressions: &[String],
) -> Result<Vec<Option<i128>>, String> {
    let mut known = vec![None; expressions.len()];
    for unit in headers::units(target, &compiler.folder)? {
        let found = values_in(compiler, target, &unit, more_headers, expressions)?;
        for (place, value) in known.iter_mut().zip(found) {
            *place = place.or(value);
        }
    }
    Ok(known)
}

impl Headers for Compiler {
    fn values(&self, target: Target, expressions: &[String]) -> Result<Vec<Option<i128>>, String> {
        values(self, target, &[], expressions)
    }
}

/// More passes than this would be needed only if errors hid errors again and again.
const PASSES: usize = 8;

fn values_in(
    compiler: &Compiler,
    target: Target,
    unit: &Unit,
    more_headers: &[String],
    expressions: &[String],
) -> Result<Vec<Option<i128>>, String> {
    let mut wanted: Vec<usize> = (0..expressions.len()).collect();
    for _ in 0..PASSES {
        let mut source = unit.source(more_headers);
        source.push_str(
            "struct abi_value { unsigned long long bits; unsigned long long negative; };\n",
        );
        let before = source.lines().count();
        for &index in &wanted {
            let expression = expressions.get(index).map_or("", String::as_str);
            let _ = writeln!(
                source,
                "const struct abi_value abi_{index} = {{ (unsigned long long)({expression}), ({expression}) < 0 }};"
            );
        }
        match compiler.compile(target, unit.name, &source, &unit.flags)? {
            Outcome::Object(bytes) => return read(&bytes, &wanted, expressions.len()),
            Outcome::Errors(errors) => {
                let bad: BTreeMap<usize, &str> = errors
                    .iter()
                    .map(|(line, text)| (*line, text.as_str()))
                    .collect();
                if let Some((line, text)) = bad.iter().find(|(line, _)| **line <= before) {
                    return Err(format!("{target}: {}: line {line}: {text}", unit.name));
                }
                let mut line = before;
                wanted.retain(|_| {
                    line += 1;
                    !bad.contains_key(&line)
                });
            }
        }
    }
    Err(format!("{target}: {}: errors without end", unit.name))
}

fn read(bytes: &[u8], indices: &[usize], count: usize) -> Result<Vec<Option<i128>>, String> {
    let file = object::File::parse(bytes).map_err(|error| error.to_string())?;
    let mut values = vec![None; count];
    for &index in indices {
        let bytes = variable(&file, &format!("abi_{index}"), 16)?;
        let (bits, negative) = bytes.split_at(8);
        let bits = u64::from_le_bytes(bits.try_into().map_err(|_| "eight bytes")?);
        let value = if negative.first() == Some(&1) {
            i128::from(bits.cast_signed())
        } else {
            i128::from(bits)
        };
        if let Some(place) = values.get_mut(index) {
            *place = Some(value);
        }
    }
    Ok(values)
}
