//! Whether an item is part of a target's build, by its `cfg` attributes.

use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Lit, Meta, Stmt, Token};

use crate::target::{System, Target};

/// Whether an item with these attributes may be part of a build for the target; features, and other
/// choices of whoever builds, may be either way. Tests are no part of it.
pub(crate) fn is_active(attributes: &[Attribute], target: Target) -> bool {
    let conditions = attributes.iter().filter(|one| one.path().is_ident("cfg"));
    conditions
        .filter_map(|one| one.parse_args::<Meta>().ok())
        .all(|condition| holds(&condition, target) != Some(false))
}

/// Whether a statement may be part of a build for the target.
pub(crate) fn is_statement_active(statement: &Stmt, target: Target) -> bool {
    let attributes = match statement {
        Stmt::Local(local) => &local.attrs,
        Stmt::Macro(one) => &one.attrs,
        Stmt::Expr(expression, _) => match expression {
            Expr::Assign(one) => &one.attrs,
            Expr::Block(one) => &one.attrs,
            Expr::Call(one) => &one.attrs,
            Expr::If(one) => &one.attrs,
            Expr::Match(one) => &one.attrs,
            Expr::MethodCall(one) => &one.attrs,
            Expr::Unsafe(one) => &one.attrs,
            _ => return true,
        },
        Stmt::Item(_) => return true,
    };
    is_active(attributes, target)
}

/// What an attribute says on a target: itself, or the parts of a `cfg_attr` whose condition may hold.
pub(crate) fn active(attribute: &Attribute, target: Target) -> Vec<Meta> {
    if !attribute.path().is_ident("cfg_attr") {
        return vec![attribute.meta.clone()];
    }
    let parts = attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    let mut parts = parts.unwrap_or_default().into_iter();
    match parts.next() {
        Some(condition) if holds(&condition, target) != Some(false) => parts.collect(),
        _ => Vec::new(),
    }
}

/// Nothing when it depends on who builds.
fn holds(condition: &Meta, target: Target) -> Option<bool> {
    match condition {
        Meta::Path(path) => {
            if path.is_ident("test") {
                Some(false)
            } else if path.is_ident("unix") {
                Some(true)
            } else if path.is_ident("windows") {
                Some(false)
            } else {
                None
            }
        }
        Meta::NameValue(pair) => {
            let Expr::Lit(ExprLit {
                lit: Lit::Str(value),
                ..
            }) = &pair.value
            else {
                return None;
            };
            let value = value.value();
            let is = |name| pair.path.is_ident(name);
            if is("target_os") {
                Some(value == target.system.rust())
            } else if is("target_vendor") {
                Some((value == "apple") == (target.system == System::Darwin))
            } else if is("target_arch") {
                Some(value == target.arch.rust())
            } else if is("target_pointer_width") {
                Some(value == "64")
            } else if is("target_endian") {
                Some(value == "little")
            } else {
                None
            }
        }
        Meta::List(list) => {
            let parts = list
                .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
                .ok()?;
            let mut parts = parts.iter().map(|part| holds(part, target));
            if list.path.is_ident("not") {
                parts.next().flatten().map(|holds| !holds)
            } else if list.path.is_ident("all") {
                parts.try_fold(Some(true), and).unwrap_or(Some(false))
            } else if list.path.is_ident("any") {
                let none = parts.map(|part| part.map(|holds| !holds));
                let none = none
                    .into_iter()
                    .try_fold(Some(true), and)
                    .unwrap_or(Some(false));
                none.map(|none| !none)
            } else {
                None
            }
        }
    }
}

/// A step of a conjunction; an error ends it as false.
fn and(before: Option<bool>, part: Option<bool>) -> Result<Option<bool>, ()> {
    match (before, part) {
        (_, Some(false)) => Err(()),
        (Some(true), Some(true)) => Ok(Some(true)),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn active(text: &str, target: &str) -> bool {
        let item: syn::ItemConst = syn::parse_str(&format!("{text} const A: u8 = 1;")).unwrap();
        is_active(&item.attrs, target.parse().unwrap())
    }

    #[test]
    fn conditions() {
        let arm = "#[cfg(all(target_os = \"macos\", target_arch = \"aarch64\"))]";
        assert!(active(arm, "darwin-arm64"));
        assert!(!active(arm, "darwin-amd64") && !active(arm, "freebsd-arm64"));
        assert!(!active(
            "#[cfg(any(target_arch = \"riscv64\", windows))]",
            "linux-amd64"
        ));
        assert!(active(
            "#[cfg(not(target_os = \"linux\"))]",
            "freebsd-amd64"
        ));
        assert!(active(
            "#[cfg(any(target_os = \"linux\", feature = \"x\"))]",
            "freebsd-amd64"
        ));
        assert!(active("#[cfg(not(sock_libsystem))]", "darwin-arm64"));
        assert!(active("#[cfg(sock_libsystem)]", "darwin-arm64"));
        assert!(active("#[cfg(target_vendor = \"apple\")]", "darwin-arm64"));
        assert!(!active(
            "#[cfg(target_vendor = \"apple\")]",
            "freebsd-arm64"
        ));
        assert!(!active("#[cfg(test)]", "linux-amd64"));
        assert!(!active("#[cfg(all(test, feature = \"x\"))]", "linux-amd64"));
        assert!(!active("#[cfg(all(feature = \"x\", test))]", "linux-amd64"));
        assert!(active("#[cfg(not(test))] #[allow(x)]", "linux-amd64"));
    }
}
