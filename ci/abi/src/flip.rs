//! Wrong numbers, made out of our sources mechanically: a constant or a number in code that is another, two
//! constants that have changed places, two fields that have, and a field of another width.

use std::collections::BTreeMap;
use std::ops::Range;

use fastrand::Rng;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, ExprLit, ExprUnary, Field, Item, ItemMod, Lit, LitInt, Type, UnOp};

use crate::source::{Role, Sources, allowed, cfg, walk};
use crate::target::{System, Target};

/// A change to one file.
#[derive(Clone, Debug, PartialEq)]
pub struct Flip {
    /// The file.
    pub file: String,
    /// The line where it begins.
    pub line: usize,
    /// What is changed to what.
    pub what: String,
    /// What kind of change it is.
    pub kind: &'static str,
    edits: Vec<(Range<usize>, String)>,
}

impl Flip {
    /// The file's text with the change.
    #[must_use]
    pub fn apply(&self, text: &str) -> String {
        let mut text = text.to_string();
        let mut edits = self.edits.clone();
        edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
        for (range, new) in edits {
            text.replace_range(range, &new);
        }
        text
    }
}

/// Whether a file is among those whose numbers are flipped: the backends of the BSDs, and the core's numbers
/// of them.
fn is_flipped(file: &str) -> bool {
    let of_backend = [
        "backend-freebsd/",
        "backend-darwin/",
        "backend-raw/src/bsd/",
    ];
    of_backend.iter().any(|folder| file.starts_with(folder))
        || ["core/src/abi/freebsd.rs", "core/src/abi/darwin.rs"].contains(&file)
}

/// So many different flips, each kind as likely as the others; fewer where there are no more.
///
/// # Errors
/// The sources cannot be read.
pub fn flips(sources: &Sources, count: usize, seed: u64) -> Result<Vec<Flip>, String> {
    let mut rng = Rng::with_seed(seed);
    let mut by_kind: BTreeMap<&str, Vec<Flip>> = BTreeMap::new();
    for flip in candidates(sources, &mut rng)? {
        by_kind.entry(flip.kind).or_default().push(flip);
    }
    for flips in by_kind.values_mut() {
        rng.shuffle(flips);
    }
    let mut chosen = Vec::new();
    while chosen.len() < count {
        let before = chosen.len();
        for flips in by_kind.values_mut() {
            if chosen.len() < count {
                chosen.extend(flips.pop());
            }
        }
        if chosen.len() == before {
            break;
        }
    }
    Ok(chosen)
}

/// All places, each with one change.
fn candidates(sources: &Sources, rng: &mut Rng) -> Result<Vec<Flip>, String> {
    let mut sites: BTreeMap<String, Sites> = BTreeMap::new();
    let targets = Target::ALL.into_iter();
    for target in targets.filter(|target| target.system != System::Linux) {
        for root in sources.roots()? {
            walk(sources, &root, target, &mut |file, item| {
                if is_flipped(file) && allowed(file, target) {
                    let sites = sites.entry(file.to_string()).or_insert_with(|| Sites {
                        target,
                        ..Sites::default()
                    });
                    sites.target = target;
                    sites.visit_item(item);
                }
                Ok(())
            })?;
        }
    }
    let mut flips = Vec::new();
    for (file, mut sites) in sites {
        sites.numbers.sort_by_key(|site| site.range.start);
        sites.numbers.dedup();
        sites.fields.sort_by_key(|site| site.whole.start);
        sites.fields.dedup();
        let text = sources.text(&file)?;
        let maker = Maker {
            text: &text,
            file: &file,
        };
        match Role::of(&file) {
            Role::Numbers => {
                flips.extend(
                    sites
                        .numbers
                        .iter()
                        .map(|site| maker.other(site, "constant", rng)),
                );
                flips.extend(pairs(&sites.numbers).filter_map(|(a, b)| maker.swap(a, b)));
            }
            Role::Layout => {
                flips.extend(sites.fields.iter().filter_map(|site| maker.width(site)));
                flips.extend(pairs(&sites.fields).filter_map(|(a, b)| maker.order(a, b)));
            }
            Role::Code => {
                let numbers = sites.numbers.iter().filter(|site| site.value > 1);
                flips.extend(numbers.map(|site| maker.other(site, "number in code", rng)));
            }
        }
    }
    Ok(flips)
}

