//! Constants under the names of the C headers.

use proc_macro2::{Ident, Span};
use syn::{Expr, ExprLit, ExprUnary, Item, ItemConst, Lit, Type, UnOp, UseTree};

use super::Place;
use crate::target::Target;

/// A constant, and the targets it is for.
#[derive(Clone, Debug)]
pub(crate) struct Constant {
    pub(crate) place: Place,
    pub(crate) name: String,
    pub(crate) value: i128,
    /// The width of its type.
    pub(crate) bits: u32,
    pub(crate) targets: Vec<Target>,
}

/// Reads an item of a file of numbers: a constant, or nothing for what may stand beside; an error for
/// what may not.
pub(crate) fn read(file: &str, item: &Item) -> Result<Option<Constant>, String> {
    let fault = |span: Span, what: &str| Err(format!("{file}:{}: {what}", span.start().line));
    match item {
        Item::Const(item) if item.ident == "_" => Ok(None),
        Item::Const(item) => match number(item) {
            Some((value, bits)) => Ok(Some(Constant {
                place: Place {
                    file: file.to_string(),
                    line: item.ident.span().start().line,
                },
                name: item.ident.to_string(),
                value,
                bits,
                targets: Vec::new(),
            })),
            None => fault(
                item.ident.span(),
                &format!("{} is no integer literal of a primitive type", item.ident),
            ),
        },
        Item::Use(item) => match renamed(&item.tree) {
            None => Ok(None),
            Some(name) => fault(name.span(), &format!("{name} is another's name")),
        },
        other => fault(
            syn::spanned::Spanned::span(other),
            "beside constants, nothing stands in a file of numbers",
        ),
    }
}

/// The new name of what a `use` renames, unless it is a module or a type by Rust's habit.
fn renamed(tree: &UseTree) -> Option<&Ident> {
    let is_constant =
        |name: &&Ident| !name.to_string().contains(char::is_lowercase) && *name != "_";
    match tree {
        UseTree::Path(path) => renamed(&path.tree),
        UseTree::Group(group) => group.items.iter().find_map(renamed),
        UseTree::Rename(rename) => [&rename.rename].into_iter().find(is_constant),
        UseTree::Name(_) | UseTree::Glob(_) => None,
    }
}

/// The value of the constant and the width of its type.
fn number(item: &ItemConst) -> Option<(i128, u32)> {
    let bits = width(&item.ty)?;
    let value = literal(&item.expr)?;
    Some((value, bits))
}

/// An integer literal, with or without a minus sign.
pub(crate) fn literal(expression: &Expr) -> Option<i128> {
    match expression {
        Expr::Lit(ExprLit {
            lit: Lit::Int(literal),
            ..
        }) => literal.base10_parse().ok(),
        Expr::Unary(ExprUnary {
            op: UnOp::Neg(_),
            expr,
            ..
        }) => literal(expr).map(|value| -value),
        _ => None,
    }
}

/// The bits of an integer type.
pub(crate) fn width(ty: &Type) -> Option<u32> {
    let Type::Path(path) = ty else { return None };
    let name = path.path.segments.last()?.ident.to_string();
    Some(match name.as_str() {
        "u8" | "i8" | "c_char" | "c_uchar" => 8,
        "u16" | "i16" | "c_short" | "c_ushort" => 16,
        "u32" | "i32" | "c_int" | "c_uint" => 32,
        "u64" | "i64" | "usize" | "isize" | "c_long" | "c_ulong" => 64,
        _ => return None,
    })
}

/// Whether a constant is what a header says. C and Rust may differ on the sign of a number whose bits
/// are the same, as that of an `ioctl` in a signed word.
pub(crate) fn agree(ours: i128, bits: u32, theirs: i128) -> bool {
    let fits = (-(1_i128 << (bits - 1))..1_i128 << bits).contains(&theirs);
    let mask = (1_i128 << bits) - 1;
    fits && ours & mask == theirs & mask
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Result<Option<(String, i128, u32)>, String> {
        let item = syn::parse_str(text).unwrap();
        read("a/numbers.rs", &item)
            .map(|found| found.map(|found| (found.name, found.value, found.bits)))
    }

    #[test]
    fn literals_alone_are_constants() {
        assert_eq!(
            one("pub const A: u32 = 0x10;"),
            Ok(Some(("A".into(), 16, 32)))
        );
        assert_eq!(one("const B: i32 = -2;"), Ok(Some(("B".into(), -2, 32))));
        assert_eq!(one("use a::{b, C as _, Name as Kernel};"), Ok(None));
        assert_eq!(one("const _: () = assert!(true);"), Ok(None));
        for text in [
            "const A: u32 = 1 << 3;",
            "const A: Flags = 3;",
            "pub use a::{b, c::SO_TYPE as SO_ERROR};",
            "fn a() {}",
            "m!{}",
        ] {
            assert!(one(text).is_err(), "{text}");
        }
    }

    #[test]
    fn values_agree_bit_by_bit() {
        assert!(agree(-1, 32, 0xffff_ffff) && agree(0xffff_ffff, 32, -1));
        assert!(agree(30, 16, 30) && !agree(30, 16, 28));
        assert!(!agree(0, 16, 0x10000), "cut off");
        assert!(!agree(-1, 64, 0xffff_ffff));
    }
}
