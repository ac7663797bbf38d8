//! Structures under the names of the C headers, and how `repr(C)` lays them out on a 64-bit target.

use std::collections::BTreeMap;

use syn::{Expr, GenericArgument, Item, PathArguments, Type};

use super::Place;
use super::constant::{literal, width};
use crate::target::Target;

/// A structure or union, and the targets it is laid out for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    pub(crate) place: Place,
    pub(crate) name: String,
    pub(crate) layout: Layout,
    pub(crate) targets: Vec<Target>,
}

/// The layout of a structure.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Layout {
    pub(crate) size: usize,
    pub(crate) align: usize,
    pub(crate) fields: Vec<Field>,
}

/// A field; that of a tuple has a number for a name.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) offset: usize,
    pub(crate) size: usize,
}

/// A `repr(C)` structure outside the files of layouts; its layout, if that can be told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stray {
    pub(crate) place: Place,
    pub(crate) name: String,
    pub(crate) layout: Option<Layout>,
    pub(crate) target: Target,
}

/// What a type may name, on one target: constants for lengths of arrays, types for fields.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) constants: BTreeMap<String, i128>,
    /// By name and file: two crates may have a structure of one name.
    pub(crate) items: BTreeMap<(String, String), Item>,
}

impl Names {
    /// The records among the items, each with its place; a type that cannot be read is an error.
    pub(crate) fn records(&self, target: Target) -> Result<Vec<Record>, String> {
        let records = self.items.iter().filter_map(|((name, file), item)| {
            let line = match item {
                Item::Struct(item) => item.ident.span().start().line,
                Item::Union(item) => item.ident.span().start().line,
                _ => return None,
            };
            let place = Place {
                file: file.clone(),
                line,
            };
            let layout = self.layout(file, item).ok_or_else(|| {
                format!("{place}: {name} is no repr(C) structure of types whose layout is known")
            });
            Some(layout.map(|layout| Record {
                place,
                name: name.clone(),
                layout,
                targets: vec![target],
            }))
        });
        records.collect()
    }

    /// The layout of an item that stands in a file, if it can be told.
    pub(crate) fn layout(&self, file: &str, item: &Item) -> Option<Layout> {
        let (attributes, fields, union) = match item {
            Item::Struct(item) => (&item.attrs, item.fields.iter().collect::<Vec<_>>(), false),
            Item::Union(item) => (&item.attrs, item.fields.named.iter().collect(), true),
            _ => return None,
        };
        let repr = Repr::of(attributes)?;
        let mut layout = Layout {
            size: 0,
            align: repr.align,
            fields: Vec::new(),
        };
        for (index, field) in fields.iter().enumerate() {
            let (size, align) = self.size(file, &field.ty)?;
            let align = align.min(repr.packed);
            let offset = if union {
                0
            } else {
                layout.size.next_multiple_of(align)
            };
            layout.size = layout.size.max(offset + size);
            layout.align = layout.align.max(align);
            let name = field.ident.as_ref().map(ToString::to_string);
            let name = name.map(|name| name.trim_start_matches("r#").to_string());
            layout.fields.push(Field {
                name: name.unwrap_or_else(|| index.to_string()),
                line: syn::spanned::Spanned::span(field).start().line,
                offset,
                size,
            });
        }
        layout.size = layout.size.next_multiple_of(layout.align);
        Some(layout)
    }

    /// The size and alignment of a type.
    fn size(&self, file: &str, ty: &Type) -> Option<(usize, usize)> {
        let pointer = (8, 8);
        match ty {
            Type::Ptr(_) | Type::Reference(_) | Type::BareFn(_) => Some(pointer),
            Type::Array(array) => {
                let (size, align) = self.size(file, &array.elem)?;
                Some((size * self.length(&array.len)?, align))
            }
            Type::Paren(inner) => self.size(file, &inner.elem),
            Type::Path(path) => {
                let segment = path.path.segments.last()?;
                if let Some(bits) = width(ty) {
                    return Some((bits as usize / 8, bits as usize / 8));
                }
                let inner = match &segment.arguments {
                    PathArguments::AngleBracketed(list) => {
                        list.args.iter().find_map(|one| match one {
                            GenericArgument::Type(inner) => Some(inner),
                            _ => None,
                        })
                    }
                    _ => None,
                };
                match segment.ident.to_string().as_str() {
                    "bool" => Some((1, 1)),
                    "u128" | "i128" => Some((16, 16)),
                    "NonNull" | "AtomicUsize" | "AtomicU64" | "AtomicPtr" => Some(pointer),
                    "AtomicU32" | "AtomicI32" => Some((4, 4)),
                    "PhantomData" => Some((0, 1)),
                    "MaybeUninit" | "UnsafeCell" | "Cell" | "ManuallyDrop" => {
                        self.size(file, inner?)
                    }
                    "Option" if is_pointer(inner?) => Some(pointer),
                    name => {
                        let (file, item) = self.find(file, name)?;
                        match item {
                            Item::Type(alias) => self.size(file, &alias.ty),
                            item => {
                                let layout = self.layout(file, item)?;
                                Some((layout.size, layout.align))
                            }
                        }
                    }
                }
            }
            _ => None,
        }
    }

