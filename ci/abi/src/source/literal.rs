//! Numbers in code: each is either a unit or a size that is no kernel's, and on the list with its reason, or
//! should stand with the constants. 0 and 1 are free, but where they make a constant.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{
    Attribute, Expr, ExprBinary, ImplItem, Item, ItemMod, Lit, Macro, Stmt, Token, TraitItem,
    Variant,
};

use super::{Place, assembly, cfg};
use crate::target::Target;

/// A number in a file, and the innermost named item that it stands in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) file: String,
    pub(crate) item: String,
    pub(crate) value: u128,
}

/// Where a number stands first in an item, and the targets that it is compiled for.
#[derive(Clone, Debug)]
pub(crate) struct Stand {
    pub(crate) place: Place,
    pub(crate) targets: BTreeSet<Target>,
}

/// The macros that put another file into this one, where nobody would look for it.
const INCLUDES: [&str; 3] = ["include", "include_bytes", "include_str"];

/// Adds the numbers of an item; the faults are what may not stand in code whatever its value.
pub(crate) fn collect(
    file: &str,
    item: &Item,
    target: Target,
    found: &mut BTreeMap<Key, Stand>,
) -> Vec<String> {
    let mut visitor = Visitor {
        file,
        target,
        found,
        items: Vec::new(),
        is_constant: false,
        in_macro: false,
        faults: Vec::new(),
    };
    visitor.visit_item(item);
    visitor.faults
}

struct Visitor<'a> {
    file: &'a str,
    target: Target,
    found: &'a mut BTreeMap<Key, Stand>,
    /// The items around, the innermost last.
    items: Vec<String>,
    /// Whether 0 and 1 count.
    is_constant: bool,
    /// Whether text may be an assembler's.
    in_macro: bool,
    faults: Vec<String>,
}

impl Visitor<'_> {
    fn add(&mut self, value: u128, line: usize) {
        if value > 1 || self.is_constant {
            let key = Key {
                file: self.file.to_string(),
                item: self.items.last().cloned().unwrap_or_default(),
                value,
            };
            let stand = self.found.entry(key).or_insert_with(|| Stand {
                place: Place {
                    file: self.file.to_string(),
                    line,
                },
                targets: BTreeSet::new(),
            });
            stand.place.line = stand.place.line.min(line);
            stand.targets.insert(self.target);
        }
    }

    fn fault(&mut self, line: usize, what: &str) {
        self.faults.push(format!("{}:{line}: {what}", self.file));
    }

    fn literal(&mut self, literal: &Lit) {
        let line = literal.span().start().line;
        match literal {
            Lit::Int(literal) => match literal.base10_parse() {
                Ok(value) => self.add(value, line),
                Err(error) => self.fault(line, &error.to_string()),
            },
            Lit::Byte(literal) => self.add(literal.value().into(), line),
            Lit::Char(literal) => self.add(u32::from(literal.value()).into(), line),
            Lit::Float(_) => self.fault(line, "a number with a point stands in code"),
            Lit::Str(text) if self.in_macro => {
                for value in assembly::numbers(&text.value()) {
                    self.add(value, line);
                }
            }
            _ => {}
        }
    }

    fn tokens(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        // What stood before: `#`, `=`, and `mod NAME`.
        let (mut hash, mut sign, mut assigned, mut module) = (false, false, false, 0);
        while let Some(token) = tokens.next() {
            let (was_hash, was_sign, was_assigned) = (hash, sign, assigned);
            (hash, sign, assigned) = (false, matches!(token, TokenTree::Punct(_)), false);
            module = match (module, &token) {
                (_, TokenTree::Ident(ident)) if ident == "mod" => 1,
                (1, TokenTree::Ident(_)) => 2,
                (2, TokenTree::Punct(sign)) if sign.as_char() == ';' => {
                    let line = sign.span().start().line;
                    self.fault(line, "a module is declared where it is not found");
                    0
                }
                _ => 0,
            };
            match token {
                TokenTree::Group(group) => {
                    if !(was_hash && group.delimiter() == Delimiter::Bracket) {
                        self.tokens(group.stream());
                    }
                }
                TokenTree::Literal(literal) => {
                    // `= 1;` in a constant, `= 1,` in an enumeration.
                    let ends = match tokens.peek() {
                        Some(TokenTree::Punct(sign)) => matches!(sign.as_char(), ';' | ','),
                        next => next.is_none(),
                    };
                    let outside = self.is_constant;
                    self.is_constant |= was_assigned && ends;
                    self.literal(&Lit::new(literal));
                    self.is_constant = outside;
                }
                TokenTree::Ident(ident) => {
                    let is_call = matches!(tokens.peek(),
                        Some(TokenTree::Punct(sign)) if sign.as_char() == '!');
                    if is_call && INCLUDES.iter().any(|name| ident == name) {
                        self.fault(ident.span().start().line, "a file is included");
                    }
                }
                TokenTree::Punct(one) => {
                    hash = one.as_char() == '#' || (was_hash && one.as_char() == '!');
                    assigned = one.as_char() == '=' && !was_sign;
                }
            }
        }
    }

    /// Goes on inside an item of this name.
    fn inside(&mut self, name: Option<String>, go: impl FnOnce(&mut Self)) {
        let is_named = name.is_some();
        self.items.extend(name);
        go(self);
        if is_named {
            self.items.pop();
        }
    }

    /// Goes on where 0 and 1 count, if this is nothing but literals.
    fn constant(&mut self, expression: &Expr, go: impl FnOnce(&mut Self)) {
        let outside = self.is_constant;
        self.is_constant |= is_literal(expression);
        go(self);
        self.is_constant = outside;
    }
}

