//! What the crate linux-raw-sys has under a name, by its source: a module of each architecture, or one for
//! all.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use syn::{Fields, Item, Type};

use crate::target::Target;

/// What a name is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    /// An integer.
    Constant,
    /// Four bytes.
    Bytes,
    /// A structure or union, and its fields as C has them.
    Record(Vec<String>),
    /// Another name of a type.
    Alias,
    /// A function, which has no layout and no value.
    Function,
}

/// The crate's source.
#[derive(Debug)]
pub(crate) struct RawSys {
    folder: PathBuf,
    parsed: RefCell<BTreeMap<PathBuf, Rc<syn::File>>>,
}

impl RawSys {
    pub(crate) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_path_buf(),
            parsed: RefCell::default(),
        }
    }

    /// What a name of a module is on a target.
    pub(crate) fn kind(&self, target: Target, module: &str, name: &str) -> Result<Kind, String> {
        let own = format!("src/{}/{module}.rs", target.arch.rust());
        let files = [own, format!("src/{module}.rs")].map(|file| self.folder.join(file));
        let file = files.iter().find(|file| file.is_file());
        let file = file.ok_or_else(|| format!("linux-raw-sys has no module {module}"))?;
        let parsed = self.parse(file)?;
        let found = parsed.items.iter().find_map(|item| kind_of(item, name));
        found.ok_or_else(|| format!("linux-raw-sys has no {module}::{name} of a kind known here"))
    }

    fn parse(&self, file: &Path) -> Result<Rc<syn::File>, String> {
        if let Some(parsed) = self.parsed.borrow().get(file) {
            return Ok(Rc::clone(parsed));
        }
        let fault = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
        let text = fs::read_to_string(file).map_err(|error| fault(&error))?;
        let parsed = Rc::new(syn::parse_file(&text).map_err(|error| fault(&error))?);
        let mut cache = self.parsed.borrow_mut();
        cache.insert(file.to_path_buf(), Rc::clone(&parsed));
        Ok(parsed)
    }
}

fn kind_of(item: &Item, name: &str) -> Option<Kind> {
    match item {
        Item::Const(item) if item.ident == name => Some(match *item.ty {
            Type::Array(_) => Kind::Bytes,
            _ => Kind::Constant,
        }),
        Item::Struct(item) if item.ident == name => Some(match &item.fields {
            Fields::Named(fields) => Kind::Record(
                fields
                    .named
                    .iter()
                    .filter_map(|field| field.ident.as_ref())
                    .map(ToString::to_string)
                    // Padding, and what bindgen makes of parts without a name.
                    .filter(|name| !name.starts_with('_'))
                    .collect(),
            ),
            _ => Kind::Record(Vec::new()),
        }),
        Item::Union(item) if item.ident == name => Some(Kind::Record(Vec::new())),
        Item::Type(item) if item.ident == name => Some(Kind::Alias),
        Item::Fn(item) if item.sig.ident == name => Some(Kind::Function),
        _ => None,
    }
}

/// The name of a field in C: bindgen writes an underscore behind a word of Rust, and linux-raw-sys `_kernel`
/// behind what a libc has otherwise.
pub(crate) fn in_c(field: &str) -> &str {
    let field = field.strip_suffix("_kernel").unwrap_or(field);
    match field.strip_suffix('_') {
        Some(word @ ("type" | "match" | "in" | "ref")) => word,
        _ => field,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        let kind = |text: &str, name| kind_of(&syn::parse_str(text).unwrap(), name);
        assert_eq!(kind("pub const A: u32 = 1;", "A"), Some(Kind::Constant));
        assert_eq!(
            kind("pub const A: [u8; 4] = [0; 4];", "A"),
            Some(Kind::Bytes)
        );
        let fields = vec!["a".to_string(), "type_".to_string()];
        let text = "pub struct s { pub a: u8, pub type_: u8, pub __bindgen_anon_1: x, _b: u8 }";
        assert_eq!(kind(text, "s"), Some(Kind::Record(fields)));
        assert_eq!(kind("pub fn f() {}", "f"), Some(Kind::Function));
        assert_eq!(kind("pub fn f() {}", "g"), None);
        assert_eq!((in_c("type_"), in_c("a_")), ("type", "a_"));
    }
}