    /// The item of a name: of the same file, or of another.
    fn find(&self, file: &str, name: &str) -> Option<(&str, &Item)> {
        let mut named = self.items.iter().filter(|((one, _), _)| one == name);
        let own = named.clone().find(|((_, one), _)| one == file);
        let ((_, file), item) = own.or_else(|| named.next())?;
        Some((file, item))
    }

    fn length(&self, expression: &Expr) -> Option<usize> {
        match expression {
            Expr::Path(path) => {
                let name = path.path.segments.last()?.ident.to_string();
                usize::try_from(*self.constants.get(&name)?).ok()
            }
            Expr::Cast(cast) => self.length(&cast.expr),
            other => usize::try_from(literal(other)?).ok(),
        }
    }
}

/// Whether `Option` of it is a pointer that may be null.
fn is_pointer(ty: &Type) -> bool {
    match ty {
        Type::BareFn(_) | Type::Reference(_) => true,
        Type::Path(path) => {
            let last = path.path.segments.last();
            last.is_some_and(|segment| segment.ident == "NonNull")
        }
        _ => false,
    }
}

/// What the `repr` attribute says.
struct Repr {
    align: usize,
    packed: usize,
}

impl Repr {
    /// Nothing when it is not C's.
    fn of(attributes: &[syn::Attribute]) -> Option<Self> {
        let mut repr = Self {
            align: 1,
            packed: usize::MAX,
        };
        let mut is_c = false;
        for attribute in attributes {
            if !attribute.path().is_ident("repr") {
                continue;
            }
            attribute
                .parse_nested_meta(|meta| {
                    let number = |default| -> syn::Result<usize> {
                        if !meta.input.peek(syn::token::Paren) {
                            return Ok(default);
                        }
                        let content;
                        syn::parenthesized!(content in meta.input);
                        content.parse::<syn::LitInt>()?.base10_parse()
                    };
                    if meta.path.is_ident("C") {
                        is_c = true;
                    } else if meta.path.is_ident("packed") {
                        repr.packed = number(1)?;
                    } else if meta.path.is_ident("align") {
                        repr.align = number(1)?;
                    }
                    Ok(())
                })
                .ok()?;
        }
        is_c.then_some(repr)
    }
}

/// The name of an item of a layout file that a type may name.
pub(crate) fn named(item: &Item) -> Option<String> {
    match item {
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Union(item) => Some(item.ident.to_string()),
        Item::Type(item) => Some(item.ident.to_string()),
        _ => None,
    }
}

/// The name and line of a `repr(C)` structure or union.
pub(crate) fn in_code(item: &Item) -> Option<(String, usize)> {
    let (attributes, name) = match item {
        Item::Struct(item) => (&item.attrs, &item.ident),
        Item::Union(item) => (&item.attrs, &item.ident),
        _ => return None,
    };
    Repr::of(attributes)?;
    Some((name.to_string(), name.span().start().line))
}

/// Whether a structure of these fields hides them: a tuple says nothing of its parts.
pub(crate) fn is_opaque(record: &Record) -> bool {
    record
        .layout
        .fields
        .iter()
        .all(|field| field.name.parse::<usize>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(text: &str) -> Option<Layout> {
        let mut names = Names::default();
        names.constants.insert("N".into(), 3);
        let file: syn::File = syn::parse_str(text).unwrap();
        for item in &file.items {
            let name = named(item).unwrap();
            names.items.insert((name, "a.rs".into()), item.clone());
        }
        let first = &file.items[0];
        names.layout("a.rs", first)
    }

    fn offsets(text: &str) -> Option<(usize, usize, Vec<usize>)> {
        let layout = layout(text)?;
        let offsets = layout.fields.iter().map(|field| field.offset).collect();
        Some((layout.size, layout.align, offsets))
    }

    #[test]
    fn layouts() {
        assert_eq!(
            offsets("#[repr(C)] struct A { a: u8, b: u64, c: [u16; N], d: *const u8 }"),
            Some((32, 8, vec![0, 8, 16, 24]))
        );
        assert_eq!(
            offsets("#[repr(C, packed(4))] struct A { a: i32, b: *mut B } struct B;"),
            Some((12, 4, vec![0, 4]))
        );
        assert_eq!(
            offsets(
                "#[repr(C)] struct A { a: B, b: t } #[repr(C)] union B { a: u8, b: u32 } type t = i16;"
            ),
            Some((8, 4, vec![0, 4]))
        );
        assert_eq!(
            offsets(
                "#[repr(C)] #[repr(align(16))] struct A(Option<unsafe extern \"C\" fn()>, u8);"
            ),
            Some((16, 16, vec![0, 8]))
        );
        assert_eq!(offsets("struct A { a: u8 }"), None, "not C's");
        assert_eq!(offsets("#[repr(C)] struct A { a: Unknown }"), None);
    }
}