/// Whether an expression is made of literals alone.
fn is_literal(expression: &Expr) -> bool {
    match expression {
        Expr::Lit(_) => true,
        Expr::Unary(one) => is_literal(&one.expr),
        Expr::Paren(one) => is_literal(&one.expr),
        Expr::Group(one) => is_literal(&one.expr),
        Expr::Cast(one) => is_literal(&one.expr),
        Expr::Binary(one) => is_literal(&one.left) && is_literal(&one.right),
        _ => false,
    }
}

/// The name of an item, if it has one.
fn name(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => match &item.ident {
            Some(ident) => ident,
            None => &item.mac.path.segments.last()?.ident,
        },
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}

impl<'ast> Visit<'ast> for Visitor<'_> {
    fn visit_lit(&mut self, literal: &'ast Lit) {
        self.literal(literal);
    }

    fn visit_item(&mut self, item: &'ast Item) {
        self.inside(name(item), |visitor| match item {
            Item::Const(one) => visitor.constant(&one.expr, |inner| visit::visit_item(inner, item)),
            Item::Static(one) => {
                visitor.constant(&one.expr, |inner| visit::visit_item(inner, item));
            }
            _ => visit::visit_item(visitor, item),
        });
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let (name, attributes) = match item {
            ImplItem::Const(one) => (&one.ident, &one.attrs),
            ImplItem::Fn(one) => (&one.sig.ident, &one.attrs),
            _ => return visit::visit_impl_item(self, item),
        };
        if cfg::is_active(attributes, self.target) {
            self.inside(Some(name.to_string()), |visitor| match item {
                ImplItem::Const(one) => {
                    visitor.constant(&one.expr, |inner| visit::visit_impl_item(inner, item));
                }
                _ => visit::visit_impl_item(visitor, item),
            });
        }
    }

    fn visit_trait_item(&mut self, item: &'ast TraitItem) {
        match item {
            TraitItem::Const(one) => {
                self.inside(Some(one.ident.to_string()), |visitor| match &one.default {
                    Some((_, value)) => {
                        visitor.constant(value, |inner| visit::visit_trait_item(inner, item));
                    }
                    None => visit::visit_trait_item(visitor, item),
                })
            }
            TraitItem::Fn(one) => self.inside(Some(one.sig.ident.to_string()), |visitor| {
                visit::visit_trait_item(visitor, item);
            }),
            _ => visit::visit_trait_item(self, item),
        }
    }

    fn visit_variant(&mut self, variant: &'ast Variant) {
        match &variant.discriminant {
            Some((_, value)) => {
                self.constant(value, |inner| visit::visit_variant(inner, variant));
            }
            None => visit::visit_variant(self, variant),
        }
    }

    fn visit_expr_binary(&mut self, binary: &'ast ExprBinary) {
        let outside = self.is_constant;
        self.is_constant |= is_literal(&binary.left) && is_literal(&binary.right);
        visit::visit_expr_binary(self, binary);
        self.is_constant = outside;
    }

    fn visit_stmt(&mut self, statement: &'ast Stmt) {
        if cfg::is_statement_active(statement, self.target) {
            visit::visit_stmt(self, statement);
        }
    }

    fn visit_macro(&mut self, invocation: &'ast Macro) {
        let last = invocation.path.segments.last();
        if let Some(last) = last.filter(|last| INCLUDES.iter().any(|name| last.ident == name)) {
            self.fault(last.ident.span().start().line, "a file is included");
        }
        let outside = self.in_macro;
        self.in_macro = true;
        let tokens = invocation.tokens.clone();
        let expressions = Punctuated::<Expr, Token![,]>::parse_terminated;
        if let Ok(file) = syn::parse2::<syn::File>(tokens.clone()) {
            for item in &file.items {
                Visit::visit_item(self, item);
            }
        } else if let Ok(list) = expressions.parse2(tokens.clone()) {
            for expression in &list {
                Visit::visit_expr(self, expression);
            }
        } else {
            self.tokens(tokens);
        }
        self.in_macro = outside;
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if !cfg::is_active(&module.attrs, self.target) {
            return;
        }
        if module.content.is_none() {
            let line = module.ident.span().start().line;
            self.fault(line, "a module is declared where it is not found");
        }
        visit::visit_item_mod(self, module);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> (Vec<(String, u128)>, Vec<String>) {
        let item: Item = syn::parse_str(text).unwrap();
        let mut found = BTreeMap::new();
        let faults = collect("a.rs", &item, Target::ALL[0], &mut found);
        let keys = found.into_keys().map(|key| (key.item, key.value));
        (keys.collect(), faults)
    }

    fn values(text: &str) -> Vec<u128> {
        numbers(text)
            .0
            .into_iter()
            .map(|(_, value)| value)
            .collect()
    }

    #[test]
    fn numbers_wherever_they_stand() {
        let text = "impl A { #[repr(align(99))] const C: u32 = 7; fn f(x: [u8; 8]) -> u8 { \
            match x[0] { 9 => 1, _ => m!(a, 10 + [11]) - asm!(\"svc #12\") << 0x0d } } }";
        let (found, faults) = numbers(text);
        let of_f = [8, 9, 10, 11, 12, 13].map(|value| ("f".to_string(), value));
        assert_eq!(found[0], ("C".to_string(), 7));
        assert_eq!((&found[1..], faults.len()), (of_f.as_slice(), 0));
    }

    #[test]
    fn letters_are_numbers() {
        assert_eq!(values("fn f() { g(b'!' as i32, 'A' as u32); }"), [33, 65]);
        assert_eq!(numbers("fn f() { g(33.0 as i32); }").1.len(), 1);
    }

    #[test]
    fn ones_that_make_a_constant() {
        for text in [
            "pub const SOCK_STREAM: i32 = 1;",
            "static S: i32 = -(1 as i32);",
            "impl A { const C: u8 = 1; }",
            "trait T { const C: u8 = 1; }",
            "enum E { A = 1 }",
            "fn f() -> u8 { g(1 << (1 + 1 + 1)) }",
            "m! { const C: u8 = 1; }",
            "macro_rules! m { ($a:expr) => { const C: u8 = 1; } }",
        ] {
            assert_eq!(values(text), [1], "{text}");
        }
        for text in [
            "fn f(n: u8) -> u8 { (n + 1) << 1 }",
            "const C: u8 = X - 1;",
            "macro_rules! m { ($a:expr) => { $a != 0; $a >= 1 } }",
        ] {
            assert_eq!(values(text), [], "{text}");
        }
    }

    #[test]
    fn text_of_an_assembler() {
        assert_eq!(
            values("fn f() { asm!(\"mov $408, %eax\", out(\"x9\") _) }"),
            [408]
        );
        assert_eq!(
            values("arm! { trap: \"svc #0x80\", result: \"x0\" }"),
            [128]
        );
        let text = "macro_rules! m { ($a:expr) => { #[doc = \"7\"] asm!(\"mov x8, #9\") } }";
        assert_eq!(values(text), [9]);
    }

    #[test]
    fn what_hides_a_file() {
        for text in [
            "include!(\"hidden.inc\");",
            "fn f() -> &'static [u8] { core::include_bytes!(\"hidden\") }",
            "macro_rules! m { () => { include!(\"hidden.inc\"); } }",
            "m! { mod hidden; }",
            "macro_rules! m { () => { pub mod hidden; } }",
            "fn f() { mod hidden; }",
        ] {
            assert_eq!(numbers(text).1.len(), 1, "{text}");
        }
        assert!(numbers("m! { mod open { const A: u8 = B; } }").1.is_empty());
    }
}
