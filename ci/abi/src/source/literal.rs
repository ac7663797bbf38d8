//! Numbers in code: each integer but 0 and 1 is either a unit or a size that is no kernel's, and on the list
//! with its reason, or should stand with the constants.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, ImplItemFn, Item, ItemMod, Lit, LitInt, Macro, Stmt};

use super::{Place, cfg};
use crate::target::Target;

/// A number in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) file: String,
    pub(crate) value: u128,
}

/// Where a number stands first in a file, and the targets that it is compiled for.
#[derive(Clone, Debug)]
pub(crate) struct Stand {
    pub(crate) place: Place,
    pub(crate) targets: BTreeSet<Target>,
}

/// Adds the numbers of an item.
pub(crate) fn collect(file: &str, item: &Item, target: Target, found: &mut BTreeMap<Key, Stand>) {
    let mut visitor = Visitor {
        file,
        target,
        found,
    };
    visitor.visit_item(item);
}

struct Visitor<'a> {
    file: &'a str,
    target: Target,
    found: &'a mut BTreeMap<Key, Stand>,
}

impl Visitor<'_> {
    fn add(&mut self, literal: &LitInt) {
        let Ok(value) = literal.base10_parse::<u128>() else {
            return;
        };
        if value > 1 {
            let key = Key {
                file: self.file.to_string(),
                value,
            };
            let line = literal.span().start().line;
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

    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Literal(literal) => {
                    if let Lit::Int(literal) = Lit::new(literal) {
                        self.add(&literal);
                    }
                }
                TokenTree::Ident(_) | TokenTree::Punct(_) => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Visitor<'_> {
    fn visit_lit_int(&mut self, literal: &'ast LitInt) {
        self.add(literal);
    }

    fn visit_stmt(&mut self, statement: &'ast Stmt) {
        if cfg::is_statement_active(statement, self.target) {
            visit::visit_stmt(self, statement);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        if cfg::is_active(&function.attrs, self.target) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_macro(&mut self, invocation: &'ast Macro) {
        self.tokens(invocation.tokens.clone());
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if cfg::is_active(&module.attrs, self.target) {
            visit::visit_item_mod(self, module);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_wherever_they_stand() {
        let text = "impl A { #[repr(align(99))] const C: u32 = 7; fn f(x: [u8; 8]) -> u8 { \
            match x[0] { 9 => 1, _ => m!(a, 10 + [11]) - asm!(\"svc #12\") << 0x0d } } }";
        let item: Item = syn::parse_str(text).unwrap();
        let mut found = BTreeMap::new();
        collect("a.rs", &item, Target::ALL[0], &mut found);
        let values: Vec<u128> = found.keys().map(|key| key.value).collect();
        assert_eq!(values, [7, 8, 9, 10, 11, 13]);
    }
}
