//! The numbers and layouts of a kernel, read from a table that probes of its headers have made.
//!
//! The names stand in [`constants`](crate::constants) and [`layouts`](crate::layouts): `emulate --names SYSTEM` lists them
//! for the probes, which answer with `NAME VALUE` lines.

use std::collections::HashMap;

use crate::Result;

/// Values by name.
#[derive(Debug, Default)]
pub(crate) struct Table {
    values: HashMap<String, i64>,
}

/// Where a field of a structure is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub(crate) offset: u64,
    pub(crate) size: u64,
}

impl Table {
    /// Reads `NAME VALUE` lines; a value that the headers do not have is `-`.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let mut values = HashMap::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut words = line.split_whitespace();
            let (Some(name), Some(value)) = (words.next(), words.next()) else {
                continue;
            };
            if value == "-" {
                continue;
            }
            let value = number(value).ok_or_else(|| format!("no number in the table: {line}"))?;
            values.insert(name.to_string(), value);
        }
        Ok(Table { values })
    }

    /// Adds what `other` has.
    pub(crate) fn extend(&mut self, other: Table) {
        self.values.extend(other.values);
    }

    pub(crate) fn get(&self, name: &str) -> Result<i64> {
        let value = self.values.get(name).copied();
        value.ok_or_else(|| format!("the table has no {name}"))
    }

    /// The names that begin with `prefix`, without it, by their value.
    pub(crate) fn reversed(&self, prefix: &str) -> HashMap<i64, String> {
        let named = |(name, value): (&String, &i64)| {
            let name = name.strip_prefix(prefix)?;
            Some((*value, name.to_string()))
        };
        self.values.iter().filter_map(named).collect()
    }

    pub(crate) fn field(&self, name: &str) -> Result<Field> {
        let [offset, size] = [self.get(name)?, self.get(&format!("{name}.size"))?];
        Ok(Field {
            offset: offset.cast_unsigned(),
            size: size.cast_unsigned(),
        })
    }
}

fn number(text: &str) -> Option<i64> {
    match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok().map(u64::cast_signed),
        None => text
            .parse()
            .ok()
            .or_else(|| text.parse::<u64>().ok().map(u64::cast_signed)),
    }
}

/// A structure of constants, with their C names.
#[macro_export]
macro_rules! constants {
    ($(#[$doc:meta])* $type:ident: $($name:ident)*) => {
        $(#[$doc])*
        #[allow(non_snake_case)]
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $type {
            $(pub(crate) $name: i64,)*
        }

        impl $type {
            pub(crate) const NAMES: &[&str] = &[$(stringify!($name)),*];

            pub(crate) fn read(table: &$crate::table::Table) -> $crate::Result<Self> {
                Ok(Self { $($name: table.get(stringify!($name))?,)* })
            }
        }
    };
}

/// A structure of layouts: each a structure of fields, with their C names.
#[macro_export]
macro_rules! layouts {
    ($(#[$doc:meta])* $type:ident: $($name:ident { $($field:ident)* })*) => {
        $(
            #[allow(non_camel_case_types)]
            #[derive(Clone, Copy, Debug)]
            pub(crate) struct $name {
                // Not every structure is copied as a whole.
                #[allow(dead_code)]
                pub(crate) len: u64,
                $(pub(crate) $field: $crate::table::Field,)*
            }
        )*

        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $type {
            $(pub(crate) $name: $name,)*
        }

        impl $type {
            pub(crate) const NAMES: &[&str] =
                &[$(concat!("struct ", stringify!($name), ":" $(, " ", stringify!($field))*)),*];

            pub(crate) fn read(table: &$crate::table::Table) -> $crate::Result<Self> {
                Ok(Self {
                    $($name: $name {
                        len: table.get(stringify!($name))?.cast_unsigned(),
                        $($field: table.field(concat!(stringify!($name), ".", stringify!($field)))?,)*
                    },)*
                })
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_fields() {
        let table =
            Table::parse("# a\nA -3\nB 0x10\nC -\nS 24\nS.f 8\nS.f.size 4\nSYS_x 7\n").unwrap();
        assert_eq!((table.get("A"), table.get("B")), (Ok(-3), Ok(16)));
        assert!(table.get("C").is_err());
        let field = table.field("S.f").unwrap();
        assert_eq!((field.offset, field.size), (8, 4));
        assert_eq!(
            table.reversed("SYS_").get(&7).map(String::as_str),
            Some("x")
        );
        assert!(Table::parse("A x").is_err());
    }
}