/// Each with the one behind it.
fn pairs<T>(sites: &[T]) -> impl Iterator<Item = (&T, &T)> {
    sites.iter().zip(sites.iter().skip(1))
}

/// A number.
#[derive(Clone, Debug, PartialEq)]
struct Number {
    range: Range<usize>,
    line: usize,
    value: i128,
}

/// A field: its text without attributes, and that of its type.
#[derive(Clone, Debug, PartialEq)]
struct FieldSite {
    whole: Range<usize>,
    ty: Range<usize>,
    line: usize,
    /// The structure it is of.
    record: usize,
}

/// What can be changed in a file.
#[derive(Debug)]
struct Sites {
    target: Target,
    numbers: Vec<Number>,
    fields: Vec<FieldSite>,
    record: usize,
}

impl Default for Sites {
    fn default() -> Self {
        let [target, ..] = Target::ALL;
        Self {
            target,
            numbers: Vec::new(),
            fields: Vec::new(),
            record: 0,
        }
    }
}

impl Sites {
    fn number(&mut self, literal: &LitInt, range: Range<usize>, sign: i128) {
        if let Ok(value) = literal.base10_parse::<i128>() {
            self.numbers.push(Number {
                range,
                line: literal.span().start().line,
                value: sign * value,
            });
        }
    }
}

impl<'ast> Visit<'ast> for Sites {
    fn visit_expr_unary(&mut self, unary: &'ast ExprUnary) {
        match (&unary.op, &*unary.expr) {
            (
                UnOp::Neg(_),
                Expr::Lit(ExprLit {
                    lit: Lit::Int(literal),
                    ..
                }),
            ) => self.number(literal, unary.span().byte_range(), -1),
            _ => visit::visit_expr_unary(self, unary),
        }
    }

    fn visit_lit_int(&mut self, literal: &'ast LitInt) {
        self.number(literal, literal.span().byte_range(), 1);
    }

    fn visit_item(&mut self, item: &'ast Item) {
        // What is asserted at compile time is a check itself.
        if !matches!(item, Item::Const(item) if item.ident == "_") {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.record = item.span().byte_range().start;
        visit::visit_item_struct(self, item);
    }

    fn visit_field(&mut self, field: &'ast Field) {
        if let Some(name) = &field.ident {
            let ty = field.ty.span().byte_range();
            let start = match &field.vis {
                syn::Visibility::Inherited => name.span().byte_range().start,
                visibility => visibility.span().byte_range().start,
            };
            self.fields.push(FieldSite {
                whole: start..ty.end,
                ty,
                line: name.span().start().line,
                record: self.record,
            });
        }
    }

    fn visit_type(&mut self, _: &'ast Type) {}

    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if cfg::is_active(&module.attrs, self.target) {
            visit::visit_item_mod(self, module);
        }
    }
}

/// Makes changes to a file.
struct Maker<'a> {
    text: &'a str,
    file: &'a str,
}

