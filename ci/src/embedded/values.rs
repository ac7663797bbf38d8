//! Every public type of the core is a value that `defmt` can log, or is named here as something else.
//!
//! The types are those that rustdoc finds, so that a new one cannot be forgotten.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::project::Project;
use crate::{Result, child};

/// What is no value: it owns a descriptor or a kernel, or lends memory.
const NO_VALUES: [&str; 22] = [
    "Blocking",
    "Connected",
    "Connecting",
    "ControlBuffer",
    "Counted",
    "DatagramSocket",
    "Listener",
    "Progress",
    "RecvHalf",
    "RecvMsg",
    "RecvMsgReport",
    "SendHalf",
    "SendMsg",
    "Socket",
    "Stack",
    "StackTcpSocket",
    "StackUdpSocket",
    "Stream",
    "Unfilled",
    "Yielding",
    "YieldingStack",
    "YieldingUdp",
];

pub(super) fn check(project: &Project) -> Result<()> {
    let folder = project.target.join("rustdoc-json");
    let mut cargo = project.cargo();
    cargo.args(["rustdoc", "-p", "sock-core", "--target-dir"]);
    cargo.arg(&folder).arg("--all-features");
    cargo.args(["--", "-Zunstable-options", "--output-format", "json"]);
    // JSON is not stable yet; the toolchain is pinned.
    child::check(cargo.env("RUSTC_BOOTSTRAP", "1"))?;
    let file = folder.join("doc/sock_core.json");
    let text = std::fs::read_to_string(&file).map_err(|error| error.to_string())?;
    let json = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let types = types(&json)?;
    let faults = faults(&types);
    println!("{} public types", types.len());
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults.join("; "))
    }
}

/// The public types, and whether each has `defmt::Format`.
fn types(json: &Value) -> Result<BTreeMap<String, bool>> {
    let mut found = BTreeMap::new();
    let root = json.get("root").ok_or("rustdoc names no root")?;
    walk(json, root, &mut found);
    if found.is_empty() {
        return Err("rustdoc finds no types".to_string());
    }
    Ok(found)
}

fn item<'j>(json: &'j Value, id: &Value) -> Option<&'j Value> {
    json.get("index")?.get(id.to_string())
}

/// Collects what can be reached through public modules and `pub use`.
fn walk(json: &Value, id: &Value, found: &mut BTreeMap<String, bool>) {
    let Some(item) = item(json, id).filter(|item| is_public(item)) else {
        return;
    };
    for child in list(item, "/inner/module/items") {
        walk(json, child, found);
    }
    if let Some(used) = item.pointer("/inner/use") {
        walk_use(json, used, found);
    }
    for kind in ["struct", "enum", "union"] {
        let kind = item.pointer(&format!("/inner/{kind}"));
        if let (Some(kind), Some(name)) = (kind, item.get("name").and_then(Value::as_str)) {
            found.insert(name.to_string(), has_format(json, kind));
        }
    }
}

fn is_public(item: &Value) -> bool {
    item.get("visibility").and_then(Value::as_str) == Some("public")
}

/// The elements of the array there; none when there is no array.
fn list<'j>(item: &'j Value, pointer: &str) -> &'j [Value] {
    let array = item.pointer(pointer).and_then(Value::as_array);
    array.map(Vec::as_slice).unwrap_or_default()
}

/// What a `use` names; of a `*`, what the module holds, which itself may be private.
fn walk_use(json: &Value, used: &Value, found: &mut BTreeMap<String, bool>) {
    let Some(id) = used.get("id") else { return };
    let is_glob = used.get("is_glob") == Some(&Value::Bool(true));
    match item(json, id) {
        Some(module) if is_glob => {
            for child in list(module, "/inner/module/items") {
                walk(json, child, found);
            }
        }
        _ => walk(json, id, found),
    }
}

fn has_format(json: &Value, kind: &Value) -> bool {
    list(kind, "/impls")
        .iter()
        .filter_map(|id| item(json, id)?.pointer("/inner/impl/trait/path")?.as_str())
        .any(|path| path == "Format" || path.ends_with("::Format"))
}

fn faults(types: &BTreeMap<String, bool>) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, has_format) in types {
        let is_value = !NO_VALUES.contains(&name.as_str());
        match (is_value, has_format) {
            (true, false) => faults.push(format!("{name} has no defmt::Format")),
            (false, true) => faults.push(format!("{name} has defmt::Format: it is a value")),
            _ => {}
        }
    }
    let unknown = NO_VALUES.iter().filter(|name| !types.contains_key(**name));
    faults.extend(unknown.map(|name| format!("there is no public type {name}")));
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_behind_use_and_what_they_implement() {
        let json = serde_json::json!({
            "root": 0,
            "index": {
                "0": { "visibility": "public", "name": "core",
                    "inner": { "module": { "items": [1, 2] } } },
                "1": { "visibility": "default", "name": "hidden",
                    "inner": { "module": { "items": [3, 4] } } },
                "2": { "visibility": "public", "name": null,
                    "inner": { "use": { "id": 3, "is_glob": false } } },
                "3": { "visibility": "public", "name": "Error",
                    "inner": { "struct": { "impls": [5] } } },
                "4": { "visibility": "public", "name": "Codec",
                    "inner": { "struct": { "impls": [] } } },
                "5": { "visibility": "default", "name": null,
                    "inner": { "impl": { "trait": { "path": "Format" } } } },
            }
        });
        let types = types(&json).unwrap();
        assert_eq!(types, BTreeMap::from([("Error".to_string(), true)]));
    }

    #[test]
    fn values_without_a_format_are_faults() {
        let all = NO_VALUES.map(|name| (name.to_string(), false));
        let mut types = BTreeMap::from(all);
        types.insert("Family".to_string(), true);
        assert_eq!(faults(&types), Vec::<String>::new());
        types.insert("Family".to_string(), false);
        types.remove("Stream");
        let faults = faults(&types);
        assert_eq!(faults[0], "Family has no defmt::Format");
        assert_eq!(faults[1], "there is no public type Stream");
    }
}
