//! From a crate's root file through its modules, as a target's build goes.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::Parser;
use syn::{Attribute, Expr, ExprLit, Item, Lit, Macro, Meta};

use super::{Sources, cfg};
use crate::target::Target;

/// Calls `see` with each item of the crate that is part of the target's build, and the file it stands
/// in. Modules themselves are gone into, not shown.
pub(crate) fn walk(
    sources: &Sources,
    root: &str,
    target: Target,
    see: &mut dyn FnMut(&str, &Item) -> Result<(), String>,
) -> Result<(), String> {
    let (folder, _) = root.rsplit_once('/').unwrap_or((".", root));
    file(sources, root, folder, target, see)
}

/// `folder` is where files of the modules declared here are.
fn file(
    sources: &Sources,
    path: &str,
    folder: &str,
    target: Target,
    see: &mut dyn FnMut(&str, &Item) -> Result<(), String>,
) -> Result<(), String> {
    let parsed = sources.parse(path)?;
    if !cfg::is_active(&parsed.attrs, target) {
        return Ok(());
    }
    items(sources, &parsed.items, path, folder, target, see)
}

fn items(
    sources: &Sources,
    list: &[Item],
    path: &str,
    folder: &str,
    target: Target,
    see: &mut dyn FnMut(&str, &Item) -> Result<(), String>,
) -> Result<(), String> {
    for item in list {
        if let Item::Macro(invocation) = item
            && let Some(inner) = invoked(list, &invocation.mac, target)
        {
            items(sources, &inner, path, folder, target, see)?;
            continue;
        }
        let Item::Mod(module) = item else {
            if cfg::is_active(attributes(item), target) {
                see(path, item)?;
            }
            continue;
        };
        if !cfg::is_active(&module.attrs, target) {
            continue;
        }
        let name = module.ident.to_string();
        let below = format!("{folder}/{name}");
        if let Some((_, list)) = &module.content {
            items(sources, list, path, &below, target, see)?;
            continue;
        }
        let beside = path.rsplit_once('/').map_or(".", |(folder, _)| folder);
        let named = named_paths(&module.attrs, target);
        for named in &named {
            let named = format!("{beside}/{named}");
            let folder = named.rsplit_once('/').map_or(".", |(folder, _)| folder);
            file(sources, &named, folder, target, see)?;
        }
        if !named.is_empty() {
            continue;
        }
        let candidates = [format!("{below}.rs"), format!("{below}/mod.rs")];
        let found = candidates.iter().find(|file| sources.is_file(file));
        let found = found.ok_or_else(|| format!("{path}: no file of the module {name}"))?;
        file(sources, found, &below, target, see)?;
    }
    Ok(())
}

/// The items inside an invocation of a macro of the same file that does nothing but put attributes before
/// each; nothing when it is no such macro, no items when a `cfg` among them does not hold.
fn invoked(list: &[Item], invocation: &Macro, target: Target) -> Option<Vec<Item>> {
    let name = invocation.path.get_ident()?;
    let definition = list.iter().find_map(|item| match item {
        Item::Macro(definition) if definition.ident.as_ref() == Some(name) => Some(definition),
        _ => None,
    })?;
    let inner: syn::File = syn::parse2(invocation.tokens.clone()).ok()?;
    let attributes = attributes_of(definition.mac.tokens.clone())?;
    let active = cfg::is_active(&attributes, target);
    Some(if active { inner.items } else { Vec::new() })
}

/// The attributes that a macro of the form `($($item:item)*) => {$( ATTRIBUTES $item )*}` puts before each
/// item.
fn attributes_of(tokens: TokenStream) -> Option<Vec<Attribute>> {
    let rule: Vec<TokenTree> = tokens.into_iter().collect();
    let (pattern, body) = match rule.as_slice() {
        [
            TokenTree::Group(pattern),
            TokenTree::Punct(_),
            TokenTree::Punct(_),
            TokenTree::Group(body),
            rest @ ..,
        ] if rest.is_empty() || matches!(rest, [TokenTree::Punct(_)]) => {
            (pattern.stream(), body.stream())
        }
        _ => return None,
    };
    let pattern: String = repeated(pattern)?.iter().map(ToString::to_string).collect();
    let body = repeated(body)?;
    let (attributes, item) = body.split_at_checked(body.len().checked_sub(2)?)?;
    let item: String = item.iter().map(ToString::to_string).collect();
    if pattern != "$item:item" || item != "$item" {
        return None;
    }
    let attributes = TokenStream::from_iter(attributes.iter().cloned());
    Attribute::parse_outer.parse2(attributes).ok()
}

