//! What each name of ours is called in C, on a target: the expressions that the headers are asked for, and
//! those that crates are asked for.

use crate::dump::{offset, size};
use crate::exceptions::List;
use crate::target::Target;

/// The C expression of a constant's value.
pub(crate) fn constant(expressions: &List, target: Target, name: &str) -> String {
    expressions
        .expression(target, name)
        .unwrap_or(name)
        .to_string()
}

/// The ways in which C may name a structure, the most likely first.
pub(crate) fn spellings(expressions: &List, target: Target, name: &str) -> Vec<String> {
    match expressions.expression(target, name) {
        Some(spelling) => vec![spelling.to_string()],
        None => vec![
            format!("struct {name}"),
            format!("union {name}"),
            name.to_string(),
        ],
    }
}

/// The expressions of a type's size and alignment.
pub(crate) fn whole(spelling: &str) -> [String; 2] {
    [
        format!("sizeof({spelling})"),
        format!("_Alignof({spelling})"),
    ]
}

/// The expressions of a field's offset and size.
pub(crate) fn part(spelling: &str, field: &str) -> [String; 2] {
    [offset(spelling, field), size(spelling, field)]
}

/// The size and alignment of a type, in Rust.
pub(crate) fn rust_whole(path: &str, name: &str) -> [String; 2] {
    [
        format!("core::mem::size_of::<{path}::{name}>()"),
        format!("core::mem::align_of::<{path}::{name}>()"),
    ]
}

/// The offset and size of a field, in Rust.
pub(crate) fn rust_part(path: &str, name: &str, field: &str) -> [String; 2] {
    let field = if field == "type" { "r#type" } else { field };
    [
        format!("core::mem::offset_of!({path}::{name}, {field})"),
        format!("field(|record: &{path}::{name}| &record.{field})"),
    ]
}
