//! What our sources take from the crate `linux-raw-sys`: by `use`, by path, and by path inside a macro.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{ImplItemFn, Item, Macro, Path, Stmt, UseTree};

use super::{Place, cfg};
use crate::target::Target;

/// The crate, as its name stands in paths.
const CRATE: &str = "linux_raw_sys";

/// A name of the crate: its module, and the name in there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Import {
    pub(crate) module: String,
    pub(crate) name: String,
    pub(crate) place: Place,
}

/// The imports in an item.
pub(crate) fn collect(file: &str, item: &Item, target: Target) -> BTreeSet<Import> {
    let mut visitor = Visitor {
        file,
        target,
        found: BTreeSet::new(),
    };
    visitor.visit_item(item);
    visitor.found
}

struct Visitor<'a> {
    file: &'a str,
    target: Target,
    found: BTreeSet<Import>,
}

impl Visitor<'_> {
    /// A path of idents, the first of which may be the crate.
    fn add(&mut self, words: &[String], line: usize) {
        if let [first, module, name, ..] = words
            && first == CRATE
        {
            self.found.insert(Import {
                module: module.clone(),
                name: name.clone(),
                place: Place {
                    file: self.file.to_string(),
                    line,
                },
            });
        }
    }

    fn tree(&mut self, before: &[String], tree: &UseTree) {
        match tree {
            UseTree::Path(path) => {
                let words = [before, &[path.ident.to_string()]].concat();
                self.tree(&words, &path.tree);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.tree(before, tree);
                }
            }
            UseTree::Name(name) => {
                let line = name.ident.span().start().line;
                self.add(&[before, &[name.ident.to_string()]].concat(), line);
            }
            UseTree::Rename(name) => {
                let line = name.ident.span().start().line;
                self.add(&[before, &[name.ident.to_string()]].concat(), line);
            }
            UseTree::Glob(glob) => {
                let line = syn::spanned::Spanned::span(glob).start().line;
                self.add(&[before, &["*".to_string()]].concat(), line);
            }
        }
    }

    fn tokens(&mut self, tokens: TokenStream) {
        let mut words: Vec<String> = Vec::new();
        let mut line = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    line = ident.span().start().line;
                    words.push(ident.to_string());
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => {}
                other => {
                    self.add(&words, line);
                    words.clear();
                    if let TokenTree::Group(group) = other {
                        self.tokens(group.stream());
                    }
                }
            }
            // `const PATH` in asm!: the path begins at the crate.
            if words.last().is_some_and(|word| word == CRATE) {
                words = vec![CRATE.to_string()];
            }
        }
        self.add(&words, line);
    }
}

impl<'ast> Visit<'ast> for Visitor<'_> {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let words: Vec<String> = path
            .segments
            .iter()
            .map(|one| one.ident.to_string())
            .collect();
        let line = syn::spanned::Spanned::span(path).start().line;
        self.add(&words, line);
        visit::visit_path(self, path);
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_of_every_kind() {
        let text = "mod m { use linux_raw_sys::net::{AF_UNIX as A, msghdr}; use linux_raw_sys::errno::EINTR; \
            fn g() { #[cfg(target_os = \"macos\")] f(linux_raw_sys::general::NO); } \
            fn f() { let x = linux_raw_sys::general::POLLIN; asm!(\"\", a = const linux_raw_sys::general::__NR_x, b); } }";
        let item = syn::parse_str(text).unwrap();
        let names: Vec<String> = collect("a.rs", &item, Target::ALL[0])
            .into_iter()
            .map(|one| format!("{} {}", one.module, one.name))
            .collect();
        assert_eq!(
            names,
            [
                "errno EINTR",
                "general POLLIN",
                "general __NR_x",
                "net AF_UNIX",
                "net msghdr"
            ]
        );
    }
}