impl Maker<'_> {
    fn at(&self, range: &Range<usize>) -> String {
        self.text.get(range.clone()).unwrap_or_default().to_string()
    }

    fn flip(
        &self,
        kind: &'static str,
        line: usize,
        what: String,
        edits: Vec<(Range<usize>, String)>,
    ) -> Flip {
        Flip {
            file: self.file.to_string(),
            line,
            what,
            kind,
            edits,
        }
    }

    /// Another value: the next one up or down, twice as much, or with another bit.
    fn other(&self, site: &Number, kind: &'static str, rng: &mut Rng) -> Flip {
        let value = site.value;
        let others = [value + 1, value - 1, value * 2, value ^ 8, value ^ 64];
        let others = others.into_iter().filter(|other| {
            // An unsigned number that becomes negative would not compile.
            *other != value && (*other >= 0 || value < 0)
        });
        let others: Vec<i128> = others.collect();
        let other = rng.choice(others).unwrap_or(value + 1).to_string();
        let what = format!("{} becomes {other}", self.at(&site.range));
        self.flip(kind, site.line, what, vec![(site.range.clone(), other)])
    }

    /// Two constants with each other's values.
    fn swap(&self, a: &Number, b: &Number) -> Option<Flip> {
        let (first, second) = (self.at(&a.range), self.at(&b.range));
        let what = format!("{first} and {second} change places");
        let edits = vec![(a.range.clone(), second), (b.range.clone(), first)];
        (a.value != b.value).then(|| self.flip("two constants", a.line, what, edits))
    }

    /// Two fields of a structure, in the other order.
    fn order(&self, a: &FieldSite, b: &FieldSite) -> Option<Flip> {
        let (first, second) = (self.at(&a.whole), self.at(&b.whole));
        let what = format!("`{first}` and `{second}` change places");
        let edits = vec![(a.whole.clone(), second), (b.whole.clone(), first)];
        (a.record == b.record).then(|| self.flip("field order", a.line, what, edits))
    }

    /// A field of an integer type of another width.
    fn width(&self, site: &FieldSite) -> Option<Flip> {
        let ty = self.at(&site.ty);
        let other = match ty.as_str() {
            "u8" => "u16",
            "u16" => "u32",
            "i16" => "i32",
            "u32" => "u64",
            "i32" => "i64",
            "u64" => "u32",
            "i64" => "i32",
            "usize" => "u32",
            _ => return None,
        };
        let what = format!("`{}` becomes {other}", self.at(&site.whole));
        let edits = vec![(site.ty.clone(), other.to_string())];
        Some(self.flip("field width", site.line, what, edits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources() -> Sources {
        let folder = std::env::temp_dir().join(format!("sock-abi-flip-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("backend-freebsd/src")).unwrap();
        let mut sources = Sources::new(&folder);
        for room in ["core", "start", "conformance/static"] {
            sources.change(
                &format!("{room}/src/lib.rs"),
                "const NOT: u8 = 9;".to_string(),
            );
        }
        for (file, text) in [
            (
                "lib",
                "mod numbers; mod layout; fn f() -> u8 { 8 } #[cfg(test)] mod tests { const T: u8 = 77; }",
            ),
            (
                "numbers",
                "pub const A: i32 = -2;\npub const B: u32 = 0x10;\npub const C: u32 = 16;\n",
            ),
            (
                "layout",
                "#[repr(C)] struct s { a: u8, pub b: u32 }\n#[repr(C)] struct t { c: *mut s }\n",
            ),
        ] {
            sources.change(&format!("backend-freebsd/src/{file}.rs"), text.to_string());
        }
        sources
    }

    #[test]
    fn every_kind_and_nothing_beside() {
        let sources = sources();
        let all = flips(&sources, 100, 1).unwrap();
        let of = |kind: &str| all.iter().filter(|flip| flip.kind == kind).count();
        assert_eq!(of("constant"), 3);
        assert_eq!(of("two constants"), 1, "not two of one value");
        assert_eq!(of("field width"), 2);
        assert_eq!(of("field order"), 1, "not of two structures");
        assert_eq!(of("number in code"), 1);
        assert_eq!(all.len(), 8);
        for flip in &all {
            let text = sources.text(&flip.file).unwrap();
            let flipped = flip.apply(&text);
            assert_ne!(flipped, text, "{flip:?}");
            assert!(syn::parse_file(&flipped).is_ok(), "{flipped}");
        }
        let order = all.iter().find(|flip| flip.kind == "field order").unwrap();
        let text = sources.text(&order.file).unwrap();
        assert!(
            order
                .apply(&text)
                .starts_with("#[repr(C)] struct s { pub b: u32, a: u8 }")
        );
    }

    #[test]
    fn a_seed_repeats_itself() {
        let sources = sources();
        let some = |seed| flips(&sources, 4, seed).unwrap();
        assert_eq!(some(3), some(3));
        assert_eq!(some(3).len(), 4);
    }
}
