//! Makes the table of what came later out of complete histories: the rows of names that are used.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The columns of the history of FreeBSD, each a release, from the third on.
const FREEBSD: [&str; 4] = ["12", "13", "14", "15"];

/// Releases of Darwin's kernel by the first number of their version, and macOS as it is called.
const DARWIN: [(u32, &str); 4] = [
    (8019, "macOS 12"),
    (8792, "macOS 13"),
    (10002, "macOS 14"),
    (11215, "macOS 15"),
];

/// The rows of FreeBSD: a name that FreeBSD 12 has not, or otherwise.
///
/// A line of the history is `NAME`, `KIND`, and the value in each release, `-` for none.
#[must_use]
pub fn freebsd(history: &str, names: &BTreeSet<String>) -> String {
    let mut rows = BTreeMap::new();
    for line in history.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split('\t');
        let (Some(name), Some(_)) = (words.next(), words.next()) else {
            continue;
        };
        let values: Vec<&str> = words.take(FREEBSD.len()).collect();
        let Some(newest) = values.last() else {
            continue;
        };
        let first = values.iter().position(|value| value == newest);
        let Some((first, release)) = first.and_then(|at| Some((at, FREEBSD.get(at)?))) else {
            continue;
        };
        if names.contains(name) && first > 0 {
            let before = values.iter().take(first).rfind(|value| **value != "-");
            let note = before
                .map(|value| format!("before, {value}"))
                .unwrap_or_default();
            rows.insert(name, format!("{name}\tfreebsd\tFreeBSD {release}\t{note}"));
        }
    }
    lines(rows)
}

/// The rows of Darwin: a name that came after macOS 11.
///
/// A line of the history is `NAME`, `KIND`, the newest value, and the first release that has it,
/// `xnu-VERSION`.
#[must_use]
pub fn darwin(history: &str, names: &BTreeSet<String>) -> String {
    let mut rows = BTreeMap::new();
    for line in history.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split('\t');
        let (name, release) = (words.next().unwrap_or_default(), words.nth(2));
        let version = release.and_then(|release| {
            release
                .strip_prefix("xnu-")?
                .split('.')
                .next()?
                .parse()
                .ok()
        });
        let is_since =
            |(first, _): &&(u32, &str)| version.is_some_and(|version: u32| version >= *first);
        if let Some((_, macos)) = DARWIN.iter().rev().find(is_since)
            && names.contains(name)
        {
            rows.insert(name, format!("{name}\tdarwin\t{macos}\t"));
        }
    }
    lines(rows)
}

fn lines(rows: BTreeMap<&str, String>) -> String {
    let mut text = String::new();
    for row in rows.values() {
        let _ = writeln!(text, "{row}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_later() {
        let names: BTreeSet<String> = ["A", "B", "C", "D"].map(String::from).into();
        let history = "# c\nA\taf\t-\t43\t43\t43\t43\nB\taf\t1\t5\t5\t4\t4\nC\taf\t7\t7\t7\t7\t7\nX\taf\t-\t-\t1\t1\t1\n";
        assert_eq!(
            freebsd(history, &names),
            "A\tfreebsd\tFreeBSD 13\t\nB\tfreebsd\tFreeBSD 15\tbefore, 5\n"
        );
        let history = "A\tsyscall\t5\txnu-8020.101.4\t\nB\tconst\t1\txnu-7195.50\t\nX\tconst\t1\txnu-11417.1\t\n";
        assert_eq!(darwin(history, &names), "A\tdarwin\tmacOS 12\t\n");
    }
}
