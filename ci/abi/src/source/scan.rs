//! All that stands in our sources, over all targets.

use std::collections::{BTreeMap, BTreeSet};

use syn::Item;

use super::record::{self, Names, Stray};
use super::{Found, Place, Role, Sources, allowed, constant, import, literal, walk};
use crate::target::{System, Target};

/// Goes through each crate for each target.
pub(crate) fn scan(sources: &Sources) -> Result<Found, String> {
    let mut found = Found::default();
    let mut constants: BTreeMap<(Place, String), constant::Constant> = BTreeMap::new();
    let roots = sources.roots()?;
    let mut seen = BTreeSet::new();
    for target in Target::ALL {
        let mut names = Names::default();
        let mut strays = Vec::new();
        for root in &roots {
            walk(sources, root, target, &mut |file, item| {
                if !allowed(file, target) {
                    return Ok(());
                }
                seen.insert(file.to_string());
                match Role::of(file) {
                    Role::Numbers => match constant::read(file, item) {
                        Ok(Some(one)) => {
                            names.constants.insert(one.name.clone(), one.value);
                            constants
                                .entry((one.place.clone(), one.name.clone()))
                                .or_insert(one)
                                .targets
                                .push(target);
                        }
                        Ok(None) => {}
                        Err(fault) => found.faults.push(fault),
                    },
                    Role::Layout => match record::named(item) {
                        Some(name) => {
                            names.items.insert((name, file.to_string()), item.clone());
                        }
                        // What is asserted of layouts is checked by the layouts.
                        None if is_assertion(item) => {}
                        None => {
                            let numbers = &mut found.literals;
                            let faults = literal::collect(file, item, target, numbers);
                            found.faults.extend(faults);
                        }
                    },
                    Role::Code => {
                        if record::in_code(item).is_some() {
                            strays.push((file.to_string(), item.clone()));
                        }
                        let numbers = &mut found.literals;
                        let faults = literal::collect(file, item, target, numbers);
                        found.faults.extend(faults);
                        let imports = import::collect(file, item, target);
                        for one in imports
                            .into_iter()
                            .filter(|_| target.system == System::Linux)
                        {
                            found.imports.entry(one).or_default().insert(target);
                        }
                    }
                }
                Ok(())
            })?;
        }
        add_records(&mut found, names.records(target)?, target);
        found
            .strays
            .extend(strays.iter().filter_map(|(file, item)| {
                let (name, line) = record::in_code(item)?;
                Some(Stray {
                    place: Place {
                        file: file.clone(),
                        line,
                    },
                    name,
                    layout: names.layout(file, item),
                    target,
                })
            }));
    }
    for root in &roots {
        let files = sources.files_to_check(root)?.into_iter();
        let unseen = files.filter(|file| !seen.contains(file));
        let faults = unseen.map(|file| format!("{file}: no target's build was found to have it"));
        found.faults.extend(faults);
    }
    found.constants = constants.into_values().collect();
    found.faults.sort();
    found.faults.dedup();
    Ok(found)
}

/// Whether it is `const _`.
fn is_assertion(item: &Item) -> bool {
    matches!(item, Item::Const(item) if item.ident == "_")
}

/// Joins the records of a target with those of others that are laid out alike.
fn add_records(found: &mut Found, records: Vec<record::Record>, target: Target) {
    for one in records {
        let same = found
            .records
            .iter_mut()
            .find(|known| known.place == one.place && known.layout == one.layout);
        match same {
            Some(known) => known.targets.push(target),
            None => found.records.push(one),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn sources(files: &[(&str, &str)]) -> Sources {
        let folder = std::env::temp_dir().join(format!("sock-abi-scan-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut sources = Sources::new(Path::new(&folder));
        for room in ["core", "conformance/static", "start"] {
            sources.change(&format!("{room}/src/lib.rs"), String::new());
        }
        for (file, text) in files {
            sources.change(file, (*text).to_string());
        }
        sources
    }

    #[test]
    fn what_stands_where() {
        let found = scan(&sources(&[
            ("start/src/lib.rs", "mod freebsd; mod layout;"),
            (
                "start/src/freebsd.rs",
                "pub mod numbers; fn f() -> u8 { 7 }",
            ),
            (
                "start/src/freebsd/numbers.rs",
                "pub const N: usize = 4; pub const BAD: u8 = 1 + 1;",
            ),
            (
                "start/src/layout.rs",
                "#[repr(C)] pub struct s { a: u8, b: u32 }",
            ),
        ]))
        .unwrap();
        let constant = &found.constants[0];
        assert_eq!((constant.name.as_str(), constant.value), ("N", 4));
        assert_eq!(constant.targets.len(), 2);
        assert_eq!(found.faults.len(), 1);
        assert!(found.faults[0].starts_with("start/src/freebsd/numbers.rs:1: BAD"));
        assert_eq!(found.records.len(), 1);
        assert_eq!(found.records[0].targets.len(), 8);
        assert_eq!(found.literals.len(), 1);
    }

    #[test]
    fn a_structure_that_is_not_understood_is_an_error() {
        let files = [
            ("start/src/lib.rs", "mod layout;"),
            ("start/src/layout.rs", "struct s { a: X }"),
        ];
        assert!(scan(&sources(&files)).is_err());
    }
}