/// What stands inside `$( … )*`, when nothing stands around it.
fn repeated(tokens: TokenStream) -> Option<Vec<TokenTree>> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    match tokens.as_slice() {
        [
            TokenTree::Punct(dollar),
            TokenTree::Group(inner),
            TokenTree::Punct(star),
        ] if dollar.as_char() == '$' && star.as_char() == '*' => {
            Some(inner.stream().into_iter().collect())
        }
        _ => None,
    }
}

/// The values of `#[path = "…"]`: more than one, where a `cfg_attr` depends on who builds.
fn named_paths(attributes: &[Attribute], target: Target) -> Vec<String> {
    let path = |meta| match meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => match pair.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(path),
                ..
            }) => Some(path.value()),
            _ => None,
        },
        _ => None,
    };
    let active = attributes
        .iter()
        .flat_map(|attribute| cfg::active(attribute, target));
    active.filter_map(path).collect()
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn modules_inside_a_macro() {
        let mut sources = Sources::new(Path::new("/nowhere"));
        let text = "macro_rules! here { ($($item:item)*) => {$( #[cfg(target_os = \"linux\")] $item )*}; }\n\
            here! { mod one; const B: u8 = 2; } other! { const NO: u8 = 3; }";
        sources.change("a/src/lib.rs", text.to_string());
        sources.change("a/src/one.rs", "const A: u8 = 1;".to_string());
        let count = |target: &str| {
            let mut count = 0;
            walk(
                &sources,
                "a/src/lib.rs",
                target.parse().unwrap(),
                &mut |_, item| {
                    count += usize::from(matches!(item, Item::Const(_)));
                    Ok(())
                },
            )
            .map(|()| count)
        };
        assert_eq!(
            (count("linux-amd64"), count("darwin-arm64")),
            (Ok(2), Ok(0))
        );
    }

    #[test]
    fn a_macro_that_does_more_is_not_gone_into() {
        let mut sources = Sources::new(Path::new("/nowhere"));
        for definition in [
            "($($i:item)*) => { $($i)* #[cfg(test)] mod never {} }",
            "($($item:item)*) => {$( #[cfg(test)] mod never {} $item )*}",
            "($($item:item)*) => {$( $item #[cfg(test)] )*}",
            "(x) => {} ; ($($item:item)*) => {$( #[cfg(test)] $item )*}",
        ] {
            let text =
                format!("macro_rules! hide {{ {definition} }} hide! {{ pub const H: i32 = 406; }}");
            sources.change("a/src/lib.rs", text);
            let mut macros = 0;
            let seen = walk(&sources, "a/src/lib.rs", Target::ALL[0], &mut |_, item| {
                macros += usize::from(matches!(item, Item::Macro(_)));
                Ok(())
            });
            assert_eq!((seen, macros), (Ok(()), 2), "{definition}");
        }
    }

    #[test]
    fn modules_of_a_target() {
        let mut sources = Sources::new(Path::new("/nowhere"));
        for (file, text) in [
            (
                "a/src/lib.rs",
                "mod one; #[cfg(target_os = \"linux\")] mod two; mod three { const C: u8 = 3; mod four; }",
            ),
            (
                "a/src/one.rs",
                "const A: u8 = 1; #[cfg(test)] mod tests; #[cfg_attr(target_os = \"linux\", path = \"x/y.rs\")] #[cfg_attr(any(x, target_os = \"freebsd\"), path = \"x/z.rs\")] mod five;",
            ),
            (
                "a/src/two/mod.rs",
                "#![cfg(target_arch = \"x86_64\")] const B: u8 = 2;",
            ),
            (
                "a/src/three/four.rs",
                "#[cfg(not(target_os = \"linux\"))] const D: u8 = 4;",
            ),
            ("a/src/x/y.rs", "const E: u8 = 5;"),
            ("a/src/x/z.rs", "const F: u8 = 5;"),
        ] {
            sources.change(file, text.to_string());
        }
        let names = |target: &str| {
            let mut names = String::new();
            walk(
                &sources,
                "a/src/lib.rs",
                target.parse().unwrap(),
                &mut |_, item| {
                    if let Item::Const(item) = item {
                        names.push_str(&item.ident.to_string());
                    }
                    Ok(())
                },
            )
            .map(|()| names)
        };
        assert_eq!(names("linux-amd64"), Ok("AEFBC".to_string()));
        assert_eq!(names("linux-arm64"), Ok("AEFC".to_string()));
        assert_eq!(names("freebsd-amd64"), Ok("AFCD".to_string()));
        sources.change("a/src/lib.rs", "mod missing;".to_string());
        let lost = walk(&sources, "a/src/lib.rs", Target::ALL[0], &mut |_, _| Ok(()));
        assert!(lost.is_err());
    }
}
