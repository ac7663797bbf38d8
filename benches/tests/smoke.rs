//! The program's lines: all that it declares come out, as JSON and as tables. No test here looks
//! at a time.

#![cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
#![allow(clippy::unwrap_used)]

use std::process::{Command, Output};

use serde_json::Value;

const CALLS: &[&str] = &["sock", "asm", "rustix", "std", "sc", "socket2", "libc"];
const CONVERSIONS: &[&str] = &["sock", "rustix", "socket2", "libc"];
const SHIM: &[&str] = &[
    "sock",
    "std",
    "sock-time-out",
    "std-time-out",
    "sock-deadline",
];

/// What the comparison promises, written once more: a row that is lost from the program's own list
/// is missed here.
const PROMISED: &[(&str, &[&str])] = &[
    ("would-block-recv", CALLS),
    ("udp-round-trip", CALLS),
    ("unix-round-trip", CALLS),
    ("tcp-round-trip", CALLS),
    ("tcp-ping-pong", CALLS),
    (
        "tcp-ping-pong",
        &["sock-waits", "asm-ppoll", "rustix-ppoll"],
    ),
    (
        "tcp-ping-pong-deadline",
        &["sock", "asm", "std", "sock-never", "sock-at"],
    ),
    (
        "tcp-ping-pong-deadline",
        &[
            "sock-waits",
            "asm-ppoll",
            "rustix-ppoll",
            "sock-waits-never",
            "sock-waits-at",
            "asm-ppoll-at",
        ],
    ),
    ("std-shim-round-trip", SHIM),
    ("std-shim-ping-pong", SHIM),
    ("accept", CALLS),
    ("address-encode", CONVERSIONS),
    ("address-decode", CONVERSIONS),
    (
        "deadline-lateness",
        &[
            "sock",
            "sock-blocking",
            "std",
            "sock",
            "sock-blocking",
            "std",
            "sock",
            "sock-blocking",
            "std",
        ],
    ),
];

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sock-benches"))
        .args(arguments)
        .output()
        .unwrap()
}

fn succeeded(output: &Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn every_promised_row_comes_out_as_json() {
    let text = succeeded(&run(&["--smoke", "--json"]));
    let mut rows = Vec::new();
    for line in text.lines() {
        let object: Value = serde_json::from_str(line).unwrap();
        let word = |key: &str| object[key].as_str().unwrap().to_string();
        let row = (word("bench"), word("variant"));
        let numbers = if row.0 == "deadline-lateness" {
            &["wait_ms", "rounds", "p50_late_ns", "p99_late_ns"][..]
        } else {
            &["min_ns", "median_ns", "ratio"]
        };
        for number in numbers {
            assert!(object[number].as_f64().is_some_and(|n| n > 0.0), "{line}");
        }
        assert_eq!(object.as_object().unwrap().len(), 2 + numbers.len());
        assert!(row.1 != "sock" || numbers.len() == 4 || object["ratio"] == 1.0);
        rows.push(row);
    }
    let promised = PROMISED.iter().flat_map(|(bench, variants)| {
        let pair = |variant: &&str| (bench.to_string(), variant.to_string());
        variants.iter().map(pair).collect::<Vec<_>>()
    });
    assert_eq!(rows, promised.collect::<Vec<_>>());
}

#[test]
fn a_bench_alone_as_a_table() {
    let text = succeeded(&run(&["--smoke", "--bench", "unix-round-trip"]));
    assert!(text.starts_with("unix-round-trip: "));
    for variant in CALLS {
        let is_its_line = |line: &&str| line.split_whitespace().next() == Some(variant);
        assert_eq!(text.lines().filter(is_its_line).count(), 1, "{variant}");
    }
    assert!(!text.contains("udp-round-trip"));
}

#[test]
fn usage() {
    assert!(succeeded(&run(&["--help"])).starts_with("usage: sock-benches"));
    for arguments in [&["--bench", "none"][..], &["--fast"], &["word"]] {
        assert_eq!(run(arguments).status.code(), Some(2));
    }
}
