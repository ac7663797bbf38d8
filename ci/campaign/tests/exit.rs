//! How the program ends: 0 if all holds, 2 if it does not take what it was told.

#![allow(clippy::unwrap_used)]

use std::process::Command;

/// Its exit status, and what it says was wrong.
fn campaign(line: &str) -> (Option<i32>, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_campaign"));
    let output = program.args(line.split(' ')).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.code(), said)
}

#[test]
fn what_holds_is_a_success() {
    for line in ["--schedules 20", "--schedule 5 --set abi=8 --faults none"] {
        assert_eq!(campaign(line), (Some(0), String::new()), "{line}");
    }
}

#[test]
fn what_is_not_taken_is_named() {
    for (line, named) in [
        ("--schedule 5 --set nosuch=1", "nosuch"),
        ("--schedule 5 --set abi=99", "abi=99"),
        ("--schedule 5 --faults 999999", "999999"),
        ("--schedule 5 --survey", "--survey"),
        ("--schedule 5 --schedules 10", "--schedules"),
    ] {
        let (code, said) = campaign(line);
        assert_eq!(code, Some(2), "{line}");
        assert!(said.contains(named), "{line}: {said}");
    }
}
